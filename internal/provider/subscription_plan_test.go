package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// unknownOfSubscription checks that exactly these computed attributes are unknown in the plan.
type unknownOfSubscription []string

func (want unknownOfSubscription) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	computed := []string{"name", "region", "rule_arn", "target_arn", "event_pattern", "permission_json", "dead_letter_permission_json", "tags_all", "drift"}
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != theSubscription {
			continue
		}
		later, _ := change.Change.AfterUnknown.(map[string]any)
		have := []string{}
		for _, name := range computed {
			if isTrue(later[name]) {
				have = append(have, name)
			}
		}
		slices.Sort(have)
		if sorted := slices.Sorted(slices.Values(want)); !slices.Equal(have, sorted) {
			resp.Error = fmt.Errorf("unknown at plan are %v, not %v", have, sorted)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", theSubscription)
}

// What is not known at plan makes unknown just what follows from it; the apply then gets the
// same as with known values, and the next plan is empty.
func TestAccSubscription_unknown(t *testing.T) {
	t.Parallel()
	for name, c := range everyInShort(7, map[string]struct {
		expression string   // of the hidden value
		lines      string   // that use local.hidden
		unknown    []string // of the computed attributes
	}{
		"queue":             {`"NAME-done"`, `queue = local.hidden`, []string{"permission_json", "target_arn"}},
		"name":              {`"NAME"`, `name = local.hidden`, []string{"name", "permission_json", "rule_arn"}},
		"task":              {`{ name = "NAME" }`, `task = local.hidden`, []string{"event_pattern", "permission_json", "region", "rule_arn", "target_arn"}},
		"task name":         {`"NAME"`, `task = { name = local.hidden }`, []string{"event_pattern"}},
		"family ARN":        {`"FAMILY"`, `task = { name = "NAME", family_arn = local.hidden, cluster = "default" }`, []string{"event_pattern"}},
		"cluster":           {`"default"`, `task = { name = "NAME", cluster = local.hidden }`, []string{"event_pattern"}},
		"region":            {`"REGION"`, `task = { name = "NAME", region = local.hidden }`, []string{"event_pattern", "permission_json", "region", "rule_arn", "target_arn"}},
		"statuses":          {`["STOPPED"]`, `statuses = local.hidden`, []string{"event_pattern"}},
		"only failures":     {`false`, `only_failures = local.hidden`, []string{"event_pattern"}},
		"schedule":          {`"nightly"`, `schedule = local.hidden`, []string{"event_pattern"}},
		"exit codes":        {`[1]`, `exit_codes = local.hidden`, []string{"event_pattern"}},
		"any cluster":       {`true`, `any_cluster = local.hidden`, []string{"event_pattern"}},
		"container, unused": {`"main"`, `task = { name = "NAME", container_name = local.hidden }`, nil},
		"container":         {`"main"`, "only_failures = true\n  task = { name = \"NAME\", container_name = local.hidden }", []string{"event_pattern"}},
		"dead-letter queue": {`"NAME-lost"`, `dead_letter_queue = { queue = local.hidden }`, []string{"dead_letter_permission_json"}},
		"dead letters":      {`{ queue = "NAME-lost" }`, `dead_letter_queue = local.hidden`, []string{"dead_letter_permission_json"}},
		"template":          {`"<task>"`, `input_transformer = { paths = { task = "$.detail" }, template = local.hidden }`, nil},
		"retry":             {`{ maximum_attempts = 1 }`, `retry = local.hidden`, nil},
		"tags":              {`"video"`, `tags = { team = local.hidden }`, []string{"tags_all"}},
		"function, or not":  {`null`, `function = local.hidden`, nil},
	}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSubscriptionFixture(t)
			done, lost := h.queue("-done"), h.queue("-lost")
			names := strings.NewReplacer("NAME", h.task, "FAMILY", h.arn("ecs", "task-definition/"+h.task), "REGION", acctest.Region())
			lines := []string{names.Replace(c.lines)}
			if !strings.Contains(c.lines, "  task = ") {
				lines = strings.Split(lines[0], "\n")
			} else {
				first, second, _ := strings.Cut(lines[0], "\n")
				lines = []string{first, strings.TrimSpace(second)}
			}
			if !strings.HasPrefix(c.lines, "queue") {
				lines = append(lines, fmt.Sprintf("queue = %q", done))
			}
			if !strings.HasPrefix(c.lines, "name") {
				lines = append(lines, fmt.Sprintf("name = %q", h.task))
			}
			config := hidden("hidden", names.Replace(c.expression)) + h.config(lines...)
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(h.queueLets(done), h.queueLets(lost)),
				Steps: []resource.TestStep{
					{
						Config: config, ConfigPlanChecks: planned(unknownOfSubscription(c.unknown)),
						Check: resource.ComposeAggregateTestCheckFunc(h.queueLets(done, h.task), func(*terraform.State) error {
							r, _ := h.look(h.task)
							return orHave(strings.Contains(*r.EventPattern, h.arn("ecs", "task-definition/"+h.task)+":"), *r.EventPattern)
						}),
					},
					{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
				},
			})
		})
	}
}

