package main

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"dengji/cmd/dengji/batch"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dengji": main})
}

// TestScripts runs the program as its users do. The scripts read with
// Tesseract, or with no reader at all: models are not a matter of these tests.
func TestScripts(t *testing.T) {
	samples, err := filepath.Abs(filepath.Join("..", "..", "fixtures", "samples"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Values[serveKey] = &served{}
			env.Setenv("SAMPLES", samples)
			env.Setenv("DENGJI_READER", "tesseract")
			// Compiling PDFium takes 3 s; one cache serves all scripts.
			env.Setenv("XDG_CACHE_HOME", filepath.Join(os.TempDir(), "dengji-test-cache"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"docx": writeDocx, "special": special, "holdlock": holdLock, "rename": rename, "code": code,
			"interrupt": interrupt, "ids": setIDs, "longname": longName, "fill": fillIn,
			"serve": startServe, "review": startReview, "hear": hear, "fetch": fetch, "await": await, "waitfailed": waitFailed,
		},
	})
}

// docx FILE TABLE: a package with one table; TABLE is a file with a row per
// line and a tab between cells.
func writeDocx(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: docx FILE TABLE")
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	var body strings.Builder
	body.WriteString("<w:tbl>")
	for row := range strings.Lines(ts.ReadFile(args[1])) {
		body.WriteString("<w:tr>")
		for c := range strings.SplitSeq(strings.TrimRight(row, "\n"), "\t") {
			fmt.Fprintf(&body, "<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>", escape.Replace(c))
		}
		body.WriteString("</w:tr>")
	}
	body.WriteString("</w:tbl>")
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	f, err := os.Create(path)
	ts.Check(err)
	defer f.Close()
	z := zip.NewWriter(f)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/_rels/document.xml.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>`},
		{"word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body.String() + `</w:body></w:document>`},
	} {
		w, err := z.Create(part[0])
		ts.Check(err)
		_, err = w.Write([]byte(part[1]))
		ts.Check(err)
	}
	ts.Check(z.Close())
}

// special link|fifo|socket|gbk PATH makes what an inbox should not hold.
func special(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: special KIND PATH")
	}
	path := ts.MkAbs(args[1])
	switch args[0] {
	case "link":
		ts.Check(os.Symlink("/etc/hostname", path))
	case "fifo":
		ts.Check(unix.Mkfifo(path, 0o644))
	case "socket":
		l, err := new(net.ListenConfig).Listen(context.Background(), "unix", path)
		ts.Check(err)
		ts.Defer(func() { l.Close() })
	case "gbk":
		ts.Check(os.WriteFile(filepath.Join(path, "\xb5\xc7\xbc\xc7\xb1\xed.txt"), []byte("x"), 0o644))
	default:
		ts.Fatalf("special: no kind %q", args[0])
	}
}

// longname DIR makes a file with as long a name as a file system takes.
func longName(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[0]), strings.Repeat("长", 80)+".txt"), []byte("x"), 0o644))
}

// holdlock OUT keeps another run's lock until the script ends.
func holdLock(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(filepath.Join(ts.MkAbs(args[0]), ".lock"), os.O_RDWR|os.O_CREATE, 0o644)
	ts.Check(err)
	ts.Check(unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB))
	ts.Defer(func() { f.Close() })
}

// ids NAME... OUT sets variables to the ids of OUT's records, in their order.
func setIDs(ts *testscript.TestScript, _ bool, args []string) {
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[len(args)-1]), "records", "*.json"))
	ts.Check(err)
	if len(files) != len(args)-1 {
		ts.Fatalf("%d records, want %d", len(files), len(args)-1)
	}
	for i, f := range files {
		ts.Setenv(args[i], strings.TrimSuffix(filepath.Base(f), ".json"))
	}
}

// rename moves a file; testscript's own mv does the same, but not folders.
func rename(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.Rename(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
}

// code N COMMAND...: the command must end with exit code N.
func code(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND...")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// interrupt COMMAND...: the command gets Ctrl-C's signal once it says that
// there are files to read; it must end with exit code 130 and leave no process.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.CommandContext(context.Background(), path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "DENGJI_READER="+ts.Getenv("DENGJI_READER"), "XDG_CACHE_HOME="+ts.Getenv("XDG_CACHE_HOME"),
		"PATH="+ts.Getenv("PATH"), interruptMark+"="+ts.MkAbs("."))
	pipe, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	var said strings.Builder
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if strings.Contains(lines.Text(), "files to read") {
			ts.Check(cmd.Process.Signal(os.Interrupt))
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != batch.ExitInterrupted {
		ts.Fatalf("interrupted, it ended with %v and said:\n%s", err, said.String())
	}
	ts.Logf("[stderr]\n%s", said.String())
	if !strings.Contains(said.String(), "run the same command again") {
		ts.Fatalf("it did not say how to go on")
	}
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	ts.Check(err)
	for _, e := range environments {
		data, err := os.ReadFile(e)
		if err == nil && strings.Contains(string(data), interruptMark+"="+ts.MkAbs(".")) {
			ts.Fatalf("a process was left behind: %s", e)
		}
	}
}

// interruptMark in its environment tells the processes of an interrupted run.
const interruptMark = "DENGJI_TEST_INTERRUPT"

func TestExitCode(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{errors.New("disk full"), 1},
		{usageError("wrong"), 2},
		{fmt.Errorf("run: %w", usageError("wrong")), 2},
		{&exitError{code: 3}, 3},
		{fmt.Errorf("out is %w", batch.ErrLocked), 4},
		{fmt.Errorf("reading: %w", context.Canceled), 130},
	} {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("%v gives exit code %d, want %d", tt.err, got, tt.want)
		}
	}
}
