package dockertask

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// partsOf are the names of the parts that a unit looks at, changes and deletes.
func partsOf(t *testing.T, m model) map[string]string {
	t.Helper()
	var diags diag.Diagnostics
	refs := m.unit(t.Context(), siteOf(), &diags).Refs()
	if diags.HasError() {
		t.Fatal(diags)
	}
	out := map[string]string{"log group": refs.LogGroup}
	for _, kind := range task.RoleKinds {
		out[string(kind)+" role"] = refs.Roles[kind].Name
	}
	return out
}

// registrations are what a pipeline may make of a task's definition.
var registrations = map[string]func(*task.Definition){
	"as it is":      func(*task.Definition) {},
	"another image": func(d *task.Definition) { d.ContainerDefinitions[0].Image = "nginx:2" },
	"other roles": func(d *task.Definition) {
		d.ExecutionRoleARN, d.TaskRoleARN = tftest.Place.Global("iam", "role/their-execution"), tftest.Place.Global("iam", "role/their-task")
	},
	"no roles": func(d *task.Definition) { d.ExecutionRoleARN, d.TaskRoleARN = "", "" },
	"roles of the usual names": func(d *task.Definition) {
		d.ExecutionRoleARN = tftest.Place.Global("iam", "role/"+task.RoleName("", "transcode", tftest.Place.Region, task.ExecutionRole))
		d.TaskRoleARN = tftest.Place.Global("iam", "role/"+task.RoleName("", "transcode", tftest.Place.Region, task.TaskRole))
	},
	"another log group":   logTo("awslogs", "/elsewhere"),
	"the usual log group": logTo("awslogs", "/ecs/transcode"),
	"another log driver":  logTo("fluentd", ""),
	"no log": func(d *task.Definition) {
		for i := range d.ContainerDefinitions {
			d.ContainerDefinitions[i].LogConfiguration = nil
		}
	},
	"other containers": func(d *task.Definition) {
		d.ContainerDefinitions = []task.Container{{Name: "new", Image: "nginx:2"}}
	},
}

func logTo(driver, group string) func(*task.Definition) {
	return func(d *task.Definition) {
		for i := range d.ContainerDefinitions {
			l := task.LogConfiguration{LogDriver: driver}
			if group != "" {
				l.Options = map[string]string{task.LogGroupOption: group, "awslogs-region": tftest.Place.Region, "awslogs-stream-prefix": "ecs"}
			}
			d.ContainerDefinitions[i].LogConfiguration = &l
		}
	}
}

