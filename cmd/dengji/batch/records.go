package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// build turns readings into records and gives them their ids.
func (r *run) build(ctx context.Context) error {
	inputs := r.inputs()
	submissions, unassigned := rules.Group(inputs, r.Forms)
	for _, u := range unassigned {
		r.report.Unassigned = append(r.report.Unassigned,
			UnassignedReport{Path: u.Input.Path, Guess: u.Guess, Score: u.Score, Why: u.Why})
	}
	var drafts []store.Draft
	for _, s := range submissions {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rec, trace, err := buildOne(s, r.Forms, r.Options)
		if err != nil {
			r.report.Problems = append(r.report.Problems, fmt.Sprintf("submission %s: %v", s.Key, err))
			continue
		}
		drafts = append(drafts, store.Draft{Key: s.Key, Enterprise: s.Enterprise, Record: rec, Trace: trace})
	}
	if err := r.store.Settle(ctx, drafts, r.Now()); err != nil {
		return err
	}
	sort.Slice(drafts, func(i, j int) bool { return drafts[i].Record.ID < drafts[j].Record.ID })
	for _, d := range drafts {
		rec := d.Record
		r.records = append(r.records, rec)
		r.report.Submissions = append(r.report.Submissions, SubmissionReport{ID: rec.ID, Key: d.Key, Enterprise: d.Enterprise,
			Form: rec.Form, Status: rec.Status, Revision: rec.Revision, Fields: len(rec.Fields), ToReview: toReview(rec),
			ChecksFailed: checksWith(rec, rules.Fail), ChecksUnknown: checksWith(rec, rules.Unknown)})
	}
	return nil
}

// buildOne builds a record; a panic costs that submission alone.
func buildOne(s rules.Submission, forms *rules.Forms, opt rules.Options) (rec *rules.Record, trace *rules.Trace, err error) {
	defer func() {
		if p := recover(); p != nil {
			rec, err = nil, fmt.Errorf("panic while building the record: %v", p)
		}
	}()
	rec, trace, err = rules.Build(s, forms, opt)
	if err == nil && rec == nil {
		err = errors.New("no record was built")
	}
	return rec, trace, err
}

// inputs lists what was read, by path, and fills in the report's files. A
// copy of a file in the same folder says nothing new and is left out.
func (r *run) inputs() []rules.Input {
	var inputs []rules.Input
	first := map[string]string{} // folder and content → path
	for _, f := range r.files {
		report := FileReport{Path: f.Path, SHA256: f.SHA256, Size: f.Size}
		reading, ok := r.readings[f.content()]
		if f.SHA256 == "" || !ok {
			report.Status, report.Reason = StatusUnreadable, f.Problem
			if f.Problem == "" {
				report.Status, report.Reason = StatusNotReached, "运行被中断，还没有读到此文件；再次运行同一命令即可继续"
			}
			r.report.Files = append(r.report.Files, report)
			continue
		}
		report.Status, report.Reason, report.Detail = reading.Status, reading.Reason, reading.Detail
		report.Seconds = reading.Seconds
		where := topFolder(f.Path) + "\x00" + f.SHA256
		if doc := reading.Document; doc != nil {
			report.Format, report.Pages, report.Problems = doc.Format, len(doc.Pages), doc.Problems
			if first[where] == "" {
				own := *doc
				own.Name = path.Base(f.Path)
				inputs = append(inputs, rules.Input{Path: f.Path, Doc: &own})
			}
		}
		if first[where] == "" {
			first[where] = f.Path
		} else {
			report.DuplicateOf = first[where]
		}
		r.report.Files = append(r.report.Files, report)
	}
	return inputs
}

// topFolder is the folder below the inbox that a file lies in, "" for none.
func topFolder(p string) string {
	top, _, found := strings.Cut(p, "/")
	if !found {
		return ""
	}
	return top
}

