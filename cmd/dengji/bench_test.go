package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengji/cmd/dengji/batch"
)

// BenchmarkWholeProgram runs bin/dengji over the scans of the samples (or of
// $DENGJI_BENCH_INBOX) with one worker and with two, and the tesseract command
// line over the page pictures it wrote, one thread. Seconds are of wall time.
//
//	s/page        one worker
//	model-s/page  of these, inside the OCR models
//	x-model       s/page over model-s/page
//	x-tesseract   s/page over tesseract's
//	speed-up      of two workers over one
//	MB-parent, MB-children: highest resident memory, two workers
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
		scans := onlyScans(b, inbox)
		out := filepath.Join(b.TempDir(), "one")
		one := runProgram(b, program, scans, out, "1")
		two := runProgram(b, program, scans, filepath.Join(b.TempDir(), "two"), "2")
		pages := float64(one.Counts.Pages)
		perPage := one.Timings["read"] / pages
		model := (one.Timings["read.model.detect"] + one.Timings["read.model.recognize"]) / pages
		b.ReportMetric(perPage, "s/page")
		b.ReportMetric(pages, "pages")
		b.ReportMetric(one.Timings["read"]/two.Timings["read"], "speed-up")
		b.ReportMetric(float64(two.Memory.Parent)/1e6, "MB-parent")
		b.ReportMetric(float64(two.Memory.Children)/1e6, "MB-children")
		b.ReportMetric(perPage/tesseractPerPage(b, filepath.Join(out, "pages")), "x-tesseract")
		if model > 0 {
			b.ReportMetric(model, "model-s/page")
			b.ReportMetric(perPage/model, "x-model")
		}
		for stage, seconds := range one.Timings {
			if name, ok := strings.CutPrefix(stage, "read."); ok {
				b.Logf("%-18s %7.3f s/page", name, seconds/pages)
			}
		}
	}
}

// onlyScans links the inbox's PDFs and pictures into a folder of their own, so
// that files without a page to look at do not dilute the figures.
func onlyScans(b *testing.B, inbox string) string {
	b.Helper()
	dir := b.TempDir()
	err := filepath.WalkDir(inbox, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff":
		default:
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

func runProgram(b *testing.B, program, inbox, out, workers string) batch.Report {
	b.Helper()
	cmd := exec.CommandContext(context.Background(), program, "run", inbox, "-o", out, "--workers", workers, "--json")
	data, err := cmd.Output()
	var report batch.Report
	if jsonErr := json.Unmarshal(data, &report); jsonErr != nil {
		b.Fatalf("running %s: %v, %v", program, err, jsonErr)
	}
	if report.Counts.Pages == 0 {
		b.Fatalf("no page was read in %s", inbox)
	}
	return report
}

// tesseractPerPage times the command line on the same upright page pictures.
func tesseractPerPage(b *testing.B, pages string) float64 {
	b.Helper()
	pictures, err := filepath.Glob(filepath.Join(pages, "*.jpg"))
	if err != nil || len(pictures) == 0 {
		b.Fatalf("no page pictures in %s (%v)", pages, err)
	}
	start := time.Now()
	for _, p := range pictures {
		cmd := exec.CommandContext(context.Background(), "tesseract", p, "stdout", "-l", "chi_sim", "--psm", "6")
		cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
		if err := cmd.Run(); err != nil {
			b.Fatalf("tesseract on %s: %v", filepath.Base(p), err)
		}
	}
	return time.Since(start).Seconds() / float64(len(pictures))
}
