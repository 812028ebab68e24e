package taskref

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// Unknown is a task of which nothing is known yet.
func Unknown() Model {
	return Model{
		Name: types.StringUnknown(), Region: types.StringUnknown(), FamilyARN: types.StringUnknown(),
		ContainerName: types.StringUnknown(), Cluster: types.StringUnknown(),
		LaunchTypes: types.SetUnknown(types.StringType), NetworkMode: types.StringUnknown(),
		SubnetIDs: types.SetUnknown(types.StringType), SecurityGroupIDs: types.SetUnknown(types.StringType),
		AssignPublicIP: types.BoolUnknown(), ExecutionRoleARN: types.StringUnknown(), TaskRoleARN: types.StringUnknown(),
	}
}

// Complete fills in the attributes that follow from the naming rules if the task of the attribute at is given by its
// name, and refuses a whole task that lacks an attribute that a consumer needs. The launch of the consumer says on
// what a task that is given by its name can run. The result reports whether all that goes into a policy is known.
func (t *Model) Complete(at path.Path, site lifecycle.Site, launch Launch, diags *diag.Diagnostics) bool {
	if t.FamilyARN.IsUnknown() {
		// Only the ARN decides whether the task is whole or by name, so null attributes are not known yet.
		for _, v := range []*types.String{&t.ContainerName, &t.Cluster, &t.ExecutionRoleARN, &t.TaskRoleARN} {
			if v.IsNull() {
				*v = tf.Derive(*v, t.FamilyARN)
			}
		}
		if t.SubnetIDs.IsNull() {
			t.SubnetIDs = tf.Derive(t.SubnetIDs, t.FamilyARN)
		}
		if t.AssignPublicIP.IsNull() {
			t.AssignPublicIP = tf.Derive(t.AssignPublicIP, t.FamilyARN)
		}
		return false
	}
	if t.FamilyARN.IsNull() {
		t.follow(site, launch)
	} else {
		t.checkWhole(at, diags)
	}
	t.checkInterface(at, diags)
	return tf.Known(t.FamilyARN, t.Cluster, t.ExecutionRoleARN, t.TaskRoleARN, t.Region)
}

// WithoutNetwork leaves out where the task runs, before it is completed: for what only asks for its tasks.
func (t *Model) WithoutNetwork() {
	t.SubnetIDs, t.SecurityGroupIDs, t.AssignPublicIP = tf.SetOf(nil), tf.SetOf(nil), types.BoolValue(false)
}

// follow fills in what a task that is given by its name has by the provider's defaults and the rules.
func (t *Model) follow(site lifecycle.Site, launch Launch) {
	defaults := site.Defaults
	rules := task.Spec{Name: t.Name.ValueString(), Place: site.Place, RoleDefaults: defaults.Roles()}.WithDefaults()
	fill := func(to *types.String, value string, from ...tf.Input) {
		if to.IsNull() {
			*to = tf.Derive(types.StringValue(value), from...)
		}
	}
	account := tf.Unknown(site.Account == "")
	roles := []tf.Input{t.Name, t.Region, account, tf.Unknown(tf.UnknownAny(defaults.RoleNamePrefix, defaults.RolePath))}
	t.Cluster = lifecycle.Or(t.Cluster, defaults.Cluster)
	fill(&t.FamilyARN, rules.FamilyARN(), t.Name, t.Region, account)
	fill(&t.ContainerName, rules.Main.Name, t.Name)
	fill(&t.Cluster, rules.Network.Cluster)
	fill(&t.ExecutionRoleARN, rules.RoleARN(task.ExecutionRole), roles...)
	fill(&t.TaskRoleARN, rules.RoleARN(task.TaskRole), roles...)
	t.followLaunch(launch)
	t.followNetwork(site, defaults)
}

