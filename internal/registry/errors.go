package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// Problem is what is wrong with a reference, as far as it is known.
type Problem int

// The problems.
const (
	// NoImage: the registry or the repository has no such thing.
	NoImage Problem = iota + 1
	// NoPlatform: there is an image, for other platforms.
	NoPlatform
	// NotAnImage: there is something that ECS cannot run, such as a Helm chart.
	NotAnImage
	// Denied: the registry does not show the image with these credentials, or without any.
	// Some registries say so of what does not exist.
	Denied
	// Throttled: the registry has had enough requests for now.
	Throttled
	// Unreachable: no answer of a registry, or one that makes no sense.
	Unreachable
	// NoTLS: the registry, or where it leads to, has to be asked without TLS, which is only done
	// on this machine and where it is allowed.
	NoTLS
	// Unsafe: the registry leads to where no image is, or its answer is too long. Nothing was
	// sent there.
	Unsafe
)

// Error is an image that could not be resolved.
type Error struct {
	Problem Problem
	// Anonymous is set where the registry was asked without credentials.
	Anonymous bool
	// Message names image and registry, and what the registry said; no credentials, and no
	// characters that a terminal obeys.
	Message string

	cause error
}

func (e *Error) Error() string { return e.Message }

// Unwrap is the error of the connection, if there was one.
func (e *Error) Unwrap() error { return e.cause }

// errorf is where all that a registry, a token server or a credential helper says comes by.
func (r *reader) errorf(problem Problem, cause error, format string, args ...any) *Error {
	return &Error{
		Problem:   problem,
		Anonymous: r.access.anonymous(),
		Message:   shorten(sanitize.Text(sanitize.URLs(r.access.mask(fmt.Sprintf(format, args...))))),
		cause:     cause,
	}
}

// maxMessage is how much of a message is shown, in bytes: a registry may say 64 KiB.
const maxMessage = 4096

func shorten(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	return strings.ToValidUTF8(s[:maxMessage], "") + "…"
}

// minSecret is the length from which on a text is a secret worth hiding: "***" in the place
// of every "a" hides the message.
const minSecret = 4

// mask takes the credentials out of a text, which a registry may have said back.
func (a access) mask(s string) string {
	for _, secret := range a.secrets {
		if len(secret) >= minSecret {
			s = strings.ReplaceAll(s, secret, "***")
		}
	}
	return s
}

// explain says what an error of the registry or of the way to it means.
func (r *reader) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if known := (*Error)(nil); errors.As(err, &known) {
		return known
	}
	if refused := (*transport.Error)(nil); errors.As(err, &refused) {
		return r.refused(refused)
	}
	if stopped := (*refusal)(nil); errors.As(err, &stopped) {
		return r.errorf(stopped.problem, err, "image %s is not read from registry %s: %s", r.ref.written, r.ref.Host(), stopped)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		message := fmt.Sprintf("registry %s has not answered about image %s within %s", r.ref.Host(), r.ref.written, Timeout)
		if r.access.failed != nil {
			message += fmt.Sprintf("; Docker's credentials could not be read: %s", r.access.failed)
		}
		return r.errorf(Unreachable, err, "%s", message)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("reading image %s: %w", sanitize.Text(r.ref.written), context.Canceled)
	case errors.Is(err, http.ErrSchemeMismatch):
		return r.errorf(NoTLS, err, "image %s could not be read from registry %s: it answers without TLS, and is asked with TLS only", r.ref.written, r.ref.Host())
	case isOfTokenServer(err):
		return r.errorf(Unreachable, err, "image %s could not be read from registry %s: the place to log in that it names did not answer with a token", r.ref.written, r.ref.Host())
	}
	return r.errorf(Unreachable, err, "image %s could not be read from registry %s: %s", r.ref.written, r.ref.Host(), withoutURL(err))
}

// isOfTokenServer reports whether an error repeats the response of a token server that was no
// refusal. It may have tokens of another kind in it. go-containerregistry has no type for it;
// where other JSON is decoded, its errors end.
func isOfTokenServer(err error) bool {
	syntax, mistyped := (*json.SyntaxError)(nil), (*json.UnmarshalTypeError)(nil)
	return strings.Contains(err.Error(), "no token in bearer response") || errors.As(err, &syntax) || errors.As(err, &mistyped)
}

// withoutURL leaves out the request of an error, whose address may hold a signature.
func withoutURL(err error) error {
	if request := (*url.Error)(nil); errors.As(err, &request) {
		return request.Err
	}
	return err
}

func (r *reader) refused(err *transport.Error) *Error {
	said := saidBy(err)
	repository := r.ref.parsed.Context().RepositoryStr()
	switch {
	case err.StatusCode == http.StatusTooManyRequests:
		return r.errorf(Throttled, err, "registry %s refuses image %s for now: %s", r.ref.Host(), r.ref.written, said)
	case err.StatusCode == http.StatusUnauthorized, err.StatusCode == http.StatusForbidden:
		message := fmt.Sprintf("registry %s does not show image %s: %s", r.ref.Host(), r.ref.written, said)
		if r.access.failed != nil {
			message += fmt.Sprintf("; it was asked without credentials, because Docker's could not be read: %s", r.access.failed)
		}
		return r.errorf(Denied, err, "%s", message)
	case err.StatusCode != http.StatusNotFound:
		return r.errorf(Unreachable, err, "image %s could not be read from registry %s: %s", r.ref.written, r.ref.Host(), said)
	case err.Request != nil && strings.HasSuffix(err.Request.URL.Path, "/v2/"):
		return r.errorf(Unreachable, err, "the host %s, where image %s should be, does not answer like a registry: %s", r.ref.Host(), r.ref.written, said)
	case has(err, transport.NameUnknownErrorCode):
		return r.errorf(NoImage, err, "registry %s has no repository %s, and so not image %s", r.ref.Host(), repository, r.ref.written)
	}
	kind := "tag"
	if strings.Contains(r.ref.parsed.Identifier(), ":") {
		kind = "digest"
	}
	return r.errorf(NoImage, err, "repository %s of registry %s has no %s %s, and so not image %s",
		repository, r.ref.Host(), kind, r.ref.parsed.Identifier(), r.ref.written)
}

func has(err *transport.Error, code transport.ErrorCode) bool {
	for _, d := range err.Errors {
		if d.Code == code {
			return true
		}
	}
	return false
}

// maxSaid is how many errors of an answer are said.
const maxSaid = 5

// saidBy is what a registry says, without the details, which may be anything.
func saidBy(err *transport.Error) string {
	said := []string{fmt.Sprintf("HTTP %d", err.StatusCode)}
	for _, d := range err.Errors[:min(len(err.Errors), maxSaid)] {
		said = append(said, strings.TrimSuffix(strings.TrimSpace(string(d.Code)+": "+d.Message), ":"))
	}
	return strings.Join(said, ", ")
}
