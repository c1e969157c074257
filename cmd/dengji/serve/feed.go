package serve

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"dengji/cmd/dengji/store"
)

// Feed wakes those who wait for changes. One look at the database serves them
// all, however many they are: other processes write it, so somebody must look.
type Feed struct {
	mu   sync.Mutex
	seq  int64
	next chan struct{} // closed at the next change
}

// NewFeed returns a feed that knows of no change yet.
func NewFeed() *Feed { return &Feed{next: make(chan struct{})} }

// Watch looks for changes every so often until ctx ends. A look that fails is
// tried again; the first of those in a row is logged.
func (f *Feed) Watch(ctx context.Context, st *store.Store, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for failed := false; ; {
		seq, err := st.Cursor(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failed:
			log.Warn("looking for changes", "error", err)
		case err == nil:
			f.set(seq)
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (f *Feed) set(seq int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if seq > f.seq {
		f.seq = seq
		close(f.next)
		f.next = make(chan struct{})
	}
}

// Next is closed when there is a change after the last that the feed knows.
// Who waits asks for it before looking at the database, so that nothing is
// missed in between.
func (f *Feed) Next() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.next
}
