package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// summary is what the report says of a record.
type summary struct {
	SubmissionReport
	documents []rules.Source
}

// chunk is how many submissions are built and kept at a time: their documents
// are in memory together.
const chunk = 8

// build turns readings into records. A record that is made of the same
// documents, rules and decisions as before stays as it is.
func (r *run) build(ctx context.Context) error {
	if done, err := r.unchanged(ctx); done || err != nil {
		return err
	}
	plans, err := r.group(ctx)
	if err != nil {
		return err
	}
	if err := meet(ctx, r.store, r.Config, plans); err != nil {
		return err
	}
	ids := make([]string, len(plans))
	for i, p := range plans {
		ids[i] = p.id
	}
	for part := range slices.Chunk(plans, chunk) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		made, problems, err := buildAll(ctx, r.store, r.Config, part)
		if err != nil {
			return err
		}
		r.summaries = append(r.summaries, made...)
		r.report.Problems = append(r.report.Problems, problems...)
	}
	return r.store.Retire(ctx, ids, r.Now())
}

// buildAll builds and keeps what is not yet as it should be, and sums all of
// it up.
func buildAll(ctx context.Context, st *store.Store, cfg Config, plans []plan) (made []summary, problems []string, err error) {
	drafts := make([]*store.Draft, len(plans))
	errs := make([]error, len(plans))
	var wg sync.WaitGroup
	busy := make(chan struct{}, max(1, cfg.Pool.Workers))
	for i := range plans {
		wg.Go(func() {
			busy <- struct{}{}
			defer func() { <-busy }()
			drafts[i], errs[i] = draft(ctx, st, cfg, &plans[i])
		})
	}
	wg.Wait()
	for i := range plans {
		var bad *badRecord
		if errors.As(errs[i], &bad) {
			problems = append(problems, bad.Error())
		} else if errs[i] != nil {
			return nil, nil, errs[i]
		}
	}
	again, err := keepAll(ctx, st, cfg, drafts)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range again {
		if _, err := Rebuild(ctx, st, cfg, id); err != nil {
			return nil, nil, err
		}
	}
	for i := range plans {
		var rec *rules.Record
		if d := drafts[i]; d != nil && !slices.Contains(again, d.ID) {
			rec = d.Record
		} else if rec, err = lastRecord(ctx, st, plans[i].id); err != nil {
			return nil, nil, err
		}
		if rec != nil {
			made = append(made, summarise(rec, &plans[i]))
		}
	}
	return made, problems, nil
}

