package taskref

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// A task that is given by its name alone is completed by the naming rules. If a docker_task that is planned in the
// same run, or AWS, has other values, a warning says so: the plan itself stays a pure function of the
// configuration.

type key struct{ region, name string }

// facts are what a run knows of a docker task and of the resources that refer to it.
type facts struct {
	planned    *Model
	references map[string]*reference // by the resource that refers
}

// reference is a task that is given by its name alone.
type reference struct {
	// from is the resource that refers to the task.
	from string
	// at is the attribute that holds the task.
	at    path.Path
	place arn.Place
	// roles are the provider's defaults for names of roles.
	roles task.RoleDefaults
	// given is the task as it is written, ruled the same with what the rules fill in.
	given, ruled Model
	// uses are the attributes of the task that matter to the resource; nil is all.
	uses []string
	// warned are the differences that a warning was about.
	warned []string
}

// ruledAttributes are what the rules fill in where it is left out.
var ruledAttributes = []struct {
	name  string
	value func(Model) attr.Value
}{
	{"cluster", func(t Model) attr.Value { return t.Cluster }},
	{"subnet_ids", func(t Model) attr.Value { return t.SubnetIDs }},
	{"security_group_ids", func(t Model) attr.Value { return t.SecurityGroupIDs }},
	{"assign_public_ip", func(t Model) attr.Value { return t.AssignPublicIP }},
	{"execution_role_arn", func(t Model) attr.Value { return t.ExecutionRoleARN }},
	{"task_role_arn", func(t Model) attr.Value { return t.TaskRoleARN }},
	{"container_name", func(t Model) attr.Value { return t.ContainerName }},
	{"launch_types", func(t Model) attr.Value { return t.ownLaunchType() }},
	{"network_mode", func(t Model) attr.Value { return t.NetworkMode }},
}

// ownLaunchType is the launch type that the launch types of the task lead to.
func (t Model) ownLaunchType() types.String {
	switch {
	case t.LaunchTypes.IsNull():
		return types.StringNull()
	case t.CapabilityUnknown():
		return types.StringUnknown()
	}
	return types.StringValue(t.Capability().Resolve(task.Launch{}).Type)
}

// differences say what of the task that the rules have filled in is something else, one line an
// attribute. What is not known on one side is not compared.
func (r reference) differences(known Model) []string {
	var out []string
	for _, a := range ruledAttributes {
		given, ruled, is := a.value(r.given), a.value(r.ruled), a.value(known)
		if !given.IsNull() || tf.AnyUnknown(ruled) || tf.AnyUnknown(is) || r.uses != nil && !slices.Contains(r.uses, a.name) {
			continue
		}
		was, now := r.text(a.name, ruled), r.text(a.name, is)
		if was != now {
			out = append(out, fmt.Sprintf("%s is %s, not %s", a.name, now, was))
		}
	}
	return out
}

// text is a value as it is compared and shown: a cluster or role by its name where it is of the
// reference's place.
func (r reference) text(name string, v attr.Value) string {
	const none = "none"
	switch v := v.(type) {
	case types.Set:
		ids := slices.Sorted(slices.Values(tf.StringsOf(v.Elements())))
		if len(ids) == 0 {
			return none
		}
		return strings.Join(ids, ", ")
	case types.Bool:
		return fmt.Sprint(v.ValueBool())
	case types.String:
		s := v.ValueString()
		if name == "cluster" {
			if name, here := r.place.NameIn(s); here {
				s = name
			}
		}
		if s == "" {
			return none
		}
		return s
	}
	return none
}

// observedTask is the task as AWS has it: roles from the definition, the network from tags.
func observedTask(d *task.ObservedDefinition, n task.TaggedNetwork) Model {
	t := Unknown()
	if n.Cluster != nil {
		t.Cluster = types.StringValue(*n.Cluster)
	}
	if n.SubnetIDs != nil {
		t.SubnetIDs = tf.SetOf(n.SubnetIDs)
	}
	if n.SecurityGroupIDs != nil {
		t.SecurityGroupIDs = tf.SetOf(n.SecurityGroupIDs)
	}
	if n.AssignPublicIP != nil {
		t.AssignPublicIP = types.BoolValue(*n.AssignPublicIP)
	}
	for kind, to := range map[task.RoleKind]*types.String{task.ExecutionRole: &t.ExecutionRoleARN, task.TaskRole: &t.TaskRoleARN} {
		if role := task.RoleIn(d, kind); role == "" || arn.Is(role) {
			*to = tf.StringOrNull(role)
		}
	}
	if can := d.Definition.RequiresCompatibilities; len(can) > 0 {
		t.LaunchTypes = tf.SetOf(can)
	}
	if mode := d.Definition.NetworkMode; mode != "" {
		t.NetworkMode = types.StringValue(mode)
	}
	if c, found := d.Definition.MainContainer(""); found {
		t.ContainerName = types.StringValue(c.Name)
	}
	return t
}

// glanceTime is how long a plan waits for what AWS knows of a task that is only named.
const glanceTime = 10 * time.Second

