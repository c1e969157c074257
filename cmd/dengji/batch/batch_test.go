package batch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"dengji/extract"
)

// mockEnv makes the test program a worker whose engine does what the file it
// is given says.
const mockEnv = "DENGJI_MOCK_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(runEnv) != "" && os.Getenv(mockEnv) == "" {
		os.Exit(runAsProgram())
	}
	if os.Getenv(mockEnv) == "" {
		os.Exit(m.Run())
	}
	if os.Getenv(mockEnv) == "mute" {
		select {} // never greets
	}
	err := Work(context.Background(), func(s Setup) (*Engine, error) {
		if s.Reader == "broken" {
			return nil, errors.New("no models here")
		}
		return &Engine{Hello: Hello{Readers: []string{"mock 1"}}, File: mockFile, Close: func() error { return nil },
			Worn: func() bool { return worn }}, nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// worn makes the mock ask for another child in its place.
var worn bool

// leak keeps what the mock allocates.
var leak [][]byte

func mockFile(ctx context.Context, path string, page func(int)) (*extract.Document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	// Every reading leaves a trace, so that a test can count them.
	if log := os.Getenv("DENGJI_MOCK_LOG"); log != "" {
		f, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(f, "%s\n", filepath.Base(path))
		f.Close()
	}
	word, _, _ := strings.Cut(string(data), " ")
	switch word {
	case "hang":
		for {
			time.Sleep(time.Hour)
		}
	case "spin":
		for i := 0; ; i++ {
			_ = i
		}
	case "exit":
		os.Exit(0)
	case "crash":
		unix.Kill(os.Getpid(), unix.SIGSEGV)
		time.Sleep(time.Hour)
	case "abort":
		unix.Kill(os.Getpid(), unix.SIGKILL)
		time.Sleep(time.Hour)
	case "panic":
		panic("index out of range")
	case "leak":
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			leak = append(leak, b)
			time.Sleep(2 * time.Millisecond)
		}
	case "noise":
		fmt.Println("noise on stdout")
		unix.Write(1, []byte("{\"id\":1,\"status\":\"read\"}\n"))
		unix.Write(1, bytes.Repeat([]byte("\x00\xff"), 1<<16))
	case "slow": // three pages, each within the time of one
		for n := 1; n <= 3; n++ {
			time.Sleep(200 * time.Millisecond)
			page(n)
		}
	case "child":
		if err := exec.Command("sleep", "3600").Start(); err != nil {
			return nil, err
		}
		os.Exit(1)
	case "shift": // what is read is not what the parent hashed
		return &extract.Document{Format: "mock", SHA256: "another", Pages: []extract.Page{{Number: 1}},
			Lines: []extract.Line{{Text: string(data), Reader: "mock", Score: 1}}}, nil
	case "page":
		return &extract.Document{Format: "mock", Pages: []extract.Page{{Number: 1}, {Number: 2}},
			Lines:    []extract.Line{{Text: string(data), Reader: "mock", Score: 1}},
			Problems: []extract.Problem{{Page: 1, Code: extract.ProblemPageFailed, Message: "坏页"}}}, nil
	case "worn":
		worn = true
	case "full":
		return nil, fmt.Errorf("write page picture: %w", unix.ENOSPC)
	case "refuse":
		return nil, extract.Refuse(extract.StatusEncrypted, "有密码", errors.New("needs a password"))
	}
	if form := strings.Split(string(data), "\n"); len(form) > 2 {
		return mockForm(path, form[1:]), nil
	}
	return &extract.Document{Format: "mock", Name: filepath.Base(path), Pages: []extract.Page{{Number: 1}},
		Lines: []extract.Line{{Text: string(data), Reader: "mock", Score: 1}}, Timings: extract.Timings{"open": 0.5}}, nil
}

// mockForm is a form with a line for each text, as a text page has it. A row
// of a table has | between its cells, and --- begins a page.
func mockForm(path string, lines []string) *extract.Document {
	sum, err := hashFile(context.Background(), path, make([]byte, hashBuffer), 1<<20)
	if err != nil {
		return nil
	}
	doc := &extract.Document{Format: "mock", Name: filepath.Base(path), SHA256: sum}
	page, y, open := -1, 0.0, false
	begin := func() {
		page, y = page+1, 40
		doc.Pages = append(doc.Pages, extract.Page{Number: page + 1, Width: 595, Height: 842, Source: extract.SourceText})
	}
	begin()
	for _, text := range lines {
		if text == "---" {
			begin()
			continue
		}
		cells := strings.Split(text, "|")
		if len(cells) == 1 {
			open = false
		} else if !open {
			open = true
			doc.Tables = append(doc.Tables, extract.Table{Cols: len(cells)})
		}
		for k, cell := range cells {
			x := 60 + 480*float64(k)/float64(len(cells))
			if open {
				t := &doc.Tables[len(doc.Tables)-1]
				t.Rows = len(t.Cells)/len(cells) + 1
				t.Cells = append(t.Cells, extract.Cell{Row: t.Rows - 1, Col: k, RowSpan: 1, ColSpan: 1, Page: page, Lines: []int{len(doc.Lines)},
					Box: extract.Box{X0: x - 2, Y0: y - 4, X1: x - 2 + 480/float64(len(cells)), Y1: y + 16}})
			}
			doc.Lines = append(doc.Lines, extract.Line{Page: page, Text: cell, Reader: "mock", Score: 1,
				Box: extract.Box{X0: x, Y0: y, X1: x + 10*float64(len([]rune(cell))), Y1: y + 10}})
		}
		y += 20
	}
	return doc
}

// mockPool reads with the mock.
func mockPool(t *testing.T, workers int, env ...string) Pool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Pool{
		Command: Command{Path: self, Env: append(env, mockEnv+"=1")},
		Setup:   Setup{Reader: "auto", Parallel: 1},
		Workers: workers,
		Bounds:  Bounds{Time: 20 * time.Second, Memory: 400 << 20},
	}
}

// put writes files (name, content, name, content, …) and returns their paths.
func put(t *testing.T, dir string, pairs ...string) []string {
	t.Helper()
	var paths []string
	for i := 0; i < len(pairs); i += 2 {
		p := filepath.Join(dir, pairs[i])
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(pairs[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}
