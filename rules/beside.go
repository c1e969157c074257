package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// Beside is what lies beside a submission's documents and bears on its record.
type Beside struct {
	Loose []Loose   `json:"loose,omitempty"`
	Also  []Sibling `json:"also,omitempty"`
}

// Loose is a file, or pages of one, that could not be read or placed: it may
// be one of the papers that a submission lacks.
type Loose struct {
	Form  bool   `json:"form,omitempty"`  // the scan of a form, which is no certificate and no report
	Path  string `json:"path"`            // relative to the inbox, with /
	Pages []int  `json:"pages,omitempty"` // from 1; none for the whole file
	Why   string `json:"why"`             // Chinese: 读取超时
}

// Sibling is another submission of the same applicant for the same form.
type Sibling struct {
	ID       string  `json:"id"`
	Products []Proof `json:"products"`           // where each stands; Text is its name
	Doubtful bool    `json:"doubtful,omitempty"` // one of the names could not be read
}

// SiblingOf is a record as another record of its applicant sees it.
func SiblingOf(rec *Record, forms *Forms) Sibling {
	s := Sibling{ID: rec.ID, Products: []Proof{}}
	form, ok := forms.Get(rec.Form)
	if !ok || form.Identity.Product == "" {
		return s
	}
	for i := range rec.Fields {
		f := &rec.Fields[i]
		table, column, row := splitRow(f.Path)
		if !row || table+"[]."+column != form.Identity.Product || f.State == normalize.StateNone || f.State == normalize.StateBlank {
			continue
		}
		p := Proof{}
		if len(f.Evidence) > 0 {
			e := f.Evidence[0]
			p = Proof{Document: e.Document, Path: e.Path, Page: e.Page, Box: e.Box}
		}
		p.Text, _ = f.Value.(string)
		s.Doubtful = s.Doubtful || p.Text == ""
		s.Products = append(s.Products, p)
	}
	return s
}

// splitRow cuts products[1].name into products and name.
func splitRow(p string) (table, column string, ok bool) {
	table, rest, found := strings.Cut(p, "[")
	_, column, ends := strings.Cut(rest, "].")
	return table, column, found && ends
}

// PlaceLoose tells submissions of the files that may be theirs: those in a
// folder of theirs, and of a folder that several share those whose name says
// whose they are. A file whose name says nothing may be anyone's of its folder.
func PlaceLoose(subs []Submission, loose []Loose) {
	for _, l := range loose {
		for _, i := range near(subs, l.Path) {
			subs[i].Beside.Loose = append(subs[i].Beside.Loose, l)
		}
	}
}

// PlaceIllegible tells submissions of scans of forms in their folder on which no
// applicant can be made out: each stands alone and may be another's scan.
func PlaceIllegible(subs []Submission) {
	for i := range subs {
		if !subs[i].illegible() {
			continue
		}
		others := slices.Concat(subs[:i:i], subs[i+1:])
		for _, in := range subs[i].Inputs {
			if in.Clues == nil || !in.Clues.Form {
				continue
			}
			l := Loose{Form: true, Path: in.Path, Why: "登记表上的单位名称无法辨认"}
			for _, p := range in.Pages {
				l.Pages = append(l.Pages, p+1)
			}
			for _, k := range near(others, in.Path) {
				if k >= i {
					k++
				}
				beside := func(o Input) bool { return path.Dir(o.Path) == path.Dir(in.Path) }
				if slices.ContainsFunc(subs[k].Inputs, beside) { // a folder's name is not the form's
					subs[k].Beside.Loose = append(subs[k].Beside.Loose, l)
				}
			}
		}
	}
}

// illegible says whether no form of a submission names its applicant legibly.
func (s *Submission) illegible() bool {
	forms := 0
	for _, in := range s.Inputs {
		if in.Clues == nil || !in.Clues.Form {
			continue
		}
		if forms++; !in.Clues.illegible() {
			return false
		}
	}
	return forms > 0
}