// The roles and the log group of the unit follow from the last apply, and not from a revision that was registered
// outside of Terraform since: a refresh neither forgets a part of the unit nor adds one that is not the unit's.
func TestTaskFlatten_partsStay(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	role := func(set map[string]attr.Value) attr.Value { return tftest.Object(t, roleType, set) }
	theirs := tftest.Place.Global("iam", "role/theirs")
	file := func(more string) map[string]attr.Value {
		return map[string]attr.Value{"image": types.StringNull(), "definition_json": text(`{"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
			"cpu": "256", "memory": "512", ` + more + `}`)}
	}
	with := func(a, b map[string]attr.Value) map[string]attr.Value {
		out := maps.Clone(a)
		maps.Copy(out, b)
		return out
	}
	containers := `"containerDefinitions": [{"name": "web", "image": "nginx:1"}, {"name": "proxy", "image": "envoy"}]`
	logging := func(driver, options string) string {
		return `"containerDefinitions": [{"name": "web", "image": "nginx:1", "logConfiguration": {"logDriver": "` + driver + `"` + options + `}}]`
	}
	ownRoles := map[string]attr.Value{
		"execution_role": role(map[string]attr.Value{"description": text("Ours.")}),
		"task_role":      role(map[string]attr.Value{"name": text("our-task")}),
	}
	givenRoles := map[string]attr.Value{
		"execution_role": role(map[string]attr.Value{"arn": text(theirs)}),
		"task_role":      role(map[string]attr.Value{"arn": text(theirs)}),
	}
	group := func(set map[string]attr.Value) map[string]attr.Value {
		return map[string]attr.Value{"log_group": tftest.Object(t, logGroupType, set)}
	}
	for name, config := range map[string]map[string]attr.Value{
		"attributes":              nil,
		"attributes, own roles":   ownRoles,
		"attributes, given roles": givenRoles,
		"attributes, own log":     group(map[string]attr.Value{"name": text("/ours")}),
		"attributes, given log":   group(map[string]attr.Value{"arn": text(tftest.Place.Regional("logs", "log-group:/theirs"))}),
		"attributes, no log":      {"log_driver": text("fluentd")},

		"file":                       file(containers),
		"file, own roles":            with(file(containers), ownRoles),
		"file, given roles":          with(file(containers), givenRoles),
		"file with roles":            file(`"executionRoleArn": "` + theirs + `", "taskRoleArn": "` + theirs + `", ` + containers),
		"file with roles, own roles": with(file(`"executionRoleArn": "`+theirs+`", "taskRoleArn": "`+theirs+`", `+containers), ownRoles),
		"file, own log":              with(file(containers), group(map[string]attr.Value{"name": text("/ours")})),
		"file, given log":            with(file(containers), group(map[string]attr.Value{"arn": text(tftest.Place.Regional("logs", "log-group:/theirs"))})),
		"file with a log":            file(logging("awslogs", `, "options": {"awslogs-group": "/theirs", "awslogs-region": "cn-north-1"}`)),
		"file with the usual log":    file(logging("awslogs", `, "options": {"awslogs-group": "/ecs/transcode", "awslogs-region": "cn-north-1"}`)),
		"file with another driver":   file(logging("fluentd", "")),
	} {
		for registration, change := range registrations {
			t.Run(name+"/"+registration, func(t *testing.T) {
				t.Parallel()
				in := planInput{place: siteOf("subnet-0")}
				applied, private := existing(t, configuredTask(t, config), in)
				var diags diag.Diagnostics
				unit, err := applied.spec.Unit()
				if err != nil {
					t.Fatal(err)
				}
				want := partsOf(t, *applied.model)
				// What is registered, and then again what the unit has registered.
				state := *applied.model
				for _, change := range []func(*task.Definition){change, change, registrations["as it is"]} {
					definition := unit.Definition
					definition.ContainerDefinitions = slices.Clone(definition.ContainerDefinitions)
					change(&definition)
					seen := observedParts(unit, definition)
					seen.record = private
					state.flatten(t.Context(), seen, &diags)
					if have := partsOf(t, state); !maps.Equal(have, want) {
						t.Fatalf("the unit has %v, and after a refresh %v", want, have)
					}
					in.config, in.state, in.record = configuredTask(t, config), describedState(t, &state), private.WithDigest(seen.Definition)
					plan := planOf(t, in)
					warnOfReplacedParts(*in.state, *describedState(t, &plan), &diags)
					if len(diags) > 0 {
						t.Fatalf("the plan says %v", diags)
					}
				}
			})
		}
	}
}

// observedParts is a unit as AWS has it, with another definition.
func observedParts(u task.Unit, d task.Definition) observation {
	tags := maps.Clone(u.Tags)
	tags[task.TagUnit] = "unit"
	o := observation{place: siteOf()}
	o.Definition = &task.ObservedDefinition{ARN: tftest.Place.Regional("ecs", "task-definition/transcode:3"), Revision: 3, Definition: d}
	o.Roles = map[task.RoleKind]*task.ObservedRole{}
	for kind, r := range u.Roles {
		o.Roles[kind] = &task.ObservedRole{
			ARN: r.ARN, Name: r.Name, Path: r.Path, Description: r.Description, MaxSessionDuration: r.MaxSessionDuration,
			TrustPolicy: r.TrustPolicy, Policies: r.Policies, Tags: tags,
		}
	}
	if u.LogGroup.Managed() {
		o.LogGroup = &task.ObservedLogGroup{
			Name: u.LogGroup.Name, ARN: u.LogGroupARN, RetentionInDays: u.LogGroup.RetentionInDays, Class: u.LogGroup.Class, Tags: tags,
		}
	}
	return o
}
