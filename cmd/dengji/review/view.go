package review

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dengji/cmd/dengji/store"
	"dengji/normalize"
	"dengji/rules"
)

// submission is one submission as the page shows it.
type submission struct {
	ID         string           `json:"id"`
	Key        string           `json:"key"`
	Enterprise string           `json:"enterprise"`
	FormName   string           `json:"form_name"`
	Threshold  float64          `json:"threshold"`
	Status     string           `json:"status"`
	Revision   int              `json:"revision"`
	Fields     []field          `json:"fields"`
	Checks     []rules.Check    `json:"checks"`
	Missing    []rules.Missing  `json:"missing"`
	Documents  []document       `json:"documents"`
	History    []rules.Revision `json:"history"`
	Decisions  []decision       `json:"decisions"` // all, the oldest first
	Row        row              `json:"row"`
}

// field is a field with what a person needs to decide on it.
type field struct {
	Path       string           `json:"path"`
	Label      string           `json:"label"`
	Group      string           `json:"group"` // heading it stands under
	Shown      string           `json:"shown"` // its value as one would write it
	Seen       string           `json:"seen"`  // names what is shown here: rules.Field.Seen
	Raw        string           `json:"raw"`
	State      normalize.State  `json:"state"`
	Confidence float64          `json:"confidence"`
	Review     bool             `json:"review"`
	Basis      string           `json:"basis,omitempty"` // of a date: where it comes from
	Flags      []rules.Flag     `json:"flags"`
	Evidence   []rules.Evidence `json:"evidence"`
	Offers     []offer          `json:"offers"`
	Long       bool             `json:"long,omitempty"`    // a text of sentences
	Choices    []string         `json:"choices,omitempty"` // words that the form offers
	Many       bool             `json:"many,omitempty"`    // several of them may be chosen
	Decision   *decision        `json:"decision"`          // that holds
}

// offer is what one witness says of a field.
type offer struct {
	Kind      string `json:"kind"` // of its document; "" where the same spot was read by another reader
	File      string `json:"file"`
	Page      int    `json:"page,omitempty"`
	Reader    string `json:"reader"`
	Raw       string `json:"raw"`
	Shown     string `json:"shown"`               // what the field's normaliser makes of it
	Complaint string `json:"complaint,omitempty"` // why it is no value
	Evidence  int    `json:"evidence"`            // index into the field's evidence, -1 for none
	Same      bool   `json:"same"`                // says what the field says
}

// document is one file.
type document struct {
	SHA256       string             `json:"sha256"`
	Path         string             `json:"path"`
	Kinds        []string           `json:"kinds"`
	Pages        []sheet            `json:"pages"` // with a picture
	Seals        []rules.SourceSeal `json:"seals"`
	SupersededBy string             `json:"superseded_by,omitempty"`
	Gone         bool               `json:"gone,omitempty"`
}

