package dockertask

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

var _ datasource.DataSourceWithConfigure = (*taskDataSource)(nil)

// taskDataSource is data "docker_task".
type taskDataSource struct {
	lifecycle.Configured
}

// NewDataSource makes data "docker_task".
func NewDataSource() datasource.DataSource { return &taskDataSource{} }

// Metadata names the data source.
func (d *taskDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task"
}

// Configure takes the provider's data.
func (d *taskDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.SetData(req.ProviderData, &resp.Diagnostics)
}

// Schema has the attributes of the resource, all computed but those that say which task.
func (d *taskDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]dsschema.Attribute{}
	for name, a := range taskAttributesSchema() {
		attributes[name] = computedOnly(a)
	}
	attributes["name"] = dsschema.StringAttribute{
		Required:            true,
		Validators:          []validator.String{tf.StringCheck(task.CheckName)},
		MarkdownDescription: "Name of the task, which is its task definition's family.",
	}
	attributes["region"] = dsschema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "AWS region of the task. Default: the provider's.",
	}
	attributes["revision"] = dsschema.Int64Attribute{
		Optional: true, Computed: true,
		Validators:          []validator.Int64{tf.Between(1, 1<<31-1, "")},
		MarkdownDescription: "Number of the revision, which must be `ACTIVE`. Default: the newest.",
	}
	attributes["arn"] = dsschema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "ARN of the revision `revision`, or of the newest.",
	}
	maps.Copy(attributes, explicitNetwork())
	resp.Schema = dsschema.Schema{
		MarkdownDescription: "A docker task of another stack, created by this provider, or any ECS task definition. Values " +
			"that a task definition of another tool does not have, such as the cluster, are null. `task = data.docker_task.NAME` works in a wire like the resource.\n\n" +
			"Cluster and network (`cluster`, `subnet_ids`, `security_group_ids`, `assign_public_ip`) are read from tags of the task's parts. Values " +
			"that are set here override the tags. The tags of the task's own roles override those of the task definition and the " +
			"log group, with a warning if they differ; other contradictions are an error. A cluster of another account, region or partition is never taken from a tag.\n\n" +
			"AWS does not store `wires`, `definition_json` and `images`: they are null here, and their effect is in other attributes, such as `environment` and `task_role_policy_json`.",
		Attributes: attributes,
	}
}

// explicitNetwork are the attributes that say where the task runs, with the checks of the resource.
func explicitNetwork() map[string]dsschema.Attribute {
	resource := taskAttributesSchema()
	const otherwise = " Default: read from the tags of the task's parts; null without such tags."
	text, ok := resource[string(task.AttributeCluster)].(schema.StringAttribute)
	out := map[string]dsschema.Attribute{
		string(task.AttributeCluster): dsschema.StringAttribute{
			Optional: true, Computed: true, Validators: text.Validators,
			MarkdownDescription: "Name or ARN of the ECS cluster in which consumers run the task." + otherwise,
		},
		string(task.AttributeAssignPublicIP): dsschema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether the running task gets a public IP address." + otherwise,
		},
	}
	for name, description := range map[task.NetworkAttribute]string{
		task.AttributeSubnetIDs:        "Subnets in which consumers run the task.",
		task.AttributeSecurityGroupIDs: "Security groups of the running task.",
	} {
		set, isSet := resource[string(name)].(schema.SetAttribute)
		ok = ok && isSet
		out[string(name)] = dsschema.SetAttribute{
			ElementType: types.StringType, Optional: true, Computed: true, Validators: set.Validators,
			MarkdownDescription: description + otherwise,
		}
	}
	if !ok { // a change of the resource's schema; the schema's test is the first to see it
		panic("the resource has where a task runs in attributes of other types")
	}
	return out
}

// computedOnly makes of a resource's attribute one that is only read: the same name, type
// and description.
func computedOnly(a schema.Attribute) dsschema.Attribute {
	description := a.GetMarkdownDescription()
	switch a := a.(type) {
	case schema.StringAttribute:
		return dsschema.StringAttribute{Computed: true, MarkdownDescription: description}
	case schema.Int64Attribute:
		return dsschema.Int64Attribute{Computed: true, MarkdownDescription: description}
	case schema.BoolAttribute:
		return dsschema.BoolAttribute{Computed: true, MarkdownDescription: description}
	case schema.ListAttribute:
		return dsschema.ListAttribute{Computed: true, MarkdownDescription: description, ElementType: a.ElementType}
	case schema.SetAttribute:
		return dsschema.SetAttribute{Computed: true, MarkdownDescription: description, ElementType: a.ElementType}
	case schema.MapAttribute:
		return dsschema.MapAttribute{Computed: true, MarkdownDescription: description, ElementType: a.ElementType}
	case schema.SingleNestedAttribute:
		return dsschema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: allComputed(a.Attributes)}
	case schema.ListNestedAttribute:
		return dsschema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: dsschema.NestedAttributeObject{
			Attributes: allComputed(a.NestedObject.Attributes),
		}}
	case schema.MapNestedAttribute:
		return dsschema.MapNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: dsschema.NestedAttributeObject{
			Attributes: allComputed(a.NestedObject.Attributes),
		}}
	}
	// Only reached by a new kind of attribute; the schema's test is the first to see it.
	panic(fmt.Sprintf("no data source attribute for %T", a))
}

