package rules

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dengji/extract"

	"go.yaml.in/yaml/v3"
)

//go:embed learn.yaml
var learnData []byte

// learnWords are the words of learn.yaml.
type learnWords struct {
	Guesses                                   []guess
	Sections, Notes, Titles, MaxRunes, Filler *regexp.Regexp
}

// guess is what words in a label say of its value.
type guess struct {
	match     *regexp.Regexp
	typ, path string
}

func loadLearnWords() (*learnWords, error) {
	var raw struct {
		Guesses  []struct{ Match, Type, Path string }
		Sections string
		Notes    string
		Titles   string
		MaxRunes string `yaml:"max_runes"`
		Filler   string
	}
	if err := yaml.Unmarshal(learnData, &raw); err != nil {
		return nil, fmt.Errorf("reading learn.yaml: %w", err)
	}
	w := &learnWords{}
	for _, g := range raw.Guesses {
		re, err := regexp.Compile(g.Match)
		if err != nil {
			return nil, fmt.Errorf("reading learn.yaml: %w", err)
		}
		w.Guesses = append(w.Guesses, guess{re, g.Type, g.Path})
	}
	for _, p := range []struct {
		into **regexp.Regexp
		text string
	}{{&w.Sections, raw.Sections}, {&w.Notes, raw.Notes}, {&w.Titles, raw.Titles}, {&w.MaxRunes, raw.MaxRunes}, {&w.Filler, raw.Filler}} {
		re, err := regexp.Compile(p.text)
		if err != nil {
			return nil, fmt.Errorf("reading learn.yaml: %w", err)
		}
		*p.into = re
	}
	return w, nil
}

// ErrNoLabels says that a document shows no place to fill anything in.
var ErrNoLabels = errors.New("no label with room for a value was found")

// Learn drafts a form definition, as YAML with comments where it guesses, from
// a blank form: labels are words with a colon, words beside or above an empty
// cell, and heads of columns over empty rows. The error wraps ErrNoLabels.
func Learn(doc *extract.Document, id string) ([]byte, error) {
	words, err := loadLearnWords()
	if err != nil {
		return nil, err
	}
	clean := *doc
	clean.Lines = slices.Clone(doc.Lines)
	for i := range clean.Lines { // YAML writes what is no UTF-8 as !!binary
		clean.Lines[i].Text = strings.ToValidUTF8(clean.Lines[i].Text, "\uFFFD")
	}
	l := &learner{words: words, doc: &clean, paths: map[string]bool{}, labels: map[string]bool{}}
	l.read()
	if l.fields == 0 {
		return nil, ErrNoLabels
	}
	text := l.write(id)
	if mistakes := checkForm(id+".yaml", text); len(mistakes) > 0 {
		return nil, fmt.Errorf("the draft is no definition: %w", mistakes[0])
	}
	return text, nil
}

// learner reads one blank form.
type learner struct {
	words  *learnWords
	doc    *extract.Document
	title  string
	items  []draftItem
	paths  map[string]bool
	labels map[string]bool // folded, for labels must differ
	fields int
	choice *draftItem // the last choices, for columns that refer to them
}

// draftItem is an item of the layout with what is uncertain about it.
type draftItem struct {
	Item
	unsure string
	rows   int // empty rows under a table's heads
}

// read goes through lines and tables as they stand.
func (l *learner) read() {
	in := map[int]int{} // line → table
	for t, table := range l.doc.Tables {
		for _, c := range table.Cells {
			for _, n := range c.Lines {
				in[n] = t
			}
		}
	}
	done := map[int]bool{}
	for i := range l.doc.Lines {
		t, ok := in[i]
		switch {
		case !ok:
			l.line(strings.TrimSpace(l.doc.Lines[i].Text))
		case !done[t]:
			done[t] = true
			(&learnTable{learner: l, Table: &l.doc.Tables[t]}).read()
		}
	}
}

// line reads a line that is in no table.
func (l *learner) line(text string) {
	switch {
	case text == "":
	case l.title == "" && l.words.Titles.MatchString(text):
		l.title = text
	case l.words.Sections.MatchString(text) && !strings.HasSuffix(strings.TrimRight(text, " 　"), "："):
		l.section(text)
	case l.words.Notes.MatchString(text):
		l.note(text, "")
	default:
		if found := l.labelled(text); len(found) > 0 {
			for _, f := range found {
				l.field(f, PlaceAfter, PlaceRight)
			}
			return
		}
		l.note(text, "")
	}
}

func (l *learner) section(text string) {
	if l.fresh(text) {
		l.items = append(l.items, draftItem{Item: Item{Section: text}})
	}
}

func (l *learner) note(text, unsure string) {
	if l.fresh(text) {
		l.items = append(l.items, draftItem{Item: Item{Note: text}, unsure: unsure})
	}
}

