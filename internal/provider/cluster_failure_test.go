package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// run runs a task in the cluster.
func (h clusterFixture) run() string {
	h.t.Helper()
	definition := h.cloud.Register(&ecs.RegisterTaskDefinitionInput{
		Family: &h.name, NetworkMode: ecstypes.NetworkModeAwsvpc, Cpu: aws.String("256"), Memory: aws.String("512"),
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: &h.name, Image: aws.String("busybox"), Memory: aws.Int32(64)}},
	})
	o := h.cloud.IAM.Options()
	subnets, err := ec2.NewFromConfig(aws.Config{Region: acctest.Region(), BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials, HTTPClient: o.HTTPClient}).
		DescribeSubnets(h.t.Context(), &ec2.DescribeSubnetsInput{})
	h.must(err)
	out, err := h.cloud.ECS.RunTask(h.t.Context(), &ecs.RunTaskInput{
		Cluster: &h.name, TaskDefinition: &definition, LaunchType: ecstypes.LaunchTypeFargate,
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{*subnets.Subnets[0].SubnetId}, SecurityGroups: []string{}}},
	})
	h.must(err)
	return *out.Tasks[0].TaskArn
}

// A destroy stops no task: it waits, and says which tasks run when the time is up. Once they have ended, it succeeds.
func TestAccCluster_destroyWithTasks(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	acctest.OnEmulator(t, "a task runs until it is stopped")
	c := newProtocolClient(t, "docker_task_cluster", nil)
	arguments := values{"name": h.name, "timeouts": values{"delete": "5s"}}
	state, err := c.apply(c.nothing(), arguments)
	h.must(err)
	task := h.run()
	id := task[strings.LastIndexByte(task, '/')+1:]
	after, err := c.destroy(state)
	if err == nil || !after.exists() {
		t.Fatalf("the destroy did not fail: %v", err)
	}
	for _, says := range []string{"ClusterContainsTasksException", "a destroy stops no task, and these have not ended: " + id, "aws ecs stop-task --cluster " + h.name, "timeouts.delete"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("the error does not say %q: %v", says, err)
		}
	}
	out, err := h.cloud.ECS.DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Cluster: &h.name, Tasks: []string{task}})
	h.must(err)
	if status := aws.ToString(out.Tasks[0].DesiredStatus); status != "RUNNING" {
		t.Errorf("the task is %s", status)
	}
	_, err = h.cloud.ECS.StopTask(t.Context(), &ecs.StopTaskInput{Cluster: &h.name, Task: &task})
	h.must(err)
	_, err = c.destroy(after)
	h.must(err)
	if h.cluster(h.name) != nil {
		t.Error("the cluster is left")
	}
}

// What ECS refuses for a moment only is waited for; what it refuses for good is said.
func TestAccCluster_waits(t *testing.T) {
	t.Parallel()
	busy := acctest.Fault{Code: "UpdateInProgressException", Message: "There's already a current Amazon ECS container agent update in progress."}
	inUse := acctest.Fault{Code: "ResourceInUseException", Message: "The specified resource is in-use and can't be removed."}
	noRole := acctest.Fault{Code: "InvalidParameterException", Message: "Unable to assume the service linked role. Please verify that the ECS service linked role exists."}
	tasks := acctest.Fault{Code: "ClusterContainsTasksException", Message: "The Cluster cannot be deleted while Tasks are active."}
	services := acctest.Fault{Code: "ClusterContainsServicesException", Message: "The Cluster cannot be deleted while Services are active."}
	instances := acctest.Fault{Code: "ClusterContainsContainerInstancesException", Message: "The Cluster cannot be deleted while Container Instances are active or draining."}
	for name, tt := range map[string]struct {
		call  string
		fault acctest.Fault
	}{
		"service-linked role":           {"ecs.CreateCluster", noRole},
		"settings":                      {"ecs.UpdateCluster", busy},
		"capacity providers":            {"ecs.PutClusterCapacityProviders", busy},
		"capacity providers in use":     {"ecs.PutClusterCapacityProviders", inUse},
		"tasks that end":                {"ecs.DeleteCluster", tasks},
		"services that drain":           {"ecs.DeleteCluster", services},
		"instances that are drained":    {"ecs.DeleteCluster", instances},
		"capacity providers that leave": {"ecs.DeleteCluster", busy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newClusterFixture(t)
			proxy := acctest.NewProxy(t)
			c := newProtocolClient(t, "docker_task_cluster", nil)
			fault := proxy.FailNth(1, tt.fault, acctest.On(tt.call))
			state, err := c.apply(c.nothing(), values{"name": h.name})
			h.must(err)
			state, err = c.apply(state, values{"name": h.name, "container_insights": "enabled", "capacity_providers": []any{"FARGATE"}})
			h.must(err)
			_, err = c.destroy(state)
			h.must(err)
			if fault.Hits() != 1 {
				t.Errorf("the fault was met %d times", fault.Hits())
			}
		})
	}
	for name, tt := range map[string]struct {
		fault acctest.Fault
		says  []string
	}{
		"services":  {services, []string{"delete its services first", "aws ecs list-services --cluster"}},
		"instances": {instances, []string{"while Container Instances are active"}},
	} {
		t.Run("for good: "+name, func(t *testing.T) {
			t.Parallel()
			h := newClusterFixture(t)
			proxy := acctest.NewProxy(t)
			c := newProtocolClient(t, "docker_task_cluster", nil)
			state, err := c.apply(c.nothing(), values{"name": h.name, "timeouts": values{"delete": "5s"}})
			h.must(err)
			proxy.Fail(acctest.On("ecs.DeleteCluster"), tt.fault)
			_, err = c.destroy(state)
			for _, says := range tt.says {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("the error does not say %q: %v", says, err)
				}
			}
		})
	}
}

