package batch

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Memory stays flat however many documents a run has: SOAK says how many. The
// parent's is looked at after each document, a worker's by the pool.
func TestSoak(t *testing.T) {
	documents := count(t, "SOAK", 150)
	b := newBench(t)
	b.cfg.Pool.Bounds.Time = time.Minute
	fillInbox(t, b.inbox, documents)
	var early, late int64
	done := 0
	b.cfg.Progress = func(p Progress) {
		if p.Status == "" {
			return
		}
		if done++; done%10 != 0 {
			return
		}
		now := residentBytes(os.Getpid())
		if done <= 100 {
			early = max(early, now)
		} else {
			late = max(late, now)
		}
	}
	report, _ := b.run()
	if report.Counts.Submissions != documents || report.ExitCode != ExitDone {
		t.Fatalf("%d submissions of %d, exit code %d, problems %v", report.Counts.Submissions, documents, report.ExitCode, report.Problems)
	}
	t.Logf("%d documents in %.1f s (%.1f s reading, %.1f s building): parent %d MiB in the first 100, %d MiB after, %d MiB at its highest; largest worker %d MiB",
		documents, report.Seconds, report.Timings["read"], report.Timings["build"], early>>20, late>>20, report.Memory.Parent>>20, report.Memory.Child>>20)
	const slack = 24 << 20 // what the collector leaves lying about
	if late > early+slack {
		t.Errorf("the parent's memory grew from %d to %d MiB", early>>20, late>>20)
	}
	again := time.Now()
	report, read := b.run()
	t.Logf("run again: %s", time.Since(again))
	if len(read) > 0 || report.Counts.Cached != documents {
		t.Errorf("run again, %d were read", len(read))
	}
	if names, err := filepath.Glob(filepath.Join(b.out, "records", "*.json")); err != nil || len(names) != documents {
		t.Errorf("%d records (%v)", len(names), err)
	}
	// One corrected document among them costs its own submission.
	put(t, b.inbox, "007/更正.txt", formText(7, "13900000000"))
	one := time.Now()
	report, read = b.run()
	t.Logf("one corrected: %s, built in %.2f s", time.Since(one), report.Timings["build"])
	if len(read) != 1 {
		t.Errorf("read were %v, want one", read)
	}
	changed := 0
	for _, s := range report.Submissions {
		if s.Revision == 2 {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("%d submissions have a new revision, want one", changed)
	}
}
