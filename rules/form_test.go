package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The definitions that ship have no mistakes.
func TestShippedForms(t *testing.T) {
	mistakes, err := CheckForms("forms")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mistakes {
		t.Error(m)
	}
	forms := loadForms(t)
	for id, kind := range map[string]string{"excellent-software-product": KindForm, "software-copyright-certificate": KindCertificate, "user-report": KindReport, "sco-cooperation-case": KindForm} {
		f, ok := forms.Get(id)
		if !ok || f.Kind != kind {
			t.Errorf("%s: %v %+v", id, ok, f)
		}
		if f.Provisional != (id == "sco-cooperation-case") {
			t.Errorf("%s: provisional %v", id, f.Provisional)
		}
	}
}

const tiny = `id: tiny
name: 小表
kind: form
titles: [小小登记表]
layout:
  - path: a.name
    label: 名称甲
    place: [after]
    type: text
`

func TestMistakes(t *testing.T) {
	tests := []struct {
		name, from, to string // replaced in tiny
		line, column   int
		message, hint  string
	}{
		{"unknown key", "name: 小表", "nmae: 小表", 2, 1, `unknown key "nmae"`, `did you mean "name"`},
		{"unknown key of a field", "    place: [after]", "    plaec: [after]", 8, 5, `unknown key "plaec"`, `did you mean "place"`},
		{"unknown type", "type: text", "type: txt", 9, 11, `type "txt" is unknown`, "one of text"},
		{"unknown place", "[after]", "[after, behind]", 8, 20, `place "behind" is unknown`, "one of after"},
		{"unknown kind", "kind: form", "kind: paper", 3, 7, `kind "paper"`, "one of form"},
		{"no id", "id: tiny\n", "", 1, 1, "id is missing", "short name"},
		{"bad id", "id: tiny", "id: Tiny Form", 1, 5, "id", "small letters"},
		{"no label", "    label: 名称甲\n", "", 6, 5, "label is missing", "words printed"},
		{"vocabulary on a wrong type", "type: text", "type: text\n    vocabulary: [甲]", 10, 17, "a vocabulary means nothing to type text", "choices"},
		{"choices without a vocabulary", "type: text", "type: choices", 9, 11, "needs a vocabulary", "list the words"},
		{"negative limit", "type: text", "type: text\n    max_runes: -5", 10, 16, "max_runes is below 0", ""},
		{"limit on a wrong type", "type: text", "type: date\n    max_runes: 5", 10, 16, "max_runes means nothing", "text"},
		{"min above max", "type: text", "type: percent\n    min: 7\n    max: 3", 10, 10, "min is above max", ""},
		{"same path", "type: text", "type: text\n  - {path: a.name, label: 名称乙, place: [after], type: text}", 10, 12, "already that of line 6", "path of its own"},
		{"same label", "type: text", "type: text\n  - {path: b, label: 名 称甲：, place: [after], type: text}", 10, 22, "cannot be told from the label of line 7", "differ"},
		{"alias that collides", "type: text", "type: text\n    aliases: [名称乙, 名称甲（全称）]", 10, 20, "cannot be told", ""},
		{"bad path", "a.name", "a[x].name", 6, 11, "is no index", ""},
		{"two things in one entry", "type: text", "type: text\n    section: 一、", 6, 5, "an entry is one of", ""},
		{"reference to nothing", "layout:", "identity: {applicant: a.nam}\nlayout:", 5, 23, `no field has the path "a.nam"`, `did you mean "a.name"`},
		{"unknown check", "layout:", "checks:\n  - {id: seald, clause: 一}\nlayout:", 6, 10, `check "seald" is unknown`, "one of"},
		{"check without clause", "layout:", "checks:\n  - {id: sealed}\nlayout:", 6, 5, "clause is missing", ""},
		{"date that is none", "layout:", "checks:\n  - {id: release_window, clause: 一, from: 2021-13-01}\nlayout:", 6, 43, "is no date", ""},
		{"threshold", "layout:", "threshold: 90\nlayout:", 5, 12, "threshold must lie", "0.9"},
		{"wrong kind of value", "titles: [小小登记表]", "titles: 小小登记表", 4, 9, "must be a list", ""},
		{"number where a word is", "type: text", "type: text\n    required: perhaps", 10, 1, "wrong kind of value", ""},
		{"no YAML", "layout:", "layout: [", 1, 1, "not YAML", "quote"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "tiny.yaml")
			text := strings.Replace(tiny, tt.from, tt.to, 1)
			if text == tiny {
				t.Fatal("nothing was replaced")
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			mistakes, err := CheckForms(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mistakes {
				if strings.Contains(m.Message, tt.message) && strings.Contains(m.Hint, tt.hint) && (m.Line == tt.line || tt.name == "no YAML") && (m.Column == tt.column || tt.name == "no YAML") {
					if _, err := LoadForms(filepath.Dir(file)); err == nil || !strings.Contains(err.Error(), "tiny.yaml") {
						t.Errorf("LoadForms took it: %v", err)
					}
					return
				}
			}
			t.Errorf("want %d:%d %q (%q), got %v", tt.line, tt.column, tt.message, tt.hint, mistakes)
		})
	}
	if m := checkForm("tiny.yaml", []byte(tiny)); len(m) > 0 {
		t.Errorf("the unchanged definition: %v", m)
	}
	for _, junk := range []string{"", "\x00", "- a", "a: b: c", "layout: {a: 1}", "id: &a [*a]", "layout:\n- 1"} {
		if m := checkForm("junk.yaml", []byte(junk)); len(m) == 0 {
			t.Errorf("%q has no mistakes", junk)
		}
	}
}

