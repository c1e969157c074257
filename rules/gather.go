package rules

import (
	"slices"
	"strings"

	"dengji/normalize"
)

// folders is what became of the files by their folders: submissions with the
// clues of their files.
type folders struct {
	subs  []Submission
	files map[string]*clues // by path
}

// cluesOf lists the clues of a submission's files.
func (f *folders) cluesOf(s *Submission) []*clues {
	var out []*clues
	for _, in := range s.Inputs {
		out = append(out, f.files[in.key()])
	}
	return out
}

// unite makes one submission of those of one applicant, wherever their
// folders lie. The first key stands for both.
func (f *folders) unite() {
	slices.SortStableFunc(f.subs, func(a, b Submission) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	var out []Submission
	for i := range f.subs {
		s := &f.subs[i]
		at := slices.IndexFunc(out, func(o Submission) bool { return f.sameApplicant(&o, s) })
		if at < 0 {
			out = append(out, *s)
			continue
		}
		out[at].Inputs = append(slices.Clone(out[at].Inputs), s.Inputs...)
	}
	f.subs = out
}

// sameApplicant says whether the forms of two submissions name one applicant:
// letter for letter, nearly and with the same products, or misread where all
// else agrees.
func (f *folders) sameApplicant(a, b *Submission) bool {
	names := func(s *Submission) (applicant, products []string) {
		for _, c := range f.cluesOf(s) {
			applicant, products = append(applicant, c.Applicant...), append(products, c.Products...)
		}
		return applicant, products
	}
	x, p := names(a)
	y, q := names(b)
	for _, m := range x {
		for _, n := range y {
			if key := normalize.NameKey(m, false); key != "" && key == normalize.NameKey(n, false) {
				return true
			}
		}
	}
	if similarAny(x, y) >= sameApplicant && similarAny(p, q) >= sameApplicant {
		return true
	}
	for _, c := range f.cluesOf(a) {
		if c.Form && slices.ContainsFunc(f.cluesOf(b), func(o *clues) bool { return o.Form && c.kin(o.Clues) > 0 }) {
			return true
		}
	}
	return false
}

// place takes folders that hold no form apart: papers that name an applicant
// of another folder go there. A folder of which nothing can be placed stays a
// submission of its own, one that lacks its form.
func (f *folders) place() (lost []Unassigned) {
	var formed []*group
	var homes, bare []int
	for i := range f.subs {
		files := f.cluesOf(&f.subs[i])
		if slices.ContainsFunc(files, func(c *clues) bool { return c.Form }) {
			formed, homes = append(formed, &group{files}), append(homes, i)
		} else {
			bare = append(bare, i)
		}
	}
	drop := map[int]bool{}
	for _, i := range bare {
		files := f.cluesOf(&f.subs[i])
		to := make([]int, len(files))
		targets := map[int]bool{}
		for k, c := range files {
			g, score, second := bestGroup(formed, c)
			if to[k] = -1; g >= 0 && score >= placedScore && score-second > 0.02 {
				to[k] = homes[g]
				targets[homes[g]] = true
			}
		}
		if len(targets) == 0 {
			continue
		}
		drop[i] = true
		for k, c := range files {
			home := to[k]
			for only := range targets {
				if len(targets) == 1 {
					home = only // the rest of a folder whose papers are all one applicant's
				}
			}
			if home < 0 {
				g, score, _ := bestGroup(formed, c)
				u := Unassigned{Input: c.input, Score: score, Why: "所在文件夹没有登记表，文件中也没有可以确认申报单位的内容"}
				if g >= 0 && score > 0.4 {
					u.Guess = f.subs[homes[g]].Key
				}
				lost = append(lost, u)
				continue
			}
			f.subs[home].Inputs = append(slices.Clone(f.subs[home].Inputs), c.input)
		}
	}
	var kept []Submission
	for i := range f.subs {
		if !drop[i] {
			kept = append(kept, f.subs[i])
		}
	}
	f.subs = kept
	return lost
}

// Of a paper that lies with somebody else's form: how surely it must name
// another applicant and that one's product, and how little those it lies with.
const (
	theirs  = 0.95
	notOurs = 0.7
)

// misfiled gives papers to the applicant they name, wherever they lie: one of
// somebody else's that names neither the applicant nor a product of the form
// beside it.
func (f *folders) misfiled() {
	homes := make([]*group, len(f.subs))
	for i := range f.subs {
		homes[i] = &group{}
		for _, c := range f.cluesOf(&f.subs[i]) {
			if c.Form {
				homes[i].files = append(homes[i].files, c)
			}
		}
	}
	for i := range f.subs {
		var kept []Input
		moved := false
		for _, c := range f.cluesOf(&f.subs[i]) {
			to := i
			if who, what := homes[i].named(c); !c.Form && c.Names() && len(homes[i].files) > 0 && who < notOurs && what < notOurs {
				to = homeOf(homes, c, i)
			}
			if to == i {
				kept = append(kept, c.input)
				continue
			}
			f.subs[to].Inputs = append(slices.Clone(f.subs[to].Inputs), c.input)
			moved = true
		}
		if moved {
			f.subs[i].Inputs = kept
		}
	}
}

// homeOf is the one group that a paper names by applicant and product; the one
// it lies in where there is none or there are several.
func homeOf(homes []*group, c *clues, lies int) int {
	to := lies
	for k, g := range homes {
		if who, what := g.named(c); who >= theirs && what >= theirs {
			if to != lies {
				return lies
			}
			to = k
		}
	}
	return to
}

// bestGroup finds the group a file fits best, and how well the next one does.
func bestGroup(groups []*group, c *clues) (best int, score, second float64) {
	best = -1
	for i, g := range groups {
		if s := g.fit(c); s > score {
			best, score, second = i, s, score
		} else {
			second = max(second, s)
		}
	}
	return best, score, second
}

// shingle is the number of characters of a run that two texts of one
// submission share and others do not.
const shingle = 8

// printed are the runs of characters of all that is printed on the forms
// themselves: they say nothing of who filled one in.
func (f *Forms) printed() map[string]bool {
	runs := map[string]bool{}
	for _, form := range f.list {
		var whole strings.Builder // labels as they follow one another, and their other wordings
		for _, l := range form.labels {
			whole.WriteString(string(l.texts[0].core) + string(l.texts[0].hint))
		}
		for _, l := range form.labels {
			for _, t := range l.texts[1:] {
				whole.WriteString(string(t.core) + string(t.hint))
			}
		}
		r := []rune(normalize.NameKey(whole.String(), false))
		for k := 0; k+shingle <= len(r); k++ {
			runs[string(r[k:k+shingle])] = true
		}
	}
	return runs
}

// own are runs of characters that stand in the forms of one group alone.
func own(groups []*group, printed map[string]bool) map[string]int {
	at := map[string]int{}
	for i, g := range groups {
		for _, c := range g.files {
			r := []rune(c.Text)
			for k := 0; k+shingle <= len(r); k++ {
				key := string(r[k : k+shingle])
				if printed[key] {
					continue
				}
				if other, ok := at[key]; ok && other != i {
					at[key] = -1
				} else if !ok {
					at[key] = i
				}
			}
		}
	}
	return at
}

// textOf finds the group whose forms have the text of a file, such as the
// electronic copy of a page that was scanned by itself; -1 where none does
// clearly.
func textOf(c *clues, at map[string]int) int {
	hits := map[int]int{}
	r := []rune(c.Text)
	for k := 0; k+shingle <= len(r); k++ {
		if g, ok := at[string(r[k:k+shingle])]; ok && g >= 0 {
			hits[g]++
		}
	}
	best, most, second := -1, 0, 0
	for g, n := range hits {
		switch {
		case n > most:
			best, most, second = g, n, most
		case n > second:
			second = n
		}
	}
	if most < 6 || most < 3*second {
		return -1
	}
	return best
}
