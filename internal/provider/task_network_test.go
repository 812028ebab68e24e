package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// shop is a docker task in AWS whose parts carry these tags.
type shop struct {
	revision, execution, worker, group map[string]string
	// roles are the names of its roles, in place of those by the naming rules.
	roles [2]string
}

func (s shop) aws() *fakeAWS {
	for i, kind := range []string{"execution", "task"} {
		if s.roles[i] == "" {
			s.roles[i] = "shop-eu-west-1-" + kind
		}
	}
	var tags []any
	for key, value := range s.revision {
		tags = append(tags, map[string]any{"key": key, "value": value})
	}
	return &fakeAWS{
		definitions: map[string]any{"shop": map[string]any{
			"taskDefinition": map[string]any{
				"taskDefinitionArn": "arn:aws:ecs:eu-west-1:" + tftest.Account + ":task-definition/shop:7", "family": "shop", "revision": 7, "status": "ACTIVE",
				"executionRoleArn": "arn:aws:iam::" + tftest.Account + ":role/" + s.roles[0], "taskRoleArn": "arn:aws:iam::" + tftest.Account + ":role/" + s.roles[1],
				"containerDefinitions": []any{map[string]any{
					"name": "shop", "image": "busybox:1.37",
					"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{"awslogs-group": "/ecs/shop", "awslogs-region": "eu-west-1"}},
				}},
				"requiresCompatibilities": []any{"FARGATE"}, "networkMode": "awsvpc", "cpu": "256", "memory": "512",
			},
			"tags": tags,
		}},
		roles:     map[string]map[string]string{s.roles[0]: s.execution, s.roles[1]: s.worker},
		logGroups: map[string]map[string]string{"/ecs/shop": s.group},
	}
}

// Tags of a part, with those of the unit's id.
func networkTags(id string, n task.Network) map[string]string {
	tags := n.Tags()
	if id != "" {
		tags[task.TagUnit] = id
	}
	return tags
}

