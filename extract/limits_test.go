package extract

import (
	"errors"
	"reflect"
	"testing"
)

// Every limit has a flag, and each flag is of another limit.
func TestLimitTable(t *testing.T) {
	lim := DefaultLimits()
	seen := map[any]string{}
	flags := map[string]bool{}
	for _, l := range LimitTable() {
		p := l.Of(&lim)
		if other, twice := seen[p]; twice || flags[l.Flag] || l.Usage == "" {
			t.Errorf("%s: as %q, or without usage", l.Flag, other)
		}
		seen[p], flags[l.Flag] = l.Flag, true
		if v := reflect.ValueOf(p).Elem(); v.IsZero() {
			t.Errorf("%s has no default", l.Flag)
		}
		switch p.(type) {
		case *int, *int64, *float64:
		default:
			t.Errorf("%s is a %T", l.Flag, p)
		}
	}
	if n := reflect.TypeOf(lim).NumField(); n != len(seen) {
		t.Errorf("%d limits have %d flags", n, len(seen))
	}
}

func TestCheckText(t *testing.T) {
	lim := Limits{Lines: 3, Characters: 10}
	for _, tt := range []struct {
		pieces, characters int
		want               bool
	}{{0, 0, true}, {3, 10, true}, {4, 10, false}, {3, 11, false}} {
		err := lim.CheckText(tt.pieces, tt.characters)
		var r *Refusal
		if (err == nil) != tt.want || (err != nil && (!errors.As(err, &r) || r.Status != StatusTooLarge || r.Message == "")) {
			t.Errorf("%d pieces, %d characters: %v", tt.pieces, tt.characters, err)
		}
	}
}
