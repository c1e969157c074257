package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

// merge puts the pages of several documents behind one another in one file.
func merge(name string, docs ...*extract.Document) *extract.Document {
	out := &extract.Document{Format: "pdf", Name: name, SHA256: name}
	for _, d := range docs {
		page, line := len(out.Pages), len(out.Lines)
		for i, p := range d.Pages {
			p.Number = page + i + 1
			if p.Width == 0 {
				p.Width, p.Height = 595, 842
			}
			out.Pages = append(out.Pages, p)
		}
		for _, l := range d.Lines {
			l.Page += page
			out.Lines = append(out.Lines, l)
		}
		for _, s := range d.Seals {
			s.Page += page
			out.Seals = append(out.Seals, s)
		}
		for _, t := range d.Tables {
			t.Cells = slices.Clone(t.Cells)
			for k := range t.Cells {
				c := &t.Cells[k]
				c.Page += page
				c.Lines = slices.Clone(c.Lines)
				for j := range c.Lines {
					c.Lines[j] += line
				}
			}
			out.Tables = append(out.Tables, t)
		}
	}
	return out
}

// placed says which pages of which file came to each submission, and what came
// to none.
func placed(subs []Submission, lost []Unassigned) string {
	var out []string
	for _, s := range subs {
		for _, in := range s.Inputs {
			out = append(out, fmt.Sprintf("%s=%s%v", s.Key, in.Path, in.Pages))
		}
	}
	for _, u := range lost {
		out = append(out, fmt.Sprintf("?=%s%v guess %s", u.Input.Path, u.Input.Pages, u.Guess))
	}
	return strings.Join(out, " ")
}

func TestSections(t *testing.T) {
	forms := loadForms(t)
	a, b := registration(companies[0][0], companies[0][1]), registration(companies[1][0], companies[1][1])
	second := registration(companies[0][0], "智慧港口调度系统")
	blank := newPaper(true)
	blank.text("产品详细介绍", "本产品采用微服务架构。")
	headless := &sample(true).doc
	*headless = *b[0]
	headless.Lines = slices.Clone(headless.Lines)
	for i := range headless.Lines {
		if strings.Contains(headless.Lines[i].Text, "优秀软件产品登记表") {
			headless.Lines[i].Text, headless.Lines[i].Chars = "", nil
		}
	}
	for _, tt := range []struct {
		name string
		docs []*extract.Document
		want string
	}{
		{"one form", []*extract.Document{a[0], a[2], a[3]}, "材料=材料/全部.pdf[]"},
		{"twice scanned", []*extract.Document{a[0], a[2], a[0], a[3]}, "材料=材料/全部.pdf[]"},
		{"two applicants, each with its papers", []*extract.Document{a[0], a[2], a[3], b[0], b[2], b[3]}, "材料/全部.pdf=材料/全部.pdf[0 1 2] 材料/全部.pdf#4=材料/全部.pdf[3 4 5]"},
		{"forms first", []*extract.Document{a[0], b[0], a[2], b[2], b[3], a[3]}, "材料/全部.pdf=材料/全部.pdf[0 2 5] 材料/全部.pdf#2=材料/全部.pdf[1 3 4]"},
		{"a heading that was not read", []*extract.Document{a[0], headless, a[2], b[2]}, "材料/全部.pdf=材料/全部.pdf[0 2] 材料/全部.pdf#2=材料/全部.pdf[1 3]"},
		{"pages that name nobody, in turn", []*extract.Document{a[0], a[2], &blank.doc, b[0], b[2], &blank.doc}, "材料/全部.pdf=材料/全部.pdf[0 1 2] 材料/全部.pdf#4=材料/全部.pdf[3 4 5]"},
		{"one that names nobody, after all forms", []*extract.Document{a[0], b[0], a[2], &blank.doc, b[2]}, "材料/全部.pdf=材料/全部.pdf[0 2] 材料/全部.pdf#2=材料/全部.pdf[1 4] ?=材料/全部.pdf[3] guess 材料/全部.pdf"},
		{"two registrations of one applicant", []*extract.Document{a[0], a[2], second[0], second[2], second[3]}, "材料=材料/全部.pdf[0 1] 材料/全部.pdf#3=材料/全部.pdf[2 3 4]"},
		{"one page of theirs that names nothing", []*extract.Document{a[0], second[0], &blank.doc, a[2], second[2]}, "材料=材料/全部.pdf[0 3] 材料/全部.pdf#2=材料/全部.pdf[1 4] ?=材料/全部.pdf[2] guess 材料/全部.pdf#2"},
		{"a copy for another product stays beside the scan", []*extract.Document{a[0], second[1]}, "材料=材料/全部.pdf[]"},
	} {
		inputs := []Input{{Path: "材料/全部.pdf", Doc: merge("全部.pdf", tt.docs...)}}
		subs, lost := Group(inputs, forms)
		if got := placed(subs, lost); got != tt.want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, tt.want)
		}
		for i := range subs {
			rec, _, err := Build(subs[i], forms, Options{})
			if err != nil {
				t.Fatal(err)
			}
			name := field1(t, rec, "enterprise.name")
			if name.Value != subs[i].Enterprise || name.flagged(FlagCopyDiffers) {
				t.Errorf("%s: %s is of %v, flags %v", tt.name, subs[i].Key, name.Value, name.Flags)
			}
			for _, d := range rec.Documents {
				for _, n := range d.Pages {
					if in := &subs[i].Inputs[0]; !in.has(n - 1) {
						t.Errorf("%s: %s has page %d", tt.name, subs[i].Key, n)
					}
				}
			}
		}
	}
	// The same by what was kept of the file, in the inbox itself, with a page
	// of one of them in a file of its own.
	whole := Gather(Input{Path: "全部.pdf", Doc: merge("全部.pdf", a[0], b[0], b[2])}, forms)
	own := Gather(Input{Path: "软著.pdf", Doc: a[2]}, forms)
	whole.Doc, whole.Parts, own.Doc, own.Parts = nil, nil, nil, nil
	if got, want := placed(Group([]Input{whole, own}, forms)), "全部.pdf=全部.pdf[0] 全部.pdf=软著.pdf[] 全部.pdf#2=全部.pdf[1 2]"; got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// A second form that cannot be parted from the first sends the record to a
