package eval

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"dengji/fixtures"
	"dengji/normalize"
	"dengji/rules"
)

// planted is sheet with papers that agree but for one planting.
func planted(t *testing.T, alarm bool, signs ...fixtures.Sign) fixtures.Truth {
	t.Helper()
	truth := sheet(t)
	truth.Consistent = true
	if len(signs) > 0 {
		truth.Planted = []fixtures.Planting{{ID: "kind", Alarm: alarm, What: "what was done", Expect: signs}}
	}
	return truth
}

func TestAlarms(t *testing.T) {
	sealed := fixtures.Sign{Check: "sealed", Outcome: "fail"}
	phone := fixtures.Sign{Flag: "copy_differs", Path: "phone"}
	cert := fixtures.Sign{Flag: "ambiguous", Path: "certificates[0].software_name"} // the record's other one
	check := func(outcome string) func(*rules.Record) {
		return func(r *rules.Record) { r.Checks[0].Outcome = outcome }
	}
	flag := func(path, code string) func(*rules.Record) {
		return func(r *rules.Record) {
			for i := range r.Fields {
				if r.Fields[i].Path == path {
					r.Fields[i].Flags = append(r.Fields[i].Flags, rules.Flag{Code: code, Message: "两处不同"})
					r.Fields[i].Review = true
				}
			}
		}
	}
	none := func(*rules.Record) {}
	tests := []struct {
		name   string
		signs  []fixtures.Sign
		near   bool
		record func(*rules.Record)
		want   AlarmTally
	}{
		{"found by a check", []fixtures.Sign{sealed}, false, check("fail"), AlarmTally{Planted: 1, Found: 1}},
		{"left open", []fixtures.Sign{sealed}, false, check("unknown"), AlarmTally{Planted: 1, Open: 1}},
		{"missed", []fixtures.Sign{sealed}, false, none, AlarmTally{Planted: 1}},
		{"found by a flag", []fixtures.Sign{phone}, false, flag("phone", "copy_differs"), AlarmTally{Planted: 1, Found: 1}},
		{"another flag sends a person", []fixtures.Sign{phone}, false, flag("phone", "low_confidence"), AlarmTally{Planted: 1, Open: 1}},
		{"a flag on another field", []fixtures.Sign{phone}, false, flag("name", "copy_differs"), AlarmTally{Planted: 1}},
		{"one of two signs", []fixtures.Sign{phone, sealed}, false, check("fail"), AlarmTally{Planted: 1, Found: 1}},
		{"certificates stand the other way round", []fixtures.Sign{cert}, false, flag("certificates[1].software_name", "ambiguous"), AlarmTally{Planted: 1, Found: 1}},
		{"the other certificate", []fixtures.Sign{cert}, false, flag("certificates[0].software_name", "ambiguous"), AlarmTally{Planted: 1}},
		{"a near miss left alone", []fixtures.Sign{sealed}, true, none, AlarmTally{Near: 1}},
		{"a near miss that is unknown", []fixtures.Sign{sealed}, true, check("unknown"), AlarmTally{Near: 1}},
		{"a near miss accused", []fixtures.Sign{sealed}, true, check("fail"), AlarmTally{Near: 1, Fooled: 1}},
		{"clean papers", nil, false, none, AlarmTally{Clean: 1}},
		{"clean papers accused by a check", nil, false, check("fail"), AlarmTally{Clean: 1, Accused: 1}},
		{"clean papers accused by a flag", nil, false, flag("name", "copy_differs"), AlarmTally{Clean: 1, Accused: 1}},
		{"a doubt is no accusation", nil, false, flag("name", "low_confidence"), AlarmTally{Clean: 1}},
		{"unknown is no accusation", nil, false, check("unknown"), AlarmTally{Clean: 1}},
		{"accused twice is one submission", nil, false, func(r *rules.Record) { flag("name", "copy_differs")(r); check("fail")(r) }, AlarmTally{Clean: 1, Accused: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record(t)
			tt.record(r)
			rep, err := Evaluate([]fixtures.Truth{planted(t, !tt.near, tt.signs...)}, []*rules.Record{r})
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Set = "office"
			if len(rep.Alarms.Sets) != 1 || rep.Alarms.Sets[0] != tt.want {
				t.Errorf("counted %+v, want %+v", rep.Alarms.Sets, tt.want)
			}
			wrong := tt.want.Planted - tt.want.Found + tt.want.Fooled + tt.want.Accused
			if (len(rep.Alarms.Cases) > 0) != (wrong > 0) {
				t.Errorf("cases are %+v", rep.Alarms.Cases)
			}
		})
	}
}

