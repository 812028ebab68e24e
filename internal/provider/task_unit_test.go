package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// address is the docker task that tests are about.
const address = "docker_task.test"

// unit is a docker task under test, the only one in an account of its own, with the names
// that its parts get by the naming rules.
type unit struct {
	t     *testing.T
	cloud *acctest.Cloud
	place arn.Place

	name, executionRole, taskRole, logGroup string

	policies map[string]string // ARNs of what policy made
}

func newUnit(t *testing.T) unit {
	t.Helper()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	name := acctest.RandomName(t)
	return unit{
		t: t, cloud: acctest.AWS(t), place: placeOf(t),
		policies:      map[string]string{},
		name:          name,
		executionRole: name + "-" + acctest.Region() + "-execution",
		taskRole:      name + "-" + acctest.Region() + "-task",
		logGroup:      "/ecs/" + name,
	}
}

// test runs the steps, destroys what they created, and checks that nothing is left.
func (u unit) test(steps ...resource.TestStep) {
	u.t.Helper()
	acctest.Test(u.t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    steps,
		CheckDestroy:             u.checkGone(),
	})
}

func (u unit) checkGone() resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(u.t, u.name), acctest.CheckAccountEmpty(u.t))
}

// config is the provider block and docker_task.test with the given arguments. Name and
// image are there unless the arguments say them.
func (u unit) config(arguments ...string) string {
	return acctest.ProviderConfig(u.t) + u.resource(arguments...)
}

func (u unit) resource(arguments ...string) string {
	body := strings.Join(arguments, "\n")
	for _, required := range []struct{ name, value string }{{"image", "busybox"}, {"name", u.name}} {
		if !regexp.MustCompile(`(?m)^ {0,2}` + required.name + `\s*=`).MatchString(body) {
			body = fmt.Sprintf("%s = %q\n%s", required.name, required.value, body)
		}
	}
	return "resource \"docker_task\" \"test\" {\n" + body + "\n}\n"
}

// hidden is a value that is not known before it is applied, as local.NAME.
func hidden(name, expression string) string {
	return fmt.Sprintf(`
resource "terraform_data" %[1]q {
  input = %[2]s
}
locals {
  %[1]s = terraform_data.%[1]s.output
}
`, name, expression)
}

// policy is the ARN of a managed policy that belongs to no unit.
func (u unit) policy(suffix string) string {
	u.t.Helper()
	if arn := u.policies[suffix]; arn != "" {
		return arn
	}
	out, err := u.cloud.IAM.CreatePolicy(u.t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String(u.name + "-" + suffix), PolicyDocument: aws.String(readObjects),
	})
	if err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() {
		// The test's own context is over by now.
		_, err := u.cloud.IAM.DeletePolicy(context.Background(), &iam.DeletePolicyInput{PolicyArn: out.Policy.Arn})
		if err != nil {
			u.t.Error(err)
		}
	})
	u.policies[suffix] = aws.ToString(out.Policy.Arn)
	return u.policies[suffix]
}

// placeOf is where the test's account is.
func placeOf(t testing.TB) arn.Place {
	t.Helper()
	o := acctest.AWS(t).IAM.Options()
	client := sts.New(sts.Options{Region: o.Region, BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials, HTTPClient: o.HTTPClient})
	out, err := client.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := arn.Parse(aws.ToString(out.Arn))
	if err != nil {
		t.Fatal(err)
	}
	return arn.Place{Partition: caller.Partition, Region: acctest.Region(), Account: acctest.AccountID(t)}
}

