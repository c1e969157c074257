package rules

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"dengji/normalize"

	"go.yaml.in/yaml/v3"
)

// Mistake is something wrong in a definition file.
type Mistake struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // from 1
	Column  int    `json:"column"` // from 1
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Error makes a Mistake an error: file:line:column: message (hint).
func (m Mistake) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
	if m.Hint != "" {
		s += " (" + m.Hint + ")"
	}
	return s
}

// CheckForms looks for mistakes in one definition file, or in all *.yaml of a
// folder. The error is for what could not be read at all.
func CheckForms(path string) ([]Mistake, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("check forms: %w", err)
	}
	files := []string{path}
	if info.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, fmt.Errorf("check forms: %w", err)
		}
		files = files[:0]
		for _, e := range entries {
			if !e.IsDir() && isYAML(e.Name()) {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
	}
	var all []Mistake
	ids := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("check forms: %w", err)
		}
		c := &formChecker{file: file}
		c.check(data)
		if other, ok := ids[c.id]; ok && c.id != "" {
			c.addAt(c.idNode, fmt.Sprintf("id %q is also that of %s", c.id, other), "give each definition an id of its own")
		}
		ids[c.id] = file
		all = append(all, c.mistakes...)
	}
	return all, nil
}

func checkForm(file string, data []byte) []Mistake {
	c := &formChecker{file: file}
	c.check(data)
	return c.mistakes
}

type formChecker struct {
	file     string
	mistakes []Mistake
	id       string
	idNode   *yaml.Node
	paths    map[string]*yaml.Node
	labels   map[string]*yaml.Node // folded core of every label and alias
	refs     []reference
}

// reference is a path that must be that of some field.
type reference struct {
	node *yaml.Node
	path string
}

func (c *formChecker) addAt(n *yaml.Node, message, hint string) {
	m := Mistake{File: c.file, Line: 1, Column: 1, Message: message, Hint: hint}
	if n != nil && n.Line > 0 {
		m.Line, m.Column = n.Line, n.Column
	}
	c.mistakes = append(c.mistakes, m)
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func (c *formChecker) check(data []byte) {
	c.paths, c.labels = map[string]*yaml.Node{}, map[string]*yaml.Node{}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		n := &yaml.Node{Line: 1, Column: 1}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			n.Line, _ = strconv.Atoi(m[1])
		}
		c.addAt(n, "not YAML: "+strings.TrimPrefix(err.Error(), "yaml: "), "look for a missing quote, a tab or wrong indentation near this line")
		return
	}
	root := doc.Content[0]
	if !c.keys(root, reflect.TypeFor[Form](), "a definition") {
		return
	}
	form := Form{}
	if err := root.Decode(&form); err != nil {
		c.typeErrors(err)
		return
	}
	c.id, c.idNode = form.ID, child(root, "id")
	c.head(root, &form)
	c.layout(child(root, "layout"), form.Layout)
	c.checks(child(root, "checks"), form.Checks)
	for _, r := range c.refs {
		if _, ok := c.paths[r.path]; !ok {
			c.addAt(r.node, fmt.Sprintf("no field has the path %q", r.path), c.near(r.path))
		}
	}
	sort.SliceStable(c.mistakes, func(i, j int) bool { return c.mistakes[i].Line < c.mistakes[j].Line })
}

// typeErrors turns yaml's "line 7: cannot unmarshal …" into mistakes.
func (c *formChecker) typeErrors(err error) {
	lines := []string{err.Error()}
	if te, ok := err.(*yaml.TypeError); ok {
		lines = te.Errors
	}
	for _, l := range lines {
		n := &yaml.Node{Line: 1, Column: 1}
		if m := yamlLine.FindStringSubmatch(l); m != nil {
			n.Line, _ = strconv.Atoi(m[1])
		}
		c.addAt(n, "wrong kind of value: "+l, "compare with a definition that ships with the program (dengji forms show)")
	}
}

