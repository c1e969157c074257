package batch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWalk(t *testing.T) {
	inbox := t.TempDir()
	put(t, inbox, "001 某公司（济南）/扫描件 1.pdf", "x", "001 某公司（济南）/~$表.docx", "x", "Thumbs.db", "x",
		".hidden", "x", ".git/config", "x", "b.txt", "x", "a.txt", "x", "out/records/1.json", "x",
		"\xb5\xc7\xbc\xc7\xb1\xed.pdf", "x", "登记表.pdf", "y", "bad\xffname", "x", "turn\u202egpj.exe", "x", "new\nline", "x")
	if err := os.Symlink("/etc/passwd", filepath.Join(inbox, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(inbox, "loop")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(inbox, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	files, skipped, err := Walk(context.Background(), inbox, filepath.Join(inbox, "out"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Path)
	}
	gbk := slices.IndexFunc(files, func(f File) bool { return strings.Contains(f.Raw, "\xb5\xc7") })
	if gbk < 0 || !strings.HasPrefix(files[gbk].Path, "登记表.pdf") {
		t.Fatalf("the GBK name is not readable: %q", got)
	}
	want := []string{"001 某公司（济南）/扫描件 1.pdf", "a.txt", "b.txt", `new\u000aline`, `turn\u202egpj.exe`}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%q is not among %q", w, got)
		}
	}
	if len(got) != len(want)+3 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("files are %q", got)
	}
	reasons := map[string]string{}
	for _, s := range skipped {
		reasons[s.Path] = s.Reason
	}
	for path, reason := range map[string]string{"link": skipLink, "loop": skipLink, "pipe": skipDevice, "out": skipOutput,
		"Thumbs.db": skipSystemFile, ".hidden": skipHidden, ".git": skipHidden, "001 某公司（济南）/~$表.docx": skipLockFile} {
		if reasons[path] != reason {
			t.Errorf("%s is skipped as %q, want %q", path, reasons[path], reason)
		}
	}
	if len(reasons) != 8 {
		t.Errorf("skipped are %v", skipped)
	}
}

func TestHashRefusesLinks(t *testing.T) {
	dir := t.TempDir()
	paths := put(t, dir, "a", "hello")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(paths[0], link); err != nil {
		t.Fatal(err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o644); err != nil {
		t.Fatal(err)
	}
	f := File{Raw: paths[0]}
	f.hash(context.Background(), make([]byte, 3), 0)
	if want := "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; f.SHA256 != want {
		t.Errorf("hash is %s, want %s", f.SHA256, want)
	}
	for _, raw := range []string{link, fifo, dir, filepath.Join(dir, "gone")} {
		f := File{Raw: raw}
		f.hash(context.Background(), make([]byte, 3), 0)
		if f.SHA256 != "" || f.Problem == "" {
			t.Errorf("%s was hashed", filepath.Base(raw))
		}
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.json")
	for _, content := range []string{"one", "two", "two"} {
		if err := WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("file holds %q (%v), want %q", got, err, content)
		}
	}
	// A failed write leaves the old content and nothing else.
	if err := WriteFile(filepath.Join(dir, "missing", "x"), nil); err == nil {
		t.Error("writing into a missing folder succeeded")
	}
	blocked := filepath.Join(dir, "blocked")
	put(t, blocked, "inside", "x")
	if err := WriteFile(blocked, []byte("y")); err == nil {
		t.Error("writing over a folder succeeded")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("folder holds %v (%v), want run.json and blocked", entries, err)
	}
}

// Whoever reads the file while it is rewritten sees one whole content.
func TestWriteFileIsNeverTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	a, b := bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<15)
	if err := WriteFile(path, a); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		for i := range 60 {
			if err := WriteFile(path, [][]byte{a, b}[i%2]); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for {
		got, err := os.ReadFile(path)
		if err != nil || (!bytes.Equal(got, a) && !bytes.Equal(got, b)) {
			t.Fatalf("a reader saw %d bytes (%v)", len(got), err)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

func TestRemoveLeftovers(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, tempMark+"123", "x", "keep.json", "x", tempMark+"dir/f", "x")
	if err := removeLeftovers(dir); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("folder holds %v", entries)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	held, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("second lock: %v, want ErrLocked", err)
	}
	held.Close()
	again, err := lock(dir)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	again.Close()
}

func TestReadMessage(t *testing.T) {
	long := strings.Repeat("长", 1<<17)
	var b bytes.Buffer
	if err := writeMessage(&b, message{ID: 7, Detail: long}); err != nil {
		t.Fatal(err)
	}
	var m message
	if err := readMessage(bufio.NewReaderSize(&b, 16), &m); err != nil || m.ID != 7 || m.Detail != long {
		t.Errorf("long message came back as %d with %d bytes, %v", m.ID, len(m.Detail), err)
	}
	for name, in := range map[string]string{"empty": "", "cut": `{"id":1`, "noise": "hello\n"} {
		if err := readMessage(bufio.NewReader(strings.NewReader(in)), &m); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTailKeepsBothEnds(t *testing.T) {
	w := &tail{limit: 10}
	for range 100 {
		if n, err := w.Write([]byte("middle ")); n != 7 || err != nil {
			t.Fatal(n, err)
		}
	}
	w.Write([]byte("the end"))
	got := w.String()
	if !strings.HasPrefix(got, "middle mid") || !strings.HasSuffix(got, "the end") || len(got) > 40 {
		t.Errorf("tail is %q", got)
	}
}
