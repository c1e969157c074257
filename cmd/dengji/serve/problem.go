package serve

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"dengji/cmd/dengji/store"
)

// problem is an error as RFC 9457 has it, application/problem+json.
type problem struct {
	status int
	kind   string // the last part of its type
	detail string
}

func (p *problem) Error() string { return p.detail }

func badRequest(kind, format string, args ...any) error {
	return &problem{http.StatusBadRequest, kind, fmt.Sprintf(format, args...)}
}

func notFound(kind, format string, args ...any) error {
	return &problem{http.StatusNotFound, kind, fmt.Sprintf(format, args...)}
}

func tooBusy() error {
	return &problem{http.StatusServiceUnavailable, "busy", "too many requests at a time; ask again in a moment"}
}

// asProblem says what a client is told of an error. What went wrong inside is
// for the log alone.
func asProblem(err error) *problem {
	var p *problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, store.ErrGone):
		return &problem{http.StatusGone, "gone", "the submission was withdrawn; its revisions can still be asked for"}
	case errors.Is(err, store.ErrNoSubmission):
		return &problem{http.StatusNotFound, "no_such_record", "there is no record of that id"}
	case errors.Is(err, sql.ErrNoRows):
		return &problem{http.StatusNotFound, "no_such_revision", "the record has no such revision"}
	}
	return &problem{http.StatusInternalServerError, "internal", "the answer could not be made; the server's log says why"}
}

// fail answers with an error.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := asProblem(err)
	if p.status == http.StatusInternalServerError && r.Context().Err() == nil {
		a.Log.Error("answering", "path", r.URL.Path, "error", err)
	}
	if p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	Refuse(w, p.status, p.kind, p.detail)
}

// Refuse answers with a problem.
func Refuse(w http.ResponseWriter, status int, kind, detail string) {
	body := struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"urn:dengji:problem:" + kind, http.StatusText(status), status, detail}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that went away is nobody's error.
	_ = json.NewEncoder(w).Encode(body)
}