func TestAlarmsWithoutRecord(t *testing.T) {
	rep, err := Evaluate([]fixtures.Truth{planted(t, true, fixtures.Sign{Check: "sealed", Outcome: "fail"})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (AlarmTally{Set: "office", Planted: 1}); rep.Alarms.Sets[0] != want {
		t.Errorf("counted %+v, want %+v", rep.Alarms.Sets[0], want)
	}
	if rep.Placed.Right != 0 || rep.Placed.Of != 2 {
		t.Errorf("files placed %+v", rep.Placed)
	}
}

// TestAlarmsOfOrdinarySets: papers that nobody made agree say nothing of false
// alarms.
func TestAlarmsOfOrdinarySets(t *testing.T) {
	r := record(t)
	r.Checks[0].Outcome = rules.Fail
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Alarms.Sets) != 0 || len(rep.Alarms.Cases) != 0 {
		t.Errorf("alarms are %+v", rep.Alarms)
	}
}

// TestPlantedFieldIsNoReviewLoad: a field that contradicts another paper is
// rightly sent to a person.
func TestPlantedFieldIsNoReviewLoad(t *testing.T) {
	r := record(t)
	f := field("phone", "1", normalize.StateValue, 0.5, true, "copy_differs")
	set(t, r, "phone", &f)
	for _, tt := range []struct {
		truth  fixtures.Truth
		review int
	}{{planted(t, true, fixtures.Sign{Flag: "copy_differs", Path: "phone"}), 0}, {planted(t, false, fixtures.Sign{Flag: "copy_differs", Path: "phone"}), 1}, {sheet(t), 1}} {
		rep, err := Evaluate([]fixtures.Truth{tt.truth}, []*rules.Record{r})
		if err != nil {
			t.Fatal(err)
		}
		if rep.Total.Review != tt.review {
			t.Errorf("%d for review, want %d", rep.Total.Review, tt.review)
		}
	}
}

func TestPlaced(t *testing.T) {
	own := record(t)
	own.Documents = own.Documents[:1] // its copy lies in another record
	other := &rules.Record{ID: "r2", Form: "form", Data: rules.NewData(), Documents: []rules.Source{{Path: "s1/copy.docx"}}}
	twice := record(t)
	for _, tt := range []struct {
		records []*rules.Record
		right   int
	}{{[]*rules.Record{record(t)}, 2}, {[]*rules.Record{own}, 1}, {[]*rules.Record{own, other}, 1}, {[]*rules.Record{twice, other}, 1}} {
		rep, err := Evaluate([]fixtures.Truth{sheet(t)}, tt.records)
		if err != nil {
			t.Fatal(err)
		}
		if rep.Placed != (Share{tt.right, 2}) {
			t.Errorf("placed %+v, want %d of 2", rep.Placed, tt.right)
		}
	}
}

func TestAlarmTables(t *testing.T) {
	a := Alarms{Kinds: []AlarmTally{{Set: "phone", Kind: "b", Near: 2, Fooled: 1}, {Set: "office", Kind: "a", Planted: 3, Found: 1, Open: 1}, {Set: "office", Clean: 4, Accused: 1}}}
	a.finish()
	if want := [][]string{{"office", "3", "1", "33.33", "1", "1", "0", "0", "4", "1", "25.00"}, {"phone", "0", "0", "–", "0", "0", "2", "1", "0", "0", "–"}}; !reflect.DeepEqual(a.Rows(), want) {
		t.Errorf("sets are %v", a.Rows())
	}
	if want := [][]string{{"a", "1 of 3, 1 open", ""}, {"b", "", "fooled 1 of 2"}}; !reflect.DeepEqual(a.KindRows(), want) {
		t.Errorf("kinds are %v", a.KindRows())
	}
	if len(a.KindColumns()) != 3 || len(a.Rows()[0]) != len(AlarmColumns) {
		t.Errorf("columns are %v", a.KindColumns())
	}
	var b bytes.Buffer
	a.Cases = []Case{{"s1", "office", "", "false alarm", "sealed fails"}}
	if err := a.WriteCases(&b); err != nil || !strings.Contains(b.String(), "clean papers (s1, office)") {
		t.Errorf("cases are %q, %v", b.String(), err)
	}
}
