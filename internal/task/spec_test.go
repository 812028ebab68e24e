package task

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
)

func TestSpec_WithDefaults(t *testing.T) {
	got := Spec{Name: "transcode", Place: virginia}.WithDefaults()
	want := Spec{
		Name: "transcode", Place: virginia,
		Main:        ContainerSpec{Container: Container{Name: "transcode"}},
		LaunchTypes: []string{"FARGATE"}, NetworkMode: "awsvpc",
		CPU: 256, Memory: 512, Architecture: "X86_64", OperatingSystemFamily: "LINUX",
		ExecutionRole: RoleSpec{Name: "transcode-us-east-1-execution", Path: "/", MaxSessionDuration: 3600},
		TaskRole:      RoleSpec{Name: "transcode-us-east-1-task", Path: "/", MaxSessionDuration: 3600},
		LogGroup:      LogGroup{Name: "/ecs/transcode", Class: "STANDARD"},
		Network:       Network{Cluster: "default"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(got, got.WithDefaults()); diff != "" {
		t.Errorf("a second time:\n%s", diff)
	}
}

// What is given stays.
func TestSpec_WithDefaults_given(t *testing.T) {
	given := Spec{
		Name: "transcode", Place: virginia,
		Main:        ContainerSpec{Container: Container{Name: "main"}},
		LaunchTypes: []string{"FARGATE"}, NetworkMode: "awsvpc",
		CPU: 1024, Memory: 8192, Architecture: "X86_64", OperatingSystemFamily: windows,
		ExecutionRole: RoleSpec{Name: "e", Path: "/tasks/", MaxSessionDuration: 7200},
		TaskRole:      RoleSpec{ARN: "arn:aws:iam::123456789012:role/theirs"},
		LogGroup:      LogGroup{ARN: "arn:aws:logs:us-east-1:123456789012:log-group:/shared"},
		Network:       Network{Cluster: "media"},
	}
	if diff := cmp.Diff(given, given.WithDefaults()); diff != "" {
		t.Errorf("-given +got:\n%s", diff)
	}
	onWindows := Spec{Name: "x", Place: virginia, OperatingSystemFamily: windows}.WithDefaults()
	if onWindows.CPU != 1024 || onWindows.Memory != 2048 {
		t.Errorf("the smallest size on Windows is cpu %d, memory %d", onWindows.CPU, onWindows.Memory)
	}
}

// Every name is known before anything exists.
func TestSpec_names(t *testing.T) {
	own := specIn(beijing, func(s *Spec) { s.ExecutionRole.Path = "/tasks/" })
	theirs := specIn(virginia, func(s *Spec) {
		s.ExecutionRole.ARN = "arn:aws:iam::123456789012:role/shared/path/execution"
		s.TaskRole.ARN = "arn:aws:iam::123456789012:role/app"
		s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared:*"
	})
	for _, test := range []struct{ what, got, want string }{
		{"family", own.FamilyARN(), "arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/transcode"},
		{"execution role", own.RoleARN(ExecutionRole), "arn:aws-cn:iam::123456789012:role/tasks/transcode-cn-north-1-execution"},
		{"execution role", own.RoleName(ExecutionRole), "transcode-cn-north-1-execution"},
		{"task role", own.RoleARN(TaskRole), "arn:aws-cn:iam::123456789012:role/transcode-cn-north-1-task"},
		{"task role", own.RoleName(TaskRole), "transcode-cn-north-1-task"},
		{"log group", own.LogGroupARN(), "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/ecs/transcode"},
		{"log group", own.LogGroupName(), "/ecs/transcode"},

		{"their execution role", theirs.RoleARN(ExecutionRole), "arn:aws:iam::123456789012:role/shared/path/execution"},
		{"their execution role", theirs.RoleName(ExecutionRole), "execution"},
		{"their task role", theirs.RoleName(TaskRole), "app"},
		{"their log group", theirs.LogGroupName(), "/shared"},

		{"a role by its name", Spec{TaskRole: RoleSpec{ARN: "x"}}.RoleName(TaskRole), "x"},
		{"a log group that is no ARN", Spec{LogGroup: LogGroup{ARN: "x"}}.LogGroupName(), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.what, test.got, test.want)
		}
	}
}

func TestSpec_Definition(t *testing.T) {
	for name, spec := range map[string]Spec{
		"small": specIn(virginia),
		"whole": specIn(gov, secrets("/token", "secret:database:password"), func(s *Spec) {
			s.CPU, s.Memory, s.Architecture = 1024, 4096, "ARM64"
			s.Main.Name = "main"
			s.Main.Command, s.Main.EntryPoint = []string{"--all"}, []string{"transcode"}
			s.Main.WorkingDirectory, s.Main.User = "/srv", "1000:1000"
			s.Main.Environment = []KeyValue{{"EMPTY", ""}, {"LEVEL", "info"}, {"MODE", "batch"}}
			s.Main.PortMappings = []PortMapping{{ContainerPort: 8080, Name: "http", AppProtocol: "http2"}, {ContainerPort: 53, Protocol: "udp"}}
			s.TaskRole.ARN = "arn:aws-us-gov:iam::123456789012:role/theirs"
			s.LogGroup.ARN = "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/shared:*"
		}),
	} {
		t.Run(name, func(t *testing.T) {
			d, err := spec.Definition()
			if err != nil {
				t.Fatal(err)
			}
			golden.JSON(t, "definition/"+name, string(d.JSON()))
		})
	}
}

// The log driver looks for the group in the region it is told.
func TestSpec_Definition_logGroupOfAnotherRegion(t *testing.T) {
	d, err := specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/shared" }).Definition()
	if err != nil {
		t.Fatal(err)
	}
	if got := d.ContainerDefinitions[0].LogConfiguration.Options["awslogs-region"]; got != "eu-west-1" {
		t.Errorf("awslogs-region is %s", got)
	}
}

func TestSpec_Definition_refusedSecret(t *testing.T) {
	spec := specIn(virginia, secrets("not a reference!"))
	_, err := spec.Definition()
	if err == nil {
		t.Fatal("no error")
	}
	const want = `secrets["A"]: a secret is the name or ARN of an SSM parameter`
	if got := err.Error(); len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("%q does not begin with %q", got, want)
	}
	if _, err := spec.Unit(); err == nil {
		t.Error("the unit has no error")
	}
}

func TestDefinition_MainContainer(t *testing.T) {
	no, yes := false, true
	side, web, app, family := Container{Name: "side", Essential: &no}, Container{Name: "web", Essential: &yes}, Container{Name: "app"}, Container{Name: "f", Essential: &no}
	for name, test := range map[string]struct {
		containers []Container
		wanted     string
		want       string
	}{
		"the one that is named":     {[]Container{web, side, family}, "side", "side"},
		"else the family's":         {[]Container{web, side, family}, "other", "f"},
		"the family's, unnamed":     {[]Container{web, family}, "", "f"},
		"else the first essential":  {[]Container{side, web, app}, "", "web"},
		"essential unless it says":  {[]Container{side, app, web}, "", "app"},
		"none that is essential":    {[]Container{side}, "", ""},
		"none":                      {nil, "x", ""},
		"no name is no name's name": {[]Container{{Essential: &no}, web}, "", "web"},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := Definition{Family: "f", ContainerDefinitions: test.containers}.MainContainer(test.wanted)
			if got.Name != test.want || ok != (test.want != "") {
				t.Errorf("%q, %t; want %q", got.Name, ok, test.want)
			}
		})
	}
}
