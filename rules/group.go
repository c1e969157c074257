package rules

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"dengji/extract"
	"dengji/normalize"
)

// Input is one file that was read.
type Input struct {
	Path  string // relative to the inbox, with /
	Doc   *extract.Document
	Parts []Part // from Segment; made by Group or Build where nil
	Clues *Clues // from Gather; with them Group needs neither Doc nor Parts

	Pages []int // the pages that count, from 0; nil for all. A file of several applicants is one Input of each

	Seen     int       // when the content was first met: higher is newer; 0 is not known
	ModTime  time.Time // of the file, for what was first met together
	Gone     bool      // no longer in the inbox; it still counts
	Replaced string    // sha256 of what stands under the same path now; the file no longer counts
}

// has says whether a page of the file counts.
func (in *Input) has(page int) bool { return in.Pages == nil || slices.Contains(in.Pages, page) }

// Submission is all documents of one applicant for one form.
type Submission struct {
	Key        string // folder, or the first form's path: stable name of the group within one inbox
	Enterprise string // the applicant as far as known while grouping
	Inputs     []Input
	Also       []string // keys of the applicant's other submissions for the form
	Beside     Beside   // for Build; not from Group
}

// Unassigned is a document that could not be placed.
type Unassigned struct {
	Input Input
	Guess string  // Key of the submission it fits best; "" for none
	Score float64 // 0 to 1
	Why   string  // Chinese
}

// Similarities of names from which two files are of one applicant, and from
// which a file without a form is placed.
const (
	sameApplicant = 0.9
	placedScore   = 0.8
)

// Clues are what a file's content says about where it belongs. They depend on
// nothing but the document and the forms, so they can be kept.
type Clues struct {
	Form      bool               `json:"form,omitempty"`       // a form that names its applicant or a product, or has its heading
	FormScore map[string]float64 `json:"form_score,omitempty"` // what speaks for each form, by its id
	Applicant []string           `json:"applicant,omitempty"`  // names of the applicant, on forms
	Owners    []string           `json:"owners,omitempty"`     // on certificates
	Products  []string           `json:"products,omitempty"`   // on forms
	Software  []string           `json:"software,omitempty"`   // on certificates
	Text      string             `json:"text,omitempty"`       // key of all its text

	Said map[string]Saying `json:"said,omitempty"` // what forms say beside, by the path of the field
	Sure bool              `json:"sure,omitempty"` // the applicant's name was no recognised text
	Scan bool              `json:"scan,omitempty"` // a page that was read from its picture
	Blur bool              `json:"blur,omitempty"` // much of the applicant's name, as forms have it, was guessed by the reader
	Open bool              `json:"open,omitempty"` // a form that lacks its closing sections
	Tail bool              `json:"tail,omitempty"` // closing sections without a form's beginning

	Sections []Section `json:"sections,omitempty"` // of a file that holds several forms; nil of any other

	Format string  `json:"format,omitempty"`
	Width  float64 `json:"width,omitempty"` // of the last page, points
	Height float64 `json:"height,omitempty"`
}

// clues is a file while it is being grouped.
type clues struct {
	*Clues
	input Input
	runes map[rune]bool // of Text
	stem  string        // key of its name
	name  string        // its name without extension
}

// Group puts documents together: a sub-folder is one submission, unless forms
// in it name several applicants; files in a flat folder belong together by
// the enterprise they name; folders of one applicant are one submission, and a
// folder without a form gives its papers to those they name, and so does one
// with a paper that names another applicant and its product. An applicant's
// forms for different products are submissions of their own. What cannot be
// placed is returned apart. A file of several forms is grouped section by
// section.
func Group(inputs []Input, forms *Forms) ([]Submission, []Unassigned) {
	var all []*clues
	for _, in := range inputs {
		all = append(all, toGroup(in, forms)...)
	}
	slices.SortStableFunc(all, func(a, b *clues) int { return cmp.Compare(a.input.Path, b.input.Path) })
	subs, lost := groupFolder("", all, forms.printed())
	f := &folders{subs: subs, files: map[string]*clues{}}
	for _, c := range all {
		f.files[c.input.key()] = c
	}
	f.unite()
	lost = append(lost, f.place()...)
	f.misfiled()
	lost = append(lost, f.registrations()...)
	subs = f.whole()
	slices.SortStableFunc(subs, func(a, b Submission) int { return cmp.Compare(a.Key, b.Key) })
	return subs, lost
}

