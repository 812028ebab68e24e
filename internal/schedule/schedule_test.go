package schedule_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

var place = arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "111122223333"}

func spec() schedule.Spec {
	return schedule.Spec{
		Schedule: schedule.Schedule{
			Name: "nightly", Group: schedule.DefaultGroup, Expression: "cron(0 3 * * ? *)", TimeZone: "UTC", Enabled: true,
			AfterCompletion: schedule.Keep,
			Target:          schedule.Target{TaskCount: 1, MaximumAttempts: schedule.MaximumAttempts, MaximumAgeSeconds: schedule.MaximumAgeSeconds},
		},
		Place: place,
		Task: wire.Task{
			Name:       "dump",
			FamilyARN:  place.Regional("ecs", "task-definition/dump"),
			ClusterARN: place.Regional("ecs", "cluster/batch"),
			Container:  "dump",
			Network:    task.Network{SubnetIDs: []string{"subnet-2", "subnet-1"}, SecurityGroupIDs: []string{"sg-1"}},
			RoleARNs:   []string{place.Global("iam", "role/dump-task"), place.Global("iam", "role/dump-execution")},
		},
	}
}

func TestSpec_Unit(t *testing.T) {
	t.Parallel()
	s := spec()
	s.Revision = 7
	s.Overrides.Command = []string{"pg_dump"}
	u, err := s.Unit()
	if err != nil {
		t.Fatal(err)
	}
	target := u.Schedule.Target
	for what, is := range map[string]bool{
		"cluster":     target.ClusterARN == s.Task.ClusterARN,
		"revision":    target.DefinitionARN == s.Task.FamilyARN+":7",
		"launch type": target.Launch.Type == task.Fargate,
		"role":        target.RoleARN == place.Global("iam", "role/nightly-cn-north-1-schedule") && u.Role.ARN == target.RoleARN,
		"subnets":     slices.Equal(target.Network.SubnetIDs, []string{"subnet-1", "subnet-2"}),
		"input":       target.Input == `{"containerOverrides":[{"name":"dump","command":["pg_dump"]}]}`,
	} {
		if !is {
			t.Errorf("%s: %+v", what, target)
		}
	}
	s.Schedule.Target.Launch.Providers = []task.CapacityProvider{{Name: "FARGATE_SPOT", Weight: 1}}
	s.RoleARN = place.Global("iam", "role/theirs")
	s.Revision = 0
	if u, err = s.Unit(); err != nil {
		t.Fatal(err)
	}
	if target := u.Schedule.Target; target.Launch.Type != "" || target.DefinitionARN != s.Task.FamilyARN || target.RoleARN != s.RoleARN || u.Role != nil {
		t.Errorf("with a capacity provider and a role: %+v", u)
	}
}

// RunTask refuses a public address for a task that is not on Fargate.
func TestSpec_Unit_publicIP(t *testing.T) {
	t.Parallel()
	on := func(names ...string) task.Launch {
		l := task.Launch{Providers: []task.CapacityProvider{}}
		for _, name := range names {
			l.Providers = append(l.Providers, task.CapacityProvider{Name: name, Weight: 1})
		}
		return l
	}
	ec2 := task.Capability{LaunchTypes: []string{"EC2"}, NetworkMode: task.AWSVPC}
	for _, c := range []struct {
		launch task.Launch
		task   task.Capability
		want   bool
	}{
		{launch: task.Launch{}, want: true},
		{launch: task.Launch{Type: "FARGATE"}, want: true},
		{launch: on("FARGATE"), want: true},
		{launch: on("FARGATE_SPOT", "FARGATE"), want: true},
		{launch: on(), want: true},
		{launch: on(), task: ec2, want: false},
		{launch: task.Launch{}, task: ec2, want: false},
		{launch: task.Launch{Type: "EC2"}, want: false},
		{launch: task.Launch{Type: "EXTERNAL"}, want: false},
		{launch: on("our-instances"), want: false},
	} {
		for _, asked := range []bool{true, false} {
			s := spec()
			s.Task.Network.AssignPublicIP, s.Task.Capability = asked, c.task
			s.Schedule.Target.Launch = c.launch
			u, err := s.Unit()
			if network := u.Schedule.Target.Network; err != nil || network.AssignPublicIP != (c.want && asked) || len(network.SubnetIDs) != 2 {
				t.Errorf("%+v, asked: %t: %+v, %v", c, asked, network, err)
			}
		}
	}
}

