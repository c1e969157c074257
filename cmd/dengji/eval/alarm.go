package eval

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"dengji/fixtures"
	"dengji/rules"
)

// Alarms says how well planted contradictions are found and how often papers
// that agree are accused.
type Alarms struct {
	Sets  []AlarmTally `json:"sets"`
	Kinds []AlarmTally `json:"kinds"` // of one set each
	Cases []Case       `json:"cases"` // what went wrong, one by one
}

// AlarmTally counts the submissions of a set, or those of one kind in it.
type AlarmTally struct {
	Set     string `json:"set"`
	Kind    string `json:"kind,omitempty"`
	Planted int    `json:"planted"` // contradictions
	Found   int    `json:"found"`   // the alarm expected was raised
	Open    int    `json:"open"`    // not raised, but a person is sent to the spot
	Near    int    `json:"near"`    // near misses
	Fooled  int    `json:"fooled"`  // near misses that raised the alarm
	Clean   int    `json:"clean"`   // papers in which nothing was planted
	Accused int    `json:"accused"` // such papers with any false alarm
}

// Case is a contradiction that was not found, or a false alarm.
type Case struct {
	Submission string `json:"submission"`
	Set        string `json:"set"`
	Kind       string `json:"kind,omitempty"` // what was planted, "" on clean papers
	Outcome    string `json:"outcome"`        // open, missed, false alarm
	What       string `json:"what"`
}

// contradictions are the flags that say that papers contradict one another or
// the form's limits. The other flags doubt the reading.
var contradictions = []string{rules.FlagCopyDiffers, rules.FlagCertificateDiffers, "out_of_range", "too_long"}

// count judges one submission of an agreeing set; others say nothing of
// alarms.
func (a *Alarms) count(t fixtures.Truth, rec *rules.Record) {
	if !t.Consistent {
		return
	}
	c := newComparison(t, rec)
	set := c.baseSet()
	if len(t.Planted) == 0 {
		tally := a.of(set, "")
		tally.Clean++
		if found := c.falseAlarms(); len(found) > 0 {
			tally.Accused++
			for _, what := range found {
				a.Cases = append(a.Cases, Case{t.Submission, set, "", "false alarm", what})
			}
		}
		return
	}
	for _, p := range t.Planted {
		tally := a.of(set, p.ID)
		raised, open := c.raised(p)
		note := func(outcome string) {
			a.Cases = append(a.Cases, Case{t.Submission, set, p.ID, outcome, p.What + c.saying(p)})
		}
		switch {
		case !p.Alarm:
			tally.Near++
			if raised {
				tally.Fooled++
				note("false alarm")
			}
		case raised:
			tally.Planted++
			tally.Found++
		default:
			tally.Planted++
			if open {
				tally.Open++
				note("open")
			} else {
				note("missed")
			}
		}
	}
}

// of is the tally of a kind in a set; clean papers have no kind.
func (a *Alarms) of(set, kind string) *AlarmTally {
	for i := range a.Kinds {
		if a.Kinds[i].Set == set && a.Kinds[i].Kind == kind {
			return &a.Kinds[i]
		}
	}
	a.Kinds = append(a.Kinds, AlarmTally{Set: set, Kind: kind})
	return &a.Kinds[len(a.Kinds)-1]
}

// finish sums kinds up to sets.
func (a *Alarms) finish() {
	sort.SliceStable(a.Kinds, func(i, j int) bool {
		x, y := a.Kinds[i], a.Kinds[j]
		if x.Set != y.Set {
			return earlier(x.Set, y.Set)
		}
		return x.Kind < y.Kind
	})
	for _, k := range a.Kinds {
		n := len(a.Sets)
		if n == 0 || a.Sets[n-1].Set != k.Set {
			a.Sets = append(a.Sets, AlarmTally{Set: k.Set})
			n++
		}
		s := &a.Sets[n-1]
		s.Planted, s.Found, s.Open = s.Planted+k.Planted, s.Found+k.Found, s.Open+k.Open
		s.Near, s.Fooled = s.Near+k.Near, s.Fooled+k.Fooled
		s.Clean, s.Accused = s.Clean+k.Clean, s.Accused+k.Accused
	}
	a.Kinds = slices.DeleteFunc(a.Kinds, func(k AlarmTally) bool { return k.Kind == "" })
}

// raised reports whether a sign of the planting stands in the record; open,
// whether a person is sent to the spot all the same: the check is unknown, or
// a field named is for review.
func (c *comparison) raised(p fixtures.Planting) (raised, open bool) {
	if c.record == nil {
		return false, false
	}
	for _, s := range p.Expect {
		if s.Check != "" {
			got := c.outcome(s.Check)
			raised = raised || got == s.Outcome
			open = open || got == rules.Unknown
			continue
		}
		if f := c.fields[c.recordPath(s.Path)]; f != nil {
			raised = raised || slices.ContainsFunc(f.Flags, func(g rules.Flag) bool { return g.Code == s.Flag })
			open = open || f.Review
		}
	}
	return raised, open
}

