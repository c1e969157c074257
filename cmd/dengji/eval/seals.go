package eval

import (
	"slices"

	"dengji/fixtures"
	"dengji/rules"
)

// SealTally says how well seals were found and read.
type SealTally struct {
	Found Share `json:"found"`
	Shape Share `json:"shape"`      // of the found ones, round, oval or square as it is
	Text  Share `json:"text_exact"` // of those that lie wholly on the page
	// Inside counts seals for contracts, accounts and the like whose line inside
	// is exact.
	Inside Share `json:"inside_exact"`
	// Honest counts seals that a record has: right is that it says rightly
	// whether the enterprise's name is on them, or that it says unknown.
	Honest Share `json:"match_right_or_unknown"`
	// Wrong counts seals that are read as something else than any seal on their
	// page says; what is neither exact nor wrong has no text.
	Wrong int `json:"text_wrong"`
	// Forms says of the sealed pages of scanned forms whether the record tells
	// rightly if the enterprise's name is on them.
	Forms NameTally `json:"forms"`
}

// NameTally counts what is said of a name: right, nothing, wrong.
type NameTally struct {
	Right   int `json:"right"`
	Unknown int `json:"unknown"`
	Wrong   int `json:"wrong"`
}

// SealSet is the tally of the seals in one set's files.
type SealSet struct {
	Set string `json:"set"`
	SealTally
}

// countSeals looks for each stamped seal on its page, in all sets and in each.
func (rep *Report) countSeals(t fixtures.Truth, rec *rules.Record) {
	for _, f := range t.Files {
		for _, p := range f.Pages {
			got := sealsOn(rec, f.Path, p.Number)
			if len(got)+len(p.Seals) == 0 {
				continue
			}
			i := slices.IndexFunc(rep.SealSets, func(s SealSet) bool { return s.Set == f.Set })
			if i < 0 {
				i = len(rep.SealSets)
				rep.SealSets = append(rep.SealSets, SealSet{Set: f.Set})
			}
			rep.SealSets[i].countPage(p, got, enterpriseName(t))
			rep.Seals.countPage(p, got, enterpriseName(t))
		}
	}
}

func (s *SealTally) countPage(p fixtures.TruthPage, got []rules.SourceSeal, enterprise string) {
	for _, want := range p.Seals {
		s.count(want, got)
	}
	for _, seal := range got {
		s.Honest.add(honest(seal.MatchesEnterprise, p.Seals, enterprise))
		if seal.Text != "" && !slices.ContainsFunc(p.Seals, func(t fixtures.TruthSeal) bool { return Fold(t.Text) == Fold(seal.Text) }) {
			s.Wrong++
		}
	}
	if p.Kind == rules.KindFormScan && len(p.Seals) > 0 {
		s.Forms.count(p.Seals, got, enterprise)
	}
}

// count judges one sealed page by all that the record says of its seals.
func (n *NameTally) count(stamped []fixtures.TruthSeal, got []rules.SourceSeal, enterprise string) {
	said := false
	for _, seal := range got {
		if !honest(seal.MatchesEnterprise, stamped, enterprise) {
			n.Wrong++
			return
		}
		said = said || seal.MatchesEnterprise != nil
	}
	if said {
		n.Right++
	} else {
		n.Unknown++
	}
}

// sealsOn lists the seals a record has on a page.
func sealsOn(rec *rules.Record, path string, page int) []rules.SourceSeal {
	var out []rules.SourceSeal
	for _, d := range rec.Documents {
		if d.Path != path {
			continue
		}
		for _, seal := range d.Seals {
			if seal.Page == page {
				out = append(out, seal)
			}
		}
	}
	return out
}

func (s *SealTally) count(want fixtures.TruthSeal, got []rules.SourceSeal) {
	var shape, text, inside bool
	for _, seal := range got {
		shape = shape || seal.Shape == want.Shape
		text = text || Fold(seal.Text) == Fold(want.Text)
		inside = inside || Fold(seal.Inside) == Fold(want.Inside)
	}
	s.Found.add(len(got) > 0)
	if len(got) > 0 && want.Shape != "" {
		s.Shape.add(shape)
	}
	if want.Cut {
		return
	}
	if want.Text != "" {
		s.Text.add(text)
	}
	if want.Inside != "" {
		s.Inside.add(inside)
	}
}

// enterpriseName is the name under data.enterprise.name, "" for none.
func enterpriseName(t fixtures.Truth) string {
	e, _ := t.Data["enterprise"].(map[string]any)
	name, _ := e["name"].(string)
	return name
}

// honest reports whether what a record says of a seal can be true of one of the
// seals on its page; to say nothing is honest.
func honest(matches *bool, stamped []fixtures.TruthSeal, enterprise string) bool {
	if matches == nil {
		return true
	}
	for _, seal := range stamped {
		if (Fold(seal.Text) == Fold(enterprise)) == *matches {
			return true
		}
	}
	return false
}
