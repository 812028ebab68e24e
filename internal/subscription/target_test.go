package subscription_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

var here = arn.Place{Partition: "aws", Region: "us-west-2", Account: "111122223333"}

func TestKindCheck(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 257)
	for _, c := range []struct {
		kind  subscription.Kind
		text  string
		wrong string // part of the message; "" for none
	}{
		{subscription.Function, "notify", ""},
		{subscription.Function, "notify:live", ""},
		{subscription.Function, "notify:LATEST", ""},
		{subscription.Function, "notify:$LATEST", "leave the qualifier out"},
		{subscription.Function, here.Regional("lambda", "function:notify:$LATEST"), "leave the qualifier out"},
		{subscription.Function, here.Regional("lambda", "function:notify"), ""},
		{subscription.Function, here.Regional("lambda", "function:notify:7"), ""},
		{subscription.Function, "notify*", "by its name"},
		{subscription.Function, "", "by its name"},
		{subscription.Function, long, "of 257 characters"},
		{subscription.Function, here.Regional("lambda", "layer:notify"), "something else of lambda"},
		{subscription.Function, here.Regional("sqs", "notify"), "this one is of sqs"},
		{subscription.Function, "arn:aws:lambda", "is not an ARN"},
		{subscription.Function, "arn:aws:lambda:::function:notify", "has a region"},
		{subscription.Queue, "jobs", ""},
		{subscription.Queue, "jobs.fifo", ""},
		{subscription.Queue, here.Regional("sqs", "jobs"), ""},
		{subscription.Queue, "https://sqs.us-west-2.amazonaws.com/111122223333/jobs", "it is the URL of a queue"},
		{subscription.Queue, "jobs.first", "by its name"},
		{subscription.Queue, here.Regional("sqs", "*"), "by its name"},
		{subscription.Topic, "news", ""},
		{subscription.Topic, here.Regional("sns", "news"), ""},
		{subscription.Topic, "news.fifo", "FIFO topics"},
		{subscription.Topic, here.Regional("sns", "news:0d5a"), "by its name"},
	} {
		have := c.kind.Check(c.text)
		if (have == nil) != (c.wrong == "") || !strings.Contains(fmt.Sprint(have), c.wrong) {
			t.Errorf("%s %q: %q, not %q", c.kind, c.text, have, c.wrong)
		}
	}
	if err := subscription.CheckDeadLetterQueue("lost.fifo"); !strings.Contains(fmt.Sprint(err), "standard queue") {
		t.Error(err)
	}
	if err := subscription.CheckDeadLetterQueue("lost"); err != nil {
		t.Error(err)
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]subscription.Kind{
		here.Regional("lambda", "function:notify:live"): subscription.Function,
		here.Regional("sqs", "jobs.fifo"):               subscription.Queue,
		here.Regional("sns", "news"):                    subscription.Topic,
		here.Regional("states", "stateMachine:x"):       "",
		"jobs": "",
	} {
		if have, ok := subscription.KindOf(target); have != want || ok != (want != "") {
			t.Errorf("%s: %q", target, have)
		}
	}
}

func TestDefaultName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("transcode-", 25)
	for _, c := range []struct {
		task   string
		kind   subscription.Kind
		target string
		want   string
	}{
		{"transcode", subscription.Function, "notify", "transcode-notify-function"},
		{"transcode", subscription.Function, here.Regional("lambda", "function:notify:live"), "transcode-notify-function"},
		{"transcode", subscription.Queue, "jobs.fifo", "transcode-jobs.fifo-queue"},
		{"transcode", subscription.Topic, here.Regional("sns", "news"), "transcode-news-topic"},
	} {
		if have := subscription.DefaultName(c.task, c.kind, c.target); have != c.want {
			t.Errorf("%s, not %s", have, c.want)
		}
	}
	one, other := subscription.DefaultName(long, subscription.Queue, "jobs"), subscription.DefaultName(long, subscription.Queue, "news")
	if one == other || subscription.CheckName(one) != nil || !strings.HasSuffix(one, "-queue") {
		t.Errorf("%s, %s", one, other)
	}
}