// A schedule of that name that is not the unit's is not taken for it, whatever else it has alike.
func TestUnit_Owns(t *testing.T) {
	t.Parallel()
	made := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	managed, given := spec(), spec()
	given.RoleARN = place.Global("iam", "role/theirs")
	elsewhere := func(s *schedule.Schedule) {
		s.Target.RoleARN, s.Target.DefinitionARN = place.Global("iam", "role/other"), place.Regional("ecs", "task-definition/other")
	}
	another := func(s *schedule.Schedule) { s.Expression = "rate(1 day)"; s.Created = made.Add(time.Minute) }
	byHand := func(s *schedule.Schedule) { s.Target.RoleARN = place.Global("iam", "role/other") }
	for name, c := range map[string]struct {
		spec   schedule.Spec
		has    bool // state has it
		noted  bool // and when it was made
		change func(*schedule.Schedule)
		want   bool
	}{
		"as it was":                                       {spec: managed, has: true, noted: true, want: true},
		"the role is changed by hand":                     {spec: managed, has: true, noted: true, change: byHand, want: true},
		"everything is changed by hand":                   {spec: managed, has: true, noted: true, change: elsewhere, want: true},
		"made anew, with the unit's role":                 {spec: managed, has: true, noted: true, change: another, want: true},
		"made anew, with another role":                    {spec: managed, has: true, noted: true, change: func(s *schedule.Schedule) { another(s); byHand(s) }},
		"not noted, the role is changed by hand":          {spec: managed, has: true, change: byHand, want: true},
		"not noted, another task and role":                {spec: managed, has: true, change: elsewhere},
		"state has none, with the unit's role":            {spec: managed, change: another, want: true},
		"state has none, with another role":               {spec: managed, change: byHand},
		"given role, made anew":                           {spec: given, has: true, noted: true, change: another},
		"given role, not noted":                           {spec: given, has: true, change: another, want: true},
		"given role, not noted, another task and role":    {spec: given, has: true, change: elsewhere},
		"given role, state has none":                      {spec: given, change: another},
		"given role, state has none, says what is wanted": {spec: given, want: true},
	} {
		unit, err := c.spec.Unit()
		if err != nil {
			t.Fatal(err)
		}
		there := unit.Schedule
		there.Created = made
		rec := task.Record{ID: "unit"}
		for _, p := range unit.Parts() {
			if p.Kind == task.RolePart || c.has {
				p.Confirmed = true
				rec = rec.With(p)
			}
		}
		if c.noted {
			part := unit.Schedule.Part()
			part.Confirmed, part.Version = true, made.UnixMilli()
			rec = rec.With(part)
		}
		if c.change != nil {
			c.change(&there)
		}
		all := schedule.Observed{Schedule: &there}
		if unit.Role != nil {
			all.Role = &task.ObservedRole{Name: unit.Role.Name}
		}
		seen, after := all.Of(unit, rec)
		part, _ := after.Part(task.SchedulePart, unit.Schedule.Part().Name)
		if unit.Owns(all, rec) != c.want || (seen.Schedule != nil) != c.want || part.Confirmed != c.want || c.want && part.Version != there.Created.UnixMilli() {
			t.Errorf("%s: %t, %v, %+v", name, unit.Owns(all, rec), seen.Schedule, part)
		}
	}
}

