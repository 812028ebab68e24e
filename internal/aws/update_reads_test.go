package aws

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// An update reads the newest revision, and of the other parts those that it changes: whose they are, before anything is
// written. A part that does not carry the unit's id any more is read as a whole.
func TestUpdateUnit_reads(t *testing.T) {
	all := script(whileThere).with(script{
		"GetRole": roleTagged("unit"), "ListTagsForResource": tagged("unit"), "TagRole": doneXML, "TagResource": done,
		"DescribeTaskDefinition": func(call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinition":{"family":"x","status":"ACTIVE","revision":1,"taskDefinitionArn":"arn:aws:ecs:%s:%s:task-definition/x:1","containerDefinitions":[{"name":"x","image":"busybox","essential":true}]},"tags":[{"key":%q,"value":"unit"}]}`,
				awstest.Region, awstest.Account, task.TagUnit))
		},
	})
	unit := func() task.Unit {
		u := unitOf("x")
		u.Definition.ContainerDefinitions = []task.Container{{Name: "x", Image: "busybox", Essential: new(true)}}
		u.Tags = map[string]string{}
		u.LogGroupARN = refsOf("x").LogGroupARN
		for kind, role := range u.Roles {
			role.Path, role.Policies = "/", map[string]string{task.InlinePolicyName: "{}"}
			u.Roles[kind] = role
		}
		return u
	}
	policyOf := func(u *task.Unit, kind task.RoleKind, document string) {
		u.Roles[kind].Policies[task.InlinePolicyName] = document
	}
	without := func(operation, id string) script {
		return script{operation: map[string]func(call) *http.Response{"GetRole": roleTagged(id), "ListTagsForResource": tagged(id)}[operation]}
	}
	wholeRoles := []string{"GetRole", "GetRole", "GetRolePolicy", "GetRolePolicy"}
	for name, c := range map[string]struct {
		change  func(up *Update)
		there   script
		reads   []string // beside DescribeTaskDefinition
		writes  []string
		refused string
	}{
		"nothing":      {change: func(*Update) {}},
		"a definition": {change: func(up *Update) { up.Register, up.Want.Definition.CPU = true, "512" }, writes: []string{"RegisterTaskDefinition"}},
		"tags": {
			change: func(up *Update) { up.Want.Tags["team"] = "video" },
			reads:  []string{"GetRole", "GetRole", "ListTagsForResource"},
			writes: []string{"TagResource", "TagResource", "TagRole", "TagRole"},
		},
		"a policy": {
			change: func(up *Update) {
				policyOf(&up.Want, task.TaskRole, `{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`)
			},
			reads: []string{"GetRole"}, writes: []string{"PutRolePolicy"},
		},
		"a policy less": {
			change: func(up *Update) { delete(up.Want.Roles[task.TaskRole].Policies, task.InlinePolicyName) },
			reads:  []string{"GetRole"}, writes: []string{"DeleteRolePolicy"},
		},
		"retention": {
			change: func(up *Update) { up.Want.LogGroup.RetentionInDays = 7 },
			reads:  []string{"ListTagsForResource"}, writes: []string{"PutRetentionPolicy"},
		},
		"nothing that was seen": {
			change: func(up *Update) { up.Seen = task.Observed{} },
			reads:  append([]string{"DescribeLogGroups", "ListTagsForResource"}, wholeRoles...),
		},
		"tags, roles of another unit": {
			change: func(up *Update) { up.Want.Tags["team"] = "video" }, there: without("GetRole", "other"),
			reads:   append([]string{"ListTagsForResource"}, append(wholeRoles, "GetRole", "GetRole")...),
			refused: "belongs to another",
		},
		"retention, log group of another unit": {
			change: func(up *Update) { up.Want.LogGroup.RetentionInDays = 7 }, there: without("ListTagsForResource", "other"),
			reads: []string{"DescribeLogGroups", "ListTagsForResource"}, refused: "belongs to another",
		},
		"a policy, log group of another unit": {
			change: func(up *Update) {
				policyOf(&up.Want, task.TaskRole, `{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`)
			}, there: without("ListTagsForResource", "other"),
			reads: []string{"GetRole"}, writes: []string{"PutRolePolicy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			had := unit()
			rec := newRecord("unit").Of(had.PartsWith(1, false)...)
			up := Update{Record: rec, Had: had, Want: unit(), HadDefinition: &task.ObservedDefinition{Revision: 1}, Seen: had.Seen(rec, func(task.Part) bool { return true })}
			up.Want.KeepRevisions = 5
			c.change(&up)
			timed(t, func() script { return all.with(c.there) }, func(ctx context.Context, client *Client) error {
				_, _, err := client.UpdateUnit(ctx, up)
				return err
			}, func(_ time.Duration, calls *fakeAWS, err error) {
				if c.refused == "" && err != nil || c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
					t.Errorf("error: %v", err)
				}
				var reads, writes []string
				for _, call := range calls.calls {
					switch {
					case call.operation == "GetCallerIdentity":
					case strings.HasPrefix(call.operation, "Get"), strings.HasPrefix(call.operation, "List"), strings.HasPrefix(call.operation, "Describe"):
						reads = append(reads, call.operation)
					case c.refused != "" && call.operation == "TagResource": // of the other parts
					default:
						writes = append(writes, call.operation)
					}
				}
				slices.Sort(reads)
				slices.Sort(writes)
				if want := slices.Sorted(slices.Values(append(slices.Clone(c.reads), "DescribeTaskDefinition"))); !slices.Equal(reads, want) {
					t.Errorf("reads %v, not %v", reads, want)
				}
				if !slices.Equal(writes, c.writes) {
					t.Errorf("writes %v, not %v", writes, c.writes)
				}
			})
		})
	}
}

// A role is deleted with the policies that the unit has on it. What else is on it is listed if IAM refuses.
func TestDeleteRole_calls(t *testing.T) {
	own := owner{Record: newRecord("unit").Of(task.Part{Kind: task.RolePart, Name: "r"})}
	for name, c := range map[string]struct {
		delete func(call) *http.Response
		want   map[string]int
	}{
		"nothing else on it": {doneXML, map[string]int{"GetRole": 1, "DeleteRolePolicy": 1, "DetachRolePolicy": 1, "DeleteRole": 1}},
		"refused": {once(iamRefuses("DeleteConflict"), doneXML), map[string]int{
			"GetRole": 1, "DeleteRolePolicy": 2, "DetachRolePolicy": 1, "DeleteRole": 2,
			"ListRolePolicies": 1, "ListAttachedRolePolicies": 1, "ListInstanceProfilesForRole": 1,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			timed(t, func() script {
				return script(whileThere).with(script{"GetRole": roleTagged("unit"), "DetachRolePolicy": doneXML, "DeleteRole": c.delete})
			}, func(ctx context.Context, client *Client) error {
				return client.deleteRole(ctx, "r", onRole{inline: []string{"docker-task"}, attached: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}}, own)
			}, func(took time.Duration, calls *fakeAWS, err error) {
				if err != nil || took > 0 {
					t.Errorf("after %s: %v", took, err)
				}
				have := map[string]int{}
				for _, call := range calls.calls {
					if call.operation != "GetCallerIdentity" {
						have[call.operation]++
					}
				}
				if !maps.Equal(have, c.want) {
					t.Errorf("calls: %v, not %v", have, c.want)
				}
			})
		})
	}
}
