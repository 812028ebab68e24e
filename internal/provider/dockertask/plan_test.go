package dockertask

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// siteOf is the place of the tests, with these subnets in the default VPC.
func siteOf(subnets ...string) lifecycle.Site {
	return lifecycle.Site{Place: tftest.Place, DefaultSubnets: func() types.Set { return tf.SetOf(subnets) }}
}

// portType is the type of a port.
var portType = types.ObjectType{AttrTypes: portFields().Types()}

// configuredTask is a model of a configuration with name, image and what is set.
func configuredTask(t *testing.T, set map[string]attr.Value) model {
	t.Helper()
	m := emptyTask(t)
	m.Name, m.Image = types.StringValue("transcode"), types.StringValue("busybox")
	setAttributes(t, &m, set)
	return m
}

func setAttributes(t *testing.T, m *model, set map[string]attr.Value) {
	t.Helper()
	fields := attributesOf(reflect.ValueOf(m).Elem())
	for name, v := range set {
		if !fields[name].IsValid() {
			t.Fatalf("there is no attribute %s", name)
		}
		fields[name].Set(reflect.ValueOf(v))
	}
}

func planOf(t *testing.T, in planInput) model {
	t.Helper()
	plan := in.config
	var diags diag.Diagnostics
	planTask(t.Context(), in, &plan, &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return plan
}

func differences(a, b model) []string {
	var out []string
	of := attributesOf(reflect.ValueOf(b))
	for name, v := range attributesOf(reflect.ValueOf(a)) {
		if x, y := valueIn(v), valueIn(of[name]); !reflect.DeepEqual(x, y) && !x.Equal(y) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// valueIn is the attribute value in a field of a model: all of them are some.
func valueIn(field reflect.Value) attr.Value {
	v, ok := field.Interface().(attr.Value)
	if !ok {
		panic("no attribute value: " + field.Type().String())
	}
	return v
}

// leaves are two values of what can be unknown inside of an argument that is an object.
func leaves(t *testing.T) map[string][2]attr.Value {
	t.Helper()
	out := map[string][2]attr.Value{}
	for argument, typ := range map[string]types.ObjectType{"log_group": logGroupType, "execution_role": roleType, "task_role": roleType} {
		for leaf, two := range map[string][2]string{
			"name": {"a", "b"},
			"path": {"/a/", "/b/"},
			"arn":  {tftest.Place.Regional("logs", "log-group:role/a"), tftest.Place.Regional("logs", "log-group:role/b")},
		} {
			if typ.AttrTypes[leaf] == nil {
				continue
			}
			out[argument+"."+leaf] = [2]attr.Value{
				tftest.Object(t, typ, map[string]attr.Value{leaf: types.StringValue(two[0])}),
				tftest.Object(t, typ, map[string]attr.Value{leaf: types.StringValue(two[1])}),
			}
		}
	}
	return out
}

// variants are two values of every argument that can follow from something unknown.
func variants(t *testing.T) map[string][2]attr.Value {
	t.Helper()
	text := types.StringValue
	role := func(name string) attr.Value {
		return tftest.Object(t, roleType, map[string]attr.Value{"name": text(name), "path": text("/" + name + "/")})
	}
	group := func(name string) attr.Value {
		return tftest.Object(t, logGroupType, map[string]attr.Value{"name": text("/logs/" + name)})
	}
	port := func(n int64) attr.Value {
		return types.ListValueMust(portType, []attr.Value{tftest.Object(t, portType, map[string]attr.Value{"container_port": types.Int64Value(n)})})
	}
	return map[string][2]attr.Value{
		"name":                    {text("transcode"), text("publish")},
		"image":                   {text("busybox"), text(tftest.Account + ".dkr.ecr.cn-north-1.amazonaws.com.cn/app")},
		"cpu":                     {types.Int64Value(512), types.Int64Value(1024)},
		"memory":                  {types.Int64Value(2048), types.Int64Value(8192)},
		"architecture":            {text("ARM64"), text("X86_64")},
		"operating_system_family": {text("LINUX"), text("WINDOWS_SERVER_2022_CORE")},
		"container_name":          {text("main"), text("other")},
		"command":                 {textList("a"), textList("b")},
		"entry_point":             {textList("a"), textList("b")},
		"working_directory":       {text("/a"), text("/b")},
		"user":                    {text("a"), text("b")},
		"environment":             {tf.MapOf(map[string]string{"A": "1"}), tf.MapOf(map[string]string{"A": "2"})},
		"secrets":                 {tf.MapOf(map[string]string{"A": "/a"}), tf.MapOf(map[string]string{"A": "secret:b"})},
		"secrets_kms_key_arns":    {tf.SetOf([]string{tftest.Place.Regional("kms", "key/a")}), tf.SetOf([]string{tftest.Place.Regional("kms", "key/b")})},
		"ports":                   {port(80), port(81)},
		"log_group":               {group("a"), group("b")},
		"execution_role":          {role("a"), role("b")},
		"task_role":               {role("a"), role("b")},
		"permissions_boundary":    {text(tftest.Place.Global("iam", "policy/a")), text(tftest.Place.Global("iam", "policy/b"))},
		"cluster":                 {text("a"), text("b")},
		"subnet_ids":              {tf.SetOf([]string{"subnet-a"}), tf.SetOf([]string{"subnet-b"})},
		"security_group_ids":      {tf.SetOf([]string{"sg-a"}), tf.SetOf([]string{"sg-b"})},
		"assign_public_ip":        {types.BoolValue(true), types.BoolValue(false)},
		"keep_revisions":          {types.Int64Value(1), types.Int64Value(2)},
		"tags":                    {tf.MapOf(map[string]string{"a": "1"}), tf.MapOf(map[string]string{"a": "2"})},
	}
}

func unknownLike(t *testing.T, v attr.Value) attr.Value {
	t.Helper()
	u, err := v.Type(t.Context()).ValueFromTerraform(t.Context(), tftypes.NewValue(v.Type(t.Context()).TerraformType(t.Context()), tftypes.UnknownValue))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// existing is the state of a task that was applied with a configuration, and its private
// state.
func existing(t *testing.T, config model, in planInput) (*described, task.Record) {
	t.Helper()
	in.config = config
	state := planOf(t, in)
	state.ARN, state.Revision = types.StringValue(tftest.Place.Regional("ecs", "task-definition/transcode:3")), types.Int64Value(3)
	d := describedState(t, &state)
	definition, err := d.spec.Definition()
	if err != nil {
		t.Fatal(err)
	}
	return d, task.Record{ID: "unit", Digest: definition.Digest(), DigestFormat: task.DigestFormat, Parts: []task.Part{
		{Kind: task.FamilyPart, Name: definition.Family, Confirmed: true, Version: 3},
	}}
}

func describedState(t *testing.T, state *model) *described {
	t.Helper()
	var diags diag.Diagnostics
	d := state.describe(t.Context(), siteOf(), &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return &d
}

// Whatever would come out otherwise with another value of an argument, or without it, is
// unknown while that value is: on create, and when the task exists.
func TestPlanTask_unknown(t *testing.T) {
	t.Parallel()
	// Secrets give the keys something to decrypt.
	base := map[string]attr.Value{"secrets": tf.MapOf(map[string]string{"TOKEN": "/token"})}
	type unknownCase struct {
		argument string
		known    []attr.Value
		unknown  attr.Value
	}
	cases := map[string]unknownCase{}
	for argument, two := range variants(t) {
		c := unknownCase{argument, two[:], unknownLike(t, two[0])}
		if left, ok := attributesOf(reflect.ValueOf(configuredTask(t, base)))[argument]; ok && argument != "name" {
			c.known = append(c.known, valueIn(left)) // as the task that exists has it
		}
		cases[argument] = c
	}
	for leaf, two := range leaves(t) {
		argument, name, _ := strings.Cut(leaf, ".")
		typ := map[bool]types.ObjectType{true: logGroupType, false: roleType}[argument == "log_group"]
		cases[leaf] = unknownCase{
			argument, append(two[:], types.ObjectNull(typ.AttrTypes)),
			tftest.Object(t, typ, map[string]attr.Value{name: types.StringUnknown()}),
		}
	}
	for name, c := range cases {
		for _, when := range []string{"create", "update"} {
			t.Run(name+"_"+when, func(t *testing.T) {
				t.Parallel()
				in := planInput{place: siteOf("subnet-0")}
				if when == "update" {
					in.state, in.record = existing(t, configuredTask(t, base), in)
				}
				with := func(v attr.Value) model {
					in.config = configuredTask(t, base)
					setAttributes(t, &in.config, map[string]attr.Value{c.argument: v})
					return planOf(t, in)
				}
				open := attributesOf(reflect.ValueOf(with(c.unknown)))
				first := with(c.known[0])
				for _, v := range c.known[1:] {
					for _, attribute := range differences(first, with(v)) {
						if !tf.AnyUnknown(valueIn(open[attribute])) {
							t.Errorf("%s follows from %s, and is %v while that is unknown", attribute, name, open[attribute])
						}
					}
				}
			})
		}
	}
}

// The statements of wires are merged where the role's other policies leave little room.
func TestPlanTask_policiesUnknown(t *testing.T) {
	t.Parallel()
	policies := types.MapValueMust(types.StringType, map[string]attr.Value{"more": types.StringUnknown()})
	config := map[string]attr.Value{"task_role": tftest.Object(t, roleType, map[string]attr.Value{"policies": policies})}
	in := planInput{config: configuredTask(t, config), place: siteOf()}
	if planOf(t, in).TaskRolePolicyJSON.IsUnknown() {
		t.Error("without wires, the policy is unknown")
	}
	wires := wiresSchema().NestedObject.Type().(types.ObjectType) //nolint:errcheck // the schema's
	config["wires"] = types.MapValueMust(wires, map[string]attr.Value{"news": tftest.Object(t, wires, map[string]attr.Value{"topic": types.StringValue("news")})})
	in.config = configuredTask(t, config)
	if plan := planOf(t, in); !plan.TaskRolePolicyJSON.IsUnknown() || tf.AnyUnknown(plan.WirePolicies) {
		t.Errorf("with a wire, the policy is %v, and what the wires give %v", plan.TaskRolePolicyJSON, plan.WirePolicies)
	}
}

// Of a target that is not known yet, those variables are promised that there will be.
func TestPlanTask_wireUnknown(t *testing.T) {
	t.Parallel()
	wires := wiresSchema().NestedObject.Type().(types.ObjectType) //nolint:errcheck // the schema's
	api := tf.ObjectType(wires.AttrTypes["graphql_api"])
	unknown := types.StringUnknown()
	for name, c := range map[string]struct {
		target map[string]attr.Value
		want   []string // nil for not even the names
	}{
		"id":              {map[string]attr.Value{"graphql_api": tftest.Object(t, api, map[string]attr.Value{"id": unknown})}, []string{"GRAPHQL_API_ID"}},
		"id, with URL":    {map[string]attr.Value{"graphql_api": tftest.Object(t, api, map[string]attr.Value{"id": unknown, "url": types.StringValue("https://a.example/graphql")})}, []string{"GRAPHQL_API_ID", "GRAPHQL_API_URL"}},
		"URL":             {map[string]attr.Value{"graphql_api": tftest.Object(t, api, map[string]attr.Value{"id": types.StringValue("abc"), "url": unknown})}, nil},
		"API":             {map[string]attr.Value{"graphql_api": types.ObjectUnknown(api.AttrTypes)}, nil},
		"topic":           {map[string]attr.Value{"topic": unknown}, []string{"TOPIC_NAME", "TOPIC_ARN"}},
		"one of two":      {map[string]attr.Value{"topic": unknown, "event_bus": types.StringValue("default")}, nil},
		"both of the two": {map[string]attr.Value{"topic": unknown, "event_bus": unknown}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.target["access"] = types.StringValue("read")
			if c.target["graphql_api"] == nil {
				delete(c.target, "access")
			}
			plan := planOf(t, planInput{place: siteOf(), config: configuredTask(t, map[string]attr.Value{
				"wires": types.MapValueMust(wires, map[string]attr.Value{"x": tftest.Object(t, wires, c.target)}),
			})})
			if plan.WireEnvironment.IsUnknown() != (c.want == nil) {
				t.Fatalf("wire_environment is %v", plan.WireEnvironment)
			}
			var have []string
			for name := range plan.WireEnvironment.Elements() {
				have = append(have, name)
			}
			slices.Sort(have)
			if want := slices.Sorted(slices.Values(c.want)); !slices.Equal(have, want) {
				t.Errorf("promised are %v, not %v", have, want)
			}
			if !plan.WirePolicies.Elements()["x"].IsUnknown() || !plan.TaskRolePolicyJSON.IsUnknown() || !plan.ARN.IsUnknown() {
				t.Errorf("known are %v, %v, %v", plan.WirePolicies, plan.TaskRolePolicyJSON, plan.ARN)
			}
		})
	}
}

// The plan is made again at apply, from the same things: it has to come out the same.
func TestPlanTask_pure(t *testing.T) {
	t.Parallel()
	for name, set := range variants(t) {
		for _, v := range append(set[:], unknownLike(t, set[0])) {
			in := planInput{
				config: configuredTask(t, map[string]attr.Value{name: v}), place: siteOf("subnet-b", "subnet-a"),
				rules: task.TagRules{Default: map[string]string{"team": "video"}},
			}
			first := planOf(t, in)
			for range 5 { // maps have another order each time
				if different := differences(first, planOf(t, in)); different != nil {
					t.Errorf("%s = %v: %v came out otherwise", name, v, different)
				}
			}
			// At apply core gives back the plan of before as the proposal.
			plan := first
			var diags diag.Diagnostics
			planTask(t.Context(), in, &plan, &diags)
			if different := differences(first, plan); different != nil || diags.HasError() {
				t.Errorf("%s = %v: %v came out otherwise the second time: %v", name, v, different, diags)
			}
		}
	}
}

// A revision is promised exactly when the definition is another one or none is left.
func TestPlanTask_revision(t *testing.T) {
	t.Parallel()
	registers := []string{"architecture", "command", "container_name", "cpu", "entry_point", "environment", "execution_role", "image", "log_group",
		"memory", "ports", "secrets", "task_role", "user", "working_directory"}
	in := planInput{place: siteOf("subnet-0")}
	in.state, in.record = existing(t, configuredTask(t, nil), in)
	arn := in.state.model.ARN
	if in.config = configuredTask(t, nil); !planOf(t, in).ARN.Equal(arn) {
		t.Error("an unchanged configuration registers a revision")
	}
	for name, two := range variants(t) {
		if name == "name" || name == "operating_system_family" {
			continue // a replacement; the default
		}
		v := two[0]
		if name == "image" {
			v = two[1]
		}
		in.config = configuredTask(t, map[string]attr.Value{name: v})
		plan := planOf(t, in)
		if plan.ARN.IsUnknown() != slices.Contains(registers, name) || plan.ARN.IsUnknown() != plan.Revision.IsUnknown() {
			t.Errorf("%s: arn %v, revision %v", name, plan.ARN, plan.Revision)
		}
	}
	in.config = configuredTask(t, nil)
	// A digest of another release's format cannot be compared: then state decides.
	in.record.Digest, in.record.DigestFormat = "of another format", task.DigestFormat+1
	if !planOf(t, in).ARN.Equal(arn) {
		t.Error("a release with another digest registers a revision")
	}
	gone := *in.state.model
	gone.ARN, gone.Revision = types.StringNull(), types.Int64Null()
	if in.state = describedState(t, &gone); !planOf(t, in).ARN.IsUnknown() {
		t.Error("no revision is left, and none is promised")
	}
}

// What a change in place deletes or leaves is said in the plan.
func TestWarnOfReplacedParts(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	given := func(typ types.ObjectType, a string) attr.Value {
		return tftest.Object(t, typ, map[string]attr.Value{"arn": text(a)})
	}
	role := tftest.Place.Global("iam", "role/transcode-cn-north-1-task")
	for name, c := range map[string]struct {
		from, to map[string]attr.Value
		severity diag.Severity
		want     string // "" for nothing
		gone     bool   // roles and log group were deleted by hand
	}{
		"nothing":       {to: map[string]attr.Value{"image": text("alpine")}},
		"role renamed":  {to: map[string]attr.Value{"task_role": tftest.Object(t, roleType, map[string]attr.Value{"name": text("x")})}, severity: diag.SeverityWarning, want: "role transcode-cn-north-1-task deleted last"},
		"role released": {to: map[string]attr.Value{"task_role": given(roleType, role)}, severity: diag.SeverityWarning, want: "Role transcode-cn-north-1-task stays as it is and is no longer managed"},
		"role adopted":  {from: map[string]attr.Value{"task_role": given(roleType, role)}, severity: diag.SeverityWarning, want: "Role transcode-cn-north-1-task becomes part of the docker task"},
		"role made":     {from: map[string]attr.Value{"task_role": given(roleType, tftest.Place.Global("iam", "role/x"))}},
		"role unknown":  {to: map[string]attr.Value{"task_role": types.ObjectUnknown(roleType.AttrTypes)}},
		"role moved":    {to: map[string]attr.Value{"execution_role": tftest.Object(t, roleType, map[string]attr.Value{"path": text("/x/")})}, severity: diag.SeverityError, want: "IAM cannot move a role"},
		"group renamed": {to: map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, map[string]attr.Value{"name": text("/x")})}, severity: diag.SeverityWarning, want: "Log group /ecs/transcode stays with its log"},
		"group given":   {to: map[string]attr.Value{"log_group": given(logGroupType, tftest.Place.Regional("logs", "log-group:/x"))}, severity: diag.SeverityWarning, want: "Log group /ecs/transcode stays with its log"},
		"group class":   {to: map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, map[string]attr.Value{"class": text("INFREQUENT_ACCESS")})}, severity: diag.SeverityError, want: "AWS cannot change the class"},

		"role moved, gone":    {gone: true, to: map[string]attr.Value{"execution_role": tftest.Object(t, roleType, map[string]attr.Value{"path": text("/x/")})}},
		"group class, gone":   {gone: true, to: map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, map[string]attr.Value{"class": text("INFREQUENT_ACCESS")})}},
		"group renamed, gone": {gone: true, to: map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, map[string]attr.Value{"name": text("/x")})}},

		"role, other case": {to: map[string]attr.Value{"task_role": tftest.Object(t, roleType, map[string]attr.Value{"name": text("Transcode-cn-north-1-task")})}, severity: diag.SeverityError, want: "IAM takes transcode-cn-north-1-task and Transcode-cn-north-1-task for the same role"},

		"path unknown":  {to: map[string]attr.Value{"execution_role": tftest.Object(t, roleType, map[string]attr.Value{"path": types.StringUnknown()})}},
		"path, unknown": {from: map[string]attr.Value{"task_role": tftest.Object(t, roleType, map[string]attr.Value{"path": text("/x/")})}, to: map[string]attr.Value{"task_role": tftest.Object(t, roleType, map[string]attr.Value{"path": types.StringUnknown()})}},
		"class unknown": {from: map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, map[string]attr.Value{"class": text("INFREQUENT_ACCESS")})}, to: map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, map[string]attr.Value{"class": types.StringUnknown()})}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			state := configuredTask(t, c.from)
			if !c.gone {
				state.ExecutionRoleARN, state.TaskRoleARN = text(tftest.Place.Global("iam", "role/execution")), text(role)
				state.LogGroupARN = text(tftest.Place.Regional("logs", "log-group:/ecs/transcode"))
			}
			plan := configuredTask(t, c.to)
			warnOfReplacedParts(*describedState(t, &state), *describedState(t, &plan), &diags)
			if c.want == "" {
				if len(diags) != 0 {
					t.Errorf("says %v", diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity() != c.severity || !strings.Contains(diags[0].Detail(), c.want) {
				t.Errorf("says %v, not %q", diags, c.want)
			}
		})
	}
}