// head checks everything above the layout.
func (c *formChecker) head(root *yaml.Node, form *Form) {
	if form.ID == "" {
		c.addAt(root, "id is missing", "a short name in small letters, such as excellent-software-product")
	} else if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(form.ID) {
		c.addAt(c.idNode, fmt.Sprintf("id %q", form.ID), "small letters, digits and - only")
	}
	kinds := []string{KindForm, KindCertificate, KindReport}
	if !slices.Contains(kinds, form.Kind) {
		c.addAt(orNode(child(root, "kind"), root), fmt.Sprintf("kind %q is unknown", form.Kind), "one of "+strings.Join(kinds, ", "))
	}
	if len(form.Titles) == 0 && form.MinLabels == 0 {
		c.addAt(root, "neither titles nor min_labels: no page would ever be recognised", "give the words of the page's heading as titles")
	}
	if form.Threshold < 0 || form.Threshold >= 1 {
		c.addAt(child(root, "threshold"), "threshold must lie between 0 and 1", "0.9 sends fields of less than nine in ten to a person")
	}
	if len(form.Layout) == 0 {
		c.addAt(root, "layout is empty", "list what is printed on the form, in its order")
	}
	id := child(root, "identity")
	for key, path := range map[string]string{"applicant": form.Identity.Applicant, "product": form.Identity.Product, "version": form.Identity.Version, "number": form.Identity.Number, "date": form.Identity.Date} {
		c.refer(child(id, key), path)
	}
	for i, r := range form.Release {
		c.refer(elem(child(root, "release"), i, "path"), r.Path)
	}
	for i, a := range form.Attachments {
		c.refer(elem(child(root, "attachments"), i, "governs"), a.Governs)
	}
}

func (c *formChecker) refer(n *yaml.Node, path string) {
	if path != "" {
		c.refs = append(c.refs, reference{n, path})
	}
}

func (c *formChecker) layout(seq *yaml.Node, items []Item) {
	for i, it := range items {
		n := elem(seq, i, "")
		set := 0
		for _, s := range []string{it.Section, it.Note, it.Table, it.Path} {
			if s != "" {
				set++
			}
		}
		if set != 1 {
			c.addAt(n, "an entry is one of section, note, table, path", "split it, or add what is missing")
			continue
		}
		switch {
		case it.Section != "":
			c.label(orNode(child(n, "section"), n), it.Section)
			c.aliases(n, it.Aliases)
		case it.Note != "":
			c.label(orNode(child(n, "note"), n), it.Note)
		case it.Table != "":
			if len(it.Columns) == 0 {
				c.addAt(n, "a table without columns", "list the labels of its header row as columns")
			}
			if it.MaxRows < 0 {
				c.addAt(child(n, "max_rows"), "max_rows is below 0", "")
			}
			for j, col := range it.Columns {
				if len(col.Place) > 0 {
					c.addAt(child(elem(child(n, "columns"), j, ""), "place"), "a column has no place", "its values stand beneath it; remove place")
				}
				c.field(elem(child(n, "columns"), j, ""), it.Table+"[]."+col.Path, col, true)
			}
		default:
			c.field(n, it.Path, it.FieldDef, false)
		}
	}
}

func (c *formChecker) field(n *yaml.Node, path string, def FieldDef, column bool) {
	pathNode := orNode(child(n, "path"), n)
	if def.Path == "" {
		c.addAt(n, "path is missing", "where the value goes in the record, such as enterprise.name")
		return
	}
	if _, err := parsePath(path); err != nil {
		c.addAt(pathNode, err.Error(), "such as enterprise.name or certificates[].owners")
	}
	if other, ok := c.paths[path]; ok {
		c.addAt(pathNode, fmt.Sprintf("path %q is already that of line %d", path, other.Line), "each field has a path of its own")
	}
	c.paths[path] = pathNode
	if def.Label == "" {
		c.addAt(n, "label is missing", "the words printed on the form; what is shown to people too")
	} else {
		c.label(child(n, "label"), def.Label)
	}
	c.aliases(n, def.Aliases)
	c.limits(n, def)
	if !column {
		c.places(n, def)
	}
	if def.Code != "" {
		if re, err := regexp.Compile(def.Code); err != nil || re.NumSubexp() != 1 {
			c.addAt(child(n, "code"), "code is no regular expression with one group", "such as registerNumber=([0-9A-Z]+)")
		}
	}
	c.refer(child(n, "from"), def.From)
}

func (c *formChecker) places(n *yaml.Node, def FieldDef) {
	known := []string{PlaceAfter, PlaceRight, PlaceBelow, PlaceBlock, PlaceFoot, PlaceAnywhere}
	if len(def.Place) == 0 {
		c.addAt(n, "place is missing", "where the value sits: "+strings.Join(known, ", "))
	}
	for i, p := range def.Place {
		if !slices.Contains(known, p) {
			c.addAt(elem(child(n, "place"), i, ""), fmt.Sprintf("place %q is unknown", p), "one of "+strings.Join(known, ", "))
		}
	}
}

