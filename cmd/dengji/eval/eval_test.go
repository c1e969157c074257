package eval

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dengji/fixtures"
	"dengji/normalize"
	"dengji/rules"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"济南 某某 软件":           "济南某某软件",
		"ＡＢＣ１２３（Ｖ１．０）":       "ABC123(V1.0)",
		"big  data platform": "big data platform",
		"基于 Web 的平台":         "基于Web的平台",
		"A，B；C：D！":           "A,B;C:D!",
		"  x  ":              "x",
		"行1\n行2":             "行1行2",
		"a\u3000b":           "a b",
		"平台。":                "平台。",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEqual(t *testing.T) {
	tests := []struct {
		want, got any
		equal     bool
	}{
		{"甲 公司", "甲公司", true}, {"甲公司", "申公司", false}, {"a", nil, false}, {nil, nil, true}, {nil, "", false},
		{35.2, 35.2, true}, {35.2, 35.21, false}, {12.0, "12", false}, {0.0, nil, false},
		{[]any{"甲", "乙"}, []string{"甲", "乙"}, true}, {[]any{"甲", "乙"}, []string{"乙", "甲"}, false},
		{[]any{"甲"}, []any{"甲"}, true}, {[]any{}, nil, true}, {[]any{"甲"}, nil, false}, {[]any{}, []string{"甲"}, false},
	}
	for _, tt := range tests {
		if got := equal(tt.want, tt.got); got != tt.equal {
			t.Errorf("equal(%#v, %#v) = %v", tt.want, tt.got, got)
		}
	}
}

func TestErrorRate(t *testing.T) {
	tests := []struct {
		want, got string
		rate      float64
	}{{"一二三四", "一二三四", 0}, {"一二三四", "一二四", 0.25}, {"一二三四", "", 1}, {"ab", "abcd", 1}, {"一二三四", "一X三四", 0.25}, {"一，二", "一,二", 0}}
	for _, tt := range tests {
		if got := errorRate(tt.want, tt.got); math.Abs(got-tt.rate) > 1e-9 {
			t.Errorf("errorRate(%q, %q) = %v, want %v", tt.want, tt.got, got, tt.rate)
		}
	}
}

