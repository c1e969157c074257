package opc

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

type entry struct {
	name, data string
	mode       fs.FileMode
}

func pack(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(0o644 | e.mode)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write([]byte(e.data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var testWords = Words{Name: "文档", Save: "DOCX", Old: "旧版文档"}

// Names that lead out of the package, and what is no file, are refused and
// listed; the other parts are read.
func TestRefusedParts(t *testing.T) {
	data := pack(t, entry{"word/document.xml", "<a/>", 0}, entry{"../evil", "x", 0}, entry{"a/../../b", "x", 0},
		entry{"/etc/passwd", "x", 0}, entry{`C:\autoexec.bat`, "x", 0}, entry{`..\up`, "x", 0},
		entry{"link", "/etc/passwd", fs.ModeSymlink}, entry{"pipe", "", fs.ModeNamedPipe},
		entry{"\xb5\xc7\xbc\xc7.xml", "x", 0}, entry{"word/a..b.xml", "x", 0})
	p, err := open("a.docx", data, extract.DefaultLimits(), testWords)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"word/document.xml", "\xb5\xc7\xbc\xc7.xml", "word/a..b.xml"}
	if !slices.Equal(p.Names(), want) {
		t.Errorf("parts are %q, want %q", p.Names(), want)
	}
	problems := p.Problems()
	if len(problems) != 1 || len(p.refused) != 7 || !strings.Contains(problems[0].Message, "7") || !strings.Contains(problems[0].Message, "../evil") {
		t.Errorf("told of %q: %v", p.refused, problems)
	}
	if _, err := open("a.docx", pack(t, entry{"word/document.xml", "<a/>", 0}, entry{"/word/document.xml", "<b/>", 0}), extract.DefaultLimits(), testWords); err == nil {
		t.Error("two parts of one place were taken")
	}
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	entries, err := Entries(path, extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, e := range entries {
		if e.Refused != "" {
			refused++
		}
	}
	if len(entries) != 10 || refused != 7 || entries[8].Name != "登记.xml" {
		t.Errorf("entries are %+v", entries)
	}
}

// A directory of more entries than the limit is refused by counting, whatever
// number its end names.
func TestTooManyEntries(t *testing.T) {
	var list []entry
	for i := range 50 {
		list = append(list, entry{fmt.Sprintf("%d.xml", i), "", 0})
	}
	data := pack(t, list...)
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	lim := extract.DefaultLimits()
	for _, n := range []int{50, 49, 1} {
		lim.ZipEntries = n
		for _, claimed := range []int{50, 1} {
			binary.LittleEndian.PutUint16(data[end+10:], uint16(claimed))
			_, err := open("a.docx", data, lim, testWords)
			if status, _ := extract.StatusOf(err); (n < 50) != (status == extract.StatusTooLarge) {
				t.Errorf("limit %d, %d entries claimed: %v", n, claimed, err)
			}
		}
	}
}

// A mark that lies across two pieces of the file counts once.
func TestCount(t *testing.T) {
	const piece = 1 << 20
	for _, at := range []int{0, 5, piece - 4, piece - 3, piece - 1, piece, 2*piece - 5} {
		data := make([]byte, 2*piece+100)
		copy(data[at:], directoryMark)
		if n, err := count(bytes.NewReader(data), directoryMark, 10); n != 1 || err != nil {
			t.Errorf("mark at %d counts %d (%v)", at, n, err)
		}
	}
}

func TestShorten(t *testing.T) {
	if got := Shorten("短"); got != "短" {
		t.Errorf("a short text became %q", got)
	}
	if got := Shorten(strings.Repeat("长", 1<<20)); len([]rune(got)) > 61 || !strings.HasSuffix(got, "…") {
		t.Errorf("a long text became %q", got)
	}
}

// Whatever a package says, it opens or is refused, within its limits.
func FuzzOpen(f *testing.F) {
	f.Add(pack(f, entry{"word/document.xml", "<a/>", 0}, entry{"word/_rels/document.xml.rels", `<Relationships><Relationship Id="a" Type="x/image" Target="../media/1.png"/></Relationships>`, 0}, entry{"media/1.png", "\x89PNG\r\n\x1a\n", 0}))
	f.Add(pack(f, entry{"../a", "x", 0}, entry{"A", "x", 0}, entry{"a", "y", fs.ModeSymlink}))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	lim := extract.DefaultLimits()
	lim.InflatedBytes, lim.ZipEntries = 1<<20, 20
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := open("a.docx", data, lim, testWords)
		if err != nil {
			var r *extract.Refusal
			if !errors.As(err, &r) || r.Message == "" {
				t.Fatalf("error %v is no refusal in words", err)
			}
			return
		}
		read := 0
		for _, n := range p.Names() {
			if strings.HasPrefix(n, "/") || slices.Contains(strings.Split(n, "/"), "..") {
				t.Errorf("part %q leads elsewhere", n)
			}
			part, err := p.Read(n)
			if err == nil {
				read += len(part)
			}
			_, _ = p.Links(n)
		}
		if read > int(lim.InflatedBytes) {
			t.Errorf("%d bytes were inflated, the limit is %d", read, lim.InflatedBytes)
		}
		var pictures []Picture
		for _, n := range p.Names() {
			pictures = append(pictures, Picture{Part: n})
		}
		_, _ = p.Pictures(pictures)
	})
}
