// Package opc opens the zip packages that Office files are (Open Packaging
// Conventions, ECMA-376 part 2) within limits.
//
// A package comes from a stranger: what it declares is held against the limits
// before a byte is inflated, and what is inflated is counted as well. Names
// inside it are keys of a map and nothing else.
package opc

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"dengji/extract"
)

// ratioFrom is the inflated size, in bytes, from which Limits.InflateRatio
// counts: small parts of one repeated tag are harmless.
const ratioFrom = 1 << 20

// partLimit is the inflated size, in bytes, of a part that is no picture. The
// text of a whole book stays below it; parts are parsed in memory.
const partLimit = 64 << 20

// Package is an open package. It lives in memory, so that nothing has to be
// closed while its pictures wait to be read.
type Package struct {
	Name  string // base name of the file
	Data  []byte // the file as it is
	parts map[string]*zip.File
	order []string // part names as they stand in the package
	lim   extract.Limits
	left  int64 // bytes that may still be inflated
	words Words
	// refused are the readable names of parts that are not read, with why.
	refused []string
}

// Open reads a file and checks it: size, number of parts, declared sizes,
// ratios, encryption, parts of one name. The error is an extract.Refusal.
func Open(file string, lim extract.Limits, words Words) (*Package, error) {
	name := filepath.Base(file)
	data, err := readFile(file, lim, words)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	p, err := open(name, data, lim, words)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	return p, nil
}

func readFile(file string, lim extract.Limits, words Words) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, extract.Refuse(extract.StatusDamaged, "文件无法读取；请检查文件权限或重新发送", err)
	}
	defer f.Close()
	// One byte more than allowed tells a file that grew from one that fits.
	data, err := io.ReadAll(io.LimitReader(f, lim.FileBytes+1))
	if err != nil {
		return nil, extract.Refuse(extract.StatusDamaged, "文件无法读取；请检查文件权限或重新发送", err)
	}
	switch {
	case int64(len(data)) > lim.FileBytes:
		return nil, words.tooLarge(fmt.Errorf("more than %d bytes", lim.FileBytes))
	case len(data) == 0:
		return nil, extract.Refuse(extract.StatusEmpty, "文件是空的（0 字节）；请重新发送"+words.Name, errors.New("no bytes"))
	}
	return data, nil
}

func open(name string, data []byte, lim extract.Limits, words Words) (*Package, error) {
	if err := words.notZip(data); err != nil {
		return nil, err
	}
	zr, err := directory(bytes.NewReader(data), int64(len(data)), lim.ZipEntries)
	switch {
	case errors.Is(err, ErrEntries):
		return nil, words.tooLarge(err)
	case err != nil:
		return nil, words.damaged(fmt.Errorf("zip: %w", err))
	}
	p := &Package{Name: name, Data: data, parts: make(map[string]*zip.File, len(zr.File)), lim: lim, left: lim.InflatedBytes, words: words}
	var total uint64
	seen := make(map[string]bool, len(zr.File)) // keys with .. resolved, refused parts too
	for _, f := range zr.File {
		if f.Flags&1 != 0 {
			return nil, words.encrypted(fmt.Errorf("part %q is encrypted", f.Name))
		}
		// Checked one by one, so that the sum cannot overflow.
		if total += min(f.UncompressedSize64, 1<<62); total > uint64(lim.InflatedBytes) {
			return nil, words.tooLarge(fmt.Errorf("parts declare more than %d bytes", lim.InflatedBytes))
		}
		if !IsMedia(f.Name) {
			if err := p.checkRatio(f, f.UncompressedSize64); err != nil {
				return nil, err
			}
			if f.UncompressedSize64 > partLimit {
				return nil, words.tooLarge(fmt.Errorf("part %q of %d bytes, the limit is %d", f.Name, f.UncompressedSize64, partLimit))
			}
		}
		k := key(f.Name)
		if strings.HasSuffix(k, "/") {
			continue
		}
		// Two programs may read two different parts of one name.
		if place := path.Clean("/" + k); seen[place] {
			return nil, words.damaged(fmt.Errorf("part %q stands twice", f.Name))
		} else {
			seen[place] = true
		}
		if why := refusal(f); why != "" {
			p.refused = append(p.refused, fmt.Sprintf("%s（%s）", Shorten(extract.ReadableName(f.Name)), why))
			continue
		}
		p.parts[k] = f
		p.order = append(p.order, k)
	}
	return p, nil
}

// checkRatio refuses a part that grows too much. Pictures are held against it
// when they are read: a blank bitmap shrinks by any factor, and may cost itself
// but not the document.
func (p *Package) checkRatio(f *zip.File, inflated uint64) error {
	if inflated > ratioFrom && inflated/max(f.CompressedSize64, 1) >= uint64(p.lim.InflateRatio) {
		return p.words.tooLarge(fmt.Errorf("part %q inflates %d to %d bytes", f.Name, f.CompressedSize64, inflated))
	}
	return nil
}

// key is a part's name as parts refer to each other: without a leading slash,
// and the case of ASCII letters does not matter (ECMA-376 part 2, 6.2.2.3).
// Other bytes stay as they are: names in GBK must not become one.
func key(name string) string {
	b := []byte(name)
	for i, c := range b {
		switch {
		case c == '\\':
			b[i] = '/'
		case 'A' <= c && c <= 'Z':
			b[i] = c + 'a' - 'A'
		}
	}
	return strings.TrimPrefix(string(b), "/")
}

// IsMedia reports whether a part is a picture or another medium by its place.
func IsMedia(name string) bool { return strings.Contains(key(name), "/media/") }

// IsXML reports whether a part is XML by its name.
func IsXML(name string) bool {
	k := key(name)
	return strings.HasSuffix(k, ".xml") || strings.HasSuffix(k, ".rels")
}

// Has reports whether there is such a part.
func (p *Package) Has(name string) bool {
	_, ok := p.parts[key(name)]
	return ok
}

// Names lists the parts' names, in lower case, in the package's order.
func (p *Package) Names() []string { return p.order }

// Read inflates one part. The bytes count against Limits.InflatedBytes.
func (p *Package) Read(name string) ([]byte, error) {
	f, ok := p.parts[key(name)]
	if !ok {
		return nil, p.words.damaged(fmt.Errorf("no part %q", name))
	}
	r, err := f.Open()
	if err != nil {
		return nil, p.words.damaged(fmt.Errorf("part %q: %w", name, err))
	}
	defer r.Close()
	buf := bytes.NewBuffer(make([]byte, 0, min(int64(f.UncompressedSize64), p.left, 64<<20)+bytes.MinRead))
	n, err := io.Copy(buf, io.LimitReader(r, p.left+1))
	switch {
	case n > p.left:
		return nil, p.words.tooLarge(fmt.Errorf("part %q: more than %d bytes inflated", name, p.lim.InflatedBytes))
	case err != nil:
		return nil, p.words.damaged(fmt.Errorf("part %q: %w", name, err))
	}
	p.left -= n
	if err := p.checkRatio(f, uint64(n)); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// header opens a part for a look at its first bytes only.
func (p *Package) header(name string) (io.ReadCloser, error) {
	f, ok := p.parts[key(name)]
	if !ok {
		return nil, fmt.Errorf("no part %q", name)
	}
	return f.Open()
}

// Resolve gives the name of the part that target, a relationship of part
// base, points to.
func Resolve(base, target string) string {
	if strings.HasPrefix(target, "/") {
		return key(path.Clean(target))
	}
	return key(path.Join(path.Dir(key(base)), target))
}
