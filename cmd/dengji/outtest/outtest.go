// Package outtest makes OUT folders for tests: submissions of made-up
// companies with all that a reviewer meets, built from Documents by the rules
// as they are, so that they can be decided on and built anew. Nothing is read
// by a reader of pictures.
package outtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// Options say what an OUT holds. The zero value makes an empty one.
type Options struct {
	Submissions int
	// Plants are put, one after another, behind every text of every paper:
	// hostile text that none may take for markup or a formula.
	Plants []string
	Drawn  int // submissions whose own pages are drawn; the others' pictures are borrowed. 0 for a dozen
}

// Out is an OUT folder that Make made.
type Out struct {
	Dir    string
	Config batch.Config // to go on with it, as after a run
	IDs    []string     // of the submissions, in the order they were made

	opt    Options
	forms  *rules.Forms
	artist *artist
	found  []store.Sighting
	subs   []*submission
}

// made is when the first papers came in.
var made = time.Date(2022, 9, 20, 8, 30, 0, 0, time.UTC)

// Make makes an OUT in dir, which must be there.
func Make(ctx context.Context, dir string, opt Options) (*Out, error) {
	o := &Out{Dir: dir, opt: opt}
	for _, sub := range []string{"pages", "records"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, fmt.Errorf("making an OUT folder: %w", err)
		}
	}
	var err error
	if o.forms, err = rules.LoadForms(); err != nil {
		return nil, err
	}
	if o.artist, err = newArtist(filepath.Join(dir, "pages")); err != nil {
		return nil, err
	}
	if o.opt.Drawn == 0 {
		o.opt.Drawn = kinds
	}
	o.Config = batch.Config{Inbox: filepath.Join(dir, "..", "inbox"), Out: dir, Forms: o.forms, Version: "test", RulesKey: "test", Now: time.Now}
	return o, o.Add(ctx, opt.Submissions)
}

// Add makes n more submissions, as another process would whose run goes on.
func (o *Out) Add(ctx context.Context, n int) error {
	st, err := store.Open(ctx, filepath.Join(o.Dir, "dengji.db"))
	if err != nil {
		return err
	}
	err = o.add(ctx, st, n)
	return errors.Join(err, st.Close())
}

func (o *Out) add(ctx context.Context, st *store.Store, n int) error {
	var fresh []*submission
	for range n {
		s := newSubmission(len(o.subs), o.opt.Plants)
		fresh, o.subs = append(fresh, s), append(o.subs, s)
		o.IDs = append(o.IDs, idOf(s))
		for i, p := range s.papers {
			draw := o.artist.draw
			if s.n >= o.opt.Drawn {
				draw = o.artist.lend
			}
			if err := draw(p, s.like(i)); err != nil {
				return err
			}
		}
	}
	if err := o.keep(ctx, st, fresh); err != nil {
		return err
	}
	var corrected []*submission
	for _, s := range fresh {
		if s.kind == kindWeak { // its corrected scan came a week later
			corrected = append(corrected, s)
		}
	}
	if err := o.correct(ctx, st, corrected); err != nil {
		return err
	}
	return batch.WriteRecords(ctx, st, o.Dir)
}

// Correct has a corrected scan of a submission's form arrive, with another
// telephone: its record gets a new revision.
func (o *Out) Correct(ctx context.Context, id string) error {
	i := slices.Index(o.IDs, id)
	if i < 0 {
		return fmt.Errorf("correcting %s: %w", id, store.ErrNoSubmission)
	}
	st, err := store.Open(ctx, filepath.Join(o.Dir, "dengji.db"))
	if err != nil {
		return err
	}
	err = o.correct(ctx, st, o.subs[i:i+1])
	if err == nil {
		err = batch.WriteRecords(ctx, st, o.Dir)
	}
	return errors.Join(err, st.Close())
}

