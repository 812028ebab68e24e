package aws

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

// TestPages reads each list of which AWS may send several pages: all of them are read, and one
// that names a page that was read already is an error, at once.
func TestPages(t *testing.T) {
	awstest.Isolate(t)
	iam := func(operation, entries string) func(page, next string) *http.Response {
		return func(page, next string) *http.Response {
			more := ""
			if next != "" {
				more = "<IsTruncated>true</IsTruncated><Marker>" + next + "</Marker>"
			}
			return awstest.XMLResponse("<" + operation + "Response><" + operation + "Result>" + fmt.Sprintf(entries, page) + more + "</" + operation + "Result></" + operation + "Response>")
		}
	}
	for operation, tt := range map[string]struct {
		answer func(page, next string) *http.Response
		list   func(ctx context.Context, c *Client) ([]string, error)
	}{
		"ListTaskDefinitions": {
			func(page, next string) *http.Response {
				return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinitionArns":["arn:aws:ecs:eu-west-1:123456789012:task-definition/x:%s"],"nextToken":%q}`, page, next))
			},
			func(ctx context.Context, c *Client) ([]string, error) {
				return c.listRevisions(ctx, "x", types.TaskDefinitionStatusActive)
			},
		},
		"ListRolePolicies": {
			iam("ListRolePolicies", "<PolicyNames><member>%s</member></PolicyNames>"),
			func(ctx context.Context, c *Client) ([]string, error) { return c.listInline(ctx, "x") },
		},
		"ListAttachedRolePolicies": {
			iam("ListAttachedRolePolicies", "<AttachedPolicies><member><PolicyArn>%s</PolicyArn></member></AttachedPolicies>"),
			func(ctx context.Context, c *Client) ([]string, error) { return c.listAttached(ctx, "x") },
		},
		"ListInstanceProfilesForRole": {
			iam("ListInstanceProfilesForRole", "<InstanceProfiles><member><InstanceProfileName>%s</InstanceProfileName></member></InstanceProfiles>"),
			func(ctx context.Context, c *Client) ([]string, error) { return c.listProfiles(ctx, "x") },
		},
		"DescribeSubnets": {
			func(page, next string) *http.Response {
				return awstest.XMLResponse("<DescribeSubnetsResponse><subnetSet><item><subnetId>" + page + "</subnetId></item></subnetSet><nextToken>" + next + "</nextToken></DescribeSubnetsResponse>")
			},
			func(ctx context.Context, c *Client) ([]string, error) { return c.DefaultSubnets(ctx) },
		},
		"ListTargetsByRule": {
			func(page, next string) *http.Response {
				return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Targets":[{"Id":%q,"Arn":"arn"}],"NextToken":%q}`, page, next))
			},
			func(ctx context.Context, c *Client) ([]string, error) {
				targets, err := c.listTargets(ctx, "x")
				ids := make([]string, len(targets))
				for i, target := range targets {
					ids[i] = *target.Id
				}
				return ids, err
			},
		},
		"ListTaskDefinitionFamilies": {
			func(page, next string) *http.Response {
				return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"families":[%q],"nextToken":%q}`, page, next))
			},
			func(ctx context.Context, c *Client) ([]string, error) { return collect(c.Families(ctx, ListFilter{})) },
		},
		"ListSchedules": {
			func(page, next string) *http.Response {
				return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Schedules":[{"Name":%q,"GroupName":"x","Target":{"Arn":"arn:aws:ecs:eu-west-1:123456789012:cluster/x"}},`+
					`{"Name":"of a queue","GroupName":"x","Target":{"Arn":"arn:aws:sqs:eu-west-1:123456789012:x"}}],"NextToken":%q}`, page, next))
			},
			func(ctx context.Context, c *Client) ([]string, error) {
				schedules, err := collect(c.Schedules(ctx, "x", ListFilter{}))
				names := make([]string, len(schedules))
				for i, s := range schedules {
					names[i] = s.Group + "/" + s.Name
				}
				return names, err
			},
		},
		"ListRules": {
			func(page, next string) *http.Response {
				return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Rules":[{"Name":%q,"EventPattern":%q},{"Name":"of another kind","EventPattern":"{}"}],"NextToken":%q}`,
					page, `{"source":["aws.ecs"],"detail-type":["ECS Task State Change"]}`, next))
			},
			func(ctx context.Context, c *Client) ([]string, error) { return collect(c.TaskRules(ctx, ListFilter{})) },
		},
	} {
		for name, tokens := range map[string][]string{ // those that pages after the first have
			"three pages":    {"b", "c", ""},
			"the same again": {"b", "b"},
			"in a circle":    {"b", "c", "d", "b"},
		} {
			t.Run(operation+" "+name, func(t *testing.T) {
				n := 0
				fake := &fakeAWS{}
				fake.answer = func(c call) *http.Response {
					if c.operation != operation && (c.operation != "" || c.request.URL.Path != "/schedules") { // Scheduler's are known by their path
						t.Errorf("%s %s is called", c.operation, c.request.URL.Path)
					}
					n++
					if n > 50 {
						return awstest.JSONError(http.StatusBadRequest, "Enough", "for this test to end")
					}
					// One that goes on in its circle.
					at := n - 1
					if at >= len(tokens) {
						at = (at-1)%(len(tokens)-1) + 1
					}
					return tt.answer(fmt.Sprint(n), tokens[at])
				}
				out, err := tt.list(t.Context(), mustNew(t, testConfig(fake)))
				if name == "three pages" {
					if err != nil || len(out) != 3 || n != 3 {
						t.Errorf("%q after %d calls, %v", out, n, err)
					}
					return
				}
				if !errors.Is(err, errPageAgain) || n != len(tokens) || len(out) > 0 {
					t.Errorf("%q after %d calls, %v", out, n, err)
				}
				if err != nil && !strings.Contains(err.Error(), "x") && !slices.Contains([]string{"DescribeSubnets", "ListTaskDefinitionFamilies", "ListSchedules", "ListRules"}, operation) {
					t.Errorf("does not say of what: %v", err)
				}
			})
		}
	}
}

