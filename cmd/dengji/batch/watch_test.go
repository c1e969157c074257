package batch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A burst of files is one run, a file that still grows waits, and ending the
// watch while it waits is no error.
func TestWatch(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "a/1", "good 1")
	reports := make(chan *Report, 10)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Watch(ctx, b.cfg, Watching{Settle: 400 * time.Millisecond, Poll: time.Minute, Done: func(r *Report) { reports <- r }})
	}()
	next := func() *Report {
		t.Helper()
		select {
		case r := <-reports:
			return r
		case err := <-ended:
			t.Fatalf("the watch ended: %v", err)
		case <-time.After(30 * time.Second):
			t.Fatal("no run came")
		}
		return nil
	}
	if r := next(); r.Counts.Files != 1 || r.Counts.Read != 1 {
		t.Errorf("first run: %+v", r.Counts)
	}
	for i := range 5 { // a burst, into a folder that is new
		put(t, b.inbox, fmt.Sprintf("b/%d", i), fmt.Sprintf("good b %d", i))
		time.Sleep(40 * time.Millisecond)
	}
	grows, err := os.Create(filepath.Join(b.inbox, "b", "grows"))
	if err != nil {
		t.Fatal(err)
	}
	for range 8 { // a copy that takes its time
		if _, err := grows.WriteString("good g"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := grows.Close(); err != nil {
		t.Fatal(err)
	}
	if r := next(); r.Counts.Files != 7 || r.Counts.Read != 6 {
		t.Errorf("after the burst: %+v", r.Counts)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if len(reports) > 0 {
		t.Errorf("%d runs too many", len(reports))
	}
}

// Where the system tells nothing, looking every now and then does.
func TestWatchByLooking(t *testing.T) {
	b := newBench(t)
	state, err := look(t.Context(), b.cfg)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { _ = os.WriteFile(filepath.Join(b.inbox, "x"), []byte("good"), 0o644) })
	if err := untilChanged(t.Context(), b.cfg, state, make(chan struct{}), 50*time.Millisecond); err != nil {
		t.Error(err)
	}
}