// What is wrong is said before anything is applied, and where.
func TestAccSubscription_invalid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		says  []string
	}{
		"no target":          {nil, []string{"No target", "one of function, queue and topic"}},
		"two targets":        {[]string{`queue = "jobs"`, `topic = "news"`}, []string{"More than one target"}},
		"queue URL":          {[]string{`queue = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"`}, []string{"Invalid queue", "it is the URL of a queue"}},
		"function ARN":       {[]string{`queue = "arn:aws:lambda:us-east-1:111122223333:function:x"`}, []string{"Invalid queue", "this one is of lambda"}},
		"FIFO topic":         {[]string{`topic = "news.fifo"`}, []string{"Invalid topic", "FIFO topics"}},
		"another region":     {[]string{`queue = "arn:aws:sqs:eu-west-3:ACCOUNT:jobs"`}, []string{"Invalid queue", "eu-west-3", "its own region"}},
		"another account":    {[]string{`queue = "arn:aws:sqs:REGION:444455556666:jobs"`}, []string{"Invalid queue", "account 444455556666", "pass it on"}},
		"dead in another":    {[]string{`queue = "jobs"`, `dead_letter_queue = { queue = "arn:aws:sqs:REGION:444455556666:lost" }`}, []string{"Invalid dead_letter_queue.queue", "attach_permission = false"}},
		"dead FIFO":          {[]string{`queue = "jobs"`, `dead_letter_queue = { queue = "lost.fifo" }`}, []string{"Invalid dead_letter_queue.queue", "standard queue"}},
		"dead alive":         {[]string{`queue = "jobs"`, `dead_letter_queue = { queue = "jobs" }`}, []string{"Invalid dead_letter_queue.queue", "has to be another one"}},
		"name":               {[]string{`queue = "jobs"`, `name = "a/b"`}, []string{"Invalid name", "1 to 64"}},
		"status":             {[]string{`queue = "jobs"`, `statuses = ["DONE"]`}, []string{"Invalid statuses", "Allowed are PROVISIONING"}},
		"no status":          {[]string{`queue = "jobs"`, `statuses = []`}, []string{"at least 1"}},
		"schedule name":      {[]string{`queue = "jobs"`, `schedule = "every night"`}, []string{"Invalid schedule", "letters, digits"}},
		"failures and codes": {[]string{`queue = "jobs"`, `only_failures = true`, `exit_codes = [1]`}, []string{"Invalid exit_codes", "one of the two"}},
		"failures running":   {[]string{`queue = "jobs"`, `only_failures = true`, `statuses = ["RUNNING"]`}, []string{"Invalid statuses", "only_failures", "RUNNING"}},
		"exit code":          {[]string{`queue = "jobs"`, `exit_codes = [4294967296]`}, []string{"Invalid exit_codes", "Allowed are"}},
		"too many codes":     {[]string{`queue = "jobs"`, `exit_codes = range(1000)`}, []string{"Invalid exit_codes", "4096 characters", "1000 exit codes"}},
		"codes running":      {[]string{`queue = "jobs"`, `exit_codes = [1]`, `statuses = ["STOPPED", "STOPPING"]`}, []string{"Invalid statuses", "exit_codes", "STOPPING"}},
		"both inputs":        {[]string{`queue = "jobs"`, `input_path = "$.detail"`, `input_transformer = { template = "x" }`}, []string{"Invalid input_transformer", "one of the two"}},
		"path":               {[]string{`queue = "jobs"`, `input_path = "detail"`}, []string{"Invalid input_path", "begins with $"}},
		"placeholder":        {[]string{`queue = "jobs"`, `input_transformer = { paths = { a = "$.a" }, template = "<b>" }`}, []string{"Invalid input_transformer.template", "<b>", "no path"}},
		"attempts":           {[]string{`queue = "jobs"`, `retry = { maximum_attempts = 186 }`}, []string{"Invalid retry.maximum_attempts", "0 to 185"}},
		"age":                {[]string{`queue = "jobs"`, `retry = { maximum_age_seconds = 59 }`}, []string{"Invalid retry.maximum_age_seconds", "60 to 86400"}},
		"group":              {[]string{`queue = "jobs"`, `message_group_id = "all"`}, []string{"Invalid message_group_id", "FIFO queue"}},
		"tag":                {[]string{`queue = "jobs"`, `tags = { "docker-task:unit" = "x" }`}, []string{"Invalid tags", "docker-task:"}},
		"description":        {[]string{`queue = "jobs"`, fmt.Sprintf("description = %q", strings.Repeat("x", 513))}, []string{"Invalid description", "512"}},
		"task without name":  {[]string{`queue = "jobs"`, `task = { cluster = "x" }`}, []string{`"name" is required`}},
		"two tasks":          {[]string{`queue = "jobs"`, `task = { name = "a", family_arn = "arn:aws:ecs:REGION:ACCOUNT:task-definition/b", cluster = "x" }`}, []string{"Invalid task.family_arn", "two tasks"}},
		"task elsewhere":     {[]string{`queue = "jobs"`, `task = { name = "a", family_arn = "arn:aws:ecs:eu-west-3:ACCOUNT:task-definition/a", cluster = "x" }`}, []string{"Invalid task.family_arn", "set task.region to eu-west-3"}},
		"task of others":     {[]string{`queue = "jobs"`, `task = { name = "a", family_arn = "arn:aws:ecs:REGION:444455556666:task-definition/a", cluster = "x" }`}, []string{"Invalid task.family_arn", "account 444455556666"}},
		"no cluster":         {[]string{`queue = "jobs"`, `task = { name = "a", family_arn = "arn:aws:ecs:REGION:ACCOUNT:task-definition/a" }`}, []string{"Invalid task", "has no cluster", "any_cluster = true"}},
		"region":             {[]string{`queue = "jobs"`, `task = { name = "a", region = "mars-1" }`}, []string{"Invalid task.region"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSubscriptionFixture(t)
			names := strings.NewReplacer("ACCOUNT", h.place.Account, "REGION", h.place.Region)
			var lines []string
			for _, l := range c.lines {
				lines = append(lines, names.Replace(l))
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(),
				Steps:                    []resource.TestStep{{Config: h.config(lines...), PlanOnly: true, ExpectError: saying(c.says...)}},
			})
		})
	}
}

// A queue that does not exist is said by name, and a rule of something else is not imported.
func TestAccSubscription_missing(t *testing.T) {
	t.Parallel()
	for kind, name := range map[string]string{"queue": "queue ", "topic": "topic ", "function": "function "} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSubscriptionFixture(t)
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(),
				Steps: []resource.TestStep{{
					Config: h.config(fmt.Sprintf("%s = %q", kind, h.task+"-none")), ExpectError: saying("could not be created", name+h.task+"-none"),
				}},
			})
		})
	}
}
