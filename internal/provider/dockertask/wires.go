package dockertask

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// wiresSchema is made from the table of kinds.
func wiresSchema() schema.MapNestedAttribute {
	attributes := map[string]schema.Attribute{
		"access": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "`read`, `write` or `read_write`; required if the kind has both, except for `docker_task` and `database`.",
		},
		"env_prefix": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Prefix of the names of the variables: `UPLOADS_` makes `UPLOADS_BUCKET_NAME`. Cannot be used with `variables`.",
		},
		"variables": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Names of the variables, by their names in the table: `{ BUCKET_NAME = \"REPORT_BUCKET\" }` sets `REPORT_BUCKET`. " +
				"The map lists all variables that the wire sets: others are not set, and `{}` sets none and gives only the permissions. " +
				"Default: all variables of the kind. Cannot be used with `env_prefix`.",
		},
		"kms_key_arn": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Customer-managed key that the target's data is encrypted with: allows its use for reading or writing, through the target's service only.",
		},
		"task_token": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "With `state_machine`: allows the task to send the result for its task token.",
		},
		"containers": schema.ListAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Sidecars, or other containers of `definition_json`, that also get the variables.",
		},
	}
	for _, k := range wire.Kinds {
		attributes[k.Name] = kindSchema(k)
	}
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Resources that the task uses, by a name of your choice. Each wire has one target, and adds statements " +
			"to the task role and variables to the container. The guide on wires has the table.",
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

func kindSchema(k wire.Kind) schema.Attribute {
	description := strings.ToUpper(k.Description[:1]) + k.Description[1:] + "."
	if k.Note != "" {
		description += " " + k.Note
	}
	switch k.Given {
	case wire.ByTask:
		a := taskref.Schema()
		a.Required, a.Optional = false, true
		a.MarkdownDescription = description
		return a
	case wire.ByObject:
		inner := map[string]schema.Attribute{}
		for _, f := range k.Fields {
			if f.Number {
				inner[f.Name] = schema.Int64Attribute{Optional: true, MarkdownDescription: f.Description}
			} else {
				inner[f.Name] = schema.StringAttribute{Optional: true, MarkdownDescription: f.Description}
			}
		}
		return schema.SingleNestedAttribute{Optional: true, Attributes: inner, MarkdownDescription: description}
	}
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

// expandedWire is a wire, and what of it is not known yet.
type expandedWire struct {
	wire.Wire
	// settingsUnknown: access or the like is not known; targetUnknown: what it leads to is not.
	settingsUnknown, targetUnknown bool
	// variablesUnknown: of what it leads to, that is not known which decides what variables
	// there are.
	variablesUnknown bool
}

func (w expandedWire) known() bool { return !w.settingsUnknown && !w.targetUnknown }

// expandWires reads the wires, sorted by name. A wire that names no target or two is left
// out, with its problems. The default subnets are only asked for where a task is given by
// its name.
func (m *model) expandWires(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) []expandedWire {
	var out []expandedWire
	elements := m.Wires.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		object, ok := elements[name].(types.Object)
		if !ok || object.IsNull() {
			continue
		}
		if object.IsUnknown() {
			out = append(out, expandedWire{Wire: wire.Wire{Name: name}, settingsUnknown: true, targetUnknown: true})
			continue
		}
		attributes := object.Attributes()
		var set, known []string
		for _, k := range wire.Kinds {
			if !attributes[k.Name].IsNull() {
				set = append(set, k.Name)
				if !attributes[k.Name].IsUnknown() {
					known = append(known, k.Name)
				}
			}
		}
		switch {
		case len(known) > 1:
			set = known
		case len(set) > 1: // all but one may turn out to be null
			out = append(out, expandedWire{Wire: wire.Wire{Name: name}, settingsUnknown: true, targetUnknown: true})
			continue
		}
		kind, problems := wire.Choose(name, set)
		if len(problems) > 0 {
			addWireProblems(problems, diags)
			continue
		}
		w := expandedWire{Wire: wire.Wire{
			Name: name, Kind: kind.Name,
			Access:     wire.Access(tf.As[types.String](attributes["access"]).ValueString()),
			EnvPrefix:  tf.As[types.String](attributes["env_prefix"]).ValueString(),
			KMSKeyARN:  tf.As[types.String](attributes["kms_key_arn"]).ValueString(),
			TaskToken:  tf.As[types.Bool](attributes["task_token"]).ValueBool(),
			Containers: tf.StringsOf(tf.As[types.List](attributes["containers"]).Elements()),
		}}
		if names := tf.As[types.Map](attributes["variables"]); !names.IsNull() {
			w.Names = tf.StringMapOf(names)
		}
		for _, setting := range []string{"access", "env_prefix", "variables", "kms_key_arn", "task_token", "containers"} {
			w.settingsUnknown = w.settingsUnknown || tf.AnyUnknown(attributes[setting])
		}
		w.target(ctx, kind, attributes[kind.Name], place, diags)
		out = append(out, w)
	}
	return out
}

