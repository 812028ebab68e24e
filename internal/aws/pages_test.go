package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
					if c.operation != operation {
						t.Errorf("%s is called", c.operation)
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
				if err != nil && !strings.Contains(err.Error(), "x") && operation != "DescribeSubnets" {
					t.Errorf("does not say of what: %v", err)
				}
			})
		}
	}
}
