package rules

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
)

var update = flag.Bool("update", false, "rewrite golden files")

func encodeRecord(t testing.TB, rec *Record) []byte {
	t.Helper()
	rec.ID = "d4f1c0a92b7e"
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(rec); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

// whole is a submission with every kind of document.
func whole() []*extract.Document {
	scan, copied := sample(true), sample(false)
	scan.doc.Seals = seal("济南云岭软件有限公司", "")
	cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR1625330")
	report := reportPage("使用人签字：张三")
	report.doc.Seals = seal("青岛某局", "")
	return []*extract.Document{&scan.doc, &copied.doc, &cert.doc, &report.doc}
}

func TestGolden(t *testing.T) {
	rec, _ := build(t, whole()...)
	got := encodeRecord(t, rec)
	file := filepath.Join("testdata", "record.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("the record differs from %s; if that is meant, run go test ./rules -update and look at the difference\n%s", file, got)
	}
	if err := Validate(got); err != nil {
		t.Error(err)
	}
	if rec.Status != StatusReview && rec.Status != StatusClean {
		t.Errorf("status %q", rec.Status)
	}
}

// What the schema refuses.
func TestValidate(t *testing.T) {
	rec, _ := build(t, whole()...)
	good := string(encodeRecord(t, rec))
	for _, edit := range [][2]string{
		{`"schema": "dengji/record/v1"`, `"schema": "dengji/record/v2"`},
		{`"status": "`, `"status": "x`},
		{`"state": "value"`, `"state": "none"`},
		{`"id": "d4f1c0a92b7e"`, `"id": ""`},
		{`"postal_code": "250101"`, `"postal_code": "2501"`},
		{`"revenue_share": 35.2`, `"revenue_share": 135.2`},
		{`"outcome": "pass"`, `"outcome": "maybe"`},
		{`"kind": "form_scan"`, `"kind": "form"`},
		{`"confidence": 0`, `"confidence": 7`},
		{`"certificates": [`, `"certificate": [`},
	} {
		bad := strings.Replace(good, edit[0], edit[1], 1)
		if bad == good {
			t.Errorf("%s is not in the record", edit[0])
		} else if Validate([]byte(bad)) == nil {
			t.Errorf("%s passes", edit[1])
		}
	}
	if Validate([]byte("{")) == nil || Validate([]byte("{}")) == nil {
		t.Error("no record passes")
	}
	if !json.Valid(Schema()) {
		t.Error("the schema is no JSON")
	}
}

// Data and fields always agree, and every record fits the schema, whatever is
// on the paper.
func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	runes := []rune("无/一二企业名称：（）0123456789.%@V☑□ \n产品软件公司联系电话年月日，。O")
	for range 60 {
		docs := whole()
		for _, d := range docs {
			for i := range d.Lines {
				if rng.IntN(4) > 0 {
					continue
				}
				text := []rune(d.Lines[i].Text)
				for range 1 + rng.IntN(6) {
					at := rng.IntN(len(text) + 1)
					switch r := runes[rng.IntN(len(runes))]; {
					case rng.IntN(3) == 0 && at < len(text):
						text = append(text[:at], text[at+1:]...)
					case rng.IntN(2) == 0 && at < len(text):
						text[at] = r
					case r != '\n':
						text = append(text[:at], append([]rune{r}, text[at:]...)...)
					}
				}
				d.Lines[i].Text = string(text)
				if rng.IntN(2) == 0 {
					d.Lines[i].Chars = nil
				}
			}
			if rng.IntN(5) == 0 {
				d.Tables = nil
			}
		}
		rec, trace := build(t, docs...)
		agree(t, rec)
		if len(trace.Fields) != len(rec.Fields) {
			t.Fatalf("%d traces of %d fields", len(trace.Fields), len(rec.Fields))
		}
		if err := Validate(encodeRecord(t, rec)); err != nil {
			t.Fatal(err)
		}
		again, _ := build(t, docs...)
		again.ID = rec.ID
		if !reflect.DeepEqual(encodeRecord(t, again), encodeRecord(t, rec)) {
			t.Fatal("the same documents give another record")
		}
	}
}

// agree checks the promises of a record.
func agree(t *testing.T, rec *Record) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range rec.Fields {
		if seen[f.Path] {
			t.Fatalf("%s is there twice", f.Path)
		}
		seen[f.Path] = true
		if v, ok := rec.Data.Get(f.Path); !ok || !reflect.DeepEqual(v, f.Value) {
			t.Fatalf("%s: data says %v, field %v", f.Path, v, f.Value)
		}
		if f.State != normalize.StateValue && f.Value != nil {
			t.Fatalf("%s: %s with a value", f.Path, f.State)
		}
		if f.Confidence < 0 || f.Confidence > 0.998 {
			t.Fatalf("%s: confidence %v", f.Path, f.Confidence)
		}
		if f.Confidence < 0.9 && !f.Review {
			t.Fatalf("%s: %v is under the threshold and not for review", f.Path, f.Confidence)
		}
	}
	for _, f := range rec.Fields {
		if f.Review && rec.Status != StatusReview {
			t.Fatalf("%s is for review, the record is %s", f.Path, rec.Status)
		}
	}
}

func TestBuildNothing(t *testing.T) {
	forms := loadForms(t)
	rec, _, err := Build(Submission{Key: "empty", Inputs: []Input{{Path: "empty/x.pdf"}}}, forms, Options{})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, rec)
	if err := Validate(encodeRecord(t, rec)); err != nil {
		t.Error(err)
	}
	if rec.Status != StatusReview || rec.Form != "excellent-software-product" {
		t.Errorf("%s %s", rec.Status, rec.Form)
	}
	if f := field1(t, rec, "products[0].name"); !f.flagged(FlagMissing) {
		t.Errorf("%+v", f)
	}
}

func TestData(t *testing.T) {
	d := NewData()
	for _, kv := range []struct {
		path string
		v    any
	}{{"z.b", "<1>"}, {"z.a", nil}, {"list[]", nil}, {"rows[1].x", 1.5}, {"rows[0].x", []string{"甲", "乙"}}, {"z.b", "2"}} {
		if err := d.Set(kv.path, kv.v); err != nil {
			t.Fatal(err)
		}
	}
	const want = `{"z":{"b":"2","a":null},"list":[],"rows":[{"x":["甲","乙"]},{"x":1.5}]}`
	got, err := d.MarshalJSON()
	if err != nil || string(got) != want {
		t.Errorf("%s %v, want %s", got, err, want)
	}
	var back Data
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := back.MarshalJSON(); string(again) != want {
		t.Errorf("read back: %s", again)
	}
	if v, ok := back.Get("rows[0].x"); !ok || !reflect.DeepEqual(v, []string{"甲", "乙"}) {
		t.Errorf("%v %v", v, ok)
	}
	for _, bad := range []string{"", "a..b", "a[", "a[x]", "a[-1]", "a[]b", "rows[].x", "a[99999]"} {
		if err := NewData().Set(bad, 1); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, none := range []string{"q", "rows[7].x", "z.b.c", "list[0]", "["} {
		if v, ok := d.Get(none); ok {
			t.Errorf("%q: %v", none, v)
		}
	}
}
