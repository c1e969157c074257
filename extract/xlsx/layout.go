package xlsx

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"dengji/extract"
	"dengji/extract/opc"
)

// layout is what a sheet's XML says beside its values.
//
// It is read here and not by excelize because excelize makes a cell of every
// place in a sheet's range when it is asked for it (one cell at XFD1048576 is
// 17 billion), compares merged ranges each with each, and takes XML that
// breaks off for the end of the sheet.
type layout struct {
	rows, cols int // last row and column that are named, from 1
	merges     []area
	hiddenRows map[int]bool // from 0
	hiddenCols []area       // columns only

	lim     extract.Limits
	strings []int // lengths of the shared strings, in bytes
	shown   *int  // bytes of them that cells of all sheets show
}

// area is a range of cells from 0, its last row and column included.
type area struct{ row0, col0, row1, col1 int }

// layouts reads the layout of every worksheet by the sheet's name, and checks
// on the way that all XML of the workbook is whole.
func layouts(p *opc.Package, lim extract.Limits) (map[string]*layout, error) {
	byPart := map[string]*layout{}
	shared, err := sharedStrings(p, lim)
	if err != nil {
		return nil, err
	}
	shown := 0
	for _, n := range p.Names() {
		if !opc.IsXML(n) {
			continue
		}
		data, err := p.Read(n)
		if err != nil {
			return nil, err
		}
		l := &layout{hiddenRows: map[int]bool{}, strings: shared, shown: &shown, lim: lim}
		x := opc.NewReader(data, lim.XMLDepth)
		if err := x.Root(l.element(x)); err != nil {
			return nil, words.Part(n, err)
		}
		byPart[n] = l
	}
	names, err := sheetParts(p, lim)
	if err != nil {
		return nil, err
	}
	byName := map[string]*layout{}
	for name, part := range names {
		byName[name] = byPart[part]
	}
	return byName, nil
}

// sheetParts gives the parts of the workbook's sheets by their names.
func sheetParts(p *opc.Package, lim extract.Limits) (map[string]string, error) {
	links, err := p.Links("")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, l := range links {
		if l.Kind != "officeDocument" || !p.Has(l.Target) || !opc.IsXML(l.Target) {
			continue
		}
		targets := map[string]string{}
		of, err := p.Links(l.Target)
		if err != nil {
			return nil, err
		}
		for _, s := range of {
			targets[s.ID] = s.Target
		}
		data, err := p.Read(l.Target)
		if err != nil {
			return nil, err
		}
		x := opc.NewReader(data, lim.XMLDepth)
		err = x.Root(func(name string, _ []xml.Attr) error {
			if name != "sheets" {
				return nil
			}
			return x.Children(func(_ string, attrs []xml.Attr) error {
				names[opc.Attr(attrs, "name")] = targets[opc.Attr(attrs, "id")]
				return nil
			})
		})
		if err != nil {
			return nil, words.Part(l.Target, err)
		}
	}
	return names, nil
}

// element reads the children of a worksheet.
func (l *layout) element(x *opc.Reader) func(string, []xml.Attr) error {
	return func(name string, _ []xml.Attr) error {
		switch name {
		case "cols":
			return x.Children(func(_ string, attrs []xml.Attr) error {
				first, last := number(attrs, "min"), number(attrs, "max")
				if truth(attrs, "hidden") && first > 0 {
					l.hiddenCols = append(l.hiddenCols, area{col0: first - 1, col1: last - 1})
				}
				return nil
			})
		case "sheetData":
			return x.Children(func(name string, attrs []xml.Attr) error {
				if name != "row" {
					return nil
				}
				return l.row(x, attrs)
			})
		case "mergeCells":
			return x.Children(func(name string, attrs []xml.Attr) error {
				if name != "mergeCell" {
					return nil
				}
				return l.merge(opc.Attr(attrs, "ref"))
			})
		}
		return nil
	}
}

