package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"dengji/rules"
)

// found is a submission as a run finds it.
type found struct {
	Candidate
	record *rules.Record
	trace  *rules.Trace
}

// draft makes a submission with one field per pair.
func draft(t *testing.T, key, enterprise string, sums []string, pairs ...string) *found {
	t.Helper()
	data := rules.NewData()
	for i := 0; i < len(pairs); i += 2 {
		if err := data.Set(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	r := &rules.Record{Schema: rules.RecordSchema, Form: "form", Data: data}
	for _, s := range sums {
		r.Documents = append(r.Documents, rules.Source{Path: key + "/" + s, SHA256: s})
	}
	return &found{Candidate{Key: key, Enterprise: enterprise, Form: "form", Contents: sums}, r, &rules.Trace{}}
}

// settle does with submissions what a run does.
func settle(t *testing.T, s *Store, at time.Time, all ...*found) {
	t.Helper()
	old, err := s.Submissions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var candidates []Candidate
	for _, f := range all {
		candidates = append(candidates, f.Candidate)
	}
	ids := Match(candidates, old)
	var drafts []Draft
	for i, f := range all {
		d := Draft{ID: ids[i], Key: f.Key, Enterprise: f.Enterprise, Record: f.record, Trace: f.trace}
		for _, src := range f.record.Documents {
			d.Members = append(d.Members, Member{Path: src.Path, Content: Content{SHA256: src.SHA256}})
		}
		for _, o := range old {
			if o.ID == ids[i] {
				d.Version = o.Version
			}
		}
		decisions, err := s.Decisions(ctx, ids[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range decisions {
			d.Decided = x.ID
		}
		drafts = append(drafts, d)
	}
	if err := errors.Join(s.Keep(ctx, drafts, at), s.Retire(ctx, ids, at)); err != nil {
		t.Fatal(err)
	}
}

func TestIDsStay(t *testing.T) {
	first := func() *found {
		return draft(t, "001", "甲公司", []string{"a", "b"}, "contact.phone", "1", "contact.name", "x")
	}
	tests := []struct {
		name    string
		second  *found
		same    bool
		because string
		changed []string
	}{
		{"unchanged", first(), true, "", nil},
		{"another folder", draft(t, "moved", "", []string{"a", "b"}, "contact.phone", "1", "contact.name", "x"), true, "", nil},
		{"a corrected scan", draft(t, "001", "甲公司", []string{"a", "c"}, "contact.phone", "2", "contact.name", "x"), true, "new document", []string{"contact.phone"}},
		{"all new, same folder", draft(t, "001", "", []string{"z"}, "contact.name", "x"), true, "new document", []string{"contact.phone"}},
		{"all new, same enterprise", draft(t, "elsewhere", "甲公司", []string{"z"}, "contact.phone", "1", "contact.name", "y"), true, "new document", []string{"contact.name"}},
		{"understood differently", draft(t, "001", "甲公司", []string{"a", "b"}, "contact.phone", "9", "contact.name", "x"), true, "read or understood differently", []string{"contact.phone"}},
		{"a document less", draft(t, "001", "甲公司", []string{"a"}, "contact.phone", "9", "contact.name", "x"), true, "document withdrawn", []string{"contact.phone"}},
		{"someone else", draft(t, "002", "乙公司", []string{"q"}, "contact.phone", "1"), false, "first seen", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openTemp(t)
			one := first()
			settle(t, s, day, one)
			if len(one.record.ID) != 12 || one.record.Revision != 1 || one.record.History[0].Because != "first seen" {
				t.Fatalf("first record is %q, revision %d, %v", one.record.ID, one.record.Revision, one.record.History)
			}
			settle(t, s, day.Add(time.Hour), tt.second)
			r := tt.second.record
			if (r.ID == one.record.ID) != tt.same {
				t.Errorf("id %s after %s, want the same: %v", r.ID, one.record.ID, tt.same)
			}
			last := r.History[len(r.History)-1]
			if tt.because == "" {
				if r.Revision != 1 || len(r.History) != 1 {
					t.Errorf("revision %d, history %v, want nothing new", r.Revision, r.History)
				}
				return
			}
			if last.Because != tt.because || !reflect.DeepEqual(last.Changed, tt.changed) || last.Revision != r.Revision {
				t.Errorf("last revision is %+v, want %q with %v", last, tt.because, tt.changed)
			}
		})
	}
}

// Each older submission is taken once, by whoever has most in common with it.
func TestStrongestTieWins(t *testing.T) {
	s := openTemp(t)
	a, b := draft(t, "1", "甲", []string{"a"}, "x", "1"), draft(t, "2", "乙", []string{"b"}, "x", "1")
	settle(t, s, day, a, b)
	// The folders were swapped.
	a2, b2 := draft(t, "2", "甲", []string{"a"}, "x", "1"), draft(t, "1", "乙", []string{"b"}, "x", "1")
	settle(t, s, day, b2, a2)
	if a2.record.ID != a.record.ID || b2.record.ID != b.record.ID {
		t.Errorf("ids %s, %s became %s, %s", a.record.ID, b.record.ID, a2.record.ID, b2.record.ID)
	}
}

func TestIDsDoNotDependOnOrder(t *testing.T) {
	ids := func(reverse bool) map[string]string {
		s := openTemp(t)
		var drafts []*found
		for i := range 6 { // all of the same contents: the ids must still differ
			drafts = append(drafts, draft(t, fmt.Sprint("folder", i), "", []string{"same"}, "x", "1"))
		}
		if reverse {
			for i, j := 0, len(drafts)-1; i < j; i, j = i+1, j-1 {
				drafts[i], drafts[j] = drafts[j], drafts[i]
			}
		}
		settle(t, s, day, drafts...)
		m := map[string]string{}
		for _, d := range drafts {
			m[d.Key] = d.record.ID
		}
		return m
	}
	a, b := ids(false), ids(true)
	distinct := map[string]bool{}
	for _, id := range a {
		distinct[id] = true
	}
	if !reflect.DeepEqual(a, b) || len(distinct) != 6 {
		t.Errorf("ids are %v and %v", a, b)
	}
}

func TestGoneSubmissionsComeBack(t *testing.T) {
	s := openTemp(t)
	a := draft(t, "1", "甲", []string{"a"}, "x", "1")
	settle(t, s, day, a)
	settle(t, s, day)
	var gone int
	if err := s.db.QueryRow("SELECT gone FROM submissions WHERE id = ?", a.record.ID).Scan(&gone); err != nil || gone != 1 {
		t.Errorf("gone is %d (%v), want 1", gone, err)
	}
	again := draft(t, "1", "甲", []string{"a"}, "x", "1")
	settle(t, s, day, again)
	if again.record.ID != a.record.ID || again.record.Revision != 1 {
		t.Errorf("came back as %s revision %d", again.record.ID, again.record.Revision)
	}
}

func TestTraces(t *testing.T) {
	s := openTemp(t)
	d := draft(t, "1", "", []string{"a"}, "x", "1")
	d.trace = &rules.Trace{Fields: []rules.FieldTrace{{Path: "x", Features: map[string]float64{"score": 0.5}}}}
	settle(t, s, day, d)
	traces, err := s.Traces(ctx)
	if err != nil || !reflect.DeepEqual(traces, map[string]*rules.Trace{d.record.ID: d.trace}) {
		t.Errorf("traces are %v, %v", traces, err)
	}
}

// A failure in the middle leaves either all or nothing of what is kept
// together.
func TestKeepIsOneTransaction(t *testing.T) {
	s := openTemp(t)
	good, bad := draft(t, "1", "", []string{"a"}, "x", "1"), draft(t, "2", "", []string{"b"})
	if err := bad.record.Data.Set("x", make(chan int)); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(ctx, []Draft{{ID: "1", Record: good.record}, {ID: "2", Record: bad.record}}, day); err == nil {
		t.Fatal("a record that is no JSON was kept")
	}
	if all, err := s.Submissions(ctx); err != nil || len(all) != 0 {
		t.Errorf("%d submissions were kept (%v), want none", len(all), err)
	}
}

// A record built from what is no longer so is not kept.
func TestKeepRefusesWhatIsStale(t *testing.T) {
	s := openTemp(t)
	a := draft(t, "1", "甲", []string{"a"}, "x", "1")
	settle(t, s, day, a)
	id := a.record.ID
	d := Draft{ID: id, Record: draft(t, "1", "甲", []string{"a"}, "x", "2").record, Version: 1}
	if _, err := s.Decide(ctx, id, rules.Decision{Path: "x", By: "赵敏"}, 0, day); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(ctx, []Draft{d}, day); !errors.Is(err, ErrStale) {
		t.Errorf("built without a decision: %v, want ErrStale", err)
	}
	d.Decided = 1
	if err := s.Keep(ctx, []Draft{d}, day); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(ctx, []Draft{d}, day); !errors.Is(err, ErrStale) {
		t.Errorf("built from an older version: %v, want ErrStale", err)
	}
}

func TestHistoryTellsBeforeAndAfter(t *testing.T) {
	s := openTemp(t)
	settle(t, s, day, draft(t, "1", "", []string{"a"}, "x", "1", "y", "1"))
	second := draft(t, "1", "", []string{"a", "b"}, "x", "2", "y", "1")
	second.record.Documents[0].SupersededBy, second.record.Documents[0].Kind = "b", rules.KindFormScan
	settle(t, s, day, second)
	third := draft(t, "1", "", []string{"a", "b"}, "x", "2", "y", "1")
	third.record.Documents[0] = second.record.Documents[0]
	settle(t, s, day, third)
	want := []rules.Revision{{Revision: 1, At: "2022-09-01T08:00:00Z", Because: "first seen"},
		{Revision: 2, At: "2022-09-01T08:00:00Z", Because: "corrected scan", Changed: []string{"x"}, Changes: []rules.Change{{Path: "x", Before: "1", After: "2"}}}}
	if !reflect.DeepEqual(third.record.History, want) {
		t.Errorf("history is %+v, want %+v", third.record.History, want)
	}
}

func TestDecisions(t *testing.T) {
	s := openTemp(t)
	a := draft(t, "1", "甲", []string{"a"}, "x", "1")
	settle(t, s, day, a)
	id := a.record.ID
	decide := func(value any, expect int64) Decision {
		t.Helper()
		d, err := s.Decide(ctx, id, rules.Decision{Path: "x", Value: value, State: "value", Raw: "…", By: "赵敏", Why: "电话核实"}, expect, day)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	one := decide("1", 0)
	two := decide([]string{"甲", "乙"}, one.ID)
	if _, err := s.Decide(ctx, id, rules.Decision{Path: "x", By: "钱进"}, one.ID, day); !errors.Is(err, ErrConflict) {
		t.Errorf("overruling what was not seen: %v, want ErrConflict", err)
	}
	holds := func() any {
		t.Helper()
		all, err := s.Decisions(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return Holding(all)["x"].Decision.Value
	}
	if got := holds(); !reflect.DeepEqual(got, []string{"甲", "乙"}) {
		t.Errorf("%v holds", got)
	}
	for _, want := range []any{"1", nil} {
		if _, err := s.Undo(ctx, id, "x", "赵敏", "", AnyDecision, day); err != nil {
			t.Fatal(err)
		}
		if got := holds(); got != want {
			t.Errorf("after undo %v holds, want %v", got, want)
		}
	}
	if _, err := s.Undo(ctx, id, "x", "赵敏", "", AnyDecision, day); !errors.Is(err, ErrNothing) {
		t.Errorf("undoing nothing: %v", err)
	}
	if _, err := s.Decide(ctx, "nobody", rules.Decision{Path: "x", By: "赵敏"}, 0, day); !errors.Is(err, ErrNoSubmission) {
		t.Errorf("deciding on nothing: %v", err)
	}
	all, err := s.Decisions(ctx, id)
	if err != nil || len(all) != 4 || all[0].By != "赵敏" || all[0].Why != "电话核实" || all[2].Undoes != two.ID {
		t.Errorf("kept are %+v, %v", all, err)
	}
	for _, q := range []string{"UPDATE decisions SET by = 'x'", "DELETE FROM decisions", "INSERT INTO decisions (submission, path, action, decision, by, at, why) VALUES ('" + id + "', 'x', 'value', '{}', '', '', '')"} {
		if _, err := s.db.Exec(q); err == nil {
			t.Errorf("%s: nothing stopped it", q)
		}
	}
	if ids, err := s.Undecided(ctx); err != nil || !slices.Equal(ids, []string{id}) {
		t.Errorf("to be built again are %v, %v", ids, err)
	}
}

// What an older program left is taken over, and the record keeps its id.
func TestMigrationFromSchema1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dengji.db")
	copyFile(t, filepath.Join("testdata", "schema1.db"), path)
	s, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	subs, err := s.Submissions(ctx)
	if err != nil || len(subs) != 1 || subs[0].ID != "cb4d70df897f" || subs[0].Revision != 1 || len(subs[0].Members) != 1 {
		t.Fatalf("submissions are %+v, %v", subs, err)
	}
	known, err := s.Readings(ctx)
	if err != nil || len(known) != 2 {
		t.Fatalf("readings are %+v, %v", known, err)
	}
	sum := subs[0].Members[0].SHA256
	r := known[Content{sum, ".docx"}]
	if len(r) != 1 || r[0].Setup != "ec032b69a8b54e27" || r[0].Format != "docx" || r[0].Pages != 1 {
		t.Errorf("the reading is %+v", r)
	}
	if doc, err := s.Document(ctx, r[0].ID); err != nil || doc.SHA256 != sum {
		t.Errorf("its document is %v, %v", doc, err)
	}
	if line, err := s.RecordLine(ctx, "cb4d70df897f"); err != nil || line[len(line)-1] != '\n' || rules.Validate(line) == nil && len(line) == 0 {
		t.Errorf("the record is %.60s, %v", line, err)
	}
	if events, err := s.Since(ctx, 0, 9); err != nil || len(events) != 1 || events[0].Submission != "cb4d70df897f" || events[0].Kind != ChangeRecord || events[0].Revision != 1 {
		t.Errorf("the changes are %+v, %v", events, err)
	}
	inv, err := s.Inventory(ctx)
	if err != nil || len(inv) != 1 || inv[0].State != Present || inv[0].Seen != 1 {
		t.Errorf("the inventory is %+v, %v", inv, err)
	}
}
