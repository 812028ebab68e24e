package provider_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// elsewhere registers a revision as a pipeline does.
func elsewhereRevision(change func(in *ecs.RegisterTaskDefinitionInput)) func(heldTask) {
	return func(h heldTask) { h.registerElsewhere(change) }
}

// inContainer changes one of the definition's containers.
func (h heldTask) inContainer(name string, change func(*ecstypes.ContainerDefinition)) {
	h.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) {
		i := slices.IndexFunc(in.ContainerDefinitions, func(c ecstypes.ContainerDefinition) bool { return aws.ToString(c.Name) == name })
		change(&in.ContainerDefinitions[i])
	})
}

func withVariable(c *ecstypes.ContainerDefinition, name string, value *string) {
	c.Environment = slices.DeleteFunc(c.Environment, func(v ecstypes.KeyValuePair) bool { return aws.ToString(v.Name) == name })
	if value != nil {
		c.Environment = append(c.Environment, ecstypes.KeyValuePair{Name: &name, Value: value})
	}
}

// inMain sets a variable of the main container; nil removes it.
func inMain(name string, value *string) func(heldTask) {
	return func(h heldTask) {
		h.inContainer(h.name, func(c *ecstypes.ContainerDefinition) { withVariable(c, name, value) })
	}
}

// registered are the attributes that differ if the repair is a new revision.
func registered(attributes ...string) []string {
	return append([]string{"arn", "revision"}, attributes...)
}

// mainEnvironment is the line of drift for variables that the user did not set.
var mainEnvironment = []string{"task definition: containerDefinitions[NAME].environment"}

