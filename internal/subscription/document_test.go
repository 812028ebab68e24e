package subscription_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

var (
	queueARN = here.Regional("sqs", "jobs")
	ruleA    = subscription.RuleARN("a", here)
	ruleB    = subscription.RuleARN("b", here)
	ours     = subscription.NewPermission(subscription.Queue, queueARN, ruleA)
	others   = subscription.NewPermission(subscription.Queue, queueARN, ruleB)
)

func TestPermissionJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind subscription.Kind
		arn  string
		want string
	}{
		{subscription.Function, here.Regional("lambda", "function:notify:live"), `{"Sid":"SID","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-west-2:111122223333:function:notify:live","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-west-2:111122223333:rule/a"}}}`},
		{subscription.Queue, queueARN, `{"Sid":"SID","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-west-2:111122223333:jobs","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-west-2:111122223333:rule/a"}}}`},
		{subscription.Topic, here.Regional("sns", "news"), `{"Sid":"SID","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:us-west-2:111122223333:news"}`},
	} {
		p := subscription.NewPermission(c.kind, c.arn, ruleA)
		want := `{"Version":"2012-10-17","Statement":[` + strings.Replace(c.want, "SID", p.Sid, 1) + `]}`
		if !policy.Equivalent(p.JSON(), want) {
			t.Errorf("%s\nnot\n%s", p.JSON(), want)
		}
	}
	p := subscription.NewPermission(subscription.Function, here.Regional("lambda", "function:notify:live"), ruleA)
	if p.Name() != "notify" || p.Qualifier() != "live" {
		t.Errorf("%s %s", p.Name(), p.Qualifier())
	}
}

// A statement lets one rule do one thing to one target, and nothing one step away from it. That
// of a topic lets every rule: EventBridge gives SNS nothing to tell them apart by.
func TestPermissionRights(t *testing.T) {
	t.Parallel()
	for kind, c := range map[subscription.Kind]struct{ arn, other, action, further string }{
		subscription.Function: {here.Regional("lambda", "function:notify"), here.Regional("lambda", "function:notify-2"), "lambda:InvokeFunction", "lambda:UpdateFunctionCode"},
		subscription.Queue:    {queueARN, queueARN + ".fifo", "sqs:SendMessage", "sqs:ReceiveMessage"},
		subscription.Topic:    {here.Regional("sns", "news"), here.Regional("sns", "newsletter"), "sns:Publish", "sns:Subscribe"},
	} {
		document := subscription.NewPermission(kind, c.arn, ruleA).JSON()
		from := func(rule string) policytest.Request {
			return policytest.Request{
				Principal: "events.amazonaws.com", Action: c.action, Resource: c.arn,
				Context: map[string][]string{"aws:SourceArn": {rule}},
			}
		}
		wanted := from(ruleA)
		edited := func(edit func(*policytest.Request)) policytest.Request { r := from(ruleA); edit(&r); return r }
		for name, request := range map[string]policytest.Request{
			"another rule":    from(ruleB),
			"a longer name":   from(ruleA + "2"),
			"another region":  from(strings.Replace(ruleA, here.Region, "eu-west-1", 1)),
			"another account": from(strings.Replace(ruleA, here.Account, "444455556666", 1)),
			"no rule":         edited(func(r *policytest.Request) { r.Context = nil }),
		} {
			if allowed, err := policytest.LetsIn(document, request); err != nil || allowed != (kind == subscription.Topic) {
				t.Errorf("%s, %s: %t %v\n%s", kind, name, allowed, err, document)
			}
		}
		for name, request := range map[string]policytest.Request{
			"another service": edited(func(r *policytest.Request) { r.Principal = "s3.amazonaws.com" }),
			"another action":  edited(func(r *policytest.Request) { r.Action = c.further }),
			"another target":  edited(func(r *policytest.Request) { r.Resource = c.other }),
			"a target of others": edited(func(r *policytest.Request) {
				r.Resource = strings.Replace(c.arn, here.Account, "444455556666", 1)
			}),
		} {
			if allowed, err := policytest.LetsIn(document, request); err != nil || allowed {
				t.Errorf("%s, %s: %t %v\n%s", kind, name, allowed, err, document)
			}
		}
		if allowed, err := policytest.LetsIn(document, wanted); err != nil || !allowed {
			t.Errorf("%s: %t %v\n%s", kind, allowed, err, document)
		}
	}
}

