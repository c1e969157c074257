package eval

import (
	"fmt"
	"slices"
	"strings"

	"dengji/fixtures"
	"dengji/rules"
)

// KindTally says of the pages of one kind as what they were recognised.
type KindTally struct {
	Kind  string         `json:"kind"` // form_scan, form_copy, copyright_certificate, user_report, other
	Pages Share          `json:"pages"`
	Taken map[string]int `json:"taken_for,omitempty"` // wrong ones, by the kind that a record says; "" is in no record
}

// kindOrder is that of the printed table.
var kindOrder = []string{rules.KindFormScan, rules.KindFormCopy, rules.KindCertificate, rules.KindReport, rules.KindOther}

// countKinds compares the kind of every page with what any record says of it.
// A page that no record has is wrong, unless it is of no kind that a submission
// needs: nothing is lost by that one.
func (rep *Report) countKinds(t fixtures.Truth, records []*rules.Record) {
	for _, f := range t.Files {
		for _, p := range f.Pages {
			i := slices.IndexFunc(rep.Kinds, func(k KindTally) bool { return k.Kind == p.Kind })
			if i < 0 {
				i = len(rep.Kinds)
				rep.Kinds = append(rep.Kinds, KindTally{Kind: p.Kind, Taken: map[string]int{}})
			}
			k := &rep.Kinds[i]
			said := kindsOf(records, f.Path, p.Number)
			right := slices.Contains(said, p.Kind) || len(said) == 0 && p.Kind == rules.KindOther
			k.Pages.add(right)
			if !right {
				k.Taken[strings.Join(said, "+")]++
			}
		}
	}
	slices.SortStableFunc(rep.Kinds, func(a, b KindTally) int {
		return slices.Index(kindOrder, a.Kind) - slices.Index(kindOrder, b.Kind)
	})
}

// kindsOf lists the kinds that records say a page is of; a page without a
// number is of all kinds that its file has.
func kindsOf(records []*rules.Record, path string, page int) []string {
	var kinds []string
	for _, r := range records {
		for _, d := range r.Documents {
			if d.Path == path && (slices.Contains(d.Pages, page) || page == 0 && len(d.Pages) == 0) && !slices.Contains(kinds, d.Kind) {
				kinds = append(kinds, d.Kind)
			}
		}
	}
	return kinds
}

// KindColumns are those of the table of page kinds, for KindRows.
var KindColumns = []string{"pages of", "pages", "recognised", "right %", "taken for"}

// KindRows is the table of page kinds, a kind a row, all kinds last.
func (rep *Report) KindRows() [][]string {
	var rows [][]string
	all := Share{}
	for _, k := range rep.Kinds {
		all.Right, all.Of = all.Right+k.Pages.Right, all.Of+k.Pages.Of
		var taken []string
		for kind, n := range k.Taken {
			if kind == "" {
				kind = "no record"
			}
			taken = append(taken, fmt.Sprintf("%d %s", n, kind))
		}
		slices.Sort(taken)
		rows = append(rows, []string{k.Kind, fmt.Sprint(k.Pages.Of), fmt.Sprint(k.Pages.Right), percent(k.Pages.Percent()), strings.Join(taken, ", ")})
	}
	if len(rows) > 0 {
		rows = append(rows, []string{"all kinds", fmt.Sprint(all.Of), fmt.Sprint(all.Right), percent(all.Percent()), ""})
	}
	return rows
}
