package outtest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"dengji/extract"
	"dengji/fixtures/gen/draw"
)

// Geometry of the papers, in points.
const (
	pageWidth, pageHeight = 595.0, 842.0
	left, wide            = 52.0, 491.0
	em                    = 9.0  // of a Chinese character; others take half
	leading               = 13.0 // from line to line
)

// paper lays a document out: as what a reader would have read of it, and as
// something to draw. Text papers (DOCX) have no pages to draw.
type paper struct {
	doc    extract.Document
	scan   bool
	y      float64
	doubts []doubt
	pages  []sheet
}

// sheet is a page to draw.
type sheet struct {
	ops   []text
	rules []extract.Box // of cells
	seals []draw.Seal
}

type text struct {
	x, y, size float64 // of the baseline's start
	text       string
}

// doubt makes a reader unsure wherever a text stands.
type doubt struct {
	text  string
	score float64 // of its characters
	other string  // what another reader saw in its place, "" for nothing
	seal  bool    // a seal lies over it
}

// newPaper begins a document named name; salt makes its content another one.
func newPaper(name, salt string, scan bool, doubts []doubt) *paper {
	sum := sha256.Sum256([]byte(salt + "\x00" + name))
	p := &paper{scan: scan, doubts: doubts, doc: extract.Document{Format: "docx", Name: name, SHA256: hex.EncodeToString(sum[:]), Size: 40_000}}
	if scan {
		p.doc.Format = "pdf"
	}
	p.page()
	return p
}

// page begins another page; a text paper has one flow.
func (p *paper) page() {
	p.y = 56
	if !p.scan {
		if len(p.doc.Pages) == 0 {
			p.doc.Pages = append(p.doc.Pages, extract.Page{Name: "body", Source: extract.SourceText})
		}
		return
	}
	n := len(p.doc.Pages) + 1
	p.doc.Pages = append(p.doc.Pages, extract.Page{Number: n, Width: pageWidth, Height: pageHeight, Source: extract.SourceScan, DPI: 200,
		Image: pictureName(p.doc.SHA256, n)})
	p.pages = append(p.pages, sheet{})
}

func width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += advance(r, size)
	}
	return w
}

func advance(r rune, size float64) float64 {
	if r < 0x2000 {
		return size * 0.58
	}
	return size
}

// wrap breaks a text into lines that fit a width.
func wrap(s string, room float64) []string {
	var lines []string
	for part := range strings.SplitSeq(s, "\n") {
		line, w := "", 0.0
		for _, r := range part {
			a := advance(r, em)
			if w+a > room && line != "" {
				lines, line, w = append(lines, line), "", 0
			}
			line, w = line+string(r), w+a
		}
		lines = append(lines, line)
	}
	return lines
}

// line puts one line of text at x and the current height and returns its index.
func (p *paper) line(x, size float64, s string) int {
	l := extract.Line{Page: len(p.doc.Pages) - 1, Text: s, Score: 1, Reader: extract.ReaderDOCX}
	if p.scan {
		l.Reader = extract.ReaderPPOCR
		at := x
		for _, r := range s {
			a := advance(r, size)
			l.Chars = append(l.Chars, extract.Char{X0: at, X1: at + a, Score: 0.999})
			at += a
		}
		l.Box = extract.Box{X0: x, Y0: p.y, X1: at, Y1: p.y + size + 2}
		p.doubt(&l)
		sheet := &p.pages[len(p.pages)-1]
		sheet.ops = append(sheet.ops, text{x, p.y + size*0.9, size, s})
	}
	p.doc.Lines = append(p.doc.Lines, l)
	return len(p.doc.Lines) - 1
}

func (p *paper) doubt(l *extract.Line) {
	whole := l.Text
	for _, d := range p.doubts {
		before, _, found := strings.Cut(whole, d.text)
		if !found {
			continue
		}
		from := len([]rune(before))
		for i := from; i < from+len([]rune(d.text)); i++ {
			l.Chars[i].Score = d.score
		}
		l.Seal = l.Seal || d.seal
		if d.other != "" {
			l.Other = append(l.Other, extract.Reading{Reader: extract.ReaderTesseract, Text: strings.Replace(whole, d.text, d.other, 1), Score: 0.8})
		}
	}
	sum := 0.0
	for _, c := range l.Chars {
		sum += c.Score
	}
	l.Score = sum / float64(max(1, len(l.Chars)))
}

// heading is a centred line.
func (p *paper) heading(s string) {
	p.line(left+(wide-width(s, 16))/2, 16, s)
	p.y += 32
}

// lines are lines of their own.
func (p *paper) lines(all ...string) {
	for _, s := range all {
		for _, l := range wrap(s, wide) {
			p.line(left, em, l)
			p.y += leading + 4
		}
	}
}

// cell is one cell of a row and the columns it spans.
type cell struct {
	text string
	span int
}

func row(texts ...string) []cell {
	var cells []cell
	for _, t := range texts {
		cells = append(cells, cell{t, 1})
	}
	return cells
}

func one(t string) []cell { return []cell{{t, 7}} }

// table is a ruled table of seven columns.
func (p *paper) table(rows ...[]cell) {
	const cols = 7
	t := extract.Table{Rows: len(rows), Cols: cols}
	for r, cells := range rows {
		col, top, tall := 0, p.y, 1
		broken := make([][]string, len(cells))
		for i, c := range cells {
			broken[i] = wrap(c.text, wide*float64(c.span)/cols-6)
			tall = max(tall, len(broken[i]))
		}
		bottom := top + float64(tall)*leading + 6
		for i, c := range cells {
			x0 := left + wide*float64(col)/cols
			out := extract.Cell{Row: r, Col: col, RowSpan: 1, ColSpan: c.span, Page: len(p.doc.Pages) - 1}
			if p.scan {
				out.Box = extract.Box{X0: x0, Y0: top, X1: left + wide*float64(col+c.span)/cols, Y1: bottom}
				sheet := &p.pages[len(p.pages)-1]
				sheet.rules = append(sheet.rules, out.Box)
			}
			for k, s := range broken[i] {
				if s == "" {
					continue
				}
				p.y = top + 3 + float64(k)*leading
				out.Lines = append(out.Lines, p.line(x0+3, em, s))
			}
			t.Cells = append(t.Cells, out)
			col += c.span
		}
		p.y = bottom
	}
	p.doc.Tables = append(p.doc.Tables, t)
	p.y += 12
}

// seal stamps the current page; text is what is read of the ring.
func (p *paper) seal(x, y float64, ring string) {
	if !p.scan {
		return
	}
	const diameter = 40 * draw.MM
	page := len(p.doc.Pages) - 1
	p.doc.Seals = append(p.doc.Seals, extract.Seal{Page: page, Shape: draw.Round, Text: ring, Score: 0.98,
		Box: extract.Box{X0: x - diameter/2, Y0: y - diameter/2, X1: x + diameter/2, Y1: y + diameter/2}})
	p.pages[page].seals = append(p.pages[page].seals, draw.Seal{Text: ring, X: x, Y: y, Diameter: diameter, Cover: 0.8, Uneven: 0.3, Noise: uint64(page)})
}
