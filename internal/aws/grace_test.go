package aws

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
)

// A call under way comes to its end when its operation is interrupted, if that takes no
// longer than the grace. When the time of an operation is up, so is the call's.
func TestFinisher_callUnderWay(t *testing.T) {
	awstest.Isolate(t)
	const stopped = time.Second
	for name, tt := range map[string]struct {
		takes, ends time.Duration // the call, and how long its caller waits
		deadline    bool
		givenUp     error
	}{
		"not stopped":        {takes: stopped / 2, ends: stopped / 2},
		"ends in the grace":  {takes: stopped + middleware.Grace/2, ends: stopped + middleware.Grace/2},
		"takes too long":     {takes: time.Hour, ends: stopped + middleware.Grace, givenUp: context.Canceled},
		"its time is up":     {takes: time.Hour, ends: stopped, deadline: true, givenUp: context.DeadlineExceeded},
		"before its time is": {takes: stopped / 2, ends: stopped / 2, deadline: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var givenUp error
				client := mustNew(t, testConfig(&fakeAWS{answer: func(c call) *http.Response {
					// As AWS does, whether or not the caller still waits.
					select {
					case <-time.After(tt.takes):
					case <-c.request.Context().Done():
						givenUp = c.request.Context().Err()
					}
					return awstest.Response(http.StatusOK, "text/xml", `<CreateRoleResponse><CreateRoleResult><Role><RoleName>r</RoleName></Role></CreateRoleResult></CreateRoleResponse>`)
				}}))
				ctx, cancel := context.WithCancel(t.Context())
				if tt.deadline {
					ctx, cancel = context.WithTimeout(t.Context(), stopped)
				} else {
					time.AfterFunc(stopped, cancel)
				}
				defer cancel()
				begun, role := time.Now(), "r"
				_, err := client.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: &role})
				if took := time.Since(begun); took != tt.ends || !errors.Is(givenUp, tt.givenUp) {
					t.Errorf("took %s, given up for %v", took, givenUp)
				}
				// This AWS answers in the end in any case.
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Nothing begins after an interrupt: no call, and no further attempt after a pause, which ends at once.
func TestFinisher_nothingBegins(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeAWS{answer: func(call) *http.Response {
			return awstest.Response(http.StatusInternalServerError, "text/xml", `<ErrorResponse><Error><Code>ServiceFailure</Code></Error></ErrorResponse>`)
		}}
		config := testConfig(fake)
		config.MaxRetries = new(25)
		client := mustNew(t, config)
		ctx, cancel := context.WithCancel(t.Context())
		var stopped time.Time
		time.AfterFunc(time.Minute, func() { stopped = time.Now(); cancel() })
		if _, err := client.getRole(ctx, "r"); !errors.Is(err, context.Canceled) || !time.Now().Equal(stopped) {
			t.Errorf("%s after the stop: %v", time.Since(stopped), err)
		}
		tried := fake.count("GetRole")
		if _, err := client.getRole(ctx, "r"); !errors.Is(err, context.Canceled) || fake.count("GetRole") != tried {
			t.Errorf("%d more calls: %v", fake.count("GetRole")-tried, err)
		}
		if tried < 3 {
			t.Errorf("tried %d times in a minute", tried)
		}
	})
}
