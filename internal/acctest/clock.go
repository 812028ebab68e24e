package acctest

import (
	"context"
	"time"
)

// Clock goes faster than the machine's, so that a test of minutes takes seconds. It is for providers that await
// runs of tasks, which a [Stage] plays.
type Clock struct {
	began time.Time
	times int64
}

// NewClock goes so many times as fast as the machine's clock.
func NewClock(times int64) *Clock { return &Clock{time.Now(), times} }

// Now is the time.
func (c *Clock) Now() time.Time { return c.began.Add(time.Since(c.began) * time.Duration(c.times)) }

// Pause returns after some time of this clock, or with the context's error.
func (c *Clock) Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d / time.Duration(c.times))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
