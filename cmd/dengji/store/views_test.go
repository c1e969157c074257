package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
	"dengji/rules"
)

// fullRecord has something of everything that the views show.
func fullRecord(t *testing.T) *found {
	t.Helper()
	f := draft(t, "001-某公司", "某公司", []string{"aa11", "bb22"}, "enterprise.name", "某公司")
	r := f.record
	for _, set := range []struct { // in their order: data keeps it
		path  string
		value any
	}{{"enterprise.categories", []string{"应用软件", "其他软件"}}, {"products[0].name", `平台"V1.0"`}, {"products[0].share", 35.5}, {"products[1].name", nil}} {
		if err := r.Data.Set(set.path, set.value); err != nil {
			t.Fatal(err)
		}
	}
	page := 2
	field := func(path, label string, v any, state normalize.State) rules.Field {
		return rules.Field{Path: path, Label: label, Value: v, Raw: fmt.Sprint(v), State: state, Confidence: 0.75, Detail: map[string]any{}, Flags: []rules.Flag{}, Evidence: []rules.Evidence{}}
	}
	name, share := field("enterprise.name", "企业名称", "某公司", normalize.StateValue), field("products[0].share", "占比", 35.5, normalize.StateValue)
	name.Review, name.Flags = true, []rules.Flag{{Code: "low_confidence", Message: "不清楚"}, {Code: "under_seal", Message: "印章遮盖", Detail: map[string]any{"cover": 0.5}}}
	name.Evidence = []rules.Evidence{{Document: "sha256:aa11", Path: "001/扫描.pdf", Page: &page, Box: &extract.Box{X0: 1, Y0: 2, X1: 3, Y1: 4}, Reader: "ppocr", Raw: "某公司", Confidence: 0.75},
		{Document: "sha256:bb22", Path: "001/表.docx", Cell: "table 1, row 1, column 1", Reader: "docx", Raw: "某公司", Confidence: 1}}
	share.Detail = map[string]any{"qualifier": "about"}
	r.Revision, r.Status = 1, rules.StatusReview
	r.Fields = []rules.Field{name, field("enterprise.categories", "主营业务", []string{"应用软件", "其他软件"}, normalize.StateValue),
		field("products[0].name", "产品名称", `平台"V1.0"`, normalize.StateValue), share, field("products[1].name", "产品名称", nil, normalize.StateBlank)}
	r.Checks = []rules.Check{{ID: "sealed", Clause: "报送", Outcome: rules.Fail, Message: "没有公章", Fields: []string{"enterprise.name"}},
		{ID: "in_use", Clause: "发布条件3", Outcome: rules.Unknown, Message: "不能判断", Fields: []string{}}}
	r.Missing = []rules.Missing{{Kind: rules.KindReport, Message: "请补充。"}, {Kind: rules.KindCertificate, For: "products[0]", Message: "请补充证书。", Unsure: true}}
	r.Documents[0] = rules.Source{Path: "001/扫描.pdf", SHA256: "aa11", Pages: []int{1, 2}, Kind: rules.KindFormScan, Seals: []rules.SourceSeal{{Page: 1}}}
	r.Documents[1] = rules.Source{Path: "001/表.docx", SHA256: "bb22", Pages: []int{}, Kind: rules.KindFormCopy, Seals: []rules.SourceSeal{}, SupersededBy: "cc33", Gone: true}
	return f
}

// The views are a promise: whoever changes a name or what a column says must
// change testdata/views.golden, and should not.
func TestViews(t *testing.T) {
	s := openTemp(t)
	f := fullRecord(t)
	settle(t, s, day, f)
	id := f.record.ID
	for _, v := range []any{"甲", "乙", "丙"} {
		if _, err := s.Decide(ctx, id, rules.Decision{Path: "enterprise.name", Value: v, State: normalize.StateValue, By: "赵敏", Why: "电话核实"}, AnyDecision, day); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Undo(ctx, id, "enterprise.name", "赵敏", "", AnyDecision, day); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(ctx, id, rules.Decision{Path: "products[0].share", Confirm: true, Value: 35.5, State: normalize.StateValue, By: "钱进"}, AnyDecision, day); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	rows, err := s.db.Query(`SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	var views []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		views = append(views, name)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		dumpView(t, s, v, &got)
	}
	golden := filepath.Join("testdata", "views.golden")
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the views are not those of %s:\n%s", golden, got.String())
	}
}

// dumpView prints a view's columns and rows; texts in quotes, so that a number
// is told from a text.
func dumpView(t *testing.T, s *Store, view string, b *bytes.Buffer) {
	t.Helper()
	rows, err := s.db.Query("SELECT * FROM " + view)
	if err != nil {
		t.Fatalf("%s: %v", view, err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(b, "%s\n  %s\n", view, strings.Join(cols, " | "))
	for rows.Next() {
		cells, at := make([]any, len(cols)), make([]any, len(cols))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(cells))
		for i, c := range cells {
			switch c := c.(type) {
			case nil:
				texts[i] = "NULL"
			case string:
				texts[i] = fmt.Sprintf("%q", c)
			default:
				texts[i] = fmt.Sprint(c)
			}
		}
		fmt.Fprintf(b, "  %s\n", strings.Join(texts, " | "))
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", view, err)
	}
}

// A submission that is gone is in no view but those that tell of it.
func TestViewsWithoutWhatIsGone(t *testing.T) {
	s := openTemp(t)
	settle(t, s, day, fullRecord(t))
	settle(t, s, day)
	for view, want := range map[string]int{"v_submissions": 0, "v_fields": 0, "v_values": 0, "v_rows": 0, "v_documents": 0, "v_revisions": 1, "v_changes": 2} {
		var n int
		if err := s.db.QueryRow("SELECT count(*) FROM " + view).Scan(&n); err != nil || n != want {
			t.Errorf("%s has %d rows (%v), want %d", view, n, err, want)
		}
	}
}
