// Package tick gives tick boxes in text one spelling.
//
// Companies tick a printed box in many ways: they replace □ by ☑ or ■, type √
// before, after or into it, or set a glyph of a symbol font. Whatever the
// source had, a box comes out as one rune, extract.TickOn or extract.TickOff,
// and every other sign of that kind (a root sign, a ■ that opens a paragraph)
// stays the text that it was.
package tick

import (
	"strings"
	"unicode/utf8"

	"dengji/extract"
)

// Scores of a Mark.
const (
	sure   = 1.0
	unsure = 0.5
)

// Mark is one tick box of a canonical text.
type Mark struct {
	Rune  int     // index of its rune (not byte) in the text
	On    bool    // ticked
	Score float64 // 1 where the text leaves no doubt, 0.5 where it can be read both ways
}

// Text is a line in canonical spelling.
type Text struct {
	Text  string
	Marks []Mark // in order
	// Source gives for every rune of Text the index of the rune it came from,
	// for sources that keep a place or score per character.
	Source []int
}

// Canonical is Block for a line that stands alone.
func Canonical(line string) (string, []Mark) {
	t := Block([]string{line})[0]
	return t.Text, t.Marks
}

// Block brings lines that belong together (those of one table cell) into
// canonical spelling, one Text per line.
//
// Glyphs that are boxes by nature (□ ☐ ☑ ☒ ✅ ▣ and the like, also as private
// use characters of Wingdings) are always ticks. Signs that are also used in
// running text (√ ✓ ✔ ■) are ticks only where boxes stand in the same line,
// or, for a short line that begins or ends with one, in the same block. A sign
// beside its box (□√基础软件, √□基础软件, □基础软件√) becomes one tick with it.
// Two or more empty boxes in a row (□□□□) are places for digits, not ticks.
func Block(lines []string) []Text {
	out := make([]Text, len(lines))
	parsed := make([]*line, len(lines))
	boxes := 0
	for i, s := range lines {
		if plain(s) {
			continue
		}
		parsed[i] = parse(s)
		boxes += parsed[i].boxes()
	}
	for i, s := range lines {
		if parsed[i] == nil {
			out[i] = Text{Text: s, Source: identity(utf8.RuneCountInString(s))}
			continue
		}
		parsed[i].resolve(boxes > 0)
		out[i] = parsed[i].text()
	}
	return out
}

func identity(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// plain reports that no rune of s can be part of a tick: nearly every line.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		_, ok := glyphs[r]
		return ok || r >= 0xF000 && r <= 0xF0FF
	})
}

// glyph is what a rune may be.
type glyph int

const (
	none  glyph = iota
	off         // an empty box
	on          // a ticked box
	cross       // a crossed box: ticked, unless the line also ticks with a tick
	soft        // a tick without a box, or a black square: a tick in the right place only
	mouth       // a character that looks like a box
)

var glyphs = map[rune]glyph{
	'□': off, '☐': off, '▢': off, '◻': off, '◽': off, '⬜': off, '❏': off, '❐': off, '❑': off, '❒': off, '🗆': off,
	'☑': on, '✅': on, '▣': on, '🗹': on, '⍌': on,
	'☒': cross, '🗷': cross, '🗵': cross, '⊠': cross, '❎': cross, '⌧': cross,
	'√': soft, '✓': soft, '✔': soft, '■': soft, '◼': soft, '◾': soft, '⬛': soft, '🗸': soft,
	'口': mouth, '囗': mouth,
}

const variation = '\uFE0F' // asks for the coloured picture of the glyph before it

func (l *line) text() Text {
	var b strings.Builder
	t := Text{Source: make([]int, 0, len(l.src))}
	put := func(r rune, from int) {
		b.WriteRune(r)
		t.Source = append(t.Source, from)
	}
	copyTo := func(from, to int) {
		for i := from; i < to; i++ {
			if !l.cut[i] {
				put(l.src[i], i)
			}
		}
	}
	next := 0
	for _, k := range l.tokens {
		if k.kind != box {
			continue
		}
		copyTo(next, k.from)
		r := extract.TickOff
		if k.on {
			r = extract.TickOn
		}
		t.Marks = append(t.Marks, Mark{Rune: len(t.Source), On: k.on, Score: k.score})
		put(r, k.from)
		next = k.to
	}
	copyTo(next, len(l.src))
	t.Text = b.String()
	return t
}

// State says what a rune shows as the content of a check box control, where
// even √ and ■ can mean nothing else; ok is false for runes that are no boxes.
func State(r rune) (ticked, ok bool) {
	if s, known := privateUse(r); known {
		r = s
	}
	g := glyphs[r]
	return g == on || g == cross || g == soft, g != none && g != mouth
}
