package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// rationed answers calls as far as AWS's token buckets let them through: it stands for AWS's
// limits, not for AWS. What passes gets the one answer that its operation has in a phase.
type rationed struct {
	latency time.Duration // of each way
	answers map[string]func(call) *http.Response
	buckets map[string]*awsBucket
	// bucketOf is the bucket that a call is counted in.
	bucketOf func(call) *awsBucket
}

func (r *rationed) answer(c call) *http.Response {
	elapse(r.latency)
	defer elapse(r.latency)
	if !r.bucketOf(c).take() {
		if c.inXML() {
			return awstest.XMLError(http.StatusBadRequest, "Throttling", "Rate exceeded")
		}
		return awstest.JSONError(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
	}
	answer, ok := r.answers[c.operation]
	if !ok {
		return awstest.JSONError(http.StatusBadRequest, "NoAnswer", c.operation)
	}
	return answer(c)
}

// forced is how long AWS's limits make the calls take that have passed: all at once, but for
// those that wait for a token.
func (r *rationed) forced() time.Duration {
	var longest time.Duration
	for _, b := range r.buckets {
		longest = max(longest, time.Duration((float64(b.passed)-b.burst)/b.refill*float64(time.Second)))
	}
	return longest
}

func (r *rationed) denied() (n int) {
	for _, b := range r.buckets {
		n += b.denied
	}
	return n
}

func (c call) inXML() bool { return strings.HasPrefix(c.host, "iam.") }

// reads reports whether an operation of IAM changes nothing.
func (c call) reads() bool {
	return strings.HasPrefix(c.operation, "Get") || strings.HasPrefix(c.operation, "List")
}

// limits are AWS's, in two ways that IAM, which documents none, may count: all changes of an
// account together, or each operation by itself. The rates of IAM are low ones of those that
// are reported; those of CloudWatch Logs are its quotas, by operation.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
func limits(iamByOperation bool, answers map[string]func(call) *http.Response) *rationed {
	r := &rationed{latency: 40 * time.Millisecond, answers: answers, buckets: map[string]*awsBucket{}}
	var mu sync.Mutex
	r.bucketOf = func(c call) *awsBucket {
		mu.Lock()
		defer mu.Unlock()
		name, burst, refill := c.operation, 10.0, 10.0
		for together, d := range awstest.Documented {
			if strings.HasPrefix(c.host, "ecs.") && slices.Contains(d.Operations, c.operation) {
				name, burst, refill = together, d.Burst, d.Refill
			}
		}
		if c.inXML() {
			burst, refill = 15, 15
			if c.reads() {
				burst, refill = 25, 25
			}
			if !iamByOperation {
				name = fmt.Sprint("IAM, reads: ", c.reads())
			}
		}
		if r.buckets[name] == nil {
			r.buckets[name] = newBucket(burst, refill)
		}
		return r.buckets[name]
	}
	return r
}

func always(response func() *http.Response) func(call) *http.Response {
	return func(call) *http.Response { return response() }
}

// field is a field of a call's body.
func (c call) field(name string) string {
	if form, err := url.ParseQuery(c.body); err == nil && form.Has(name) {
		return form.Get(name)
	}
	fields := map[string]any{}
	if json.Unmarshal([]byte(c.body), &fields) == nil {
		if s, ok := fields[name].(string); ok {
			return s
		}
	}
	return ""
}

var (
	done     = always(func() *http.Response { return awstest.JSONResponse(http.StatusOK, `{}`) })
	doneXML  = always(func() *http.Response { return awstest.XMLResponse(`<Response></Response>`) })
	activeOf = func(c call) *http.Response {
		return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinition":{"family":%q,"status":"ACTIVE","revision":1}}`, c.field("taskDefinition")))
	}
	roleOf = func(c call) *http.Response {
		name := c.field("RoleName")
		return awstest.XMLResponse(fmt.Sprintf(`<GetRoleResponse><GetRoleResult><Role><RoleName>%s</RoleName><Path>/</Path><Arn>arn:aws:iam::%s:role/%[1]s</Arn><Tags><member><Key>docker-task:unit</Key><Value>unit</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>`, name, awstest.Account))
	}
	groupOf = func(c call) *http.Response {
		name := c.field("logGroupNamePrefix")
		return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"logGroups":[{"logGroupName":%q,"arn":"arn:aws:logs:%s:%s:log-group:%[1]s:*"}]}`, name, awstest.Region, awstest.Account))
	}

	whileMaking = map[string]func(call) *http.Response{
		"DescribeTaskDefinition": nothing, "GetRolePolicy": nothing,
		"CreateRole": always(func() *http.Response {
			return awstest.XMLResponse(`<CreateRoleResponse><CreateRoleResult></CreateRoleResult></CreateRoleResponse>`)
		}), "PutRolePolicy": doneXML, "CreateLogGroup": done, "PutRetentionPolicy": done,
		"RegisterTaskDefinition": always(registered),
	}
	whileThere = map[string]func(call) *http.Response{
		"DescribeTaskDefinition": activeOf, "GetRole": roleOf, "DescribeLogGroups": groupOf,
		"ListTagsForResource": always(func() *http.Response {
			return awstest.JSONResponse(http.StatusOK, `{"tags":{"docker-task:unit":"unit"}}`)
		}),
		"RegisterTaskDefinition": always(registered), "PutRolePolicy": doneXML, "UpdateAssumeRolePolicy": doneXML, "PutRetentionPolicy": done,
		"GetRolePolicy": always(func() *http.Response {
			return awstest.XMLResponse(`<GetRolePolicyResponse><GetRolePolicyResult><PolicyDocument>%7B%7D</PolicyDocument></GetRolePolicyResult></GetRolePolicyResponse>`)
		}),
		"ListTaskDefinitions": func(c call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinitionArns":["arn:aws:ecs:%s:%s:task-definition/%s:1"]}`, awstest.Region, awstest.Account, c.field("familyPrefix")))
		},
		"ListRolePolicies": always(func() *http.Response {
			return awstest.XMLResponse(`<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames><member>docker-task</member></PolicyNames></ListRolePoliciesResult></ListRolePoliciesResponse>`)
		}),
		"ListAttachedRolePolicies": always(func() *http.Response {
			return awstest.XMLResponse(`<ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>`)
		}),
		"ListInstanceProfilesForRole": always(func() *http.Response {
			return awstest.XMLResponse(`<ListInstanceProfilesForRoleResponse><ListInstanceProfilesForRoleResult></ListInstanceProfilesForRoleResult></ListInstanceProfilesForRoleResponse>`)
		}),
		"DeregisterTaskDefinition": done, "DeleteLogGroup": done, "DeleteRolePolicy": doneXML, "DeleteRole": doneXML,
	}
)