// groupFolder groups the files below one folder. printed is text of the forms
// themselves.
func groupFolder(folder string, files []*clues, printed map[string]bool) (subs []Submission, lost []Unassigned) {
	var flat []*clues
	children := map[string][]*clues{}
	var names []string
	for _, c := range files {
		rest := strings.TrimPrefix(strings.TrimPrefix(c.input.Path, folder), "/")
		first, _, nested := strings.Cut(rest, "/")
		if !nested {
			flat = append(flat, c)
			continue
		}
		child := path.Join(folder, first)
		if children[child] == nil {
			names = append(names, child)
		}
		children[child] = append(children[child], c)
	}
	for _, name := range names {
		if applicants(children[name]) > 1 {
			s, l := groupFolder(name, children[name], printed)
			subs, lost = append(subs, s...), append(lost, l...)
			continue
		}
		subs = append(subs, newSubmission(name, children[name]))
	}
	s, l := groupFlat(flat, subs, printed)
	return append(subs, s...), append(lost, l...)
}

func newSubmission(key string, files []*clues) Submission {
	s := Submission{Key: key}
	for _, c := range files {
		s.Inputs = append(s.Inputs, c.input)
		if s.Enterprise == "" && len(c.Applicant) > 0 {
			s.Enterprise = c.Applicant[0]
		}
	}
	return s
}

// applicants counts the applicants that forms name clearly differently. A scan
// on which no applicant can be made out is that of the copy beside it.
func applicants(files []*clues) int {
	scanned := slices.ContainsFunc(files, func(c *clues) bool { return c.Form && c.Scan && !c.illegible() })
	copied := slices.ContainsFunc(files, func(c *clues) bool { return c.Form && !c.Scan })
	names := func(c *clues) bool {
		return len(c.Applicant) > 0 && (!c.illegible() || scanned || !copied)
	}
	n := 0
	for i, c := range files {
		if names(c) && !slices.ContainsFunc(files[:i], func(o *clues) bool { return o.Form && c.likelySame(o.Clues) }) {
			n++
		}
	}
	return n
}

// likelySame says whether two forms may be one applicant's: all else agrees, or
// the names are much alike and not both without doubt.
func (c *Clues) likelySame(o *Clues) bool {
	if c.kin(o) > 0 {
		return true
	}
	return similarAny(c.Applicant, o.Applicant) >= 0.7 && (!c.Sure || !o.Sure || c.oneName(o) > 0)
}

// group is a submission of a flat folder while it is being put together.
type group struct {
	files []*clues
}

// groupFlat groups files by what they name: forms by their applicant, then
// everything else to the form it fits best. beside are submissions of the
// folders next to them, for guesses only.
func groupFlat(files []*clues, beside []Submission, printed map[string]bool) (subs []Submission, lost []Unassigned) {
	var groups []*group
	for _, c := range files {
		if !c.Form {
			continue
		}
		if g := groupOf(c, groups); g != nil {
			g.files = append(g.files, c)
		} else {
			groups = append(groups, &group{[]*clues{c}})
		}
	}
	groups = adopt(groups, printed)
	formed := make([]*group, len(groups)) // as the forms alone make them, so that order does not matter
	for i, g := range groups {
		formed[i] = &group{slices.Clone(g.files)}
	}
	runs := own(formed, printed)
	var left []*clues // sections that name nobody: their place in the file may tell
	for _, c := range files {
		if c.Form {
			continue
		}
		best, score, second := bestGroup(formed, c)
		if g := textOf(c, runs); g >= 0 && score < placedScore && !c.Names() { // else it is somebody else's
			best, score, second = g, placedScore, 0
		}
		if g := nextSheet(c, formed); g >= 0 && score < sameApplicant { // more than its file's name spoke for others
			best, score, second = g, placedScore, 0
		}
		if best >= 0 && score >= placedScore && score-second > 0.02 {
			groups[best].files = append(groups[best].files, c)
			continue
		}
		u := Unassigned{Input: c.input, Score: score, Why: "文件中没有可以确认申报单位的内容"}
		if best >= 0 && score > 0.4 {
			u.Guess = groups[best].files[0].input.key()
			if score-second <= 0.02 {
				u.Why = "与多家申报单位同样相符"
			}
		} else if g, s := guessBeside(c, beside); s > 0.4 {
			u.Guess, u.Score = g, s
		}
		if c.input.Pages != nil && u.Guess == "" {
			left = append(left, c)
			continue
		}
		lost = append(lost, u)
	}
	lost = append(lost, placeBetween(groups, left)...)
	for _, g := range groups {
		slices.SortStableFunc(g.files, func(a, b *clues) int { return cmp.Compare(a.input.Path, b.input.Path) })
		key := ""
		for _, c := range g.files {
			if c.Form && key == "" {
				key = c.input.key()
			}
		}
		subs = append(subs, newSubmission(key, g.files))
	}
	return subs, lost
}

