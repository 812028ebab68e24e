package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

var (
	virginia = arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}
	beijing  = arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	gov      = arn.Place{Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "123456789012"}
)

// The second policy's name is one that IAM takes, however long the first one's is.
func TestTokenPolicyName(t *testing.T) {
	long := PolicyName(strings.Repeat("n", 255), "us-east-1", "")
	other := PolicyName(strings.Repeat("n", 254), "us-east-1", "")
	machine := strings.Repeat("m", 80) // as long as they get
	for _, given := range []string{"nightly", virginia.Regional("states", "stateMachine:nightly")} {
		if name := TokenPolicyName("transcode", given); name != "transcode-token-nightly" {
			t.Errorf("%s: %s", given, name)
		}
	}
	if name := TokenPolicyName(long, machine); len(long) != awsname.Policy.Max || len(name) > awsname.Policy.Max || name == TokenPolicyName(other, machine) {
		t.Errorf("%d characters: %s", len(name), name)
	}
}

// taskIn is a docker task by the naming rules.
func taskIn(place arn.Place, edits ...func(*Task)) Task {
	spec := task.Spec{Name: "transcode", Place: place}.WithDefaults()
	t := Task{
		Name:       spec.Name,
		FamilyARN:  spec.FamilyARN(),
		ClusterARN: task.ClusterARN("media", place),
		Container:  spec.Main.Name,
		Network:    task.Network{SubnetIDs: []string{"subnet-2", "subnet-1"}, SecurityGroupIDs: []string{"sg-2", "sg-1"}, AssignPublicIP: true},
		RoleARNs:   []string{spec.RoleARN(task.TaskRole), spec.RoleARN(task.ExecutionRole)},
	}
	for _, edit := range edits {
		edit(&t)
	}
	return t
}

func roles(arns ...string) func(*Task) { return func(t *Task) { t.RoleARNs = arns } }

type policyCase struct {
	consumer Consumer
	task     Task
}

// deploys is a pipeline.
func deploys() Consumer {
	i, _ := FindIntegration("deploy")
	return Consumer{Actions: i.Actions, Integration: i}
}

func policyCases() map[string]policyCase {
	all := Consumer{Actions: Actions}
	cases := map[string]policyCase{
		"all_china":         {all, taskIn(beijing)},
		"all_gov":           {all, taskIn(gov)},
		"all_pinned":        {Consumer{Actions: Actions, Revision: 7}, taskIn(virginia)},
		"run_pinned":        {Consumer{Actions: []Action{Run}, Revision: 12}, taskIn(virginia)},
		"no_roles":          {all, taskIn(virginia, roles())},
		"one_role":          {all, taskIn(virginia, roles("arn:aws:iam::123456789012:role/tasks/app"))},
		"one_role_for_both": {all, taskIn(virginia, roles("arn:aws:iam::123456789012:role/app", "arn:aws:iam::123456789012:role/app"))},
		"deploy":            {deploys(), taskIn(virginia)},
		"deploy_china":      {deploys(), taskIn(beijing)},
		"deploy_no_roles":   {deploys(), taskIn(virginia, roles())},
		"cluster_elsewhere": {all, taskIn(virginia, func(t *Task) { t.ClusterARN = "arn:aws:ecs:eu-west-1:210987654321:cluster/shared" })},
	}
	// Each subset of the actions: none, run, describe, run_describe, …
	for bits := range 1 << len(Actions) {
		var actions []Action
		name := "actions"
		for i, a := range Actions {
			if bits&(1<<i) != 0 {
				actions = append(actions, a)
				name += "_" + string(a)
			}
		}
		cases[name] = policyCase{Consumer{Actions: actions}, taskIn(virginia)}
	}
	return cases
}

func TestConsumer_Policy(t *testing.T) {
	cases := policyCases()
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			document, err := test.consumer.Policy(test.task)
			if err != nil {
				t.Fatal(err)
			}
			golden.JSON(t, "policy/"+name, document.JSON())
			leastPrivilege(t, test.task, document)

			// The order in which actions and roles are given says nothing.
			turned, again := test.consumer, test.task
			turned.Actions, again.RoleARNs = slices.Clone(turned.Actions), slices.Clone(again.RoleARNs)
			slices.Reverse(turned.Actions)
			slices.Reverse(again.RoleARNs)
			other, err := turned.Policy(again)
			if err != nil || other.JSON() != document.JSON() {
				t.Errorf("%v:\n%s", err, cmp.Diff(document.JSON(), other.JSON()))
			}
		})
	}
	files, err := filepath.Glob(filepath.Join("testdata", "policy", "*.golden.json"))
	if err != nil || len(files) != len(cases) {
		t.Errorf("%d golden files for %d cases, %v", len(files), len(cases), err)
	}
}

