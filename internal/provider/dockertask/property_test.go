package dockertask

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// TestTask_survivesECS: whatever is configured is read back as it was written, and means the
// same, when ECS has filled in its defaults and put everything in another order.
func TestTask_survivesECS(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		ctx := t.Context()
		var diags diag.Diagnostics
		drawn := anyTask(rt, t, 3)
		plan, before, definition, place := drawn.plan, drawn.spec, drawn.definition, drawn.in.place
		seen := describedByECS(rt, definition)
		if d := task.Differences(definition, seen); definition.Digest() != seen.Digest() {
			rt.Fatalf("ECS is said to have something else: %q\n%s\n%s", d, definition.JSON(), seen.JSON())
		}
		read := plan
		read.flattenDefinition(ctx, before, observation{Observed: task.Observed{Definition: &task.ObservedDefinition{Definition: seen}}, place: place}, &diags)
		if diags.HasError() {
			rt.Fatal(diags)
		}
		read.ARN, read.Revision = plan.ARN, plan.Revision
		if diff := differentAttributes(t, plan, read); len(diff) > 0 {
			rt.Fatalf("read back otherwise: %v", diff)
		}
		// And what an import would read means the same.
		imported := newModel(ctx, &diags)
		imported.Name = plan.Name
		bare := imported.describe(ctx, place, &diags).spec
		imported.flattenDefinition(ctx, bare, observation{Observed: task.Observed{Definition: &task.ObservedDefinition{Definition: seen}}, place: place, imported: true}, &diags)
		again := imported.describe(ctx, place, &diags).spec
		whole, err := again.Definition()
		if err != nil {
			rt.Fatal(err)
		}
		if d := task.Differences(definition, whole); len(d) > 0 {
			rt.Fatalf("imported, it is another definition in %q:\n%s\n%s", d, definition.Canonical().JSON(), whole.Canonical().JSON())
		}
	})
}

// drawnTask is any task, planned.
type drawnTask struct {
	in         planInput
	plan       model
	spec       task.Spec
	definition task.Definition
}

// anyTask is one in which nulls of four attributes are null, more or less.
func anyTask(rt *rapid.T, t *testing.T, nulls int) drawnTask {
	t.Helper()
	ctx := t.Context()
	var diags diag.Diagnostics
	config := newModel(ctx, &diags)
	attributes := taskAttributesSchema()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		_, main := mainTable.Types()[name]
		_, rest := definitionTable.Types()[name]
		if main || rest || name == "sidecars" {
			config.set(t, name, anyValue(rt, name, attributes[name], nulls))
		}
	}
	config.Name = types.StringValue("sample")
	config.NetworkMode = rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue("awsvpc"), types.StringValue("host"), types.StringValue("bridge")}).Draw(rt, "network_mode")
	config.Architecture = rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue("X86_64"), types.StringValue("ARM64")}).Draw(rt, "architecture")
	config.OperatingSystemFamily = rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue("LINUX"), types.StringValue("WINDOWS_SERVER_2022_CORE")}).Draw(rt, "operating_system_family")
	if task.IsWindows(config.OperatingSystemFamily.ValueString()) && config.NetworkMode.ValueString() != task.AWSVPC {
		config.NetworkMode = types.StringNull() // the only other one
	}
	launch := rapid.SampledFrom([][]string{nil, {"FARGATE"}, {"EC2"}, {"EXTERNAL"}, {"MANAGED_INSTANCES"}, {"EC2", "FARGATE"}}).Draw(rt, "launch_types")
	if launch != nil {
		config.LaunchTypes = tf.SetOf(launch)
	}
	if rapid.Bool().Draw(rt, "size") {
		config.CPU, config.Memory = types.Int64Value(1024), types.Int64Value(2048)
	}
	d := drawnTask{in: planInput{config: config, place: lifecycle.Site{
		Place:          arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"},
		DefaultSubnets: func() types.Set { return tf.SetOf(nil) },
	}}, plan: config}
	planned := planTask(ctx, d.in, &d.plan, &diags)
	var err error
	d.spec = planned.spec
	if d.definition, err = d.spec.Definition(); err != nil || diags.HasError() || d.spec.DefinitionUnknown(planned.unknown) {
		rt.Fatalf("%v, %v, unknown: %v", err, diags, planned.unknown)
	}
	return d
}

// differentAttributes are those in which two models differ, each with both values.
func differentAttributes(t *testing.T, a, b model) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name := range attributeFields() {
		if x, y := a.attribute(t, name), b.attribute(t, name); !x.Equal(y) {
			out[name] = fmt.Sprintf("%s, then %s", x, y)
		}
	}
	return out
}