// person: in a format without pages, or with an applicant that was not read.
func TestSecondForm(t *testing.T) {
	forms := loadForms(t)
	a, b := registration(companies[0][0], companies[0][1]), registration(companies[1][0], companies[1][1])
	both := merge("两家.docx", a[1], b[1])
	both.Pages = both.Pages[:1]
	both.Pages[0].Number = 0
	for i := range both.Lines {
		both.Lines[i].Page = 0
	}
	for i := range both.Tables {
		for k := range both.Tables[i].Cells {
			both.Tables[i].Cells[k].Page = 0
		}
	}
	nameless := &sample(true).doc
	put(t, nameless, "济南云岭软件有限公司", "")
	for _, tt := range []struct {
		name string
		doc  *extract.Document
		want bool
	}{
		{"a text of two", both, true},
		{"a text of one", a[1], false},
		{"not read", merge("全部.pdf", a[0], a[2], nameless), true},
		{"twice scanned", merge("全部.pdf", a[0], a[2], a[0]), false},
	} {
		subs, _ := Group([]Input{{Path: "材料/全部.pdf", Doc: tt.doc}}, forms)
		if len(subs) != 1 {
			t.Fatalf("%s: %s", tt.name, placed(subs, nil))
		}
		rec, _, err := Build(subs[0], forms, Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := field1(t, rec, "enterprise.name")
		told := slices.ContainsFunc(f.Flags, func(g Flag) bool { return g.Detail["second_form"] != nil })
		if told != tt.want || told && !f.Review {
			t.Errorf("%s: told %v, review %v, flags %v", tt.name, told, f.Review, f.Flags)
		}
	}
}