// Of what has the names of parts that are not confirmed, only some is the unit's own.
func TestUnit_Owns_unconfirmed(t *testing.T) {
	t.Parallel()
	managed, given := spec(), spec()
	given.RoleARN = place.Global("iam", "role/theirs")
	type seen struct {
		role     string // the unit that it is of; "-" for none, "" for no role
		runsWith string // the role of the schedule; "" for the unit's
		says     string // its expression; "" for the unit's
	}
	for name, c := range map[string]struct {
		spec           schedule.Spec
		seen           seen
		written        bool
		schedule, role bool
	}{
		"its own":                            {spec: managed, seen: seen{role: "unit"}, schedule: true, role: true},
		"says something else":                {spec: managed, seen: seen{role: "unit", says: "rate(1 day)"}, schedule: true, role: true},
		"runs with another role":             {spec: managed, seen: seen{role: "unit", runsWith: "another"}, role: true},
		"role without an id":                 {spec: managed, seen: seen{role: "-"}},
		"role of another unit":               {spec: managed, seen: seen{role: "another"}},
		"role gone":                          {spec: managed},
		"role without an id, written since":  {spec: managed, seen: seen{role: "-", runsWith: "new"}, written: true, schedule: true},
		"given role":                         {spec: given, schedule: true},
		"given role, says something else":    {spec: given, seen: seen{says: "rate(1 day)"}},
		"given role, runs with another":      {spec: given, seen: seen{runsWith: "another"}},
		"given role, another, written since": {spec: given, seen: seen{says: "rate(1 day)"}, written: true, schedule: true},
	} {
		unit, err := c.spec.Unit()
		if err != nil {
			t.Fatal(err)
		}
		rec := task.Record{ID: "unit"}
		if c.written {
			part := unit.Schedule.Part()
			part.Confirmed = true
			rec = rec.With(part)
		}
		there := unit.Schedule
		if c.seen.runsWith != "" {
			there.Target.RoleARN = place.Global("iam", "role/"+c.seen.runsWith)
		}
		if c.seen.says != "" {
			there.Expression = c.seen.says
		}
		all := schedule.Observed{Schedule: &there}
		if c.seen.role != "" {
			all.Role = &task.ObservedRole{Name: roleOf(unit), ARN: unit.Schedule.Target.RoleARN, Tags: map[string]string{}}
			if c.seen.role != "-" {
				all.Role.Tags[task.TagUnit] = c.seen.role
			}
		}
		own, _ := all.Of(unit, rec)
		if (own.Schedule != nil) != c.schedule || (own.Role != nil) != c.role {
			t.Errorf("%s: schedule %t, role %t", name, own.Schedule != nil, own.Role != nil)
		}
	}
}

// roleOf is the name of the unit's own role.
func roleOf(u schedule.Unit) string {
	if u.Role == nil {
		return "theirs"
	}
	return u.Role.Name
}

func TestRoleName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 64)
	names := map[string]bool{}
	for _, c := range []struct{ group, name, want string }{
		{"default", "nightly", "nightly-eu-west-1-schedule"},
		{"jobs", "nightly", "jobs-nightly-eu-west-1-schedule"},
		{"default", long, ""},
		{"default", long[1:], ""},
		{"jobs", long, ""},
	} {
		name := schedule.RoleName("", c.group, c.name, "eu-west-1")
		if err := task.CheckRoleName(name); err != nil || c.want != "" && name != c.want || names[name] {
			t.Errorf("%s/%s: %s %s", c.group, c.name, name, err)
		}
		names[name] = true
	}
}

// The trust policy names the schedule group, as AWS requires, and allows no other principal.
func TestSpec_TrustPolicy(t *testing.T) {
	t.Parallel()
	document := spec().TrustPolicy().JSON()
	request := func(service, account, source string) policytest.Request {
		return policytest.Request{
			Principal: service, Action: "sts:AssumeRole",
			Context: map[string][]string{"aws:SourceAccount": {account}, "aws:SourceArn": {source}},
		}
	}
	group := place.Regional("scheduler", "schedule-group/default")
	other := place
	other.Account = "444455556666"
	for name, c := range map[string]struct {
		request policytest.Request
		want    bool
	}{
		"scheduler":       {request("scheduler.amazonaws.com", place.Account, group), true},
		"another service": {request("events.amazonaws.com", place.Account, group), false},
		"another account": {request("scheduler.amazonaws.com", other.Account, other.Regional("scheduler", "schedule-group/default")), false},
		"another group":   {request("scheduler.amazonaws.com", place.Account, group+"2"), false},
		"no source":       {policytest.Request{Principal: "scheduler.amazonaws.com", Action: "sts:AssumeRole"}, false},
	} {
		if have, err := policytest.Trusts(document, c.request); err != nil || have != c.want {
			t.Errorf("%s: %t %v", name, have, err)
		}
	}
}

