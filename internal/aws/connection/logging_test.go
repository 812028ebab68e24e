package connection

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/aws-sdk-go-base/v2/logging"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

func TestMaskingLogger(t *testing.T) {
	var log bytes.Buffer
	root := tflogtest.RootLogger(t.Context(), &log)
	l := newMaskingLogger(root, []string{awstest.Secret, "test"}, nil)
	ctx := l.context(root)

	if got, ok := logging.RetrieveLogger(ctx).(maskingLogger); !ok || got.Logger != l.Logger {
		t.Errorf("registered %v", got)
	}
	_, sub := l.SubLogger(root, "sub")
	subCtx, _ := l.SubLogger(root, "sub")
	for _, out := range []struct {
		ctx    context.Context
		logger logging.Logger
	}{{root, l}, {subCtx, sub}} {
		fields := map[string]any{
			"http.request.body":                            "body",
			"http.response.body":                           "body",
			"http.request.header.x_amz_sso_bearer_token":   "bearer",
			"http.request.header.x_aws_ec2_metadata_token": "bearer",
			"http.request.header.authorization":            "AWS4-HMAC-SHA256 Credential=" + awstest.Secret,
			"error":                                        errors.New("with " + awstest.Secret),
			"list":                                         []string{"a", awstest.Secret},
			"http.status_code":                             200,
		}
		out.logger.Warn(out.ctx, "warned of "+awstest.Secret, fields)
		out.logger.Info(out.ctx, "informed of "+awstest.Secret, fields)
		out.logger.Debug(out.ctx, "debugged "+awstest.Secret, fields)
		out.logger.Trace(out.logger.SetField(out.ctx, "set", awstest.Secret), "traced "+awstest.Secret, fields)
	}

	awstest.AssertSilent(t, log.String(),
		[]string{"warned of ***", "informed of ***", "debugged ***", "traced ***", `"http.status_code":200`, "with ***"},
		awstest.Secret, `"body"`, "bearer\"")
	if got, want := l.text(`Post "http://user:pa55@proxy:3128/x": EOF`), `Post "http://***@proxy:3128/x": EOF`; got != want {
		t.Errorf("logged as %s", got) // more in package sanitize
	}
	if strings.Contains(l.text("testing"), masked) {
		t.Error("a short secret is masked: it would blot out the log")
	}
}