// groupOf finds the group of a form: the same applicant, or one whose name
// was misread and all else agrees; for a form whose applicant could not be
// read, the same products, or a file's name that only one group has.
func groupOf(c *clues, groups []*group) *group {
	var best, named *group
	score, homonyms := 0.0, 0
	for _, g := range groups {
		alike := false
		for _, o := range g.files {
			s := c.kin(o.Clues)
			switch {
			case len(c.Applicant) > 0 && len(o.Applicant) > 0:
				s = max(s, c.oneName(o.Clues))
			default:
				s = max(s, similarAny(c.Products, o.Products))
				alike = alike || c.stem != "" && stemSimilarity(c.stem, o.stem) >= sameApplicant
			}
			if s >= sameApplicant && s > score {
				best, score = g, s
			}
		}
		if alike {
			named, homonyms = g, homonyms+1
		}
	}
	if best == nil && homonyms == 1 {
		return named
	}
	return best
}

// oneName compares the applicants' names of two forms. A misread name and the
// same products are one applicant; two names that no reader misread are one
// only if they are the same, or nearly and with the same products.
func (c *Clues) oneName(o *Clues) float64 {
	near, products := similarAny(c.Applicant, o.Applicant), similarAny(c.Products, o.Products) >= 0.9
	switch sure := c.Sure && o.Sure; {
	case near < 1 && sure && (near < sameApplicant || !products):
		return 0
	case near >= 0.75 && products:
		return max(near, sameApplicant)
	}
	return near
}

// fit says how well a file without a form belongs to a group, 0 to 1: by an
// owner, by a product's name, by the applicant's name in its text, and by the
// file's name to break ties.
func (g *group) fit(c *clues) float64 {
	who, what := g.named(c)
	best := max(who, 0.95*what)
	tie := 0.0
	for _, o := range g.files {
		tie = max(tie, stemSimilarity(c.stem, o.stem))
		for _, name := range o.Applicant {
			if key := normalize.NameKey(name, false); len([]rune(c.stem)) >= 4 && shareRun(c.stem, key) >= 4 {
				tie = max(tie, 0.9)
			}
		}
	}
	return min(1, max(best+0.05*tie, 0.9*tie))
}

// named says how surely a file names a group's applicant and one of its
// products, each 0 to 1.
func (g *group) named(c *clues) (applicant, product float64) {
	for _, o := range g.files {
		applicant, product = max(applicant, similarAny(c.Owners, o.Applicant)), max(product, similarAny(c.Software, o.Products))
		for _, name := range o.Applicant {
			if key := normalize.NameKey(name, false); len([]rune(key)) >= 5 {
				applicant = max(applicant, c.mentions(key))
			}
		}
		for _, name := range o.Products {
			product = max(product, c.mentionsProduct(name))
		}
	}
	return applicant, product
}

// mentions says how nearly a file's text contains a name, 0 to 1. Most names
// are nowhere near; their characters tell, before the text is searched.
func (c *clues) mentions(name string) float64 {
	if strings.Contains(c.Text, name) {
		return 1
	}
	n := []rune(name)
	there := 0
	for _, r := range n {
		if c.runes[r] {
			there++
		}
	}
	if 4*there < 3*len(n) {
		return 0
	}
	best := 0.0
	for _, h := range findApprox(n, []rune(c.Text), float64(len(n))/4) {
		best = max(best, 1-h.cost/float64(len(n)))
	}
	return best
}

// mentionsProduct is mentions of a product's name, 0 for names too short to
// tell anything.
func (c *clues) mentionsProduct(name string) float64 {
	key := normalize.NameKey(name, true)
	if len([]rune(key)) < 5 {
		return 0
	}
	return c.mentions(key)
}

func similarAny(as, bs []string) float64 {
	best := 0.0
	for _, a := range as {
		for _, b := range bs {
			best = max(best, nameSimilarity(a, b))
		}
	}
	return best
}

func guessBeside(c *clues, beside []Submission) (key string, score float64) {
	for _, s := range beside {
		if s.Enterprise == "" {
			continue
		}
		v := max(similarAny(c.Owners, []string{s.Enterprise}), c.mentions(normalize.NameKey(s.Enterprise, false)))
		if v > score {
			key, score = s.Key, v
		}
	}
	return key, score
}