func TestSpec_Policy(t *testing.T) {
	t.Parallel()
	queue, key := place.Regional("sqs", "dead"), place.Regional("kms", "key/1234")
	full := spec()
	full.Schedule.KMSKeyARN = key
	full.Schedule.Target.DeadLetterARN = queue
	full.Schedule.Target.PropagateTags = true
	queueKey := place.Regional("kms", "key/5678")
	encrypted := spec()
	encrypted.Schedule.Target.DeadLetterARN, encrypted.DeadLetterKeyARN = queue, queueKey
	bare, pinned := spec(), spec()
	pinned.Revision = 7

	request := func(action, resource string, context ...string) policytest.Request {
		r := policytest.Request{Action: action, Resource: resource, Context: map[string][]string{}}
		for i := 0; i+1 < len(context); i += 2 {
			r.Context[context[i]] = []string{context[i+1]}
		}
		return r
	}
	elsewhere := func(arn string) string { return strings.Replace(arn, place.Region, "cn-northwest-1", 1) }
	others := func(arn string) string { return strings.Replace(arn, place.Account, "444455556666", 1) }
	cluster := bare.Task.ClusterARN
	run := func(revision string) policytest.Request {
		return request("ecs:RunTask", bare.Task.FamilyARN+":"+revision, "ecs:cluster", cluster)
	}
	pass := func(role, service string) policytest.Request {
		return request("iam:PassRole", place.Global("iam", "role/"+role), "iam:PassedToService", service)
	}
	tagged := func(action string) policytest.Request {
		return request("ecs:TagResource", place.Regional("ecs", "task/batch/1"), "ecs:CreateAction", action)
	}
	for _, c := range []struct {
		name    string
		spec    schedule.Spec
		request policytest.Request
		want    bool
	}{
		{"run", bare, run("8"), true},
		{"run pinned", pinned, run("7"), true},
		{"run another than the pinned", pinned, run("8"), false},
		{"run in another cluster", bare, request("ecs:RunTask", bare.Task.FamilyARN+":8", "ecs:cluster", cluster+"2"), false},
		{"run another family", bare, request("ecs:RunTask", bare.Task.FamilyARN+"2:8", "ecs:cluster", cluster), false},
		{"run in another region", bare, request("ecs:RunTask", elsewhere(bare.Task.FamilyARN+":8"), "ecs:cluster", cluster), false},
		{"run in another account", bare, request("ecs:RunTask", others(bare.Task.FamilyARN+":8"), "ecs:cluster", cluster), false},
		{"run in no cluster", bare, request("ecs:RunTask", bare.Task.FamilyARN+":8"), false},
		{"pass", bare, pass("dump-task", "ecs-tasks.amazonaws.com"), true},
		{"pass another role", bare, pass("admin", "ecs-tasks.amazonaws.com"), false},
		{"pass to another service", bare, pass("dump-task", "lambda.amazonaws.com"), false},
		{"pass a role of another account", bare, request("iam:PassRole", others(place.Global("iam", "role/dump-task")), "iam:PassedToService", "ecs-tasks.amazonaws.com"), false},
		{"pass to nobody", bare, request("iam:PassRole", place.Global("iam", "role/dump-task")), false},
		{"stop", full, request("ecs:StopTask", place.Regional("ecs", "task/batch/1"), "ecs:cluster", cluster), false},
		{"tag", full, tagged("RunTask"), true},
		{"tag without need", bare, tagged("RunTask"), false},
		{"tag later", full, tagged("StartTask"), false},
		{"tag in another cluster", full, request("ecs:TagResource", place.Regional("ecs", "task/batch2/1"), "ecs:CreateAction", "RunTask"), false},
		{"send", full, request("sqs:SendMessage", queue), true},
		{"send without a queue", bare, request("sqs:SendMessage", queue), false},
		{"send to another queue", full, request("sqs:SendMessage", queue+"2"), false},
		{"send to a queue of another account", full, request("sqs:SendMessage", others(queue)), false},
		{"receive", full, request("sqs:ReceiveMessage", queue), false},
		{"decrypt", full, request("kms:Decrypt", key), true},
		{"decrypt without a key", bare, request("kms:Decrypt", key), false},
		{"decrypt with another key", full, request("kms:Decrypt", key+"5"), false},
		{"encrypt", full, request("kms:Encrypt", key), false},
		{"data key for the queue", encrypted, request("kms:GenerateDataKey", queueKey, "kms:ViaService", "sqs."+place.Region+".amazonaws.com.cn"), true},
		{"decrypt for the queue", encrypted, request("kms:Decrypt", queueKey, "kms:ViaService", "sqs."+place.Region+".amazonaws.com.cn"), true},
		{"data key, not through SQS", encrypted, request("kms:GenerateDataKey", queueKey), false},
		{"data key through another service", encrypted, request("kms:GenerateDataKey", queueKey, "kms:ViaService", "s3."+place.Region+".amazonaws.com.cn"), false},
		{"data key of another key", encrypted, request("kms:GenerateDataKey", queueKey+"9", "kms:ViaService", "sqs."+place.Region+".amazonaws.com.cn"), false},
		{"data key for a queue without a key", full, request("kms:GenerateDataKey", queueKey, "kms:ViaService", "sqs."+place.Region+".amazonaws.com.cn"), false},
	} {
		document, err := c.spec.Policy()
		if err != nil {
			t.Fatal(err)
		}
		if have, err := policytest.Allows(document.JSON(), c.request); err != nil || have != c.want {
			t.Errorf("%s: %t %v\n%s", c.name, have, err, document.JSON())
		}
	}
}

