package correct

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"dengji/extract"
	"dengji/extract/opc"
)

// grid is a sheet's filled cells.
type grid struct{ rows []gridRow }

type gridRow struct {
	number int // from 1
	cells  []gridCell
}

// gridCell is a cell as who filled it in saw it.
type gridCell struct {
	column  int // from 0
	text    string
	refused string // why it cannot be read, in Chinese; "" if it can
}

func (r *gridRow) at(column int) gridCell {
	for _, c := range r.cells {
		if c.column == column {
			return c
		}
	}
	return gridCell{}
}

// Bounds of a sheet. An honest one has 20 columns and some thousands of rows.
const (
	maxRows  = 200_000
	maxCells = 4_000_000
	maxText  = 64 << 20 // bytes of all cells together
)

// reader reads one sheet.
type reader struct {
	depth   int
	strings []string
	formats []format // by style
	from    int      // day 0 of dates: 1900 or 1904
	cells   int
	text    int
}

// readSheet reads the sheet of a name, nil where there is none.
func readSheet(p *opc.Package, name string) (*grid, error) {
	r := &reader{depth: limits().XMLDepth, from: 1900}
	part, book, err := r.find(p, name)
	if err != nil || part == "" {
		return nil, err
	}
	links, err := p.Links(book)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		switch {
		case l.External || !p.Has(l.Target):
		case l.Kind == "sharedStrings":
			err = r.part(p, l.Target, r.shared)
		case l.Kind == "styles":
			err = r.part(p, l.Target, r.styles)
		}
		if err != nil {
			return nil, err
		}
	}
	g := &grid{}
	return g, r.part(p, part, func(x *opc.Reader) error { return r.sheet(x, g) })
}

// part parses one part.
func (r *reader) part(p *opc.Package, name string, parse func(*opc.Reader) error) error {
	data, err := p.Read(name)
	if err != nil {
		return err
	}
	if err := parse(opc.NewReader(data, r.depth)); err != nil {
		return words.Part(name, err)
	}
	return nil
}

// find finds the part of a sheet, "" where there is none, and the workbook's.
func (r *reader) find(p *opc.Package, sheet string) (part, book string, err error) {
	links, err := p.Links("")
	if err != nil {
		return "", "", err
	}
	for _, l := range links {
		if l.Kind == "officeDocument" && !l.External {
			book = l.Target
		}
	}
	if book == "" || !p.Has(book) {
		return "", "", words.Damaged(fmt.Errorf("there is no workbook in it"))
	}
	id := ""
	err = r.part(p, book, func(x *opc.Reader) error {
		return x.Root(func(name string, attrs []xml.Attr) error {
			switch name {
			case "workbookPr":
				if v := opc.Attr(attrs, "date1904"); v == "1" || v == "true" {
					r.from = 1904
				}
			case "sheets":
				return x.Children(func(_ string, attrs []xml.Attr) error {
					if opc.Attr(attrs, "name") == sheet {
						id = opc.Attr(attrs, "id")
					}
					return nil
				})
			}
			return nil
		})
	})
	if err != nil || id == "" {
		return "", book, err
	}
	of, err := p.Links(book)
	for _, l := range of {
		if l.ID == id && !l.External {
			part = l.Target
		}
	}
	return part, book, err
}

// shared reads the table of shared texts.
func (r *reader) shared(x *opc.Reader) error {
	return x.Root(func(name string, _ []xml.Attr) error {
		if name != "si" {
			return nil
		}
		text, err := r.rich(x)
		r.strings = append(r.strings, text)
		return err
	})
}

// rich reads the text of an element that holds t, or runs of them. Phonetic
// hints are nobody's text.
func (r *reader) rich(x *opc.Reader) (string, error) {
	var s strings.Builder
	err := x.Children(func(name string, _ []xml.Attr) error {
		switch name {
		case "t":
			text, err := x.Text()
			s.WriteString(text)
			return err
		case "r":
			return x.Children(func(name string, _ []xml.Attr) error {
				if name != "t" {
					return nil
				}
				text, err := x.Text()
				s.WriteString(text)
				return err
			})
		}
		return nil
	})
	text := unescape(s.String())
	return text, err
}