// conditions are what each action must come with, "" for none.
var conditions = map[string]string{
	"ecs:RunTask":       "ecs:cluster",
	"ecs:DescribeTasks": "ecs:cluster",
	"ecs:StopTask":      "ecs:cluster",
	"iam:PassRole":      "iam:PassedToService",
	"ecs:TagResource":   "ecs:CreateAction",

	"ecs:RegisterTaskDefinition": "",
}

func leastPrivilege(t *testing.T, end Task, d policy.Document) {
	t.Helper()
	if d.JSON() != "" && !json.Valid([]byte(d.JSON())) {
		t.Errorf("no JSON: %s", d.JSON())
	}
	for _, s := range d.Statements {
		for _, action := range s.Actions {
			key, known := conditions[action]
			if !known {
				t.Errorf("%s allows %s", s.Sid, action)
			}
			if key == "" {
				if len(s.Conditions) > 0 {
					t.Errorf("%s allows %s on %+v", s.Sid, action, s.Conditions)
				}
				continue
			}
			if len(s.Conditions) != 1 || s.Conditions[0].Key != key || len(s.Conditions[0].Values) != 1 || strings.ContainsAny(s.Conditions[0].Values[0], "*?") {
				t.Errorf("%s allows %s on %+v", s.Sid, action, s.Conditions)
			}
		}
		for _, resource := range s.Resources {
			whole := strings.TrimSuffix(strings.TrimSuffix(resource, ":*"), "/*")
			if strings.ContainsAny(whole, "*?") {
				t.Errorf("%s is on %s", s.Sid, resource)
			}
			if _, err := arn.Parse(resource); err != nil {
				t.Errorf("%s: %v", s.Sid, err)
			}
			// A bare family has matched nothing since 2024.
			if (slices.Contains(s.Actions, "ecs:RunTask") || slices.Contains(s.Actions, "ecs:RegisterTaskDefinition")) && !regexp.MustCompile(`^`+regexp.QuoteMeta(end.FamilyARN)+`:(\*|[0-9]+)$`).MatchString(resource) {
				t.Errorf("%s is on %s, not on revisions", s.Sid, resource)
			}
		}
	}
}

func TestConsumer_Policy_refused(t *testing.T) {
	broken := taskIn(virginia, func(t *Task) { t.ClusterARN = "media" })
	if _, err := (Consumer{Actions: Actions}).Policy(broken); err == nil {
		t.Error("a cluster that is no ARN is no error")
	}
}

