package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengji/extract"
)

// descendants lists the processes whose parent is pid or that pid's group
// contains, by name.
func descendants(t *testing.T, pid int) []string {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range dirs {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		open, end := strings.IndexByte(string(data), '('), strings.LastIndexByte(string(data), ')')
		var state string
		var parent int
		if _, err := fmt.Sscan(string(data[end+1:]), &state, &parent); err != nil {
			t.Fatal(err)
		}
		if parent == pid {
			names = append(names, string(data[open:end+1])+" "+state)
		}
	}
	return names
}

func TestPoolSurvivesItsFiles(t *testing.T) {
	tests := []struct {
		content string
		status  extract.Status
		detail  string
	}{
		{"good", extract.StatusRead, ""},
		{"noise", extract.StatusRead, ""},
		{"refuse", extract.StatusEncrypted, "needs a password"},
		{"panic", extract.StatusCrashed, "index out of range"},
		{"exit", extract.StatusCrashed, "worker ended"},
		{"crash", extract.StatusCrashed, "worker ended"},
		{"abort", extract.StatusCrashed, "killed"},
		{"child", extract.StatusCrashed, "worker ended"},
		{"hang", extract.StatusTimeout, "stopped after"},
		{"spin", extract.StatusTimeout, "stopped after"},
		{"leak", extract.StatusTooLarge, "400 MiB"},
		{"good again", extract.StatusRead, ""},
	}
	dir := t.TempDir()
	var paths []string
	for i, tt := range tests {
		paths = append(paths, put(t, dir, fmt.Sprintf("%02d", i), tt.content)...)
	}
	for i := range 20 { // good files beside them
		paths = append(paths, put(t, dir, fmt.Sprintf("good %d", i), "good")...)
	}
	pool := mockPool(t, 2)
	pool.Bounds.Time = 10 * time.Second // a busy machine lets a leak grow slowly
	answers := make([]Answer, len(paths))
	stats, err := pool.Read(context.Background(), paths, func(i int, a Answer) { answers[i] = a })
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		want, detail := extract.StatusRead, ""
		name := "good"
		if i < len(tests) {
			want, detail, name = tests[i].status, tests[i].detail, tests[i].content
		}
		if a.Status != want || !strings.Contains(a.Detail, detail) {
			t.Errorf("%s: status %q, detail %q; want %q with %q", name, a.Status, a.Detail, want, detail)
		}
		if (a.Status == extract.StatusRead) != (a.Document != nil) || (a.Status != extract.StatusRead) != (a.Reason != "") {
			t.Errorf("%s: status %q with document %v and reason %q", name, a.Status, a.Document != nil, a.Reason)
		}
	}
	if stats.PeakEach < 400<<20 {
		t.Errorf("peak of a leaking child is %d bytes, want above its limit", stats.PeakEach)
	}
	if left := descendants(t, os.Getpid()); len(left) > 0 {
		t.Errorf("processes left behind: %v", left)
	}
}

// A document that keeps delivering pages may take longer than one that hangs.
func TestPagesBuyTime(t *testing.T) {
	pool := mockPool(t, 1)
	pool.Bounds.Time, pool.Bounds.PerPage = 300*time.Millisecond, 300*time.Millisecond
	paths := put(t, t.TempDir(), "a", "slow")
	// The first request must not pay for the child's start.
	var got Answer
	if _, err := pool.Read(context.Background(), paths, func(_ int, a Answer) { got = a }); err != nil {
		t.Fatal(err)
	}
	if got.Status != extract.StatusRead {
		t.Errorf("with time per page: %q (%s), want read", got.Status, got.Detail)
	}
	pool.Bounds.PerPage = 0
	if _, err := pool.Read(context.Background(), paths, func(_ int, a Answer) { got = a }); err != nil {
		t.Fatal(err)
	}
	if got.Status != extract.StatusTimeout {
		t.Errorf("without time per page: %q, want timeout", got.Status)
	}
}

func TestPoolInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pool := mockPool(t, 2)
	paths := put(t, t.TempDir(), "a", "good", "b", "hang", "c", "hang", "d", "good")
	time.AfterFunc(700*time.Millisecond, cancel)
	start := time.Now()
	_, err := pool.Read(ctx, paths, func(int, Answer) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if left := descendants(t, os.Getpid()); len(left) > 0 {
		t.Errorf("processes left behind: %v", left)
	}
}

func TestPoolThatCannotStart(t *testing.T) {
	paths := put(t, t.TempDir(), "a", "good")
	broken := mockPool(t, 1)
	broken.Setup.Reader = "broken"
	missing := mockPool(t, 1)
	missing.Command.Path = filepath.Join(t.TempDir(), "nothing")
	quits := mockPool(t, 1)
	quits.Command = Command{Path: "/bin/false"}
	for name, tt := range map[string]struct {
		pool Pool
		want string
	}{"engine": {broken, "no models here"}, "program": {missing, "no such file"}, "quits": {quits, "worker"}} {
		_, err := tt.pool.Read(context.Background(), paths, func(int, Answer) { t.Errorf("%s: an answer came", name) })
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error is %v, want %q in it", name, err, tt.want)
		}
	}
}

func TestHello(t *testing.T) {
	hello, err := mockPool(t, 1).Hello(context.Background())
	if err != nil || len(hello.Readers) != 1 || hello.Readers[0] != "mock 1" {
		t.Errorf("hello is %+v, %v", hello, err)
	}
}

func TestPathsNeedNotBeUTF8(t *testing.T) {
	dir := t.TempDir()
	paths := put(t, dir, "\xb5\xc7\xbc\xc7\xb1\xed \n“x”", "good")
	var got Answer
	if _, err := mockPool(t, 1).Read(context.Background(), paths, func(_ int, a Answer) { got = a }); err != nil {
		t.Fatal(err)
	}
	if got.Status != extract.StatusRead {
		t.Errorf("status %q: %s", got.Status, got.Detail)
	}
}

// A full disk is not the file's fault: nothing is held against it, and the
// run ends with words that help.
func TestFullDiskInAWorker(t *testing.T) {
	b := newBench(t)
	paths := put(t, b.inbox, "a", "full")
	_, err := Run(context.Background(), b.cfg)
	if err == nil || !strings.Contains(err.Error(), "make room") || !strings.Contains(err.Error(), "no space left") {
		t.Fatalf("error is %v", err)
	}
	if err := os.WriteFile(paths[0], []byte("good"), 0o644); err != nil {
		t.Fatal(err)
	}
	if report, _ := b.run(); report.Counts.ByStatus[extract.StatusRead] != 1 {
		t.Errorf("with room again: %v", report.Counts.ByStatus)
	}
}

// A worker that hangs leaves by itself when its parent was killed.
func TestNoOrphans(t *testing.T) {
	inbox, out := t.TempDir(), t.TempDir()
	put(t, inbox, "a", "spin", "b", "hang")
	cmd := runProcess(t, inbox, out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); len(orphans(t)) < 3; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the workers did not start")
		}
	}
	time.Sleep(300 * time.Millisecond)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for deadline := time.Now().Add(20 * time.Second); len(orphans(t)) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("processes left behind: %v", orphans(t))
		}
	}
}