func (o *Out) correct(ctx context.Context, st *store.Store, subs []*submission) error {
	for _, s := range subs {
		s.say.Company.Phone.Raw = fmt.Sprintf("1370000%04d", (s.n*7+len(s.papers)*131)%10000)
		p := s.formScan(fmt.Sprintf("登记表（更正%d）.pdf", len(s.papers)), s.doubts())
		if err := o.artist.lend(p, s.like(0)); err != nil {
			return err
		}
		s.add(p.doc.Name, p)
	}
	return o.keep(ctx, st, subs)
}

func idOf(s *submission) string {
	sum := sha256.Sum256([]byte(s.salt()))
	return hex.EncodeToString(sum[:6])
}

// keep puts what is new of submissions into the database and builds their
// records.
func (o *Out) keep(ctx context.Context, st *store.Store, subs []*submission) error {
	known, readings := map[string]bool{}, map[string]store.Reading{}
	for _, f := range o.found {
		known[f.SHA256] = true
	}
	for _, s := range subs {
		for i, p := range s.papers {
			if known[p.doc.SHA256] {
				continue
			}
			o.found = append(o.found, store.Sighting{Path: s.names[i], SHA256: p.doc.SHA256, Size: p.doc.Size, ModTime: made.Add(time.Duration(i) * time.Minute)})
		}
	}
	inv, err := st.Sight(ctx, o.found, false, o.Config.Now())
	if err != nil {
		return err
	}
	for _, s := range subs {
		for i, p := range s.papers {
			r, err := st.PutReading(ctx, store.Reading{Content: store.Content{SHA256: p.doc.SHA256, Extension: filepath.Ext(s.names[i])}, Setup: "test",
				Size: p.doc.Size, Status: extract.StatusRead}, &p.doc, o.Config.Now())
			if err != nil {
				return err
			}
			readings[p.doc.SHA256] = r
		}
	}
	for part := range slices.Chunk(subs, 32) {
		if err := o.build(ctx, st, part, inv.Seen(), readings); err != nil {
			return err
		}
	}
	return nil
}

// build makes and keeps the records of some submissions.
func (o *Out) build(ctx context.Context, st *store.Store, subs []*submission, seen map[string]store.Sighted, readings map[string]store.Reading) error {
	drafts, errs := make([]store.Draft, len(subs)), make([]error, len(subs))
	var wg sync.WaitGroup
	busy := make(chan struct{}, runtime.NumCPU())
	for i, s := range subs {
		wg.Go(func() {
			busy <- struct{}{}
			defer func() { <-busy }()
			drafts[i], errs[i] = o.draft(ctx, st, s, seen, readings)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return st.Keep(ctx, drafts, o.Config.Now())
}

func (o *Out) draft(ctx context.Context, st *store.Store, s *submission, seen map[string]store.Sighted, readings map[string]store.Reading) (store.Draft, error) {
	d := store.Draft{ID: idOf(s), Key: s.key, Enterprise: s.say.Company.Name}
	before, found, err := st.Submission(ctx, d.ID)
	if err != nil {
		return d, err
	}
	if found {
		d.Version = before.Version
	}
	sub := rules.Submission{Key: s.key, Enterprise: d.Enterprise}
	for _, i := range s.byPath() {
		p := s.papers[i]
		at, r := seen[p.doc.SHA256], readings[p.doc.SHA256]
		sub.Inputs = append(sub.Inputs, rules.Input{Path: s.names[i], Doc: &p.doc, Seen: at.Seen, ModTime: at.ModTime})
		d.Members = append(d.Members, store.Member{Path: s.names[i], Content: r.Content, Reading: r.ID})
	}
	all, err := st.Decisions(ctx, d.ID)
	if err != nil {
		return d, err
	}
	var opt rules.Options
	for _, decision := range all {
		d.Decided = max(d.Decided, decision.ID)
	}
	for _, holds := range store.Holding(all) {
		opt.Decisions = append(opt.Decisions, holds.Decision)
	}
	slices.SortFunc(opt.Decisions, func(a, b rules.Decision) int { return strings.Compare(a.Path, b.Path) })
	if d.Record, d.Trace, err = rules.Build(sub, o.forms, opt); err != nil {
		return d, err
	}
	return d, nil
}