// row notes how far the sheet goes. Rows and cells stand in order (ECMA-376
// part 1, 18.3.1.73); excelize would put others into wrong places.
func (l *layout) row(x *opc.Reader, attrs []xml.Attr) error {
	n := number(attrs, "r")
	if n == 0 {
		n = l.rows + 1
	}
	if n <= l.rows {
		return fmt.Errorf("row %d after row %d", n, l.rows)
	}
	l.rows = n
	if truth(attrs, "hidden") {
		l.hiddenRows[n-1] = true
	}
	col := 0
	return x.Children(func(name string, attrs []xml.Attr) error {
		if name != "c" {
			return nil
		}
		next := col + 1
		if ref := opc.Attr(attrs, "r"); ref != "" {
			c, r, err := excelize.CellNameToCoordinates(ref)
			if err != nil {
				return err
			}
			if r != n || c <= col {
				return fmt.Errorf("cell %s in row %d after column %d", ref, n, col)
			}
			next = c
		}
		col = next
		l.cols = max(l.cols, col)
		if opc.Attr(attrs, "t") == "s" {
			return l.sharedString(x)
		}
		return nil
	})
}

// sharedString counts the text of a cell that shows a shared string. One long
// string in a million cells is a small file, and excelize makes a copy for each.
func (l *layout) sharedString(x *opc.Reader) error {
	return x.Children(func(name string, _ []xml.Attr) error {
		if name != "v" {
			return nil
		}
		text, err := x.Text()
		if err != nil {
			return err
		}
		if i, err := strconv.Atoi(text); err == nil && i >= 0 && i < len(l.strings) {
			*l.shown += l.strings[i]
		}
		return l.lim.CheckText(0, *l.shown/utf8.UTFMax)
	})
}

// sharedStrings gives the length of each shared string, in bytes.
func sharedStrings(p *opc.Package, lim extract.Limits) ([]int, error) {
	const part = "xl/sharedstrings.xml" // where excelize looks for them
	if !p.Has(part) {
		return nil, nil
	}
	data, err := p.Read(part)
	if err != nil {
		return nil, err
	}
	var lengths []int
	x := opc.NewReader(data, lim.XMLDepth)
	err = x.Root(func(name string, _ []xml.Attr) error {
		if name != "si" {
			return nil
		}
		n, err := textLength(x)
		lengths = append(lengths, n)
		return err
	})
	if err != nil {
		return nil, words.Part(part, err)
	}
	return lengths, nil
}

// textLength sums the text in an element's t elements, in bytes.
func textLength(x *opc.Reader) (n int, err error) {
	err = x.Children(func(name string, _ []xml.Attr) error {
		if name == "t" {
			text, err := x.Text()
			n += len(text)
			return err
		}
		inner, err := textLength(x)
		n += inner
		return err
	})
	return n, err
}

func (l *layout) merge(ref string) error {
	if len(l.merges) == maxMerges {
		return words.TooLarge(fmt.Errorf("more than %d merged ranges", maxMerges))
	}
	first, last, found := strings.Cut(ref, ":")
	if !found {
		return nil // a range of one cell
	}
	var a area
	var err error
	if a.col0, a.row0, err = excelize.CellNameToCoordinates(first); err != nil {
		return err
	}
	if a.col1, a.row1, err = excelize.CellNameToCoordinates(last); err != nil {
		return err
	}
	a.row0, a.col0, a.row1, a.col1 = a.row0-1, a.col0-1, a.row1-1, a.col1-1
	a.row1, a.col1 = min(a.row1, maxRows-1), min(a.col1, maxCols-1)
	if a.row0 <= a.row1 && a.col0 <= a.col1 {
		l.merges = append(l.merges, a)
	}
	return nil
}

func (l *layout) hidden(row, col int) bool {
	if l.hiddenRows[row] {
		return true
	}
	for _, a := range l.hiddenCols {
		if a.col0 <= col && col <= a.col1 {
			return true
		}
	}
	return false
}

// small reports whether excelize may lay the sheet out in memory.
func (l *layout) small() bool { return l.rows <= maxRows && l.cols <= maxCols }

func number(attrs []xml.Attr, name string) int {
	n, err := strconv.Atoi(opc.Attr(attrs, name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func truth(attrs []xml.Attr, name string) bool {
	v := opc.Attr(attrs, name)
	return v == "1" || v == "true"
}
