package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestDocumentedExamples runs the examples of docs/INTEGRATION.md as they stand
// there, on the OUT that it names, and compares what they print with what
// stands below them. The one that needs pandas is run by hand.
func TestDocumentedExamples(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "INTEGRATION.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	api, hook := freePort(t), freePort(t)
	doc := strings.NewReplacer("127.0.0.1:8765", "127.0.0.1:"+api, "127.0.0.1:9000", "127.0.0.1:"+hook, "receiver.py 9000", "receiver.py "+hook).Replace(string(text))
	if out, err := command(t, root, "go", "run", "./fixtures/gen", "-out", filepath.Join(dir, "set"), "-seed", "7", "-count", "6", "-sets", "docx,text_pdf,xlsx"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := command(t, dir, "dengji", "run", "set/inbox", "-o", "out", "--reader", "tesseract"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	serveForExamples(t, dir, api)
	ran := 0
	for _, e := range examples(doc) {
		if strings.Contains(e.code, "import pandas") {
			continue
		}
		if strings.Contains(e.code, "http.server") {
			if err := os.WriteFile(filepath.Join(dir, "receiver.py"), []byte(e.code), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		program := []string{"sh", "-e", "-c", e.code}
		if e.language == "python" {
			program = []string{"python3", "-c", e.code}
		}
		ran++
		out, err := command(t, dir, program...)
		if err != nil {
			t.Errorf("%v: %s\n%s", err, out, e.code)
		} else if e.prints != "" && out != e.prints {
			t.Errorf("it prints\n%s\nand not\n%s\n%s", out, e.prints, e.code)
		}
	}
	if ran < 8 {
		t.Errorf("%d examples were found only", ran)
	}
}

// example is a block of code and the block of what it prints, "" for none.
type example struct{ language, code, prints string }

var block = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?")

func examples(doc string) (all []example) {
	for _, m := range block.FindAllStringSubmatch(doc, -1) {
		if m[1] == "sh" || m[1] == "python" {
			all = append(all, example{m[1], m[2], m[3]})
		}
	}
	return all
}

// command runs a program and returns what it prints on standard output, and
// where it fails on standard error too.
func command(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second // what it left running holds its output
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		out = append(out, exit.Stderr...)
	}
	return string(out), err
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// serveForExamples runs `dengji serve out` until the test ends.
func serveForExamples(t *testing.T, dir, port string) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), "dengji", "serve", "out", "--listen", "127.0.0.1:"+port)
	cmd.Dir = dir
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()); err != nil {
			t.Error(err)
		}
	})
	var address string
	if _, err := fmt.Fscanln(pipe, &address); err != nil {
		t.Fatal(err)
	}
}
