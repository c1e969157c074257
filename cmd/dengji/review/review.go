// Package review is the review page: where people look at what the program
// doubts, beside the piece of page it was read from, and decide.
//
// The page is scripts and styles embedded in the program. It gets JSON, and
// sets text: what stands in a document is never markup. Every decision is in
// the database before its request is answered, and the record is made anew;
// OUT's files follow a moment later.
package review

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

// Options of a review.
type Options struct {
	Store *store.Store
	// Config says what records are made with. It is asked before every
	// decision, because a run beside the page may have been given something
	// else.
	Config func(context.Context) (batch.Config, error)
	Out    string
	Server *web.Server
	By     string // the reviewer's name that the page proposes; "" lets it ask
	Log    *slog.Logger
	Now    func() time.Time
}

// page is a review under way.
type page struct {
	Options
	gallery *web.Gallery
	index   *index
	present *presence
	writer  *writer
}

// Run serves the page until ctx is done, and then writes what is not yet in
// OUT's files.
func Run(ctx context.Context, o Options) (err error) {
	p, err := open(ctx, o)
	if err != nil {
		return err
	}
	wrote := make(chan error, 1)
	writing, stop := context.WithCancel(context.WithoutCancel(ctx))
	go func() { wrote <- p.writer.run(writing) }()
	err = o.Server.Serve(ctx, p.handler())
	stop() // after the last decision
	return errors.Join(err, <-wrote, p.gallery.Close())
}

func open(ctx context.Context, o Options) (*page, error) {
	cfg, err := o.Config(ctx)
	if err != nil {
		return nil, err
	}
	// Somebody's word may have been kept by a program that then died.
	ids, err := o.Store.Undecided(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, err := batch.Rebuild(ctx, o.Store, cfg, id); err != nil {
			return nil, err
		}
	}
	p := &page{Options: o, index: newIndex(o.Store), present: newPresence(o.Now), writer: newWriter(o.Out, o.Log)}
	if len(ids) > 0 {
		p.writer.poke()
	}
	if err := p.index.refresh(ctx, cfg.Forms); err != nil {
		return nil, err
	}
	p.gallery, err = web.OpenGallery(o.Store, o.Out)
	return p, err
}
