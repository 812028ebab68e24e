package awsapi

import (
	"context"
	"errors"
	"time"
)

// Delays between two attempts: the first one, doubled each time, and the longest.
const (
	firstDelay = 500 * time.Millisecond
	longDelay  = 5 * time.Second
)

// waitUntil makes attempts until one says that none is to follow. An attempt is told how long it would be to the
// next one. The error is that of the last attempt, and the context's where that ends the wait.
func waitUntil(ctx context.Context, attempt func(next time.Duration) (again bool, err error)) error {
	for delay := firstDelay; ; delay = min(2*delay, longDelay) {
		again, err := attempt(delay)
		if !again {
			return err
		}
		if waitErr := pause(ctx, delay); waitErr != nil {
			return errors.Join(err, waitErr)
		}
	}
}

// pause returns after some time, or with the context's error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
