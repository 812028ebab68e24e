package wait

import (
	"context"
	"time"
)

// Clock is the time by which a run is awaited: tests have one that goes faster.
type Clock interface {
	Now() time.Time
	// Pause returns after some time, or with the context's error.
	Pause(ctx context.Context, d time.Duration) error
}

// System is the machine's clock.
type System struct{}

// Now is the time.
func (System) Now() time.Time { return time.Now() }

// Pause is the function [Pause].
func (System) Pause(ctx context.Context, d time.Duration) error { return Pause(ctx, d) }
