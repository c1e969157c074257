package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dengji/cmd/dengji/store"
)

// Preview is what a run would do.
type Preview struct {
	Files   []PreviewFile `json:"files"`
	Records []string      `json:"records"` // what would become of records, in words
	Read    int           `json:"read"`    // contents that would be read
	Known   int           `json:"known"`   // contents that are known
}

// PreviewFile is one file and what would be done about it.
type PreviewFile struct {
	Path   string `json:"path"`
	Action string `json:"action"` // read, keep, copy, refuse, gone, moved, replaced
	Why    string `json:"why"`
}

// Look says what Run would do, and why, and writes nothing: it works on a copy
// of the database in a temporary folder.
func Look(ctx context.Context, cfg Config) (p *Preview, err error) {
	temp, err := os.MkdirTemp("", "dengji-look-")
	if err != nil {
		return nil, fmt.Errorf("looking at what would be done: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := copyDatabase(cfg.Out, temp); err != nil {
		return nil, fmt.Errorf("looking at what would be done: %w", err)
	}
	r := newRun(cfg, cfg.Now())
	if r.store, err = store.Open(ctx, filepath.Join(temp, "dengji.db")); err != nil {
		return nil, err
	}
	p, err = r.preview(ctx)
	r.Pool.dismiss()
	return p, errors.Join(err, r.store.Close())
}

// copyDatabase copies the database of OUT, if there is one, while no run
// changes it.
func copyDatabase(out, to string) error {
	if _, err := os.Stat(filepath.Join(out, ".lock")); err == nil {
		held, err := lock(out)
		if err != nil {
			return err
		}
		defer held.Close()
	}
	for _, name := range []string{"dengji.db", "dengji.db-wal"} {
		from, err := os.Open(filepath.Join(out, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		copied, err := os.Create(filepath.Join(to, name))
		if err == nil {
			_, err = io.Copy(copied, from)
			err = errors.Join(err, copied.Close())
		}
		if err := errors.Join(err, from.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) preview(ctx context.Context) (*Preview, error) {
	p := &Preview{Files: []PreviewFile{}, Records: []string{}}
	for _, stage := range []func(context.Context) error{r.walk, r.hash, r.greet} {
		if err := stage(ctx); err != nil {
			return nil, err
		}
	}
	old, err := r.store.Inventory(ctx)
	if err != nil {
		return nil, err
	}
	now, changes := old.Compare(sightings(r.files), r.DropGone)
	r.inventory = now
	if r.known, err = r.store.Readings(ctx); err != nil {
		return nil, err
	}
	choices, err := r.choose(ctx)
	if err != nil {
		return nil, err
	}
	p.files(r, choices)
	for _, c := range changes {
		if c.State != store.Present {
			p.Files = append(p.Files, PreviewFile{c.Path, c.State, map[string]string{
				store.Gone: "it is no longer in the inbox; it stays on record", store.Dropped: "it is no longer in the inbox, and records are wanted without it",
				store.Moved: "the same content lies elsewhere now", store.Replaced: "another content lies there now"}[c.State]})
		}
	}
	for _, s := range r.report.Skipped {
		if s.Detail != "" {
			p.Files = append(p.Files, PreviewFile{s.Path, "refuse", s.Detail})
		}
	}
	slices.SortStableFunc(p.Files, func(a, b PreviewFile) int { return strings.Compare(a.Path, b.Path) })
	return p, p.records(ctx, r)
}

// files lists what would be done about the files of the inbox.
func (p *Preview) files(r *run, choices []choice) {
	why := map[store.Content]string{}
	for _, c := range choices {
		why[c.file.content()] = c.why
		if c.why != "" {
			p.Read++
		} else {
			p.Known++
		}
	}
	copies := r.inventory.Copies(topFolder)
	told := map[store.Content]bool{}
	for _, f := range r.files {
		row := PreviewFile{Path: f.Path, Action: "read", Why: why[f.content()]}
		switch {
		case f.SHA256 == "":
			row.Action, row.Why = "refuse", f.Problem
		case copies[f.Path] != "":
			row.Action, row.Why = "copy", "the same as "+copies[f.Path]
		case row.Why == "", told[f.content()]:
			row.Action, row.Why = "keep", "it is known"
		}
		told[f.content()] = true
		p.Files = append(p.Files, row)
	}
}

// records says what would become of the records, as far as that can be known
// before the new files are read.
func (p *Preview) records(ctx context.Context, r *run) error {
	infos, err := r.store.Records(ctx)
	if err != nil {
		return err
	}
	made, err := r.store.Setting(ctx, settingRules)
	if err != nil {
		return err
	}
	decided, err := r.store.Undecided(ctx)
	if err != nil {
		return err
	}
	changed := p.Read > 0 || slices.ContainsFunc(p.Files, func(f PreviewFile) bool {
		return f.Action == store.Gone || f.Action == store.Dropped || f.Action == store.Moved || f.Action == store.Replaced
	})
	switch {
	case len(infos) > 0 && made != r.rulesSetting():
		p.Records = append(p.Records, fmt.Sprintf("%d records are made again without reading: the program, the forms, the catalogue or the date of receipt changed", len(infos)))
	case changed:
		p.Records = append(p.Records, "records of the submissions that these files belong to are made again")
	}
	if len(decided) > 0 {
		p.Records = append(p.Records, fmt.Sprintf("%d records are made again because of decisions", len(decided)))
	}
	if len(p.Records) == 0 {
		p.Records = append(p.Records, fmt.Sprintf("%d records stay as they are", len(infos)))
	}
	return nil
}