// manyUnit is one of many, as a docker task has it by default and with a wire to a bucket.
func manyUnit(i int) task.Unit {
	u := unitOf(fmt.Sprint("transcode-", i))
	for kind, role := range u.Roles {
		role.Path = "/"
		role.ARN = "arn:aws:iam::" + awstest.Account + ":role/" + role.Name
		role.Policies = map[string]string{task.InlinePolicyName: `{"Statement":[]}`}
		u.Roles[kind] = role
	}
	u.LogGroup.RetentionInDays = 30
	u.Tags = map[string]string{}
	u.Definition.ContainerDefinitions = []task.Container{{Name: "main"}}
	return u
}

// holdWire and dropWire do with the policy of each wire, which is on a role of its own, what the
// resource does.
func holdWire(c *Client) func(context.Context, int) error {
	return func(ctx context.Context, i int) error {
		_, err := c.HoldRolePolicy(ctx, fmt.Sprint("consumer-", i), "wire", `{"Statement":[]}`, Holder{ID: fmt.Sprint("wire-", i)})
		return err
	}
}

func dropWire(c *Client) func(context.Context, int) error {
	return func(ctx context.Context, i int) error {
		_, err := c.DropRolePolicy(ctx, fmt.Sprint("consumer-", i), "wire", Holder{ID: fmt.Sprint("wire-", i)})
		return err
	}
}