// A Sid is another for every rule, whatever its name, region and account, and only letters
// and digits.
func TestSid(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	elsewhere := here
	elsewhere.Region = "eu-west-1"
	for _, r := range []string{ruleA, ruleB, subscription.RuleARN("a.b", here), subscription.RuleARN("a-b", here), subscription.RuleARN("a", elsewhere)} {
		sid := subscription.Sid(r)
		if seen[sid] || strings.Trim(sid, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("%s: %s", r, sid)
		}
		seen[sid] = true
	}
}

const theirs = `{"Sid":"theirs","Effect":"Allow","Principal":{"AWS":"*"},"Action":["sqs:ReceiveMessage"],"Resource":"*","Condition":{"StringLike":{"aws:x":"<&>"}}}`

func statement(p subscription.Permission) string {
	text := strings.TrimPrefix(p.JSON(), `{"Statement":[`)
	return strings.TrimSuffix(text, `],"Version":"2012-10-17"}`)
}

func TestApply(t *testing.T) {
	t.Parallel()
	add, remove := subscription.Edit{Permission: ours, Present: true}, subscription.Edit{Permission: ours}
	edited := strings.Replace(statement(ours), "rule/a", "rule/*", 1)
	respelled := strings.NewReplacer(`"sqs:SendMessage"`, `[ "sqs:SendMessage" ]`, `"Allow"`, ` "Allow"`).Replace(statement(ours))
	doc := func(statements ...string) string {
		return `{"Statement":[` + strings.Join(statements, ",") + `],"Version":"2012-10-17"}`
	}
	for name, c := range map[string]struct {
		text    string
		edits   []subscription.Edit
		want    string
		changed bool
	}{
		"add to none":          {"", []subscription.Edit{add}, doc(statement(ours)), true},
		"add to an empty list": {`{"Version":"2012-10-17","Statement":[]}`, []subscription.Edit{add}, doc(statement(ours)), true},
		"add to theirs":        {doc(theirs), []subscription.Edit{add}, doc(theirs, statement(ours)), true},
		"add to a single one":  {`{"Version":"2012-10-17","Statement":` + theirs + `}`, []subscription.Edit{add}, doc(theirs, statement(ours)), true},
		"keep id and version":  {`{"Id":"x","Version":"2008-10-17","Statement":[` + theirs + `]}`, []subscription.Edit{add}, `{"Id":"x","Statement":[` + theirs + `,` + statement(ours) + `],"Version":"2008-10-17"}`, true},
		"there already":        {doc(theirs, statement(ours)), []subscription.Edit{add}, doc(theirs, statement(ours)), false},
		"another spelling":     {doc(respelled, theirs), []subscription.Edit{add}, doc(strings.Join(strings.Fields(respelled), ""), theirs), false},
		"edited":               {doc(edited, theirs), []subscription.Edit{add}, doc(theirs, statement(ours)), true},
		"twice":                {doc(statement(ours), statement(ours)), []subscription.Edit{add}, doc(statement(ours)), true},
		"two at once":          {doc(theirs), []subscription.Edit{add, {Permission: others, Present: true}}, doc(theirs, statement(ours), statement(others)), true},
		"one in, one out":      {doc(theirs, statement(others)), []subscription.Edit{add, {Permission: others}}, doc(theirs, statement(ours)), true},
		"remove":               {doc(theirs, statement(ours), statement(others)), []subscription.Edit{remove}, doc(theirs, statement(others)), true},
		"remove edited":        {doc(edited, theirs), []subscription.Edit{remove}, doc(theirs), true},
		"remove the last":      {doc(statement(ours)), []subscription.Edit{remove}, "", true},
		"remove what is gone":  {doc(theirs), []subscription.Edit{remove}, doc(theirs), false},
		"remove of none":       {"", []subscription.Edit{remove}, "", false},
	} {
		have, changed, err := subscription.Apply(c.text, c.edits...)
		if err != nil || changed != c.changed || have != c.want {
			t.Errorf("%s:\n%s, changed: %t, %v\nnot\n%s", name, have, changed, err, c.want)
		}
	}
	for _, text := range []string{"{", "[]", `{"Statement":"x"}`} {
		if have, _, err := subscription.Apply(text, add); err == nil {
			t.Errorf("%s became %s", text, have)
		}
	}
}

