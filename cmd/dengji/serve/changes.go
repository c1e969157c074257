package serve

import (
	"math"
	"net/http"
	"time"

	"dengji/cmd/dengji/store"
)

// changes answers what changed after a cursor; with wait, it waits for a
// change where there is none yet.
func (a *api) changes(w http.ResponseWriter, r *http.Request) error {
	full, limit, err := limits(r)
	if err != nil {
		return err
	}
	since, err := number(r, "since", 0, 0, math.MaxInt64)
	if err != nil {
		return err
	}
	wait, err := waiting(r)
	if err != nil {
		return err
	}
	events, err := a.since(r, since, limit, wait)
	if err != nil {
		return err
	}
	next := since
	if len(events) > 0 {
		next = events[len(events)-1].Seq
	}
	if !full {
		return a.answer(w, r, changePage[store.Event]{events, next, len(events) == limit})
	}
	whole := []Event{}
	for _, e := range events {
		one, err := withRecord(r.Context(), a.Store, e)
		if err != nil {
			return err
		}
		whole = append(whole, one)
	}
	return a.answer(w, r, changePage[Event]{whole, next, len(events) == limit})
}

// changePage is some changes. More says that there may be more at once.
type changePage[E any] struct {
	Changes []E   `json:"changes"`
	Next    int64 `json:"next"` // the cursor to go on with
	More    bool  `json:"more"`
}

// since lists changes, and waits for one.
func (a *api) since(r *http.Request, seq int64, limit int, wait time.Duration) ([]store.Event, error) {
	for deadline := time.Now().Add(wait); ; {
		changed := a.Feed.Next()
		events, err := a.Store.Since(r.Context(), seq, limit)
		if err != nil || len(events) > 0 {
			return events, err
		}
		last, err := a.Store.Cursor(r.Context())
		if err != nil {
			return nil, err
		}
		if seq > last {
			// Somebody who follows another database would wait for ever.
			return nil, &problem{http.StatusConflict, "cursor_ahead", "the last change here is before that cursor: it is of another folder, or this one was put back from a copy; begin again with the list"}
		}
		left := time.Until(deadline)
		if left <= 0 || r.Context().Err() != nil {
			return events, nil
		}
		if err := a.waitFor(r, changed, left); err != nil {
			return nil, err
		}
	}
}

// waitFor waits outside the number of those who are answered.
func (a *api) waitFor(r *http.Request, changed <-chan struct{}, wait time.Duration) error {
	select {
	case a.waiting <- struct{}{}:
		defer func() { <-a.waiting }()
	default:
		return tooBusy()
	}
	<-a.busy
	defer func() { a.busy <- struct{}{} }()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-r.Context().Done():
	}
	return nil
}
