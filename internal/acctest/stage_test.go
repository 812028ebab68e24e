package acctest

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// stageFixture is an account on the emulator with a cluster, a log group and a task definition, and a client that
// reaches it through the proxy.
type stageFixture struct {
	*Stage
	proxy *Proxy
	ecs   *ecs.Client
	logs  *cloudwatchlogs.Client
}

func newStageFixture(t *testing.T) *stageFixture {
	t.Helper()
	proxy := NewProxy(t)
	f := &stageFixture{Stage: NewStage(t, proxy), proxy: proxy}
	cloud := AWS(t)
	if _, err := cloud.ECS.CreateCluster(t.Context(), &ecs.CreateClusterInput{}); err != nil {
		t.Fatal(err)
	}
	cloud.CreateLogGroup("/ecs/api")
	cloud.Register(&ecs.RegisterTaskDefinitionInput{
		Family: aws.String("api"), NetworkMode: ecstypes.NetworkModeAwsvpc, Cpu: aws.String("256"), Memory: aws.String("512"),
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: aws.String("api"), Image: aws.String("busybox"),
			LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
				"awslogs-group": "/ecs/api", "awslogs-region": Region(), "awslogs-stream-prefix": "ecs",
			}},
		}},
	})
	configuration, err := configurationFor(t.Context(), accountOf(t))
	if err != nil {
		t.Fatal(err)
	}
	configuration.BaseEndpoint, configuration.HTTPClient = aws.String(proxy.URL), nil
	configuration.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	f.ecs, f.logs = ecs.NewFromConfig(configuration), cloudwatchlogs.NewFromConfig(configuration)
	return f
}

func (f *stageFixture) run(t *testing.T, token string) (*ecs.RunTaskOutput, error) {
	t.Helper()
	return f.ecs.RunTask(t.Context(), &ecs.RunTaskInput{
		TaskDefinition: aws.String("api"), LaunchType: ecstypes.LaunchTypeFargate, ClientToken: &token,
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
	})
}

// Definition, cluster and log are the emulator's.
func TestStage_onEmulator(t *testing.T) {
	f := newStageFixture(t)
	f.Next(Play{Exit: map[string]int32{"api": 1}, Lines: []string{"applying 0042", "ERROR: no such table"}, LateLines: 1})
	started, err := f.run(t, "token")
	if err != nil || len(started.Tasks) != 1 {
		t.Fatalf("RunTask: %v, %v", started, err)
	}
	var last ecstypes.Task
	for range 5 {
		out, err := f.ecs.DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{*started.Tasks[0].TaskArn}, Cluster: started.Tasks[0].ClusterArn})
		if err != nil {
			t.Fatal(err)
		}
		last = out.Tasks[0]
	}
	if *last.LastStatus != "STOPPED" || *last.Containers[0].ExitCode != 1 {
		t.Errorf("ended as %s, %v", *last.LastStatus, last.Containers[0])
	}
	read := &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String("/ecs/api"), LogStreamName: aws.String("ecs/api/" + f.Tasks()[0].ID), StartFromHead: aws.Bool(true)}
	for _, want := range []string{"applying 0042", "applying 0042, ERROR: no such table"} {
		out, err := f.logs.GetLogEvents(t.Context(), read)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, event := range out.Events {
			lines = append(lines, *event.Message)
		}
		if got := strings.Join(lines, ", "); got != want {
			t.Errorf("log %q, want %q", got, want)
		}
	}
	if calls := CountByOperation(f.proxy.Calls()); calls["ecs.DescribeClusters"]+calls["logs.PutLogEvents"] != 0 {
		t.Errorf("the stage's own calls are recorded: %v", calls)
	}
}

func TestStage_faults(t *testing.T) {
	for name, c := range map[string]struct {
		fault   Fault
		started int
	}{
		"dropped":   {ConnectionDropped, 0},
		"throttled": {Throttling, 0},
		"denied":    {AccessDenied, 0},
		"lost":      {AnswerLost, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newStageFixture(t)
			f.proxy.FailNth(1, c.fault, On("ecs.RunTask"))
			if _, err := f.run(t, "token"); err == nil {
				t.Fatal("the fault does not reach the caller")
			}
			if got := len(f.Tasks()); got != c.started {
				t.Errorf("%d tasks started, want %d", got, c.started)
			}
			if _, err := f.run(t, "token"); err != nil || len(f.Tasks()) != 1 {
				t.Errorf("%d tasks after another try: %v", len(f.Tasks()), err)
			}
		})
	}
}
