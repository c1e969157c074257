package batch_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// openOut makes an OUT of n submissions and opens it.
func openOut(t *testing.T, n int) (*outtest.Out, *store.Store) {
	t.Helper()
	o, err := outtest.Make(t.Context(), t.TempDir(), outtest.Options{Submissions: n})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), filepath.Join(o.Dir, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return o, st
}

// phones asks for the telephone of each submission to be another one.
func phones(t *testing.T, st *store.Store, ids []string, value string) (asks []batch.Ask) {
	t.Helper()
	for _, id := range ids {
		asks = append(asks, batch.Ask{ID: id, Path: "contact.phone", Value: value, Seen: fieldOf(t, st, id, "contact.phone").Seen()})
	}
	return asks
}

func fieldOf(t *testing.T, st *store.Store, id, path string) *rules.Field {
	t.Helper()
	line, err := st.RecordLine(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	rec := new(rules.Record)
	if err := json.Unmarshal(line, rec); err != nil {
		t.Fatal(err)
	}
	for i := range rec.Fields {
		if rec.Fields[i].Path == path {
			return &rec.Fields[i]
		}
	}
	t.Fatalf("%s has no field %s", id, path)
	return nil
}

func applyAll(t *testing.T, st *store.Store, o *outtest.Out, asks []batch.Ask, opt batch.ApplyOptions) []batch.Judgement {
	t.Helper()
	opt.By = "赵敏"
	judged, problems, err := batch.Apply(t.Context(), st, o.Config, asks, opt)
	if err != nil || len(problems) > 0 || len(judged) != len(asks) {
		t.Fatalf("%d judgements of %d, problems %q, %v", len(judged), len(asks), problems, err)
	}
	return judged
}

func decisions(t *testing.T, st *store.Store) int {
	t.Helper()
	all, err := st.Decisions(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestApply(t *testing.T) {
	o, st := openOut(t, 12)
	const first, second = "13900001111", "13900002222"
	asks := phones(t, st, o.IDs, first)
	applyAll(t, st, o, asks, batch.ApplyOptions{DryRun: true})
	if n := decisions(t, st); n != 0 {
		t.Fatalf("a dry run keeps %d decisions", n)
	}
	applyAll(t, st, o, asks, batch.ApplyOptions{})
	for _, id := range o.IDs {
		if f := fieldOf(t, st, id, "contact.phone"); f.Value != first || f.Review {
			t.Errorf("%s has the telephone %v", id, f.Value)
		}
	}
	for i, j := range applyAll(t, st, o, asks, batch.ApplyOptions{}) {
		if !j.Already {
			t.Errorf("twice, %d is %+v", i, j)
		}
	}
	if n := decisions(t, st); n != len(o.IDs) {
		t.Errorf("%d decisions, want %d", n, len(o.IDs))
	}

	// Who still has the old workbook overrules nobody.
	for i, j := range applyAll(t, st, o, phones(t, st, o.IDs, second), batch.ApplyOptions{}) {
		if !strings.Contains(j.Refused, "赵敏") || !strings.Contains(j.Refused, first) {
			t.Errorf("an older workbook's %d is %+v", i, j)
		}
	}
}

// One that does not fit holds up all, unless the others are to be taken.
func TestApplyRefuses(t *testing.T) {
	o, st := openOut(t, 12)
	good := phones(t, st, o.IDs[:1], "13900001111")[0]
	with := func(edit func(*batch.Ask)) batch.Ask {
		a := phones(t, st, o.IDs[1:2], "13900001111")[0]
		edit(&a)
		return a
	}
	unreadable := with(func(a *batch.Ask) { a.Confirm = true })
	unreadable.ID = o.IDs[10] // of the kind whose telephone is none
	unreadable.Seen = fieldOf(t, st, unreadable.ID, unreadable.Path).Seen()
	for want, a := range map[string]batch.Ask{
		"结果中没有编号":   with(func(a *batch.Ask) { a.ID = "000000000000" }),
		"没有字段":      with(func(a *batch.Ask) { a.Path = "contact.fax" }),
		"不能作为":      with(func(a *batch.Ask) { a.Value = "12" }),
		"材料或读数已变":   with(func(a *batch.Ask) { a.Seen = "s0" }),
		"现在是":       with(func(a *batch.Ask) { a.Last = 7 }),
		"无法辨认，不能确认": unreadable,
	} {
		judged := applyAll(t, st, o, []batch.Ask{good, a}, batch.ApplyOptions{})
		if judged[0].Refused != "" || !strings.Contains(judged[1].Refused, want) {
			t.Errorf("%s: %+v", want, judged)
		}
		if n := decisions(t, st); n != 0 {
			t.Fatalf("%s: %d decisions were kept", want, n)
		}
	}
	twice := with(func(a *batch.Ask) { a.Value = "13900003333" })
	same := with(func(*batch.Ask) {})
	for i, j := range applyAll(t, st, o, []batch.Ask{same, twice}, batch.ApplyOptions{}) {
		if !strings.Contains(j.Refused, "两个不同的更正") {
			t.Errorf("two words on one field, %d: %+v", i, j)
		}
	}
	judged := applyAll(t, st, o, []batch.Ask{good, with(func(a *batch.Ask) { a.Value = "12" }), good}, batch.ApplyOptions{Partial: true})
	if judged[0].Refused != "" || judged[0].Already || judged[1].Refused == "" || !judged[2].Already || decisions(t, st) != 1 {
		t.Errorf("in part: %+v, %d decisions", judged, decisions(t, st))
	}
}

// Of a newer paper the reviewer has not seen anything.
func TestApplyAfterCorrection(t *testing.T) {
	o, st := openOut(t, 12)
	asks := phones(t, st, o.IDs[:2], "13900001111")
	if err := o.Correct(t.Context(), o.IDs[0]); err != nil {
		t.Fatal(err)
	}
	judged := applyAll(t, st, o, asks, batch.ApplyOptions{Partial: true})
	if !strings.Contains(judged[0].Refused, "材料或读数已变") || judged[1].Refused != "" {
		t.Errorf("%+v", judged)
	}
}

// A decision that a newer paper outdated can be made again.
func TestApplyAgain(t *testing.T) {
	o, st := openOut(t, 12)
	id := o.IDs[0]
	applyAll(t, st, o, phones(t, st, []string{id}, "13900001111"), batch.ApplyOptions{})
	if err := o.Correct(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	last, err := st.LastDecisions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again := phones(t, st, []string{id}, "13900001111")
	again[0].Last = last[store.FieldOf{Submission: id, Path: "contact.phone"}]
	if j := applyAll(t, st, o, again, batch.ApplyOptions{}); j[0].Already || j[0].Refused != "" || decisions(t, st) != 2 {
		t.Errorf("%+v, %d decisions", j, decisions(t, st))
	}
}