// keepAll keeps drafts and returns the ids of those that somebody else changed
// meanwhile.
func keepAll(ctx context.Context, st *store.Store, cfg Config, drafts []*store.Draft) (stale []string, err error) {
	var list []store.Draft
	for _, d := range drafts {
		if d != nil {
			list = append(list, *d)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	err = st.Keep(ctx, list, cfg.Now())
	if !errors.Is(err, store.ErrStale) {
		return nil, err
	}
	for _, d := range list { // one of them; the others can be kept
		err := st.Keep(ctx, []store.Draft{d}, cfg.Now())
		if errors.Is(err, store.ErrStale) {
			stale = append(stale, d.ID)
		} else if err != nil {
			return nil, err
		}
	}
	return stale, nil
}

// badRecord is a submission no record could be made of. It is a problem of
// that submission, not of the run.
type badRecord struct {
	key string
	err error
}

func (b *badRecord) Error() string { return fmt.Sprintf("submission %s: %v", b.key, b.err) }

// draft builds a submission's record, nil where the one on record is made of
// the same.
func draft(ctx context.Context, st *store.Store, cfg Config, p *plan) (*store.Draft, error) {
	key, err := p.built(cfg.RulesKey, cfg.Options.Key())
	if err != nil {
		return nil, err
	}
	if p.old.Built == key && p.old.Revision > 0 && cfg.RulesKey != "" {
		return nil, nil
	}
	d := &store.Draft{ID: p.id, Key: p.key, Enterprise: p.enterprise, Built: key, Version: p.old.Version, Beside: p.beside}
	for i, in := range p.inputs {
		d.Members = append(d.Members, store.Member{Path: in.Path, Pages: in.Pages, Content: p.readings[i].Content,
			Reading: p.readings[i].ID, Gone: in.Gone, Replaced: in.Replaced})
	}
	if d.Record, d.Trace, d.Decided, err = p.record(ctx, st, cfg); err != nil {
		return nil, &badRecord{p.key, err}
	}
	if err := validate(d.Record, p.id); err != nil {
		return nil, &badRecord{p.key, err}
	}
	return d, nil
}

// record makes the record of a plan; decided is the last decision it knows of.
func (p *plan) record(ctx context.Context, st *store.Store, cfg Config) (rec *rules.Record, trace *rules.Trace, decided int64, err error) {
	sub := rules.Submission{Key: p.key, Enterprise: p.enterprise, Beside: p.beside}
	for i, in := range p.inputs {
		doc, err := st.Document(ctx, p.readings[i].ID)
		if err != nil {
			return nil, nil, 0, fmt.Errorf("%s: %w; run again, and it is read anew", in.Path, err)
		}
		in.Doc = named(doc, in.Path)
		sub.Inputs = append(sub.Inputs, in)
	}
	opt := cfg.Options
	opt.Decisions, decided = p.holding()
	rec, trace, err = buildOne(sub, cfg.Forms, opt)
	return rec, trace, decided, err
}

// validate checks a record against its schema, as it will be written.
func validate(rec *rules.Record, id string) error {
	whole := *rec
	whole.ID = id
	data, err := encode(&whole, "")
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	return rules.Validate(data)
}

// buildOne builds a record; a panic costs that submission alone.
func buildOne(s rules.Submission, forms *rules.Forms, opt rules.Options) (rec *rules.Record, trace *rules.Trace, err error) {
	defer func() {
		if p := recover(); p != nil {
			rec, err = nil, fmt.Errorf("panic while building the record: %v", p)
		}
	}()
	rec, trace, err = rules.Build(s, forms, opt)
	if err == nil && rec == nil {
		err = errors.New("no record was built")
	}
	return rec, trace, err
}

// lastRecord is the record of a submission as the store has it, nil where
// there is none.
func lastRecord(ctx context.Context, st *store.Store, id string) (*rules.Record, error) {
	sub, found, err := st.Submission(ctx, id)
	if err != nil || !found || sub.Revision == 0 {
		return nil, err
	}
	return st.Record(ctx, id)
}

func summarise(rec *rules.Record, p *plan) summary {
	return summary{documents: rec.Documents,
		SubmissionReport: SubmissionReport{ID: rec.ID, Key: p.key, Enterprise: p.enterprise, Also: p.also,
			Form: rec.Form, Status: rec.Status, Revision: rec.Revision, Fields: len(rec.Fields), ToReview: toReview(rec),
			ChecksFailed: checksWith(rec, rules.Fail), ChecksUnknown: checksWith(rec, rules.Unknown), Missing: append([]rules.Missing{}, rec.Missing...)}}
}

// Rebuild makes the record of one submission anew from what is on record of
// it, and keeps it: after a decision. It does not write OUT.
func Rebuild(ctx context.Context, st *store.Store, cfg Config, id string) (*rules.Record, error) {
	for {
		sub, found, err := st.Submission(ctx, id)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, fmt.Errorf("building the record %s: %w", id, store.ErrNoSubmission)
		}
		inventory, err := st.Inventory(ctx)
		if err != nil {
			return nil, err
		}
		p, err := planOf(ctx, st, sub, inventory.Seen())
		if err != nil {
			return nil, err
		}
		d, err := draft(ctx, st, cfg, &p)
		if err != nil {
			return nil, err
		}
		if d == nil {
			return lastRecord(ctx, st, id)
		}
		err = st.Keep(ctx, []store.Draft{*d}, cfg.Now())
		if err == nil {
			return d.Record, nil
		}
		if !errors.Is(err, store.ErrStale) || ctx.Err() != nil {
			return nil, err
		}
	}
}

// RebuildAll is Rebuild of many submissions, on all cores. problems says of
// which no record could be made, in words; they keep the one they had.
func RebuildAll(ctx context.Context, st *store.Store, cfg Config, ids []string) (problems []string, err error) {
	inventory, err := st.Inventory(ctx)
	if err != nil {
		return nil, err
	}
	seen := inventory.Seen()
	cfg.Pool.Workers = runtime.NumCPU()
	for part := range slices.Chunk(ids, chunk) {
		var plans []plan
		for _, id := range part {
			sub, found, err := st.Submission(ctx, id)
			if err != nil {
				return nil, err
			}
			if !found {
				return nil, fmt.Errorf("building the record %s: %w", id, store.ErrNoSubmission)
			}
			p, err := planOf(ctx, st, sub, seen)
			if err != nil {
				return nil, err
			}
			plans = append(plans, p)
		}
		_, bad, err := buildAll(ctx, st, cfg, plans)
		if err != nil {
			return nil, err
		}
		problems = append(problems, bad...)
	}
	return problems, nil
}

// planOf is a submission as the last run left it; seen says when its contents
// were met.
func planOf(ctx context.Context, st *store.Store, sub store.Submission, seen map[string]store.Sighted) (plan, error) {
	p := plan{id: sub.ID, key: sub.Key, enterprise: sub.Enterprise, form: sub.Form, beside: sub.Beside, old: sub}
	var err error
	if p.decisions, err = st.Decisions(ctx, sub.ID); err != nil {
		return p, err
	}
	for _, m := range sub.Members {
		if !m.Current {
			continue
		}
		p.inputs = append(p.inputs, rules.Input{Path: m.Path, Pages: m.Pages, Seen: seen[m.SHA256].Seen, ModTime: seen[m.SHA256].ModTime, Gone: m.Gone, Replaced: m.Replaced})
		p.readings = append(p.readings, store.Reading{Content: m.Content, ID: m.Reading})
	}
	p.sort()
	return p, nil
}

// sort orders inputs the way a run has them, so that a record is the same
// whoever builds it.
func (p *plan) sort() {
	order := make([]int, len(p.inputs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := p.inputs[a], p.inputs[b]
		if c := strings.Compare(x.Path, y.Path); c != 0 {
			return c
		}
		return y.Seen - x.Seen
	})
	inputs, readings := make([]rules.Input, len(order)), make([]store.Reading, len(order))
	for i, k := range order {
		inputs[i], readings[i] = p.inputs[k], p.readings[k]
	}
	p.inputs, p.readings = inputs, readings
}
