package review

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
)

// OUT's files are written when no decision came for a while, and at the latest
// some time after the first that is not in them.
const (
	writeQuiet = 2 * time.Second
	writeAfter = 15 * time.Second
)

// writer brings OUT's files up to date in a goroutine of its own.
type writer struct {
	log   *slog.Logger
	due   chan struct{}
	write func(context.Context) error
}

func newWriter(out string, log *slog.Logger) *writer {
	return &writer{log: log, due: make(chan struct{}, 1), write: func(ctx context.Context) error { return writeRecords(ctx, out) }}
}

// poke says that there is something to write.
func (w *writer) poke() {
	select {
	case w.due <- struct{}{}:
	default:
	}
}

// run writes until ctx is done, and once more then if something is due. A
// writing that fails is tried again with the next decision, and at the end:
// what was decided is in the database.
func (w *writer) run(ctx context.Context) error {
	pending := false
	for {
		if !pending {
			select {
			case <-ctx.Done():
				return w.last(false)
			case <-w.due:
			}
		}
		w.settle(ctx)
		if ctx.Err() != nil {
			return w.last(true)
		}
		err := w.write(context.WithoutCancel(ctx)) // what is begun is ended
		if err != nil {
			w.log.Warn("records in OUT could not be written; they are safe in the database", "error", err)
		}
		pending = false
		if err != nil {
			select {
			case <-ctx.Done():
				return w.last(true)
			case <-time.After(writeAfter):
				pending = true
			}
		}
	}
}

// settle waits until it is time to write.
func (w *writer) settle(ctx context.Context) {
	latest := time.After(writeAfter)
	for {
		select {
		case <-ctx.Done():
			return
		case <-latest:
			return
		case <-w.due:
		case <-time.After(writeQuiet):
			return
		}
	}
}

// last writes what is still due when the page ends.
func (w *writer) last(pending bool) error {
	select {
	case <-w.due:
		pending = true
	default:
	}
	if !pending {
		return nil
	}
	return w.write(context.Background())
}

// writeRecords has a connection of its own, so that nobody at the page waits
// for it.
func writeRecords(ctx context.Context, out string) error {
	st, err := store.Open(ctx, filepath.Join(out, "dengji.db"))
	if err != nil {
		return err
	}
	return errors.Join(batch.WriteRecords(ctx, st, out), st.Close())
}