// Policies that mean something else than what a unit derives.
const (
	readObjects   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	readQueues    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}]}`
	trustOfLambda = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// newest is the newest ACTIVE revision.
func (u unit) newest() *ecstypes.TaskDefinition {
	u.t.Helper()
	d, _ := u.cloud.TaskDefinition(u.name)
	if d == nil {
		u.t.Fatalf("%s has no ACTIVE revision", u.name)
	}
	return d
}

// registerElsewhere registers a revision as a pipeline does: the newest one with a change,
// without tags.
func (u unit) registerElsewhere(change func(*ecs.RegisterTaskDefinitionInput)) {
	u.t.Helper()
	in := registration(u.newest())
	change(in)
	u.cloud.Register(in)
}

// registration is the input that registers a definition once more. The two types have the same fields; they are not
// converted by JSON, which cannot distinguish the members of a union.
func registration(d *ecstypes.TaskDefinition) *ecs.RegisterTaskDefinitionInput {
	in := &ecs.RegisterTaskDefinitionInput{}
	from, to := reflect.ValueOf(d).Elem(), reflect.ValueOf(in).Elem()
	for i := range to.NumField() {
		field := to.Type().Field(i)
		if v := from.FieldByName(field.Name); field.IsExported() && v.IsValid() && v.Type() == field.Type {
			to.Field(i).Set(v)
		}
	}
	return in
}

// like fills in what two of the SDK's types have in common.
func (u unit) like(from, to any) {
	u.t.Helper()
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		u.t.Fatal(err)
	}
}

// active are the numbers of the ACTIVE revisions.
func (u unit) active() []int {
	u.t.Helper()
	var out []int
	for _, arn := range u.cloud.ActiveRevisions(u.name) {
		var n int
		if _, err := fmt.Sscan(arn[strings.LastIndexByte(arn, ':')+1:], &n); err != nil {
			u.t.Fatalf("no revision in %s", arn)
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// part is what AWS has of one part, in a form that two looks can be compared by.
type part map[string]any

// look is all that AWS has of the unit's parts by the naming rules, but for what a repair may
// change: numbers, times, ids.
func (u unit) look() map[string]part {
	u.t.Helper()
	out := map[string]part{}
	for _, name := range []string{u.executionRole, u.taskRole} {
		if r := u.role(name); r != nil {
			out["role "+name] = r
		}
	}
	if g := u.cloud.LogGroup(u.logGroup); g != nil {
		out["log group"] = part{
			"retention": aws.ToInt32(g.RetentionInDays), "key": aws.ToString(g.KmsKeyId), "tags": u.cloud.LogGroupTags(u.logGroup),
		}
	}
	if d, tags := u.cloud.TaskDefinition(u.name); d != nil && d.Status == ecstypes.TaskDefinitionStatusActive {
		whole := part{}
		u.like(d, &whole)
		for _, own := range []string{"TaskDefinitionArn", "Revision", "RegisteredAt", "RegisteredBy"} {
			delete(whole, own)
		}
		whole["tags"] = tags
		whole["ContainerDefinitions"] = u.plain(containersInOrder(d.ContainerDefinitions))
		out["task definition"] = whole
	}
	return out
}

func (u unit) role(name string) part {
	u.t.Helper()
	r := u.cloud.Role(name)
	if r == nil {
		return nil
	}
	policies := map[string]any{}
	for _, policy := range u.cloud.RolePolicies(name) {
		document, _ := u.cloud.RolePolicy(name, policy)
		policies[policy] = u.decoded(document)
	}
	boundary := ""
	if r.PermissionsBoundary != nil {
		boundary = aws.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return part{
		"path": aws.ToString(r.Path), "description": aws.ToString(r.Description), "session": aws.ToInt32(r.MaxSessionDuration),
		"boundary": boundary, "trust": u.decoded(u.cloud.TrustPolicy(name)), "policies": policies,
		"attached": u.cloud.AttachedPolicies(name), "tags": u.cloud.RoleTags(name),
	}
}

func (u unit) decoded(document string) any {
	u.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(document), &v); err != nil {
		u.t.Fatalf("%q: %v", document, err)
	}
	return v
}

// containersInOrder are containers with their variables in an order of their own.
func containersInOrder(containers []ecstypes.ContainerDefinition) []ecstypes.ContainerDefinition {
	containers = slices.Clone(containers)
	for i, c := range containers {
		containers[i].Environment = slices.SortedFunc(slices.Values(c.Environment), func(a, b ecstypes.KeyValuePair) int {
			return strings.Compare(aws.ToString(a.Name), aws.ToString(b.Name))
		})
	}
	return containers
}

// plain is a value of the SDK without its pointers.
func (u unit) plain(v any) any {
	u.t.Helper()
	var out any
	u.like(v, &out)
	return out
}

// checkLook compares what AWS has with an earlier look.
func (u unit) checkLook(before map[string]part) {
	u.t.Helper()
	now := u.look()
	for name := range before {
		if !reflect.DeepEqual(before[name], now[name]) {
			u.t.Errorf("%s:\nbefore %v\nnow    %v", name, before[name], now[name])
		}
	}
	for name := range now {
		if before[name] == nil {
			u.t.Errorf("%s is new: %v", name, now[name])
		}
	}
}

// statementOf decodes the only statement of a policy.
func statementOf(document string, into any, check func() error) error {
	var d struct{ Statement []json.RawMessage }
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return err
	}
	if len(d.Statement) != 1 {
		return fmt.Errorf("%d statements: %s", len(d.Statement), document)
	}
	if err := json.Unmarshal(d.Statement[0], into); err != nil {
		return err
	}
	return check()
}

// defaultSubnets are those of the default VPC, as AWS lists them.
func (u unit) defaultSubnets() []string {
	u.t.Helper()
	o := u.cloud.ECS.Options()
	client := ec2.New(ec2.Options{Region: o.Region, BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials, HTTPClient: o.HTTPClient})
	page, err := client.DescribeSubnets(u.t.Context(), &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{{Name: aws.String("default-for-az"), Values: []string{"true"}}},
	})
	if err != nil {
		u.t.Fatal(err)
	}
	var ids []string
	for _, s := range page.Subnets {
		ids = append(ids, aws.ToString(s.SubnetId))
	}
	return ids
}

// putIntoProfile adds a role to an instance profile, as for a task on EC2.
func (u unit) putIntoProfile(role string) {
	u.t.Helper()
	name := u.name + "-profile"
	if _, err := u.cloud.IAM.CreateInstanceProfile(u.t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: &name}); err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() {
		_, err := u.cloud.IAM.DeleteInstanceProfile(context.Background(), &iam.DeleteInstanceProfileInput{InstanceProfileName: &name})
		if err != nil {
			u.t.Error(err)
		}
	})
	if _, err := u.cloud.IAM.AddRoleToInstanceProfile(u.t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &role}); err != nil {
		u.t.Fatal(err)
	}
}