// A replacement that deletes the log says so, and how to keep it.
func TestWarnOfLostLog(t *testing.T) {
	t.Parallel()
	group := func(set map[string]attr.Value) map[string]attr.Value {
		return map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, set)}
	}
	for name, c := range map[string]struct {
		had   map[string]attr.Value
		rec   task.Record
		gone  bool
		warns bool
	}{
		"usual":   {warns: true},
		"named":   {had: group(map[string]attr.Value{"name": types.StringValue("/ecs/transcode")}), warns: true},
		"kept":    {had: group(map[string]attr.Value{"keep_on_destroy": types.BoolValue(true)})},
		"given":   {had: group(map[string]attr.Value{"arn": types.StringValue(tftest.Place.Regional("logs", "log-group:/x"))})},
		"none":    {had: map[string]attr.Value{"log_driver": types.StringValue("fluentd")}},
		"adopted": {rec: task.Record{Parts: []task.Part{{Kind: task.LogGroupPart, Name: "/ecs/transcode", Confirmed: true, Adopted: true}}}},
		"gone":    {gone: true},
	} {
		for _, attribute := range []string{"name", "region"} {
			t.Run(name+"/"+attribute, func(t *testing.T) {
				t.Parallel()
				var diags diag.Diagnostics
				state := configuredTask(t, c.had)
				if !c.gone {
					state.LogGroupARN = types.StringValue(tftest.Place.Regional("logs", "log-group:/ecs/transcode"))
				}
				planInput{state: describedState(t, &state), record: c.rec, place: siteOf()}.warnOfLostLog(path.Root(attribute), &diags)
				switch {
				case !c.warns && len(diags) == 0:
				case !c.warns || len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning:
					t.Errorf("says %v", diags)
				default:
					for _, words := range []string{attribute, "/ecs/transcode", "keep_on_destroy = true"} {
						if !strings.Contains(diags[0].Detail(), words) {
							t.Errorf("says %q and not %q", diags[0].Detail(), words)
						}
					}
				}
			})
		}
	}
}

