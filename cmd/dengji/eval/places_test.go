package eval

import (
	"encoding/json"
	"testing"

	"dengji/fixtures"
	"dengji/rules"
)

// A certificate whose name was misread beyond recognition is paired by what else it
// says, and not with another one of the same applicant.
func TestCertificatePlaces(t *testing.T) {
	first := map[string]any{"registration_number": "2021SR1", "software_name": "质量追溯平台", "version": "V5.0", "issue_date": "2021-06-29", "scope": "全部权利", "short_name": nil}
	second := map[string]any{"registration_number": "2022SR2", "software_name": "养殖环境控制云平台", "version": "V1.0", "issue_date": "2022-01-11", "scope": "全部权利", "short_name": nil}
	truth := fixtures.Truth{Data: map[string]any{certificateList: []any{first, second}}}
	for _, tt := range []struct {
		name string
		rec  string // certificates of the record
		want map[int]int
	}{
		{"the other way round", `[{"registration_number":"2022SR2"},{"registration_number":"2021SR1"}]`, map[int]int{0: 1, 1: 0}},
		{"a name misread", `[{"registration_number":null,"software_name":"测犁全史30系率用口单","version":"V1.0","issue_date":"2022-01-11","scope":"全部权利"}]`, map[int]int{1: 0}},
		{"nothing but what all say", `[{"registration_number":null,"software_name":"测犁全史30系率用口单","version":"V9","scope":"全部权利"}]`, map[int]int{}},
	} {
		rec := &rules.Record{Data: rules.NewData()}
		if err := json.Unmarshal([]byte(`{"certificates":`+tt.rec+`}`), rec.Data); err != nil {
			t.Fatal(err)
		}
		got := certificatePlaces(truth, rec)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			continue
		}
		for k, v := range tt.want {
			if got[k] != v {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			}
		}
	}
}