// Whatever is asked of the role, nothing in its policy is of all actions or all resources.
func TestSpec_Policy_narrow(t *testing.T) {
	t.Parallel()
	s := spec()
	s.Schedule.KMSKeyARN, s.Schedule.Target.DeadLetterARN, s.Schedule.Target.PropagateTags = place.Regional("kms", "key/1234"), place.Regional("sqs", "dead"), true
	s.DeadLetterKeyARN = place.Regional("kms", "key/5678")
	document, err := s.Policy()
	if err != nil || len(document.Statements) < 6 || schedule.DeadLetterKey(document.JSON()) != s.DeadLetterKeyARN {
		t.Fatalf("%+v, %v", document, err)
	}
	for _, statement := range document.Statements {
		if text := strings.Join(statement.Actions, " "); strings.ContainsAny(text, "*?") || slices.Contains(statement.Resources, "*") {
			t.Errorf("%s allows %s on %v", statement.Sid, text, statement.Resources)
		}
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		overrides schedule.Overrides
		want      string
	}{
		"none":        {schedule.Overrides{}, ""},
		"empty":       {schedule.Overrides{Command: []string{}, Environment: map[string]string{}}, ""},
		"command":     {schedule.Overrides{Command: []string{"sh", "-c", "a > b"}}, `{"containerOverrides":[{"name":"main","command":["sh","-c","a > b"]}]}`},
		"environment": {schedule.Overrides{Environment: map[string]string{"B": "2", "A": ""}}, `{"containerOverrides":[{"name":"main","environment":[{"name":"A","value":""},{"name":"B","value":"2"}]}]}`},
		"others": {
			schedule.Overrides{Command: []string{"x"}, Containers: []run.ContainerOverride{{Name: "side", CPU: 64}, {Name: "log", EnvironmentFiles: run.EnvironmentFiles([]string{"arn:aws:s3:::b/a.env"})}}},
			`{"containerOverrides":[{"name":"log","environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/a.env"}]},{"name":"main","command":["x"]},{"name":"side","cpu":64}]}`,
		},
		"size": {schedule.Overrides{CPU: 512, Memory: 1024}, `{"cpu":"512","memory":"1024"}`},
	} {
		have := c.overrides.Input("main")
		if have != c.want {
			t.Errorf("%s: %s", name, have)
		}
		back, ok := schedule.ReadInput(have, "main")
		if !ok || back.Input("main") != have {
			t.Errorf("%s: read back as %+v", name, back)
		}
	}
}

func TestReadInput_refuses(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]string{
		"no JSON":            `hello`,
		"two texts":          `{} {}`,
		"a container twice":  `{"containerOverrides":[{"name":"side","command":["x"]},{"name":"side"}]}`,
		"the main one twice": `{"containerOverrides":[{"name":"main","command":["x"]},{"name":"main","command":["y"]}]}`,
		"another field":      `{"taskRoleArn":"arn:aws:iam::111122223333:role/admin"}`,
		"a deeper field":     `{"containerOverrides":[{"name":"main","memory":5}]}`,
		"no size":            `{"cpu":".5 vCPU"}`,
		"twice":              `{"containerOverrides":[{"name":"main","environment":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}]}`,
	} {
		if o, ok := schedule.ReadInput(input, "main"); ok {
			t.Errorf("%s: taken as %+v", name, o)
		}
	}
}

