package rules

import (
	"slices"

	"dengji/extract"
)

// What lines of a page beside the one scanned are like: a strip along the picture's
// left or right side, cut off by it, with a gutter between it and everything else.
// Shares are of the picture's width.
const (
	stripLines  = 4    // fewer may be anything
	stripWidth  = 0.25 // a strip is no column
	stripGutter = 0.03 // of which nothing is printed
	stripEdge   = 0.02 // what is nearer to the picture's side is cut off by it
	stripCut    = 0.75 // share of a strip's lines that are
)

// besidePage lists, by index into doc.Lines, what can be seen of the page beside one
// that was scanned from a book or a stapled set: it is none of the page's text.
func besidePage(doc *extract.Document, page int) map[int]bool {
	if page >= len(doc.Pages) || doc.Pages[page].Source != extract.SourceScan || doc.Pages[page].Width == 0 {
		return nil
	}
	width := doc.Pages[page].Width
	var lines []int
	for i := range doc.Lines {
		if doc.Lines[i].Page == page {
			lines = append(lines, i)
		}
	}
	found := map[int]bool{}
	for _, mirrored := range []bool{false, true} {
		span := func(i int) (from, to float64) { // from the far side towards the edge
			if b := doc.Lines[i].Box; !mirrored {
				return b.X0, b.X1
			} else {
				return width - b.X1, width - b.X0
			}
		}
		for _, i := range strip(lines, width, span) {
			found[i] = true
		}
	}
	return found
}

// strip is the lines of a strip at the end of the axis, none where there is no strip.
func strip(lines []int, width float64, span func(int) (from, to float64)) []int {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b int) int {
		x, _ := span(a)
		y, _ := span(b)
		return int(1000 * (x - y))
	})
	end := 0.0 // of everything before
	for k, i := range sorted {
		from, to := span(i)
		if k >= stripLines && len(sorted)-k >= stripLines && from-end >= stripGutter*width && from >= (1-stripWidth)*width {
			cut := 0
			for _, j := range sorted[k:] {
				if _, to := span(j); to >= (1-stripEdge)*width {
					cut++
				}
			}
			if float64(cut) >= stripCut*float64(len(sorted)-k) {
				return sorted[k:]
			}
		}
		end = max(end, to)
	}
	return nil
}
