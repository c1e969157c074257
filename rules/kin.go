package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dengji/normalize"
)

// What a form says beside its applicant's name, so that a form whose name was
// misread still finds the other form of its submission.

// Points that one agreeing clue counts. A telephone or an e-mail address is
// few people's; a web host, a postal code or an address are a whole house's;
// the product and what is said of it are what the submission is about.
var cluePoints = map[string]float64{"phone": 2, "email": 2, "url": 1, "name": 1, "postal_code": 0.5, "text": 1}

// Points of a product's name and of a long text, and what forms must reach to
// be of one submission: with names that are much alike or where one was not
// read, and with names that are not.
const (
	productPoints = 2.0
	prosePoints   = 2.0
	kinPoints     = 5.0
	strangePoints = 7.0
)

// A long text is known by its beginning, in characters.
const proseBeginning = 60

// say keeps the values of a form that tell applicants apart.
func (c *Clues) say(f *RawField) {
	if f.row >= 0 || f.Raw == "" || f.Field.Internal {
		return
	}
	kind := f.Field.Type
	if cluePoints[kind] == 0 {
		return
	}
	value, _ := normalizeField(&f.Field, f.Raw, !f.Sure).Value.(string)
	switch kind {
	case "url":
		value = hostName(value)
	case "email":
		value = strings.ToLower(value)
	case "text":
		r := []rune(normalize.NameKey(value, false))
		if value = string(r[:min(len(r), proseBeginning)]); len(r) < 8 {
			return // a department or an office is anybody's
		}
	}
	if value == "" {
		return
	}
	if c.Said == nil {
		c.Said = map[string]Saying{}
	}
	c.Said[f.pattern] = Saying{kind, f.Field.MaxRunes > 0, value}
}

// Saying is one value of a form.
type Saying struct {
	Type  string `json:"type"`
	Prose bool   `json:"prose,omitempty"` // a long text
	Value string `json:"value"`
}

// kin says how surely two forms are of one submission although their
// applicants' names differ, 0 or from sameApplicant to 1. What they are about
// must agree, the product or a text, and so must several clues of the sender.
// Two names that both come from text files differ if they do, and forms for
// two products are two submissions.
func (c *Clues) kin(o *Clues) float64 {
	names := likelyOneName(c.Applicant, o.Applicant)
	need := kinPoints
	if !names {
		need = strangePoints
	}
	about, alike := 0.0, similarAny(c.Products, o.Products)
	switch {
	case c.Sure && o.Sure:
		return 0
	case alike >= 0.85:
		about = productPoints
	case len(c.Products) > 0 && len(o.Products) > 0 && alike < 0.6:
		return 0 // another product: one hand may fill in the forms of several firms
	}
	sum := 0.0
	for path, s := range c.Said {
		t, ok := o.Said[path]
		if !ok {
			continue
		}
		switch {
		case s.Prose && sameBeginning(s.Value, t.Value):
			about += prosePoints
		case !s.Prose && s.agrees(t):
			sum += cluePoints[s.Type]
		}
	}
	sum += about
	if about == 0 || sum < need {
		return 0
	}
	return min(1, sameApplicant+sum/1000)
}

// sameBeginning says whether two long texts begin alike.
func sameBeginning(a, b string) bool { return normalize.Similarity(a, b) >= 0.7 }

// agrees compares two short values. Telephones and codes are the same or are
// not; of words and addresses a character may be misread.
func (s Saying) agrees(t Saying) bool {
	switch s.Type {
	case "email", "text":
		return normalize.Similarity(s.Value, t.Value) >= 0.85
	}
	return s.Value == t.Value
}

// likelyOneName says whether two forms' applicants may be one that was
// misread: much alike, one cut off, or not read at all.
func likelyOneName(as, bs []string) bool {
	if len(as) == 0 || len(bs) == 0 {
		return true
	}
	if similarAny(as, bs) >= 0.6 {
		return true
	}
	for _, a := range as {
		for _, b := range bs {
			x, y := normalize.NameKey(a, false), normalize.NameKey(b, false)
			if len([]rune(x)) > len([]rune(y)) {
				x, y = y, x
			}
			if len([]rune(x)) >= 4 && strings.Contains(y, x) {
				return true
			}
		}
	}
	return false
}

// firmWords are what names of applicants hold, one at least.
var firmWords = []string{"公司", "集团", "厂", "院", "研究所", "事务所", "中心", "社", "大学", "学校", "协会"}

// illegible says whether a form is a scan on which no applicant can be made
// out: none was read, what was read is no firm's name, or much of it is the
// reader's guess.
func (c *Clues) illegible() bool {
	switch {
	case c.Sure || !c.Scan:
		return false
	case c.Blur:
		return true
	}
	return !slices.ContainsFunc(c.Applicant, firmLike)
}

