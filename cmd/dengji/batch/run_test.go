package batch

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengji/extract"
	"dengji/rules"
)

// bench is an inbox, an output folder and a log of what the mock read.
type bench struct {
	t          *testing.T
	inbox, out string
	log        string
	cfg        Config
}

func newBench(t *testing.T) *bench {
	t.Helper()
	forms, err := rules.LoadForms()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := &bench{t: t, inbox: filepath.Join(dir, "in"), out: filepath.Join(dir, "out"), log: filepath.Join(dir, "log")}
	if err := os.Mkdir(b.inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	pool := mockPool(t, 2, "DENGJI_MOCK_LOG="+b.log)
	pool.Bounds.Time = 3 * time.Second // the race detector sleeps a second at exit
	b.cfg = Config{Inbox: b.inbox, Out: b.out, Pool: pool, Forms: forms, Version: "test", RulesKey: "rules 1", Readers: "mock", Now: time.Now}
	return b
}

// run runs the job and returns the report and the sorted names of the files
// that were read.
func (b *bench) run() (*Report, []string) {
	b.t.Helper()
	os.Remove(b.log)
	report, err := Run(context.Background(), b.cfg)
	if err != nil {
		b.t.Fatal(err)
	}
	return report, b.read()
}

func (b *bench) read() []string {
	data, err := os.ReadFile(b.log)
	if err != nil {
		return nil
	}
	names := strings.Fields(string(data))
	slices.Sort(names)
	return names
}

func TestRunReadsOnlyWhatChanged(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "co/a", "good a", "co/b", "good b", "co/copy-of-b", "good b", "d", "refuse d")
	report, read := b.run()
	if want := []string{"a", "b", "d"}; !slices.Equal(read, want) {
		t.Errorf("first run read %v, want %v", read, want)
	}
	if report.ExitCode != ExitSomeUnread || report.Counts.Files != 4 || report.Counts.ByStatus[extract.StatusEncrypted] != 1 {
		t.Errorf("first report: exit %d, counts %+v", report.ExitCode, report.Counts)
	}
	for _, f := range report.Files {
		if dup := f.DuplicateOf; (f.Path == "co/copy-of-b") != (dup == "co/b") {
			t.Errorf("%s is a duplicate of %q", f.Path, dup)
		}
	}
	report, read = b.run()
	if len(read) != 0 || report.Counts.Cached != 3 || report.Counts.Read != 0 {
		t.Errorf("second run read %v; counts %+v", read, report.Counts)
	}
	put(t, b.inbox, "co/a", "good and new", "e", "good a") // e is what a was
	if _, read = b.run(); !slices.Equal(read, []string{"a"}) {
		t.Errorf("third run read %v, want [a]", read)
	}
	b.cfg.Reread = true
	if _, read = b.run(); len(read) != 4 {
		t.Errorf("--reread read %v, want four contents", read)
	}
	b.cfg.Reread = false
	if _, read = b.run(); len(read) != 0 {
		t.Errorf("after --reread %v were read, want none", read)
	}
	b.cfg.RereadOnly = []string{"co/b"}
	if _, read = b.run(); !slices.Equal(read, []string{"b"}) {
		t.Errorf("asked for again were %v, want [b]", read)
	}
}

func TestRunLeavesAStubbornFileAlone(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "x", "exit", "y", "good")
	for i := range 5 {
		report, read := b.run()
		if wantRead := i < 3; slices.Contains(read, "x") != wantRead {
			t.Errorf("run %d read %v, want x among them: %v", i+1, read, wantRead)
		}
		if report.ExitCode != ExitSomeUnread || report.Counts.ByStatus[extract.StatusCrashed] != 1 || report.Counts.ByStatus[extract.StatusRead] != 1 {
			t.Errorf("run %d: exit %d, %v", i+1, report.ExitCode, report.Counts.ByStatus)
		}
	}
}