// walk does something with many units and then with the wire of each, so many at a time, as
// Terraform walks its graph. It returns the time that all took, and the longest of one.
func walk(t *testing.T, units, parallelism int, steps ...func(ctx context.Context, i int) error) (took, longest time.Duration) {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		slots = make(chan struct{}, parallelism)
		start = time.Now()
	)
	for i := range units {
		wg.Go(func() {
			for _, step := range steps {
				slots <- struct{}{}
				begun := time.Now()
				err := step(t.Context(), i)
				mu.Lock()
				longest = max(longest, time.Since(begun))
				mu.Unlock()
				<-slots
				if err != nil {
					t.Errorf("unit %d: %v", i, err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start), longest
}

// TestScale: hundreds of docker tasks come through AWS's limits by waiting, whatever the
// parallelism, without a fault and hardly later than the limits force it.
func TestScale(t *testing.T) {
	awstest.Isolate(t)
	const (
		units = 200
		// ECS lets 20 changes of task definitions through at once, and then one a second.
		byECS = 180 * time.Second
	)
	turn := 0
	for _, phase := range []struct {
		name    string
		answers map[string]func(call) *http.Response
		forced  time.Duration // 0: by IAM, which documents nothing
		steps   func(*Client) []func(context.Context, int) error
	}{
		// Without the tasks, whose revisions take longer than wires that wait for each other would.
		{"create wires", whileMaking, 0, func(c *Client) []func(context.Context, int) error {
			return []func(context.Context, int) error{holdWire(c)}
		}},
		{"destroy wires", whileThere, 0, func(c *Client) []func(context.Context, int) error {
			return []func(context.Context, int) error{dropWire(c)}
		}},
		{"create", whileMaking, byECS, func(c *Client) []func(context.Context, int) error {
			return []func(context.Context, int) error{
				func(ctx context.Context, i int) error {
					_, err := c.CreateUnit(ctx, manyUnit(i), newRecord("unit"))
					return err
				},
				holdWire(c),
			}
		}},
		{"refresh", whileThere, 0, func(c *Client) []func(context.Context, int) error {
			return []func(context.Context, int) error{
				func(ctx context.Context, i int) error {
					refs := manyUnit(i).Refs()
					refs.LogGroupARN = "arn:aws:logs:" + awstest.Region + ":" + awstest.Account + ":log-group:" + refs.LogGroup
					_, err := c.ReadUnit(ctx, refs, 0)
					return err
				},
				func(ctx context.Context, i int) error {
					_, err := c.FindRolePolicy(ctx, fmt.Sprint("consumer-", i), "wire")
					return err
				},
			}
		}},
		{"update", whileThere, byECS, func(c *Client) []func(context.Context, int) error {
			return []func(context.Context, int) error{
				func(ctx context.Context, i int) error {
					up := Update{Record: newRecord("unit").Of(manyUnit(i).PartsWith(1, false)...), Had: manyUnit(i), Want: manyUnit(i), HadDefinition: &task.ObservedDefinition{Revision: 1}, Register: true}
					_, warnings, err := c.UpdateUnit(ctx, up)
					if len(warnings) > 0 {
						return errors.New(warnings[0])
					}
					return err
				},
			}
		}},
		{"destroy", whileThere, byECS, func(c *Client) []func(context.Context, int) error {
			return []func(context.Context, int) error{
				dropWire(c),
				func(ctx context.Context, i int) error {
					_, err := c.DeleteUnit(ctx, manyUnit(i), newRecord("unit").Of(manyUnit(i).PartsWith(1, false)...))
					return err
				},
			}
		}},
	} {
		for _, byOperation := range []bool{false, true} {
			for _, parallelism := range []int{10, 20, 50} {
				// Some of them meet each phase, each way to count and each parallelism.
				if turn++; testing.Short() && turn%5 != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s/IAM by operation %t/parallelism %d", phase.name, byOperation, parallelism), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						aws := limits(byOperation, phase.answers)
						cfg := testConfig(&fakeAWS{answer: aws.answer})
						cfg.MaxRetries = nil // as a user who sets nothing has it
						took, longest := walk(t, units, parallelism, phase.steps(mustNew(t, cfg))...)
						forced := aws.forced()
						if phase.forced != 0 && forced != phase.forced {
							t.Errorf("AWS's limits force %s, not %s: other calls were made", forced, phase.forced)
						}
						t.Logf("took %s, %.2f of the %s that are forced; the longest of one %s; %d calls throttled",
							took, took.Seconds()/forced.Seconds(), forced, longest, aws.denied())
						if took > forced*6/5 {
							t.Errorf("took %s, more than a fifth over the %s that are forced", took, forced)
						}
						// One waits for the others under way, and again if its turn was one too many, but
						// not for all that are to come.
						if limit := time.Duration(parallelism) * 3 * time.Second; longest > limit {
							t.Errorf("the longest of one took %s, not below %s", longest, limit)
						}
					})
				})
			}
		}
	}
}

// However many there are, none waits for more than those that are under way with it: the
// timeout of an operation does not depend on the size of the run.
func TestScale_thousands(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		aws := limits(false, whileMaking)
		client := mustNew(t, testConfig(&fakeAWS{answer: aws.answer}))
		took, longest := walk(t, 2000, 50, func(ctx context.Context, _ int) error { return register(ctx, client) })
		t.Logf("took %s, the longest of one %s", took, longest)
		if forced := aws.forced(); took > forced*6/5 || longest > 2*time.Minute {
			t.Errorf("took %s of %s that are forced, the longest of one %s", took, forced, longest)
		}
	})
}
