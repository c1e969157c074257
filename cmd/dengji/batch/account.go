package batch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/extract"
)

// account fills in what became of every file and submission.
func (r *run) account() {
	copies := r.inventory.Copies(topFolder)
	for _, f := range r.files {
		report := FileReport{Path: f.Path, SHA256: f.SHA256, Size: f.Size, DuplicateOf: copies[f.Path]}
		reading, ok := r.readings[f.content()]
		if f.SHA256 == "" || !ok {
			report.Status, report.Reason = cmp.Or(f.Status, StatusUnreadable), f.Problem
			if f.Problem == "" {
				report.Status, report.Reason = StatusNotReached, "运行被中断，还没有读到此文件；再次运行同一命令即可继续"
			}
			r.report.Files = append(r.report.Files, report)
			continue
		}
		report.Status, report.Reason, report.Detail = reading.Status, reading.Reason, reading.Detail
		report.Seconds, report.Cached = reading.Seconds, !r.fresh[f.content()]
		report.Format, report.Pages, report.Problems = reading.Format, reading.Pages, reading.Problems
		if reading.Strikes >= store.MaxStrikes {
			report.Quarantined = true
		}
		r.report.Files = append(r.report.Files, report)
	}
	seen := r.inventory.Seen()
	for _, e := range r.inventory {
		if first := seen[e.SHA256]; (e.State == store.Gone || e.State == store.Dropped) && e.Path == first.Path { // not its copies
			r.report.Vanished = append(r.report.Vanished, VanishedReport{Path: e.Path, SHA256: e.SHA256, Counts: e.State == store.Gone})
		}
	}
	for _, s := range r.summaries {
		r.report.Submissions = append(r.report.Submissions, s.SubmissionReport)
	}
}

// topFolder is the folder below the inbox that a file lies in, "" for none.
func topFolder(p string) string {
	top, _, found := strings.Cut(p, "/")
	if !found {
		return ""
	}
	return top
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
		r.account()
	}
	r.state = ""
	r.report.Counts.Read = len(r.fresh)
	r.report.count()
	return r.writeReport(context.Background(), started, ExitInterrupted)
}

// finish completes the report and writes run.json.
func (r *run) finish(ctx context.Context, started time.Time) error {
	if !r.reused {
		r.account()
		r.nameKinds()
		r.loseNothing()
		r.countUnread()
		sort.Strings(r.report.Problems) // they come from several goroutines
	}
	if len(r.report.Problems) > 0 {
		r.state = "" // the next run may do better
	}
	r.report.count()
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
	kept := data
	if r.reused {
		kept = nil // that of the run before says the same
	}
	if err := r.store.PutRun(ctx, started, ended, r.state, kept); err != nil {
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
	}
	for _, s := range r.summaries {
		for _, d := range s.documents {
			f := at[d.Path]
			if f == nil || f.SHA256 != d.SHA256 {
				continue
			}
			if !slices.Contains(f.Kinds, d.Kind) {
				f.Kinds = append(f.Kinds, d.Kind)
			}
			if !slices.Contains(f.Submissions, s.ID) {
				f.Submissions = append(f.Submissions, s.ID)
			}
			f.SupersededBy = d.SupersededBy
		}
	}
}

// unchanged reports whether nothing that the last run depended on has changed
// since; what that run reported is then taken over.
func (r *run) unchanged(ctx context.Context) (bool, error) {
	if err := r.nameState(ctx); err != nil || r.state == "" {
		return false, err
	}
	state, data, err := r.store.LastRun(ctx)
	if err != nil || state != r.state {
		return false, err
	}
	var last Report
	if err := json.Unmarshal(data, &last); err != nil {
		return false, nil // it is only a short cut
	}
	r.report.Files, r.report.Unassigned, r.report.Submissions = last.Files, last.Unassigned, last.Submissions
	r.report.Skipped, r.report.Vanished, r.reused = last.Skipped, last.Vanished, true
	for i := range r.report.Files {
		f := &r.report.Files[i]
		f.Cached = f.SHA256 != ""
	}
	return true, nil
}

// nameState makes the key of all that this run depends on; "" where running
// again could give something else.
func (r *run) nameState(ctx context.Context) error {
	if r.RulesKey == "" {
		return nil
	}
	type file struct {
		Path, SHA256, Problem string
		Reading               int64
	}
	files := make([]file, len(r.files))
	for i, f := range r.files {
		reading := r.readings[f.content()]
		if reading.Struck() {
			return nil
		}
		files[i] = file{f.Path, f.SHA256, f.Problem, reading.ID}
	}
	decisions, err := r.store.LastDecision(ctx)
	if err != nil {
		return err
	}
	data, err := json.Marshal([]any{r.RulesKey, r.Options.Key(), r.setup, files, r.report.Skipped, r.DropGone, decisions})
	if err != nil {
		return fmt.Errorf("naming what the run depends on: %w", err)
	}
	r.state = store.Digest(data)
	return nil
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
	for i, s := range r.summaries {
		seen := map[string]bool{}
		for _, d := range s.documents {
			if top := topFolder(d.Path); !seen[top] {
				seen[top] = true
				r.report.Submissions[i].FilesUnread += unread[top]
			}
		}
	}
}

// loseNothing lists as unassigned what was read and stands in no record: whole
// files, and pages of files that several records share.
func (r *run) loseNothing() {
	const why = "未归入任何申报，请人工查看"
	listed, pages := map[string]bool{}, map[string]map[int]bool{}
	cover := func(path string, numbers []int) {
		if pages[path] == nil {
			pages[path] = map[int]bool{}
		}
		for _, n := range numbers {
			pages[path][n] = true
		}
	}
	for _, u := range r.report.Unassigned {
		listed[u.Path] = true
		cover(u.Path, u.Pages)
	}
	for _, s := range r.summaries {
		for _, d := range s.documents {
			cover(d.Path, d.Pages)
		}
	}
	for _, f := range r.report.Files {
		if f.Status != extract.StatusRead || f.DuplicateOf != "" {
			continue
		}
		if len(f.Submissions) == 0 && !listed[f.Path] {
			r.report.Unassigned = append(r.report.Unassigned, UnassignedReport{Path: f.Path, Why: why})
			continue
		}
		var lost []int
		for n := 1; n <= f.Pages && len(pages[f.Path]) > 0; n++ {
			if !pages[f.Path][n] {
				lost = append(lost, n)
			}
		}
		if len(lost) > 0 {
			r.report.Unassigned = append(r.report.Unassigned, UnassignedReport{Path: f.Path, Pages: lost, Why: why})
		}
	}
	sort.SliceStable(r.report.Unassigned, func(i, j int) bool { return r.report.Unassigned[i].Path < r.report.Unassigned[j].Path })
}
