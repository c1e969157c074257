package batch

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watching is how Watch waits.
type Watching struct {
	Settle time.Duration // a file whose size and time stood still this long is whole
	Poll   time.Duration // how often to look where the system does not tell
	Done   func(*Report) // called after every run
}

// Watch runs once, and again whenever the inbox has changed and stood still:
// half-copied files wait, a burst of them is one run. Ended while it waits it
// returns nil, else the error of a run. While another run holds OUT it waits.
func Watch(ctx context.Context, cfg Config, w Watching) error {
	events, stop := listen(cfg.Inbox)
	defer stop()
	for {
		state, err := still(ctx, cfg, w.Settle)
		if err != nil {
			return unlessEnded(ctx, err)
		}
		report, err := Run(ctx, cfg)
		switch {
		case errors.Is(err, ErrLocked):
			if err := pause(ctx, w.Poll); err != nil {
				return nil
			}
			continue
		case err != nil:
			return err
		}
		w.Done(report)
		cfg.Reread, cfg.RereadOnly = false, nil // asked for once
		if err := untilChanged(ctx, cfg, state, events, w.Poll); err != nil {
			return unlessEnded(ctx, err)
		}
	}
}

func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// look is the inbox as the walk sees it: sizes and times by path.
func look(ctx context.Context, cfg Config) (map[string][2]int64, error) {
	files, _, err := Walk(ctx, cfg.Inbox, cfg.Out)
	if err != nil {
		return nil, err
	}
	state := make(map[string][2]int64, len(files))
	for _, f := range files {
		state[f.Raw] = [2]int64{f.Size, f.ModTime.UnixNano()}
	}
	return state, nil
}

// still waits until the inbox did not change for a while.
func still(ctx context.Context, cfg Config, settle time.Duration) (map[string][2]int64, error) {
	last, err := look(ctx, cfg)
	if err != nil {
		return nil, err
	}
	for since := time.Now(); time.Since(since) < settle; {
		if err := pause(ctx, max(settle/4, 10*time.Millisecond)); err != nil {
			return nil, err
		}
		now, err := look(ctx, cfg)
		if err != nil {
			return nil, err
		}
		if !sameState(last, now) {
			last, since = now, time.Now()
		}
	}
	return last, nil
}

// untilChanged waits until the inbox is not as it was. The system's word that
// something happened makes it look at once; it looks every now and then in
// any case, because network folders tell nothing.
func untilChanged(ctx context.Context, cfg Config, was map[string][2]int64, events <-chan struct{}, poll time.Duration) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-events:
			if err := pause(ctx, 50*time.Millisecond); err != nil { // there will be more
				return err
			}
		case <-time.After(poll):
		}
		now, err := look(ctx, cfg)
		if err != nil {
			return err
		}
		if !sameState(was, now) {
			return nil
		}
	}
}

func sameState(a, b map[string][2]int64) bool {
	if len(a) != len(b) {
		return false
	}
	for path, s := range a {
		if b[path] != s {
			return false
		}
	}
	return true
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// listen has the system tell when something happens in the inbox. Where it
// cannot, the channel stays silent and looking every now and then has to do.
func listen(inbox string) (events <-chan struct{}, stop func()) {
	told := make(chan struct{}, 1)
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return told, func() {}
	}
	watchFolders(w, inbox)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case e, ok := <-w.Events:
				if !ok {
					return
				}
				if e.Has(fsnotify.Create) {
					watchFolders(w, e.Name)
				}
			case _, ok := <-w.Errors: // too much happened at once: look
				if !ok {
					return
				}
			}
			select {
			case told <- struct{}{}:
			default: // it is known already
			}
		}
	}()
	return told, func() {
		_ = w.Close() // it only listens
		<-ended
	}
}

// watchFolders listens to a folder and those in it, as far as it can.
func watchFolders(w *fsnotify.Watcher, root string) {
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil
		}
		if err := w.Add(path); err != nil {
			return fs.SkipAll // as many as the system allows; the rest is looked at
		}
		return nil
	})
}
