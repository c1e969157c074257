package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// changed makes n submissions, each with as many changes as revisions says.
func changed(t *testing.T, s *Store, n, revisions int) {
	t.Helper()
	for rev := range revisions {
		var all []*found
		for i := range n {
			all = append(all, draft(t, fmt.Sprint(i), "", []string{fmt.Sprint("sum", i)}, "x", fmt.Sprint(rev)))
		}
		settle(t, s, day, all...)
	}
}

func seqs(list []Delivery) (all []int64) {
	for _, d := range list {
		all = append(all, d.Seq)
	}
	return all
}

func next(t *testing.T, s *Store, r Receiver) []int64 {
	t.Helper()
	list, err := s.Next(ctx, r.ID, 10)
	if err != nil {
		t.Fatal(err)
	}
	return seqs(list)
}

func TestDeliveries(t *testing.T) {
	s := openTemp(t)
	r, err := s.AddReceiver(ctx, "http://a", "n1", day)
	if err != nil || r.Name != "n1" || r.Seq != 0 {
		t.Fatalf("the receiver is %+v, %v", r, err)
	}
	if again, err := s.AddReceiver(ctx, "http://a", "n2", day); err != nil || again != r {
		t.Errorf("added again it is %+v, %v", again, err)
	}
	changed(t, s, 2, 2) // 1 and 3 of one submission, 2 and 4 of the other
	if all, err := s.Receivers(ctx); err != nil || len(all) != 1 || all[0].Pending != 4 {
		t.Errorf("before they are queued the receivers are %+v, %v", all, err)
	}
	for range 2 { // twice is once
		if err := s.Queue(ctx, r.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := next(t, s, r); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("next are %v, want the oldest of each submission", got)
	}
	// One is delivered, the other is to wait: what is due stands in front.
	later := Delivery{Event: Event{Seq: 1}, Receiver: r.ID, Tries: 1, Due: day.Add(time.Hour), Error: "503"}
	if err := errors.Join(s.Delivered(ctx, r.ID, 2), s.Undelivered(ctx, later, day)); err != nil {
		t.Fatal(err)
	}
	list, err := s.Next(ctx, r.ID, 10)
	if err != nil || !slices.Equal(seqs(list), []int64{4, 1}) || !list[1].Due.Equal(later.Due) || list[1].Tries != 1 || list[1].Error != "503" || list[0].Revision != 2 {
		t.Errorf("next are %+v, %v", list, err)
	}
	// What was given up holds up its own submission alone.
	later.Failed = true
	if err := s.Undelivered(ctx, later, day); err != nil {
		t.Fatal(err)
	}
	if got := next(t, s, r); !slices.Equal(got, []int64{4}) {
		t.Errorf("beside what was given up, next are %v", got)
	}
	if failed, err := s.Failed(ctx); err != nil || !slices.Equal(seqs(failed), []int64{1}) || failed[0].Receiver != r.ID {
		t.Errorf("given up are %+v, %v", failed, err)
	}
	if err := s.Stop(ctx, r.ID); err != nil {
		t.Fatal(err)
	}
	all, err := s.Receivers(ctx)
	if err != nil || !all[0].Stopped || all[0].Pending != 2 || all[0].Failed != 1 || all[0].Seq != 4 {
		t.Errorf("the receivers are %+v, %v", all, err)
	}
	if n, err := s.Retry(ctx, "http://b"); err != nil || n != 0 {
		t.Errorf("of another URL %d are sent again, %v", n, err)
	}
	if n, err := s.Retry(ctx, ""); err != nil || n != 1 {
		t.Errorf("%d are sent again, %v", n, err)
	}
	if got := next(t, s, r); !slices.Equal(got, []int64{1, 4}) {
		t.Errorf("after all next are %v", got)
	}
	if all, err := s.Receivers(ctx); err != nil || all[0].Stopped {
		t.Errorf("the receivers are %+v, %v", all, err)
	}
	if err := s.Undelivered(ctx, later, day); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Drop(ctx, "http://a"); err != nil || n != 1 {
		t.Errorf("%d are forgotten, %v", n, err)
	}
	if got := next(t, s, r); !slices.Equal(got, []int64{3, 4}) {
		t.Errorf("without what was forgotten next are %v", got)
	}
}

func TestRecordAt(t *testing.T) {
	s := openTemp(t)
	changed(t, s, 1, 2)
	events, err := s.Since(ctx, 0, 9)
	if err != nil || len(events) != 2 {
		t.Fatalf("the changes are %+v, %v", events, err)
	}
	for _, e := range events {
		line, err := s.RecordAt(ctx, e.Submission, e.Revision)
		leaves, errLeaves := Leaves(line)
		if err != nil || errLeaves != nil || leaves["data.x"] != fmt.Sprint(e.Revision-1) || leaves["revision"] != float64(e.Revision) {
			t.Errorf("revision %d is %s, %v", e.Revision, line, err)
		}
	}
	if _, err := s.RecordAt(ctx, events[0].Submission, 9); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("a revision that is not there: %v", err)
	}
}
