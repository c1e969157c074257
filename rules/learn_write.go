package rules

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// write is the draft as YAML. Paths are made unique here, in the form's order.
func (l *learner) write(id string) []byte {
	for i := range l.items {
		if d := &l.items[i]; d.Path != "" {
			d.Path = l.unique("", d.Path)
		}
	}
	var b strings.Builder
	title := l.title
	fmt.Fprintf(&b, "# Drafted from a blank form. Look through all of it: lines marked \"?\" are guesses.\n# Then: dengji forms check THIS.yaml, and dengji run INBOX -o OUT --forms FOLDER\nid: %s\n", id)
	if title == "" {
		b.WriteString("name: " + id + " # ? no title was found\n")
	} else {
		fmt.Fprintf(&b, "name: %s\n", scalar(title))
	}
	b.WriteString("kind: form\n")
	if title != "" {
		fmt.Fprintf(&b, "titles: [%s]\n", scalar(title))
	}
	fmt.Fprintf(&b, "min_labels: %d # so many labels make a page this form without its title\nthreshold: 0.95\n", max(1, min(4, l.fields)))
	if path, sure := l.applicant(); path != "" {
		fmt.Fprintf(&b, "\nidentity:\n  applicant: %s%s\n", path, map[bool]string{false: " # ? the field that names who applies"}[sure])
	}
	b.WriteString("\nlayout:\n")
	for i := range l.items {
		l.items[i].write(&b)
	}
	return []byte(b.String())
}

// applicant is the field that names who applies: the first company, else the
// first field there is.
func (l *learner) applicant() (path string, sure bool) {
	for _, d := range l.items {
		if d.Type == "company" {
			return d.Path, true
		}
		if path == "" {
			path = d.Path
		}
	}
	return path, false
}

func (d *draftItem) write(b *strings.Builder) {
	if d.unsure != "" {
		fmt.Fprintf(b, "  # ? %s\n", d.unsure)
	}
	switch {
	case d.Section != "":
		fmt.Fprintf(b, "  - section: %s\n", scalar(d.Section))
	case d.Note != "":
		fmt.Fprintf(b, "  - note: %s\n", scalar(d.Note))
	case d.Table != "":
		fmt.Fprintf(b, "  - table: %s\n    # max_rows: %d   so many empty rows are printed\n    columns:\n", d.Table, d.rows)
		for _, c := range d.Columns {
			writeField(b, &c, "      ")
		}
	default:
		writeField(b, &d.FieldDef, "  ")
	}
}

func writeField(b *strings.Builder, d *FieldDef, indent string) {
	fmt.Fprintf(b, "%s- path: %s\n", indent, d.Path)
	indent += "  "
	fmt.Fprintf(b, "%slabel: %s\n", indent, scalar(d.Label))
	if len(d.Place) > 0 {
		fmt.Fprintf(b, "%splace: [%s]\n", indent, strings.Join(d.Place, ", "))
	}
	fmt.Fprintf(b, "%stype: %s\n", indent, d.Type)
	if len(d.Vocabulary) > 0 {
		words := make([]string, len(d.Vocabulary))
		for i, w := range d.Vocabulary {
			words[i] = scalar(w)
		}
		fmt.Fprintf(b, "%svocabulary: [%s]\n", indent, strings.Join(words, ", "))
	}
	if d.MaxRunes > 0 {
		fmt.Fprintf(b, "%smax_runes: %d\n", indent, d.MaxRunes)
	}
	for _, limit := range []struct {
		key string
		v   *float64
	}{{"min", d.Min}, {"max", d.Max}} {
		if limit.v != nil {
			fmt.Fprintf(b, "%s%s: %s\n", indent, limit.key, strconv.FormatFloat(*limit.v, 'f', -1, 64))
		}
	}
}

// scalar is a text as YAML writes it inside a flow sequence as well.
func scalar(s string) string {
	if strings.ContainsAny(s, ",[]{}\n") {
		return strconv.Quote(s)
	}
	text, err := yaml.Marshal(s)
	if err != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSpace(string(text))
}
