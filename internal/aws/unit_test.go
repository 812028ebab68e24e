package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// refsOf names the parts of a unit as state does.
func refsOf(name string) task.Refs {
	ref := func(role string) task.RoleRef {
		return task.RoleRef{Name: role, Policies: []string{task.InlinePolicyName}, Attached: true}
	}
	return task.Refs{
		Family: name, LogGroup: "/ecs/" + name, LogGroupARN: "arn:aws:logs:" + awstest.Region + ":" + awstest.Account + ":log-group:/ecs/" + name,
		Roles: map[task.RoleKind]task.RoleRef{task.ExecutionRole: ref(name + "-execution"), task.TaskRole: ref(name + "-task")},
	}
}

// unitOf is a unit with parts of these names.
func unitOf(name string) task.Unit {
	return task.Unit{
		Definition: task.Definition{Family: name},
		Roles:      map[task.RoleKind]task.Role{task.ExecutionRole: {Name: name + "-execution"}, task.TaskRole: {Name: name + "-task"}},
		LogGroup:   task.LogGroup{Name: "/ecs/" + name},
	}
}

// nothing answers that there is not what was asked for.
func nothing(c call) *http.Response {
	switch c.operation {
	case "DescribeLogGroups":
		return awstest.JSONResponse(http.StatusOK, `{"logGroups":[]}`)
	case "ListTagsForResource":
		return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"ResourceNotFoundException","message":"gone"}`)
	case "DescribeTaskDefinition":
		return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"ClientException","message":"Unable to describe task definition."}`)
	}
	return awstest.Response(http.StatusNotFound, "text/xml", `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>gone</Message></Error></ErrorResponse>`)
}

// The calls of one unit go out together, with one context that is logged to: Terraform puts
// fields on it, and a mask of tflog's would rewrite them from all calls at once.
func TestReadUnit_logsAtOnce(t *testing.T) {
	awstest.Isolate(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>`)
	}))
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	root := tflog.SetField(tflogtest.RootLogger(t.Context(), &lockedBuffer{}), "tf_rpc", "ReadResource")
	client, diags := New(root, connection.Config{Region: awstest.Region, AccessKey: "a", SecretKey: "b", SkipCredentialsValidation: true, SkipRequestingAccountID: true})
	if client == nil {
		t.Fatal(diags)
	}
	ctx := client.Context(root)
	var calls []func() error
	for i := range 200 {
		calls = append(calls, func() error { _, err := client.getRole(ctx, fmt.Sprint("role-", i)); return err })
	}
	if err := concurrently(t.Context(), calls...); err != nil {
		t.Fatal(err)
	}
}

func TestReadUnit_nothing(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{answer: nothing}
	o, err := mustNew(t, testConfig(fake)).ReadUnit(t.Context(), refsOf("transcode"), 0)
	if err != nil || !o.Nothing() {
		t.Errorf("%+v, %v", o, err)
	}
}

// A part that may not be read is not a part that is gone.
func TestReadUnit_refused(t *testing.T) {
	awstest.Isolate(t)
	for _, operation := range []string{"DescribeTaskDefinition", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "DescribeLogGroups", "ListTagsForResource"} {
		t.Run(operation, func(t *testing.T) {
			fake := &fakeAWS{answer: func(c call) *http.Response {
				switch {
				case c.operation != operation:
					return nothing(c)
				case strings.Contains(c.request.Header.Get("Content-Type"), "json"):
					return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"not authorized"}`)
				}
				return awstest.Response(http.StatusForbidden, "text/xml", `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>`)
			}}
			_, err := mustNew(t, testConfig(fake)).ReadUnit(t.Context(), refsOf("transcode"), 0)
			if err == nil || !strings.Contains(err.Error(), "not authorized") || !strings.Contains(err.Error(), "transcode") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// The emulator does not know these two operations.
