package dockertask

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// probe is an attribute, or one of an object, with values that it can have, and not known yet.
type probe struct {
	name    string
	values  []func(*planInput)
	unknown func(*planInput)
}

// probes are those of all attributes of a configuration. They change what a base has.
func probes(t *testing.T) []probe {
	t.Helper()
	set := func(name string, v attr.Value) func(*planInput) {
		return func(in *planInput) { setAttributes(t, &in.config, map[string]attr.Value{name: v}) }
	}
	// inside sets an attribute of an object, and leaves the others.
	inside := func(object string, typ types.ObjectType, name string, v attr.Value) func(*planInput) {
		return func(in *planInput) {
			values := maps.Clone(in.config.attribute(t, object).(types.Object).Attributes()) //nolint:errcheck // the schema's
			if len(values) == 0 {
				values = tftest.Object(t, typ, nil).Attributes()
			}
			values[name] = v
			setAttributes(t, &in.config, map[string]attr.Value{object: types.ObjectValueMust(typ.AttrTypes, values)})
		}
	}
	known, more := variants(t), moreValues(t)
	var out []probe
	for name, a := range ownAndTableAttributes() {
		if !a.IsOptional() && !a.IsRequired() {
			continue
		}
		var values []attr.Value
		if !a.IsRequired() {
			values = append(values, nullOf(a.GetType()))
		}
		tries := trials(name, a)
		if !slices.Contains(attribute.All(), attribute.Named(name)) {
			tries = tries[:1] // only the definition follows from it
		}
		for _, tried := range tries {
			values = append(values, tried.after)
		}
		two := known[name]
		values = append(append(values, two[:]...), more[name]...)
		p := probe{name: name, unknown: set(name, unknownLike(t, nullOf(a.GetType())))}
		for _, v := range values {
			if v != nil {
				p.values = append(p.values, set(name, v))
			}
		}
		out = append(out, p)
		object, ok := a.(schema.SingleNestedAttribute)
		if !ok || !slices.Contains([]string{"log_group", "execution_role", "task_role"}, name) {
			continue
		}
		typ := tf.ObjectType(object.GetType())
		for inner, leaf := range object.Attributes {
			path := name + "." + inner
			p := probe{name: path, unknown: inside(name, typ, inner, unknownLike(t, nullOf(leaf.GetType())))}
			values := []attr.Value{nullOf(leaf.GetType())}
			for _, tried := range trials(path, leaf) {
				values = append(values, tried.after)
			}
			for _, v := range append(values, more[path]...) {
				p.values = append(p.values, inside(name, typ, inner, v))
			}
			out = append(out, p)
		}
	}
	for _, kind := range []string{"efs", "fsx_windows", "s3_files"} {
		path := "volumes." + kind
		typ := tf.ObjectType(volumeTable.Types()[kind])
		volume := func(v attr.Value) func(*planInput) {
			return set("volumes", types.MapValueMust(types.ObjectType{AttrTypes: volumeTable.Types()}, map[string]attr.Value{
				"data": tftest.Object(t, types.ObjectType{AttrTypes: volumeTable.Types()}, map[string]attr.Value{kind: v}),
			}))
		}
		p := probe{name: path, unknown: volume(types.ObjectUnknown(typ.AttrTypes)), values: []func(*planInput){volume(types.ObjectNull(typ.AttrTypes))}}
		for _, v := range more[path] {
			p.values = append(p.values, volume(v))
		}
		out = append(out, p)
	}
	account := func(id string) func(*planInput) { return func(in *planInput) { in.place.Account = id } }
	region := func(in *planInput) { in.place.Region = "cn-northwest-1" }
	return append(out,
		probe{name: "account", unknown: account(""), values: []func(*planInput){account(tftest.Account), account("210987654321")}},
		probe{name: "region", values: []func(*planInput){func(*planInput) {}, region}},
	)
}

// ownAndTableAttributes are the attributes of docker_task that describe the task.
func ownAndTableAttributes() map[string]schema.Attribute {
	out := maps.Clone(taskAttributesSchema())
	maps.Copy(out, ownAttributesSchema())
	for _, name := range []string{"region", "timeouts"} {
		delete(out, name)
	}
	return out
}