// followNetwork fills in the network, which only a task with a network interface of its own has.
func (t *Model) followNetwork(site lifecycle.Site, defaults lifecycle.Defaults) {
	capable, unknown, null := t.Capability(), t.CapabilityUnknown(), t.SubnetIDs.IsNull()
	from := []tf.Input{t.Region, tf.Unknown(unknown)}
	own := tf.Known(from...) && capable.OwnInterface()
	subnets := t.SubnetIDs
	if null {
		subnets = tf.SetOf(nil)
		switch {
		case own && !defaults.SubnetIDs.IsNull():
			subnets = defaults.SubnetIDs
		case own:
			subnets = site.DefaultSubnets()
		}
	}
	if t.AssignPublicIP.IsNull() {
		public := types.BoolValue(null && defaults.SubnetIDs.IsNull() && capable.CanFargate())
		subnetsUnknown := tf.Unknown(t.SubnetIDs.IsUnknown() || null && defaults.SubnetIDs.IsUnknown())
		if capable.CanFargate() && !defaults.AssignPublicIP.IsNull() {
			public, subnetsUnknown = defaults.AssignPublicIP, tf.Unknown(false)
		}
		t.AssignPublicIP = tf.Derive(public, subnetsUnknown, tf.Unknown((null || !defaults.AssignPublicIP.IsNull()) && unknown))
	}
	if null {
		t.SubnetIDs = tf.Derive(subnets, from...)
	}
	if t.SecurityGroupIDs.IsNull() && !defaults.SecurityGroupIDs.IsNull() {
		groups := types.SetNull(types.StringType)
		if own {
			groups = defaults.SecurityGroupIDs
		}
		t.SecurityGroupIDs = tf.Derive(groups, from...)
	}
}

// followLaunch fills in on what a task that is given by its name can run. Where nothing is said of it,
// a task that is launched on container instances is one that was made for them, and has no network
// interface of its own; unless it has subnets.
func (t *Model) followLaunch(launch Launch) {
	if t.CapabilityUnknown() {
		return
	}
	with, without := t.followed(launch, true), t.followed(launch, false)
	can := without
	if len(t.SubnetIDs.Elements()) > 0 {
		can = with
	}
	if launch.Unknown && t.LaunchTypes.IsNull() || t.SubnetIDs.IsUnknown() && with.NetworkMode != without.NetworkMode {
		t.LaunchTypes, t.NetworkMode = types.SetUnknown(types.StringType), types.StringUnknown()
		return
	}
	t.LaunchTypes, t.NetworkMode = tf.SetOf(can.LaunchTypes), tf.StringOrNull(can.NetworkMode)
}

func (t *Model) followed(launch Launch, subnets bool) task.Capability {
	can := t.Capability()
	if can.NetworkMode == "" && subnets {
		can.NetworkMode = task.AWSVPC
	}
	if can.LaunchTypes == nil && launch.Type != "" && launch.Type != task.Fargate {
		can.LaunchTypes = []string{launch.Type}
	}
	return can.ByRules()
}

// ToDomain is the task as internal/wire knows it.
func (t *Model) ToDomain(place arn.Place) wire.Task {
	if family, err := arn.Parse(t.FamilyARN.ValueString()); err == nil {
		place = family.Place()
	}
	end := wire.Task{
		Name:       t.Name.ValueString(),
		FamilyARN:  t.FamilyARN.ValueString(),
		ClusterARN: task.ClusterARN(t.Cluster.ValueString(), place),
		Container:  t.ContainerName.ValueString(),
		Capability: t.Capability(),
		Network: task.Network{
			SubnetIDs:        tf.StringsOf(t.SubnetIDs.Elements()),
			SecurityGroupIDs: tf.StringsOf(t.SecurityGroupIDs.Elements()),
			AssignPublicIP:   t.AssignPublicIP.ValueBool(),
		},
	}
	for _, role := range []types.String{t.ExecutionRoleARN, t.TaskRoleARN} {
		if a := role.ValueString(); a != "" {
			end.RoleARNs = append(end.RoleARNs, a)
		}
	}
	return end
}
