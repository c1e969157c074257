package batch

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengji/extract"
)

// Five documents that do a child the worst cost themselves alone: a hundred
// good files beside them are read in the same run, nothing is left running,
// and run.json says of each what became of it. Three such runs, and those that
// kill their child are left alone until they change or are asked for.
func TestIsolation(t *testing.T) {
	b := newBench(t)
	b.cfg.Pool.Bounds.Memory, b.cfg.Pool.Bounds.Time = 150<<20, 5*time.Second
	hostile := map[string]extract.Status{
		"hang": extract.StatusTimeout, "leak": extract.StatusTooLarge, "crash": extract.StatusCrashed,
		"noise": extract.StatusRead, "exit": extract.StatusCrashed,
	}
	for word := range hostile {
		put(t, b.inbox, "hostile/"+word, word+" ")
	}
	for i := range 100 {
		put(t, b.inbox, fmt.Sprintf("good/%03d", i), fmt.Sprintf("good %d", i))
	}
	for round := 1; round <= 4; round++ {
		report, read := b.run()
		if left := descendants(t, os.Getpid()); len(left) > 0 {
			t.Fatalf("run %d left processes behind: %v", round, left)
		}
		good := 0
		for _, f := range report.Files {
			word, found := strings.CutPrefix(f.Path, "hostile/")
			switch {
			case !found && f.Status == extract.StatusRead:
				good++
			case !found:
				t.Errorf("run %d: %s is %s: %s", round, f.Path, f.Status, f.Detail)
			case f.Status != hostile[word] || (f.Reason == "") != (f.Status == extract.StatusRead):
				t.Errorf("run %d: %s is %s (%s: %s), want %s", round, word, f.Status, f.Reason, f.Detail, hostile[word])
			}
		}
		if good != 100 || report.ExitCode != ExitSomeUnread {
			t.Errorf("run %d: %d good files were read, exit code %d", round, good, report.ExitCode)
		}
		for word, status := range hostile {
			dies := status == extract.StatusTimeout || status == extract.StatusCrashed
			if want := round == 1 || dies && round <= 3; slices.Contains(read, word) != want {
				t.Errorf("run %d read %s: %v, want %v", round, word, !want, want)
			}
		}
	}
	// Changed, or asked for again, they get another chance.
	put(t, b.inbox, "hostile/exit", "good now")
	b.cfg.RereadOnly = []string{"hostile/crash"}
	if _, read := b.run(); !slices.Equal(read, []string{"crash", "exit"}) {
		t.Errorf("after a change and a request %v were read, want crash and exit", read)
	}
}

// Odd inboxes: every entry is read or told of, under a name of its own.
func TestOddInbox(t *testing.T) {
	b := newBench(t)
	odd := []string{"空 格（一）【盖章】/ 表 .docx", strings.Repeat("长", 85), "new\nline", "\xb5\xc7\xbc\xc7", "登记", "a\x1b[31m", "-rf", "--", "$(x)", "a%00b", "'\"", "..."}
	for i, name := range odd {
		put(t, b.inbox, name, fmt.Sprintf("good %d", i))
	}
	for i := range 1000 {
		put(t, b.inbox, fmt.Sprintf("empty/%d", i), "")
	}
	report, _ := b.run()
	seen := map[string]bool{}
	for _, f := range report.Files {
		if seen[f.Path] || strings.ContainsAny(f.Path, "\n\x1b") {
			t.Errorf("path %q", f.Path)
		}
		seen[f.Path] = true
		if f.Status != extract.StatusRead {
			t.Errorf("%q is %s: %s", f.Path, f.Status, f.Reason)
		}
	}
	// "..." begins with a point: hidden, and told of as such.
	if len(report.Files) != len(odd)-1+1000 || len(report.Skipped) != 1 {
		t.Errorf("%d files and %d skipped", len(report.Files), len(report.Skipped))
	}
}

// A folder that cannot be listed is told of once, under its own name.
func TestUnreadableFolder(t *testing.T) {
	inbox := t.TempDir()
	put(t, inbox, "closed/a", "x", "open/b", "x")
	w := walker{inbox: inbox, names: map[string]bool{}, folders: map[string]string{}}
	err := filepath.WalkDir(inbox, func(raw string, entry os.DirEntry, err error) error {
		if err := w.visit(raw, entry, err); err != nil || entry.Name() != "closed" {
			return err
		}
		// What WalkDir does when it may not read the folder.
		if err := w.visit(raw, entry, os.ErrPermission); err != nil {
			return err
		}
		return filepath.SkipDir
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(w.skipped) != 1 || w.skipped[0].Path != "closed" || w.skipped[0].Reason != skipUnreadable || w.skipped[0].Detail == "" {
		t.Errorf("skipped are %+v", w.skipped)
	}
	if len(w.files) != 1 || w.files[0].Path != "open/b" {
		t.Errorf("files are %+v", w.files)
	}
}

// What a child read is not what was hashed: nothing of it is kept, and the
// next run reads the file again.
func TestFileThatChangesWhileItIsRead(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "co/a", "shift a", "co/b", "good b")
	for round := 1; round <= 2; round++ {
		report, read := b.run()
		if !slices.Contains(read, "a") {
			t.Errorf("run %d did not read the file", round)
		}
		f := report.Files[0]
		if f.Status != StatusUnreadable || f.Reason != reasonChanged || report.ExitCode != ExitSomeUnread {
			t.Errorf("run %d: %+v, exit code %d", round, f, report.ExitCode)
		}
		data, err := os.ReadFile(filepath.Join(b.out, "records.jsonl"))
		if err != nil || strings.Contains(string(data), "shift") {
			t.Errorf("run %d: records hold %q (%v)", round, data, err)
		}
	}
}

// A file beyond the limit is refused without being read through: it may have
// more bytes than the disk.
func TestHugeFileIsNotHashed(t *testing.T) {
	b := newBench(t)
	b.cfg.Pool.Setup.Limits = extract.DefaultLimits()
	put(t, b.inbox, "a", "good", "huge.pdf", "x")
	if err := os.Truncate(filepath.Join(b.inbox, "huge.pdf"), 1<<42); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	report, _ := b.run()
	if f := report.Files[1]; f.Status != extract.StatusTooLarge || f.Reason == "" || f.SHA256 != "" {
		t.Errorf("huge.pdf is %+v", f)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("the run took %v", took)
	}
}

// A page that could not be read is not passed over in silence.
func TestFailedPageIsTold(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "a", "page one")
	report, _ := b.run()
	if report.ExitCode != ExitSomeUnread || report.Files[0].Status != extract.StatusRead {
		t.Errorf("exit code %d, status %s", report.ExitCode, report.Files[0].Status)
	}
	data, err := json.Marshal(report.Files[0].Problems)
	if err != nil || !strings.Contains(string(data), "page_failed") {
		t.Errorf("problems are %s (%v)", data, err)
	}
}

// A child that says it is worn answers, and another takes its place.
func TestWornChildIsReplaced(t *testing.T) {
	pool := mockPool(t, 1)
	var paths []string
	for i, word := range []string{"good 1", "worn", "good 2", "good 3"} {
		paths = append(paths, put(t, t.TempDir(), fmt.Sprint(i), word)...)
	}
	stats, err := pool.Read(t.Context(), paths, func(i int, a Answer) {
		if a.Status != extract.StatusRead {
			t.Errorf("%d is %s: %s", i, a.Status, a.Detail)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if stats.Started != 2 {
		t.Errorf("%d children were started, want 2", stats.Started)
	}
}
