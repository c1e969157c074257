package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"dengji/cmd/dengji/store"
)

// Policy says how changes are sent.
type Policy struct {
	Tries    int           // after so many a change is given up
	First    time.Duration // wait after the first try; it doubles with each one
	Longest  time.Duration // and never gets longer
	Timeout  time.Duration // of one request
	Grace    time.Duration // for requests under way when the program ends
	Parallel int           // requests to one receiver at a time, each of another submission
	Look     time.Duration // how often to look for what another process asked to have sent again
}

// DefaultPolicy tries for about nine hours: 1 s, 2 s, 4 s … 1 h.
func DefaultPolicy() Policy {
	return Policy{Tries: 20, First: time.Second, Longest: time.Hour, Timeout: 15 * time.Second, Grace: 3 * time.Second, Parallel: 4, Look: time.Second}
}

// wait is the time after so many tries; jitter, from 0 up to 1, spreads it
// over its upper half, so that what failed together does not come back together.
func (p Policy) wait(tries int, jitter float64) time.Duration {
	d := p.First
	for i := 1; i < tries && d < p.Longest; i++ {
		d *= 2
	}
	d = min(d, p.Longest)
	return d/2 + time.Duration(jitter*float64(d/2))
}

// Hook tells receivers of changes: at least once, and the changes of one
// submission in their order. What a receiver was not yet told stands in the
// database, so a hook that is killed goes on where it was; what it had sent and
// not noted is sent again.
type Hook struct {
	Store  *store.Store
	Feed   *Feed
	Secret []byte
	Policy Policy
	Now    func() time.Time
	Jitter func() float64 // from 0 up to 1
	Log    *slog.Logger
}

// Run tells the receivers of changes until ctx ends. Each has its own
// goroutine, client and queue: one that is slow or gone holds up no other.
func (h *Hook) Run(ctx context.Context, urls []string) error {
	var all []store.Receiver
	for _, u := range urls {
		name := make([]byte, 6)
		rand.Read(name) // never fails
		r, err := h.Store.AddReceiver(ctx, u, fmt.Sprintf("%x", name), h.Now())
		if err != nil {
			return err
		}
		if r.Stopped {
			h.Log.Warn("receiver had enough and is told nothing; `dengji notify retry` has it told again", "url", shown(u))
		}
		all = append(all, r)
	}
	var wg sync.WaitGroup
	for _, r := range all {
		wg.Go(func() { h.newTeller(r).run(ctx) })
	}
	wg.Wait()
	return nil
}

// teller tells one receiver. Its fields belong to the goroutine of run.
type teller struct {
	*Hook
	to     store.Receiver
	client *http.Client
	busy   map[int64]bool // changes under way
	done   chan outcome
	pause  time.Time // nothing goes out before
	log    *slog.Logger
}

// outcome is what became of a try.
type outcome struct {
	store.Delivery
	err error
}

func (h *Hook) newTeller(r store.Receiver) *teller {
	return &teller{Hook: h, to: r, client: newClient(h.Policy.Timeout, h.Policy.Parallel), busy: map[int64]bool{}, done: make(chan outcome),
		log: h.Log.With("url", shown(r.URL))}
}

func (t *teller) run(ctx context.Context) {
	defer t.client.CloseIdleConnections()
	// What is under way when ctx ends gets a moment to end well.
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for ctx.Err() == nil {
		changed := t.Feed.Next()
		wake, err := t.start(ctx, sending)
		if err != nil && ctx.Err() == nil {
			t.log.Warn("webhook", "error", err)
			wake = t.Now().Add(t.Policy.Look)
		}
		timer := time.NewTimer(min(t.Policy.Look, max(0, wake.Sub(t.Now()))))
		select {
		case <-ctx.Done():
		case <-changed:
		case <-timer.C:
		case o := <-t.done:
			t.note(context.WithoutCancel(ctx), o, ctx.Err() != nil)
		}
		timer.Stop()
	}
	defer time.AfterFunc(t.Policy.Grace, cancel).Stop()
	for len(t.busy) > 0 {
		t.note(context.WithoutCancel(ctx), <-t.done, true)
	}
}

// start sends what is due, as far as there is room, and says when to look
// again.
func (t *teller) start(ctx, sending context.Context) (wake time.Time, err error) {
	now := t.Now()
	wake = now.Add(t.Policy.Look)
	if now.Before(t.pause) {
		return t.pause, nil
	}
	if err := t.Store.Queue(ctx, t.to.ID); err != nil {
		return wake, err
	}
	list, err := t.Store.Next(ctx, t.to.ID, 2*t.Policy.Parallel)
	if err != nil {
		return wake, err
	}
	for _, d := range list {
		switch {
		case t.busy[d.Seq]:
		case len(t.busy) >= t.Policy.Parallel:
			return wake, nil // whoever is done first wakes us
		case d.Due.After(now):
			return d.Due, nil
		default:
			t.busy[d.Seq] = true
			go func() { t.done <- outcome{d, t.send(sending, d)} }()
		}
	}
	return wake, nil
}

func (t *teller) send(ctx context.Context, d store.Delivery) error {
	full, err := withRecord(ctx, t.Store, d.Event)
	if err != nil {
		return err
	}
	body, err := encode(full, "")
	if err != nil {
		return err
	}
	return post(ctx, t.client, t.to.URL, fmt.Sprintf("%s-%d", t.to.Name, d.Seq), t.Secret, body, t.Now())
}

// note keeps what became of a try. What was broken off because the program
// ends was no try.
func (t *teller) note(ctx context.Context, o outcome, ending bool) {
	delete(t.busy, o.Seq)
	now := t.Now()
	var refused *refusal
	var err error
	switch {
	case o.err == nil:
		err = t.Store.Delivered(ctx, t.to.ID, o.Seq)
	case ending && errors.Is(o.err, context.Canceled):
	case errors.Is(o.err, errStopped):
		t.log.Error("webhook stopped", "seq", o.Seq, "error", o.err)
		err = t.Store.Stop(ctx, t.to.ID)
	default:
		d := o.Delivery
		d.Tries++
		d.Error = o.err.Error()
		d.Due = now.Add(t.Policy.wait(d.Tries, t.Jitter()))
		if errors.As(o.err, &refused) && refused.after > 0 {
			t.pause = now.Add(refused.after)
			d.Due = later(d.Due, t.pause)
		}
		d.Failed = d.Tries >= t.Policy.Tries
		level, what := slog.LevelWarn, "webhook will be tried again"
		if d.Failed {
			level, what = slog.LevelError, "webhook given up; `dengji notify list` shows it, `dengji notify retry` sends it again"
		}
		t.log.Log(ctx, level, what, "seq", d.Seq, "id", d.Submission, "tries", d.Tries, "due", d.Due.UTC().Format(time.RFC3339), "error", d.Error)
		err = t.Store.Undelivered(ctx, d, now)
	}
	if err != nil { // it will be sent again, but not at once
		t.log.Warn("webhook", "error", err)
		t.pause = later(t.pause, now.Add(t.Policy.Look))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
