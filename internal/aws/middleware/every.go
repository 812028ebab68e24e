package middleware

import (
	"github.com/aws/smithy-go/middleware"
)

// ForEveryCall is the middleware that each call of the provider passes, those that learn whose the credentials are
// included; hideURLs takes the passwords of endpoints and proxies out of a text.
func ForEveryCall(hideURLs func(string) string) []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{
		PlainBody, callLog{}.addTo, answerCheck{}.addTo, valueHiding{}.addTo, urlHiding{hideURLs}.addTo, unanswered{}.addTo, newUnreachable().addTo,
	}
}

// InPlace puts the place of a call into its errors: see [placed].
func InPlace(where string) func(*middleware.Stack) error { return placed{where}.addTo }

// LetFinish lets a call under way end when Terraform is interrupted, and lets no other begin: see [finisher].
func LetFinish(stack *middleware.Stack) error { return finisher{}.addTo(stack) }
