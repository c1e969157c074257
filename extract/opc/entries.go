package opc

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"dengji/extract"
)

// directoryMark begins each entry of a zip's directory (APPNOTE.TXT 4.3.12).
const directoryMark = "PK\x01\x02"

// ErrEntries says that an archive has more entries than Limits.ZipEntries.
var ErrEntries = errors.New("too many entries")

// directory opens a zip's directory. archive/zip reads every entry it comes
// upon, whatever number the end of the file names: two million empty ones are
// 100 MB and become 600, so they are counted before.
func directory(r io.ReaderAt, size int64, entries int) (*zip.Reader, error) {
	n, err := count(io.NewSectionReader(r, 0, size), directoryMark, entries)
	if err != nil {
		return nil, err
	}
	if n > entries {
		return nil, fmt.Errorf("%w: more than %d", ErrEntries, entries)
	}
	return zip.NewReader(r, size)
}

// count says how often mark stands in r; it stops above limit.
func count(r io.Reader, mark string, limit int) (int, error) {
	buf := make([]byte, 1<<20)
	kept, n := 0, 0
	for n <= limit {
		m, err := io.ReadFull(r, buf[kept:])
		m += kept
		n += bytes.Count(buf[:m], []byte(mark))
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return n, nil
		case err != nil:
			return n, err
		}
		// A mark may lie across two pieces.
		kept = copy(buf, buf[m-len(mark)+1:m])
	}
	return n, nil
}

// Entry is one entry of a zip archive.
type Entry struct {
	Name    string // readable, unique in the archive
	Refused string // why nothing would read it, English; "" for a plain file or folder
}

// Entries lists a zip file's entries without unpacking any.
func Entries(file string, lim extract.Limits) ([]Entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := directory(f, info.Size(), lim.ZipEntries)
	if err != nil {
		return nil, err
	}
	list, seen := make([]Entry, 0, len(z.File)), map[string]bool{}
	for _, f := range z.File {
		name := extract.UniqueName(f.Name, seen)
		list = append(list, Entry{Name: name, Refused: refusal(f)})
	}
	return list, nil
}

// refusal is why an entry is not read: its name leads out of the archive, or
// it is no file.
func refusal(f *zip.File) string {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	switch mode := f.Mode(); {
	case strings.HasPrefix(name, "/"), len(name) > 1 && name[1] == ':':
		return "absolute name"
	case slices.Contains(strings.Split(name, "/"), ".."):
		return "name leads elsewhere"
	case mode&fs.ModeSymlink != 0:
		return "symbolic link"
	case mode&fs.ModeType != 0 && !mode.IsDir():
		return "no plain file"
	}
	return ""
}

// Problems tells of parts that nothing reads because of their names.
func (p *Package) Problems() []extract.Problem {
	if len(p.refused) == 0 {
		return nil
	}
	const shown = 5
	message := fmt.Sprintf("文件包内有 %d 个名称或类型异常的条目，未读取：%s", len(p.refused), strings.Join(p.refused[:min(shown, len(p.refused))], "、"))
	if len(p.refused) > shown {
		message += "等"
	}
	return []extract.Problem{{Page: -1, Code: "parts_refused", Message: message + "；请核对来源"}}
}

// Shorten cuts a text for a message.
func Shorten(s string) string {
	const most = 60
	if r := []rune(s[:min(len(s), 4*most)]); len(r) > most || len(s) > 4*most {
		return string(r[:min(len(r), most)]) + "…"
	}
	return s
}
