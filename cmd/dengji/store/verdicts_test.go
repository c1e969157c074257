package store

import (
	"errors"
	"testing"

	"dengji/rules"
)

func TestDecideAll(t *testing.T) {
	s := openTemp(t)
	f := draft(t, "001-甲", "甲", []string{"aa"}, "x", "1", "y", "2")
	settle(t, s, day, f)
	id := f.record.ID
	say := func(path, value string, last int64) Verdict {
		return Verdict{Submission: id, Decision: rules.Decision{Path: path, Value: value, State: "value", By: "赵敏", Why: "核实"}, Last: last}
	}
	kept, err := s.DecideAll(ctx, []Verdict{say("x", "3", 0), say("y", "4", 0)}, day)
	if err != nil || len(kept) != 2 || kept[1].ID != kept[0].ID+1 || kept[0].Why != "核实" {
		t.Fatalf("kept %+v, %v", kept, err)
	}
	last, err := s.LastDecisions(ctx)
	if err != nil || len(last) != 2 || last[FieldOf{id, "x"}] != kept[0].ID || last[FieldOf{id, "y"}] != kept[1].ID {
		t.Errorf("the last decisions are %v, %v", last, err)
	}
	undone, err := s.Undo(ctx, id, "y", "钱进", "", AnyDecision, day)
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.Decisions(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]struct {
		verdict Verdict
		want    error
	}{
		"an older decision seen":      {say("x", "5", 0), ErrConflict},
		"an undo not seen":            {say("y", "5", kept[1].ID), ErrConflict},
		"a decision that is not":      {say("z", "5", 99), ErrConflict},
		"a submission that is not":    {Verdict{Submission: "nobody", Decision: rules.Decision{Path: "x", By: "赵敏"}}, ErrNoSubmission},
		"the same field twice":        {say("fresh", "6", 0), ErrConflict},
		"nobody's word (schema's no)": {Verdict{Submission: id, Decision: rules.Decision{Path: "w"}}, nil},
	} {
		_, err := s.DecideAll(ctx, []Verdict{say("fresh", "5", 0), bad.verdict}, day)
		if err == nil || bad.want != nil && !errors.Is(err, bad.want) {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := s.Decisions(ctx, ""); err != nil || len(after) != len(before) {
			t.Errorf("%s: %d decisions, %d before; %v", name, len(after), len(before), err)
		}
	}
	if _, err := s.DecideAll(ctx, []Verdict{say("x", "5", kept[0].ID), say("y", "5", undone.ID)}, day); err != nil {
		t.Errorf("seen as they are: %v", err)
	}
}
