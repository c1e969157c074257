package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"dengji/extract"
)

// What follows the records sees each change once, in order, and what went and
// came back.
func TestChanges(t *testing.T) {
	s := openTemp(t)
	a, b := draft(t, "1", "甲", []string{"a"}, "x", "1"), draft(t, "2", "乙", []string{"b"}, "x", "1")
	settle(t, s, day, a, b)
	again := draft(t, "1", "甲", []string{"a"}, "x", "1")
	settle(t, s, day.Add(time.Hour), again, draft(t, "2", "乙", []string{"b"}, "x", "2"))
	settle(t, s, day.Add(2*time.Hour), draft(t, "1", "甲", []string{"a"}, "x", "1"))
	settle(t, s, day.Add(3*time.Hour), draft(t, "1", "甲", []string{"a"}, "x", "1"), draft(t, "2", "乙", []string{"b"}, "x", "2"))

	events, err := s.Since(ctx, 0, 99)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("%d %s %d %s", e.Seq, map[string]string{a.record.ID: "a", b.record.ID: "b"}[e.Submission], e.Revision, e.Kind))
	}
	want := []string{"1 a 1 record", "2 b 1 record", "3 b 2 record", "4 b 2 gone", "5 b 2 record"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("changes are %q, want %q", got, want)
	}
	if seq, err := s.Cursor(ctx); err != nil || seq != 5 {
		t.Errorf("the cursor is %d, %v", seq, err)
	}
	if some, err := s.Since(ctx, 2, 2); err != nil || len(some) != 2 || some[0].Seq != 3 {
		t.Errorf("two changes after the second are %v, %v", some, err)
	}
	var rows int
	if err := s.db.QueryRow(`SELECT count(*) FROM records WHERE json_extract(record, '$.id') = submission`).Scan(&rows); err != nil || rows != 2 {
		t.Errorf("%d records can be asked by SQL (%v), want 2", rows, err)
	}
}

func TestPictures(t *testing.T) {
	s := openTemp(t)
	doc := &extract.Document{Format: "pdf", Pages: []extract.Page{{Number: 1, Width: 595, Height: 842, Image: "aa-1.jpg"}, {Number: 2}}}
	put(t, s, "k1", extract.StatusRead, doc)
	want := map[PageOf]Picture{{"aa", 1}: {"aa-1.jpg", 1, 595, 842}}
	for _, kept := range []string{"now", "by an older program"} {
		got, err := s.Pictures(ctx)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("kept %s: %v, %v, want %v", kept, got, err, want)
		}
		if _, err := s.db.Exec(`UPDATE readings SET facts = NULL`); err != nil {
			t.Fatal(err)
		}
	}
}