// unescape turns _x000D_ and the like, by which Office writes characters that
// XML has not, into what they stand for (ECMA-376 part 1, 22.9.2.19).
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (r *reader) sheet(x *opc.Reader, g *grid) error {
	return x.Root(func(name string, _ []xml.Attr) error {
		if name != "sheetData" {
			return nil
		}
		last := 0
		return x.Children(func(name string, attrs []xml.Attr) error {
			if name != "row" {
				return nil
			}
			row := gridRow{number: last + 1}
			if n, err := strconv.Atoi(opc.Attr(attrs, "r")); err == nil && n > last {
				row.number = n
			}
			last = row.number
			if err := r.row(x, &row); err != nil {
				return err
			}
			if len(row.cells) > 0 {
				g.rows = append(g.rows, row)
			}
			if len(g.rows) > maxRows {
				return words.TooLarge(fmt.Errorf("more than %d rows", maxRows))
			}
			return nil
		})
	})
}

func (r *reader) row(x *opc.Reader, row *gridRow) error {
	next := 0
	return x.Children(func(name string, attrs []xml.Attr) error {
		if name != "c" {
			return nil
		}
		if column, ok := columnOf(opc.Attr(attrs, "r")); ok {
			next = column
		}
		c, err := r.cell(x, attrs)
		if err != nil {
			return err
		}
		c.column = next
		next++
		if c.text != "" || c.refused != "" {
			r.cells++
			r.text += len(c.text)
			row.cells = append(row.cells, c)
		}
		if r.cells > maxCells || r.text > maxText {
			return words.TooLarge(fmt.Errorf("more than %d cells or %d bytes of text", maxCells, maxText))
		}
		return nil
	})
}

// cell reads one cell.
func (r *reader) cell(x *opc.Reader, attrs []xml.Attr) (c gridCell, err error) {
	var value, inline string
	formula := false
	err = x.Children(func(name string, _ []xml.Attr) error {
		var err error
		switch name {
		case "f":
			formula = true
		case "v":
			value, err = x.Text()
		case "is":
			inline, err = r.rich(x)
		}
		return err
	})
	if formula {
		c.refused = "单元格是公式；请改为填写内容本身"
		return c, err
	}
	switch kind := opc.Attr(attrs, "t"); kind {
	case "inlineStr":
		c.text = inline
	case "s":
		i, wrong := strconv.Atoi(strings.TrimSpace(value))
		if value == "" {
			break
		}
		if wrong != nil || i < 0 || i >= len(r.strings) {
			return c, fmt.Errorf("there is no shared text %q", value)
		}
		c.text = r.strings[i]
	case "str", "d":
		c.text = unescape(value)
	case "b":
		c.text = map[bool]string{true: "TRUE", false: "FALSE"}[value == "1"]
	case "e":
		c.refused = "单元格显示错误“" + extract.ReadableName(value) + "”"
	default:
		style, _ := strconv.Atoi(opc.Attr(attrs, "s"))
		c.text = r.number(strings.TrimSpace(value), style)
	}
	return c, err
}

// number writes a number as it is shown: 35 as 35%, day 44362 as 2021-06-15,
// or 2021-06 where its format shows no day.
func (r *reader) number(value string, style int) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return value
	}
	f := plainNumber
	if style > 0 && style < len(r.formats) {
		f = r.formats[style]
	}
	switch {
	case f == percentage:
		return strconv.FormatFloat(math.Round(n*1e10)/1e8, 'f', -1, 64) + "%"
	case (f == dayDate || f == monthDate) && n >= 1 && n < 3_000_000:
		return dateOf(int(n), r.from, f)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// columnOf is the column of A1, from 0.
func columnOf(at string) (int, bool) {
	n := 0
	for i := 0; i < len(at); i++ {
		c := at[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			return n - 1, i > 0 && n <= 16384
		}
		if n = n*26 + int(c-'A') + 1; n > 16384 {
			return 0, false
		}
	}
	return 0, false
}

// columnName is A of column 0.
func columnName(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