func allComputed(attributes map[string]schema.Attribute) map[string]dsschema.Attribute {
	out := map[string]dsschema.Attribute{}
	for name, a := range attributes {
		out[name] = computedOnly(a)
	}
	return out
}

// Read looks the task up: its definition first, which names the other parts, then those.
func (d *taskDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config taskAttributes
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() || !d.Ready(&resp.Diagnostics) {
		return
	}
	ctx, cancel := context.WithTimeout(d.Client.Context(ctx), lifecycle.ReadTimeout)
	defer cancel()
	client, place := d.InRegion(ctx, config.Region, lifecycle.AtRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	lifecycle.CheckArgumentPlaces("data.docker_task", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m, found := readTask(ctx, &d.Configured, client, place, config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !found {
		which := "no ACTIVE revision"
		if !config.Revision.IsNull() {
			which = fmt.Sprintf("no ACTIVE revision %d", config.Revision.ValueInt64())
		}
		resp.Diagnostics.AddAttributeError(path.Root("name"), "No such docker task", fmt.Sprintf(
			"Task definition %s has %s in %s.", config.Name.ValueString(), which, client.Region))
		return
	}
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &m.taskAttributes)...)
}

// readTask describes the task that the data source is about; false where there is none. Where it runs is
// what the configuration says, else what the tags tell.
func readTask(ctx context.Context, c *lifecycle.Configured, client *aws.Client, place lifecycle.Site, config taskAttributes, diags *diag.Diagnostics) (model, bool) {
	m, seen, found := describeTask(ctx, c, client, place, config.Name.ValueString(), config.Revision.ValueInt64(), diags)
	if !found {
		return m, false
	}
	given := m.giveNetwork(config, seen.place.Place)
	m.deriveConsoleURLs(seen.place.Place)
	networkReport{
		name: m.Name.ValueString(), place: seen.place.Place, given: given, required: true,
		remedy: "Find out who wrote the tags; or set the right values in this data source: they count before all tags.",
	}.report(seen.told, diags)
	return m, true
}

// giveNetwork copies the network attributes that the configuration has; these attributes are the
// result.
func (m *taskAttributes) giveNetwork(config taskAttributes, place arn.Place) []task.NetworkAttribute {
	var given []task.NetworkAttribute
	if !config.Cluster.IsNull() {
		m.Cluster, m.ClusterARN = config.Cluster, types.StringValue(task.ClusterARN(config.Cluster.ValueString(), place))
		given = append(given, task.AttributeCluster)
	}
	if !config.SubnetIDs.IsNull() {
		m.SubnetIDs = config.SubnetIDs
		given = append(given, task.AttributeSubnetIDs)
	}
	if !config.SecurityGroupIDs.IsNull() {
		m.SecurityGroupIDs = config.SecurityGroupIDs
		given = append(given, task.AttributeSecurityGroupIDs)
	}
	if !config.AssignPublicIP.IsNull() {
		m.AssignPublicIP = config.AssignPublicIP
		given = append(given, task.AttributeAssignPublicIP)
	}
	return given
}

// describeTask describes the task that a definition is of; false where there is none. Revision 0
// is the newest.
func describeTask(ctx context.Context, c *lifecycle.Configured, client *aws.Client, place lifecycle.Site, name string, revision int64, diags *diag.Diagnostics) (model, observation, bool) {
	m := newModel(ctx, diags)
	m.Name, m.Region = types.StringValue(name), types.StringValue(place.Region)
	m, seen := discover(ctx, c, client, place, m, revision, diags)
	if diags.HasError() || seen.Definition == nil {
		return m, seen, false
	}
	m.forgetUnnamed(&seen)
	m.flatten(ctx, seen, diags)
	m.forgetMissing()
	m.deriveConsoleURLs(seen.place.Place)
	return m, seen, true
}

// forgetUnnamed drops the parts that the task definition does not name. One that is to be
// imported may have lost its definition, so that its parts are looked for by the naming rules;
// one that is there says itself what belongs to it.
func (m *model) forgetUnnamed(seen *observation) {
	for _, kind := range task.RoleKinds {
		if task.RoleIn(seen.Definition, kind) == "" {
			object, _, _, _ := m.roleAttributes(kind)
			*object = types.ObjectNull(roleType.AttrTypes)
			delete(seen.Roles, kind)
		}
	}
	if task.LogGroupIn(seen.Definition, m.ContainerName.ValueString()) == "" {
		m.LogGroup, seen.LogGroup = types.ObjectNull(logGroupType.AttrTypes), nil
	}
}

// forgetMissing takes back the names of parts that there are not: a resource will make them,
// a data source must not speak of them.
func (m *taskAttributes) forgetMissing() {
	for _, part := range []struct{ arn, name *types.String }{
		{&m.ExecutionRoleARN, &m.ExecutionRoleName},
		{&m.TaskRoleARN, &m.TaskRoleName},
		{&m.LogGroupARN, &m.LogGroupName},
	} {
		if part.arn.IsNull() {
			*part.name = types.StringNull()
		}
	}
}