// moreValues are values that something follows from.
func moreValues(t *testing.T) map[string][]attr.Value {
	t.Helper()
	text := types.StringValue
	repository := tftest.Account + ".dkr.ecr.cn-north-1.amazonaws.com.cn/"
	object := func(typ attr.Type, set map[string]attr.Value) attr.Value {
		return tftest.Object(t, tf.ObjectType(typ), set)
	}
	volume := volumeTable.Types()
	efs := func(id string) attr.Value {
		return object(volume["efs"], map[string]attr.Value{"file_system_id": text(id), "iam": types.BoolValue(true), "transit_encryption": types.BoolValue(true)})
	}
	s3 := func(id string) attr.Value {
		return object(volume["s3_files"], map[string]attr.Value{"file_system_arn": text(tftest.Place.Regional("s3files", "file-system/"+id))})
	}
	fsx := func(secret string) attr.Value {
		return object(volume["fsx_windows"], map[string]attr.Value{
			"file_system_id": text("fs-0123456789abcdef0"), "root_directory": text("share"),
			"credentials_parameter": text(tftest.Place.Regional("secretsmanager", "secret:"+secret)), "domain": text("example.com"),
		})
	}
	sidecar := tf.ObjectType(tf.As[types.Map](sidecarsTable.Flatten(task.Spec{})["sidecars"]).ElementType(t.Context()))
	sidecars := func(set map[string]attr.Value) attr.Value {
		return types.MapValueMust(sidecar, map[string]attr.Value{"side": tftest.Object(t, sidecar, set)})
	}
	policies := func(actions string) attr.Value {
		return tf.MapOf(map[string]string{"more": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:` + actions + `","Resource":"*"}]}`})
	}
	mounts := func(readOnly bool) attr.Value {
		typ := mainTable.Types()["mount_points"].(types.ListType).ElemType //nolint:errcheck // the schema's
		return types.ListValueMust(typ, []attr.Value{object(typ, map[string]attr.Value{
			"source_volume": text("data"), "container_path": text("/data"), "read_only": types.BoolValue(readOnly),
		})})
	}
	out := map[string][]attr.Value{
		"image":                   {text(repository + "a"), text(repository + "b")},
		"images":                  {tf.MapOf(map[string]string{"side": repository + "c"})},
		"single_role":             {types.BoolValue(true)},
		"enable_execute_command":  {types.BoolValue(true)},
		"definition_json":         {text(fileOf(repository+"a", "")), text(fileOf("busybox", fileRoles)), text(fileOnEC2)},
		"log_driver":              {text("none"), text("awslogs"), text("fluentd")},
		"log_options":             {tf.MapOf(map[string]string{"awslogs-group": "/ecs/transcode"}), tf.MapOf(map[string]string{"awslogs-group": "/other", "awslogs-create-group": "true"})},
		"log_secret_options":      {tf.MapOf(map[string]string{"splunk-token": "/a"}), tf.MapOf(map[string]string{"splunk-token": "/b"})},
		"launch_types":            {tf.SetOf([]string{"EC2"}), tf.SetOf([]string{"FARGATE"})},
		"network_mode":            {text("bridge"), text("awsvpc")},
		"environment_files":       {tf.ListOf([]string{"arn:aws-cn:s3:::files/a.env"}), tf.ListOf([]string{"arn:aws-cn:s3:::files/b.env"})},
		"credential_specs":        {tf.ListOf([]string{"credentialspec:arn:aws-cn:s3:::files/a.json"}), tf.ListOf([]string{"credentialspec:" + tftest.Place.Regional("ssm", "parameter/a")})},
		"docker_security_options": {tf.ListOf([]string{"credentialspec:arn:aws-cn:s3:::files/a.json"})},
		"repository_credentials":  {text(tftest.Place.Regional("secretsmanager", "secret:registry"))},
		"mount_points":            {mounts(false), mounts(true)},
		"sidecars": {
			sidecars(map[string]attr.Value{"image": text("busybox")}),
			sidecars(map[string]attr.Value{"image": text(repository + "side"), "log_driver": text("none"), "secrets": tf.MapOf(map[string]string{"A": "/side"}), "mount_points": mounts(false)}),
		},
		"volumes.efs":         {efs("fs-0123456789abcdef0"), efs("fs-0123456789abcdef1")},
		"volumes.s3_files":    {s3("fs-0123456789abcdef0"), s3("fs-0123456789abcdef1")},
		"volumes.fsx_windows": {fsx("a"), fsx("b")},
		"firelens_configuration": {object(mainTable.Types()["firelens_configuration"], map[string]attr.Value{
			"type": text("fluentbit"), "options": tf.MapOf(map[string]string{"config-file-type": "s3", "config-file-value": "arn:aws-cn:s3:::files/fluent.conf"}),
		})},
		"wires": {wiresTo(t, "topic", "news"), wiresTo(t, "function", "report")},
	}
	for _, role := range []string{"execution_role", "task_role"} {
		out[role+".arn"] = []attr.Value{text(tftest.Place.Global("iam", "role/a")), text(tftest.Place.Global("iam", "role/b"))}
		out[role+".policies"] = []attr.Value{policies("GetObject"), policies(strings.Repeat("G", policyRoom)), policies(strings.Repeat("G", policyRoom-900))}
	}
	out["log_group.arn"] = []attr.Value{text(tftest.Place.Regional("logs", "log-group:/a")), text(tftest.Place.Regional("logs", "log-group:/b"))}
	return out
}

// policyRoom leaves little of the room that a role has for its policies.
const policyRoom = 9700

// wiresTo are three wires, whose statements can be merged.
func wiresTo(t *testing.T, kind, name string) attr.Value {
	t.Helper()
	wires := wiresSchema().NestedObject.Type().(types.ObjectType) //nolint:errcheck // the schema's
	out := map[string]attr.Value{}
	for _, suffix := range []string{"a", "b", "c"} {
		out[suffix] = tftest.Object(t, wires, map[string]attr.Value{kind: types.StringValue(name + "-" + suffix), "env_prefix": types.StringValue(strings.ToUpper(suffix) + "_")})
	}
	return types.MapValueMust(wires, out)
}

// fileOf is a task definition with two containers: the first has the image, the second its log elsewhere.
func fileOf(image, more string) string {
	return `{` + more + ` "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512", "containerDefinitions": [
		{"name": "side", "image": "` + image + `", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/transcode", "awslogs-region": "cn-north-1", "awslogs-stream-prefix": "x"}}},
		{"name": "main", "image": "busybox", "logConfiguration": {"logDriver": "splunk"}}]}`
}

const (
	fileRoles = `"executionRoleArn": "arn:aws-cn:iam::` + tftest.Account + `:role/theirs", "taskRoleArn": "arn:aws-cn:iam::` + tftest.Account + `:role/theirs",`
	// fileOnEC2 has another platform, and a file system.
	fileOnEC2 = `{"requiresCompatibilities": ["EC2"], "networkMode": "bridge", "cpu": "1024", "memory": "2048",
		"volumes": [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"}}}],
		"containerDefinitions": [{"name": "main", "image": "busybox", "logConfiguration": {"logDriver": "json-file"}}]}`
)

// needsBases are configurations in which different things follow from an attribute.
func needsBases(t *testing.T) map[string]map[string]attr.Value {
	t.Helper()
	more, text := moreValues(t), types.StringValue
	volumes := func(kind string) attr.Value {
		typ := types.ObjectType{AttrTypes: volumeTable.Types()}
		return types.MapValueMust(typ, map[string]attr.Value{"data": tftest.Object(t, typ, map[string]attr.Value{kind: more["volumes."+kind][0]})})
	}
	file := func(image, roles string) map[string]attr.Value {
		return map[string]attr.Value{"definition_json": text(fileOf(image, roles)), "image": types.StringNull()}
	}
	repository := more["image"][0].(types.String).ValueString() //nolint:errcheck // above
	fileAndImage := file(repository, "")
	fileAndImage["image"] = text("alpine")
	return map[string]map[string]attr.Value{
		"plain":            nil,
		"secrets":          {"secrets": tf.MapOf(map[string]string{"TOKEN": "/token"})},
		"on EC2":           {"launch_types": tf.SetOf([]string{"EC2"}), "memory": types.Int64Value(512)},
		"file":             file(repository, ""),
		"file, roles":      file("busybox", fileRoles),
		"file, image":      fileAndImage,
		"efs":              {"volumes": volumes("efs"), "mount_points": more["mount_points"][1]},
		"fsx":              {"volumes": volumes("fsx_windows"), "launch_types": tf.SetOf([]string{"EC2"}), "memory": types.Int64Value(512)},
		"splunk":           {"log_driver": text("splunk"), "log_options": tf.MapOf(map[string]string{"splunk-url": "https://a.example"})},
		"another's log":    {"log_options": tf.MapOf(map[string]string{"awslogs-group": "/ecs/transcode"})},
		"log with sidecar": {"log_driver": text("none"), "sidecars": more["sidecars"][0]},
		"wires":            {"wires": more["wires"][0]},
		"container memory": {"container_memory": types.Int64Value(512)},
		"log router": {
			"launch_types": tf.SetOf([]string{"EC2"}), "memory": types.Int64Value(512), "log_driver": text("awsfirelens"), "firelens_configuration": more["firelens_configuration"][0],
		},
		"wires, little room": {
			"wires": more["wires"][0], "execution_role": tftest.Object(t, roleType, map[string]attr.Value{"policies": more["execution_role.policies"][2]}),
		},
		"wires, one role": {"wires": more["wires"][0], "single_role": types.BoolValue(true), "secrets": tf.MapOf(map[string]string{"TOKEN": "/token"})},
	}
}

// needsOf are the attributes that each derived value follows from, by what internal/task lists.
func needsOf(d described) map[string][]attribute.Path {
	s := d.spec
	return map[string][]attribute.Path{
		"family_arn": task.FamilyARNNeeds, "cluster_arn": task.ClusterARNNeeds,
		"log_group_name": s.LogGroupNameNeeds(), "log_group_arn": s.LogGroupARNNeeds(),
		"log_retention_in_days": s.LogRetentionNeeds(), "log_kms_key_id": task.LogKeyNeeds,
		"execution_role_arn": s.RoleARNNeeds(task.ExecutionRole), "task_role_arn": s.RoleARNNeeds(task.TaskRole),
		"execution_role_name": s.RoleNameNeeds(task.ExecutionRole), "task_role_name": s.RoleNameNeeds(task.TaskRole),
		"execution_role_policy_json": s.RolePolicyNeeds(task.ExecutionRole), "task_role_policy_json": s.RolePolicyNeeds(task.TaskRole),
		"architecture": s.ArchitectureNeeds(), "operating_system_family": s.OperatingSystemFamilyNeeds(), "network_mode": s.NetworkModeNeeds(),
		"launch_types": task.LaunchTypesNeeds, "container_name": task.ContainerNameNeeds, "cpu": task.CPUNeeds, "memory": task.MemoryNeeds,
	}
}

// TestPlanTask_needs: of any attribute that is unknown, a value is known exactly if it comes out the same
// whatever the attribute turns out to be. What internal/task says that a value follows from is all that it
// follows from, and nothing that it never does.
func TestPlanTask_needs(t *testing.T) {
	t.Parallel()
	all := probes(t)
	follows := map[string]map[string]bool{} // from an attribute, by derived value
	listed := map[string]map[string]bool{}
	add := func(to map[string]map[string]bool, value, from string) {
		if to[value] == nil {
			to[value] = map[string]bool{}
		}
		to[value][from] = true
	}
	for base, config := range needsBases(t) {
		in := planInput{config: configuredTask(t, config), place: siteOf("subnet-0")}
		in.state, in.record = existing(t, in.config, in)
		planned := func(edit func(*planInput)) (described, diag.Diagnostics) {
			in := in
			edit(&in)
			var diags diag.Diagnostics
			plan := in.config
			in.config.validate(t.Context(), &diags)
			if diags.HasError() {
				return described{}, diags
			}
			d := planTask(t.Context(), in, &plan, &diags)
			return d, diags
		}
		first, diags := planned(func(*planInput) {})
		if diags.HasError() {
			t.Fatalf("%s is refused: %v", base, diags)
		}
		for value, needs := range needsOf(first) {
			for _, n := range needs {
				add(listed, value, n.String())
			}
		}
		for _, p := range all {
			var known []map[string]reflect.Value
			for _, edit := range p.values {
				if d, diags := planned(edit); !diags.HasError() {
					known = append(known, attributesOf(reflect.ValueOf(*d.model)))
				}
			}
			if len(known) == 0 {
				continue
			}
			for name := range known[0] {
				for _, k := range known[1:] {
					if !valueIn(k[name]).Equal(valueIn(known[0][name])) {
						add(follows, name, p.name)
					}
				}
			}
			if p.unknown == nil {
				continue
			}
			open, diags := planned(p.unknown)
			if diags.HasError() {
				t.Errorf("%s: %s is refused as long as it is unknown: %v", base, p.name, diags)
				continue
			}
			for name, v := range attributesOf(reflect.ValueOf(*open.model)) {
				for _, k := range known {
					if v := valueIn(v); !tf.AnyUnknown(v) && !v.Equal(valueIn(k[name])) {
						t.Errorf("%s: %s is %s while %s is unknown, and then %s", base, name, v, p.name, k[name])
						break
					}
				}
			}
		}
	}
	for value, needs := range listed {
		for from := range needs {
			// With one role, the room for the statements of wires is what the other policy leaves.
			room := value == "task_role_policy_json" && follows["execution_role_policy_json"][from]
			if !follows[value][from] && !room {
				t.Errorf("%s is said to follow from %s, and never changes with it", value, from)
			}
		}
	}
}

// The attributes that internal/task names are those of the schema.
func TestAttributes(t *testing.T) {
	t.Parallel()
	have := ownAndTableAttributes()
	for name, a := range have {
		if object, ok := a.(schema.SingleNestedAttribute); ok {
			for inner := range object.Attributes {
				have[name+"."+inner] = object.Attributes[inner]
			}
		}
	}
	for name := range volumeTable.Types() {
		have["volumes."+name] = nil
	}
	for _, p := range attribute.All() {
		if _, is := have[p.String()]; !is && p != attribute.Region && p != attribute.KeepRevisions && p != attribute.DeleteRevisions {
			t.Errorf("there is no attribute %s", p)
		}
	}
}