// sheet is a page's picture; width and height are the page's, in points.
type sheet struct {
	Page   int     `json:"page"`
	Kind   string  `json:"kind"`
	File   string  `json:"file"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// decision is somebody's word.
type decision struct {
	ID     int64  `json:"id"`
	Path   string `json:"path"`
	Action string `json:"action"`
	Shown  string `json:"shown"`
	State  string `json:"state"`
	By     string `json:"by"`
	At     string `json:"at"`
	Why    string `json:"why,omitempty"`
	Holds  bool   `json:"holds"`
	Undoes int64  `json:"undoes,omitempty"`
}

// view loads a submission. The error wraps store.ErrNoSubmission.
func (p *page) view(ctx context.Context, forms *rules.Forms, id string) (*submission, error) {
	sub, found, err := p.Store.Submission(ctx, id)
	if err != nil {
		return nil, err
	}
	if !found || sub.Revision == 0 {
		return nil, fmt.Errorf("showing %s: %w", id, store.ErrNoSubmission)
	}
	rec, err := p.Store.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	decisions, err := p.Store.Decisions(ctx, id)
	if err != nil {
		return nil, err
	}
	seq, err := p.Store.Cursor(ctx)
	if err != nil {
		return nil, err
	}
	v := &submission{ID: id, Key: sub.Key, Status: rec.Status, Revision: rec.Revision, Checks: rec.Checks, Missing: rec.Missing,
		History: rec.History, Decisions: []decision{}, Fields: []field{}, Documents: []document{},
		Row: summarise(rec, sub, decisions, forms, seq)}
	v.Enterprise = v.Row.Enterprise
	defs := layoutOf(forms, rec.Form)
	v.FormName, v.Threshold = defs.name, defs.threshold
	holds := store.Holding(decisions)
	for _, d := range decisions {
		v.Decisions = append(v.Decisions, decisionOf(d, defs, holds))
	}
	kinds := map[string]string{}
	for _, d := range rec.Documents {
		kinds[d.SHA256] = d.Kind
	}
	for i := range rec.Fields {
		f := fieldOf(&rec.Fields[i], defs, kinds)
		if d, ok := holds[f.Path]; ok {
			shown := decisionOf(d, defs, holds)
			f.Decision = &shown
		}
		v.Fields = append(v.Fields, f)
	}
	v.Documents, err = p.documents(ctx, rec)
	return v, err
}

func decisionOf(d store.Decision, defs *layout, holds map[string]store.Decision) decision {
	return decision{ID: d.ID, Path: d.Path, Action: d.Action, Shown: written(defs.of(d.Path).Type, d.Decision.Value, d.Decision.State, d.Decision.Detail),
		State: string(d.Decision.State), By: d.By, At: d.At, Why: d.Why, Holds: holds[d.Path].ID == d.ID, Undoes: d.Undoes}
}

func fieldOf(f *rules.Field, defs *layout, kinds map[string]string) field {
	def := defs.of(f.Path)
	out := field{Path: f.Path, Label: f.Label, Group: defs.group(f.Path), Raw: f.Raw, State: f.State, Confidence: f.Confidence, Review: f.Review,
		Seen: f.Seen(), Flags: append([]rules.Flag{}, f.Flags...), Evidence: append([]rules.Evidence{}, f.Evidence...), Long: def.MaxRunes >= 100,
		Choices: def.Vocabulary, Many: def.Type == "choices", Shown: written(def.Type, f.Value, f.State, f.Detail)}
	out.Basis, _ = f.Detail["basis"].(string)
	out.Offers = offers(f, &out, defs, kinds)
	return out
}

// offers lists what the witnesses say: the documents, then what other readers
// made of the same spots, then what was read before somebody decided.
func offers(f *rules.Field, out *field, defs *layout, kinds map[string]string) []offer {
	all := []offer{}
	add := func(o offer) {
		if slices.ContainsFunc(all, func(x offer) bool { return x.Raw == o.Raw && x.Kind == o.Kind && x.File == o.File && x.Page == o.Page }) {
			return
		}
		o.Shown, o.Complaint = defs.understand(f.Path, o.Raw)
		o.Same = o.Complaint == "" && o.Shown == out.Shown
		all = append(all, o)
	}
	for i, e := range f.Evidence {
		o := offer{Kind: kinds[strings.TrimPrefix(e.Document, "sha256:")], File: path.Base(e.Path), Reader: e.Reader, Raw: e.Raw, Evidence: i}
		if e.Page != nil {
			o.Page = *e.Page
		}
		add(o)
	}
	for _, g := range f.Flags {
		if raw, ok := g.Detail["other_raw"].(string); ok {
			reader, _ := g.Detail["other_reader"].(string)
			add(offer{Reader: reader, Raw: raw, Evidence: -1})
		}
	}
	return all
}

// understand is what a field's normaliser makes of a text, as one would write
// it, or its complaint.
func (l *layout) understand(path, raw string) (shown, complaint string) {
	r, err := l.forms.Understand(l.form, path, raw)
	if err != nil {
		return "", err.Error()
	}
	return written(l.of(path).Type, r.Value, r.State, r.Detail), ""
}

// documents lists the files with their pictures.
func (p *page) documents(ctx context.Context, rec *rules.Record) ([]document, error) {
	var out []document
	for _, src := range rec.Documents {
		i := slices.IndexFunc(out, func(d document) bool { return d.SHA256 == src.SHA256 && d.Path == src.Path })
		if i < 0 {
			i = len(out)
			out = append(out, document{SHA256: src.SHA256, Path: src.Path, Kinds: []string{}, Pages: []sheet{}, Seals: []rules.SourceSeal{},
				SupersededBy: src.SupersededBy, Gone: src.Gone})
		}
		d := &out[i]
		if !slices.Contains(d.Kinds, src.Kind) {
			d.Kinds = append(d.Kinds, src.Kind)
		}
		d.Seals = append(d.Seals, src.Seals...)
		for _, n := range src.Pages {
			picture, ok, err := p.gallery.Picture(ctx, store.PageOf{SHA256: src.SHA256, Page: n})
			if err != nil {
				return nil, err
			}
			if ok {
				d.Pages = append(d.Pages, sheet{n, src.Kind, picture.File, picture.Width, picture.Height})
			}
		}
		slices.SortFunc(d.Pages, func(a, b sheet) int { return a.Page - b.Page })
	}
	slices.SortStableFunc(out, func(a, b document) int { return a.rank() - b.rank() })
	return out, nil
}

// rank is where a document stands: what one looks at most comes first, what no
// longer counts last.
func (d *document) rank() int {
	kinds := []string{rules.KindFormScan, rules.KindFormCopy, rules.KindCertificate, rules.KindReport}
	rank := len(kinds)
	for i, k := range kinds {
		if slices.Contains(d.Kinds, k) {
			rank = min(rank, i)
		}
	}
	if d.SupersededBy != "" {
		rank += 10
	}
	return rank
}

// written is a value as one would write it on the form, so that the field's
// normaliser makes the same value of it: 约12%, 30%-40%, 无. A blank is "".
func written(typ string, value any, state normalize.State, detail map[string]any) string {
	switch state {
	case normalize.StateNone:
		return "无"
	case normalize.StateBlank, normalize.StateUnreadable:
		return ""
	}
	unit := ""
	if typ == "percent" {
		unit = "%"
	}
	number := func(v any) (string, bool) {
		f, ok := v.(float64)
		return strconv.FormatFloat(f, 'f', -1, 64) + unit, ok
	}
	if value == nil {
		lo, okLo := number(detail["min"])
		hi, okHi := number(detail["max"])
		if okLo && okHi {
			return lo + "-" + hi
		}
		return ""
	}
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	case float64:
		text, _ = number(v)
	case []string:
		text = strings.Join(v, "、")
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = fmt.Sprint(e)
		}
		text = strings.Join(parts, "、")
	}
	switch q, _ := detail["qualifier"].(string); q {
	case "about":
		text = "约" + text
	case "less_than":
		text = "不足" + text
	case "more_than":
		text = "超过" + text
	}
	return text
}

// layout is what the page needs of a form's definition and its attachments'.
type layout struct {
	forms     *rules.Forms
	form      string // its id
	name      string
	threshold float64
	fields    map[string]rules.FieldDef // by path pattern
	groups    map[string]string         // headings, by path pattern
}

var leadingNumber = regexp.MustCompile(`\[([0-9]+)\]`)

func layoutOf(forms *rules.Forms, id string) *layout {
	l := &layout{forms: forms, form: id, fields: map[string]rules.FieldDef{}, groups: map[string]string{}}
	form, ok := forms.Get(id)
	if !ok {
		return l
	}
	l.name, l.threshold = form.Name, form.Threshold
	l.add(form, "")
	for _, a := range form.Attachments {
		if other, ok := forms.Get(a.Form); ok {
			l.add(other, other.Name)
		}
	}
	return l
}

// add takes in a definition; its fields stand under the heading before them,
// or all under one.
func (l *layout) add(form *rules.Form, heading string) {
	section := form.Name
	put := func(pattern string, def rules.FieldDef) {
		if _, known := l.fields[pattern]; known {
			return
		}
		l.fields[pattern], l.groups[pattern] = def, section
		if heading != "" {
			l.groups[pattern] = heading
		}
	}
	for _, item := range form.Layout {
		switch {
		case item.Section != "":
			section = item.Section
		case item.Table != "":
			for _, c := range item.Columns {
				put(item.Table+"[]."+c.Path, c)
			}
		case item.Path != "":
			put(item.Path, item.FieldDef)
		}
	}
}

func (l *layout) of(path string) rules.FieldDef { return l.fields[patternOf(path)] }

// group is the heading of a field; rows of a list are numbered.
func (l *layout) group(path string) string {
	g := l.groups[patternOf(path)]
	if m := leadingNumber.FindStringSubmatch(path); m != nil {
		n, err := strconv.Atoi(m[1])
		if err == nil {
			return fmt.Sprintf("%s · %d", g, n+1)
		}
	}
	return g
}