// limits checks type, vocabulary and numbers of a field.
func (c *formChecker) limits(n *yaml.Node, def FieldDef) {
	typeNode := orNode(child(n, "type"), n)
	if _, ok := normalize.Lookup(def.Type); !ok {
		c.addAt(typeNode, fmt.Sprintf("type %q is unknown", def.Type), "one of "+strings.Join(normalize.Types(), ", "))
		return
	}
	words := def.Type == "choices" || def.Type == "category"
	if words && len(def.Vocabulary) == 0 {
		c.addAt(typeNode, fmt.Sprintf("type %s needs a vocabulary", def.Type), "list the words to choose from, in the form's order")
	}
	if !words && len(def.Vocabulary) > 0 {
		c.addAt(child(n, "vocabulary"), fmt.Sprintf("a vocabulary means nothing to type %s", def.Type), "types with a vocabulary: choices, category")
	}
	for i, w := range def.Vocabulary {
		if slices.Index(def.Vocabulary, w) != i {
			c.addAt(elem(child(n, "vocabulary"), i, ""), fmt.Sprintf("%q stands twice", w), "")
		}
	}
	if def.MaxRunes < 0 {
		c.addAt(child(n, "max_runes"), "max_runes is below 0", "0 or no max_runes means any number")
	}
	if def.MaxRunes > 0 && def.Type != "text" {
		c.addAt(child(n, "max_runes"), fmt.Sprintf("max_runes means nothing to type %s", def.Type), "it limits type text")
	}
	if (def.Min != nil || def.Max != nil) && def.Type != "percent" {
		c.addAt(orNode(child(n, "min"), child(n, "max")), fmt.Sprintf("min and max mean nothing to type %s", def.Type), "they limit type percent")
	}
	if def.Min != nil && def.Max != nil && *def.Min > *def.Max {
		c.addAt(child(n, "min"), "min is above max", "")
	}
}

func (c *formChecker) aliases(n *yaml.Node, aliases []string) {
	for i, a := range aliases {
		c.label(elem(child(n, "aliases"), i, ""), a)
	}
}

// label notes a printed text and finds those that cannot be told apart.
func (c *formChecker) label(n *yaml.Node, text string) {
	core, _ := splitLabel(text)
	key := string(foldText(core))
	if key == "" {
		c.addAt(n, fmt.Sprintf("label %q has no words before its bracket", text), "put the words first")
		return
	}
	if other, ok := c.labels[key]; ok {
		c.addAt(n, fmt.Sprintf("%q cannot be told from the label of line %d", text, other.Line), "labels and aliases must differ in more than brackets, spaces and width")
		return
	}
	c.labels[key] = n
}

func (c *formChecker) checks(seq *yaml.Node, rows []CheckDef) {
	seen := map[string]bool{}
	for i, row := range rows {
		idNode := elem(seq, i, "id")
		if _, ok := row.predicate(); !ok && row.Rule != "" {
			c.addAt(elem(seq, i, "rule"), fmt.Sprintf("rule %q is unknown", row.Rule), "one of "+strings.Join(Predicates(), ", "))
		} else if !ok {
			c.addAt(idNode, fmt.Sprintf("check %q is unknown", row.ID), "give it a rule: one of "+strings.Join(Predicates(), ", ")+"; or one of the ids "+strings.Join(CheckIDs(), ", "))
		}
		if seen[row.ID] {
			c.addAt(idNode, fmt.Sprintf("check %q stands twice", row.ID), "")
		}
		seen[row.ID] = true
		if row.Clause == "" {
			c.addAt(elem(seq, i, ""), "clause is missing", "the rule as it is cited to the applicant")
		}
		for _, key := range []string{"from", "until"} {
			text := row.From
			if key == "until" {
				text = row.Until
			}
			if _, err := time.Parse(time.DateOnly, text); text != "" && err != nil {
				c.addAt(elem(seq, i, key), fmt.Sprintf("%s: %q is no date", key, text), "such as 2022-09-30")
			}
		}
		if row.From != "" && row.Until != "" && row.From > row.Until {
			c.addAt(elem(seq, i, "from"), "from is after until", "")
		}
		for j, p := range row.Fields {
			c.refer(elem(elem(seq, i, "fields"), j, ""), p)
		}
	}
}

// near suggests the path most like the given one.
func (c *formChecker) near(path string) string {
	best, cost := "", 1+len(path)/2
	for p := range c.paths {
		if d := editDistance([]rune(p), []rune(path)); d < cost || d == cost && p < best {
			best, cost = p, d
		}
	}
	if best == "" {
		return "paths are those of the layout, with [] for rows"
	}
	return fmt.Sprintf("did you mean %q?", best)
}