func TestChangeLogGroup_key(t *testing.T) {
	awstest.Isolate(t)
	const key, other = "arn:aws:kms:eu-west-1:123456789012:key/a", "arn:aws:kms:eu-west-1:123456789012:key/b"
	for name, c := range map[string]struct{ have, want, operation string }{
		"set":       {"", key, "AssociateKmsKey"},
		"change":    {other, key, "AssociateKmsKey"},
		"remove":    {key, "", "DisassociateKmsKey"},
		"unchanged": {key, key, ""},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &fakeAWS{answer: func(call) *http.Response { return awstest.JSONResponse(http.StatusOK, `{}`) }}
			err := mustNew(t, testConfig(fake)).changeLogGroup(t.Context(), task.LogGroup{Name: "/ecs/x", KMSKeyID: c.want},
				&task.ObservedLogGroup{Name: "/ecs/x", KMSKeyID: c.have}, task.TagChange{})
			if err != nil {
				t.Fatal(err)
			}
			if c.operation == "" {
				if n := fake.count("") - fake.count("GetCallerIdentity"); n != 0 {
					t.Errorf("%d calls", n)
				}
				return
			}
			last := fake.calls[len(fake.calls)-1]
			if last.operation != c.operation || !strings.Contains(last.body, `"logGroupName":"/ecs/x"`) || !strings.Contains(last.body, c.want) {
				t.Errorf("%s with %s", last.operation, last.body)
			}
		})
	}
}

// Whatever ends the process, a group that was adopted is never there with the unit's id alone: an import would
// take it for one that the unit made, and its destroy delete it.
func TestAdoptLogGroup_markedAtOnce(t *testing.T) {
	awstest.Isolate(t)
	group := task.LogGroup{Name: "/theirs/x", Adopt: true}
	for name, c := range map[string]struct {
		group task.LogGroup
		tags  map[string]string
		marks bool
	}{
		"adopted":    {group, map[string]string{"owner": "them"}, true},
		"resumed":    {task.LogGroup{Name: "/theirs/x"}, map[string]string{task.TagKept: "x"}, false},
		"told twice": {group, map[string]string{task.TagKept: "x"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &fakeAWS{answer: script{"TagResource": done, "DeleteRetentionPolicy": done, "ListTagsForResource": tagged("unit"), "UntagResource": done}.answer}
			_, err := mustNew(t, testConfig(fake)).adoptLogGroup(t.Context(), c.group,
				&task.ObservedLogGroup{Name: "/theirs/x", ARN: "arn:aws:logs:eu-west-1:123456789012:log-group:/theirs/x", Tags: c.tags},
				map[string]string{task.TagUnit: "unit", "team": "media"})
			if err != nil {
				t.Fatal(err)
			}
			tagged := slices.DeleteFunc(slices.Clone(fake.calls), func(c call) bool { return !strings.Contains(c.body, `"`+task.TagUnit+`":`) })
			if len(tagged) == 0 {
				t.Fatal("nothing put the unit's id on it")
			}
			if marks := strings.Contains(tagged[0].body, task.TagAdopted); marks != c.marks {
				t.Errorf("the mark of an adopted group went with the id: %t; %s", marks, tagged[0].body)
			}
		})
	}
}

// Everyone who may tag a group can write that it was kept: a task whose destroy would delete the group resumes none
// of another name.
func TestResumes(t *testing.T) {
	awstest.Isolate(t)
	c := mustNew(t, testConfig(&fakeAWS{answer: nothing}))
	for name, test := range map[string]struct {
		group   task.LogGroup
		kept    string
		resumes bool
	}{
		"default name":                   {task.LogGroup{Name: "/ecs/x"}, "x", true},
		"default name, another's":        {task.LogGroup{Name: "/ecs/x"}, "y", false},
		"another name":                   {task.LogGroup{Name: "/theirs"}, "x", false},
		"another name, kept again":       {task.LogGroup{Name: "/theirs", Keep: true}, "x", true},
		"another name, kept by another":  {task.LogGroup{Name: "/theirs", Keep: true}, "y", false},
		"another name, without the mark": {task.LogGroup{Name: "/theirs", Keep: true}, "", false},
	} {
		have := task.ObservedLogGroup{Name: test.group.Name, Tags: map[string]string{task.TagKept: test.kept}}
		if got := c.resumes(test.group, have, "x"); got != test.resumes {
			t.Errorf("%s: resumes: %t", name, got)
		}
	}
}