func TestPermissionIn(t *testing.T) {
	t.Parallel()
	added, _, err := subscription.Apply(`{"Version":"2012-10-17","Statement":[`+theirs+`]}`, subscription.Edit{Permission: ours, Present: true})
	if err != nil {
		t.Fatal(err)
	}
	if have := ours.In(added); have != ours.JSON() {
		t.Error(have)
	}
	if have := others.In(added); have != "" {
		t.Error(have)
	}
	wide := strings.Replace(added, "rule/a", "rule/*", 1)
	if have := ours.In(wide); have == ours.JSON() || !strings.Contains(have, "rule/*") {
		t.Error(have)
	}
	if have := ours.In(""); have != "" {
		t.Error(have)
	}
}

// The statements of two rules on one topic differ in their Sids alone: each comes and goes by
// itself. One with a condition, which keeps EventBridge out, is replaced.
func TestApply_topic(t *testing.T) {
	t.Parallel()
	news := here.Regional("sns", "news")
	a, b := subscription.NewPermission(subscription.Topic, news, ruleA), subscription.NewPermission(subscription.Topic, news, ruleB)
	text, err := subscription.DefaultTopicPolicy(news)
	if err != nil {
		t.Fatal(err)
	}
	apply := func(e subscription.Edit) {
		t.Helper()
		have, changed, err := subscription.Apply(text, e)
		if err != nil || !changed {
			t.Fatalf("%s became %s, changed: %t, %v", text, have, changed, err)
		}
		text = have
	}
	is := func(hasA, hasB bool) {
		t.Helper()
		if haveA, haveB := a.In(text) == a.JSON(), b.In(text) == b.JSON(); haveA != hasA || haveB != hasB || !strings.Contains(text, "__default_statement_ID") {
			t.Fatalf("%t %t, not %t %t: %s", haveA, haveB, hasA, hasB, text)
		}
	}
	is(false, false)
	apply(subscription.Edit{Permission: a, Present: true})
	is(true, false)
	apply(subscription.Edit{Permission: b, Present: true})
	is(true, true)
	apply(subscription.Edit{Permission: a})
	is(false, true)
	text = strings.Replace(text, `"Resource":"`+news+`","Sid":"`+b.Sid, `"Condition":{"ArnEquals":{"aws:SourceArn":"`+ruleB+`"}},"Resource":"`+news+`","Sid":"`+b.Sid, 1)
	is(false, false)
	apply(subscription.Edit{Permission: b, Present: true})
	is(false, true)
	apply(subscription.Edit{Permission: b})
	is(false, false)
}

func TestDefaultTopicPolicy(t *testing.T) {
	t.Parallel()
	text, err := subscription.DefaultTopicPolicy(here.Regional("sns", "news"))
	if err != nil || !json.Valid([]byte(text)) || !strings.Contains(text, `"AWS:SourceOwner":"111122223333"`) || strings.Contains(text, "events.amazonaws.com") {
		t.Error(text, err)
	}
}

// Whatever stands in a policy, adding and removing leaves what it was.
func FuzzApply(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[` + theirs + `]}`)
	f.Add(`{"Version":"2012-10-17","Statement":` + theirs + `}`)
	f.Add(``)
	f.Fuzz(func(t *testing.T, text string) {
		before, _, err := subscription.Apply(text)
		if err != nil || strings.Contains(text, ours.Sid) {
			return
		}
		added, changed, err := subscription.Apply(text, subscription.Edit{Permission: ours, Present: true})
		if err != nil || !changed || ours.In(added) != ours.JSON() {
			t.Fatalf("%q became %q, changed: %t, %v", text, added, changed, err)
		}
		after, _, err := subscription.Apply(added, subscription.Edit{Permission: ours})
		if err != nil || after != before {
			t.Errorf("%q, not %q: %v", after, before, err)
		}
	})
}

// Actions and condition keys have no case to AWS, which may tell them in another than they
// were written in.
func TestPermissionIn_case(t *testing.T) {
	t.Parallel()
	for old, other := range map[string]string{`"sqs:SendMessage"`: `"SQS:SendMessage"`, `"aws:SourceArn"`: `"AWS:SourceArn"`, `"ArnEquals"`: `"ArnLike"`} {
		told := strings.Replace(ours.JSON(), old, other, 1)
		if same := ours.In(told) == ours.JSON(); same != (other != `"ArnLike"`) {
			t.Errorf("%s for %s: the same: %t", other, old, same)
		}
	}
}
