package awsapi

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

// minHidden is the length from which on a value is hidden: "1", "no" and "dev" say little, and
// stand in many a word.
const minHidden = 4

// valueHiding takes the values of environment variables and log options out of AWS's errors,
// some of which repeat what AWS does not take.
type valueHiding struct{}

// addTo puts it outermost: what comes out of a call goes into errors and logs.
func (h valueHiding) addTo(stack *middleware.Stack) error {
	return stack.Initialize.Add(h, middleware.Before)
}

// ID names the middleware.
func (valueHiding) ID() string { return "DockerTaskValueHiding" }

// HandleInitialize calls, and hides.
func (valueHiding) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleInitialize(ctx, in)
	if err != nil {
		if text := hidden(err.Error(), valuesOf(in.Parameters)); text != err.Error() {
			err = &hiddenError{cause: err, text: text}
		}
	}
	return out, metadata, err
}

// valuesOf are the values in a request that may be secrets.
func valuesOf(request any) []string {
	var out []string
	switch in := request.(type) {
	case *ecs.RegisterTaskDefinitionInput:
		for _, c := range in.ContainerDefinitions {
			for _, variable := range c.Environment {
				out = append(out, aws.ToString(variable.Value))
			}
			// Those of awslogs are names that stand in many an error.
			if c.LogConfiguration != nil && c.LogConfiguration.LogDriver != types.LogDriverAwslogs {
				for _, value := range c.LogConfiguration.Options {
					out = append(out, value)
				}
			}
		}
	case *scheduler.CreateScheduleInput:
		out = overridden(in.Target)
	case *scheduler.UpdateScheduleInput:
		out = overridden(in.Target)
	}
	return out
}

func overridden(target *schedulertypes.Target) []string {
	if target == nil {
		return nil
	}
	overrides, _ := schedule.ReadInput(aws.ToString(target.Input), "")
	var out []string
	for _, value := range overrides.Environment {
		out = append(out, value)
	}
	return out
}

// hidden is the text without the values, the longest first: one may be a part of another.
func hidden(text string, values []string) string {
	longestFirst := slices.SortedFunc(slices.Values(values), func(a, b string) int { return len(b) - len(a) })
	for _, value := range longestFirst {
		if len(value) >= minHidden {
			text = strings.ReplaceAll(text, value, masked)
		}
	}
	return text
}

// hiddenError says another text than its cause, and is the same error otherwise.
type hiddenError struct {
	cause error
	text  string
}

// Error is the text without the values.
func (e *hiddenError) Error() string { return e.text }

// Unwrap is the error as AWS gave it, for its code.
func (e *hiddenError) Unwrap() error { return e.cause }