// A delete whose answer was lost keeps what may still be there; once AWS has none of it, it is free.
func TestDropRolePolicy_answerLost(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{answer: script{
		"GetRolePolicy": iamRefuses("NoSuchEntity"), "PutRolePolicy": done, "DeleteRolePolicy": iamRefuses("AccessDenied"),
	}.answer}
	client := mustNew(t, testConfig(fake))
	one, other := Holder{ID: "one", Name: "wire one"}, Holder{ID: "other", Name: "wire other"}
	hold := func(by Holder) error {
		_, err := client.HoldRolePolicy(t.Context(), "consumer", "wire", `{"Statement":[]}`, by)
		return err
	}
	if err := hold(one); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DropRolePolicy(t.Context(), "consumer", "wire", one); err == nil {
		t.Fatal("the delete did not fail")
	}
	if _, held := errors.AsType[*HeldError](hold(other)); !held {
		t.Error("another wire got what may still be there")
	}
	client.HasNoRolePolicy(one)
	if err := hold(other); err != nil {
		t.Errorf("it is not free, though AWS has none of it: %v", err)
	}
}

// Deregistering is deletion's first step: while it cannot be done, no role is deleted that a
// task could still be started with.
func TestDeleteUnit_definitionsFirst(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{answer: func(c call) *http.Response {
		if c.operation == "ListTaskDefinitions" {
			return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"not authorized"}`)
		}
		return nothing(c)
	}}
	_, err := mustNew(t, testConfig(fake)).DeleteUnit(t.Context(), unitOf("transcode"), newRecord("unit").Of(unitOf("transcode").Parts()...))
	if err == nil || fake.count("GetRole") != 0 || fake.count("DescribeLogGroups") != 0 {
		t.Errorf("error %v, %d calls for roles", err, fake.count("GetRole"))
	}
}

// Families whose names begin alike are others.
func TestListRevisions_wholeFamily(t *testing.T) {
	awstest.Isolate(t)
	arn := func(family string, revision int) string {
		return fmt.Sprintf("arn:aws:ecs:%s:%s:task-definition/%s:%d", awstest.Region, awstest.Account, family, revision)
	}
	fake := &fakeAWS{answer: func(c call) *http.Response {
		if !strings.Contains(c.body, "nextToken") {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinitionArns":[%q,%q],"nextToken":"n"}`, arn("transcode", 9), arn("transcode-b", 1)))
		}
		return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinitionArns":[%q,%q]}`, arn("transcode", 10), arn("b-transcode", 3)))
	}}
	have, err := mustNew(t, testConfig(fake)).listRevisions(t.Context(), "transcode", ecstypes.TaskDefinitionStatusActive)
	if want := []string{arn("transcode", 10), arn("transcode", 9)}; err != nil || !slices.Equal(have, want) {
		t.Errorf("%v (%v), not %v", have, err, want)
	}
}

