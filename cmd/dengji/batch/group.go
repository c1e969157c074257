package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// plan is a submission on its way to a record: which documents it has, and
// what is known of it.
type plan struct {
	id, key, enterprise string
	form                string
	also                []string         // ids of the applicant's other submissions for the form
	beside              rules.Beside     // what the record is made with beside the documents
	old                 store.Submission // zero where it is new
	inputs              []rules.Input    // without Doc
	readings            []store.Reading  // of inputs
	decisions           []store.Decision // all that were ever made on it
}

// group puts this run's documents together and finds out which submissions
// they are.
func (r *run) group(ctx context.Context) ([]plan, error) {
	inputs, err := r.inputs(ctx)
	if err != nil {
		return nil, err
	}
	found, unassigned := rules.Group(inputs, r.Forms)
	rules.PlaceLoose(found, r.loose())
	rules.PlaceIllegible(found)
	for _, u := range unassigned {
		r.report.Unassigned = append(r.report.Unassigned,
			UnassignedReport{Path: u.Input.Path, Pages: numbers(u.Input.Pages), Guess: u.Guess, Score: u.Score, Why: u.Why})
		offer(found, u)
	}
	old, err := r.store.Submissions(ctx)
	if err != nil {
		return nil, err
	}
	decisions, err := r.store.Decisions(ctx, "")
	if err != nil {
		return nil, err
	}
	candidates := make([]store.Candidate, len(found))
	for i, s := range found {
		candidates[i] = store.Candidate{Key: s.Key, Enterprise: s.Enterprise, Form: rules.FormOf(s, r.Forms)}
		for _, in := range s.Inputs {
			candidates[i].Contents = append(candidates[i].Contents, r.contentAt(in.Path).SHA256)
		}
	}
	var plans []plan
	for i, id := range store.Match(candidates, old) {
		p := plan{id: id, key: found[i].Key, enterprise: found[i].Enterprise, form: candidates[i].Form, beside: found[i].Beside}
		for _, in := range found[i].Inputs {
			in.Doc, in.Parts, in.Clues = nil, nil, nil
			p.inputs = append(p.inputs, in)
			p.readings = append(p.readings, r.readings[r.contentAt(in.Path)])
		}
		plans = append(plans, p)
	}
	plans = r.attach(plans, old)
	nameSiblings(plans, found)
	for i := range plans {
		p := &plans[i]
		p.sort()
		for _, o := range old {
			if o.ID == p.id {
				p.old = o
			}
		}
		for _, d := range decisions {
			if d.Submission == p.id {
				p.decisions = append(p.decisions, d)
			}
		}
	}
	slices.SortFunc(plans, func(a, b plan) int { return strings.Compare(a.id, b.id) })
	return plans, nil
}

