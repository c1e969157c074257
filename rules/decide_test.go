package rules

import (
	"slices"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
)

// decision is a reviewer's value for a field of a record.
func decision(t *testing.T, rec *Record, path, raw string) Decision {
	t.Helper()
	f := field1(t, rec, path)
	d := Decision{ID: 1, Path: path, Seen: slices.Clone(f.Evidence), By: "赵敏", At: "2022-09-01T08:00:00Z", Why: "电话核实"}
	if raw == "" {
		d.Confirm, d.Value, d.State, d.Raw, d.Detail = true, f.Value, f.State, f.Raw, f.Detail
		return d
	}
	r, err := loadForms(t).Understand(rec.Form, path, raw)
	if err != nil {
		t.Fatal(err)
	}
	d.Value, d.State, d.Raw, d.Detail = r.Value, r.State, raw, r.Detail
	return d
}

func TestDecisions(t *testing.T) {
	read := func(phone string) *extract.Document {
		p := sample(true)
		put(t, &p.doc, "13800000000", phone)
		return &p.doc
	}
	shift := func(d *extract.Document) *extract.Document { // another reader draws its boxes a little differently
		for i := range d.Lines {
			d.Lines[i].Box.X0 += 2
			d.Lines[i].Box.Y1 += 1
		}
		return d
	}
	elsewhere := read("13800000000")
	for i := range elsewhere.Lines {
		if strings.Contains(elsewhere.Lines[i].Text, "13800000000") {
			elsewhere.Lines[i].Box.Y0 += 300
			elsewhere.Lines[i].Box.Y1 += 300
		}
	}
	first := []met{{doc: read("13800000000"), seen: 1}}
	tests := []struct {
		name  string
		path  string
		raw   string // "" confirms
		then  []met
		want  any
		holds bool
	}{
		{"a value", "contact.phone", "１３９ 0000 1111", first, "13900001111", true},
		{"a confirmation", "contact.phone", "", first, "13800000000", true},
		{"a number", "products[0].revenue_share", "40%", first, 40.0, true},
		{"none", "products[0].revenue_share", "无", first, nil, true},
		{"a list", "enterprise.business_categories", "基础软件、应用软件", first, []string{"基础软件", "应用软件"}, true},
		{"another model reads the same spot otherwise", "contact.phone", "", []met{{doc: shift(read("13800000008")), seen: 1}}, "13800000000", true},
		{"the corrected scan says what was decided", "contact.phone", "13900001111",
			[]met{{doc: read("13800000000"), seen: 1}, {doc: read("13900001111"), seen: 2}}, "13900001111", true},
		{"the corrected scan says something new", "contact.phone", "13900001111",
			[]met{{doc: read("13800000000"), seen: 1}, {doc: read("13700000000"), seen: 2}}, "13700000000", false},
		{"the corrected scan says what the reviewer took for a misreading", "contact.phone", "13900001111",
			[]met{{doc: read("13800000000"), seen: 1}, {doc: read("13800000000"), seen: 2}}, "13800000000", false},
		{"a copy arrives that says it too", "contact.phone", "", []met{{doc: read("13800000000"), seen: 1}, {doc: &sample(false).doc, seen: 2}}, "13800000000", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := decision(t, buildMet(t, Options{}, first...), tt.path, tt.raw)
			rec := buildMet(t, Options{Decisions: []Decision{d}}, tt.then...)
			f := field1(t, rec, tt.path)
			data, _ := rec.Data.Get(tt.path)
			if !jsonEqual(t, f.Value, tt.want) || !jsonEqual(t, data, tt.want) {
				t.Errorf("value is %v (data %v), want %v", f.Value, data, tt.want)
			}
			if f.flagged(FlagDecisionOutdated) == tt.holds || f.Review == tt.holds {
				t.Errorf("review %v, flags %v; want the decision to hold: %v", f.Review, f.Flags, tt.holds)
			}
			if tt.holds && f.flagged(FlagCorrected) != (tt.raw != "") {
				t.Errorf("flags are %v", f.Flags)
			}
			if !tt.holds {
				last := f.Flags[len(f.Flags)-1]
				for _, s := range []string{"赵敏", tt.raw, "重新确认"} {
					if !strings.Contains(last.Message, s) {
						t.Errorf("%q does not show the old decision (%s)", last.Message, s)
					}
				}
				if rec.Status != StatusReview {
					t.Error("nobody is asked to look")
				}
			}
		})
	}
}