// collect is all of a list, or nothing where it ends with an error.
func collect[T any](list iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for entry, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, entry)
	}
	return all, nil
}

// A list that is left reads no page more, and what it asks of tags is asked of each entry.
func TestLists(t *testing.T) {
	awstest.Isolate(t)
	yes, no := true, false
	for name, tt := range map[string]struct {
		filter ListFilter
		enough int
		want   []string
		calls  int
	}{
		"all":                    {ListFilter{}, 9, []string{"mine", "theirs", "gone", "mine2"}, 2},
		"the first":              {ListFilter{}, 1, []string{"mine"}, 1},
		"the first page":         {ListFilter{}, 3, []string{"mine", "theirs", "gone"}, 1},
		"managed":                {ListFilter{Managed: &yes}, 9, []string{"mine", "mine2"}, 6},
		"not managed":            {ListFilter{Managed: &no}, 9, []string{"theirs"}, 6},
		"tagged":                 {ListFilter{Tags: map[string]string{"team": "b"}}, 9, []string{"theirs"}, 6},
		"tagged with no such":    {ListFilter{Tags: map[string]string{"team": "c"}}, 9, nil, 6},
		"tagged with two":        {ListFilter{Tags: map[string]string{"team": "b", "stage": ""}}, 9, nil, 6},
		"tagged and not managed": {ListFilter{Tags: map[string]string{"team": "a"}, Managed: &no}, 9, nil, 6},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			fake := &fakeAWS{}
			fake.answer = func(c call) *http.Response {
				n++
				switch body := c.body; {
				case c.operation == "ListTaskDefinitionFamilies" && !strings.Contains(body, "nextToken"):
					return awstest.JSONResponse(http.StatusOK, `{"families":["mine","theirs","gone"],"nextToken":"b"}`)
				case c.operation == "ListTaskDefinitionFamilies":
					return awstest.JSONResponse(http.StatusOK, `{"families":["mine2"]}`)
				case strings.Contains(body, "gone"):
					return awstest.JSONError(http.StatusBadRequest, "ClientException", "Unable to describe task definition.")
				case strings.Contains(body, "theirs"):
					return listedDefinition("theirs", `[{"key":"team","value":"b"}]`)
				case strings.Contains(body, "mine2"):
					return listedDefinition("mine2", `[{"key":"docker-task:unit","value":"task/eu-west-1/mine2/x"}]`)
				default:
					return listedDefinition("mine", `[{"key":"docker-task:unit","value":"task/eu-west-1/mine/x"},{"key":"team","value":"a"}]`)
				}
			}
			var got []string
			for family, err := range mustNew(t, testConfig(fake)).Families(t.Context(), tt.filter) {
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, family); len(got) == tt.enough {
					break
				}
			}
			if !slices.Equal(got, tt.want) || n != tt.calls {
				t.Errorf("%q after %d calls, not %q after %d", got, n, tt.want, tt.calls)
			}
		})
	}
}

// listedDefinition answers with the newest revision of a family.
func listedDefinition(family, tags string) *http.Response {
	return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/%[1]s:1","family":%[1]q,"revision":1,"status":"ACTIVE","containerDefinitions":[{"name":"app"}]},"tags":%[2]s}`, family, tags))
}
