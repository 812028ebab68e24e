package awsapi

import (
	"context"
	"errors"
	"sync"
	"time"
)

// propagation is how long IAM may take to tell all of AWS of a change. What is refused
// after that is refused for another reason.
const propagation = 2 * time.Minute

const (
	firstDelay = 500 * time.Millisecond
	longDelay  = 5 * time.Second
)

// retryWhile calls f until it succeeds, fails with an error that is not retried, or the time
// for propagation is up; then the last error is returned. The time begins with the first
// refusal: a call may have waited long for its turn (see [pacer]).
func retryWhile(ctx context.Context, retried func(error) bool, f func() error) error {
	var end time.Time
	for delay := firstDelay; ; delay = min(2*delay, longDelay) {
		err := f()
		if err == nil || !retried(err) {
			return err
		}
		if end.IsZero() {
			end = time.Now().Add(propagation)
		}
		if time.Now().Add(delay).After(end) {
			return err
		}
		timer := time.NewTimer(delay)
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		case <-timer.C:
		}
	}
}

// together calls all functions at once and waits for every one: a call under way is never
// given up because another failed, as nobody would know whether it took effect. The error
// joins all errors, in the order of the functions.
func together(calls ...func() error) error {
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		wg.Go(func() { errs[i] = call() })
	}
	wg.Wait()
	return errors.Join(errs...)
}
