package rules

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"dengji/extract"
)

// pieces finds where the value of a label stands. empty is where it would
// stand if nothing is there.
func (s *sheet) pieces(h *hit, ref *fieldRef) (out []piece, empty *block, stretched, open bool) {
	empty = h.block
	out = s.after(h)
	if ref.def.Bracketed {
		return out, empty, s.closing(h) == len(h.block.runes), false // the bracket may close elsewhere
	}
	for _, place := range ref.def.Place {
		switch place {
		case PlaceRight:
			more, at := s.right(h)
			if len(out) > 0 && len(more) > 0 && !h.block.free() {
				stretched = true
			}
			out = append(out, more...)
			if at != nil && len(out) == 0 {
				empty = at
			}
		case PlaceBelow:
			if b := s.below(h); len(out) == 0 && b != nil {
				out, empty = append(out, s.run(b, 0)...), b
			}
		case PlaceBlock:
			more, apart, goesOn := s.continued(h)
			out, stretched, open = append(out, more...), stretched || apart, goesOn
		}
	}
	if more := s.ranOver(out); len(more) > 0 {
		out, stretched = append(out, more...), true
	}
	if h.block.free() && !slices.Contains(ref.def.Place, PlaceBlock) {
		more, doubtful := s.wrapped(h, len(out) > 0)
		out, stretched = append(out, more...), stretched || doubtful || s.mayWrap(h)
	}
	return out, empty, stretched, open
}

// after is the text that follows the label in its own block, up to the next
// label there.
func (s *sheet) after(h *hit) []piece {
	if s.form.labels[h.label].bracketed {
		return s.text(h.block, h.value, s.closing(h))
	}
	return s.run(h.block, h.value)
}

// run is a block's text from a rune on, up to the next label. A bracketed
// label with its value ([简称：…]) is left out, and the text goes on behind it.
func (s *sheet) run(b *block, from int) []piece {
	var out []piece
	for _, o := range b.hits {
		if o.start < from {
			continue
		}
		to := o.start
		if !s.form.labels[o.label].bracketed {
			return append(out, s.text(b, from, to)...)
		}
		for to > from && strings.ContainsRune("[(（［【〔", b.runes[to-1]) {
			to--
		}
		out = append(out, s.text(b, from, to)...)
		if from = s.closing(o); from < len(b.runes) {
			from++
		}
	}
	return append(out, s.text(b, from, len(b.runes))...)
}

// text is the piece from..to, nothing where only white space is there.
func (s *sheet) text(b *block, from, to int) []piece {
	if from >= to || strings.TrimSpace(string(b.runes[from:to])) == "" {
		return nil
	}
	return []piece{{b, from, to}}
}

// stops says whether a label begins the block that is not merely bracketed
// inside a value.
func (s *sheet) stops(b *block) bool {
	return len(b.hits) > 0 && b.hits[0].begins && !s.form.labels[b.hits[0].label].bracketed
}

// spilled says whether words of no label stand before the first label of a cell:
// the rest of what its neighbour holds, cut off by a stroke taken for a ruling line.
func spilled(b *block) bool {
	return len(letters(string(b.runes[:b.hits[0].start]))) > 3
}

// followed says whether another label stands behind h in its block, so that
// h's value ends there.
func (s *sheet) followed(h *hit) bool {
	for _, o := range h.block.hits {
		if o.start > h.start && !s.form.labels[o.label].bracketed {
			return true
		}
	}
	return false
}

// closing is where the bracket around a bracketed label closes, or its line
// ends.
func (s *sheet) closing(h *hit) int {
	for i := h.value; i < len(h.block.runes); i++ {
		if strings.ContainsRune("])）］】〕", h.block.runes[i]) || h.block.at[i].rune < 0 {
			return i
		}
	}
	return len(h.block.runes)
}

// right finds the value beside the label's block: the next cell if no label
// begins it; outside of tables all text further right on the same line. at is
// the cell even where it is empty.
func (s *sheet) right(h *hit) (out []piece, at *block) {
	b := h.block
	if s.followed(h) {
		return nil, nil
	}
	if !b.free() {
		n := s.at(b.table, b.cell.Row, b.cell.Col+max(1, b.cell.ColSpan))
		if n == nil || n == b || s.stops(n) && !spilled(n) {
			return nil, nil
		}
		return s.run(n, 0), n
	}
	if b.box.Empty() {
		return nil, nil
	}
	row := s.sameRow(b)
	for _, n := range row {
		if n.box.X0 < b.box.X1-2 {
			continue
		}
		if s.stops(n) {
			break
		}
		if !n.taken {
			n.taken = true
			out = append(out, s.run(n, 0)...)
		}
		if len(n.hits) > 0 {
			break
		}
	}
	return out, nil
}

