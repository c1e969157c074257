package rules

import (
	"fmt"
	"testing"

	"dengji/extract"
)

// bookPage is a certificate's page of a book: lines at the left, and from x on what
// can be seen of the page beside it.
func bookPage(x float64, beside int, to float64) *extract.Document {
	doc := &extract.Document{Format: "pdf", Pages: []extract.Page{{Number: 1, Width: 660, Height: 840, Source: extract.SourceScan}}}
	for i := range 8 {
		y := 100 + 40*float64(i)
		doc.Lines = append(doc.Lines, extract.Line{Box: extract.Box{X0: 90, Y0: y, X1: 340 + 20*float64(i%3), Y1: y + 16}, Text: fmt.Sprintf("第%d行", i)})
	}
	for i := range beside {
		y := 60 + 25*float64(i)
		doc.Lines = append(doc.Lines, extract.Line{Box: extract.Box{X0: x + float64(i%2), Y0: y, X1: to, Y1: y + 16}, Text: "7871台"})
	}
	return doc
}

func TestBesidePage(t *testing.T) {
	for _, tt := range []struct {
		name   string
		x, to  float64
		beside int
		want   int
	}{
		{"a strip of the next page", 612, 655, 12, 12},
		{"a column that ends before the paper does", 560, 610, 12, 0},
		{"a few lines, which may be the page's own", 612, 655, 3, 0},
		{"close behind the page's lines", 385, 655, 12, 0},
	} {
		doc := bookPage(tt.x, tt.beside, tt.to)
		got := besidePage(doc, 0)
		if len(got) != tt.want {
			t.Errorf("%s: %d lines, want %d", tt.name, len(got), tt.want)
		}
		for i := range doc.Lines { // the page before, at the other side
			b := &doc.Lines[i].Box
			b.X0, b.X1 = 660-b.X1, 660-b.X0
		}
		mirrored := besidePage(doc, 0)
		if len(mirrored) != tt.want || tt.want > 0 && mirrored[0] {
			t.Errorf("%s, at the left: %v", tt.name, mirrored)
		}
		doc.Pages[0].Source = extract.SourceText
		if got := besidePage(doc, 0); len(got) > 0 {
			t.Errorf("%s: of a text page %d lines", tt.name, len(got))
		}
	}
}
