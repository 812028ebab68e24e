package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

// refusal is an error as AWS writes it: by its protocol.
type refusal func(status int, code, message string) *http.Response

// restError: the code is in a header, as REST services have it.
func restError(status int, code, message string) *http.Response {
	body, _ := json.Marshal(map[string]string{"message": message, "Message": message})
	r := awstest.Response(status, "application/json", string(body))
	r.Header.Set("X-Amzn-Errortype", code+":http://internal.amazon.com/coral/")
	return r
}

func ec2Error(status int, code, message string) *http.Response {
	return awstest.Response(status, "text/xml", fmt.Sprintf(`<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors></Response>`, code, message))
}

// services are all that the client calls, with a call of each.
var services = map[string]struct {
	refuse refusal
	accept func() *http.Response
	call   func(context.Context, *Client) error
}{
	"ecs": {awstest.JSONError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.ecs.ListServices(ctx, &ecs.ListServicesInput{})
		return err
	}},
	"iam": {awstest.XMLError, emptyXML, func(ctx context.Context, c *Client) error {
		_, err := c.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("r")})
		return err
	}},
	"logs": {awstest.JSONError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
		return err
	}},
	"ec2": {ec2Error, emptyXML, func(ctx context.Context, c *Client) error {
		_, err := c.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
		return err
	}},
	"ecr": {awstest.JSONError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.ecr.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
		return err
	}},
	"secretsmanager": {awstest.JSONError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
		return err
	}},
	"events": {awstest.JSONError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.events.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String("r")})
		return err
	}},
	"lambda": {restError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String("f")})
		return err
	}},
	"scheduler": {restError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.scheduler.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: aws.String("s")})
		return err
	}},
	"sns": {awstest.XMLError, emptyXML, func(ctx context.Context, c *Client) error {
		_, err := c.sns.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{AttributeName: aws.String("Policy"), TopicArn: aws.String("arn:aws:sns:eu-west-1:123456789012:t")})
		return err
	}},
	"sqs": {awstest.JSONError, emptyJSON, func(ctx context.Context, c *Client) error {
		_, err := c.sqs.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
		return err
	}},
}

func emptyJSON() *http.Response { return awstest.JSONResponse(http.StatusOK, `{}`) }

func emptyXML() *http.Response { return awstest.XMLResponse(`<Response></Response>`) }

// Whatever a service calls it, a call that came too soon comes through, and uses up nothing of
// max_retries: here there is one try.
func TestPacer_everyServiceAndCode(t *testing.T) {
	awstest.Isolate(t)
	for name, service := range services {
		t.Run(name, func(t *testing.T) {
			refused := []func() *http.Response{
				func() *http.Response { return service.refuse(http.StatusTooManyRequests, "SomethingElse", "no") },
				func() *http.Response {
					return service.refuse(http.StatusBadRequest, "ClientException", "Rate exceeded")
				},
			}
			for _, a := range throttling {
				if a.code != "" {
					for _, status := range []int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusServiceUnavailable} {
						refused = append(refused, func() *http.Response { return service.refuse(status, a.code, "slow down") })
					}
				}
			}
			for i, refuse := range refused {
				synctest.Test(t, func(t *testing.T) {
					const times = 3
					calls := 0
					client := mustNew(t, testConfig(&fakeAWS{answer: func(call) *http.Response {
						if calls++; calls <= times {
							return refuse()
						}
						return service.accept()
					}}))
					if err := service.call(t.Context(), client); err != nil || calls != times+1 {
						t.Errorf("refusal %d: %d calls, %v", i, calls, err)
					}
				})
			}
		})
	}
}
