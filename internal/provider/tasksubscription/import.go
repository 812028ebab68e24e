package tasksubscription

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// IdentitySchema describes the identity.
func (r *subscriptionResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: lifecycle.IdentitySchema("Name of the rule.")}
}

// ImportState takes NAME or NAME@REGION, or an identity. The read that follows looks the rule
// up.
func (r *subscriptionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, err := lifecycle.ImportedIdentity(ctx, req, req.ID, &resp.Diagnostics), error(nil)
	if arn.Is(req.ID) {
		id, err = lifecycle.ParseARN(req.ID, "events", "rule/")
	}
	if resp.Diagnostics.HasError() || !r.Ready(&resp.Diagnostics) {
		return
	}
	if err == nil {
		err = subscription.CheckName(id.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", tf.Sentence(err.Error())+" The id of a subscription is NAME or NAME@REGION, with the name of its rule, or the ARN of the rule.")
		return
	}
	place := r.ImportSite(ctx, id, lifecycle.AtTaskRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m := newModel()
	m.Name, m.Region = id.Name, types.StringValue(place.Region)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &m)...)
	lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(m.Name, place.Place), &resp.Diagnostics)
}

// discover fills in a model of which nothing but name and region are known. The task that the
// rule is about is described as docker_task or its data source does where it exists, and else
// as one is that is given by its name.
func (r *subscriptionResource) discover(ctx context.Context, client *aws.Client, place lifecycle.Site, m *model, diags *diag.Diagnostics) {
	name := m.Name.ValueString()
	rule, err := client.FindRule(ctx, name, subscription.RuleARN(name, place.Place))
	if err != nil {
		diags.AddError("Subscription "+name+" could not be read", tf.Sentence(err.Error()))
		return
	}
	if rule == nil {
		return
	}
	f, exact := subscription.ParsePattern(rule.Pattern)
	family, err := arn.Parse(f.FamilyARN)
	if err != nil || family.Place() != place.Place {
		diags.AddError("Rule "+name+" is no subscription to a docker task",
			"Its event pattern does not name one task definition of this account and region by the prefix of its ARN. Only a rule for the state changes of one task definition can be imported.")
		return
	}
	if !exact {
		f.OnlyFailures, f.ExitCodes, f.Schedule = false, nil, "" // the pattern shows as a change
	}
	t, found := r.findTask(ctx, &r.Configured, client, place, family.Name(), diags)
	if !found {
		t = taskref.Named(family.Name())
	}
	setFiltered(&t, f, place)
	m.Task = taskref.Object(ctx, t, diags)
	m.discoverFilter(f)
	m.discoverTarget(rule.Target, place.Place, diags)
}

// setFiltered sets the cluster and the container of the task from the pattern of the rule.
func setFiltered(t *taskref.Model, f subscription.Filter, place lifecycle.Site) {
	byName := t.FamilyARN.IsNull()
	cluster := t.Cluster.ValueString()
	if byName {
		cluster = place.Defaults.ClusterByName().ValueString()
	}
	if f.ClusterARN != "" && f.ClusterARN != task.ClusterARN(cluster, place.Place) {
		t.Cluster = types.StringValue(f.ClusterARN)
		if name, here := place.NameIn(f.ClusterARN); here {
			t.Cluster = types.StringValue(name)
		}
	}
	if !f.OnlyFailures && len(f.ExitCodes) == 0 {
		return // nothing is said of a container
	}
	switch {
	case !byName:
		t.ContainerName = tf.StringOrNull(f.Container)
	case f.Container == "": // any, which only a task that is given by its ARN says
		t.FamilyARN = types.StringValue(f.FamilyARN)
		if t.Cluster.IsNull() {
			t.Cluster = place.Defaults.ClusterByName()
		}
	case f.Container != t.Name.ValueString():
		t.ContainerName = types.StringValue(f.Container)
	}
}

func (m *model) discoverFilter(f subscription.Filter) {
	if !(len(f.Statuses) == 1 && f.Statuses[0] == subscription.Stopped) && len(f.Statuses) > 0 {
		m.Statuses = tf.SetOf(f.Statuses)
	}
	if f.OnlyFailures {
		m.OnlyFailures = types.BoolValue(true)
	}
	m.ExitCodes = int64Set(f.ExitCodes)
	m.Schedule = tf.StringOrNull(f.Schedule)
	if f.ClusterARN == "" {
		m.AnyCluster = types.BoolValue(true)
	}
}

func (m *model) discoverTarget(t *subscription.Target, place arn.Place, diags *diag.Diagnostics) {
	if t == nil || t.Kind == "" {
		return
	}
	*m.target(t.Kind) = types.StringValue(shortest(t.Kind, t.ARN, place))
	m.AttachPermission = attachable(t.ARN, place)
	if t.DeadLetterARN != "" {
		m.DeadLetterQueue = tf.ObjectOf(deadLetterQueueType, map[string]attr.Value{
			"queue": types.StringValue(shortest(subscription.Queue, t.DeadLetterARN, place)), "attach_permission": attachable(t.DeadLetterARN, place),
		}, diags)
	}
}

// attachable is attach_permission: false for what is in another account, whose policy the
// provider's credentials can neither change nor read, and else not set.
func attachable(targetARN string, place arn.Place) types.Bool {
	if a, err := arn.Parse(targetARN); err == nil && a.Account != place.Account {
		return types.BoolValue(false)
	}
	return types.BoolNull()
}

// shortest is the name of what is in the place, and the ARN of what is elsewhere.
func shortest(k subscription.Kind, targetARN string, place arn.Place) string {
	a, err := arn.Parse(targetARN)
	if err != nil {
		return targetARN
	}
	name := strings.TrimPrefix(a.Resource, awsname.Function.Prefix)
	if k.ARN(name, place) == targetARN {
		return name
	}
	return targetARN
}
