package awsapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// What could not be written is not written along with another's statement later: by then nobody may
// want it, and nobody would remove it.
func TestEditPolicy_failed(t *testing.T) {
	isolate(t)
	const queue, rules = "arn:aws:sqs:eu-west-1:123456789012:done", "arn:aws:events:eu-west-1:123456789012:rule/"
	failing := true
	fake := &fakeAWS{answer: func(c call) *http.Response {
		switch {
		case c.operation == "GetQueueUrl":
			return jsonResponse(http.StatusOK, `{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/done"}`)
		case c.operation == "SetQueueAttributes" && failing:
			return jsonResponse(http.StatusForbidden, `{"__type":"AccessDeniedException","message":"not authorized"}`)
		}
		return jsonResponse(http.StatusOK, `{}`)
	}}
	c := mustNew(t, testConfig(fake))
	failed := subscription.NewPermission(subscription.Queue, queue, rules+"failed")
	if err := c.permit(t.Context(), failed); err == nil || !strings.Contains(err.Error(), "not authorized") {
		t.Fatalf("error %v", err)
	}
	failing = false
	other := subscription.NewPermission(subscription.Queue, queue, rules+"other")
	if err := c.permit(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	last := fake.calls[len(fake.calls)-1]
	if last.operation != "SetQueueAttributes" || !strings.Contains(last.body, other.Sid) || strings.Contains(last.body, failed.Sid) {
		t.Errorf("%s with %s, which has the statement of %s: %t", last.operation, last.body, failed.RuleARN, strings.Contains(last.body, failed.Sid))
	}
}
