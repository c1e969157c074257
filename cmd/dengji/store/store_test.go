package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
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
	bad := append(slices.Clone(steps), step{sql: "CREATE TABLE extra (a INTEGER) STRICT; CREATE TABLE nonsense ("})
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
	good := append(slices.Clone(steps), step{sql: "CREATE TABLE extra (a INTEGER) STRICT"})
	if err := s.migrate(ctx, good); err != nil {
		t.Error(err)
	}
}

func TestOpenOfSomethingElse(t *testing.T) {
	if _, err := Open(ctx, t.TempDir()); err == nil {
		t.Error("a folder opened as a database")
	}
}

// put keeps a reading of content aa.
func put(t *testing.T, s *Store, setup string, status extract.Status, doc *extract.Document) Reading {
	t.Helper()
	r, err := s.PutReading(ctx, Reading{Content: Content{"aa", ".pdf"}, Setup: setup, Size: 9, Status: status, Seconds: 1.5}, doc, day)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readings(t *testing.T, s *Store) []Reading {
	t.Helper()
	all, err := s.Readings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return all[Content{"aa", ".pdf"}]
}

func TestReadings(t *testing.T) {
	s := openTemp(t)
	doc := &extract.Document{Format: "pdf", Pages: []extract.Page{{Number: 1, Image: "aa-1.png", Width: 595, Height: 842}}, Lines: []extract.Line{{Text: "企业名称：<甲>&乙", Box: extract.Box{X1: 1.5}}}}
	first := put(t, s, "k1", extract.StatusRead, doc)
	if got := readings(t, s); len(got) != 1 || !reflect.DeepEqual(got[0], first) || !reflect.DeepEqual(first.Facts, Facts{Format: "pdf", Pages: 1, Pictures: []Picture{{File: "aa-1.png", Page: 1, Width: 595, Height: 842}}}) {
		t.Errorf("got %+v, want %+v", got, first)
	}
	if got, err := s.Document(ctx, first.ID); err != nil || !reflect.DeepEqual(got, doc) {
		t.Errorf("document is %+v, %v", got, err)
	}
	clues := map[int64]*rules.Clues{first.ID: {Applicant: []string{"甲"}}}
	if err := s.PutClues(ctx, "r1", clues); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Clues(ctx, "r1"); err != nil || !reflect.DeepEqual(got, clues) {
		t.Errorf("clues are %v, %v", got, err)
	}
	if got, err := s.Clues(ctx, "r2"); err != nil || len(got) != 0 {
		t.Errorf("by other rules the clues are %v, %v", got, err)
	}
	// Another reading of the same content has another id, and no clues yet.
	again := put(t, s, "k1", extract.StatusRead, doc)
	if got, err := s.Clues(ctx, "r1"); err != nil || len(got) != 0 || again.ID == first.ID {
		t.Errorf("read again as %d after %d, the clues are %v, %v", again.ID, first.ID, got, err)
	}
	put(t, s, "k2", extract.StatusRead, doc)
	if got := readings(t, s); len(got) != 2 || got[1].Setup != "k2" {
		t.Errorf("readings are %+v, want the newest last", got)
	}
	if _, err := s.db.Exec("UPDATE readings SET document = x'1f8b00'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Document(ctx, again.ID); !errors.Is(err, ErrDamaged) {
		t.Errorf("a broken document gives %v, want ErrDamaged", err)
	}
	if err := s.ForgetReading(ctx, again.ID); err != nil || len(readings(t, s)) != 1 {
		t.Errorf("forgetting a reading: %v", err)
	}
}

func TestStrikes(t *testing.T) {
	tests := []struct {
		status extract.Status
		times  int
		struck bool
	}{
		{extract.StatusCrashed, 1, true}, {extract.StatusCrashed, 2, true}, {extract.StatusCrashed, 3, false},
		{extract.StatusTimeout, 2, true}, {extract.StatusTimeout, 4, false},
		{extract.StatusDamaged, 1, false}, {extract.StatusTooLarge, 1, false},
	}
	for _, tt := range tests {
		s := openTemp(t)
		for range tt.times {
			put(t, s, "k", tt.status, nil)
		}
		if got := readings(t, s)[0]; got.Struck() != tt.struck {
			t.Errorf("%s %d times: worth another try %v, want %v", tt.status, tt.times, got.Struck(), tt.struck)
		}
	}
}

// A file that was read once after all starts its count anew.
func TestStrikesAreForgotten(t *testing.T) {
	s := openTemp(t)
	for _, status := range []extract.Status{extract.StatusCrashed, extract.StatusCrashed, extract.StatusRead, extract.StatusCrashed} {
		var doc *extract.Document
		if status == extract.StatusRead {
			doc = &extract.Document{}
		}
		put(t, s, "k", status, doc)
	}
	if got := readings(t, s)[0]; got.Strikes != 1 || !got.Struck() {
		t.Errorf("%d strikes, want one", got.Strikes)
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
		changes, err := Changes([]byte(tt.before), []byte(tt.after))
		got := []string{}
		for _, c := range changes {
			got = append(got, c.Path)
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Changes(%s, %s) = %v, %v; want %v", tt.before, tt.after, got, err, tt.want)
		}
	}
	if _, err := Changes([]byte(`[`), []byte(`{}`)); err == nil {
		t.Error("broken JSON: no error")
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
