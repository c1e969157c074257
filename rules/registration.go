package rules

import (
	"cmp"
	"slices"
)

// strangeProducts is the similarity of products' names under which two forms
// of one applicant may be for two products.
const strangeProducts = 0.6

// registrations parts the submissions of applicants that registered twice:
// forms for different products, each as scan or each as copy, are submissions
// of their own, since each has texts of its own about its product. The first
// keeps the folder's key and whatever belongs to neither; certificates and
// reports go to the form whose product they name; pages of a file of several
// forms that name none, by their place in it. A scan and a copy that name
// different products stay together: one of them was misread, or is the wrong
// file, and either must be seen.
func (f *folders) registrations() (lost []Unassigned) {
	var out []Submission
	for i := range f.subs {
		sub := f.subs[i]
		files := f.cluesOf(&sub)
		groups := registered(files)
		if len(groups) < 2 {
			out = append(out, sub)
			continue
		}
		var left []*clues
		for _, c := range files {
			if slices.ContainsFunc(groups, func(g *group) bool { return slices.Contains(g.files, c) }) {
				continue
			}
			switch to := registrationOf(groups, c); {
			case to >= 0:
				groups[to].files = append(groups[to].files, c)
			case c.input.Pages != nil:
				left = append(left, c)
			default:
				groups[0].files = append(groups[0].files, c)
			}
		}
		lost = append(lost, placeBetween(groups, left)...)
		first := len(out)
		for k, g := range groups {
			slices.SortStableFunc(g.files, func(a, b *clues) int { return cmp.Compare(a.input.Path, b.input.Path) })
			key := sub.Key
			if k > 0 {
				at := slices.IndexFunc(g.files, func(c *clues) bool { return c.Form })
				key = g.files[at].input.key()
			}
			out = append(out, newSubmission(key, g.files))
		}
		for i := range out[first:] {
			for k := range out[first:] {
				if k != i {
					out[first+i].Also = append(out[first+i].Also, out[first+k].Key)
				}
			}
		}
	}
	f.subs = out
	return lost
}

// registered parts the forms of one applicant that name a product by their
// products; one group where they cannot be told apart surely.
func registered(files []*clues) []*group {
	var groups []*group
	for _, c := range files {
		if !c.Form || len(c.Products) == 0 || c.input.Replaced != "" {
			continue
		}
		var home *group
		var rest []*group
		for _, g := range groups {
			switch {
			case slices.ContainsFunc(g.files, func(o *clues) bool { return !otherRegistration(c, o) }):
				if home == nil {
					home = g
					rest = append(rest, g)
				} else { // this form ties two groups together
					home.files = append(home.files, g.files...)
				}
			default:
				rest = append(rest, g)
			}
		}
		if home == nil {
			home = &group{}
			rest = append(rest, home)
		}
		home.files = append(home.files, c)
		groups = rest
	}
	for _, scan := range []bool{true, false} {
		both := 0
		for _, g := range groups {
			if slices.ContainsFunc(g.files, func(c *clues) bool { return c.Scan == scan }) {
				both++
			}
		}
		if both == len(groups) {
			return groups
		}
	}
	return groups[:min(1, len(groups))]
}

// otherRegistration says whether two forms of one applicant are for different
// products: their names are nothing alike, and neither are their texts.
func otherRegistration(a, b *clues) bool {
	return similarAny(a.Products, b.Products) < strangeProducts && !sharesProse(a.Clues, b.Clues)
}

// registrationOf finds the registration that a paper names the product of, or
// whose pages it follows; -1 where nothing tells.
func registrationOf(groups []*group, c *clues) int {
	best, most := -1, 0.0
	for i, g := range groups {
		score := 0.0
		for _, o := range g.files {
			score = max(score, similarAny(c.Software, o.Products), c.tiesTo(o))
		}
		if score > most && score >= placedScore {
			best, most = i, score
		}
	}
	return best
}

// tiesTo says how surely a paper belongs to a form by the product it mentions,
// by a text that both have, or by being the next page; 0 to 1.
func (c *clues) tiesTo(o *clues) float64 {
	score := 0.0
	for _, name := range o.Products {
		score = max(score, c.mentionsProduct(name))
	}
	for path, s := range c.Said {
		if t, ok := o.Said[path]; ok && s.Prose && t.Prose && sameBeginning(s.Value, t.Value) {
			score = 1
		}
	}
	if c.follows(o) && c.sameSheet(o.Clues) && !c.Names() {
		score = max(score, sameApplicant)
	}
	return score
}