// touching is how far apart two pieces of one line of text are at most that a
// stroke taken for a ruling line has parted, as a share of their height: between
// the texts of two cells lies the room that each keeps to its sides.
const touching = 0.2

// ranOver is the text of the cell to the right where the last line of a value
// runs into it without a gap: no ruling line parts them.
func (s *sheet) ranOver(value []piece) []piece {
	if len(value) == 0 {
		return nil
	}
	b := value[len(value)-1].block
	if b.free() || len(b.lines) == 0 {
		return nil
	}
	n := s.at(b.table, b.cell.Row, b.cell.Col+max(1, b.cell.ColSpan))
	if n == nil || n == b || len(n.lines) == 0 || len(n.hits) > 0 {
		return nil
	}
	last, first := s.part.Doc.Lines[b.lines[len(b.lines)-1]].Box, s.part.Doc.Lines[n.lines[0]].Box
	high := min(last.Height(), first.Height())
	gap := first.X0 - last.X1
	if high <= 0 || max(gap, -gap) > touching*high || min(last.Y1, first.Y1)-max(last.Y0, first.Y0) < 0.6*high {
		return nil
	}
	return s.run(n, 0)
}

// sameLine is the share of their height that boxes on one visual line have in
// common: of two close lines beside a label in their middle each has two fifths.
const sameLine = 0.35

// sameRow lists the free blocks on the visual line of b, from left to right;
// lines of one value that stand beneath one another beside a label in their
// middle, from top to bottom.
func (s *sheet) sameRow(b *block) []*block {
	var row []*block
	for _, n := range s.blocks {
		if n == b || !n.free() || n.page != b.page || n.box.Empty() {
			continue
		}
		overlap := min(n.box.Y1, b.box.Y1) - max(n.box.Y0, b.box.Y0)
		if overlap > sameLine*min(n.box.Height(), b.box.Height()) {
			row = append(row, n)
		}
	}
	slices.SortStableFunc(row, func(a, c *block) int { return cmp.Compare(a.box.X0, c.box.X0) })
	for i := 1; i < len(row); i++ {
		for k := i; k > 0 && standsOver(row[k].box, row[k-1].box); k-- {
			row[k], row[k-1] = row[k-1], row[k]
		}
	}
	return row
}

// standsOver says whether a stands higher than b, in the same column.
func standsOver(a, b extract.Box) bool {
	common := min(a.X1, b.X1) - max(a.X0, b.X0)
	return common > 0.5*min(a.Width(), b.Width()) && a.Y0+a.Y1 < b.Y0+b.Y1 && min(a.Y1, b.Y1)-max(a.Y0, b.Y0) < 0.5*min(a.Height(), b.Height())
}

// below is the cell under the label's cell, if no label begins it.
func (s *sheet) below(h *hit) *block {
	b := h.block
	if b.free() {
		return nil
	}
	n := s.at(b.table, b.cell.Row+max(1, b.cell.RowSpan), b.cell.Col)
	if n == nil || n == b || len(n.hits) > 0 {
		return nil
	}
	return n
}

// wrapped is what a value without a cell continues with on the lines beneath:
// lines that hold no label, closely under it. Where label and value share a cell
// such a line begins beneath the label (begun says that the value stands beside
// it), and so does one whose label was not read: that is doubtful.
func (s *sheet) wrapped(h *hit, begun bool) (out []piece, doubtful bool) {
	b := h.block
	if b.box.Empty() || s.followed(h) {
		return nil, false
	}
	last := b.box
	for _, n := range s.blocks[h.order+1:] {
		if !n.free() || n.page != b.page || n.box.Empty() {
			break
		}
		if n.taken || n.box.Y0 < last.Y0+0.5*last.Height() {
			continue // on the same visual line
		}
		if len(n.hits) > 0 || n.box.Y0-last.Y1 > 0.8*last.Height() {
			break
		}
		if s.nearerLabel(h, n) {
			break
		}
		if n.box.X0 < b.box.X0+b.box.Height() {
			if !begun || n.box.X0 < b.box.X0-b.box.Height()/2 || n.box.Y0-last.Y1 > 0.4*last.Height() {
				break
			}
			doubtful = true
			s.wraps = append(s.wraps, b)
		}
		n.taken = true
		out = append(out, s.run(n, 0)...)
		last = n.box
	}
	return out, doubtful
}

