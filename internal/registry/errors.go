package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Problem is what is wrong with a reference, as far as it can be told.
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
)

// Error is an image that could not be resolved.
type Error struct {
	Problem Problem
	// Anonymous is set where the registry was asked without credentials.
	Anonymous bool
	// Message names image and registry, and what the registry said; no credentials.
	Message string

	cause error
}

func (e *Error) Error() string { return e.Message }

// Unwrap is the error of the connection, if there was one.
func (e *Error) Unwrap() error { return e.cause }

func (r *reader) errorf(problem Problem, cause error, format string, args ...any) *Error {
	return &Error{
		Problem:   problem,
		Anonymous: r.access.anonymous(),
		Message:   r.access.mask(fmt.Sprintf(format, args...)),
		cause:     cause,
	}
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
	switch {
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		return r.errorf(Unreachable, err, "registry %s has not told of image %s within %s", r.ref.Host(), r.ref.written, Timeout)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("reading image %s: %w", r.ref.written, err)
	}
	return r.errorf(Unreachable, err, "image %s could not be read from registry %s: %s", r.ref.written, r.ref.Host(), withoutURL(err))
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

// saidBy is what a registry says, without the details, which may be anything.
func saidBy(err *transport.Error) string {
	said := []string{fmt.Sprintf("HTTP %d", err.StatusCode)}
	for _, d := range err.Errors {
		said = append(said, strings.TrimSuffix(strings.TrimSpace(string(d.Code)+": "+d.Message), ":"))
	}
	return strings.Join(said, ", ")
}
