package outtest

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

func records(t *testing.T, st *store.Store) []*rules.Record {
	t.Helper()
	infos, err := st.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []*rules.Record
	for _, info := range infos {
		line, err := st.RecordLine(t.Context(), info.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := rules.Validate(line); err != nil {
			t.Errorf("%s: %v", info.ID, err)
		}
		rec := new(rules.Record)
		if err := json.Unmarshal(line, rec); err != nil {
			t.Fatal(err)
		}
		all = append(all, rec)
	}
	return all
}

func open(t *testing.T, o *Out) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(o.Dir, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

// What a reviewer meets must be there, or tests of the page prove nothing.
func TestMake(t *testing.T) {
	o, err := Make(t.Context(), t.TempDir(), Options{Submissions: 2 * kinds})
	if err != nil {
		t.Fatal(err)
	}
	st := open(t, o)
	flags, outcomes, clean, missing, seals, revisions, others := map[string]int{}, map[string]int{}, 0, 0, 0, 0, 0
	pictures, err := st.Pictures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := records(t, st)
	for _, rec := range all {
		if rec.Status == rules.StatusClean {
			clean++
		}
		missing, revisions = missing+len(rec.Missing), max(revisions, rec.Revision)
		for _, f := range rec.Fields {
			for _, g := range f.Flags {
				flags[g.Code]++
			}
			if len(f.Evidence) > 1 {
				others++
			}
			for _, e := range f.Evidence {
				if e.Page == nil || *e.Page == 0 {
					continue
				}
				p, ok := pictures[store.PageOf{SHA256: e.Document[len("sha256:"):], Page: *e.Page}]
				if !ok {
					t.Fatalf("%s %s: no picture of %s page %d", rec.ID, f.Path, e.Path, *e.Page)
				}
				if _, err := os.Stat(filepath.Join(o.Dir, "pages", p.File)); err != nil {
					t.Error(err)
				}
			}
		}
		for _, c := range rec.Checks {
			outcomes[c.ID+" "+c.Outcome]++
		}
		for _, d := range rec.Documents {
			seals += len(d.Seals)
		}
	}
	t.Log(len(all), "records;", clean, "clean; flags", flags, "checks", outcomes)
	if len(all) != 2*kinds || clean == 0 || clean == len(all) || missing == 0 || seals == 0 || revisions < 2 || others == 0 {
		t.Errorf("%d records, %d clean, %d papers missing, %d seals, at most revision %d, %d fields with several witnesses", len(all), clean, missing, seals, revisions, others)
	}
	for _, code := range []string{rules.FlagLowConfidence, rules.FlagReadersDisagree, rules.FlagUnderSeal, rules.FlagCopyDiffers, rules.FlagCertificateDiffers, "ambiguous", "format_invalid"} {
		if flags[code] == 0 {
			t.Errorf("no field with flag %s", code)
		}
	}
	for _, c := range []string{"sealed pass", "sealed fail", "registered_copyright pass", "registered_copyright fail", "in_use fail"} {
		if outcomes[c] == 0 {
			t.Errorf("no check %s", c)
		}
	}
}

// A decision must go the way it goes in earnest.
func TestDecide(t *testing.T) {
	o, err := Make(t.Context(), t.TempDir(), Options{Submissions: 3, Plants: []string{"<script>alert(1)</script>"}})
	if err != nil {
		t.Fatal(err)
	}
	st := open(t, o)
	word, err := batch.Word(t.Context(), st, o.Config.Forms, o.IDs[1], "contact.name", "李明", false)
	if err != nil {
		t.Fatal(err)
	}
	word.By = "赵敏"
	if _, err := st.Decide(t.Context(), o.IDs[1], word, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	rec, err := batch.Rebuild(t.Context(), st, o.Config, o.IDs[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rec.Fields {
		if f.Path == "contact.name" && (f.Value != "李明" || f.Flags[0].Code != rules.FlagCorrected) {
			t.Errorf("contact.name is %v with %v", f.Value, f.Flags)
		}
	}
	before := rec.Revision
	if err := o.Correct(t.Context(), o.IDs[2]); err != nil {
		t.Fatal(err)
	}
	if err := o.Add(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if got := records(t, st); len(got) != 5 || before < 2 {
		t.Errorf("%d records, want 5; revision %d after a decision", len(got), before)
	}
}

func BenchmarkMake500(b *testing.B) {
	for range b.N {
		if _, err := Make(b.Context(), b.TempDir(), Options{Submissions: 500}); err != nil {
			b.Fatal(err)
		}
	}
}