// A capacity provider that does not exist is refused by ECS; nothing is left.
func TestAccCluster_unknownProvider(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	c := newProtocolClient(t, "docker_task_cluster", nil)
	state, err := c.apply(c.nothing(), values{"name": h.name, "capacity_providers": []any{"ours"}})
	if err == nil || !strings.Contains(err.Error(), "capacity provider was not found") || state.exists() || h.cluster(h.name) != nil {
		t.Errorf("%v", err)
	}
	h.make(ecs.CreateClusterInput{Tags: []ecstypes.Tag{{Key: aws.String("team"), Value: aws.String("theirs")}}})
	before := fmt.Sprint(acctest.Holdings(t))
	_, err = c.apply(c.nothing(), values{"name": h.name, "adopt": true, "container_insights": "enhanced", "tags": values{"team": "ours", "more": "x"}, "capacity_providers": []any{"ours"}})
	if err == nil {
		t.Error("the adoption did not fail")
	}
	if after := fmt.Sprint(acctest.Holdings(t)); after != before {
		t.Errorf("before there was %s, now there is %s", before, after)
	}
}

// A cluster that is being deleted is waited for, and one whose providers ECS cannot associate is said.
func TestAccCluster_status(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	proxy := acctest.NewProxy(t)
	status := func(from, to string) func(acctest.Call, []byte) []byte {
		return func(_ acctest.Call, body []byte) []byte { return []byte(strings.Replace(string(body), from, to, 1)) }
	}
	first := func() func(acctest.Call) bool {
		n := 0
		return func(c acctest.Call) bool {
			if c.String() != "ecs.DescribeClusters" {
				return false
			}
			n++
			return n == 1
		}
	}
	c := newProtocolClient(t, "docker_task_cluster", nil)
	h.make(ecs.CreateClusterInput{})
	leaving := proxy.After(first(), func(call acctest.Call, body []byte) []byte {
		h.remove(h.name)
		return status(`"ACTIVE"`, `"DEPROVISIONING"`)(call, body)
	})
	state, err := c.apply(c.nothing(), values{"name": h.name})
	h.must(err)
	if leaving.Hits() != 1 {
		t.Error("the cluster did not leave")
	}
	settling := proxy.After(first(), status(`"ACTIVE"`, `"PROVISIONING"`))
	state, err = c.apply(state, values{"name": h.name, "container_insights": "enabled"})
	h.must(err)
	if settling.Hits() != 1 {
		t.Error("the cluster did not settle")
	}
	seen := 0
	proxy.After(func(c acctest.Call) bool {
		if c.String() == "ecs.DescribeClusters" {
			seen++
		}
		return c.String() == "ecs.DescribeClusters" && seen == 2
	}, status(`"ACTIVE"`, `"FAILED"`))
	_, err = c.apply(state, values{"name": h.name, "capacity_providers": []any{"FARGATE"}})
	if err == nil || !strings.Contains(err.Error(), "could not associate the capacity providers") {
		t.Errorf("%v", err)
	}
	proxy.Reset()
	state, err = c.refresh(state)
	h.must(err)
	_, err = c.destroy(state)
	h.must(err)
}
