package aws

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/panics"
)

// propagation is how long a change in IAM may take to propagate. A refusal after that has another reason.
const propagation = 2 * time.Minute

// shortly is how long a call waits for the parts of others that it names: see [Client.shortlyWhile].
const shortly = 10 * time.Second

// propagationDelay is how long after its creation a read may not find a part. Until then, a part that is not found does not
// count as missing.
const propagationDelay = 30 * time.Second

// retryWhile calls f until it succeeds, fails with an error that is not retried, or the time
// for propagation is up; then the last error is returned. The time begins with the first
// refusal: a call may have waited long for its turn (see package pace).
func retryWhile(ctx context.Context, retried func(error) bool, f func() error) error {
	return retryFor(ctx, propagation, retried, f)
}

// shortlyWhile retries a refusal because an object of others does not exist: a function, a role, a policy, a key, a
// group. The same run may have created it, and AWS is eventually consistent. A misspelt name gets the same
// refusal, and should not take minutes to fail.
func (c *Client) shortlyWhile(ctx context.Context, retried func(error) bool, f func() error) error {
	if c.session.consistent {
		return f()
	}
	return retryFor(ctx, shortly, retried, f)
}

func retryFor(ctx context.Context, budget time.Duration, retried func(error) bool, f func() error) error {
	var end time.Time
	return wait.Until(ctx, func(next time.Duration) (bool, error) {
		err := f()
		if err == nil || !retried(err) {
			return false, err
		}
		if end.IsZero() {
			end = time.Now().Add(budget)
		}
		return !time.Now().Add(next).After(end), err
	})
}

// deleteWhenEmpty deletes an object that can only be deleted when it is empty. If AWS refuses, the object is emptied and
// deleted at once; and again with pauses, because AWS may see the removal of its contents late, or may have listed them
// incompletely.
func deleteWhenEmpty(ctx context.Context, empty, remove func() error) error {
	if err := remove(); !isInUse(err) {
		return err
	}
	return retryWhile(ctx, isInUse, func() error {
		if err := empty(); err != nil {
			return err
		}
		return remove()
	})
}

// untilPropagated reads until nothing is missing, or until the unit is so old that what is missing does not exist.
// changedAt is when the unit was created or last changed, by the clock of the machine that did it; newest is when the
// newest part that was found was created, by AWS's clock; both in seconds since 1970. A time that is not known (0), or far
// from this machine's, does not count: without any, the first read does.
func (c *Client) untilPropagated(ctx context.Context, changedAt int64, look func() (missing bool, newest int64, err error)) error {
	return wait.Until(ctx, func(time.Duration) (bool, error) {
		missing, newest, err := look()
		return err == nil && missing && !c.session.consistent && (isRecent(changedAt) || isRecent(newest)), err
	})
}

// isRecent reports whether a read may not find yet what was created at a time, in seconds since 1970.
func isRecent(at int64) bool { return time.Since(time.Unix(at, 0)).Abs() < propagationDelay }

// seconds is a time as the domain has it, which knows no clock: since 1970, 0 for none.
func seconds(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.Unix()
}

// concurrently calls all functions at once and waits for every one: a call under way is never
// cancelled because another failed, because it would not be known whether it took effect. The error
// joins all errors, in the order of the functions; a function that panics fails like any other.
func concurrently(ctx context.Context, calls ...func() error) error {
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		wg.Go(func() { errs[i] = panics.Guard(ctx, call) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func wrapError(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