// sheet is a truth with all that comparison looks at.
func sheet(t *testing.T) fixtures.Truth {
	t.Helper()
	var truth fixtures.Truth
	err := json.Unmarshal([]byte(`{"schema":"dengji/truth/v1","submission":"s1","form":"form","files":[
	 {"path":"s1/scan.pdf","set":"office","pages":[{"number":1,"kind":"form_scan","certificate":-1,"seals":[{"shape":"round","text":"甲公司"}]},
	  {"number":2,"kind":"copyright_certificate","certificate":0}]},
	 {"path":"s1/copy.docx","set":"docx","pages":[{"number":0,"kind":"form_copy","certificate":-1}]}],
	 "data":{"name":"甲公司","phone":"1","fax":null,"export":null,"range":null,"boxes":["应用软件"],
	  "certificates":[{"registration_number":"2021SR1","software_name":"平台"},{"registration_number":"2021SR2","software_name":"系统"}]},
	 "states":{"export":"none"},"details":{"range":{"min":30,"max":40}},"flags":{"range":["ambiguous"]},
	 "under_seal":["name"],"ticks":{"应用软件":true,"基础软件":false},"checks":{"sealed":"pass"}}`), &truth)
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

// field makes a record's field.
func field(path string, value any, state normalize.State, confidence float64, review bool, flags ...string) rules.Field {
	one := 1
	f := rules.Field{Path: path, Value: value, State: state, Confidence: confidence, Review: review, Detail: map[string]any{},
		Evidence: []rules.Evidence{{Path: "s1/scan.pdf", Page: &one}}}
	for _, c := range flags {
		f.Flags = append(f.Flags, rules.Flag{Code: c})
	}
	return f
}

// record answers sheet without a mistake; its certificates stand the other
// way round.
func record(t *testing.T) *rules.Record {
	t.Helper()
	ranged := field("range", nil, normalize.StateUnreadable, 0.5, true, "ambiguous")
	ranged.Detail = map[string]any{"min": 30.0, "max": 40.0}
	r := &rules.Record{ID: "r1", Form: "form", Data: rules.NewData(),
		Documents: []rules.Source{{Path: "s1/scan.pdf", Seals: []rules.SourceSeal{{Page: 1, Text: "甲公司"}}}, {Path: "s1/copy.docx"}},
		Checks:    []rules.Check{{ID: "sealed", Outcome: "pass"}},
		Fields: []rules.Field{
			field("name", "甲公司", normalize.StateValue, 0.99, false),
			field("phone", "1", normalize.StateValue, 0.95, false),
			field("fax", nil, normalize.StateBlank, 0.95, false),
			field("export", nil, normalize.StateNone, 0.95, false), ranged,
			field("boxes", []string{"应用软件"}, normalize.StateValue, 0.99, false),
			field("certificates[0].registration_number", "2021SR2", normalize.StateValue, 0.99, false),
			field("certificates[0].software_name", "系统", normalize.StateValue, 0.99, false),
			field("certificates[1].registration_number", "2021SR1", normalize.StateValue, 0.99, false),
			field("certificates[1].software_name", "平台", normalize.StateValue, 0.99, false),
		}}
	for _, f := range r.Fields {
		if err := r.Data.Set(f.Path, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// set replaces a field of a record, or takes it out where f is nil.
func set(t *testing.T, r *rules.Record, path string, f *rules.Field) {
	t.Helper()
	for i := range r.Fields {
		if r.Fields[i].Path != path {
			continue
		}
		if f == nil {
			r.Fields = append(r.Fields[:i], r.Fields[i+1:]...)
			return
		}
		r.Fields[i] = *f
		return
	}
	r.Fields = append(r.Fields, *f)
}

func TestEvaluate(t *testing.T) {
	with := func(f rules.Field) *rules.Field { return &f }
	tests := []struct {
		name   string
		path   string
		field  *rules.Field
		why    string // of the wrong field; "" when all are right
		silent int
		review int // the demanded review of range never counts
	}{
		{"all right", "fax", with(field("fax", nil, normalize.StateBlank, 0.9, false)), "", 0, 0},
		{"wrong in silence", "phone", with(field("phone", "7", normalize.StateValue, 0.95, false)), "value", 1, 0},
		{"wrong and told", "phone", with(field("phone", "7", normalize.StateValue, 0.5, true)), "value", 0, 1},
		{"right and told", "phone", with(field("phone", "1", normalize.StateValue, 0.5, true)), "", 0, 1},
		{"blank for none", "export", with(field("export", nil, normalize.StateBlank, 0.9, false)), "state", 1, 0},
		{"no field", "phone", nil, "lost", 1, 0},
		{"no field for a blank", "fax", nil, "", 0, 0},
		{"a demanded flag lacks", "range", with(rules.Field{Path: "range", Detail: map[string]any{"min": 30.0, "max": 40.0}, State: normalize.StateUnreadable}), "flag", 1, 0},
		{"a detail lacks", "range", with(field("range", nil, normalize.StateUnreadable, 0.5, true, "ambiguous")), "detail", 0, 0},
		{"invented", "products[2].name", with(field("products[2].name", "x", normalize.StateValue, 0.9, false)), "extra", 1, 0},
		{"an empty extra", "products[2].name", with(field("products[2].name", nil, normalize.StateBlank, 0.9, false)), "", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record(t)
			set(t, r, tt.path, tt.field)
			rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{r})
			if err != nil {
				t.Fatal(err)
			}
			wrong := rep.Worst()
			if (len(wrong) == 0) != (tt.why == "") || len(wrong) > 1 {
				t.Fatalf("wrong are %+v, want %q", wrong, tt.why)
			}
			if tt.why != "" && (wrong[0].Why != tt.why || wrong[0].Path != tt.path) {
				t.Errorf("%s is wrong for %q, want %s for %q", wrong[0].Path, wrong[0].Why, tt.path, tt.why)
			}
			if rep.Total.Silent != tt.silent || rep.Total.Review != tt.review {
				t.Errorf("%d silent, %d for review; want %d, %d", rep.Total.Silent, rep.Total.Review, tt.silent, tt.review)
			}
		})
	}
}

func TestEvaluateSets(t *testing.T) {
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{record(t), {ID: "other", Form: "form", Data: rules.NewData()}})
	if err != nil {
		t.Fatal(err)
	}
	// What the copy says too counts apart from the certificates.
	if len(rep.Sets) != 2 || rep.Sets[0].Set != "office" || rep.Sets[0].Fields.Of != 4 || rep.Sets[1].Set != "office+copy" || rep.Sets[1].Ticks.Of != 2 ||
		rep.Placed != (Share{2, 2}) || rep.Total.Fields != (Share{10, 10}) || rep.Total.UnderSeal != (Share{1, 1}) ||
		rep.Total.Ticks != (Share{2, 2}) || rep.Checks != (Share{1, 1}) || rep.Seals.Text != (Share{1, 1}) {
		t.Errorf("report is %+v", rep)
	}
	if !reflect.DeepEqual(rep.Extra, []string{"other"}) || len(rep.Lost) != 0 {
		t.Errorf("extra %v, lost %v", rep.Extra, rep.Lost)
	}
	// 0.9 to 1.0 holds nine right fields, 0.5 the range.
	if b := rep.Bins[9]; b.N != 9 || b.Right != 1 || rep.Bins[5].N != 1 {
		t.Errorf("bins are %+v", rep.Bins)
	}
	want := (9*(1-rep.Bins[9].Confidence) + 0.5) / 10
	if math.Abs(rep.ECE-want) > 1e-9 {
		t.Errorf("calibration error %v, want %v", rep.ECE, want)
	}
}

func TestLostSubmission(t *testing.T) {
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Lost) != 1 || rep.Total.Fields.Right != 0 || rep.Total.Silent != rep.Total.Fields.Of || rep.Total.Ticks.Right != 0 {
		t.Errorf("a lost submission counts as %+v", rep.Total)
	}
}