// anyValue is a value that an attribute can have: of four, nulls are null.
func anyValue(t *rapid.T, path string, a schema.Attribute, nulls int) attr.Value {
	if path != "image" && rapid.IntRange(0, 3).Draw(t, path+"?") > 3-nulls {
		return nullOf(a.GetType())
	}
	return setValue(t, path, a, nulls)
}

// setValue is a value that is not null.
func setValue(t *rapid.T, path string, a schema.Attribute, nulls int) attr.Value {
	text := func() attr.Value { return types.StringValue(anyText(t, path)) }
	object := func(attributes map[string]schema.Attribute, number int) types.Object {
		values, typ := map[string]attr.Value{}, map[string]attr.Type{}
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			inner := attributes[name]
			typ[name] = inner.GetType()
			if inner.IsRequired() {
				values[name] = setValue(t, path+"."+name, inner, nulls)
			} else {
				values[name] = anyValue(t, path+"."+name, inner, nulls)
			}
		}
		return types.ObjectValueMust(typ, distinct(values, number))
	}
	many := rapid.IntRange(0, 3)
	if nulls == 0 {
		many = rapid.IntRange(1, 3)
	}
	switch a := a.(type) {
	case schema.StringAttribute:
		return text()
	case schema.Int64Attribute:
		if path == "ephemeral_storage_gib" {
			return types.Int64Value(rapid.Int64Range(20, 200).Draw(t, path))
		}
		return types.Int64Value(rapid.SampledFrom([]int64{1, 3, 5, 30, 300}).Draw(t, path))
	case schema.BoolAttribute:
		return types.BoolValue(rapid.Bool().Draw(t, path))
	case schema.ListAttribute:
		list := []attr.Value{}
		for range many.Draw(t, path) {
			if a.ElementType == types.Int64Type {
				list = append(list, types.Int64Value(rapid.Int64Range(1, 5).Draw(t, path)))
			} else {
				list = append(list, text())
			}
		}
		return types.ListValueMust(a.ElementType, list)
	case schema.MapAttribute:
		m := map[string]attr.Value{}
		for range many.Draw(t, path) {
			m[rapid.StringMatching(`[A-C]{1,2}`).Draw(t, path+" key")] = text()
		}
		return types.MapValueMust(types.StringType, m)
	case schema.SingleNestedAttribute:
		return object(a.Attributes, 0)
	case schema.ListNestedAttribute:
		list := []attr.Value{}
		for i := range many.Draw(t, path) {
			list = append(list, object(a.NestedObject.Attributes, i))
		}
		return types.ListValueMust(a.NestedObject.Type(), list)
	case schema.MapNestedAttribute:
		m := map[string]attr.Value{}
		for i := range many.Draw(t, path) {
			m[rapid.StringMatching(`k[a-c]`).Draw(t, path+" key")] = object(a.NestedObject.Attributes, i)
		}
		return types.MapValueMust(a.NestedObject.Type(), m)
	}
	panic(fmt.Sprintf("no value for %T", a))
}

// distinct makes the elements of a list differ in the fields by which ECS identifies them, and leaves out fields
// that exclude each other.
func distinct(values map[string]attr.Value, number int) map[string]attr.Value {
	for _, name := range []string{"container_path", "host_path", "hostname", "source_container", "expression"} {
		if s, ok := values[name].(types.String); ok && (!s.IsNull() || name == "expression") {
			values[name] = types.StringValue(fmt.Sprint(s.ValueString(), number))
		}
	}
	if _, port := values["container_port"]; port {
		values["container_port"] = types.Int64Value(int64(8000 + number))
		if !values["host_port"].IsNull() {
			values["host_port"] = values["container_port"]
		}
		if !values["container_port_range"].IsNull() {
			values["container_port"], values["host_port"] = types.Int64Null(), types.Int64Null()
			values["container_port_range"] = types.StringValue(fmt.Sprintf("9000-900%d", number))
		}
	}
	if _, requirement := values["value"]; requirement {
		values["type"] = types.StringValue([]string{"GPU", "InferenceAccelerator", "another"}[number])
	}
	return values
}