// near lists the submissions that a file may belong to, by where it lies and
// what it is called.
func near(subs []Submission, file string) []int {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		var here, best []int
		most := 0.0
		for i := range subs {
			in := slices.ContainsFunc(subs[i].Inputs, func(in Input) bool { return liesIn(in.Path, dir) })
			s := 0.0
			switch {
			case in && (dir != "." || path.Dir(file) == "."):
				here = append(here, i)
				s = max(subs[i].nameIn(file), subs[i].namedLike(file))
			case dir == ".": // of a folder where nobody's papers lie, or beside the folders
				s = subs[i].nameIn(file)
			}
			switch {
			case s > most:
				best, most = []int{i}, s
			case s == most && s > 0:
				best = append(best, i)
			}
		}
		switch {
		case len(best) > 0:
			return best
		case len(here) > 0 || dir == ".":
			return here
		}
	}
}

// liesIn says whether a file lies in a folder or below it; files of the
// inbox's folders are not in the inbox itself.
func liesIn(file, dir string) bool {
	if dir == "." {
		return !strings.Contains(file, "/")
	}
	return strings.HasPrefix(file, dir+"/")
}

// nameIn says whether the applicant's name stands in the name of a file or of
// its folders, 0 or 1.
func (s *Submission) nameIn(file string) float64 {
	const enough = 4 // characters of it
	if s.Enterprise == "" {
		return 0
	}
	key := normalize.Distinctive(s.Enterprise)
	if shareRun(normalize.NameKey(file, false), key) >= min(enough, len([]rune(key))) {
		return 1
	}
	return 0
}

// namedLike says how much a file is called like one of the submission's, 0 to
// 1.
func (s *Submission) namedLike(file string) float64 {
	stem := func(p string) string {
		return normalize.NameKey(strings.TrimSuffix(path.Base(p), path.Ext(p)), false)
	}
	best := 0.0
	for _, in := range s.Inputs {
		best = max(best, stemSimilarity(stem(in.Path), stem(file)))
	}
	return best
}

// loose lists what may be a paper that the submission lacks: files beside it,
// and pages of its own that could not be read.
func (b *builder) loose() []Loose {
	out := slices.Clone(b.sub.Beside.Loose)
	for i := range b.sub.Inputs {
		in := &b.sub.Inputs[i]
		if pages := in.failedPages(); len(pages) > 0 && in.Replaced == "" {
			out = append(out, Loose{Path: in.Path, Pages: pages, Why: "该页未能读出"})
		}
	}
	return out
}

// failedPages numbers the pages of a file that could not be read, from 1.
func (in *Input) failedPages() []int {
	var pages []int
	if in.Doc == nil {
		return nil
	}
	for _, p := range in.Doc.Problems {
		if p.Code == extract.ProblemPageFailed && p.Page >= 0 && p.Page < len(in.Doc.Pages) && in.has(p.Page) {
			pages = append(pages, p.Page+1)
		}
	}
	return pages
}

// loosePapers are those of the loose files that may be a certificate or a report.
func (b *builder) loosePapers() []Loose {
	return slices.DeleteFunc(b.loose(), func(l Loose) bool { return l.Form })
}

// broken says whether a page of the same file could not be read.
func (b *builder) broken(file string) bool {
	return slices.ContainsFunc(b.sub.Inputs, func(in Input) bool { return in.Path == file && len(in.failedPages()) > 0 })
}

// String names a loose file to people: “软著.pdf”第3页（该页未能读出）.
func (l Loose) String() string {
	s := "“" + path.Base(l.Path) + "”"
	if len(l.Pages) > 0 {
		s += "第" + strings.Trim(strings.ReplaceAll(fmt.Sprint(l.Pages), " ", "、"), "[]") + "页"
	}
	if l.Why != "" {
		s += "（" + l.Why + "）"
	}
	return s
}

// looseNote says in Chinese that something lies there that may be what is
// asked for; "" where nothing does.
func looseNote(loose []Loose) string {
	const told = 3
	if len(loose) == 0 {
		return ""
	}
	var names []string
	for _, l := range loose[:min(told, len(loose))] {
		names = append(names, l.String())
	}
	s := strings.Join(names, "、")
	if len(loose) > told {
		s += fmt.Sprintf("等%d个文件", len(loose))
	}
	return "来件中" + s + "内容不明，可能就是所缺的材料，请先查看"
}

// unlessLoose is the verdict, or one that leaves it open where a file lies
// there that may be the paper it finds missing.
func unlessLoose(v verdict, loose []Loose) verdict {
	if note := looseNote(loose); note != "" && v.outcome == Fail {
		v.outcome, v.message = Unknown, note+"；确实没有的："+v.message
	}
	return v
}