func TestSamples(t *testing.T) {
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{record(t)})
	if err != nil {
		t.Fatal(err)
	}
	traces := map[string]*rules.Trace{"r1": {Fields: []rules.FieldTrace{
		{Path: "certificates[1].software_name", Features: map[string]float64{"x": 1}}, {Path: "unknown"}}}}
	got := Samples(rep, traces)
	if len(got) != 1 || !got[0].Right || got[0].Features["x"] != 1 {
		t.Errorf("samples are %+v", got)
	}
}

func TestTruthsAndRecordsSayWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if _, err := Truths(dir); err == nil || !strings.Contains(err.Error(), "no answer sheets") {
		t.Errorf("empty folder: %v", err)
	}
	if _, err := Records(dir); err == nil || !strings.Contains(err.Error(), "dengji run") {
		t.Errorf("no records: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(`{"schema":"else"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Truths(dir); err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("wrong schema: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "records.jsonl"), []byte("{}\n{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Records(dir); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("broken record: %v", err)
	}
}

func TestPrinting(t *testing.T) {
	r := record(t)
	wrong := field("phone", "7", normalize.StateValue, 0.95, false)
	set(t, r, "phone", &wrong)
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	rows := rep.Rows()
	if last := rows[len(rows)-1]; last[0] != "total" || last[2] != "90.00" || last[3] != "10.00" || len(last) != len(Columns) {
		t.Errorf("total row is %v", last)
	}
	var b bytes.Buffer
	if err := WriteResults(&b, rep.Worst()); err != nil || !strings.Contains(b.String(), "SILENT") || !strings.Contains(b.String(), "s1/scan.pdf page 1") {
		t.Errorf("list is %q, %v", b.String(), err)
	}
	b.Reset()
	if err := rep.WriteCalibration(&b); err != nil || !strings.Contains(b.String(), "expected calibration error") {
		t.Errorf("calibration is %q, %v", b.String(), err)
	}
}

func TestHazardsAreCountedByPage(t *testing.T) {
	truth := sheet(t)
	truth.Files[0].Pages[0].Hazards, truth.Files[0].Pages[0].Paths = []string{"fold", "fax"}, []string{"name", "phone"}
	truth.Files[0].Pages[1].Hazards, truth.Files[0].Pages[1].Paths = []string{"fold"}, []string{"certificates[0].registration_number"}
	r := record(t)
	wrong := field("phone", "7", normalize.StateValue, 0.95, false)
	set(t, r, "phone", &wrong)
	rep, err := Evaluate([]fixtures.Truth{truth}, []*rules.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"fax", "2", "50.00", "50.00", "0.00"}, {"fold", "3", "66.67", "33.33", "0.00"}}
	if got := rep.HazardRows(); !reflect.DeepEqual(got, want) {
		t.Errorf("hazards are %v, want %v", got, want)
	}
	if rep, err = Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{r}); err != nil || len(rep.HazardRows()) != 0 {
		t.Errorf("without hazards: %v, %v", rep.HazardRows(), err)
	}
}

