package docx

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dengji/extract"
	"dengji/extract/opc"
	"dengji/extract/tick"
)

// builder puts the Document together while it walks through the parts.
type builder struct {
	ctx context.Context
	lim extract.Limits
	doc *extract.Document
	// order is a line's place in reading order. Lines are made in another: a
	// text box ends before the paragraph that it hangs on.
	order    []int
	doubtful []bool // a check box in the line shows what its state denies
	next     int    // next place in reading order

	x        *opc.Reader
	links    map[string]opc.Link
	cells    []*cell    // open cells, the innermost last
	para     *paragraph // open paragraph, nil between paragraphs
	carry    *paragraph // paragraph whose end was deleted: the next one continues it
	run      run
	fields   []field
	control  *checkBox // open check box control
	blank    int       // open controls that show their prompt
	extent   int64     // width of the open drawing in EMU, 0 where unknown
	pictures []opc.Picture

	gridCells  int   // of all tables
	characters int   // of all lines
	over       error // the text goes beyond the limits

	hiddenStyles map[string]bool
	hidden       int             // hidden pieces of text
	problems     map[string]bool // codes and messages already told
}

type paragraph struct {
	order  int
	text   strings.Builder
	hidden bool // by its style
	joins  bool // its end was deleted
	doubt  bool
}

// run is what its properties say about a run's text.
type run struct {
	hidden bool
	super  bool
	symbol string // symbol font, "" for others
}

// field is one open complex field.
type field struct{ code bool } // in its code, not yet in its result

func newBuilder(ctx context.Context, lim extract.Limits) *builder {
	return &builder{
		ctx: ctx, lim: lim,
		doc: &extract.Document{
			Format: Format,
			Pages:  []extract.Page{{Name: "body", Source: extract.SourceText}},
		},
		problems: map[string]bool{},
	}
}

// story reads one part with text of its own.
func (b *builder) story(links []opc.Link, data []byte) error {
	b.links = make(map[string]opc.Link, len(links))
	for _, l := range links {
		b.links[l.ID] = l
	}
	b.x = opc.NewReader(data, b.lim.XMLDepth)
	b.para, b.carry, b.fields, b.run = nil, nil, nil, run{}
	if err := b.x.Root(b.element); err != nil {
		return err
	}
	b.flush()
	return b.over
}

// paragraph reads a w:p.
func (b *builder) paragraph() error {
	if err := errors.Join(b.ctx.Err(), b.over); err != nil {
		return err
	}
	outer, outerRun := b.para, b.run
	p := b.carry
	if p == nil {
		p = &paragraph{order: b.next}
		b.next++
	}
	p.joins, b.carry = false, nil
	b.para, b.run = p, run{}
	err := b.children()
	b.para, b.run = outer, outerRun
	if err != nil {
		return err
	}
	// A field's code does not go beyond its paragraph: one that is never
	// closed must not swallow the rest.
	b.fields = slices.DeleteFunc(b.fields, func(f field) bool { return f.code })
	if p.joins {
		b.carry = p
		return nil
	}
	b.end(p)
	return nil
}

// flush ends a paragraph that waited for a next one.
func (b *builder) flush() {
	if p := b.carry; p != nil {
		b.carry = nil
		b.end(p)
	}
}

// end makes lines of a paragraph: one, and one more for each line break.
func (b *builder) end(p *paragraph) {
	text := p.text.String()
	if b.over == nil { // before lines are made: a break costs seven bytes, a line hundreds
		b.over = b.lim.CheckText(len(b.doc.Lines)+b.gridCells+strings.Count(text, "\n"), b.characters+len(text)/utf8.UTFMax)
	}
	if b.over != nil {
		return
	}
	var made []int
	for s := range strings.SplitSeq(text, "\n") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		made = append(made, len(b.doc.Lines))
		b.doc.Lines = append(b.doc.Lines, extract.Line{Text: s, Score: 1, Reader: extract.ReaderDOCX})
		b.order = append(b.order, p.order)
		b.doubtful = append(b.doubtful, p.doubt)
		b.characters += utf8.RuneCountInString(s)
	}
	b.count()
	for _, c := range b.cells {
		c.lines = append(c.lines, made...)
	}
	if n := len(b.cells); n > 0 {
		b.cells[n-1].own = append(b.cells[n-1].own, made...)
		return
	}
	b.ticks(made)
}