// networkOf is where a task runs, as an object says it.
func networkOf(t *testing.T, state map[string]tftypes.Value) string {
	t.Helper()
	var out []string
	for _, name := range []string{"cluster", "subnet_ids", "security_group_ids", "assign_public_ip"} {
		v := state[name]
		text := "null"
		switch {
		case v.IsNull():
		case v.Type().Is(tftypes.String):
			_ = v.As(&text)
		case v.Type().Is(tftypes.Bool):
			var is bool
			_ = v.As(&is)
			text = map[bool]string{true: "public", false: "private"}[is]
		default:
			var elements []tftypes.Value
			_ = v.As(&elements)
			ids := make([]string, len(elements))
			for i, e := range elements {
				_ = e.As(&ids[i])
			}
			text = strings.Join(slices.Sorted(slices.Values(ids)), "+")
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// An attacker who may tag one kind of part does not move a docker task, by whatever way it is looked up: the
// data source, an import, a reference by name.
func TestTaskNetwork_tags(t *testing.T) {
	t.Parallel()
	id := task.Owner{Kind: task.TaskUnit, Region: "eu-west-1", Name: "shop"}.ID("abc234")
	base := task.Owner{Kind: task.TaskUnit, Region: "eu-west-1", Name: "base"}.ID("abc234")
	ours := task.Network{Cluster: "batch", SubnetIDs: []string{"subnet-0a"}, SecurityGroupIDs: []string{"sg-0a"}}
	bad := task.Network{Cluster: "mallory", SubnetIDs: []string{"subnet-0bad"}, SecurityGroupIDs: []string{"sg-0bad"}, AssignPublicIP: true}
	elsewhere := func(cluster string) task.Network { n := ours; n.Cluster = cluster; return n }
	all := func(revision, execution, worker, group map[string]string) shop {
		return shop{revision: revision, execution: execution, worker: worker, group: group}
	}
	good := networkTags(id, ours)
	const here, nowhere, mallory = "batch subnet-0a sg-0a private", "null null null null", "mallory subnet-0bad sg-0bad public"
	custom := [2]string{"custom-execution", "custom-task"}
	for name, test := range map[string]struct {
		is   shop
		want string // where it runs; "" for an error
		says []string
	}{
		"nobody tagged":                     {is: all(good, good, good, good), want: here},
		"ecs:TagResource":                   {is: all(networkTags(id, bad), good, good, good), want: here, says: []string{"cluster is mallory by the tags of task definition shop:7, and batch by those of role shop-eu-west-1-execution and role shop-eu-west-1-task", "subnet_ids is subnet-0bad", "security_group_ids is sg-0bad", "assign_public_ip is true"}},
		"and another id":                    {is: all(networkTags("mallory", bad), good, good, good), want: here, says: []string{"mallory"}},
		"and no id":                         {is: all(networkTags("", bad), good, good, good), want: here, says: []string{"mallory"}},
		"roles with names of their own":     {is: shop{networkTags(id, bad), good, good, good, custom}, want: here, says: []string{"mallory", "custom-task"}},
		"and another id of those":           {is: shop{networkTags("mallory", bad), good, good, good, custom}, want: here, says: []string{"mallory", "custom-task"}},
		"logs:TagResource too":              {is: all(networkTags(id, bad), good, good, networkTags(id, bad)), want: here, says: []string{"mallory", "log group /ecs/shop"}},
		"iam:TagRole of one role":           {is: all(good, networkTags(id, bad), good, good), says: []string{"cluster is batch by the tags of task definition shop:7 and role shop-eu-west-1-task and log group /ecs/shop, and mallory by those of role shop-eu-west-1-execution"}},
		"a revision without tags":           {is: all(nil, good, good, good), want: here},
		"roles and log group of another":    {is: shop{networkTags(id, ours), networkTags(base, bad), networkTags(base, bad), networkTags(base, bad), custom}, want: here},
		"a foreign task with those":         {is: shop{nil, networkTags(base, bad), networkTags(base, bad), networkTags(base, bad), custom}, want: nowhere},
		"roles without tags":                {is: shop{networkTags(id, bad), nil, nil, good, custom}, says: []string{"mallory", "log group /ecs/shop"}},
		"nothing else with tags":            {is: shop{networkTags(id, bad), nil, nil, nil, custom}, want: mallory},
		"another account":                   {is: all(networkTags(id, elsewhere("arn:aws:ecs:eu-west-1:999999999999:cluster/batch")), good, good, good), want: here, says: []string{"999999999999", "task definition shop:7", tftest.Account}},
		"another region":                    {is: all(networkTags(id, elsewhere("arn:aws:ecs:us-east-1:"+tftest.Account+":cluster/batch")), good, good, good), want: here, says: []string{"us-east-1", "task definition shop:7"}},
		"another partition":                 {is: all(networkTags(id, elsewhere("arn:aws-cn:ecs:eu-west-1:"+tftest.Account+":cluster/batch")), good, good, good), want: here, says: []string{"aws-cn", "task definition shop:7"}},
		"another account, and nothing else": {is: shop{networkTags(id, elsewhere("arn:aws:ecs:eu-west-1:999999999999:cluster/batch")), nil, nil, nil, custom}, want: "null subnet-0a sg-0a private", says: []string{"999999999999"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := func(way string, got seen, errorsToo bool) {
				t.Helper()
				said := got.warnings
				if errorsToo {
					said = got.errors
				} else if len(got.errors) > 0 {
					t.Errorf("%s: says %s", way, strings.Join(got.errors, "\n"))
				}
				want := test.want
				if want == "" {
					want = nowhere
				}
				if have := networkOf(t, got.state); have != want {
					t.Errorf("%s: runs in %s, want %s", way, have, want)
				}
				said = slices.DeleteFunc(said, func(s string) bool {
					return (strings.Contains(s, "adopted") || strings.Contains(s, "Parts of other units"))
				})
				if (len(said) > 0) != (len(test.says) > 0) {
					t.Errorf("%s: says %q", way, said)
				}
				for _, word := range test.says {
					if !strings.Contains(strings.Join(said, "\n"), word) {
						t.Errorf("%s: says %q, without %q", way, said, word)
					}
				}
			}
			w := newWalk(t, test.is.aws(), byGraphWalk)
			check("data source", w.lookUp("docker_task", tftest.Block{"name": "shop"}), test.want == "")
			check("import", w.imported("docker_task", "shop"), false)
			explicit := w.lookUp("docker_task", tftest.Block{
				"name": "shop", "cluster": "mine", "subnet_ids": []any{"subnet-0c"}, "security_group_ids": []any{"sg-0c"}, "assign_public_ip": true,
			})
			if have := networkOf(t, explicit.state); have != "mine subnet-0c sg-0c public" || len(explicit.errors)+len(explicit.warnings) > 0 {
				t.Errorf("explicit: runs in %s, says %q, %q", have, explicit.errors, explicit.warnings)
			}
			// By its name alone a task follows from the naming rules. A warning has the values of AWS.
			for at, r := range byNameOnly(nil) {
				maps.Copy(r.is, shopIn(r.is))
				p := w.plan(r.typ, prior{}, r.is)
				if len(p.errors()) > 0 || strings.Contains(p.state.String(), "mallory") || strings.Contains(p.state.String(), "999999999999") {
					t.Errorf("%s by name: %s", at, strings.Join(p.errors(), "\n"))
				}
				told := strings.Join(p.warnings(), "\n")
				if test.want == here && len(test.is.revision) > 0 && !strings.Contains(told, "cluster is batch, not default") ||
					test.want == here && strings.Contains(told, "cluster is mallory") {
					t.Errorf("%s by name: says %s", at, told)
				}
			}
		})
	}
}

// shopIn names docker task shop in a resource that refers to a docker task t.
func shopIn(is tftest.Block) tftest.Block {
	out := tftest.Block{}
	named := tftest.Block{"name": "shop"}
	switch {
	case is["task"] != nil:
		out["task"] = named
	default:
		out["wires"] = tftest.Block{"run": tftest.Block{"docker_task": named}}
	}
	return out
}

// What is given beside the name counts, one by one, and only in the task's own place.
func TestTaskNetwork_explicit(t *testing.T) {
	t.Parallel()
	id := task.Owner{Kind: task.TaskUnit, Region: "eu-west-1", Name: "shop"}.ID("abc234")
	ours := networkTags(id, task.Network{Cluster: "batch", SubnetIDs: []string{"subnet-0a"}, SecurityGroupIDs: []string{"sg-0a"}})
	bad := networkTags(id, task.Network{Cluster: "mallory", SubnetIDs: []string{"subnet-0a"}, SecurityGroupIDs: []string{"sg-0a"}})
	disputed := shop{revision: ours, execution: bad, worker: ours, group: ours}
	for name, test := range map[string]struct {
		is   shop
		with tftest.Block
		want string
		says string
	}{
		"none":                 {is: disputed, says: "cluster: Tags contradict each other"},
		"what is disputed":     {is: disputed, with: tftest.Block{"cluster": "mine"}, want: "mine subnet-0a sg-0a private"},
		"something else":       {is: disputed, with: tftest.Block{"assign_public_ip": true}, says: "cluster: Tags contradict each other"},
		"no tags":              {with: tftest.Block{"cluster": "mine", "subnet_ids": []any{"subnet-0c"}, "assign_public_ip": false}, want: "mine subnet-0c null private"},
		"no security groups":   {is: shop{revision: ours, worker: ours}, with: tftest.Block{"security_group_ids": []any{}}, want: "batch subnet-0a  private"},
		"of another account":   {with: tftest.Block{"cluster": "arn:aws:ecs:eu-west-1:999999999999:cluster/c"}, says: "cluster: Invalid cluster"},
		"of another region":    {with: tftest.Block{"cluster": "arn:aws:ecs:us-east-1:" + tftest.Account + ":cluster/c"}, says: "cluster: Invalid cluster"},
		"of another partition": {with: tftest.Block{"cluster": "arn:aws-cn:ecs:eu-west-1:" + tftest.Account + ":cluster/c"}, says: "cluster: Invalid cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := tftest.Block{"name": "shop"}
			maps.Copy(is, test.with)
			got := newWalk(t, test.is.aws(), byGraphWalk).lookUp("docker_task", is)
			if have := networkOf(t, got.state); test.says == "" && have != test.want {
				t.Errorf("runs in %q, want %q", have, test.want)
			}
			if said := strings.Join(got.errors, "\n"); (said != "") != (test.says != "") || !strings.Contains(said, test.says) {
				t.Errorf("says %q, want %q", said, test.says)
			}
			if cluster, is := test.with["cluster"].(string); is && test.says == "" {
				var arn string
				if err := got.state["cluster_arn"].As(&arn); err != nil || !strings.HasSuffix(arn, ":cluster/"+cluster) {
					t.Errorf("cluster_arn is %s", arn)
				}
			}
		})
	}
}
