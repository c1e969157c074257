package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dengji/cmd/dengji/batch"
)

// BenchmarkWholeProgram runs bin/dengji over the scans of the samples (or of
// $DENGJI_BENCH_INBOX) with one worker and with two, the tesseract command line
// over the page pictures it wrote, and commands that read no scan. It prints a
// table of its own: go test cuts a benchmark's log after ten lines.
func BenchmarkWholeProgram(b *testing.B) {
	program, err := filepath.Abs("../../bin/dengji")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		b.Fatalf("build the program first: make build (%v)", err)
	}
	inbox := os.Getenv("DENGJI_BENCH_INBOX")
	if inbox == "" {
		inbox = filepath.Join("..", "..", "fixtures", "samples", "inbox")
	}
	for b.Loop() {
		scans := only(b, inbox, ".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
		out := filepath.Join(b.TempDir(), "one")
		one, cpu := runProgram(b, program, scans, out, "1")
		two, _ := runProgram(b, program, scans, filepath.Join(b.TempDir(), "two"), "2")
		peer, peerCPU := tesseractPerPage(b, filepath.Join(out, "pages"))
		pages := float64(one.Counts.Pages)
		detect, recognize := one.Timings["read.model.detect"]/pages, one.Timings["read.model.recognize"]/pages
		perPage, model := one.Timings["read.total"]/pages, detect+recognize
		t := table{head: []string{fmt.Sprintf("%.0f pages of scans", pages), "", ""}, right: []bool{false, true, false}}
		row := func(what string, value float64, digits int, unit string) {
			t.add(what, strconv.FormatFloat(value, 'f', digits, 64), unit)
		}
		row("one worker, once started", perPage, 2, "s/page")
		row("  processor time, start included", cpu/pages, 2, "s/page")
		row("  inside the OCR models", model, 2, "s/page")
		row("    detection", detect, 2, "s/page")
		row("    recognition", recognize, 2, "s/page")
		row("  ratio to the models' time", perPage/model, 2, "x")
		row("tesseract command line, one thread", peer, 2, "s/page")
		row("  processor time", peerCPU, 2, "s/page")
		row("  one worker's ratio to it", perPage/peer, 2, "x")
		row("two workers, start included", two.Timings["read"]/pages, 2, "s/page")
		row("  speed-up over one", one.Timings["read"]/two.Timings["read"], 2, "x")
		row("  memory, both workers at their highest", float64(two.Memory.Children)/1e6, 0, "MB")
		row("  memory, larger worker", float64(two.Memory.Child)/1e6, 0, "MB")
		row("  memory, parent", float64(two.Memory.Parent)/1e6, 0, "MB")
		row("a DOCX record, read and built", docxRecord(b, program, inbox)*1e3, 1, "ms")
		row("start of a command that reads no scan", startUp(b, program)*1e3, 0, "ms")
		t.add("", "", "")
		for _, stage := range slices.Sorted(maps.Keys(one.Timings)) {
			name, isReading := strings.CutPrefix(stage, "read.")
			if isReading && !strings.HasPrefix(name, "model.") {
				row("stage "+name, one.Timings[stage]/pages, 3, "s/page")
			}
		}
		for _, stage := range []string{"walk", "hash", "read", "build", "write"} {
			row("run "+stage, one.Timings[stage], 3, "s")
		}
		if err := t.print(os.Stdout); err != nil {
			b.Fatal(err)
		}
	}
}

// docxRecord is the median time of reading a DOCX without pictures, with an
// equal share of building and writing all records; seconds.
func docxRecord(b *testing.B, program, inbox string) float64 {
	b.Helper()
	report, _ := runProgram(b, program, only(b, inbox, ".docx"), filepath.Join(b.TempDir(), "docx"), "1")
	var seconds []float64
	for _, f := range report.Files {
		if f.Pages == 1 {
			seconds = append(seconds, f.Seconds)
		}
	}
	if len(seconds) == 0 {
		b.Fatalf("no DOCX without pictures in %s", inbox)
	}
	slices.Sort(seconds)
	share := (report.Timings["build"] + report.Timings["write"]) / float64(report.Counts.Submissions)
	return seconds[len(seconds)/2] + share
}

// startUp is the shortest of some runs of a command, seconds.
func startUp(b *testing.B, program string) float64 {
	b.Helper()
	best := math.Inf(1)
	for range 10 {
		start := time.Now()
		if err := exec.CommandContext(b.Context(), program, "forms", "list").Run(); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(start).Seconds())
	}
	return best
}

// only copies the inbox's files with these extensions into a folder of their
// own, so that others do not dilute the figures.
func only(b *testing.B, inbox string, extensions ...string) string {
	b.Helper()
	dir := b.TempDir()
	err := filepath.WalkDir(inbox, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		if !slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
			return nil
		}
		rel, err := filepath.Rel(inbox, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// runProgram returns the run's report and the seconds of processor time it
// and its workers took.
func runProgram(b *testing.B, program, inbox, out, workers string) (report batch.Report, cpu float64) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, "run", inbox, "-o", out, "--workers", workers, "--json")
	data, err := cmd.Output()
	if jsonErr := json.Unmarshal(data, &report); jsonErr != nil {
		b.Fatalf("running %s: %v, %v", program, err, jsonErr)
	}
	if report.Counts.Pages == 0 {
		b.Fatalf("no page was read in %s", inbox)
	}
	return report, processorTime(cmd)
}

// processorTime counts a process that has ended and all it waited for, which
// is what wait4 tells on Linux.
func processorTime(cmd *exec.Cmd) float64 {
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
}

// tesseractPerPage times the command line on the same upright page pictures,
// one thread; seconds of wall and of processor time.
func tesseractPerPage(b *testing.B, pages string) (wall, cpu float64) {
	b.Helper()
	pictures, err := filepath.Glob(filepath.Join(pages, "*.jpg"))
	if err != nil || len(pictures) == 0 {
		b.Fatalf("no page pictures in %s (%v)", pages, err)
	}
	start := time.Now()
	for _, p := range pictures {
		cmd := exec.CommandContext(b.Context(), "tesseract", p, "stdout", "-l", "chi_sim", "--psm", "6")
		cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
		if err := cmd.Run(); err != nil {
			b.Fatalf("tesseract on %s: %v", filepath.Base(p), err)
		}
		cpu += processorTime(cmd)
	}
	n := float64(len(pictures))
	return time.Since(start).Seconds() / n, cpu / n
}