// Of thousands of INACTIVE revisions only so many are looked at until ten in a row are not the
// unit's.
func TestInactiveRevisions_bounded(t *testing.T) {
	awstest.Isolate(t)
	const mine = "97" // among the newest ten; 1 is the unit's too, and too far away
	arn := func(revision any) string {
		return fmt.Sprintf("arn:aws:ecs:%s:%s:task-definition/transcode:%v", awstest.Region, awstest.Account, revision)
	}
	fake := &fakeAWS{answer: func(c call) *http.Response {
		if c.operation == "ListTaskDefinitions" {
			var arns []string
			for i := range 100 {
				arns = append(arns, fmt.Sprintf("%q", arn(i+1)))
			}
			return awstest.JSONResponse(http.StatusOK, `{"taskDefinitionArns":[`+strings.Join(arns, ",")+`]}`)
		}
		tags := ""
		if strings.Contains(c.body, `"`+arn(mine)+`"`) || strings.Contains(c.body, `"`+arn(1)+`"`) {
			tags = `{"key":"` + task.TagUnit + `","value":"unit"}`
		}
		return awstest.JSONResponse(http.StatusOK, `{"taskDefinition":{"status":"INACTIVE"},"tags":[`+tags+`]}`)
	}}
	have, err := mustNew(t, testConfig(fake)).inactiveRevisions(t.Context(), "transcode", "unit")
	if want := []string{arn(mine)}; err != nil || !slices.Equal(have, want) {
		t.Errorf("%v (%v), not %v", have, err, want)
	}
	if n := fake.count("DescribeTaskDefinition"); n != 20 {
		t.Errorf("%d revisions were looked at", n)
	}
}

// newRecord is that of a unit that has no parts yet.
func newRecord(id string) task.Record { return task.Record{ID: id} }

// What an update that failed may have made under new names is remembered, once, until the unit has just what it
// wants; nothing is where nothing new was made.
func TestUpdate_orphans(t *testing.T) {
	awstest.Isolate(t)
	unit := func(execution, own, group string) task.Unit {
		u := task.Unit{Roles: map[task.RoleKind]task.Role{}, LogGroup: task.LogGroup{Name: group}}
		for kind, name := range map[task.RoleKind]string{task.ExecutionRole: execution, task.TaskRole: own} {
			if name != "" {
				u.Roles[kind] = task.Role{Name: name}
			}
		}
		return u
	}
	c := mustNew(t, testConfig(&fakeAWS{}))
	for _, made := range []string{rolePart("c"), c.logGroupPart("/b")} {
		c.session.recent.created(made)
	}
	had, want := unit("a", "b", "/a"), unit("a", "c", "/b")
	before := newRecord("unit").Of(had.Parts()...).WithPossible(task.Part{Kind: task.RolePart, Name: "old"})
	for name, up := range map[string]struct {
		before task.Record
		want   task.Unit
		left   []string
	}{
		"renamed":       {before, want, []string{"/b", "c", "old"}},
		"fails again":   {c.withPossible(before, want.Parts()), want, []string{"/b", "c", "old"}},
		"not renamed":   {newRecord("unit").Of(had.Parts()...), unit("a", "", "/a"), nil},
		"nothing made":  {newRecord("unit").Of(had.Parts()...), unit("a", "d", "/c"), nil},
		"case of names": {newRecord("unit").Of(had.Parts()...), unit("A", "B", "/a"), nil},
	} {
		var left []string
		for _, p := range c.withPossible(up.before, up.want.Parts()).Orphans(had.Parts()) {
			left = append(left, p.Name)
		}
		if slices.Sort(left); !slices.Equal(left, up.left) {
			t.Errorf("%s: left are %q, not %q", name, left, up.left)
		}
	}
}

func TestExisting(t *testing.T) {
	t.Parallel()
	role, group := &ExistsError{Part: "role"}, &ExistsError{Part: "log group", Owned: true}
	for name, c := range map[string]struct {
		err  error
		want []*ExistsError
	}{
		"none":   {errors.New("x"), nil},
		"nil":    {nil, nil},
		"one":    {fmt.Errorf("creating: %w", role), []*ExistsError{role}},
		"joined": {errors.Join(role, errors.New("x"), group), []*ExistsError{role, group}},
		"create": {&CreateError{Err: errors.Join(role, group)}, []*ExistsError{role, group}},
		"undone": {&CreateError{Err: role, Rollback: errors.New("x")}, []*ExistsError{role}},
	} {
		if have := Existing(c.err); !slices.Equal(have, c.want) {
			t.Errorf("%s: %v", name, have)
		}
	}
}