// refer notes that a resource gives a task by its name alone, and warns where more is known of the
// task and is something else.
func (r reference) refer(ctx context.Context, c *lifecycle.Configured, diags *diag.Diagnostics) {
	if c.Planned == nil {
		return // what is known may be of another plan
	}
	name := r.given.Name.ValueString()
	key := key{r.place.Region, name}
	if planned := tasksOf(c.Planned).refer(key, r); planned != nil {
		r.warn(diags, r.differences(*planned), "docker_task "+name+" of this configuration says something else")
		return
	}
	client, err := c.Client.InRegion(r.place.Region)
	if err != nil || client.AccountID == "" {
		return // without an account the credentials may be made up
	}
	ctx, cancel := context.WithTimeout(ctx, glanceTime)
	defer cancel()
	definition, err := client.GlanceAtDefinition(ctx, name)
	if err != nil || definition == nil {
		return // a right or network that is missing is no matter of the plan's
	}
	differences := r.observedDifferences(task.Observed{Definition: definition})
	if len(differences) > 0 && definition.Tags != nil {
		// What the tags of the revision alone tell is worth no warning if its roles tell otherwise.
		if roles, err := client.GlanceAtRoles(ctx, definition); err == nil {
			differences = r.observedDifferences(task.Observed{Definition: definition, Roles: roles})
		}
	}
	if tasksOf(c.Planned).warned(key, r.from, differences) {
		r.warn(diags, differences, "In AWS"+r.place.Where(false)+", by its newest revision and the tags of its parts, it is something else")
	}
}

// observedDifferences are the attributes that AWS has otherwise, and those whose tags contradict each other.
func (r reference) observedDifferences(o task.Observed) []string {
	rules := task.Spec{Name: r.given.Name.ValueString(), Place: r.place, RoleDefaults: r.roles}.WithDefaults()
	network := task.NetworkByTags(o, rules)
	out := r.differences(observedTask(o.Definition, network.TaggedNetwork))
	for _, d := range slices.Concat(network.Disputed, network.Elsewhere) {
		if r.uses == nil || slices.Contains(r.uses, string(d.Attribute)) {
			out = append(out, d.Text)
		}
	}
	return out
}

// runTasks are the docker tasks of one run: those that it has planned, and those that it refers to by their
// names alone.
type runTasks struct {
	mu    sync.Mutex
	tasks map[key]*facts
}

// tasksOf are those of a run.
func tasksOf(r *lifecycle.PlannedRun) *runTasks {
	return lifecycle.Shared(r, func() *runTasks { return &runTasks{tasks: map[key]*facts{}} })
}

// refer keeps a reference for a task that is planned later. The result is the task where it is
// planned already.
func (r *runTasks) refer(key key, reference reference) *Model {
	r.mu.Lock()
	defer r.mu.Unlock()
	facts := r.facts(key)
	facts.references[reference.from] = &reference
	return facts.planned
}

// warned records the differences that a warning is about, unless the task was planned by now.
func (r *runTasks) warned(key key, from string, differences []string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	facts := r.facts(key)
	if facts.planned != nil {
		return false
	}
	facts.references[from].warned = differences
	return true
}

func (r *runTasks) facts(key key) *facts {
	if r.tasks[key] == nil {
		r.tasks[key] = &facts{references: map[string]*reference{}}
	}
	return r.tasks[key]
}

// Planned notes a task that is planned, and warns of references that were planned before and say
// something else.
func (t Model) Planned(c *lifecycle.Configured, diags *diag.Diagnostics) {
	if c.Planned == nil || tf.UnknownAny(t.Name, t.Region) {
		return
	}
	r := tasksOf(c.Planned)
	r.mu.Lock()
	defer r.mu.Unlock()
	facts := r.facts(key{t.Region.ValueString(), t.Name.ValueString()})
	facts.planned = &t
	for _, from := range slices.Sorted(maps.Keys(facts.references)) {
		reference := facts.references[from]
		differences := reference.differences(t)
		if slices.Equal(differences, reference.warned) {
			continue
		}
		reference.warned = differences
		here := *reference
		here.at = path.Root("name")
		here.warn(diags, differences, "This docker_task says something else")
	}
}

// warn warns of differences, if there are any.
func (r reference) warn(diags *diag.Diagnostics, differences []string, who string) {
	if len(differences) == 0 {
		return
	}
	name := r.given.Name.ValueString()
	diags.AddAttributeWarning(r.at, "Docker task "+name+" is not as the naming rules have it", fmt.Sprintf(
		"%s gives docker task %s by its name alone, so that what it leaves out follows from the naming rules. %s: %s. "+
			"Give the whole task, as in docker_task.NAME or data.docker_task.NAME; or, where that makes a cycle, set these attributes beside name. "+
			"The type of a module's variable drops the attributes that it does not list; the guide on modules has the whole type.",
		r.from, name, who, strings.Join(differences, "; ")))
}

// Decode is a task as it is written.
func Decode(ctx context.Context, object types.Object, diags *diag.Diagnostics) Model {
	if object.IsUnknown() {
		return Unknown()
	}
	var t Model
	tf.Decode(ctx, object, &t, diags)
	return t
}

// Refer notes the task of a resource, if it is given by its name alone; uses are the attributes
// of it that matter, nil for all.
func Refer(ctx context.Context, c *lifecycle.Configured, place lifecycle.Site, from string, at path.Path, object types.Object, launch Launch, uses []string, diags *diag.Diagnostics) {
	given := Decode(ctx, object, diags)
	if !given.FamilyARN.IsNull() || given.Name.IsNull() || tf.UnknownAny(given.Name, given.Region) {
		return // whole, or not known
	}
	ruled := given
	ruled.Complete(at, place, launch, diags)
	reference{from: from, at: at, place: place.Place, roles: place.Defaults.Roles(), given: given, ruled: ruled, uses: uses}.refer(ctx, c, diags)
}

// Finder finds a docker task that exists by its name, with all that docker_task and its data source say
// of it; false where there is none. An import of what is made for a task asks it.
type Finder func(ctx context.Context, c *lifecycle.Configured, client *aws.Client, place lifecycle.Site, name string, diags *diag.Diagnostics) (Model, bool)

// DisplayName is the name of a task as messages have it.
func DisplayName(t Model) string {
	if t.Name.ValueString() == "" {
		return "(known after apply)"
	}
	return t.Name.ValueString()
}