func anyText(t *rapid.T, path string) string {
	of := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, path) }
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "secrets", "log_secret_options":
		return of("/token", "token", "secret:database", "secret:database:password", "arn:aws:ssm:us-east-1:123456789012:parameter/token", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:key::")
	case "environment_files":
		return of("arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/b")
	case "log_driver":
		return of("awslogs", "splunk", "awsfirelens", "json-file")
	case "protocol":
		return of("tcp", "udp")
	case "version_consistency":
		return of("enabled", "disabled")
	case "root_directory":
		return of("/", "/data")
	case "type":
		return of(map[string]string{"placement_constraints.type": "memberOf", "proxy_configuration.type": "APPMESH"}[path], "fluentbit")
	case "scope":
		return of("task", "shared")
	case "driver":
		return of("local", "rexray")
	case "environment", "docker_labels", "log_options":
		return of("", "1", "us-east-1")
	}
	return rapid.StringMatching(`[a-c]{1,3}`).Draw(t, path)
}

// describedByECS is a definition as DescribeTaskDefinition returns it after RegisterTaskDefinition.
func describedByECS(t *rapid.T, d task.Definition) task.Definition {
	d = filledIn(copied(t, d))
	d = rapid.SampledFrom(answersOf(d)).Draw(t, "defaults")
	shuffle(t, d.ContainerDefinitions[1:])
	shuffle(t, d.Volumes)
	shuffle(t, d.RequiresCompatibilities)
	if d.ProxyConfiguration != nil {
		shuffle(t, d.ProxyConfiguration.Properties)
	}
	for _, c := range d.ContainerDefinitions {
		shuffle(t, c.Environment)
		shuffle(t, c.Secrets)
		shuffle(t, c.PortMappings)
		shuffle(t, c.Ulimits)
		shuffle(t, c.MountPoints)
		shuffle(t, c.VolumesFrom)
		shuffle(t, c.DependsOn)
		shuffle(t, c.SystemControls)
		shuffle(t, c.ResourceRequirements)
	}
	return d
}

// filledIn is a definition with what ECS adds to it.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
func filledIn(d task.Definition) task.Definition {
	for i := range d.Volumes {
		v := &d.Volumes[i]
		if v.EFS == nil && v.FSx == nil && v.Docker == nil && v.S3Files == nil && !v.ConfiguredAtLaunch && v.Host == nil {
			v.Host = &task.HostVolume{}
		}
		if v.EFS != nil {
			fill(&v.EFS.RootDirectory, "/")
			fill(&v.EFS.TransitEncryption, "DISABLED")
			if v.EFS.AuthorizationConfig != nil {
				fill(&v.EFS.AuthorizationConfig.IAM, "DISABLED")
			}
		}
		if v.S3Files != nil {
			fill(&v.S3Files.RootDirectory, "/")
		}
		if v.Docker != nil {
			fill(&v.Docker.Scope, "task")
			fill(&v.Docker.Driver, "local")
		}
	}
	for i := range d.PlacementConstraints {
		fill(&d.PlacementConstraints[i].Type, "memberOf")
	}
	if d.ProxyConfiguration != nil {
		fill(&d.ProxyConfiguration.Type, "APPMESH")
	}
	for i := range d.ContainerDefinitions {
		c := &d.ContainerDefinitions[i]
		for j := range c.PortMappings {
			p := &c.PortMappings[j]
			fill(&p.Protocol, "tcp")
			if d.NetworkMode == task.AWSVPC || d.NetworkMode == "host" {
				fill(&p.HostPort, p.ContainerPort)
			}
		}
		if c.HealthCheck != nil {
			fill(&c.HealthCheck.Interval, 30)
			fill(&c.HealthCheck.Timeout, 5)
			fill(&c.HealthCheck.Retries, 3)
		}
		if c.RestartPolicy != nil {
			fill(&c.RestartPolicy.RestartAttemptPeriod, 300)
		}
		if l := c.LinuxParameters; l != nil && l.Capabilities == nil {
			l.Capabilities = &task.Capabilities{Add: []string{}, Drop: []string{}}
		}
		fill(&c.VersionConsistency, "enabled")
		if c.Environment == nil {
			c.Environment, c.MountPoints, c.VolumesFrom, c.SystemControls = []task.KeyValue{}, slices.Clip(c.MountPoints), slices.Clip(c.VolumesFrom), slices.Clip(c.SystemControls)
		}
	}
	return d
}

func fill[T comparable](to *T, value T) {
	var zero T
	if *to == zero {
		*to = value
	}
}

func shuffle[T any](t *rapid.T, list []T) {
	copy(list, rapid.Permutation(list).Draw(t, "order"))
}

// copied is a definition that shares nothing with the one that it is of.
func copied(t interface{ Fatal(...any) }, d task.Definition) task.Definition {
	var out task.Definition
	if err := json.Unmarshal(d.JSON(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}