// target reads where a wire leads.
func (w *expandedWire) target(ctx context.Context, k wire.Kind, v attr.Value, place lifecycle.Site, diags *diag.Diagnostics) {
	w.targetUnknown = tf.AnyUnknown(v)
	switch v := v.(type) {
	case types.String:
		w.Value = v.ValueString()
	case types.Object:
		if k.Given != wire.ByTask {
			w.Fields = map[string]string{}
			for name, leaf := range v.Attributes() {
				switch leaf := leaf.(type) {
				case types.String:
					w.Fields[name] = leaf.ValueString()
				case types.Int64:
					if !leaf.IsNull() && !leaf.IsUnknown() {
						w.Fields[name] = strconv.FormatInt(leaf.ValueInt64(), 10)
					}
				}
			}
			w.variablesUnknown = w.Undecided(func(field string) bool {
				return v.IsUnknown() || v.Attributes()[field].IsUnknown()
			})
			return
		}
		var t taskref.Model
		tf.Decode(ctx, v, &t, diags)
		at := path.Root("wires").AtMapKey(w.Name).AtName(k.Name)
		place, found := place.InRegion(t.Region, at.AtName("region"), diags)
		if v.IsUnknown() || !found || !t.Complete(at, place, taskref.Launch{}, diags) {
			w.targetUnknown = true
			return
		}
		w.targetUnknown = w.targetUnknown || t.CapabilityUnknown()
		end := t.ToDomain(place.Place)
		w.Task = &end
	}
}

// addWireProblems turns problems into errors at the attributes of the wires.
func addWireProblems(problems []wire.Problem, diags *diag.Diagnostics) {
	for _, p := range problems {
		at := atProblem(p)
		tf.AddInvalidf(diags, at, "%s", p.Text)
	}
}

func atProblem(p wire.Problem) path.Path {
	at := path.Root("wires").AtMapKey(p.Wire)
	if p.Field != "" {
		for _, step := range strings.Split(p.Field, ".") {
			at = at.AtName(step)
		}
	}
	if p.Key != "" {
		at = at.AtMapKey(p.Key)
	}
	return at
}

// checkWires checks what of the wires is known, at validate, when the place is not.
func (d described) checkWires(diags *diag.Diagnostics) {
	main, others, known := d.ownContainers()
	for _, w := range d.wires.all {
		switch {
		case w.settingsUnknown:
		case w.targetUnknown || w.Task != nil:
			addWireProblems(w.CheckSettings(), diags)
		default:
			addWireProblems(w.Check(arn.Place{}), diags)
		}
		if !w.settingsUnknown && known {
			addWireProblems(w.CheckContainers(slices.Sorted(maps.Keys(others))), diags)
		}
		if !w.settingsUnknown && !w.variablesUnknown {
			addWireProblems(w.CheckSecrets(main, others), diags)
		}
	}
}

// wired is what the wires of a model give, as far as it is known.
type wired struct {
	task.Wired
	all []expandedWire
	// policies are the statements of each wire, environment the variables of all.
	policies, environment map[string]attr.Value
	unknown               bool
}

// readWires reads the wires of a description without them, and computes what they give. Nothing of a wire
// that is not known wholly is used.
func (d described) readWires(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) wired {
	out := wired{
		Wired:    task.Wired{Environment: map[string]string{}, Sidecars: map[string]map[string]string{}},
		all:      d.model.expandWires(ctx, place, diags),
		policies: map[string]attr.Value{}, environment: map[string]attr.Value{},
		unknown: d.model.Wires.IsUnknown(),
	}
	var known []wire.Wire
	for _, w := range out.all {
		if !w.known() || place.Account == "" {
			out.unknown = true
			out.policies[w.Name] = types.StringUnknown()
			if !w.settingsUnknown && !w.variablesUnknown {
				for _, name := range w.Variables() {
					out.environment[name] = types.StringUnknown()
				}
			}
			continue
		}
		if problems := w.Check(place.Place); len(problems) > 0 {
			addWireProblems(problems, diags)
			continue
		}
		known = append(known, w.Wire)
	}
	if diags.HasError() || len(known) == 0 {
		return out
	}
	main, sidecars, _ := d.ownContainers()
	addWireProblems(wire.Clashes(known, place.Place, main, sidecars), diags)
	for _, w := range known {
		statements, err := w.Statements(place.Place)
		if err != nil {
			tf.AddInvalid(diags, path.Root("wires").AtMapKey(w.Name), err)
			continue
		}
		out.policies[w.Name] = types.StringValue(policy.Document{Statements: statements}.JSON())
		for name, value := range w.Environment(place.Place) {
			out.environment[name] = types.StringValue(value)
			out.Environment[name] = value
			for _, sidecar := range w.Containers {
				if out.Sidecars[sidecar] == nil {
					out.Sidecars[sidecar] = map[string]string{}
				}
				out.Sidecars[sidecar][name] = value
			}
		}
	}
	document, err := wire.Policy(known, place.Place, d.otherPolicies())
	if err != nil {
		tf.AddInvalid(diags, path.Root("wires"), err)
	}
	out.Statements = document.Statements
	return out
}