func TestRunReport(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "公司（一）/a b", "good", "公司（一）/c", "hang", "~$lock", "x")
	if err := os.Symlink("a b", filepath.Join(b.inbox, "公司（一）", "link")); err != nil {
		t.Fatal(err)
	}
	report, _ := b.run()
	data, err := os.ReadFile(filepath.Join(b.out, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var written Report
	if err := json.Unmarshal(data, &written); err != nil {
		t.Fatal(err)
	}
	if written.Schema != ReportSchema || len(written.Files) != 2 || len(written.Skipped) != 2 || written.ExitCode != ExitSomeUnread {
		t.Errorf("run.json has %d files, %d skipped, exit %d", len(written.Files), len(written.Skipped), written.ExitCode)
	}
	if f := written.Files[1]; f.Path != "公司（一）/c" || f.Status != extract.StatusTimeout || f.Reason == "" || f.SHA256 == "" {
		t.Errorf("the hanging file is %+v", f)
	}
	if len(report.Unassigned)+len(report.Submissions) == 0 {
		t.Error("a file that was read is in no submission and not unassigned")
	}
	if report.Timings["read.open"] != 0.5 || report.Timings["read"] <= 0 {
		t.Errorf("timings are %v", report.Timings)
	}
	for _, name := range []string{"records.jsonl", "dengji.db", "pages", "records"} {
		if _, err := os.Stat(filepath.Join(b.out, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestRunOfAnEmptyInbox(t *testing.T) {
	report, _ := newBench(t).run()
	if report.ExitCode != ExitDone || report.Counts.Files != 0 {
		t.Errorf("exit %d, counts %+v", report.ExitCode, report.Counts)
	}
}

func TestRunIsRefusedALockedFolder(t *testing.T) {
	b := newBench(t)
	b.run()
	held, err := lock(b.out)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := Run(context.Background(), b.cfg); !errors.Is(err, ErrLocked) {
		t.Errorf("error is %v, want ErrLocked", err)
	}
}

// What was read before the interruption is not read again.
func TestRunInterrupted(t *testing.T) {
	b := newBench(t)
	b.cfg.Pool.Workers = 1
	b.cfg.Pool.Bounds.Time = 20 * time.Second
	put(t, b.inbox, "a", "good, and longest of all", "b", "hang ", "c", "good")
	ctx, cancel := context.WithCancel(context.Background())
	b.cfg.Progress = func(p Progress) {
		if p.Done == 1 {
			cancel()
		}
	}
	if _, err := Run(ctx, b.cfg); !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v, want context.Canceled", err)
	}
	if left := descendants(t, os.Getpid()); len(left) > 0 {
		t.Errorf("processes left behind: %v", left)
	}
	var told Report
	data, err := os.ReadFile(filepath.Join(b.out, "run.json"))
	if err := errors.Join(err, json.Unmarshal(data, &told)); err != nil {
		t.Fatal(err)
	}
	if told.ExitCode != ExitInterrupted || told.Counts.Read != 1 || told.Counts.ByStatus[extract.StatusRead] != 1 || told.Counts.ByStatus[StatusNotReached] != 2 {
		t.Errorf("run.json says exit code %d, files %v", told.ExitCode, told.Counts.ByStatus)
	}
	torn := filepath.Join(b.out, "pages", childTempMark+"1")
	if err := os.WriteFile(torn, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.cfg.Progress = nil
	b.cfg.Pool.Bounds.Time = 3 * time.Second
	if _, read := b.run(); slices.Contains(read, "a") || !slices.Contains(read, "c") {
		t.Errorf("the run after it read %v, want c and not a", read)
	}
	if _, err := os.Stat(torn); !os.IsNotExist(err) {
		t.Errorf("half a page picture is still there (%v)", err)
	}
}

// Two runs over the same inbox into two folders write the same records.
func TestRunIsDeterministic(t *testing.T) {
	a, b := newBench(t), newBench(t)
	for _, x := range []*bench{a, b} {
		put(t, x.inbox, "1/f", "good 1", "2/f", "good 2", "3", "good 3")
		x.cfg.Now = func() time.Time { return time.Date(2022, 9, 30, 0, 0, 0, 0, time.UTC) }
		x.run()
	}
	first, err1 := os.ReadFile(filepath.Join(a.out, "records.jsonl"))
	second, err2 := os.ReadFile(filepath.Join(b.out, "records.jsonl"))
	if err := errors.Join(err1, err2); err != nil || string(first) != string(second) {
		t.Errorf("records differ (%v)", err)
	}
}
