package aws

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// toSDK is a definition as RegisterTaskDefinition takes it, without tags.
func toSDK(d task.Definition) (*ecs.RegisterTaskDefinitionInput, error) {
	var in ecs.RegisterTaskDefinitionInput
	if err := convert(withoutUnions(d), &in); err != nil {
		return nil, err
	}
	for i, c := range d.ContainerDefinitions {
		for j, r := range c.ResourceRequirements {
			in.ContainerDefinitions[i].ResourceRequirements[j].SharingStrategy = sharingToSDK(r.SharingStrategy)
		}
	}
	return &in, nil
}

// fromSDK is a definition of the SDK's, of whichever of its types, with its containers.
func fromSDK(d any, containers []types.ContainerDefinition) (task.Definition, error) {
	var out task.Definition
	if err := convert(d, &out); err != nil {
		return task.Definition{}, err
	}
	for i, c := range containers {
		for j, r := range c.ResourceRequirements {
			out.ContainerDefinitions[i].ResourceRequirements[j].SharingStrategy = sharingFromSDK(r.SharingStrategy)
		}
	}
	return out, nil
}

// convert carries a task definition between the SDK's types and the domain's by their JSON,
// in which both have the same names: encoding/json matches them without case. So no field
// is forgotten, whichever side gains one. Unions apart: to the SDK they are interfaces, which
// JSON does not carry.
func convert(from, to any) error {
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		return fmt.Errorf("converting a task definition: %w", err)
	}
	return nil
}

// withoutUnions is a copy of a definition as far as JSON carries it into the SDK.
func withoutUnions(d task.Definition) task.Definition {
	d.ContainerDefinitions = slices.Clone(d.ContainerDefinitions)
	for i := range d.ContainerDefinitions {
		c := &d.ContainerDefinitions[i]
		c.ResourceRequirements = slices.Clone(c.ResourceRequirements)
		for j := range c.ResourceRequirements {
			c.ResourceRequirements[j].SharingStrategy = nil
		}
	}
	return d
}

func sharingToSDK(s *task.SharingStrategy) types.SharingStrategy {
	if s == nil || s.NvidiaMPS == nil {
		return nil
	}
	to := types.NvidiaMpsAllocation{Memory: aws.Int32(int32(s.NvidiaMPS.Memory))}
	if p := s.NvidiaMPS.MaxComputePercent; p != 0 {
		to.MaxComputePercent = aws.Int32(int32(p))
	}
	return &types.SharingStrategyMemberNvidiaMps{Value: to}
}

func sharingFromSDK(s types.SharingStrategy) *task.SharingStrategy {
	mps, ok := s.(*types.SharingStrategyMemberNvidiaMps)
	if !ok {
		return nil // none, or of a kind that this SDK does not know
	}
	return &task.SharingStrategy{NvidiaMPS: &task.NvidiaMPS{
		Memory:            int64(aws.ToInt32(mps.Value.Memory)),
		MaxComputePercent: int64(aws.ToInt32(mps.Value.MaxComputePercent)),
	}}
}
