package aws

import (
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

// The body of no request can write itself, whatever the protocol: net/http would close the connection
// of an answer that comes fast. It is sent all the same, whole, and once more where that has to be.
func TestPlainBody(t *testing.T) {
	awstest.Isolate(t)
	once := map[string]bool{}
	fake := &fakeAWS{answer: func(c call) *http.Response {
		if !once[c.operation] {
			once[c.operation] = true
			return awstest.JSONError(http.StatusInternalServerError, "InternalFailure", "once more")
		}
		return awstest.JSONError(http.StatusBadRequest, "NoAnswer", c.operation)
	}}
	cfg := testConfig(fake)
	cfg.MaxRetries = aws.Int(2)
	c := mustNew(t, cfg)
	name := aws.String("transcode")
	_, _ = c.ecs.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: name})
	_, _ = c.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: name})
	_, _ = c.scheduler.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{Name: name, ClientToken: name})
	bodies := map[string]int{}
	for _, call := range fake.calls {
		bodies[call.body]++
		if _, writes := call.request.Body.(io.WriterTo); writes {
			t.Errorf("%s %s: the body writes itself", call.host, call.operation)
		}
	}
	for _, want := range []string{
		`{"taskDefinition":"transcode"}`, "Action=GetRole&RoleName=transcode&Version=2010-05-08", `{"ClientToken":"transcode"}`,
	} {
		if bodies[want] != 2 {
			t.Errorf("%s was sent %d times: %v", want, bodies[want], bodies)
		}
	}
}