func TestConsumer_Environment(t *testing.T) {
	const family = "arn:aws:ecs:us-east-1:123456789012:task-definition/transcode"
	whole := map[string]string{
		"DOCKER_TASK_ARN":              family,
		"DOCKER_TASK_SUBNETS":          "subnet-1,subnet-2",
		"DOCKER_TASK_CLUSTER":          "arn:aws:ecs:us-east-1:123456789012:cluster/media",
		"DOCKER_TASK_SECURITY_GROUPS":  "sg-1,sg-2",
		"DOCKER_TASK_ASSIGN_PUBLIC_IP": "ENABLED",
		"DOCKER_TASK_CONTAINER":        "transcode",
		"DOCKER_TASK_LAUNCH_TYPE":      "FARGATE",
	}
	with := func(changes map[string]string) map[string]string {
		out := maps.Clone(whole)
		maps.Copy(out, changes)
		return out
	}
	for name, test := range map[string]struct {
		consumer Consumer
		task     Task
		want     map[string]string
	}{
		"newest":       {Consumer{}, taskIn(virginia), whole},
		"pinned":       {Consumer{Revision: 7}, taskIn(virginia), with(map[string]string{"DOCKER_TASK_ARN": family + ":7"})},
		"few actions":  {Consumer{Actions: []Action{Describe}}, taskIn(virginia), whole},
		"not in a VPC": {Consumer{}, taskIn(virginia, func(t *Task) { t.Network = task.Network{} }), with(map[string]string{"DOCKER_TASK_SUBNETS": "", "DOCKER_TASK_SECURITY_GROUPS": "", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED"})},
		"on Fargate":   {Consumer{Launch: task.Launch{Type: "FARGATE"}}, taskIn(virginia), whole},
		"on EC2":       {Consumer{Launch: task.Launch{Type: "EC2"}}, taskIn(virginia), with(map[string]string{"DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED", "DOCKER_TASK_LAUNCH_TYPE": "EC2"})},
		"for EC2 only": {Consumer{}, taskIn(virginia, func(t *Task) {
			t.Capability = task.Capability{LaunchTypes: []string{"EC2"}, NetworkMode: "awsvpc"}
		}), with(map[string]string{"DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED", "DOCKER_TASK_LAUNCH_TYPE": "EC2"})},
		"by the cluster": {Consumer{Launch: task.Launch{Providers: []task.CapacityProvider{}}}, taskIn(virginia), with(map[string]string{"DOCKER_TASK_LAUNCH_TYPE": ""})},
		"no task": {Consumer{}, Task{}, map[string]string{
			"DOCKER_TASK_ARN": "", "DOCKER_TASK_SUBNETS": "", "DOCKER_TASK_CLUSTER": "",
			"DOCKER_TASK_SECURITY_GROUPS": "", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED", "DOCKER_TASK_CONTAINER": "",
			"DOCKER_TASK_LAUNCH_TYPE": "FARGATE",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.consumer.Environment(test.task)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	given := taskIn(virginia)
	Consumer{}.Environment(given)
	if given.Network.SubnetIDs[0] != "subnet-2" {
		t.Error("the task is changed")
	}
}

func TestNaming(t *testing.T) {
	for name, test := range map[string]struct {
		naming Naming
		want   string
		set    bool
	}{
		"as in the table": {Naming{}, "DOCKER_TASK_ARN", true},
		"prefixed":        {Naming{Prefix: "PUBLISH_"}, "PUBLISH_DOCKER_TASK_ARN", true},
		"renamed":         {Naming{Names: map[string]string{"DOCKER_TASK_ARN": "JOB"}}, "JOB", true},
		"left out":        {Naming{Names: map[string]string{"DOCKER_TASK_CLUSTER": "C"}}, "", false},
		"none":            {Naming{Names: map[string]string{}}, "", false},
	} {
		if got, set := test.naming.Of("DOCKER_TASK_ARN"); got != test.want || set != test.set {
			t.Errorf("%s: %q, %t", name, got, set)
		}
	}
}

// A state asks for a public address on Fargate only, and always says what it runs on.
func TestConsumer_StateJSON_launch(t *testing.T) {
	for _, private := range []bool{false, true} {
		for _, launchType := range task.RunLaunchTypes {
			end := taskIn(virginia, func(t *Task) { t.Network.AssignPublicIP = !private })
			i, _ := FindIntegration("step_functions")
			text, err := Consumer{Actions: i.Actions, Integration: i, Launch: task.Launch{Type: launchType}}.StateJSON(end, State{})
			var state struct {
				Parameters struct {
					LaunchType           string
					NetworkConfiguration struct {
						AwsvpcConfiguration struct{ AssignPublicIP string }
					}
				}
			}
			if err == nil {
				err = json.Unmarshal([]byte(text), &state)
			}
			want := "DISABLED"
			if launchType == "FARGATE" && !private {
				want = "ENABLED"
			}
			if p := state.Parameters; err != nil || p.LaunchType != launchType || p.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIP != want {
				t.Errorf("%s, private: %t: %s, %v", launchType, private, text, err)
			}
		}
	}
}

// A state has the launch type or the capacity providers, and PropagateTags if the policy allows it.
func TestConsumer_StateJSON_parameters(t *testing.T) {
	ec2 := task.Capability{LaunchTypes: []string{"EC2"}, NetworkMode: "awsvpc"}
	for name, c := range map[string]struct {
		consumer Consumer
		task     task.Capability
		want     map[string]any // nil: not there
	}{
		"nothing said":    {Consumer{}, task.Capability{}, map[string]any{"LaunchType": "FARGATE", "CapacityProviderStrategy": nil, "PropagateTags": nil}},
		"for EC2 only":    {Consumer{}, ec2, map[string]any{"LaunchType": "EC2"}},
		"by the cluster":  {Consumer{Launch: task.Launch{Providers: []task.CapacityProvider{}}}, ec2, map[string]any{"LaunchType": nil, "CapacityProviderStrategy": nil}},
		"tags are passed": {Consumer{TagsTasks: true}, ec2, map[string]any{"PropagateTags": "TASK_DEFINITION"}},
		"on providers": {
			Consumer{Launch: task.Launch{Providers: []task.CapacityProvider{{Name: "FARGATE_SPOT", Weight: 3}, {Name: "FARGATE", Base: 1, Weight: 1}}}}, task.Capability{},
			map[string]any{"LaunchType": nil, "CapacityProviderStrategy": []any{
				map[string]any{"CapacityProvider": "FARGATE_SPOT", "Base": 0.0, "Weight": 3.0}, map[string]any{"CapacityProvider": "FARGATE", "Base": 1.0, "Weight": 1.0},
			}},
		},
	} {
		for _, i := range Integrations {
			if i.State == "" {
				continue
			}
			c.consumer.Actions, c.consumer.Integration = i.Actions, i
			text, err := c.consumer.StateJSON(taskIn(virginia, func(t *Task) { t.Capability = c.task }), State{})
			var state struct{ Parameters map[string]any }
			if err == nil {
				err = json.Unmarshal([]byte(text), &state)
			}
			for key, want := range c.want {
				if diff := cmp.Diff(want, state.Parameters[key]); err != nil || diff != "" {
					t.Errorf("%s, %s: %s: %v\n%s", name, i.Name, key, err, diff)
				}
			}
		}
	}
}

func TestVariables(t *testing.T) {
	want := []string{
		"DOCKER_TASK_ARN", "DOCKER_TASK_ASSIGN_PUBLIC_IP", "DOCKER_TASK_CLUSTER",
		"DOCKER_TASK_CONTAINER", "DOCKER_TASK_LAUNCH_TYPE", "DOCKER_TASK_SECURITY_GROUPS", "DOCKER_TASK_SUBNETS",
	}
	if diff := cmp.Diff(want, Variables()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, name := range Variables() {
		if err := task.CheckVariable(name); err != nil {
			t.Error(err)
		}
	}
}

func TestPolicyName(t *testing.T) {
	for _, test := range []struct{ name, region, prefix, want string }{
		{"transcode", "us-east-1", "", "docker-task-transcode-us-east-1"},
		{"transcode", "us-east-1", "PUBLISH_", "docker-task-transcode-us-east-1-PUBLISH_"},
		{
			strings.Repeat("n", 255), "us-east-1", "PUBLISH_",
			"docker-task-" + strings.Repeat("n", 88) + "-3bb555e4-us-east-1-PUBLISH_",
		},
	} {
		if got := PolicyName(test.name, test.region, test.prefix); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

// inlinePolicyName is what IAM takes.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
var inlinePolicyName = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)

func TestPolicyName_fits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z0-9_-]{1,255}`).Draw(t, "name")
		region := rapid.SampledFrom([]string{"us-east-1", "ap-southeast-7", "us-gov-west-1", "eu-isoe-west-1"}).Draw(t, "region")
		prefix := rapid.StringMatching(`[A-Z_][A-Z0-9_]{0,63}`).Draw(t, "prefix") // as long as the schema allows
		for _, p := range []string{"", prefix} {
			if got := PolicyName(name, region, p); !inlinePolicyName.MatchString(got) {
				t.Fatalf("%q has %d characters", got, len(got))
			}
		}
	})
}

func TestPolicyName_distinct(t *testing.T) {
	seen := map[string]string{}
	long := strings.Repeat("media-pipeline-", 12)
	for i := range 500 {
		for _, name := range []string{fmt.Sprint("task", i), fmt.Sprint(long, i), fmt.Sprint(i, long), fmt.Sprintf("task%d-us-east-1", i)} {
			for _, region := range []string{"us-east-1", "eu-west-1"} {
				for _, prefix := range []string{"", "A", "A_", "_A", "A__", "_", "PUBLISH_"} {
					key := strings.Join([]string{name, region, prefix}, " ")
					got := PolicyName(name, region, prefix)
					if other, ok := seen[got]; ok {
						t.Fatalf("%s and %s are both %s", other, key, got)
					}
					seen[got] = key
				}
			}
		}
	}
}