// count holds what was read so far against the limits.
func (b *builder) count() {
	if b.over == nil {
		b.over = b.lim.CheckText(len(b.doc.Lines)+b.gridCells, b.characters)
	}
}

// ticks gives the tick boxes of lines that belong together their spelling.
func (b *builder) ticks(lines []int) {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = b.doc.Lines[l].Text
	}
	for i, t := range tick.Block(texts) {
		l := lines[i]
		b.doc.Lines[l].Text = strings.TrimRight(t.Text, " ")
		for _, m := range t.Marks {
			if b.doubtful[l] {
				m.Score = min(m.Score, 0.5)
			}
			b.doc.Ticks = append(b.doc.Ticks, extract.Tick{On: m.On, Score: m.Score, Line: l, Rune: m.Rune})
		}
	}
}

// finish brings the lines into reading order and hands the Document out.
func (b *builder) finish() *extract.Document {
	d := b.doc
	from := make([]int, len(d.Lines)) // old index by new
	for i := range from {
		from[i] = i
	}
	slices.SortStableFunc(from, func(x, y int) int { return cmp.Compare(b.order[x], b.order[y]) })
	lines, to := make([]extract.Line, len(from)), make([]int, len(from))
	for i, f := range from {
		lines[i], to[f] = d.Lines[f], i
	}
	d.Lines = lines
	for _, t := range d.Tables {
		for i := range t.Cells {
			for j, l := range t.Cells[i].Lines {
				t.Cells[i].Lines[j] = to[l]
			}
			slices.Sort(t.Cells[i].Lines)
		}
	}
	for i := range d.Ticks {
		d.Ticks[i].Line = to[d.Ticks[i].Line]
	}
	slices.SortFunc(d.Ticks, func(x, y extract.Tick) int {
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Rune, y.Rune))
	})
	if b.hidden > 0 {
		b.problem("hidden_text", fmt.Sprintf("文档含有 %d 处隐藏文字，未计入；请核对原件", b.hidden))
	}
	return d
}

// maxProblems bounds what is told of one document.
const maxProblems = 100

// problem notes something about the body, once.
func (b *builder) problem(code, message string) {
	if k := code + message; !b.problems[k] && len(b.problems) < maxProblems {
		b.problems[k] = true
		b.doc.Problems = append(b.doc.Problems, extract.Problem{Page: 0, Code: code, Message: message})
	}
}

// readHiddenStyles finds the styles that hide text. Most documents have none,
// and a look for the word costs nothing beside parsing.
func (b *builder) readHiddenStyles(p *opc.Package, links []opc.Link) error {
	for _, l := range links {
		if l.Kind != "styles" || l.External || !p.Has(l.Target) {
			continue
		}
		data, err := p.Read(l.Target)
		if err != nil {
			return err
		}
		if !strings.Contains(string(opc.UTF8(data)), "vanish") {
			return nil
		}
		return b.hidingStyles(data)
	}
	return nil
}

func (b *builder) hidingStyles(data []byte) error {
	b.hiddenStyles = map[string]bool{}
	says, based := map[string]bool{}, map[string]string{}
	x := opc.NewReader(data, b.lim.XMLDepth)
	err := x.Root(func(name string, attrs []xml.Attr) error {
		if name != "style" {
			return nil
		}
		id := opc.Attr(attrs, "styleId")
		return x.Children(func(name string, attrs []xml.Attr) error {
			switch name {
			case "basedOn":
				based[id] = opc.Attr(attrs, "val")
			case "rPr":
				return x.Children(func(name string, attrs []xml.Attr) error {
					if name == "vanish" {
						says[id] = opc.On(attrs)
					}
					return nil
				})
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	const chain = 20 // styles based on one another; a ring ends here
	for id := range based {
		for s, n := id, 0; n < chain; s, n = based[s], n+1 {
			if v, ok := says[s]; ok {
				b.hiddenStyles[id] = v
				break
			}
		}
	}
	for id, v := range says {
		b.hiddenStyles[id] = v
	}
	return nil
}
