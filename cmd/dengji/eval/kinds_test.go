package eval

import (
	"fmt"
	"testing"

	"dengji/fixtures"
	"dengji/rules"
)

func TestPageKinds(t *testing.T) {
	truth := fixtures.Truth{Files: []fixtures.TruthFile{
		{Path: "a/全部.pdf", Pages: []fixtures.TruthPage{{Number: 1, Kind: "form_scan"}, {Number: 2, Kind: "form_scan"}, {Number: 3, Kind: "copyright_certificate"}, {Number: 4, Kind: "user_report"}}},
		{Path: "a/表.docx", Pages: []fixtures.TruthPage{{Number: 0, Kind: "form_copy"}, {Number: 0, Kind: "copyright_certificate"}}},
		{Path: "a/封面.jpg", Pages: []fixtures.TruthPage{{Number: 1, Kind: "other"}}}, // in no record, and nobody misses it
		{Path: "a/报告.jpg", Pages: []fixtures.TruthPage{{Number: 1, Kind: "user_report"}}},
	}}
	own := &rules.Record{Documents: []rules.Source{{Path: "a/全部.pdf", Pages: []int{1}, Kind: "form_scan"}, {Path: "a/全部.pdf", Pages: []int{2, 3}, Kind: "other"}, {Path: "a/表.docx", Kind: "form_copy"}}}
	elsewhere := &rules.Record{Documents: []rules.Source{{Path: "a/全部.pdf", Pages: []int{4}, Kind: "user_report"}}}
	rep := &Report{}
	rep.countKinds(truth, []*rules.Record{own, elsewhere})
	want := "[[form_scan 2 1 50.00 1 other] [form_copy 1 1 100.00 ] [copyright_certificate 2 0 0.00 1 form_copy, 1 other] [user_report 2 1 50.00 1 no record] [other 1 1 100.00 ] [all kinds 8 4 50.00 ]]"
	if got := fmt.Sprint(rep.KindRows()); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	if rows := (&Report{}).KindRows(); len(rows) != 0 {
		t.Errorf("of nothing: %v", rows)
	}
}
