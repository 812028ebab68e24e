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

// propagation is how long IAM may take to tell all of AWS of a change. What is refused
// after that is refused for another reason.
const propagation = 2 * time.Minute

// shortly is how long a call waits for the parts of others that it names: see [Client.shortlyWhile].
const shortly = 10 * time.Second

// propagationDelay is how long after it was made AWS may say that a part is not there. A read is not
// believed so early: it would show what is there as missing.
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

// untilPropagated looks until nothing is missing, or until the unit is old enough for the rest to be
// gone. made is when it was made or changed last, by the clock of the one that did it; newest is when AWS made
// the newest of what it sees, by AWS's own clock. A time that is not known, or far from ours, says
// nothing: without any the first look counts.
func (c *Client) untilPropagated(ctx context.Context, made int64, look func() (missing bool, newest int64, err error)) error {
	return wait.Until(ctx, func(time.Duration) (bool, error) {
		missing, newest, err := look()
		return err == nil && missing && !c.session.consistent && (isRecent(made) || isRecent(newest)), err
	})
}

// isRecent reports whether AWS may not tell yet of what was made then.
func isRecent(made int64) bool { return time.Since(time.Unix(made, 0)).Abs() < propagationDelay }

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
