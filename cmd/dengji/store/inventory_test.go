package store

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// sightings reads "path=content path=content".
func sightings(spec string) []Sighting {
	var found []Sighting
	for _, pair := range strings.Fields(spec) {
		path, sum, _ := strings.Cut(pair, "=")
		found = append(found, Sighting{Path: path, SHA256: sum, Size: 1, ModTime: time.Unix(7, 0)})
	}
	return found
}

func TestSight(t *testing.T) {
	tests := []struct {
		name   string
		runs   []string // "!" in front: drop what is gone
		want   string
		copies string
	}{
		{"first", []string{"a/x=1 b/y=2"}, "a/x=1:1 present b/y=2:1 present", ""},
		{"unchanged", []string{"a/x=1", "a/x=1"}, "a/x=1:1 present", ""},
		{"newer", []string{"a/x=1", "a/x=1 a/z=2"}, "a/x=1:1 present a/z=2:2 present", ""},
		{"replaced", []string{"a/x=1", "a/x=2"}, "a/x=1:1 replaced a/x=2:2 present", ""},
		{"put back", []string{"a/x=1", "a/x=2", "a/x=1"}, "a/x=1:1 present a/x=2:2 replaced", ""},
		{"gone", []string{"a/x=1 a/y=2", "a/y=2"}, "a/x=1:1 gone a/y=2:1 present", ""},
		{"gone and back", []string{"a/x=1", "", "a/x=1"}, "a/x=1:1 present", ""},
		{"dropped", []string{"a/x=1 a/y=2", "!a/y=2", "a/y=2"}, "a/x=1:1 dropped a/y=2:1 present", ""},
		{"dropped and back", []string{"a/x=1", "!", "a/x=1"}, "a/x=1:1 present", ""},
		{"moved", []string{"a/x=1", "b/x=1"}, "a/x=1:1 moved b/x=1:2 present", ""},
		{"cannot be opened now", []string{"a/x=1", "a/x="}, "a/x=1:1 present", ""},
		{"a copy of a known file", []string{"a/x=1", "a/x=1 b/x=1"}, "a/x=1:1 present b/x=1:2 present", "b/x<a/x"},
		{"two applicants sent one paper", []string{"a/x=1 b/x=1"}, "a/x=1:1 present b/x=1:1 present", ""},
		{"twice in one folder", []string{"a/x=1 a/y=1"}, "a/x=1:1 present a/y=1:1 present", "a/y<a/x"},
		{"the original goes, the copy stays", []string{"a/x=1", "a/x=1 b/x=1", "b/x=1"}, "a/x=1:1 moved b/x=1:2 present", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openTemp(t)
			var inv Inventory
			for _, run := range tt.runs {
				spec, drop := strings.CutPrefix(run, "!")
				var err error
				if inv, err = s.Sight(ctx, sightings(spec), drop, day); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, e := range inv {
				got = append(got, fmt.Sprintf("%s=%s:%d %s", e.Path, e.SHA256, e.Seen, e.State))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("inventory is %s, want %s", got, tt.want)
			}
			kept, err := s.Inventory(ctx)
			if err != nil || !reflect.DeepEqual(kept, inv) {
				t.Errorf("kept is %v, %v; want %v", kept, err, inv)
			}
			var copies []string
			for path, of := range inv.Copies(filepath.Dir) {
				copies = append(copies, path+"<"+of)
			}
			slices.Sort(copies)
			if strings.Join(copies, " ") != tt.copies {
				t.Errorf("copies are %v, want %s", copies, tt.copies)
			}
		})
	}
}