// definitionDrift are revisions that others register, and changes to the task's own.
var definitionDrift = []manualChange[heldTask]{
	{
		field: "TaskDefinition.ContainerDefinitions: image", changes: registered("image"),
		does: func(h heldTask) {
			h.inContainer(h.name, func(c *ecstypes.ContainerDefinition) { c.Image = aws.String("alpine") })
		},
	},
	{field: "TaskDefinition.ContainerDefinitions: variable added", changes: registered("environment"), does: inMain("C", aws.String("3"))},
	{field: "TaskDefinition.ContainerDefinitions: variable changed", changes: registered("environment"), does: inMain("A", aws.String("3"))},
	{field: "TaskDefinition.ContainerDefinitions: variable removed", changes: registered("environment"), does: inMain("B", nil)},
	{field: "TaskDefinition.ContainerDefinitions: wire's variable changed", changes: registered("wire_environment"), lines: mainEnvironment, does: inMain("QUEUE_NAME", aws.String("other"))},
	{field: "TaskDefinition.ContainerDefinitions: wire's variable removed", changes: registered("wire_environment"), lines: mainEnvironment, does: inMain("QUEUE_NAME", nil)},
	{
		field: "TaskDefinition.ContainerDefinitions: wire's variable of a sidecar changed", changes: registered(),
		lines: []string{"task definition: containerDefinitions[proxy].environment"},
		does: func(h heldTask) {
			h.inContainer("proxy", func(c *ecstypes.ContainerDefinition) { withVariable(c, "QUEUE_NAME", aws.String("other")) })
		},
	},
	{
		field: "TaskDefinition.ContainerDefinitions: wire's variable of a sidecar removed", changes: registered(),
		lines: []string{"task definition: containerDefinitions[proxy].environment"},
		does: func(h heldTask) {
			h.inContainer("proxy", func(c *ecstypes.ContainerDefinition) { withVariable(c, "QUEUE_NAME", nil) })
		},
	},
	{
		field: "TaskDefinition.ContainerDefinitions: log driver", changes: registered("log_driver", "log_options"),
		does: func(h heldTask) {
			h.inContainer(h.name, func(c *ecstypes.ContainerDefinition) {
				c.LogConfiguration = &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverSplunk, Options: map[string]string{"splunk-url": "https://logs.example"}}
			})
		},
	},
	{
		field: "TaskDefinition.ContainerDefinitions: log group", changes: registered("log_options"),
		imported: registered("log_group", "log_group_arn", "log_options", "log_retention_in_days"), // it is taken for the task's
		does: func(h heldTask) {
			h.inContainer(h.name, func(c *ecstypes.ContainerDefinition) { c.LogConfiguration.Options["awslogs-group"] = "/elsewhere" })
		},
	},
	{
		field: "TaskDefinition.ContainerDefinitions: sidecar added", changes: registered("sidecars"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions = append(in.ContainerDefinitions, ecstypes.ContainerDefinition{Name: aws.String("more"), Image: aws.String("envoy")})
		}),
	},
	{
		field: "TaskDefinition.ContainerDefinitions: sidecar removed", changes: registered("sidecars"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions = in.ContainerDefinitions[:1] }),
	},
	{field: "TaskDefinition.Cpu", changes: registered("cpu"), does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.Cpu = aws.String("512") })},
	{field: "TaskDefinition.Memory", changes: registered("memory"), does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.Memory = aws.String("1024") })},
	{
		field: "TaskDefinition.Volumes", changes: registered("volumes"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.Volumes = []ecstypes.Volume{{Name: aws.String("data"), Host: &ecstypes.HostVolumeProperties{}}}
		}),
	},
	{
		field: "TaskDefinition.TaskRoleArn changed", changes: registered(), lines: []string{"task definition: taskRoleArn"},
		imported: registered("single_role", "task_role_arn", "task_role_name", "task_role_policy_json"), // it is taken for the task's
		does:     elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.TaskRoleArn = in.ExecutionRoleArn }),
	},
	{
		field: "TaskDefinition.TaskRoleArn removed", changes: registered(), lines: []string{"task definition: taskRoleArn"},
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.TaskRoleArn = nil }),
	},
	{
		field: "TaskDefinition.ExecutionRoleArn", changes: registered(), lines: []string{"task definition: executionRoleArn"},
		imported: registered("single_role", "execution_role_arn", "execution_role_name", "execution_role_policy_json", "task_role_policy_json"),
		does:     elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.ExecutionRoleArn = in.TaskRoleArn }),
	},
	{
		field: "TaskDefinition.NetworkMode", changes: registered("launch_types", "network_mode"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.NetworkMode, in.RequiresCompatibilities = ecstypes.NetworkModeHost, []ecstypes.Compatibility{ecstypes.CompatibilityEc2}
		}),
	},
	{
		field: "TaskDefinition.RequiresCompatibilities", changes: registered("launch_types"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.RequiresCompatibilities = append(in.RequiresCompatibilities, ecstypes.CompatibilityEc2)
		}),
	},
	{
		field: "TaskDefinition.RuntimePlatform changed", changes: registered("architecture"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.RuntimePlatform.CpuArchitecture = ecstypes.CPUArchitectureArm64
		}),
	},
	{field: "TaskDefinition.PidMode", changes: registered("pid_mode"), does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.PidMode = ecstypes.PidModeTask })},
	{field: "TaskDefinition.IpcMode", changes: registered("ipc_mode"), does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.IpcMode = ecstypes.IpcModeNone })},
	{
		field: "TaskDefinition.ProxyConfiguration", changes: registered("proxy_configuration"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.ProxyConfiguration = &ecstypes.ProxyConfiguration{ContainerName: aws.String("proxy"), Type: ecstypes.ProxyConfigurationTypeAppmesh}
		}),
	},
	{
		field: "TaskDefinition.PlacementConstraints", changes: registered("placement_constraints"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.PlacementConstraints = []ecstypes.TaskDefinitionPlacementConstraint{{Type: ecstypes.TaskDefinitionPlacementConstraintTypeMemberOf, Expression: aws.String("attribute:a == b")}}
		}),
	},
	{
		field: "TaskDefinition.EphemeralStorage", changes: registered("ephemeral_storage_gib"),
		does: elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) {
			in.EphemeralStorage = &ecstypes.EphemeralStorage{SizeInGiB: 30}
		}),
	},
	{
		field: "TaskDefinition.InferenceAccelerators", changes: registered(), lines: []string{"task definition: inferenceAccelerators"},
		does: func(h heldTask) { // the SDK warns of the field
			h.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) {
				h.like(map[string]any{"InferenceAccelerators": []any{map[string]string{"DeviceName": "device", "DeviceType": "eia2.medium"}}}, in)
			})
		},
	},
}

// noneActive leaves no ACTIVE revision, so no tags to read.
var noneActive = manualChange[heldTask]{
	field: "TaskDefinition.Status: all are INACTIVE", changes: registered(),
	imported: registered("architecture", "container_name", "cpu", "image", "launch_types", "memory", "network_mode", "operating_system_family"),
	does:     func(h heldTask) { h.cloud.DeregisterAll(h.name) },
}

// quietDefinitionDrift are revisions with the same meaning as the task's own.
var quietDefinitionDrift = []manualChange[heldTask]{
	{
		field: "TaskDefinition.ContainerDefinitions: in another order",
		does:  elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { slices.Reverse(in.ContainerDefinitions[0].Environment) }),
	},
	{
		field: "TaskDefinition.RuntimePlatform removed: the same as it was",
		does:  elsewhereRevision(func(in *ecs.RegisterTaskDefinitionInput) { in.RuntimePlatform = nil }),
	},
}