// mayWrap says whether a line beneath the row of a label's value, which was taken
// for the rest of another value of that row, may be the rest of this one: the
// row's last, whose text goes on where the next line begins.
func (s *sheet) mayWrap(h *hit) bool {
	if s.followed(h) {
		return false
	}
	row := s.sameRow(h.block)
	return slices.ContainsFunc(s.wraps, func(o *block) bool { return o != h.block && slices.Contains(row, o) }) &&
		!slices.ContainsFunc(row, func(o *block) bool { return o.box.X0 > h.block.box.X0 })
}

// nearerLabel says whether another label on h's visual line stands over n,
// closer than h does.
func (s *sheet) nearerLabel(h *hit, n *block) bool {
	for _, o := range s.sameRow(h.block) {
		if len(o.hits) > 0 && o.box.X0 > h.block.box.X0 && o.box.X0 < n.box.X0+2 {
			return true
		}
	}
	return false
}

// continued is what a block value goes on with after its label's own block:
// cells or lines that hold no label, until the next label. apart says that
// the text was taken from outside of the label's table; open that no label
// came after it, so that the text may go on on another page.
func (s *sheet) continued(h *hit) (out []piece, apart, open bool) {
	b := h.block
	if s.followed(h) {
		return nil, false, false
	}
	filled := len(s.after(h)) > 0
	beside := !filled // the value stands beside the label's cell
	page := b.page
	for _, n := range s.blocks[h.order+1:] {
		if s.stops(n) {
			if !b.free() && s.form.labels[n.hits[0].label].kind == labelNote {
				continue // a footnote at the end of the page
			}
			return out, apart, false
		}
		if n.blank() || n.taken || pageFurniture(n) {
			continue
		}
		switch s.continues(b, n) {
		case goOn:
			n.taken = true
			if under := beside && n.page != b.page && n.cell != nil && n.cell.Col == b.cell.Col; under && s.endOfLabel(h, n) {
				continue
			} else if under {
				apart = true
			}
			out = append(out, s.run(n, 0)...)
			// A ruling line between two texts on one page parts two fields,
			// unless the first is only a label: another label was not read.
			apart = apart || n.table != b.table || !b.free() && filled && n.page == page
			filled, page = true, n.page
			if s.hardHits(n) {
				return out, apart, false // a label inside it ends the value
			}
		case stop:
			return out, apart, false
		}
	}
	return out, apart, true
}

// endOfLabel says whether a cell under a label's own, on the next page, holds
// nothing but the last words of the label, which the page break cut off.
func (s *sheet) endOfLabel(h *hit, n *block) bool {
	text := s.form.labels[h.label].texts[h.text]
	whole := slices.Concat(text.core, text.hint)
	rest := slices.Clone(n.fold)
	for len(rest) > 0 && rest[len(rest)-1] == ':' {
		rest = rest[:len(rest)-1]
	}
	return len(rest) > 0 && len(rest) < len(whole) && editDistance(rest, whole[len(whole)-len(rest):]) <= len(rest)/4
}

// hardHits says whether a block has a label that ends a value.
func (s *sheet) hardHits(b *block) bool {
	return slices.ContainsFunc(b.hits, func(h *hit) bool { return !s.form.labels[h.label].bracketed })
}

// What to do with a block that may hold the rest of a value.
const (
	goOn = iota // it does
	skip        // it does not, a later one may
	stop        // neither
)

// continues says whether block n can hold the rest of a value whose label
// stands in b.
func (s *sheet) continues(b, n *block) int {
	switch {
	case b.free() && n.free(), !b.free() && n.table == b.table:
		return goOn
	case b.free():
		return stop
	case n.page == b.page:
		return skip // beneath the table: a footnote
	case n.free() && !s.ruled(n.page):
		return goOn
	case n.free():
		return skip
	case b.cell.Row+max(1, b.cell.RowSpan) < s.part.Doc.Tables[b.table].Rows:
		return stop // the label's row was not the last one of its table
	}
	return goOn
}

// ruled says whether a page has table cells.
func (s *sheet) ruled(page int) bool {
	return slices.ContainsFunc(s.blocks, func(b *block) bool { return b.page == page && !b.free() })
}

var pageNumber = regexp.MustCompile(`^[-—–~·.\s]*(?:第?\s*\d{1,3}\s*页?(?:\s*[/共]\s*\d{1,3}\s*页?)?)[-—–~·.\s]*$`)

// pageFurniture is a page's number, which stands between the halves of a cut
// table.
func pageFurniture(b *block) bool {
	return b.free() && pageNumber.MatchString(string(b.runes))
}
