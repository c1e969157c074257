package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
)

// Bounds of what a bomb may cost.
const (
	bombMemory = 512 << 20        // bytes a child may hold while it refuses one
	bombTime   = 10 * time.Second // of the processor; BenchmarkBombs holds it against 2 s on a quiet machine
)

// hostilePool reads with the program's own worker, as `dengji run` does.
func hostilePool(t testing.TB) batch.Pool {
	t.Helper()
	program, err := exec.LookPath("dengji") // testscript's link to this test
	if err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(os.TempDir(), "dengji-test-cache", "dengji")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	return batch.Pool{Command: batch.Command{Path: program, Args: []string{"worker"}}, Workers: 1,
		Setup:  batch.Setup{Reader: "tesseract", Limits: extract.DefaultLimits(), CacheDir: cache, Parallel: 1, DataLimit: 4 << 30},
		Bounds: batch.Bounds{Time: 5 * time.Minute, Memory: 2 << 30}}
}

// cost is what one file took.
type cost struct {
	answer    batch.Answer
	peak      int64         // bytes of the child
	processor time.Duration // of the child, its start included
}

// detonate has a child of its own read a bomb.
func detonate(t testing.TB, b bomb) cost {
	t.Helper()
	path := filepath.Join(t.TempDir(), b.name)
	if err := os.WriteFile(path, b.make(t), 0o644); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	var c cost
	before := children(t)
	stats, err := hostilePool(t).Read(context.Background(), []string{path}, func(_ int, a batch.Answer) { c.answer = a })
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	c.peak, c.processor = stats.PeakEach, children(t)-before
	return c
}

// children is the processor time of all children that have ended.
func children(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Each bomb is refused with a status and a reason in words, and costs no more
// memory than a page does.
func TestBombs(t *testing.T) {
	for _, b := range bombs() {
		t.Run(b.name, func(t *testing.T) {
			c := detonate(t, b)
			if a := c.answer; a.Status != b.status || a.Reason == "" {
				t.Errorf("status %q, reason %q (%s); want %q and a reason", a.Status, a.Reason, a.Detail, b.status)
			}
			if c.peak > bombMemory || c.processor > bombTime {
				t.Errorf("the child held %d MiB and took %v, want at most %d MiB and %v", c.peak>>20, c.processor, bombMemory>>20, bombTime)
			}
			t.Logf("%s in %.2f s, %.2f s of the processor, %d MiB: %.150s", c.answer.Status, c.answer.Seconds, c.processor.Seconds(), c.peak>>20, c.answer.Detail)
		})
	}
}

// BenchmarkBombs prints what each bomb costs; it fails where one takes 2 s or
// 512 MiB. It is meant for a quiet machine.
func BenchmarkBombs(b *testing.B) {
	for b.Loop() {
		table := table{head: []string{"bomb", "becomes", "seconds", "processor", "MiB"}, right: []bool{false, false, true, true, true}}
		for _, bomb := range bombs() {
			c := detonate(b, bomb)
			table.add(bomb.name, string(c.answer.Status), fmt.Sprintf("%.2f", c.answer.Seconds), fmt.Sprintf("%.2f", c.processor.Seconds()), fmt.Sprint(c.peak>>20))
			if c.answer.Seconds >= 2 || c.peak > bombMemory {
				b.Errorf("%s took %.2f s and %d MiB", bomb.name, c.answer.Seconds, c.peak>>20)
			}
		}
		if err := table.print(os.Stdout); err != nil {
			b.Fatal(err)
		}
	}
}