func TestCheckTemplate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		template string
		wrong    string
	}{
		{`{"task": <task>, "code": <code>}`, ""},
		{`"Task <task><code> of <aws.events.rule-name>"`, ""},
		{`<aws.events.event.json>`, ""},
		{`"5 < 6 and 7 > 6"`, ""},
		{`"\<b>bold\</b>"`, ""},
		{`"<task><b>"`, "<b>, which is no path; there are code, task, aws.events"},
		{`<aws.events.secret>`, "no path"},
		{``, "1 to 8192"},
		{strings.Repeat("x", 8193), "8193"},
	} {
		have := subscription.CheckTemplate(c.template, []string{"task", "code"})
		if (have == nil) != (c.wrong == "") || !strings.Contains(fmt.Sprint(have), c.wrong) {
			t.Errorf("%.40q: %q, not %q", c.template, have, c.wrong)
		}
	}
}

func TestCheckPath(t *testing.T) {
	t.Parallel()
	for path, ok := range map[string]bool{
		"$": true, "$.detail": true, "$.detail.containers[0].exitCode": true, "$['detail-type']": true,
		"detail": false, "": false, "$detail": false, "$." + strings.Repeat("x", 255): false,
	} {
		if err := subscription.CheckPath(path); (err == nil) != ok {
			t.Errorf("%q: %q", path, err)
		}
	}
	for name, ok := range map[string]bool{"task": true, "exit_code": true, "1": true, "": false, "a b": false, "aws-x": false, "AWSTask": false} {
		if err := subscription.CheckPathName(name); (err == nil) != ok {
			t.Errorf("%q: %q", name, err)
		}
	}
}

func TestTargetEqual(t *testing.T) {
	t.Parallel()
	whole := func() subscription.Target {
		return subscription.Target{
			Kind: subscription.Queue, ARN: "a", Retry: subscription.DefaultRetry, DeadLetterARN: "d", MessageGroup: "g",
			Input: subscription.Input{Paths: map[string]string{"a": "$.a"}, Template: "<a>"},
		}
	}
	if !whole().Equal(whole()) {
		t.Error("a target is not itself")
	}
	for name, change := range map[string]func(*subscription.Target){
		"kind":        func(t *subscription.Target) { t.Kind = subscription.Topic },
		"arn":         func(t *subscription.Target) { t.ARN = "b" },
		"retry":       func(t *subscription.Target) { t.Retry.MaximumAttempts = 0 },
		"dead letter": func(t *subscription.Target) { t.DeadLetterARN = "" },
		"group":       func(t *subscription.Target) { t.MessageGroup = "" },
		"path":        func(t *subscription.Target) { t.Input.Path = "$" },
		"template":    func(t *subscription.Target) { t.Input.Template = "x" },
		"paths":       func(t *subscription.Target) { t.Input.Paths = map[string]string{"b": "$.a"} },
		"path value":  func(t *subscription.Target) { t.Input.Paths["a"] = "$.b" },
	} {
		other := whole()
		change(&other)
		if whole().Equal(other) {
			t.Errorf("%s does not count", name)
		}
	}
}

// Text without quotes is what people write and EventBridge refuses.
func TestIsTemplateJSON(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]bool{
		`{"task": <task>, "code": [<code>]}`:         true,
		`"Task <task> ended with <code>."`:           true,
		"\"Task <task> ended.\"\n\"Look at <log>.\"": true,
		`<task>`:                         true,
		`"<task><code>"`:                 true,
		`"a \<b>, and <task>"`:           true,
		`<aws.events.event.json>`:        true,
		`{"a": "b"}`:                     true,
		`Task <task> ended with <code>.`: false,
		`{<task>: 1}`:                    false,
		`{"task": <task>`:                false,
		`"<task>`:                        false,
		`{task: <task>}`:                 false,
	} {
		if have := subscription.IsTemplateJSON(template); have != want {
			t.Errorf("%s: %t", template, have)
		}
	}
}