func TestCertificatesAreCountedWholeAndByField(t *testing.T) {
	r := record(t)
	wrong := field("certificates[0].software_name", "系流", normalize.StateValue, 0.95, false)
	set(t, r, "certificates[0].software_name", &wrong)
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Total.Certificates != (Share{3, 4}) || rep.Total.Whole != (Share{1, 2}) {
		t.Errorf("fields %v, whole %v", rep.Total.Certificates, rep.Total.Whole)
	}
}

func TestSeals(t *testing.T) {
	yes, no := true, false
	ours := fixtures.TruthSeal{Shape: "round", Text: "甲公司"}
	special := fixtures.TruthSeal{Shape: "oval", Text: "甲公司", Inside: "合同专用章"}
	for _, tt := range []struct {
		name    string
		stamped []fixtures.TruthSeal
		got     []rules.SourceSeal
		want    SealTally
	}{
		{"none found", []fixtures.TruthSeal{ours}, nil, SealTally{Found: Share{0, 1}, Text: Share{0, 1}, Forms: NameTally{Unknown: 1}}},
		{"read", []fixtures.TruthSeal{ours}, []rules.SourceSeal{{Shape: "round", Text: "甲公司", MatchesEnterprise: &yes}},
			SealTally{Found: Share{1, 1}, Shape: Share{1, 1}, Text: Share{1, 1}, Honest: Share{1, 1}, Forms: NameTally{Right: 1}}},
		{"denied", []fixtures.TruthSeal{ours}, []rules.SourceSeal{{Shape: "round", Text: "乙公司", MatchesEnterprise: &no}},
			SealTally{Found: Share{1, 1}, Shape: Share{1, 1}, Text: Share{0, 1}, Honest: Share{0, 1}, Wrong: 1, Forms: NameTally{Wrong: 1}}},
		{"unknown", []fixtures.TruthSeal{ours}, []rules.SourceSeal{{Shape: "oval"}},
			SealTally{Found: Share{1, 1}, Shape: Share{0, 1}, Text: Share{0, 1}, Honest: Share{1, 1}, Forms: NameTally{Unknown: 1}}},
		{"taken for ours", []fixtures.TruthSeal{{Shape: "round", Text: "乙公司"}}, []rules.SourceSeal{{Shape: "round", Text: "甲公司", MatchesEnterprise: &yes}},
			SealTally{Found: Share{1, 1}, Shape: Share{1, 1}, Text: Share{0, 1}, Honest: Share{0, 1}, Wrong: 1, Forms: NameTally{Wrong: 1}}},
		{"off the page", []fixtures.TruthSeal{{Shape: "round", Text: "甲公司", Cut: true}}, []rules.SourceSeal{{Shape: "round"}},
			SealTally{Found: Share{1, 1}, Shape: Share{1, 1}, Honest: Share{1, 1}, Forms: NameTally{Unknown: 1}}},
		{"special", []fixtures.TruthSeal{special}, []rules.SourceSeal{{Shape: "oval", Text: "甲公司", Inside: "合同专用章", MatchesEnterprise: &yes}},
			SealTally{Found: Share{1, 1}, Shape: Share{1, 1}, Text: Share{1, 1}, Inside: Share{1, 1}, Honest: Share{1, 1}, Forms: NameTally{Right: 1}}},
	} {
		truth := sheet(t)
		truth.Data["enterprise"] = map[string]any{"name": "甲公司"}
		truth.Files[0].Pages[0].Seals = tt.stamped
		rec := &rules.Record{Documents: []rules.Source{{Path: "s1/scan.pdf", Seals: tt.got}}}
		for i := range tt.got {
			tt.got[i].Page = 1
		}
		var got Report
		got.countSeals(truth, rec)
		if got.Seals != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got.Seals, tt.want)
		}
		if len(got.SealSets) != 1 || got.SealSets[0] != (SealSet{"office", tt.want}) {
			t.Errorf("%s: by sets %+v", tt.name, got.SealSets)
		}
	}
}

func TestSummary(t *testing.T) {
	rep, err := Evaluate([]fixtures.Truth{sheet(t)}, []*rules.Record{record(t)})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteSummary(&b, []string{"office", "poor"}, []*Report{rep, rep}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[2], "| office | 1 | 10 | 100.00 | 0.00 |") || strings.Count(lines[1], "|") != strings.Count(lines[3], "|") {
		t.Errorf("table is\n%s", b.String())
	}
}
