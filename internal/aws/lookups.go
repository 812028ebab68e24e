package aws

import (
	"context"
	"sync"

	"github.com/dockertask/terraform-provider-docker/internal/panics"
)

// lookups are values that a run looks up once, by key: many resources may ask for one, at the same time. Those that ask while
// it is looked up wait for the same answer. A value is kept; an error is not, so a later resource asks again. The zero
// value is ready for use.
type lookups[T any] struct {
	mu    sync.Mutex
	byKey map[string]*lookup[T]
}

// lookup is one, in progress or done.
type lookup[T any] struct {
	done  chan struct{} // closed at its end
	value T
	err   error
	// given up: the context of the one that looked ended, which says nothing for others.
	givenUp bool
}

// get is the value of a key, which look finds. The error is that of look, or of a context that ends first.
func (o *lookups[T]) get(ctx context.Context, key string, look func() (T, error)) (T, error) {
	for {
		l, first := o.join(key)
		if first {
			o.finish(ctx, key, l, look)
			return l.value, l.err
		}
		select {
		case <-l.done:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
		if !l.givenUp {
			return l.value, l.err
		}
	}
}

// join is the lookup of a key; the second result is true for the first that asks, which has to finish it.
func (o *lookups[T]) join(key string) (*lookup[T], bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if l, asked := o.byKey[key]; asked {
		return l, false
	}
	if o.byKey == nil {
		o.byKey = map[string]*lookup[T]{}
	}
	l := &lookup[T]{done: make(chan struct{})}
	o.byKey[key] = l
	return l, true
}

func (o *lookups[T]) finish(ctx context.Context, key string, l *lookup[T], look func() (T, error)) {
	l.err = panics.Guard(ctx, func() (err error) { l.value, err = look(); return err })
	l.givenUp = l.err != nil && ctx.Err() != nil
	if l.err != nil {
		o.mu.Lock()
		delete(o.byKey, key)
		o.mu.Unlock()
	}
	close(l.done)
}
