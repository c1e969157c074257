package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"dengji/extract"
	"dengji/rules"
)

var (
	ctx = context.Background()
	day = time.Date(2022, 9, 1, 8, 0, 0, 0, time.UTC)
)

func openTemp(t *testing.T) *Store {
	t.Helper()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "名 称?#%.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dengji.db")
	for range 2 {
		s, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOlderProgramRefusesNewerDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dengji.db")
	s, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA user_version = %d", len(steps)+1)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(ctx, path); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "install the newer program") {
		t.Errorf("error is %v, want ErrNewer with advice", err)
	}
}

// A step that fails leaves the version before it, whole.
func TestMigrationIsAllOrNothing(t *testing.T) {
	s := openTemp(t)
	bad := append(append([]string{}, steps...), "CREATE TABLE extra (a INTEGER) STRICT; CREATE TABLE nonsense (")
	if err := s.migrate(ctx, bad); err == nil {
		t.Fatal("a broken step succeeded")
	}
	var version, tables int
	if err := s.db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if err := s.db.QueryRow("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if version != len(steps) || tables != 0 {
		t.Errorf("version %d with %d extra tables, want %d with none", version, tables, len(steps))
	}
	good := append(append([]string{}, steps...), "CREATE TABLE extra (a INTEGER) STRICT")
	if err := s.migrate(ctx, good); err != nil {
		t.Error(err)
	}
}

func TestOpenOfSomethingElse(t *testing.T) {
	if _, err := Open(ctx, t.TempDir()); err == nil {
		t.Error("a folder opened as a database")
	}
}

func TestReadings(t *testing.T) {
	s := openTemp(t)
	doc := &extract.Document{Format: "pdf", Pages: []extract.Page{{Number: 1}}, Lines: []extract.Line{{Text: "企业名称：<甲>&乙", Box: extract.Box{X1: 1.5}}}}
	want := Reading{SHA256: "aa", Size: 9, Status: extract.StatusRead, Document: doc, Seconds: 1.5}
	if err := s.PutReading(ctx, "k1", want, day); err != nil {
		t.Fatal(err)
	}
	got, found, err := s.Reading(ctx, "aa", "k1")
	if err != nil || !found || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, %v; want %+v", got, found, err, want)
	}
	for _, miss := range [][2]string{{"aa", "k2"}, {"bb", "k1"}} {
		if _, found, err := s.Reading(ctx, miss[0], miss[1]); found || err != nil {
			t.Errorf("%v: found %v, %v", miss, found, err)
		}
	}
}

func TestStrikes(t *testing.T) {
	tests := []struct {
		status extract.Status
		times  int
		found  bool
	}{
		{extract.StatusCrashed, 1, false}, {extract.StatusCrashed, 2, false}, {extract.StatusCrashed, 3, true},
		{extract.StatusTimeout, 2, false}, {extract.StatusTimeout, 4, true},
		{extract.StatusDamaged, 1, true}, {extract.StatusTooLarge, 1, true},
	}
	for _, tt := range tests {
		s := openTemp(t)
		for range tt.times {
			if err := s.PutReading(ctx, "k", Reading{SHA256: "aa", Status: tt.status}, day); err != nil {
				t.Fatal(err)
			}
		}
		if _, found, err := s.Reading(ctx, "aa", "k"); found != tt.found || err != nil {
			t.Errorf("%s %d times: found %v (%v), want %v", tt.status, tt.times, found, err, tt.found)
		}
	}
}

// A file that was read once after all starts its count anew.
func TestStrikesAreForgotten(t *testing.T) {
	s := openTemp(t)
	for _, status := range []extract.Status{extract.StatusCrashed, extract.StatusCrashed, extract.StatusRead, extract.StatusCrashed} {
		if err := s.PutReading(ctx, "k", Reading{SHA256: "aa", Status: status}, day); err != nil {
			t.Fatal(err)
		}
	}
	if r, found, err := s.Reading(ctx, "aa", "k"); found || r.Strikes != 1 || err != nil {
		t.Errorf("found %v with %d strikes (%v), want one strike", found, r.Strikes, err)
	}
}

// draft makes a submission with one field per pair.
func draft(t *testing.T, key, enterprise string, sums []string, pairs ...string) Draft {
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
	return Draft{Key: key, Enterprise: enterprise, Record: r, Trace: &rules.Trace{}}
}