// newestInactive cannot be done before an import: for a family, the emulator returns the newest revision, ACTIVE or
// not.
var newestInactive = manualChange[heldTask]{
	field: "TaskDefinition.Status: the newest of two that are the same is INACTIVE",
	does: func(h heldTask) {
		h.registerElsewhere(func(*ecs.RegisterTaskDefinitionInput) {})
		h.cloud.Deregister(h.arn())
	},
}

func tagHand(field string, change func(h heldTask, arn string), line string, changes ...string) manualChange[heldTask] {
	return manualChange[heldTask]{
		field: "TaskDefinition: tags: " + field, changes: changes, lines: []string{"task definition: tags " + line},
		does: func(h heldTask) { change(h, h.arn()) },
	}
}

// placeChange is a change of a tag for the network of the task. An import takes the network from the tags of the roles.
func placeChange(field string, change func(h heldTask, arn string), line string, changes ...string) manualChange[heldTask] {
	h := tagHand(field, change, line, changes...)
	h.imported = []string{"drift"}
	return h
}

// definitionTagDrift are changes of the tags of a revision that the task registered, from which state has the
// network.
var definitionTagDrift = []manualChange[heldTask]{
	tagHand("added", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "by hand", "yes") }, "by hand", "tags", "tags_all"),
	tagHand("changed", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "team", "audio") }, "team", "tags", "tags_all"),
	tagHand("removed", func(h heldTask, arn string) { h.cloud.UntagTaskDefinition(arn, "team") }, "team", "tags", "tags_all"),
	placeChange("cluster changed", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "docker-task:cluster", "elsewhere") },
		"docker-task:cluster", "cluster", "cluster_arn"),
	tagHand("cluster changed to what is none", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "docker-task:cluster", "*/x") },
		"docker-task:cluster"),
	tagHand("cluster removed", func(h heldTask, arn string) { h.cloud.UntagTaskDefinition(arn, "docker-task:cluster") }, "docker-task:cluster"),
	placeChange("subnets changed", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "docker-task:subnets", "subnet-1") },
		"docker-task:subnets", "subnet_ids"),
	placeChange("subnets removed", func(h heldTask, arn string) { h.cloud.UntagTaskDefinition(arn, "docker-task:subnets") }, "docker-task:subnets", "subnet_ids"),
	placeChange("security groups changed", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "docker-task:security-groups", "sg-1") },
		"docker-task:security-groups", "security_group_ids"),
	placeChange("public address changed", func(h heldTask, arn string) {
		h.cloud.TagTaskDefinition(arn, "docker-task:assign-public-ip", "false")
	}, "docker-task:assign-public-ip", "assign_public_ip"),
	tagHand("one like the provider's added", func(h heldTask, arn string) { h.cloud.TagTaskDefinition(arn, "docker-task:more", "yes") }, "docker-task:more"),
	tagHand("unit removed", func(h heldTask, arn string) { h.cloud.UntagTaskDefinition(arn, "docker-task:unit") }, "docker-task:unit"),
}

// remakeLogGroup deletes the log group and creates it again, as a running task does (awslogs-create-group).
func (u unit) remakeLogGroup(tags map[string]string) {
	u.t.Helper()
	// On the emulator a group has the tags of the one before it.
	u.cloud.UntagLogGroup(u.logGroup, slices.Collect(maps.Keys(u.cloud.LogGroupTags(u.logGroup)))...)
	u.cloud.DeleteLogGroup(u.logGroup)
	if _, err := u.cloud.Logs.CreateLogGroup(u.t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &u.logGroup, Tags: tags}); err != nil {
		u.t.Fatal(err)
	}
}

