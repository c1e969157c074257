package review

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// row is a submission in the list.
type row struct {
	Seq        int64    `json:"seq"` // of the change it shows
	ID         string   `json:"id"`
	Key        string   `json:"key"` // its folder
	Enterprise string   `json:"enterprise"`
	Products   []string `json:"products"`
	Form       string   `json:"form"`
	Status     string   `json:"status"`
	Revision   int      `json:"revision"`
	Fields     int      `json:"fields"`
	Review     int      `json:"review"`  // fields for a person to look at
	Codes      []string `json:"codes"`   // of their flags
	Decided    int      `json:"decided"` // fields on which somebody's word holds
	Failed     []string `json:"failed"`  // checks
	Unknown    int      `json:"unknown"` // checks
	Missing    int      `json:"missing"` // papers
	By         string   `json:"by"`      // who decided last
	At         string   `json:"at"`
	Gone       bool     `json:"gone,omitempty"`
}

// index holds the list in memory and follows the log of changes.
type index struct {
	st   *store.Store
	mu   sync.Mutex
	seq  int64
	rows map[string]row
}

func newIndex(st *store.Store) *index { return &index{st: st, rows: map[string]row{}} }

// changesAtOnce bounds what is taken from the log of changes in one step.
const changesAtOnce = 500

// refresh takes in what changed since the last time.
func (x *index) refresh(ctx context.Context, forms *rules.Forms) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.seq == 0 {
		return x.fill(ctx, forms)
	}
	for {
		events, err := x.st.Since(ctx, x.seq, changesAtOnce)
		if err != nil {
			return err
		}
		last := map[string]store.Event{}
		for _, e := range events {
			last[e.Submission] = e
		}
		for _, e := range last {
			if err := x.take(ctx, forms, e); err != nil {
				return err
			}
		}
		if len(events) > 0 {
			x.seq = events[len(events)-1].Seq
		}
		if len(events) < changesAtOnce {
			return nil
		}
	}
}

// fill takes in all there is.
func (x *index) fill(ctx context.Context, forms *rules.Forms) error {
	seq, err := x.st.Cursor(ctx) // what changes from here on is taken in again
	if err != nil {
		return err
	}
	infos, err := x.st.Records(ctx)
	if err != nil {
		return err
	}
	decisions, err := x.st.Decisions(ctx, "")
	if err != nil {
		return err
	}
	of := map[string][]store.Decision{}
	for _, d := range decisions {
		of[d.Submission] = append(of[d.Submission], d)
	}
	subs, err := x.st.Submissions(ctx)
	if err != nil {
		return err
	}
	keys := map[string]store.Submission{}
	for _, s := range subs {
		keys[s.ID] = s
	}
	for _, info := range infos {
		rec, err := x.st.Record(ctx, info.ID)
		if err != nil {
			return err
		}
		x.rows[info.ID] = summarise(rec, keys[info.ID], of[info.ID], forms, seq)
	}
	x.seq = seq
	return nil
}

func (x *index) take(ctx context.Context, forms *rules.Forms, e store.Event) error {
	if e.Kind == store.ChangeGone {
		if r, ok := x.rows[e.Submission]; ok {
			r.Gone, r.Seq = true, e.Seq
			x.rows[e.Submission] = r
		}
		return nil
	}
	rec, err := x.st.Record(ctx, e.Submission)
	if err != nil {
		return err
	}
	sub, _, err := x.st.Submission(ctx, e.Submission)
	if err != nil {
		return err
	}
	decisions, err := x.st.Decisions(ctx, e.Submission)
	if err != nil {
		return err
	}
	x.rows[e.Submission] = summarise(rec, sub, decisions, forms, e.Seq)
	return nil
}

// since lists the rows that changed after a cursor, by id, and the cursor to
// ask with next; a negative cursor asks for all there are.
func (x *index) since(seq int64) (rows []row, next int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	rows = []row{}
	for _, r := range x.rows {
		if r.Seq > seq && !(r.Gone && seq < 0) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.ID, b.ID) })
	return rows, x.seq
}

func summarise(rec *rules.Record, sub store.Submission, decisions []store.Decision, forms *rules.Forms, seq int64) row {
	r := row{Seq: seq, ID: rec.ID, Key: sub.Key, Enterprise: sub.Enterprise, Form: rec.Form, Status: rec.Status, Revision: rec.Revision,
		Fields: len(rec.Fields), Missing: len(rec.Missing), Products: []string{}, Codes: []string{}, Failed: []string{}, Decided: len(store.Holding(decisions))}
	identity := rules.Identity{}
	if form, ok := forms.Get(rec.Form); ok {
		identity = form.Identity
	}
	for i := range rec.Fields {
		f := &rec.Fields[i]
		text, _ := f.Value.(string)
		switch pattern := patternOf(f.Path); {
		case text == "":
		case pattern == identity.Applicant:
			r.Enterprise = text
		case pattern == identity.Product:
			r.Products = append(r.Products, text)
		}
		if !f.Review {
			continue
		}
		r.Review++
		for _, g := range f.Flags {
			if !slices.Contains(r.Codes, g.Code) {
				r.Codes = append(r.Codes, g.Code)
			}
		}
	}
	for _, c := range rec.Checks {
		switch c.Outcome {
		case rules.Fail:
			r.Failed = append(r.Failed, c.ID)
		case rules.Unknown:
			r.Unknown++
		}
	}
	if n := len(decisions); n > 0 {
		r.By, r.At = decisions[n-1].By, decisions[n-1].At
	}
	return r
}

var rowNumber = regexp.MustCompile(`\[[0-9]+\]`)

// patternOf is a path as definitions have it: products[].name.
func patternOf(path string) string { return rowNumber.ReplaceAllString(path, "[]") }
