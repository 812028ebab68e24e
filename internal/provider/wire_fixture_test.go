package provider_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// What the wire tests are about, most of the time.
const (
	wiredTask = "docker_task.test"
	theWire   = "docker_task_wire.test"
)

// Where on the wire checks look.
var (
	policyJSON  = tfjsonpath.New("policy_json")
	policyName  = tfjsonpath.New("policy_name")
	environment = tfjsonpath.New("environment")
)

// otherPolicy is on every consumer's role beside the wire's, and does not belong to the wire.
const (
	otherPolicy         = "others"
	otherPolicyDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`
)

// wireFixture is a name for a task and the role of the function that runs it, which another owner manages.
type wireFixture struct {
	task, role string
	aws        *acctest.Cloud
	provider   string
	place      arn.Place
}

func newWired(t *testing.T) wireFixture {
	t.Helper()
	acctest.PreCheck(t)
	name := acctest.RandomName(t)
	w := wireFixture{task: name, role: name + "-api", aws: acctest.AWS(t), provider: acctest.ProviderConfig(t), place: placeOf(t)}
	acctest.CreateRole(t, w.role)
	w.aws.PutRolePolicy(w.role, otherPolicy, otherPolicyDocument)
	return w
}

// taskBlock is docker_task.test, of few megabytes, with more lines.
func (w wireFixture) taskBlock(lines ...string) string {
	lines = append([]string{fmt.Sprintf("name = %q", w.task)}, lines...)
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "image") }) {
		lines = append(lines, `image = "busybox:1.36"`)
	}
	return block("resource docker_task test", lines...)
}

// wireBlock is docker_task_wire.test of the consumer's role, with more lines.
func (w wireFixture) wireBlock(lines ...string) string {
	return block("resource docker_task_wire test", append([]string{fmt.Sprintf("consumer_role = %q", w.role)}, lines...)...)
}

// config is a configuration of blocks, with the provider's.
func (w wireFixture) config(blocks ...string) string {
	return w.provider + strings.Join(blocks, "\n")
}

// block is a block of a configuration: its type and labels, and its lines.
func block(head string, lines ...string) string {
	words := strings.Fields(head)
	for i, label := range words[1:] {
		words[i+1] = fmt.Sprintf("%q", label)
	}
	return strings.Join(words, " ") + " {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// defaultPolicyName is the name that the wire's policy has.
func (w wireFixture) defaultPolicyName() string {
	return "docker-task-" + w.task + "-" + acctest.Region()
}

func (w wireFixture) family() string { return w.place.Regional("ecs", "task-definition/"+w.task) }

func (w wireFixture) cluster(name string) string { return w.place.Regional("ecs", "cluster/"+name) }

func (w wireFixture) roleARN(kind string) string {
	return w.place.Global("iam", "role/"+w.task+"-"+acctest.Region()+"-"+kind)
}

// runStatement, tasksStatement and passStatement are the statements that a consumer needs,
// written by hand after AWS's documentation, not by the code under test.

func (w wireFixture) runStatement(revision, cluster string) string {
	return fmt.Sprintf(`{"Sid":"RunTask","Effect":"Allow","Action":"ecs:RunTask","Resource":"%s:%s","Condition":{"ArnEquals":{"ecs:cluster":"%s"}}}`,
		w.family(), revision, cluster)
}

func (w wireFixture) tasksStatement(cluster string, actions ...string) string {
	quoted := `"ecs:` + strings.Join(actions, `","ecs:`) + `"`
	return fmt.Sprintf(`{"Sid":"ManageTasks","Effect":"Allow","Action":[%s],"Resource":"%s/*","Condition":{"ArnEquals":{"ecs:cluster":"%s"}}}`,
		quoted, strings.Replace(cluster, ":cluster/", ":task/", 1), cluster)
}

func passStatement(roles ...string) string {
	return fmt.Sprintf(`{"Sid":"PassRoles","Effect":"Allow","Action":"iam:PassRole","Resource":["%s"],"Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}}`,
		strings.Join(roles, `","`))
}