func TestErrorPredicates(t *testing.T) {
	t.Parallel()
	api := func(code, message string) error {
		return fmt.Errorf("operation error: %w", &smithy.GenericAPIError{Code: code, Message: message})
	}
	const mine, other = "arn:aws:iam::123456789012:role/mine", "arn:aws:iam::123456789012:role/other"
	notReady := func(made ...string) func(error) bool {
		return func(err error) bool { return isRoleNotReady(err, made) }
	}
	for name, c := range map[string]struct {
		is   func(error) bool
		err  error
		want bool
	}{
		"definition":                  {isMissingDefinition, api("ClientException", "Unable to describe task definition."), true},
		"definition, invalid":         {isMissingDefinition, api("ClientException", "Invalid revision number."), false},
		"definition, denied":          {isMissingDefinition, api("AccessDeniedException", "Unable to describe task definition."), false},
		"role not valid":              {notReady(mine), api("ClientException", "Role is not valid"), true},
		"role not valid, none made":   {notReady(), api("ClientException", "Role is not valid"), false},
		"pass role":                   {notReady(mine), api("AccessDeniedException", "not authorized to perform: iam:PassRole on resource: "+mine), true},
		"pass another role":           {notReady(mine), api("AccessDeniedException", "not authorized to perform: iam:PassRole on resource: "+other), false},
		"another right":               {notReady(mine), api("AccessDeniedException", "not authorized to perform: ecs:RegisterTaskDefinition"), false},
		"another invalid definition":  {notReady(mine), api("ClientException", "No Fargate configuration exists for given values."), false},
		"role unknown yet":            {isRoleUnknownYet, api("NoSuchEntity", "The role with name x cannot be found."), true},
		"policy that does not exist":  {isRoleUnknownYet, api("NoSuchEntity", "Policy arn:aws:iam::aws:policy/X does not exist or is not attachable."), false},
		"concurrent":                  {isBusy, api("ConcurrentModification", ""), true},
		"log group being deleted":     {isBusy, api("OperationAbortedException", ""), true},
		"log group missing":           {isMissingLogGroup, api("ResourceNotFoundException", ""), true},
		"log group that may not seen": {isMissingLogGroup, api("AccessDeniedException", ""), false},
	} {
		if have := c.is(c.err); have != c.want {
			t.Errorf("%s: %t", name, have)
		}
	}
}

// What is retried is retried until its budget is used up, and no longer than its caller
// waits.
func TestRetryWhile(t *testing.T) {
	again, final := errors.New("again"), errors.New("final")
	isAgain := func(err error) bool { return errors.Is(err, again) }
	for name, c := range map[string]struct {
		fails    int // this often with again
		then     error
		patience time.Duration // of the caller; 0: without end
		tries    int
		want     error
	}{
		"at once":         {0, nil, 0, 1, nil},
		"in the end":      {3, nil, 0, 4, nil},
		"another error":   {2, final, 0, 3, final},
		"never":           {1000, nil, 0, 27, again},
		"caller gives up": {1000, nil, 3 * time.Second, 3, again},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.patience != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.patience)
					defer cancel()
				}
				begun, tries := time.Now(), 0
				err := retryWhile(ctx, isAgain, func() error {
					if tries++; tries <= c.fails {
						return again
					}
					return c.then
				})
				if !errors.Is(err, c.want) || tries != c.tries {
					t.Errorf("%d tries in %s: %v", tries, time.Since(begun), err)
				}
				if time.Since(begun) > propagation {
					t.Errorf("took %s", time.Since(begun))
				}
			})
		})
	}
}

// A call under way is not given up because another failed.
func TestTogether(t *testing.T) {
	t.Parallel()
	first, second := errors.New("first"), errors.New("second")
	failed, ended := make(chan struct{}), false
	err := concurrently(t.Context(),
		func() error { <-failed; ended = true; return second },
		func() error { close(failed); return first },
		func() error { return nil },
	)
	if !ended || !errors.Is(err, first) || !errors.Is(err, second) || err.Error() != "second\nfirst" {
		t.Errorf("ended %t: %v", ended, err)
	}
	if err := concurrently(t.Context()); err != nil {
		t.Error(err)
	}
}