// contentAt is what stands under a path of this run.
func (r *run) contentAt(path string) store.Content {
	for lo, hi := 0, len(r.files); lo < hi; { // files are sorted by path
		mid := (lo + hi) / 2
		switch c := strings.Compare(r.files[mid].Path, path); {
		case c == 0:
			return r.files[mid].content()
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return store.Content{}
}

// inputs lists what was read and is no copy, by path, with its clues.
func (r *run) inputs(ctx context.Context) ([]rules.Input, error) {
	seen := r.inventory.Seen()
	copies := r.inventory.Copies(topFolder)
	var inputs []rules.Input
	var ids []int64
	for _, f := range r.files {
		reading, ok := r.readings[f.content()]
		if !ok || reading.Status != extract.StatusRead || copies[f.Path] != "" {
			continue
		}
		first := seen[f.SHA256]
		inputs = append(inputs, rules.Input{Path: f.Path, Seen: first.Seen, ModTime: first.ModTime})
		ids = append(ids, reading.ID)
	}
	clues, err := r.clues(ctx, inputs, ids)
	if err != nil {
		return nil, err
	}
	kept := inputs[:0]
	for i, in := range inputs {
		if in.Clues = clues[ids[i]]; in.Clues != nil {
			kept = append(kept, in)
		}
	}
	return kept, nil
}

// clues returns what readings say about where their files belong, from the
// store or found anew. What cannot be unpacked has none: it is dropped from
// the store, and a problem of the run says that the next one reads it again.
func (r *run) clues(ctx context.Context, inputs []rules.Input, ids []int64) (map[int64]*rules.Clues, error) {
	known, err := r.store.Clues(ctx, r.RulesKey)
	if err != nil {
		return nil, err
	}
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		found = map[int64]*rules.Clues{}
		next  = make(chan int)
		errs  []error
	)
	gather := func(i int) error {
		doc, err := r.store.Document(ctx, ids[i])
		if errors.Is(err, store.ErrDamaged) {
			mu.Lock()
			defer mu.Unlock()
			r.report.Problems = append(r.report.Problems, fmt.Sprintf("%s: %v; run again, and it is read anew", inputs[i].Path, err))
			return r.store.ForgetReading(ctx, ids[i])
		}
		if err != nil {
			return err
		}
		c, err := gatherOne(rules.Input{Path: inputs[i].Path, Doc: named(doc, inputs[i].Path)}, r.Forms)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			r.report.Problems = append(r.report.Problems, err.Error())
			return nil
		}
		found[ids[i]] = c
		return nil
	}
	for range runtime.NumCPU() {
		wg.Go(func() {
			for i := range next {
				if err := gather(i); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	asked := map[int64]bool{}
	for i, id := range ids {
		if known[id] == nil && !asked[id] && ctx.Err() == nil {
			asked[id] = true
			next <- i
		}
	}
	close(next)
	wg.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return nil, err
	}
	if len(found) > 0 {
		if err := r.store.PutClues(ctx, r.RulesKey, found); err != nil {
			return nil, err
		}
	}
	for id, c := range found {
		known[id] = c
	}
	return known, nil
}

// gatherOne gathers a document's clues; a panic costs that document alone.
func gatherOne(in rules.Input, forms *rules.Forms) (c *rules.Clues, err error) {
	defer func() {
		if p := recover(); p != nil {
			c, err = nil, fmt.Errorf("%s: panic while looking where it belongs: %v", in.Path, p)
		}
	}()
	return rules.Gather(in, forms).Clues, nil
}

// named is a document under the name it has in the inbox: the same content may
// have been read under another one.
func named(doc *extract.Document, file string) *extract.Document {
	doc.Name = path.Base(file)
	return doc
}

// attach gives submissions back what no longer lies in the inbox: a file that
// vanished still counts, one that another content took the place of is on
// record. A submission of which nothing is left but vanished files stays.
func (r *run) attach(plans []plan, old []store.Submission) []plan {
	at := map[string]int{}
	for i, p := range plans {
		at[p.id] = i
	}
	present := map[string]bool{}
	for _, f := range r.files {
		present[f.SHA256] = true
	}
	seen := r.inventory.Seen()
	for _, o := range old {
		var lost plan
		counts := 0
		for _, m := range o.Members {
			if !m.Current || present[m.SHA256] {
				continue
			}
			in := rules.Input{Path: m.Path, Pages: m.Pages, Seen: seen[m.SHA256].Seen, ModTime: seen[m.SHA256].ModTime}
			var ok bool
			if in.Gone, in.Replaced, ok = r.whereabouts(m); !ok {
				continue
			}
			reading, why := r.pick(m.Content)
			if why != "" || reading.Status != extract.StatusRead {
				continue
			}
			if in.Replaced == "" {
				counts++
			}
			lost.inputs, lost.readings = append(lost.inputs, in), append(lost.readings, reading)
		}
		if i, ok := at[o.ID]; ok {
			plans[i].inputs = append(plans[i].inputs, lost.inputs...)
			plans[i].readings = append(plans[i].readings, lost.readings...)
		} else if counts > 0 {
			lost.id, lost.key, lost.enterprise, lost.form = o.ID, o.Key, o.Enterprise, o.Form
			plans = append(plans, lost)
		}
	}
	return plans
}

// whereabouts says what became of a document that is not in the inbox; ok is
// false where it no longer belongs to any record.
func (r *run) whereabouts(m store.Member) (gone bool, replaced string, ok bool) {
	for _, e := range r.inventory {
		if e.SHA256 != m.SHA256 {
			continue
		}
		switch e.State {
		case store.Gone:
			gone, ok = true, true
		case store.Replaced:
			ok = true
			now := r.contentAt(e.Path)
			if reading, read := r.readings[now]; read && reading.Status == extract.StatusRead {
				replaced = now.SHA256
				continue
			}
			gone = true // by something that nobody can read, or that vanished in turn
		}
	}
	if gone {
		replaced = ""
	}
	return gone, replaced, ok
}

// holding lists a submission's decisions that hold, by path.
func (p *plan) holding() (out []rules.Decision, last int64) {
	for _, d := range p.decisions {
		last = max(last, d.ID)
	}
	holds := store.Holding(p.decisions)
	for _, d := range holds {
		out = append(out, d.Decision)
	}
	slices.SortFunc(out, func(a, b rules.Decision) int { return strings.Compare(a.Path, b.Path) })
	return out, last
}

// built is the key of all that a record is made of: a record with the same key
// need not be made again.
func (p *plan) built(rulesKey, options string) (string, error) {
	type part struct {
		Path     string
		Reading  int64
		Seen     int
		ModTime  int64
		Gone     bool
		Replaced string
		Pages    []int `json:",omitempty"`
	}
	parts := make([]part, len(p.inputs))
	for i, in := range p.inputs {
		parts[i] = part{in.Path, p.readings[i].ID, in.Seen, in.ModTime.UnixNano(), in.Gone, in.Replaced, in.Pages}
	}
	decisions, _ := p.holding()
	ids := make([]int64, len(decisions))
	for i, d := range decisions {
		ids[i] = d.ID
	}
	data, err := json.Marshal([]any{rulesKey, options, p.key, parts, ids, p.beside})
	if err != nil {
		return "", fmt.Errorf("naming what a record is made of: %w", err)
	}
	return store.Digest(data), nil
}