// write puts records, their one-line form and nothing else into OUT. Records
// of submissions that are no longer in the inbox leave the folder; the
// database keeps them.
func (r *run) write(ctx context.Context) error {
	var lines bytes.Buffer
	dir := filepath.Join(r.Out, "records")
	wanted := map[string]bool{}
	for _, rec := range r.records {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := encode(rec, "")
		if err != nil {
			return fmt.Errorf("writing record %s: %w", rec.ID, err)
		}
		lines.Write(line)
		whole, err := encode(rec, "  ")
		if err != nil {
			return fmt.Errorf("writing record %s: %w", rec.ID, err)
		}
		if err := rules.Validate(whole); err != nil {
			r.report.Problems = append(r.report.Problems, fmt.Sprintf("record %s does not match its schema: %v", rec.ID, err))
		}
		wanted[rec.ID+".json"] = true
		if err := WriteFile(filepath.Join(dir, rec.ID+".json"), whole); err != nil {
			return err
		}
	}
	if err := removeOthers(dir, wanted); err != nil {
		return err
	}
	return WriteFile(filepath.Join(r.Out, "records.jsonl"), lines.Bytes())
}

func removeOthers(dir string, wanted map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("listing the records: %w", err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".json") && !wanted[e.Name()] {
			if err := ignoreMissing(os.Remove(filepath.Join(dir, e.Name()))); err != nil {
				return fmt.Errorf("removing a withdrawn record: %w", err)
			}
		}
	}
	return nil
}

// encode writes JSON with a newline at its end and <, > and & as they are.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// interrupted writes the run.json of a run that was stopped. Records stay as
// an earlier run left them: of half the documents others would be made.
func (r *run) interrupted(started time.Time) error {
	if len(r.report.Files) == 0 {
		r.inputs()
	}
	r.report.Counts.Read = len(r.readings) - len(r.cached)
	r.report.count(r.records)
	return r.writeReport(context.Background(), started, ExitInterrupted)
}

// finish completes the report and writes run.json.
func (r *run) finish(ctx context.Context, started time.Time) error {
	r.nameKinds()
	r.loseNothing()
	r.countUnread()
	r.report.count(r.records)
	return r.writeReport(ctx, started, r.report.exitCode())
}

func (r *run) writeReport(ctx context.Context, started time.Time, code int) error {
	ended := r.Now()
	r.report.Ended = ended.UTC().Format(time.RFC3339)
	r.report.Seconds = ended.Sub(started).Seconds()
	r.report.Memory.Parent = peakResident()
	r.report.ExitCode = code
	data, err := encode(r.report, "  ")
	if err != nil {
		return fmt.Errorf("writing run.json: %w", err)
	}
	if err := r.store.PutRun(ctx, started, ended, data); err != nil {
		return err
	}
	return WriteFile(filepath.Join(r.Out, "run.json"), data)
}

// nameKinds tells, of every file, what it turned out to be and whose.
func (r *run) nameKinds() {
	at := map[string]*FileReport{}
	for i := range r.report.Files {
		f := &r.report.Files[i]
		at[f.Path] = f
		f.Cached = r.cached[f.SHA256+strings.ToLower(path.Ext(f.Path))]
	}
	for _, rec := range r.records {
		for _, d := range rec.Documents {
			f := at[d.Path]
			if f == nil {
				continue
			}
			if !slices.Contains(f.Kinds, d.Kind) {
				f.Kinds = append(f.Kinds, d.Kind)
			}
			if !slices.Contains(f.Submissions, rec.ID) {
				f.Submissions = append(f.Submissions, rec.ID)
			}
		}
	}
}

// countUnread tells of each submission how many files beside its own could not
// be read: one of them may be what it lacks.
func (r *run) countUnread() {
	unread := map[string]int{}
	for _, f := range r.report.Files {
		if f.Status != extract.StatusRead {
			unread[topFolder(f.Path)]++
		}
	}
	delete(unread, "") // lying in the inbox itself, it may be anyone's
	for i, rec := range r.records {
		seen := map[string]bool{}
		for _, d := range rec.Documents {
			if top := topFolder(d.Path); !seen[top] {
				seen[top] = true
				r.report.Submissions[i].FilesUnread += unread[top]
			}
		}
	}
}

// loseNothing lists as unassigned what was read and stands in no record.
func (r *run) loseNothing() {
	listed := map[string]bool{}
	for _, u := range r.report.Unassigned {
		listed[u.Path] = true
	}
	for _, f := range r.report.Files {
		if f.Status == extract.StatusRead && f.DuplicateOf == "" && len(f.Submissions) == 0 && !listed[f.Path] {
			r.report.Unassigned = append(r.report.Unassigned, UnassignedReport{Path: f.Path, Why: "未归入任何申报，请人工查看"})
		}
	}
	sort.Slice(r.report.Unassigned, func(i, j int) bool { return r.report.Unassigned[i].Path < r.report.Unassigned[j].Path })
}
