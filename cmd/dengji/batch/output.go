package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"dengji/cmd/dengji/store"
)

// write puts the records into OUT as the database has them.
func (r *run) write(ctx context.Context) error {
	// Somebody may have decided while records were being built.
	ids, err := r.store.Undecided(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := Rebuild(ctx, r.store, r.Config, id); err != nil {
			return err
		}
	}
	return WriteRecords(ctx, r.store, r.Out)
}

// WriteRecords makes OUT/records and OUT/records.jsonl what the database says:
// a file that is as it was last written is left alone, records of submissions
// that are gone leave the folder. Whoever calls it last wins, and all write the
// same: it reads the database while it holds a lock.
func WriteRecords(ctx context.Context, st *store.Store, out string) error {
	held, err := waitFor(ctx, filepath.Join(out, ".write"))
	if err != nil {
		return err
	}
	defer held.Close()
	infos, err := st.Records(ctx)
	if err != nil {
		return err
	}
	known, err := st.Outputs(ctx)
	if err != nil {
		return err
	}
	w := outputs{st: st, out: out, known: known, wrote: map[string]*store.Output{}}
	err = w.records(ctx, infos)
	// What was written is noted even where the rest could not be.
	return errors.Join(err, st.PutOutputs(context.WithoutCancel(ctx), w.wrote))
}

// outputs writes files from the database.
type outputs struct {
	st    *store.Store
	out   string
	known map[string]store.Output
	wrote map[string]*store.Output // nil: removed
}

func (w *outputs) records(ctx context.Context, infos []store.RecordInfo) error {
	wanted := map[string]bool{}
	var all strings.Builder
	for _, info := range infos {
		name := "records/" + info.ID + ".json"
		wanted[name] = true
		fmt.Fprintf(&all, "%s %s\n", info.ID, info.Digest)
		if w.intact(name, info.Digest) {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := w.st.RecordLine(ctx, info.ID)
		if err != nil {
			return err
		}
		whole, err := indented(line)
		if err != nil {
			return fmt.Errorf("writing the record %s: %w; `dengji check` says what is broken", info.ID, err)
		}
		if err := w.put(name, info.Digest, bytes.NewReader(whole)); err != nil {
			return err
		}
	}
	if err := w.removeOthers(wanted); err != nil {
		return err
	}
	source := store.Digest([]byte(all.String()))
	if w.intact("records.jsonl", source) {
		return nil
	}
	return w.put("records.jsonl", source, &lines{ctx: ctx, st: w.st, infos: infos})
}

// indented is a record as its file has it.
func indented(line []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, line, "", "  "); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// intact reports whether a file is as it was written, from the same source.
func (w *outputs) intact(name, source string) bool {
	k, ok := w.known[name]
	if !ok || source == "" || k.Source != source {
		return false
	}
	info, err := os.Lstat(filepath.Join(w.out, name))
	return err == nil && info.Mode().IsRegular() && info.Size() == k.Size && info.ModTime().UnixNano() == k.ModTime
}

func (w *outputs) put(name, source string, from io.Reader) error {
	path := filepath.Join(w.out, name)
	sum, err := writeFrom(path, from)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	w.wrote[name] = &store.Output{Source: source, SHA256: sum, Size: info.Size(), ModTime: info.ModTime().UnixNano()}
	return nil
}

func (w *outputs) removeOthers(wanted map[string]bool) error {
	entries, err := os.ReadDir(filepath.Join(w.out, "records"))
	if err != nil {
		return fmt.Errorf("listing the records: %w", err)
	}
	for _, e := range entries {
		name := "records/" + e.Name()
		if e.Type().IsRegular() && strings.HasSuffix(name, ".json") && !wanted[name] {
			if err := ignoreMissing(os.Remove(filepath.Join(w.out, name))); err != nil {
				return fmt.Errorf("removing a withdrawn record: %w", err)
			}
			w.wrote[name] = nil
		}
	}
	return nil
}

// lines reads records one after another, so that they are never all in memory.
type lines struct {
	ctx   context.Context
	st    *store.Store
	infos []store.RecordInfo
	rest  []byte
}

func (l *lines) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		if len(l.infos) == 0 {
			return 0, io.EOF
		}
		line, err := l.st.RecordLine(l.ctx, l.infos[0].ID)
		if err != nil {
			return 0, err
		}
		l.rest, l.infos = line, l.infos[1:]
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// waitFor takes a lock that is held for moments only.
func waitFor(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return f, nil
		case !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR):
			return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
