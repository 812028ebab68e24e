package wait

import (
	"context"
	"errors"
	"time"
)

// Delays between two attempts: the first one, doubled each time, and the longest.
const (
	firstDelay = 500 * time.Millisecond
	LongDelay  = 5 * time.Second
)

// Until makes attempts until one returns false for again. Next is the time until the next attempt. The error is
// that of the last attempt, or the context's if that ends the wait.
func Until(ctx context.Context, attempt func(next time.Duration) (again bool, err error)) error {
	for delay := firstDelay; ; delay = min(2*delay, LongDelay) {
		again, err := attempt(delay)
		if !again {
			return err
		}
		if waitErr := Pause(ctx, delay); waitErr != nil {
			return errors.Join(err, waitErr)
		}
	}
}

// Pause returns after some time, or with the context's error.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