func firmLike(name string) bool {
	return slices.ContainsFunc(firmWords, func(w string) bool { return strings.Contains(name, w) })
}

// adopt gives scans of forms whose applicant cannot be made out to the group
// whose text they have and which has no scan of its form yet.
func adopt(groups []*group, printed map[string]bool) []*group {
	var known, scrawls []*group
	for _, g := range groups {
		if slices.ContainsFunc(g.files, func(c *clues) bool { return !c.illegible() }) {
			known = append(known, g)
		} else {
			scrawls = append(scrawls, g)
		}
	}
	if len(scrawls) == 0 || len(known) == 0 {
		return groups
	}
	runs := own(known, printed)
	out := known
	for _, g := range scrawls {
		whole := &clues{Clues: &Clues{}}
		for _, c := range g.files {
			whole.Text += c.Text + " "
		}
		to := textOf(whole, runs)
		if to < 0 || slices.ContainsFunc(known[to].files, func(c *clues) bool { return c.Form && c.Scan }) {
			out = append(out, g)
			continue
		}
		known[to].files = append(known[to].files, g.files...)
	}
	slices.SortFunc(out, func(a, b *group) int { return strings.Compare(a.files[0].input.Path, b.files[0].input.Path) })
	return out
}

// stemSimilarity compares the distinctive beginning of two file names, such
// as 007 in 007-扫描件.pdf and 007-软著.pdf.
func stemSimilarity(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	switch {
	case n >= 6:
		return 0.9
	case n >= 3 && n >= min(len(x), len(y))/2:
		return 0.7
	}
	return 0
}

// shareRun is the length of the longest run of characters that both have.
func shareRun(a, b string) int {
	y := []rune(b)
	row := make([]int, len(y)+1)
	best := 0
	for _, rx := range a {
		diag := 0
		for j, ry := range y {
			old := row[j+1]
			row[j+1] = 0
			if rx == ry {
				row[j+1] = diag + 1
			}
			best = max(best, row[j+1])
			diag = old
		}
	}
	return best
}

// sheetName is a file's name cut before its number: 扫描件-2 is 扫描件 and 2.
// Names without a number are the first of theirs.
func sheetName(stem string) (name string, number int) {
	m := pageSuffix.FindStringSubmatch(stem)
	if m == nil {
		return stem, 1
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return stem, 1
	}
	return strings.TrimRightFunc(m[1], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), n
}

var pageSuffix = regexp.MustCompile(`^(.*?)第?([0-9]{1,9})页?[)）]?$`)

// follows says whether a file's name is that of the page after another's:
// 扫描件-2 after 扫描件-1 or 扫描件, IMG_0042 after IMG_0041.
func (c *clues) follows(o *clues) bool {
	if c.name == "" || o.name == "" {
		return false // sections of a file follow by their pages
	}
	a, m := sheetName(o.name)
	b, n := sheetName(c.name)
	return a == b && n == m+1 || o.name == b && n <= 2
}

// sameSheet says whether two files may be pages of one scan: one format, and
// sheets of nearly one size.
func (c *Clues) sameSheet(o *Clues) bool {
	near := func(a, b float64) bool { return a <= 1.1*b && b <= 1.1*a }
	return c.Format == o.Format && near(c.Width, o.Width) && near(c.Height, o.Height)
}

// nextSheet finds the group with the form that a page belongs to which names
// nobody: a form of the same format that lacks its end. A page that holds a
// form's end goes to the only such form, or to the one whose name it follows;
// any other page by its name alone. -1 where none or several fit.
func nextSheet(c *clues, groups []*group) int {
	fits, named := []int{}, []int{}
	if c.Names() {
		return -1
	}
	for i, g := range groups {
		open := func(o *clues) bool { return o.Form && o.Open && c.sameSheet(o.Clues) }
		if slices.ContainsFunc(g.files, open) {
			fits = append(fits, i)
		}
		if slices.ContainsFunc(g.files, func(o *clues) bool { return open(o) && c.follows(o) }) {
			named = append(named, i)
		}
	}
	switch {
	case len(named) == 1:
		return named[0]
	case len(named) == 0 && len(fits) == 1 && c.Tail:
		return fits[0]
	}
	return -1
}

// Names says whether a file names somebody or some product.
func (c *Clues) Names() bool {
	return len(c.Applicant)+len(c.Owners)+len(c.Products)+len(c.Software) > 0
}

// ends notes whether a form's part reaches the end of the form: its closing
// sections stand after the last field.
func (c *Clues) ends(p *Part, form *Form) {
	last := -1
	for i, l := range form.labels {
		if l.kind == labelField || l.kind == labelColumn {
			last = i
		}
	}
	s := newSheet(*p, form)
	s.findLabels()
	for i, h := range s.hits {
		if i > last && h != nil && form.labels[i].kind == labelSection {
			c.Tail = true
		}
	}
}