func settle(t *testing.T, s *Store, at time.Time, drafts ...Draft) {
	t.Helper()
	if err := s.Settle(ctx, drafts, at); err != nil {
		t.Fatal(err)
	}
}

func TestIDsStay(t *testing.T) {
	first := func() Draft {
		return draft(t, "001", "甲公司", []string{"a", "b"}, "contact.phone", "1", "contact.name", "x")
	}
	tests := []struct {
		name    string
		second  Draft
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
			if len(one.Record.ID) != 12 || one.Record.Revision != 1 || one.Record.History[0].Because != "first seen" {
				t.Fatalf("first record is %q, revision %d, %v", one.Record.ID, one.Record.Revision, one.Record.History)
			}
			settle(t, s, day.Add(time.Hour), tt.second)
			r := tt.second.Record
			if (r.ID == one.Record.ID) != tt.same {
				t.Errorf("id %s after %s, want the same: %v", r.ID, one.Record.ID, tt.same)
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
	if a2.Record.ID != a.Record.ID || b2.Record.ID != b.Record.ID {
		t.Errorf("ids %s, %s became %s, %s", a.Record.ID, b.Record.ID, a2.Record.ID, b2.Record.ID)
	}
}

func TestIDsDoNotDependOnOrder(t *testing.T) {
	ids := func(reverse bool) map[string]string {
		s := openTemp(t)
		var drafts []Draft
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
			m[d.Key] = d.Record.ID
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
	if err := s.db.QueryRow("SELECT gone FROM submissions WHERE id = ?", a.Record.ID).Scan(&gone); err != nil || gone != 1 {
		t.Errorf("gone is %d (%v), want 1", gone, err)
	}
	again := draft(t, "1", "甲", []string{"a"}, "x", "1")
	settle(t, s, day, again)
	if again.Record.ID != a.Record.ID || again.Record.Revision != 1 {
		t.Errorf("came back as %s revision %d", again.Record.ID, again.Record.Revision)
	}
}

func TestTraces(t *testing.T) {
	s := openTemp(t)
	d := draft(t, "1", "", []string{"a"}, "x", "1")
	d.Trace = &rules.Trace{Fields: []rules.FieldTrace{{Path: "x", Features: map[string]float64{"score": 0.5}}}}
	settle(t, s, day, d)
	traces, err := s.Traces(ctx)
	if err != nil || !reflect.DeepEqual(traces, map[string]*rules.Trace{d.Record.ID: d.Trace}) {
		t.Errorf("traces are %v, %v", traces, err)
	}
}

func TestChanged(t *testing.T) {
	tests := []struct {
		before, after string
		want          []string
	}{
		{``, `{"a":1}`, []string{"a"}},
		{`{"a":1}`, `{"a":1}`, []string{}},
		{`{"a":{"b":1,"c":2}}`, `{"a":{"b":1,"c":3}}`, []string{"a.c"}},
		{`{"p":[{"n":"x"},{"n":"y"}]}`, `{"p":[{"n":"x"}]}`, []string{"p[1].n"}},
		{`{"l":["x","y"]}`, `{"l":["y","x"]}`, []string{"l"}},
		{`{"l":[]}`, `{"l":null}`, []string{"l"}},
	}
	for _, tt := range tests {
		got, err := Changed([]byte(tt.before), []byte(tt.after))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Changed(%s, %s) = %v, %v; want %v", tt.before, tt.after, got, err, tt.want)
		}
	}
	if _, err := Changed([]byte(`[`), []byte(`{}`)); err == nil {
		t.Error("broken JSON: no error")
	}
}

// A crash in the middle leaves either all or nothing of a settlement.
func TestSettleIsOneTransaction(t *testing.T) {
	s := openTemp(t)
	good := draft(t, "1", "", []string{"a"}, "x", "1")
	bad := draft(t, "2", "", []string{"b"})
	if err := bad.Record.Data.Set("x", make(chan int)); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx, []Draft{good, bad}, day); err == nil {
		t.Fatal("a record that is no JSON was kept")
	}
	var n int
	if err := s.db.QueryRow("SELECT count(*) FROM submissions").Scan(&n); err != nil && !errors.Is(err, sql.ErrNoRows) || n != 0 {
		t.Errorf("%d submissions were kept (%v), want none", n, err)
	}
}
