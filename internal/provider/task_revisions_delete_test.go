package provider_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// revisions are the numbers of revisions of sample in that status.
func (u unit) revisions(status ecstypes.TaskDefinitionStatus) []string {
	u.t.Helper()
	out, err := u.cloud.ECS.ListTaskDefinitions(u.t.Context(), &ecs.ListTaskDefinitionsInput{FamilyPrefix: aws.String("sample"), Status: status})
	if err != nil {
		u.t.Fatal(err)
	}
	var numbers []string
	for _, arn := range out.TaskDefinitionArns {
		numbers = append(numbers, arn[strings.LastIndexByte(arn, ':')+1:])
	}
	return numbers
}

// deployed is a task whose images were deployed one after another.
func (c protocolClient) deployed(t *testing.T, images int, arguments func(image string) values) resourceState {
	t.Helper()
	state := c.nothing()
	for i := range images {
		var err error
		if state, err = c.apply(state, arguments(fmt.Sprint("busybox:", i+1))); err != nil {
			t.Fatal(err)
		}
	}
	return state
}

// TestAccTask_deleteRevisions_many: DeleteTaskDefinitions takes ten at once.
func TestAccTask_deleteRevisions_many(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := func(keep int) func(string) values {
		return func(image string) values {
			return values{"name": "sample", "image": image, "keep_revisions": keep, "delete_revisions": true}
		}
	}
	state := c.deployed(t, 13, arguments(20))
	proxy.Reset()
	state, err := c.apply(state, arguments(1)("busybox:13"))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, call := range proxy.Calls(acctest.On("ecs.DeleteTaskDefinitions")) {
		var in struct {
			TaskDefinitions []string `json:"taskDefinitions"`
		}
		if err := json.Unmarshal(call.Body, &in); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(in.TaskDefinitions))
	}
	if !slices.Equal(sizes, []int{10, 1}) {
		t.Errorf("deleted at once: %v", sizes)
	}
	if active, inactive := u.revisions(ecstypes.TaskDefinitionStatusActive), u.revisions(ecstypes.TaskDefinitionStatusInactive); len(active) != 2 || len(inactive) != 0 {
		t.Errorf("ACTIVE are %v, INACTIVE %v", active, inactive)
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
}

// TestAccTask_deleteRevisions_failed: a revision that could not be deleted is deleted by the next apply or destroy,
// though it is INACTIVE by then; INACTIVE revisions of others stay.
func TestAccTask_deleteRevisions_failed(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	c := newProtocolClient(t, "docker_task", nil)
	before := u.cloud.Register(&ecs.RegisterTaskDefinitionInput{Family: aws.String("sample"), ContainerDefinitions: []ecstypes.ContainerDefinition{{
		Name: aws.String("old"), Image: aws.String("busybox"), Memory: aws.Int32(64),
	}}})
	u.cloud.Deregister(before)
	arguments := func(image string) values {
		return values{"name": "sample", "image": image, "keep_revisions": 0, "delete_revisions": true}
	}
	state := c.deployed(t, 1, arguments)
	inactive := func(want ...string) {
		t.Helper()
		if have := u.revisions(ecstypes.TaskDefinitionStatusInactive); !slices.Equal(have, want) {
			t.Errorf("INACTIVE are %v, not %v", have, want)
		}
	}
	proxy.FailNth(1, acctest.AccessDenied, acctest.On("ecs.DeleteTaskDefinitions"))
	state, err := c.apply(state, arguments("alpine:1"))
	if err != nil {
		t.Fatal(err) // a failure to tidy up is none of the deploy
	}
	inactive("1", "2")
	if state, err = c.apply(state, arguments("alpine:2")); err != nil {
		t.Fatal(err)
	}
	inactive("1")

	proxy.FailNth(1, acctest.AccessDenied, acctest.On("ecs.DeleteTaskDefinitions"))
	if state, err = c.destroy(state); err == nil || !state.exists() {
		t.Fatalf("destroyed: %v", err)
	}
	inactive("1", "4")
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
	inactive("1")
}

// TestAccTask_destroysAllRevisions: also those that others registered, and those that are kept for a rollback.
func TestAccTask_destroysAllRevisions(t *testing.T) {
	t.Parallel()
	for _, deleted := range []bool{false, true} {
		t.Run(fmt.Sprint("deleted=", deleted), func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			c := newProtocolClient(t, "docker_task", nil)
			state := c.deployed(t, 3, func(image string) values {
				return values{"name": "sample", "image": image, "delete_revisions": deleted}
			})
			pipeline := c.definition(t)
			pipeline.Tags = nil
			u.cloud.Register(pipeline)
			if active := u.revisions(ecstypes.TaskDefinitionStatusActive); len(active) != 4 {
				t.Fatalf("ACTIVE are %v", active)
			}
			if _, err := c.destroy(state); err != nil {
				t.Fatal(err)
			}
			active, inactive := u.revisions(ecstypes.TaskDefinitionStatusActive), u.revisions(ecstypes.TaskDefinitionStatusInactive)
			if want := map[bool]int{false: 4}[deleted]; len(active) != 0 || len(inactive) != want {
				t.Errorf("ACTIVE are %v, INACTIVE %v", active, inactive)
			}
		})
	}
}

// TestAccTask_keepRevisions_warned: on the command line, a deploy that could not tidy up
// succeeds, and says what is left and why. A revision that a consumer pinned stays ACTIVE for as
// long as it is one of those that are kept.
func TestAccTask_keepRevisions_warned(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	config := func(tag string, keep int) string {
		return u.config(fmt.Sprintf("image = %q\nkeep_revisions = %d", "busybox:"+tag, keep))
	}
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": config("1", 1)})
	w.MustRun("apply", "-auto-approve")
	pinned := u.arn()
	w.Write("main.tf", config("2", 1))
	w.MustRun("apply", "-auto-approve")
	if d, _ := u.cloud.TaskDefinition(pinned); d == nil || d.Status != ecstypes.TaskDefinitionStatusActive {
		t.Error("the revision before the newest is not ACTIVE, with keep_revisions = 1")
	}
	proxy.Fail(acctest.On("ecs.DeregisterTaskDefinition"), acctest.AccessDenied)
	w.Write("main.tf", config("3", 1))
	said := strings.Join(strings.Fields(strings.ReplaceAll(w.MustRun("apply", "-auto-approve"), "│", " ")), " ")
	for _, words := range []string{"Warning: Tidying up failed", "Older revisions of the task definition are still there: deregistering " + pinned, "keep_revisions"} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is not in the output of apply:\n%s", words, said)
		}
	}
	proxy.Reset()
	w.Quiet()
	w.MustRun("destroy", "-auto-approve")
	if active := u.active(); len(active) != 0 {
		t.Errorf("ACTIVE are %v", active)
	}
}