// A command of one element with blanks is no error: a program may be called so.
func TestCheckCommands(t *testing.T) {
	t.Parallel()
	null := types.ListNull(types.StringType)
	for name, c := range map[string]struct {
		entryPoint, command types.List
		warned              []string
	}{
		"words":            {null, textList("echo", "hello"), nil},
		"one word":         {null, textList("true"), nil},
		"one line":         {null, textList("echo hello"), []string{"command"}},
		"entry point":      {textList("sh -c"), null, []string{"entry_point"}},
		"line for a shell": {textList("sh", "-c"), textList("echo hello"), nil},
		"both":             {textList("sh -c"), textList("echo hello"), []string{"entry_point", "command"}},
		"unknown word":     {null, types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()}), nil},
		"unknown list":     {null, types.ListUnknown(types.StringType), nil},
		"unknown shell":    {types.ListUnknown(types.StringType), textList("echo hello"), nil},
		"neither":          {null, null, nil},
	} {
		m := emptyTask(t)
		m.EntryPoint, m.Command = c.entryPoint, c.command
		var diags diag.Diagnostics
		m.Image = types.StringValue("busybox")
		m.checkDescription(t.Context(), &diags)
		var warned []string
		for _, d := range diags.Warnings() {
			if at, ok := d.(diag.DiagnosticWithPath); ok {
				warned = append(warned, at.Path().String())
			}
		}
		if diags.HasError() || !slices.Equal(warned, c.warned) {
			t.Errorf("%s: %v", name, diags)
		}
	}
}