// otherPolicies is how many characters the inline policies take that are on the task role beside that
// of the wires, of which there are some.
func (d described) otherPolicies() int {
	holder, size := d.spec.Holder(task.TaskRole), 0
	if holder != task.TaskRole {
		size = policy.Size(d.spec.RolePolicy(holder).JSON())
	}
	for _, document := range d.spec.Role(holder).Policies {
		size += policy.Size(document)
	}
	return size
}

// planWires sets the attributes that show what the wires give, and warns of wires that may turn out to set
// the same variable.
func (d described) planWires(diags *diag.Diagnostics) {
	var namesUnknown bool
	var targets, none []wire.Wire
	for _, w := range d.wires.all {
		switch {
		// Without the settings of a wire, and some of some targets, not even the names of its
		// variables are known.
		case w.settingsUnknown || w.variablesUnknown:
			namesUnknown = true
		case w.targetUnknown:
			none = append(none, w.Wire)
		default:
			targets = append(targets, w.Wire)
		}
	}
	wires := d.model.Wires.IsUnknown()
	d.model.WirePolicies = tf.Derive(types.MapValueMust(types.StringType, d.wires.policies), tf.Unknown(wires))
	d.model.WireEnvironment = tf.Derive(types.MapValueMust(types.StringType, d.wires.environment), tf.Unknown(wires || namesUnknown))
	main, sidecars, _ := d.ownContainers()
	for _, p := range wire.MayClash(targets, none, main, sidecars) {
		at := atProblem(p)
		diags.AddAttributeWarning(at, "Questionable "+at.String(), tf.Sentence(p.Text))
	}
}

// container is what the user gives a container by itself.
func container(environment, secrets types.Map) wire.Container {
	out := wire.Container{Environment: tf.StringMapOf(environment), Secrets: slices.Sorted(maps.Keys(secrets.Elements()))}
	for name, value := range environment.Elements() {
		if value.IsUnknown() {
			out.Unknown = append(out.Unknown, name)
		}
	}
	return out
}

// ownContainers are the main container and the others, by their names, as the user describes them:
// by attributes, and by a task definition under them. The last result is false where not all is known
// that tells which others there are.
func (d described) ownContainers() (main wire.Container, others map[string]wire.Container, known bool) {
	main, others = container(d.model.Environment, d.model.Secrets), d.model.sidecarContainers()
	if d.unknown.Any(attribute.DefinitionJSON) || d.model.Sidecars.IsUnknown() {
		return main, others, false
	}
	if d.spec.Base == nil {
		return main, others, true
	}
	if d.unknown.Any(attribute.Name, attribute.ContainerName) {
		return main, others, false
	}
	for _, c := range d.spec.Base.ContainerDefinitions {
		in := wire.Container{Environment: map[string]string{}}
		for _, v := range c.Environment {
			in.Environment[v.Name] = v.Value
		}
		for _, s := range c.Secrets {
			in.Secrets = append(in.Secrets, s.Name)
		}
		if c.Name != d.spec.Main.Name {
			others[c.Name] = in
			continue
		}
		maps.Copy(in.Environment, main.Environment)
		for _, unknown := range main.Unknown {
			delete(in.Environment, unknown)
		}
		in.Unknown = main.Unknown
		in.Secrets = append(in.Secrets, main.Secrets...)
		main = in
	}
	return main, others, true
}

func (m *model) sidecarContainers() map[string]wire.Container {
	out := map[string]wire.Container{}
	for name, e := range m.Sidecars.Elements() {
		if o, ok := e.(types.Object); ok && !o.IsNull() && !o.IsUnknown() {
			out[name] = container(tf.As[types.Map](o.Attributes()["environment"]), tf.As[types.Map](o.Attributes()["secrets"]))
		}
	}
	return out
}

// referWires notes the tasks that the docker task has wires to and gives by their names alone.
func (m *model) referWires(ctx context.Context, c *lifecycle.Configured, place lifecycle.Site, diags *diag.Diagnostics) {
	wires := m.Wires.Elements()
	for _, name := range slices.Sorted(maps.Keys(wires)) {
		object, ok := wires[name].(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		for _, k := range wire.Kinds {
			target, isTask := object.Attributes()[k.Name].(types.Object)
			if k.Given != wire.ByTask || !isTask {
				continue
			}
			at := path.Root("wires").AtMapKey(name).AtName(k.Name)
			if there, found := place.InRegion(taskref.Decode(ctx, target, diags).Region, at.AtName("region"), diags); found {
				taskref.Refer(ctx, c, there, fmt.Sprintf("wires[%q] of docker_task %s", name, taskref.DisplayName(reference(*m))), at, target, taskref.Launch{}, nil, diags)
			}
		}
	}
}
