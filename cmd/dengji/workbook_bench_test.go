package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"dengji/cmd/dengji/export"
	"dengji/cmd/dengji/outtest"
)

// BenchmarkWorkbook runs bin/dengji export over 1,000 submissions whose page
// pictures are as large and as noisy as those of scans at 150 dots an inch,
// and apply of a workbook with every row confirmed. It prints a table.
func BenchmarkWorkbook(b *testing.B) {
	program, err := filepath.Abs("../../bin/dengji")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		b.Fatalf("build the program first: make build (%v)", err)
	}
	n, err := strconv.Atoi(env("DENGJI_BENCH_SUBMISSIONS", "1000"))
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	out, err := outtest.Make(context.Background(), filepath.Join(dir), outtest.Options{Submissions: n})
	if err != nil {
		b.Fatal(err)
	}
	size := likeScans(b, filepath.Join(out.Dir, "pages"))
	file := filepath.Join(b.TempDir(), "book.xlsx")
	for b.Loop() {
		t := table{head: []string{fmt.Sprintf("%d submissions", n), "", ""}, right: []bool{false, true, false}}
		t.add("page pictures, each", strconv.Itoa(size/1000), "kB")
		measured(b, &t, program, "export", out.Dir, "-f", file)
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		t.add("  workbook", strconv.FormatFloat(float64(info.Size())/1e6, 'f', 1, 64), "MB")
		rows, err := fillBook(file, func(string) (string, string, bool) { return export.ConfirmWords[0], "", true })
		if err != nil {
			b.Fatal(err)
		}
		t.add("  fields to look at", strconv.Itoa(rows), "rows")
		measured(b, &t, program, "apply", out.Dir, file, "--by", "赵敏", "--partial")
		measured(b, &t, program, "export", out.Dir, "--to", "csv", "-f", filepath.Join(b.TempDir(), "x.csv"))
		if err := t.print(os.Stdout); err != nil {
			b.Fatal(err)
		}
	}
}

// measured runs the program and adds what it took.
func measured(b *testing.B, t *table, program string, args ...string) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	started := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	peak := peakOf(cmd.Process.Pid)
	err := cmd.Wait()
	took := time.Since(started).Seconds()
	// Rows that cannot be confirmed make apply end with 2.
	if err != nil && (args[0] != "apply" || cmd.ProcessState.ExitCode() != 2) {
		b.Fatalf("%q: %v\n%s", args, err, said.String())
	}
	what := args[0]
	if strings.HasPrefix(args[2], "--to") {
		what += " --to " + args[3]
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	t.add(what, strconv.FormatFloat(took, 'f', 1, 64), "s")
	t.add("  processor time", strconv.FormatFloat(cpu.Seconds(), 'f', 1, 64), "s")
	t.add("  memory", strconv.FormatInt(<-peak/1000, 10), "MB")
}

// peakOf tells, once a process has ended, its highest resident memory in kB.
// What getrusage says of a child begins with its parent's.
func peakOf(pid int) <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var kb int64
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, line, found := strings.Cut(string(status), "VmHWM:")
			if err != nil || !found { // it has ended
				peak <- kb
				return
			}
			fmt.Sscan(line, &kb)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return peak
}

// likeScans gives all pages of a folder a picture of 1,240 × 1,754 pixels with
// a scanner's noise, and returns its size in bytes.
func likeScans(b *testing.B, dir string) int {
	b.Helper()
	pages, err := os.ReadDir(dir)
	if err != nil || len(pages) == 0 {
		b.Fatalf("%d pages, %v", len(pages), err)
	}
	f, err := os.Open(filepath.Join(dir, pages[0].Name()))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	drawn, err := jpeg.Decode(f)
	if err != nil {
		b.Fatal(err)
	}
	page := image.NewRGBA(image.Rect(0, 0, 1240, 1754))
	draw.BiLinear.Scale(page, page.Rect, drawn, drawn.Bounds(), draw.Src, nil)
	noise := rand.New(rand.NewPCG(1, 2))
	for y := range 1754 {
		for x := range 1240 {
			c, d := page.RGBAAt(x, y), noise.NormFloat64()*3-6
			level := func(v uint8) uint8 { return uint8(min(255, max(0, float64(v)+d))) }
			page.SetRGBA(x, y, color.RGBA{level(c.R), level(c.G), level(c.B), 255})
		}
	}
	var data bytes.Buffer
	if err := jpeg.Encode(&data, page, &jpeg.Options{Quality: 80}); err != nil {
		b.Fatal(err)
	}
	model := filepath.Join(b.TempDir(), "page.jpg")
	if err := os.WriteFile(model, data.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	for _, p := range pages {
		path := filepath.Join(dir, p.Name())
		if err := os.Remove(path); err != nil {
			b.Fatal(err)
		}
		if err := os.Link(model, path); err != nil {
			b.Fatal(err)
		}
	}
	return data.Len()
}