// fresh says whether a text can be told from the labels so far, and notes it.
func (l *learner) fresh(text string) bool {
	core, _ := splitLabel(text)
	key := string(foldText(core))
	if key == "" || l.labels[key] {
		return false
	}
	l.labels[key] = true
	return true
}

var colon = regexp.MustCompile(`[：:]`)

// labelled lists the labels that stand before colons in a line with room
// behind them.
func (l *learner) labelled(text string) []string {
	var labels []string
	parts := colon.Split(text, -1)
	for i, p := range parts[:len(parts)-1] {
		if i > 0 || strings.Contains(strings.TrimSpace(p), "  ") {
			p = lastWords(p)
		}
		if p = strings.TrimSpace(p); p != "" && len([]rune(p)) <= 60 {
			labels = append(labels, p)
		}
	}
	if rest := parts[len(parts)-1]; len(labels) == 1 && len(parts) == 2 && !l.words.Filler.MatchString(rest) && !bracketed(rest) {
		return nil // words with their text, such as 邮寄至：…
	}
	return labels
}

func bracketed(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "（") && strings.HasSuffix(s, "）") || strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")")
}

var gap = regexp.MustCompile(`[\s_＿]{2,}|\t`)

// lastWords is what stands behind the last gap of a text: the label after the
// room for the value before it. 姓  名 is one word with a gap in it.
func lastWords(s string) string {
	parts := gap.Split(strings.TrimSpace(strings.Trim(s, "_＿")), -1)
	last := parts[len(parts)-1]
	for i := len(parts) - 2; i >= 0 && len([]rune(last)) < 4 && len([]rune(parts[i])) == 1; i-- {
		last = parts[i] + last
	}
	return last
}

// field adds a field for a label.
func (l *learner) field(label string, place ...string) *draftItem {
	if !l.fresh(label) {
		return nil
	}
	d := draftItem{}
	d.Label, d.Place = label, place
	d.unsure = l.guess(&d.FieldDef, "field", false)
	l.fields++
	l.items = append(l.items, d)
	return &l.items[len(l.items)-1]
}

// guess gives a field its type, limits and path by its label's words, and says
// what is uncertain.
func (l *learner) guess(d *FieldDef, otherwise string, column bool) (unsure string) {
	d.Type, d.Path = "text", ""
	if m := l.words.MaxRunes.FindStringSubmatch(d.Label); m != nil {
		fmt.Sscan(m[1]+m[2], &d.MaxRunes)
	}
	for _, g := range l.words.Guesses {
		if !g.match.MatchString(strings.Join(strings.Fields(d.Label), "")) || d.MaxRunes > 0 && g.typ != "text" {
			continue
		}
		d.Type, d.Path = g.typ, g.path
		break
	}
	if d.Type == "percent" {
		low, high := 0.0, 100.0
		d.Min, d.Max = &low, &high
	}
	if d.Path == "" {
		unsure = "type and path are guesses: name the path as the record should have it"
		d.Path = otherwise
	}
	if column {
		d.Path = d.Path[strings.LastIndexByte(d.Path, '.')+1:]
	}
	return unsure
}

// unique makes a path one that no other field has; prefix is a table's.
func (l *learner) unique(prefix, path string) string {
	name := path
	for n := 2; l.paths[prefix+name]; n++ {
		name = fmt.Sprintf("%s_%d", path, n)
	}
	l.paths[prefix+name] = true
	return name
}

// choices adds a choice between words.
func (l *learner) choices(label string, vocabulary []string) {
	d := l.field(label, PlaceBlock)
	if d == nil || len(vocabulary) == 0 { // boxes without words are no choice
		return
	}
	seen := map[string]bool{}
	vocabulary = slices.DeleteFunc(vocabulary, func(w string) bool { twice := seen[w]; seen[w] = true; return twice })
	d.Type, d.Vocabulary, d.MaxRunes, d.Min, d.Max = "choices", vocabulary, 0, nil, nil
	if d.Path == "field" {
		d.Path = "choices"
	}
	d.unsure = "several may be ticked; where only one may be, the type is category"
	kept := *d
	l.choice = &kept
}

var tickBox = regexp.MustCompile(`[□☐☑■▢]`)

// ticked lists the words behind tick boxes.
func ticked(text string) (before string, words []string) {
	parts := tickBox.Split(text, -1)
	for _, p := range parts[1:] {
		p, _, _ = strings.Cut(strings.TrimSpace(p), "  ")
		if p = strings.Trim(strings.TrimSpace(p), "，,、；;_＿：:"); p != "" && !slices.Contains(words, p) {
			words = append(words, p)
		}
	}
	return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(parts[0]), "：:")), words
}
