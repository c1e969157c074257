package rules

import (
	"slices"
	"strings"
	"unicode"
)

// formSeals is what the seals on a form's pages say.
type formSeals struct {
	scanned bool   // there is a scan of the form
	own     bool   // one is the applicant's own seal
	unread  bool   // one may be the applicant's own seal
	special string // a purpose for which one is: 合同专用章
	other   string // another firm's name on one
	cut     bool   // one lies across the page's edge, and says too little
	proofs  []Proof
}

// sealsOnForm looks at all seals on a form's pages; words are those of seals
// that are for one purpose alone.
func sealsOnForm(rec *Record, words []string) formSeals {
	var on formSeals
	var unread []*SourceSeal
	for _, d := range rec.Documents {
		if d.Kind != KindFormScan && d.Kind != KindFormCopy {
			continue
		}
		on.scanned = on.scanned || d.Kind == KindFormScan
		for i := range d.Seals {
			s := &d.Seals[i]
			if d.Kind == KindFormCopy && s.frame() {
				continue
			}
			on.proofs = append(on.proofs, s.proof(&d))
			word := containsAny(s.Inside+s.Text, words)
			switch {
			case word != "":
				on.special = word
			case s.MatchesEnterprise == nil && s.cut():
				on.cut = true
			case s.MatchesEnterprise == nil, *s.MatchesEnterprise && s.maybeSpecial():
				unread = append(unread, s)
			case *s.MatchesEnterprise:
				on.own = true
			default:
				if got := s.legible(); on.other == "" || strings.Count(got, openPlace) < strings.Count(on.other, openPlace) {
					on.other = got
				}
			}
		}
	}
	// A second impression of what surely is not the applicant's seal says less,
	// but not what the applicant's would.
	on.unread = slices.ContainsFunc(unread, func(s *SourceSeal) bool {
		return !(on.special != "" && (s.maybeSpecial() || s.lined()) || on.other != "" && s.unlike >= foreignToo)
	})
	return on
}

func (s *SourceSeal) proof(d *Source) Proof {
	p := Proof{Document: "sha256:" + d.SHA256, Path: d.Path, Text: strings.TrimSpace(s.legible() + " " + s.Inside)}
	if s.Page > 0 {
		page, box := s.Page, s.Box
		p.Page, p.Box = &page, &box
	}
	return p
}

// legible is a seal's text, or what could be read of it.
func (s *SourceSeal) legible() string {
	if s.Text == "" && s.seen != nil && len(s.seen.Places) > 0 && s.MatchesEnterprise != nil {
		return partly(s.seen.Places)
	}
	return s.Text
}

// cut says whether a round seal lies across the page's edge, as one does that
// is stamped over the edges of several sheets: its box is no square. It stands
// in for no seal in its place.
func (s *SourceSeal) cut() bool {
	const least = 0.8
	w, h := s.Box.Width(), s.Box.Height()
	return s.Shape == "round" && min(w, h) < least*max(w, h)
}

// maybeSpecial says whether the line inside a seal, read badly, has characters
// of a purpose, or names one that nobody knows (含陶级用章): then the firm's name on the
// ring is not enough.
func (s *SourceSeal) maybeSpecial() bool {
	if s.Inside != "" {
		return strings.HasSuffix(s.Inside, "章") && !strings.HasSuffix(s.Inside, "公章")
	}
	if s.seen == nil || s.seen.Line == nil {
		return false
	}
	line := s.seen.Line.Text
	n := 0
	for _, c := range []string{"专", "用", "章"} {
		if strings.Contains(line, c) {
			n++
		}
	}
	return n >= 2 || strings.Contains(line, "合同") || strings.Contains(line, "财务") || strings.Contains(line, "发票")
}

// lined says whether what was read inside a seal is as long as a purpose and has
// a character of one.
func (s *SourceSeal) lined() bool {
	if s.seen == nil || s.seen.Line == nil {
		return false
	}
	n := 0
	for _, c := range s.seen.Line.Text {
		if unicode.Is(unicode.Han, c) {
			n++
		}
	}
	return n >= 4 && n <= 6 && strings.ContainsAny(s.seen.Line.Text, "专用章")
}

// frame says whether a shape is as likely a cell or a frame: square, and
// nothing was read in it. On a page of text, which bears no ink, it is one.
func (s *SourceSeal) frame() bool { return s.Shape == "square" && s.Text == "" && s.Inside == "" }
