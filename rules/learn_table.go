package rules

import (
	"regexp"
	"strings"

	"dengji/extract"
)

// learnTable reads one table of a blank form.
type learnTable struct {
	*learner
	*extract.Table
	used map[int]bool // rows and cells (row × columns + column) that were read with others
}

func (t *learnTable) read() {
	t.used = map[int]bool{}
	for row := 0; row < t.Rows; row++ {
		if rows := t.heads(row); rows > 0 {
			row += rows
			continue
		}
		for _, c := range t.row(row) {
			if !t.used[t.at(c)] {
				t.cell(c)
			}
		}
	}
}

func (t *learnTable) at(c *extract.Cell) int { return c.Row*t.Cols + c.Col }

// row lists the cells that begin in a row.
func (t *learnTable) row(row int) (cells []*extract.Cell) {
	for i := range t.Cells {
		if t.Cells[i].Row == row {
			cells = append(cells, &t.Cells[i])
		}
	}
	return cells
}

// lines are a cell's lines of text.
func (t *learnTable) lines(c *extract.Cell) (lines []string) {
	for _, n := range c.Lines {
		if s := strings.TrimSpace(t.doc.Lines[n].Text); s != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

func (t *learnTable) text(c *extract.Cell) string { return strings.Join(t.lines(c), "") }

// empty says whether a cell has room for a value and nothing else.
func (t *learnTable) empty(c *extract.Cell) bool { return t.words.Filler.MatchString(t.text(c)) }

var counted = regexp.MustCompile(`^[0-9]{0,2}$`)

// heads reads a row of column heads with empty rows beneath, and returns how
// many those are; 0 where the row is none.
func (t *learnTable) heads(row int) (empty int) {
	heads := t.row(row)
	if len(heads) < 3 {
		return 0
	}
	for _, c := range heads {
		text := t.text(c)
		if t.empty(c) || strings.HasSuffix(text, "：") || strings.HasSuffix(text, ":") || tickBox.MatchString(text) || t.words.Sections.MatchString(text) {
			return 0
		}
	}
	for next := row + 1; next < t.Rows; next++ {
		cells := t.row(next)
		if len(cells) != len(heads) {
			break
		}
		blank := true
		for i, c := range cells {
			blank = blank && c.Col == heads[i].Col && (t.empty(c) || i == 0 && counted.MatchString(t.text(c)))
		}
		if !blank {
			break
		}
		empty++
	}
	if empty == 0 {
		return 0
	}
	d := draftItem{rows: empty, unsure: "name the list as the record should have it"}
	d.Table = t.unique("", "rows")
	for _, c := range heads {
		def := FieldDef{Label: t.text(c)}
		if !t.fresh(def.Label) {
			continue
		}
		t.guess(&def, "column", true)
		if t.choice != nil && def.Path == "column" {
			if core, _ := splitLabel(t.choice.Label); strings.Contains(def.Label, core) {
				def.Type, def.Vocabulary = "category", t.choice.Vocabulary
			}
		}
		def.Path = t.unique(d.Table+"[].", def.Path)
		d.Columns = append(d.Columns, def)
		t.fields++
	}
	if len(d.Columns) > 0 {
		t.items = append(t.items, d)
	}
	return empty
}

// cell reads one cell that is none of a table's heads.
func (t *learnTable) cell(c *extract.Cell) {
	text := t.text(c)
	right := t.beside(c)
	switch {
	case t.empty(c):
	case t.title == "" && c.Row == 0 && len(t.row(0)) == 1 && t.words.Titles.MatchString(text):
		t.title = text
	case tickBox.MatchString(text):
		t.ticks(c)
	case right != nil && tickBox.MatchString(t.text(right)):
		t.used[t.at(right)] = true
		_, words := ticked(t.text(right))
		for _, below := range t.under(c, right) { // boxes in several rows beside one label
			_, more := ticked(t.text(below))
			words = append(words, more...)
			t.used[t.at(below)] = true
		}
		t.choices(strings.TrimRight(text, "：:"), words)
	case t.words.Sections.MatchString(text) && (right == nil || !t.empty(right)):
		t.section(text)
	case t.words.Notes.MatchString(text):
		t.note(text, "")
	case right != nil && t.empty(right) && !colon.MatchString(strings.TrimRight(text, "：:")):
		t.used[t.at(right)] = true
		t.field(strings.TrimRight(text, "：:"), PlaceAfter, PlaceRight)
	default:
		t.inside(c)
	}
}

// inside reads a cell with labels and their values in it.
func (t *learnTable) inside(c *extract.Cell) {
	wide := c.ColSpan >= t.Cols
	for i, line := range t.lines(c) {
		labels := t.labelled(line)
		switch {
		case len(labels) > 0:
			for _, label := range labels {
				d := t.field(label, PlaceAfter, PlaceRight)
				if d != nil && wide && len(labels) == 1 && d.MaxRunes > 0 {
					d.Place = []string{PlaceBlock}
				}
			}
		case wide && i == 0 && (t.words.MaxRunes.MatchString(line) || t.roomBelow(c)):
			t.field(line, PlaceBlock)
		default:
			t.note(line, "printed text, or a label whose value stands elsewhere")
		}
	}
}

// roomBelow says whether the cell beneath is as wide and empty.
func (t *learnTable) roomBelow(c *extract.Cell) bool {
	for _, n := range t.row(c.Row + max(1, c.RowSpan)) {
		if n.Col == c.Col && n.ColSpan == c.ColSpan {
			return t.empty(n)
		}
	}
	return false
}

// ticks reads a cell with tick boxes: the label stands before them in it, or
// in the cell to the left.
func (t *learnTable) ticks(c *extract.Cell) {
	label, words := ticked(t.text(c))
	if label != "" && len(words) > 0 {
		t.choices(label, words)
	}
}

// beside is the cell to the right, nil for none.
func (t *learnTable) beside(c *extract.Cell) *extract.Cell {
	for i := range t.Cells {
		if n := &t.Cells[i]; n.Row == c.Row && n.Col == c.Col+max(1, c.ColSpan) {
			return n
		}
	}
	return nil
}

// under lists the cells below one that stand beside the same label.
func (t *learnTable) under(label, c *extract.Cell) (cells []*extract.Cell) {
	for i := range t.Cells {
		if n := &t.Cells[i]; n.Col == c.Col && n.Row > c.Row && n.Row < label.Row+label.RowSpan {
			cells = append(cells, n)
		}
	}
	return cells
}
