package acctest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// sweepLimit bounds one sweeper: ECS deregisters about one task definition a second.
const sweepLimit = 20 * time.Minute

// registerSweepers registers what deletes the remains of broken test runs: task
// definitions, roles and log groups whose name begins with [NamePrefix]. [Main] lets them
// loose on the account that [AccountVariable] names, and on no other.
func registerSweepers() {
	// Task definitions first: a role that one names should not go before it.
	add := func(name string, sweep func(context.Context, *Cloud) error, dependencies ...string) {
		resource.AddTestSweepers(name, &resource.Sweeper{
			Name:         name,
			Dependencies: dependencies,
			F:            func(region string) error { return sweepRegion(region, sweep) },
		})
	}
	add("docker_task_definitions", sweepTaskDefinitions)
	add("docker_task_roles", sweepRoles, "docker_task_definitions")
	add("docker_task_log_groups", sweepLogGroups, "docker_task_definitions")
}

func sweepRegion(region string, sweep func(context.Context, *Cloud) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), sweepLimit)
	defer cancel()
	configuration, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithRetryMaxAttempts(20))
	if err != nil {
		return err
	}
	return sweep(ctx, newCloud(configuration))
}

// isTestName tells whether a role, family or log group was made by a test. Log groups have
// a path before the name.
func isTestName(name string) bool {
	return strings.HasPrefix(name[strings.LastIndexByte(name, '/')+1:], NamePrefix)
}

func sweepTaskDefinitions(ctx context.Context, cloud *Cloud) error {
	arns, err := activeTaskDefinitions(ctx, cloud.ECS, "")
	if err != nil {
		return err
	}
	var errs []error
	for _, arn := range arns {
		if !isTestName(familyOf(arn)) {
			continue
		}
		if _, err := cloud.ECS.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &arn}); err != nil {
			errs = append(errs, fmt.Errorf("task definition %s: %w", arn, err))
		}
	}
	return errors.Join(errs...)
}

// sweepRoles sweeps all regions' roles at once, for roles have none.
func sweepRoles(ctx context.Context, cloud *Cloud) error {
	names, err := roleNames(ctx, cloud.IAM)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		if !isTestName(name) {
			continue
		}
		if err := deleteRole(ctx, cloud.IAM, name); err != nil && !isNoSuchEntity(err) {
			errs = append(errs, fmt.Errorf("role %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func sweepLogGroups(ctx context.Context, cloud *Cloud) error {
	groups, err := logGroups(ctx, cloud.Logs, "")
	if err != nil {
		return err
	}
	var errs []error
	for _, group := range groups {
		name := aws.ToString(group.LogGroupName)
		if !isTestName(name) {
			continue
		}
		if _, err := cloud.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name}); err != nil {
			errs = append(errs, fmt.Errorf("log group %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}
