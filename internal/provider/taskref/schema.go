package taskref

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Schema describes the attribute. The values are checked although most come from a resource or data source, which check them
// too: they go into a policy, where a character can widen what it allows.
func Schema() schema.SingleNestedAttribute {
	text := func(check tf.StringCheck, description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: []validator.String{check}, MarkdownDescription: description}
	}
	list := func(check tf.StringCheck, description string) schema.SetAttribute {
		return schema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(check)},
			MarkdownDescription: description,
		}
	}
	someText := func(s string) error { // a newer one of AWS's comes through the data source
		if s == "" {
			return errors.New("it is not to be empty")
		}
		return nil
	}
	return schema.SingleNestedAttribute{
		Required: true,
		MarkdownDescription: "The task: `docker_task.NAME`, `data.docker_task.NAME`, or an object of these attributes. Only `name` is required; with the name alone, the other attributes follow from the naming rules, " +
			"the defaults and the provider's region and account, which avoids cycles.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckName)},
				MarkdownDescription: "Name of the task.",
			},
			"region":             schema.StringAttribute{Optional: true, MarkdownDescription: "Region of the task. Default: the provider's."},
			"family_arn":         text(checkFamilyARN, "ARN of the task definition without a revision. If it is set, other null attributes mean that the task has none; otherwise they follow from the naming rules."),
			"container_name":     text(task.CheckName, "Name of the main container."),
			"launch_types":       list(someText, "Launch types that the task can run on: "+tf.Code(task.LaunchTypes)+". Default by name alone: `FARGATE`, or `EC2` with a network mode other than `awsvpc`, or the value of `launch_type`."),
			"network_mode":       text(someText, "Network mode of the task: "+tf.Code(task.NetworkModes)+". Default by name alone: `awsvpc`, or `bridge` on `EC2` and `EXTERNAL` if `subnet_ids` is not set. With another mode than `awsvpc` the task has no subnets, and none are looked up."),
			"cluster":            text(task.CheckCluster, "Name or ARN of the cluster. Default by name alone: `"+task.DefaultCluster+"`, or that of the provider's `defaults`. "+ClusterHint),
			"subnet_ids":         list(task.CheckSubnetID, "Subnets to run in."),
			"security_group_ids": list(task.CheckSecurityGroupID, "Security groups to run with."),
			"assign_public_ip":   schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the task gets a public IP address. On launch types other than Fargate it never does."},
			"execution_role_arn": text(task.CheckRoleARN, "ARN of the execution role."),
			"task_role_arn":      text(task.CheckRoleARN, "ARN of the task role."),
		},
	}
}

// ClusterHint says that the cluster "default" need not be there.
const ClusterHint = "An account that has never used ECS has no cluster `default`, and running the task fails with `ClusterNotFoundException`: `docker_task_cluster` creates it."

// checkFamilyARN takes the ARN of a task definition of whatever revision.
func checkFamilyARN(s string) error {
	if _, err := arn.Parse(s); err != nil {
		return err
	}
	if !awsname.IsFamilyARN(s) {
		return fmt.Errorf("%q is not the ARN of a task definition without a revision, %s; to pin one, set revision of the wire%s", s, awsname.TaskDefinition.Shape(), arn.Hint(s, "a task definition"))
	}
	return nil
}