func policyOf(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// fullPolicy is the policy of a task by default, with everything a consumer may do.
func (w wireFixture) fullPolicy() string { return w.policyOfRevision("*") }

func (w wireFixture) policyOfRevision(revision string) string {
	cluster := w.cluster("default")
	return policyOf(w.runStatement(revision, cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask"),
		passStatement(w.roleARN("execution"), w.roleARN("task")))
}

// says checks that a document says the same as the one given.
func says(want string) knownvalue.Check {
	return knownvalue.StringFunc(func(have string) error { return sameDocument(have, want) })
}

func sameDocument(have, want string) error {
	if !policy.Equivalent(have, want) {
		return fmt.Errorf("the policy is\n%s\nand should say\n%s", have, want)
	}
	return nil
}

// expectOnRole checks that the role has the wire's policy under the name and with the
// content given, and besides it just what others put there.
func (w wireFixture) expectOnRole(name, want string) func(*terraform.State) error {
	return func(*terraform.State) error {
		have, found := w.aws.RolePolicy(w.role, name)
		if !found {
			return fmt.Errorf("role %s has no policy %s, but %v", w.role, name, w.aws.RolePolicies(w.role))
		}
		return errors.Join(sameDocument(have, want), w.expectPolicies(name)(nil))
	}
}

// expectPolicies checks that these, and what others put there, are the inline policies of
// the role.
func (w wireFixture) expectPolicies(names ...string) func(*terraform.State) error {
	return func(*terraform.State) error {
		want := slices.Sorted(slices.Values(append([]string{otherPolicy}, names...)))
		if have := w.aws.RolePolicies(w.role); !slices.Equal(have, want) {
			return fmt.Errorf("role %s has policies %v, not %v", w.role, have, want)
		}
		if have, _ := w.aws.RolePolicy(w.role, otherPolicy); have != otherPolicyDocument {
			return fmt.Errorf("the policy of another owner was changed to %s", have)
		}
		return nil
	}
}

// expectInState checks the policy and some variables of theWire.
func expectInState(document string, variables map[string]string) []statecheck.StateCheck {
	checks := []statecheck.StateCheck{statecheck.ExpectKnownValue(theWire, policyJSON, says(document))}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		checks = append(checks, statecheck.ExpectKnownValue(theWire, environment.AtMapKey(name), knownvalue.StringExact(variables[name])))
	}
	return checks
}

// expectAllKnown checks that nothing of a resource is unknown in the plan.
type expectAllKnown string

func (address expectAllKnown) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != string(address) {
			continue
		}
		if unknown := unknownPaths(change.Change.AfterUnknown, ""); len(unknown) > 0 {
			resp.Error = fmt.Errorf("%s: not known at plan: %s", address, strings.Join(unknown, ", "))
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", address)
}

// expectUnknown checks that exactly these are unknown of theWire in the plan.
type expectUnknown []string

func (want expectUnknown) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != theWire {
			continue
		}
		var have []string
		for _, at := range unknownPaths(change.Change.AfterUnknown, "") {
			if at != "task" && !strings.HasPrefix(at, "task.") { // what is unknown there is the test's doing
				have = append(have, at)
			}
		}
		if sorted := slices.Sorted(slices.Values(want)); !slices.Equal(have, sorted) {
			resp.Error = fmt.Errorf("unknown at plan are %v, not %v", have, sorted)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", theWire)
}

// changesOfWire checks that exactly these attributes of theWire change.
type changesOfWire []string

func (want changesOfWire) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != theWire {
			continue
		}
		if have := changed(change.Change); !slices.Equal(have, slices.Sorted(slices.Values(want))) {
			resp.Error = fmt.Errorf("the plan changes %v, not %v", have, want)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", theWire)
}