// outcome is that of a check in the record.
func (c *comparison) outcome(id string) string {
	for _, k := range c.record.Checks {
		if k.ID == id {
			return k.Outcome
		}
	}
	return ""
}

// saying quotes what the record says where a sign was looked for.
func (c *comparison) saying(p fixtures.Planting) string {
	if c.record == nil {
		return "; no record"
	}
	var parts []string
	seen := map[string]bool{}
	for _, s := range p.Expect {
		if seen[s.Check+s.Path] {
			continue
		}
		seen[s.Check+s.Path] = true
		for _, k := range c.record.Checks {
			if k.ID == s.Check {
				parts = append(parts, fmt.Sprintf("%s is %s: %s", k.ID, k.Outcome, k.Message))
			}
		}
		if s.Path == "" {
			continue
		}
		f := c.fields[c.recordPath(s.Path)]
		if f == nil {
			parts = append(parts, s.Path+" has no field")
			continue
		}
		var flags []string
		for _, g := range f.Flags {
			flags = append(flags, g.Code+"（"+g.Message+"）")
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s is %s (raw %q) %s", f.Path, show(f.Value), f.Raw, strings.Join(flags, " "))))
	}
	return "; " + strings.Join(parts, "; ")
}

// falseAlarms lists what a record says against papers that agree: a check that
// fails though the papers do not break it, a contradiction on a field where
// they have none.
func (c *comparison) falseAlarms() []string {
	if c.record == nil {
		return nil
	}
	var out []string
	for _, k := range c.record.Checks {
		if want := c.truth.Checks[k.ID]; want != "" && want != rules.Fail && k.Outcome == rules.Fail {
			out = append(out, fmt.Sprintf("%s fails: %s", k.ID, k.Message))
		}
	}
	truthPath := map[string]string{}
	for path := range c.truth.Flags {
		truthPath[c.recordPath(path)] = path
	}
	for _, f := range c.record.Fields {
		for _, g := range f.Flags {
			if slices.Contains(contradictions, g.Code) && !slices.Contains(c.truth.Flags[truthPath[f.Path]], g.Code) {
				out = append(out, fmt.Sprintf("%s %s: %s", f.Path, g.Code, g.Message))
			}
		}
	}
	return out
}

// baseSet is the set of the form itself.
func (c *comparison) baseSet() string {
	set, _, _ := strings.Cut(c.setOf(""), withCopy)
	return set
}

// AlarmColumns of the table of contradictions, for Rows.
var AlarmColumns = []string{"contradictions", "planted", "found", "found %", "open", "missed", "near misses", "fooled", "clean", "accused", "accused %"}

// Rows is the table of sets.
func (a *Alarms) Rows() [][]string {
	var rows [][]string
	for _, t := range a.Sets {
		rows = append(rows, append([]string{t.Set}, t.cells()...))
	}
	return rows
}

func (t *AlarmTally) cells() []string {
	n := func(v int) string { return fmt.Sprint(v) }
	return []string{n(t.Planted), n(t.Found), percent(Share{t.Found, t.Planted}.Percent()), n(t.Open), n(t.Planted - t.Found - t.Open),
		n(t.Near), n(t.Fooled), n(t.Clean), n(t.Accused), percent(Share{t.Accused, t.Clean}.Percent())}
}

// KindColumns are the sets that have plantings, after the kind's name.
func (a *Alarms) KindColumns() []string {
	cols := []string{"found of planted, fooled of near misses"}
	for _, s := range a.Sets {
		if s.Planted+s.Near > 0 {
			cols = append(cols, s.Set)
		}
	}
	return cols
}

// KindRows is a row per kind with a column per set: found of planted. Near
// misses show how many raised the alarm.
func (a *Alarms) KindRows() [][]string {
	cols := a.KindColumns()[1:]
	var kinds []string
	cell := map[string]string{}
	for _, t := range a.Kinds {
		if !slices.Contains(kinds, t.Kind) {
			kinds = append(kinds, t.Kind)
		}
		switch {
		case t.Near > 0:
			cell[t.Kind+" "+t.Set] = fmt.Sprintf("fooled %d of %d", t.Fooled, t.Near)
		case t.Open > 0:
			cell[t.Kind+" "+t.Set] = fmt.Sprintf("%d of %d, %d open", t.Found, t.Planted, t.Open)
		default:
			cell[t.Kind+" "+t.Set] = fmt.Sprintf("%d of %d", t.Found, t.Planted)
		}
	}
	sort.Strings(kinds)
	var rows [][]string
	for _, k := range kinds {
		row := []string{k}
		for _, s := range cols {
			row = append(row, cell[k+" "+s])
		}
		rows = append(rows, row)
	}
	return rows
}

// WriteCases prints what was not found and what was accused in vain.
func (a *Alarms) WriteCases(w io.Writer) error {
	for _, k := range a.Cases {
		kind := k.Kind
		if kind == "" {
			kind = "clean papers"
		}
		if _, err := fmt.Fprintf(w, "%s %s (%s, %s)\n    %s\n", k.Outcome, kind, k.Submission, k.Set, k.What); err != nil {
			return err
		}
	}
	return nil
}
