package open

import (
	"fmt"
	"math"
	"sort"

	"dengji/extract"
	"dengji/extract/scan"
)

// appendPage adds one page to the document; indices that count within the page
// are moved to count within the document.
func appendPage(doc *extract.Document, page extract.Page, res *scan.Result, err error) {
	at, base := len(doc.Pages), len(doc.Lines)
	if err != nil {
		doc.Pages = append(doc.Pages, page)
		_, message := extract.StatusOf(err)
		doc.Problems = append(doc.Problems, extract.Problem{Page: at, Code: extract.ProblemPageFailed, Message: fmt.Sprintf("%s（%v）", message, err)})
		return
	}
	doc.Pages = append(doc.Pages, res.Page)
	for _, l := range res.Lines {
		l.Page = at
		doc.Lines = append(doc.Lines, l)
	}
	for _, t := range res.Tables {
		for c := range t.Cells {
			t.Cells[c].Page = at
			for i := range t.Cells[c].Lines {
				t.Cells[c].Lines[i] += base
			}
		}
		doc.Tables = append(doc.Tables, t)
	}
	for _, t := range res.Ticks {
		t.Page, t.Line = at, t.Line+base
		doc.Ticks = append(doc.Ticks, t)
	}
	for _, s := range res.Seals {
		s.Page = at
		doc.Seals = append(doc.Seals, s)
	}
	for _, c := range res.Codes {
		c.Page = at
		doc.Codes = append(doc.Codes, c)
	}
	for _, p := range res.Problems {
		p.Page = at
		doc.Problems = append(doc.Problems, p)
	}
	for stage, s := range res.Timings {
		doc.Timings[stage] += s
	}
}

// used lists the readers that gave the document at least one reading.
func (e *Engine) used(doc *extract.Document) []string {
	seen := map[string]bool{}
	for _, l := range doc.Lines {
		seen[l.Reader] = true
		for _, o := range l.Other {
			seen[o.Reader] = true
		}
	}
	var out []string
	for name := range seen {
		if v := e.names[name]; v != "" {
			name += " " + v
		}
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// joinTables makes one table of two that a page break cut: the first ends its
// page, the second begins the next one, and they are equally wide. Columns are
// matched by where they stand.
func joinTables(doc *extract.Document) {
	for i := 0; i+1 < len(doc.Tables); {
		if a, b := doc.Tables[i], doc.Tables[i+1]; continues(doc, a, b) {
			doc.Tables[i] = join(a, b)
			doc.Tables = append(doc.Tables[:i+1], doc.Tables[i+2:]...)
			continue
		}
		i++
	}
}

// joinSlack is how far, in points, outer borders of one table may lie apart on
// two pages: feeders shift and scale paper by a few millimetres.
const joinSlack = 14

func continues(doc *extract.Document, a, b extract.Table) bool {
	if len(a.Cells) == 0 || len(b.Cells) == 0 {
		return false
	}
	pa, pb := a.Cells[len(a.Cells)-1].Page, b.Cells[0].Page
	if pb != pa+1 || doc.Pages[pa].Width == 0 {
		return false
	}
	ba, bb := bounds(a, pa), bounds(b, pb)
	if math.Abs(ba.X0-bb.X0) > joinSlack || math.Abs(ba.X1-bb.X1) > joinSlack {
		return false
	}
	for _, l := range doc.Lines {
		middle := (l.Box.Y0 + l.Box.Y1) / 2
		if l.Page == pb && middle < bb.Y0 && middle > doc.Pages[pb].Height*0.08 {
			return false // a heading above the second table
		}
	}
	// Footnotes may stand below the first table, so its foot need not be the
	// page's.
	return ba.Y1 > doc.Pages[pa].Height/2 && bb.Y0 < doc.Pages[pb].Height*0.25
}

func bounds(t extract.Table, page int) extract.Box {
	var b extract.Box
	for _, c := range t.Cells {
		if c.Page == page {
			b = b.Union(c.Box)
		}
	}
	return b
}

// join appends b's rows to a. The columns of the whole are the distinct left
// edges of both, so spans grow where one part is divided finer.
func join(a, b extract.Table) extract.Table {
	edges := columnEdges(a, b)
	place := func(t extract.Table, rowOffset int) []extract.Cell {
		out := make([]extract.Cell, 0, len(t.Cells))
		for _, c := range t.Cells {
			from, to := edgeAt(edges, c.Box.X0), edgeAt(edges, c.Box.X1)
			c.Row += rowOffset
			c.Col, c.ColSpan = from, max(1, to-from)
			out = append(out, c)
		}
		return out
	}
	return extract.Table{
		Rows:  a.Rows + b.Rows,
		Cols:  max(1, len(edges)-1),
		Cells: append(place(a, 0), place(b, a.Rows)...),
	}
}

func columnEdges(tables ...extract.Table) []float64 {
	var xs []float64
	for _, t := range tables {
		for _, c := range t.Cells {
			xs = append(xs, c.Box.X0, c.Box.X1)
		}
	}
	sort.Float64s(xs)
	var edges []float64
	for _, x := range xs {
		if len(edges) == 0 || x-edges[len(edges)-1] > joinSlack {
			edges = append(edges, x)
		}
	}
	return edges
}

// edgeAt is the index of the edge nearest to x.
func edgeAt(edges []float64, x float64) int {
	best := 0
	for i, e := range edges {
		if math.Abs(e-x) < math.Abs(edges[best]-x) {
			best = i
		}
	}
	return best
}