// logGroupDrift are changes of the log group.
var logGroupDrift = []manualChange[heldTask]{
	{field: "LogGroup.RetentionInDays changed", changes: []string{"log_group", "log_retention_in_days"}, does: func(h heldTask) { h.cloud.PutRetention(h.logGroup, 7) }},
	{field: "LogGroup.RetentionInDays removed", changes: []string{"log_group", "log_retention_in_days"}, does: func(h heldTask) { h.cloud.PutRetention(h.logGroup, 0) }},
	{field: "LogGroup: tags: added", lines: []string{"log group: tags by hand"}, does: func(h heldTask) { h.cloud.TagLogGroup(h.logGroup, "by hand", "yes") }},
	{field: "LogGroup: tags: changed", lines: []string{"log group: tags team"}, does: func(h heldTask) { h.cloud.TagLogGroup(h.logGroup, "team", "audio") }},
	{field: "LogGroup: tags: removed", lines: []string{"log group: tags team"}, does: func(h heldTask) { h.cloud.UntagLogGroup(h.logGroup, "team") }},
	{
		field: "LogGroup: tags: where it runs changed", lines: []string{"log group: tags docker-task:cluster, docker-task:subnets"},
		does: func(h heldTask) {
			h.cloud.TagLogGroup(h.logGroup, "docker-task:cluster", "elsewhere")
			h.cloud.UntagLogGroup(h.logGroup, "docker-task:subnets")
		},
	},
	{
		field: "LogGroup: tags: unit removed", lines: []string{"log group: tags docker-task:unit"},
		does: func(h heldTask) { h.cloud.UntagLogGroup(h.logGroup, "docker-task:unit") },
	},
	{
		field: "LogGroup: tags: one of adopted groups added", lines: []string{"log group: tags docker-task:adopted"},
		does: func(h heldTask) { h.cloud.TagLogGroup(h.logGroup, "docker-task:adopted", "true") },
	},
	{
		field: "LogGroup: tags: another unit", refused: "and belongs to another unit of this provider. It stays as it is.",
		does: func(h heldTask) { h.cloud.TagLogGroup(h.logGroup, "docker-task:unit", anotherUnit) },
		undo: func(h heldTask) { h.cloud.UntagLogGroup(h.logGroup, "docker-task:unit") },
	},
	{field: "LogGroup.CreationTime deleted", changes: []string{"log_group_arn", "log_retention_in_days"}, imported: []string{"log_group", "log_group_arn", "log_retention_in_days"}, does: func(h heldTask) { h.cloud.DeleteLogGroup(h.logGroup) }},
	{
		field: "LogGroup.CreationTime made again by a task", changes: []string{"log_group", "log_retention_in_days"},
		lines: []string{"log group: tags docker-task:assign-public-ip, docker-task:cluster, docker-task:security-groups, docker-task:subnets, docker-task:unit, team"},
		does:  func(h heldTask) { h.remakeLogGroup(nil) },
	},
	{
		field: "LogGroup.CreationTime made again by another unit", refused: "and belongs to another unit of this provider. It stays as it is.",
		does: func(h heldTask) { h.remakeLogGroup(map[string]string{"docker-task:unit": anotherUnit}) },
		undo: func(h heldTask) { h.cloud.DeleteLogGroup(h.logGroup) },
	},
	{
		field: "LogGroup: a stream added",
		does: func(h heldTask) {
			_, err := h.cloud.Logs.CreateLogStream(h.t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &h.logGroup, LogStreamName: aws.String("by-hand")})
			if err != nil {
				h.t.Fatal(err)
			}
		},
	},
}

// TestAccTask_drift_definition: manual changes of the family.
func TestAccTask_drift_definition(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]struct{ refreshed, imported []manualChange[heldTask] }{
		"fields": {
			slices.Concat(definitionDrift, []manualChange[heldTask]{noneActive}, quietDefinitionDrift, []manualChange[heldTask]{newestInactive}),
			append(untagged(definitionDrift), noneActive),
		},
		"tags":      {definitionTagDrift, definitionTagDrift},
		"log group": {logGroupDrift, unmarked(logGroupDrift)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drifts(t, holdTask, changes.refreshed)
		})
		t.Run(name+" imported", func(t *testing.T) {
			t.Parallel()
			importedDrifts(t, holdTask, changes.imported)
		})
	}
}

// unmarked are the changes but for three: one marks the group as adopted, which an import accepts; one creates the
// group again without a tag, which an import adopts; one gives it another unit's id, after which an import gives the
// group by its ARN (TestAccImport_takesNothingOfOthers).
func unmarked(changes []manualChange[heldTask]) []manualChange[heldTask] {
	not := []string{"LogGroup: tags: one of adopted groups added", "LogGroup.CreationTime made again by a task", "LogGroup: tags: another unit"}
	return slices.DeleteFunc(slices.Clone(changes), func(h manualChange[heldTask]) bool { return slices.Contains(not, h.field) })
}

// untagged are the changes as an import sees them: a revision that others registered has no tags, and counts as the
// task's.
func untagged(changes []manualChange[heldTask]) []manualChange[heldTask] {
	changes = slices.Clone(changes)
	for i, h := range changes {
		if h.imported == nil {
			h.imported = append(h.imported, h.changes...)
		}
		changes[i].imported = append([]string{"drift"}, h.imported...)
	}
	return changes
}