func FuzzReadInput(f *testing.F) {
	f.Add(`{"containerOverrides":[{"name":"main","command":["x"],"environment":[{"name":"A","value":"1"}]}],"cpu":"512"}`)
	f.Add(`{}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, input string) {
		o, ok := schedule.ReadInput(input, "")
		if !ok {
			return
		}
		text := o.Input("main")
		back, ok := schedule.ReadInput(text, "main")
		if !ok || back.Input("main") != text {
			t.Errorf("%q is read as %+v, and that as %+v", input, o, back)
		}
	})
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	want := spec()
	want.Overrides.Command = []string{"a"}
	u, err := want.Unit()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*schedule.Schedule)
		want   []string
	}{
		"nothing":           {func(*schedule.Schedule) {}, nil},
		"order of subnets":  {func(s *schedule.Schedule) { s.Target.Network.SubnetIDs = []string{"subnet-2", "subnet-1"} }, nil},
		"spelling of input": {func(s *schedule.Schedule) { s.Target.Input = " " + s.Target.Input }, nil},
		"what has attribute": {func(s *schedule.Schedule) {
			s.Enabled, s.Target.TaskCount, s.Target.DefinitionARN = false, 2, u.Schedule.Target.DefinitionARN+":3"
		}, nil},
		"command": {func(s *schedule.Schedule) {
			s.Target.Input = `{"containerOverrides":[{"name":"dump","command":["b"]}]}`
		}, nil},
		"no overrides":    {func(s *schedule.Schedule) { s.Target.Input = "" }, nil},
		"cluster":         {func(s *schedule.Schedule) { s.Target.ClusterARN += "2" }, []string{"cluster"}},
		"role":            {func(s *schedule.Schedule) { s.Target.RoleARN += "2" }, []string{"role"}},
		"task":            {func(s *schedule.Schedule) { s.Target.DefinitionARN += "2" }, []string{"task definition"}},
		"subnets":         {func(s *schedule.Schedule) { s.Target.Network.SubnetIDs = []string{"subnet-1"} }, []string{"subnets"}},
		"security groups": {func(s *schedule.Schedule) { s.Target.Network.SecurityGroupIDs = nil }, []string{"security groups"}},
		"public address":  {func(s *schedule.Schedule) { s.Target.Network.AssignPublicIP = true }, []string{"public address"}},
		"container":       {func(s *schedule.Schedule) { s.Target.Input = `{"containerOverrides":[{"name":"x","command":["a"]}]}` }, nil},
		"memory of the main container": {func(s *schedule.Schedule) {
			s.Target.Input = `{"containerOverrides":[{"name":"dump","memory":64},{"name":"x","command":["a"]}]}`
		}, []string{"overrides"}},
		"other overrides": {func(s *schedule.Schedule) { s.Target.Input = `{"taskRoleArn":"x"}` }, []string{"overrides"}},
		"others":          {func(s *schedule.Schedule) { s.Target.Others = []string{"task group"} }, []string{"task group"}},
	} {
		have := u.Schedule
		c.change(&have)
		if got := schedule.Differences(u.Schedule, have, "dump"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
		if same := name == "nothing" || strings.HasPrefix(name, "order") || strings.HasPrefix(name, "spelling"); u.Schedule.Equal(have) != same {
			t.Errorf("%s: equal is %t", name, !same)
		}
	}
}

func TestCheckPeriod(t *testing.T) {
	t.Parallel()
	const cron, at = "cron(0 3 * * ? *)", "at(2030-01-01T00:00:00)"
	for _, c := range []struct{ expression, start, end, attribute string }{
		{cron, "", "", ""},
		{cron, "2030-01-01T00:00:00Z", "2030-01-01T00:00:01Z", ""},
		{cron, "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "end"},
		{cron, "2030-01-01T00:00:00Z", "2030-01-01T00:30:00+01:00", "end"},
		{"rate(1 day)", "", "2030-01-01T00:00:00Z", ""},
		{at, "", "", ""},
		{at, "2029-01-01T00:00:00Z", "", "start"},
		{at, "", "2031-01-01T00:00:00Z", "end"},
	} {
		if attribute, err := schedule.CheckPeriod(c.expression, c.start, c.end); attribute != c.attribute || (err == nil) != (attribute == "") {
			t.Errorf("%+v: %s %q", c, attribute, err)
		}
	}
}

func TestSchedule_Over(t *testing.T) {
	t.Parallel()
	once := schedule.Schedule{Expression: "at(2030-07-01T12:00:00)", TimeZone: "Europe/Berlin", FlexibleMinutes: 15}
	until := schedule.Schedule{Expression: "rate(1 day)", TimeZone: "UTC", End: time.Date(2030, 7, 1, 0, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		schedule schedule.Schedule
		now      string
		want     bool
	}{
		{once, "2030-07-01T10:14:00Z", false}, // 12:14 in Berlin, in the window
		{once, "2030-07-01T10:16:00Z", true},
		{until, "2030-06-30T23:59:00Z", false},
		{until, "2030-07-01T00:01:00Z", true},
		{schedule.Schedule{Expression: "rate(1 day)", TimeZone: "UTC"}, "2130-01-01T00:00:00Z", false},
		{schedule.Schedule{Expression: "at(?)", TimeZone: "UTC"}, "2130-01-01T00:00:00Z", false},
	} {
		if have := c.schedule.Over(schedule.Instant(c.now)); have != c.want {
			t.Errorf("%s at %s: %t", c.schedule.Expression, c.now, have)
		}
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		check       func(string) error
		good, wrong []string
	}{
		"name":             {schedule.CheckName, []string{"a", "Nightly_dump.1-x", strings.Repeat("a", 64)}, []string{"", "a b", "a/b", strings.Repeat("a", 65), "ä"}},
		"time zone":        {schedule.CheckTimeZone, []string{"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"}, []string{"", "Local", "Berlin", "UTC+1", "../etc/passwd"}},
		"instant":          {schedule.CheckInstant, []string{"2030-12-31T23:59:00Z", "2030-12-31T23:59:00+01:00"}, []string{"", "2030-12-31", "2030-12-31T23:59:00", "2030-02-30T00:00:00Z"}},
		"queue":            {schedule.CheckQueue, []string{"dead", "arn:aws:sqs:us-east-1:111122223333:dead"}, []string{"", "dead.fifo", "arn:aws:sqs:us-east-1:111122223333:dead.fifo", "arn:aws:sns:us-east-1:111122223333:dead", "https://sqs.us-east-1.amazonaws.com/111122223333/dead"}},
		"platform version": {schedule.CheckPlatformVersion, []string{"1.4.0", "LATEST"}, []string{"", "1.4", "latest", "v1.4.0"}},
	} {
		for _, value := range c.good {
			if wrong := c.check(value); wrong != nil {
				t.Errorf("%s %q: %s", name, value, wrong)
			}
		}
		for _, value := range c.wrong {
			if c.check(value) == nil {
				t.Errorf("%s %q is taken", name, value)
			}
		}
	}
}

// Overrides that are too long are refused at the attribute that takes the most.
func TestOverrides_Check(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 8192)
	for want, o := range map[string]schedule.Overrides{
		"":            {Command: []string{"a"}, Environment: map[string]string{"A": long[:8000]}},
		"environment": {Command: []string{"a"}, Environment: map[string]string{"A": long}},
		"command":     {Command: []string{long}, Environment: map[string]string{"A": "a"}},
	} {
		if attribute, err := o.Check("main"); attribute != want || (err != nil) != (want != "") {
			t.Errorf("%s: %s, %v", want, attribute, err)
		}
	}
}

// Scheduler takes no empty value, which ECS itself would.
func TestCheckTaskTag(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, value, says string }{
		{"team", "a", ""},
		{"team", "", "takes no tag without a value"},
		{"", "a", "1 to 128 characters"},
		{"aws:x", "a", "aws:"},
	} {
		if err := schedule.CheckTaskTag(c.key, c.value); (err == nil) != (c.says == "") || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%q = %q: %s", c.key, c.value, err)
		}
	}
}