// A form that somebody writes is used without any code, and one with the id
// of a shipped form takes its place.
func TestFormFromFolder(t *testing.T) {
	dir := t.TempDir()
	annex := `id: annex-three
name: 合作案例登记表
kind: form
titles: [某某合作案例登记表]
min_labels: 3
identity: {applicant: applicant.name}
layout:
  - path: applicant.name
    label: 申报单位（盖章）
    place: [after, right]
    type: company
    required: true
  - path: case.title
    label: 案例名称
    place: [after, right]
    type: text
  - table: partners
    columns:
      - {path: name, label: 合作方, type: company}
      - {path: share, label: 占比（%）, type: percent}
  - path: case.story
    label: 案例介绍
    place: [block]
    type: text
checks:
  - {id: sealed, clause: 一, fields: [applicant.name]}
`
	if err := os.WriteFile(filepath.Join(dir, "annex.yaml"), []byte(annex), 0o600); err != nil {
		t.Fatal(err)
	}
	forms := loadForms(t, dir)
	p := newPaper(false)
	p.text("某某合作案例登记表")
	p.table(2, []c{{text: "申报单位（盖章）：济南云岭软件有限公司", span: 2}}, []c{{text: "案例名称"}, {text: "数据治理合作"}}, []c{{text: "合作方"}, {text: "占比(%)"}},
		[]c{{text: "甲方有限公司"}, {text: "30"}}, []c{{text: "乙方有限公司"}, {text: "70"}}, []c{{text: "案例介绍：略。", span: 2}})
	rec, _, err := Build(Submission{Key: "k", Inputs: []Input{{Path: "k/a.docx", Doc: &p.doc}}}, forms, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Form != "annex-three" {
		t.Fatalf("form %s", rec.Form)
	}
	diff(t, values(rec), map[string]any{"applicant.name": "济南云岭软件有限公司", "case.title": "数据治理合作", "partners[0].name": "甲方有限公司", "partners[0].share": 30.0,
		"partners[1].name": "乙方有限公司", "partners[1].share": 70.0, "case.story": "略。"})

	n := len(forms.List())
	own := strings.Replace(annex, "annex-three", "sco-cooperation-case", 1)
	if err := os.WriteFile(filepath.Join(dir, "b.yaml"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	forms = loadForms(t, dir)
	f, _ := forms.Get("sco-cooperation-case")
	if len(forms.List()) != n || f.Provisional || f.Name != "合作案例登记表" {
		t.Errorf("the shipped definition was not replaced: %d %+v", len(forms.List()), f)
	}
}

// An alias stands for what it names.
func TestAliasedYAML(t *testing.T) {
	text := strings.Replace(tiny, "place: [after]", "place: &p [after]", 1) + "  - {path: b, label: 名称乙, place: *p, type: text}\n"
	if m := checkForm("a.yaml", []byte(text)); len(m) > 0 {
		t.Error(m)
	}
	text = strings.Replace(text, "type: text}", "type: txt}", 1)
	if m := checkForm("a.yaml", []byte(text)); len(m) != 1 || m[0].Line != 10 {
		t.Error(m)
	}
}

// Whatever stands in a file, checking it ends in words, and a definition
// without mistakes can be used.
func FuzzForm(f *testing.F) {
	f.Add([]byte(tiny))
	entries, err := embedded.ReadDir("forms")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		data, err := embedded.ReadFile("forms/" + e.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a: &a [*a]\nlayout: *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		mistakes := checkForm("fuzz.yaml", data)
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || m.Message == "" {
				t.Errorf("%+v", m)
			}
		}
		form, err := parseForm("fuzz.yaml", data)
		if (err == nil) != (len(mistakes) == 0) {
			t.Fatalf("%d mistakes, %v", len(mistakes), err)
		}
		if err == nil {
			p := sample(false)
			Map(Part{Doc: &p.doc, Pages: []int{0}, Form: form.ID, Kind: form.Kind}, &Forms{list: []*Form{form}})
		}
	})
}

func TestFold(t *testing.T) {
	fold, at := foldRunes([]rune("企 业名　称（盖章）：Ａb\n"))
	if string(fold) != "企业名称(盖章):ab" {
		t.Errorf("%q", string(fold))
	}
	for i, a := range at {
		if got := foldRune([]rune("企 业名　称（盖章）：Ａb\n")[a]); got != fold[i] {
			t.Errorf("rune %d: %c is not %c", i, got, fold[i])
		}
	}
}

func TestFindApprox(t *testing.T) {
	tests := []struct {
		pattern, text string
		limit         float64
		from, to      int // -1: none
	}{
		{"联系电话", "项目联系电话", 1, 2, 6},
		{"联系电话", "项目联系电活:138", 1, 2, 6},
		{"联系电话", "项目联系电", 1, 2, 5},
		{"登记号", "登记e号:2021", 1, 0, 4},
		{"登记号", "登记2021", 1, 0, 2},
		{"部门与职务", "部门与职各:经理", 1.7, 0, 5},
		{"企业网址", "基础软件工业软件", 1, -1, 0},
		{"邮箱", "", 1, -1, 0},
	}
	for _, tt := range tests {
		hits := findApprox([]rune(tt.pattern), []rune(tt.text), tt.limit)
		switch {
		case tt.from < 0 && len(hits) == 0:
		case tt.from >= 0 && len(hits) == 1 && hits[0].from == tt.from && hits[0].to == tt.to:
		default:
			t.Errorf("%s in %s: %+v, want %d to %d", tt.pattern, tt.text, hits, tt.from, tt.to)
		}
	}
}

// A hint whose closing bracket was lost ends before the value's first character.
func TestPrefixEnd(t *testing.T) {
	for text, want := range map[string]int{
		"(500字以内)潍坊电网公司": 8, "(500字以内潍坊电网公司": 7, "(500字以内]潍坊电网公司": 8, "(500字以肉)潍坊": 8, "(500字以内1潍坊": 8,
	} {
		if end, _ := prefixEnd([]rune("(500字以内)"), []rune(text)); end != want {
			t.Errorf("%s: %d, want %d", text, end, want)
		}
	}
}

func TestAlignment(t *testing.T) {
	tests := []struct {
		a, b     string
		from, to int
		want     string
	}{
		{"联系电话：138", "联系电话：188", 5, 8, "188"},
		{"证书号：软著", "号：软著", 4, 6, "软著"},
		{"名称：ABC公司", "名称:AC公司", 3, 8, "AC公司"},
		{"邮箱：a@b", "a@b", 3, 6, "a@b"},
		{"甲乙", "", 0, 2, ""},
	}
	for _, tt := range tests {
		at := alignment([]rune(tt.a), []rune(tt.b))
		if got := string([]rune(tt.b)[at[tt.from]:at[tt.to]]); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}
