package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// increment says which part of the records is exported: what changed since a
// cursor or a time.
type increment struct {
	since, file string // flags

	seq int64
	at  string // RFC 3339, UTC; "" where seq counts
}

// asked reports whether a part is wanted.
func (i *increment) asked() bool { return i.since != "" || i.file != "" }

// check reads where to begin.
func (i *increment) check() error {
	if i.since != "" && i.file != "" {
		return usageError("--since and --cursor-file both say where to begin: give one of them")
	}
	text, from := i.since, "--since"
	if i.file != "" {
		data, err := os.ReadFile(i.file)
		switch {
		case errors.Is(err, fs.ErrNotExist): // the first time: everything
			if _, err := os.Stat(filepath.Dir(i.file)); err != nil {
				return usageError("there is no folder %s for --cursor-file; make it first", filepath.Dir(i.file))
			}
			return nil
		case err != nil:
			return usageError("--cursor-file: %v", err)
		}
		if _, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err != nil {
			return usageError("%s holds no cursor but %.40q; give another file, or remove it to begin with everything", i.file, data)
		}
		text, from = strings.TrimSpace(string(data)), i.file
	}
	return i.parse(text, from)
}

func (i *increment) parse(text, from string) error {
	if text == "" {
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < 0 {
			return usageError("%s: a cursor is not below 0", from)
		}
		i.seq = n
		return nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.ParseInLocation(time.DateOnly, text, time.Local)
	}
	if err != nil {
		return usageError("%s is a cursor (123), a time (2022-09-20T08:00:00+08:00) or a day (2022-09-20), not %q", from, text)
	}
	// Changes are known to the second: what happened in that second counts.
	i.at = at.UTC().Truncate(time.Second).Format(time.RFC3339)
	return nil
}

// part is what changed.
type part struct {
	records []*rules.Record
	gone    []store.Event
	cursor  int64
}

// read fetches what changed, all as of one moment.
func (i *increment) read(ctx context.Context, st *store.Store) (p part, err error) {
	lines, gone, cursor, err := st.ChangedSince(ctx, i.seq, i.at)
	if err != nil {
		return p, err
	}
	if i.seq > cursor {
		return p, usageError("the cursor %d is ahead of the last change, %d: it is of another folder, or this one was put back from a copy; begin again with --since 0", i.seq, cursor)
	}
	p.cursor = cursor
	if i.seq > 0 || i.at != "" { // whoever begins was never told of what is gone
		p.gone = gone
	}
	for _, line := range lines {
		rec := new(rules.Record)
		if err := json.Unmarshal([]byte(line), rec); err != nil {
			return p, fmt.Errorf("reading a record: %w; `dengji check` says what is broken", err)
		}
		p.records = append(p.records, rec)
	}
	return p, nil
}

// done says from where to go on, and keeps it. What was exported stands
// already: a cursor that could not be kept has the same told again.
func (i *increment) done(w io.Writer, p part) error {
	if _, err := fmt.Fprintf(w, "changed %d, gone %d, cursor %d\n", len(p.records), len(p.gone), p.cursor); err != nil {
		return err
	}
	if i.file == "" {
		return nil
	}
	return batch.WriteFile(i.file, fmt.Appendf(nil, "%d\n", p.cursor))
}

// goneLine tells in JSON lines that a submission was withdrawn.
type goneLine struct {
	ID   string `json:"id"`
	Gone bool   `json:"gone"`
}

// goneLines writes a line per submission that was withdrawn.
func goneLines(w io.Writer, gone []store.Event) error {
	enc := json.NewEncoder(w)
	for _, e := range gone {
		if err := enc.Encode(goneLine{e.Submission, true}); err != nil {
			return err
		}
	}
	return nil
}
