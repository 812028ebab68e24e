package awsapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/hashicorp/aws-sdk-go-base/v2/tfawserr"
)

// ExistsError refuses to create over something that exists and is not the unit's.
type ExistsError struct {
	// Part says what it is, with its name: "execution role transcode-eu-west-1-execution".
	Part string
	// Owned is set where the part carries the id of another unit.
	Owned bool
}

func (e *ExistsError) Error() string {
	if e.Owned {
		return e.Part + " exists and belongs to another docker task"
	}
	return e.Part + " exists already"
}

// Existing are the refusals in an error, which may join several.
func Existing(err error) []*ExistsError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*ExistsError
		for _, e := range joined.Unwrap() {
			out = append(out, Existing(e)...)
		}
		return out
	}
	if e := (*ExistsError)(nil); errors.As(err, &e) {
		return []*ExistsError{e}
	}
	return nil
}

// ErrChanged stops an update that finds something else than its plan was made for.
var ErrChanged = errors.New("changed since the plan")

// CreateError is a create that failed. What it had made is gone again unless Rollback says
// why not.
type CreateError struct {
	Err      error
	Rollback error
}

func (e *CreateError) Error() string {
	if e.Rollback == nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s; what had been made by then could not be removed again: %s", e.Err, e.Rollback)
}

func (e *CreateError) Unwrap() []error { return []error{e.Err, e.Rollback} }

// isMissingDefinition: ECS has no code of its own for a task definition that does not
// exist, and answers many other things with the same code.
func isMissingDefinition(err error) bool {
	return tfawserr.ErrMessageContains(err, "ClientException", "Unable to describe task definition") ||
		tfawserr.ErrMessageContains(err, "ClientException", "task definition does not exist")
}

func isMissingRole(err error) bool { return tfawserr.ErrCodeEquals(err, "NoSuchEntity") }

// isRoleUnknownYet: a role that was just made is not known everywhere at once. A managed
// policy that does not exist has the same code and another message.
func isRoleUnknownYet(err error) bool {
	return isConcurrent(err) || tfawserr.ErrMessageContains(err, "NoSuchEntity", "role with name")
}

func isMissingLogGroup(err error) bool {
	return tfawserr.ErrCodeEquals(err, "ResourceNotFoundException")
}

// isConcurrent is IAM's and CloudWatch Logs' refusal of a change while another is going on.
func isConcurrent(err error) bool {
	return tfawserr.ErrCodeEquals(err, "ConcurrentModification", "OperationAbortedException")
}

// isRoleNotReady is how ECS refuses a role that IAM has just made and not told it of yet.
// A PassRole that is denied for another role is a missing right, not a matter of time.
// Reports: hashicorp/terraform-provider-aws (Role is not valid),
// terraform-aws-modules/terraform-aws-ecs 414 (iam:PassRole in the same second).
func isRoleNotReady(err error, justMade []string) bool {
	if len(justMade) == 0 {
		return false
	}
	if tfawserr.ErrMessageContains(err, "ClientException", "Role is not valid") {
		return true
	}
	var api smithy.APIError
	if !errors.As(err, &api) || !strings.HasPrefix(api.ErrorCode(), "AccessDenied") || !strings.Contains(api.ErrorMessage(), "iam:PassRole") {
		return false
	}
	for _, role := range justMade {
		if strings.Contains(api.ErrorMessage(), role) {
			return true
		}
	}
	return false
}