// A row that a new reader found above moves the rows below: a decision stays
// with the place that was seen, not with the number.
func TestDecisionsDoNotMoveToAnotherRow(t *testing.T) {
	scan := sample(true)
	d := decision(t, buildMet(t, Options{}, met{doc: &scan.doc, seen: 1}), "products[0].name", "云岭政务协同平台V2.0")
	for i := range d.Seen { // it was seen one row further down
		d.Seen[i].Box.Y0 += 60
		d.Seen[i].Box.Y1 += 60
	}
	rec := buildMet(t, Options{Decisions: []Decision{d}}, met{doc: &scan.doc, seen: 1})
	if f := field1(t, rec, "products[0].name"); f.Value != "云岭政务协同平台V1.0" || !f.flagged(FlagDecisionOutdated) || !f.Review {
		t.Errorf("value is %v, flags %v", f.Value, f.Flags)
	}
}

// The checks see what was decided, and so does what follows from it.
func TestChecksSeeDecisions(t *testing.T) {
	scan, cert := sample(true), certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2019年06月15日", "未发表", "2021SR1625330")
	docs := []met{{doc: &scan.doc, seen: 1}, {doc: &cert.doc, seen: 1}}
	plain := buildMet(t, Options{}, docs...)
	if field1(t, plain, "products[0].release_date").Value != "2019-06-15" {
		t.Fatal("the certificate does not govern the date")
	}
	rec := buildMet(t, Options{Decisions: []Decision{decision(t, plain, "certificates[0].completion_date", "2021年6月15日")}}, docs...)
	if f := field1(t, rec, "products[0].release_date"); f.Value != "2021-06-15" {
		t.Errorf("the release date is %v, want the corrected certificate's", f.Value)
	}
	rec = buildMet(t, Options{Decisions: []Decision{decision(t, plain, "products[0].release_date", "2021年6月15日")}}, docs...)
	for _, c := range rec.Checks {
		if c.ID == "release_window" && c.Outcome != Pass {
			t.Errorf("release_window is %s (%s), want pass", c.Outcome, c.Message)
		}
	}
}

func TestDecisionOnAFieldThatIsGone(t *testing.T) {
	scan := sample(true)
	d := decision(t, buildMet(t, Options{}, met{doc: &scan.doc, seen: 1}), "products[0].name", "")
	d.Path = "products[7].name"
	if rec := buildMet(t, Options{Decisions: []Decision{d}}, met{doc: &scan.doc, seen: 1}); rec.Status != StatusReview {
		t.Error("a decision was lost and nobody is told")
	}
}

func TestUnderstand(t *testing.T) {
	forms := loadForms(t)
	for _, tt := range []struct {
		path, raw string
		value     any
		state     normalize.State
		bad       string
	}{
		{"contact.phone", "139 0000 1111", "13900001111", normalize.StateValue, ""},
		{"contact.phone", "12", nil, "", "联系电话"},
		{"products[1].market_share", "120", nil, "", "120"},
		{"products[1].market_share", "30%-40%", nil, normalize.StateValue, ""},
		{"products[1].market_share", "无", nil, normalize.StateNone, ""},
		{"certificates[0].issue_date", "2021.11.3", "2021-11-03", normalize.StateValue, ""},
		{"certificates[0].issue_date", "不知道", nil, "", "不知道"},
		{"nothing", "x", nil, "", "no field nothing"},
	} {
		r, err := forms.Understand("excellent-software-product", tt.path, tt.raw)
		if tt.bad != "" {
			if err == nil || !strings.Contains(err.Error(), tt.bad) {
				t.Errorf("%s = %s: error is %v, want %q in it", tt.path, tt.raw, err, tt.bad)
			}
			continue
		}
		if err != nil || r.Value != tt.value || r.State != tt.state {
			t.Errorf("%s = %s: %v %s, %v; want %v %s", tt.path, tt.raw, r.Value, r.State, err, tt.value, tt.state)
		}
	}
}

func jsonEqual(t *testing.T, a, b any) bool {
	t.Helper()
	x, err := Data{keys: []string{"v"}, values: map[string]any{"v": a}}.text()
	if err != nil {
		t.Fatal(err)
	}
	y, err := Data{keys: []string{"v"}, values: map[string]any{"v": b}}.text()
	if err != nil {
		t.Fatal(err)
	}
	return x == y
}

func (d Data) text() (string, error) {
	b, err := d.MarshalJSON()
	return string(b), err
}
