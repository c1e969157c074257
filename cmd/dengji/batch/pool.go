package batch

import (
	"context"
	"errors"
	"sync"
	"time"
)

// startPatience is how long a child may take to load its models.
const startPatience = 2 * time.Minute

// Pool reads files in children, one file at a time each.
type Pool struct {
	Command Command
	Setup   Setup
	Workers int
	Bounds  Bounds
	// OnPage is told how many pages of paths[i] are read, never while it or
	// Read's done is running; nil for nobody.
	OnPage func(i, pages int)

	warm    *child // started by Warm, not yet used
	warmFor Setup
}

// PoolStats is what a pool's children cost.
type PoolStats struct {
	Started  int   // children started
	PeakEach int64 // highest resident memory of one child, bytes
	PeakSum  int64 // sum of the highest of each worker's children, bytes
}

// Hello starts a child, asks what it can read with, and ends it.
func (p Pool) Hello(ctx context.Context) (Hello, error) {
	defer p.dismiss()
	return p.Warm(ctx)
}

// Warm starts a child, asks what it can read with, and keeps it for Read.
func (p *Pool) Warm(ctx context.Context) (Hello, error) {
	c, err := startChild(ctx, p.Command, p.Setup, startPatience)
	if err != nil {
		return Hello{}, err
	}
	p.warm, p.warmFor = c, p.Setup
	return c.hello, nil
}

// dismiss ends a child that was kept and not used.
func (p *Pool) dismiss() {
	if p.warm != nil {
		p.warm.close()
		p.warm = nil
	}
}

// Read reads paths and hands each answer to done, from several goroutines
// but never two at once. A child that died is replaced; the file it died of
// is not tried again. The error is the context's, or says why no child can be
// started.
func (p Pool) Read(ctx context.Context, paths []string, done func(i int, a Answer)) (PoolStats, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	go func() {
		defer close(queue)
		for i := range paths {
			select {
			case queue <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	var (
		mu    sync.Mutex
		stats PoolStats
		wg    sync.WaitGroup
	)
	for n := range min(max(1, p.Workers), len(paths)) {
		wg.Go(func() {
			w := poolWorker{pool: p}
			if n == 0 && p.warm != nil {
				w.take(p.warm, p.warmFor)
			}
			defer w.end()
			for i := range queue {
				a, err := w.read(ctx, paths[i], func(pages int) {
					if p.OnPage != nil {
						mu.Lock()
						defer mu.Unlock()
						p.OnPage(i, pages)
					}
				})
				if err != nil {
					cancel(err)
					break
				}
				mu.Lock()
				done(i, a)
				mu.Unlock()
			}
			w.end()
			mu.Lock()
			stats.Started += w.started
			stats.PeakEach = max(stats.PeakEach, w.peak)
			stats.PeakSum += w.peak
			mu.Unlock()
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return stats, err
	}
	return stats, nil
}

// poolWorker keeps one child alive.
type poolWorker struct {
	pool    Pool
	child   *child
	started int
	peak    int64
}

// take uses a child that is running already, unless it was set up otherwise.
func (w *poolWorker) take(c *child, setup Setup) {
	if setup != w.pool.Setup {
		c.close()
		return
	}
	w.child = c
	w.started++
}

func (w *poolWorker) read(ctx context.Context, path string, page func(int)) (Answer, error) {
	if w.child == nil {
		c, err := startChild(ctx, w.pool.Command, w.pool.Setup, startPatience)
		if err != nil {
			return Answer{}, errors.Join(err, ctx.Err())
		}
		w.child = c
		w.started++
	}
	a, err := w.child.read(ctx, path, w.pool.Bounds, page)
	w.peak = max(w.peak, w.child.peak)
	if err != nil || a.dead {
		w.child.kill()
		w.child = nil
	}
	return a, err
}

func (w *poolWorker) end() {
	if w.child != nil {
		w.child.close()
		w.child = nil
	}
}
