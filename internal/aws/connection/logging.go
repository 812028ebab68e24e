package connection

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/aws-sdk-go-base/v2/logging"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// masked stands in the log for what must not be there; tflog writes the same.
const masked = sanitize.Masked

// minSecret is the length from which on a configured secret is masked wherever it occurs.
// AWS's secret keys have 40 characters and its tokens more; the "test" that an emulator is
// given would blot out half the log.
const minSecret = 16

// bodyFields are the log fields of aws-sdk-go-base that hold whole bodies: the users'
// environment variables and policies in ours, fresh credentials in those of STS and SSO.
// Nothing logs them while SuppressDebugLog is set, and nothing shall if it ever is not.
var bodyFields = []string{"http.request.body", "http.response.body"}

// maskingLogger is the logger for aws-sdk-go-base and the SDK. It leaves out bodies, tokens
// and the configured secrets itself, because masks set on Terraform's root logger do not
// reach the subsystem that aws-sdk-go-base logs to while it resolves credentials.
type maskingLogger struct {
	logging.Logger
	secrets   []string
	userinfos []string
}

// newMaskingLogger returns a logger that never writes any of the secrets, nor what stands
// before the host in the URLs.
func newMaskingLogger(ctx context.Context, secrets, urls []string) maskingLogger {
	_, root := logging.NewTfLogger(ctx)
	l := maskingLogger{Logger: root}
	for _, u := range urls {
		if userinfo := sanitize.Userinfo(u); userinfo != "" {
			l.userinfos = append(l.userinfos, userinfo)
			if quoted := strconv.Quote(userinfo); quoted[1:len(quoted)-1] != userinfo {
				l.userinfos = append(l.userinfos, quoted[1:len(quoted)-1])
			}
		}
	}
	for _, s := range secrets {
		if len(s) >= minSecret {
			l.secrets = append(l.secrets, s)
		}
	}
	return l
}

// context registers the logger for the calls made with ctx. It sets no masks of tflog's: with
// them, tflog v0.11 writes into the fields that all calls of a context share, and calls are
// made at once here.
func (l maskingLogger) context(ctx context.Context) context.Context {
	return logging.RegisterLogger(ctx, l)
}

// Warn logs a warning, masked.
func (l maskingLogger) Warn(ctx context.Context, msg string, fields ...map[string]any) {
	l.Logger.Warn(ctx, l.text(msg), l.fields(fields)...)
}

// Info logs an information, masked.
func (l maskingLogger) Info(ctx context.Context, msg string, fields ...map[string]any) {
	l.Logger.Info(ctx, l.text(msg), l.fields(fields)...)
}

// Debug logs a detail, masked.
func (l maskingLogger) Debug(ctx context.Context, msg string, fields ...map[string]any) {
	l.Logger.Debug(ctx, l.text(msg), l.fields(fields)...)
}

// Trace logs a fine detail, masked.
func (l maskingLogger) Trace(ctx context.Context, msg string, fields ...map[string]any) {
	l.Logger.Trace(ctx, l.text(msg), l.fields(fields)...)
}

// SetField adds a masked field to all that is logged with the context returned.
func (l maskingLogger) SetField(ctx context.Context, key string, value any) context.Context {
	return l.Logger.SetField(ctx, key, l.value(key, value))
}

// SubLogger returns a logger of a subsystem that masks the same.
func (l maskingLogger) SubLogger(ctx context.Context, name string) (context.Context, logging.Logger) {
	ctx, sub := l.Logger.SubLogger(ctx, name)
	return ctx, maskingLogger{Logger: sub, secrets: l.secrets, userinfos: l.userinfos}
}

func (l maskingLogger) fields(sets []map[string]any) []map[string]any {
	result := make([]map[string]any, len(sets))
	for i, set := range sets {
		result[i] = make(map[string]any, len(set))
		for key, value := range set {
			result[i][key] = l.value(key, value)
		}
	}
	return result
}

func (l maskingLogger) value(key string, value any) any {
	if isSecretField(key) {
		return masked
	}
	switch v := value.(type) {
	case string:
		return l.text(v)
	case []string:
		texts := make([]string, len(v))
		for i, s := range v {
			texts[i] = l.text(s)
		}
		return texts
	case error:
		return l.text(v.Error())
	case fmt.Stringer:
		return l.text(v.String())
	default:
		return value
	}
}

// isSecretField says whether a log field holds a body, or a header that lets its reader in:
// the session tokens of AWS, of SSO and of the EC2 metadata service.
func isSecretField(key string) bool {
	return slices.Contains(bodyFields, key) || strings.HasPrefix(key, "http.") && strings.Contains(key, "token")
}

// text returns s without the secrets.
func (l maskingLogger) text(s string) string {
	s = logging.UniqueIDRegex.ReplaceAllString(s, masked)
	s = l.urls(s)
	for _, secret := range l.secrets {
		s = strings.ReplaceAll(s, secret, masked)
	}
	return s
}

// urls returns s without the user names and passwords in URLs: those that are known from the
// configuration, and others as far as they can be recognised.
func (l maskingLogger) urls(s string) string {
	for _, userinfo := range l.userinfos {
		s = strings.ReplaceAll(s, "//"+userinfo+"@", "//"+masked+"@")
	}
	return sanitize.URLs(s)
}
