package serve

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

// Config is what an API serves.
type Config struct {
	Store   *store.Store // it is only looked at
	Gallery *web.Gallery
	Feed    *Feed
	Out     string
	Version string // of the program
	Log     *slog.Logger
}

// Limits of what is answered.
const (
	defaultLimit = 100
	maxLimit     = 500
	maxFull      = 100 // with whole records
	maxText      = 200 // characters of a search
	maxQuery     = 2 << 10
	maxWait      = 60 * time.Second
	maxBusy      = 64  // requests being answered
	maxWaiting   = 256 // requests that wait for a change
	answerTime   = maxWait + 30*time.Second
)

// api answers requests. Nothing that it does writes anything.
type api struct {
	Config
	openapi []byte
	event   []byte
	busy    chan struct{}
	waiting chan struct{}
}

// route is one row of the API.
type route struct {
	pattern string // of the path
	params  []string
	answer  func(*api, http.ResponseWriter, *http.Request) error
}

// routes are the whole API; openapi.yaml describes each of them.
var routes = []route{
	{"/v1/health", nil, (*api).health},
	{"/v1/openapi.json", nil, (*api).describe},
	{"/v1/schemas/record", nil, (*api).recordSchema},
	{"/v1/schemas/event", nil, (*api).eventSchema},
	{"/v1/run", nil, (*api).run},
	{"/v1/records", []string{"status", "form", "q", "after", "limit", "full"}, (*api).list},
	{"/v1/records/{id}", nil, (*api).record},
	{"/v1/records/{id}/revisions", nil, (*api).revisions},
	{"/v1/records/{id}/revisions/{revision}", nil, (*api).revision},
	{"/v1/records/{id}/documents", nil, (*api).documents},
	{"/v1/documents/{sha256}/pages/{page}", nil, (*api).page},
	{"/v1/changes", []string{"since", "limit", "wait", "full"}, (*api).changes},
}

// NewAPI returns the handler of the API.
func NewAPI(cfg Config) (http.Handler, error) {
	a, err := newAPI(cfg)
	if err != nil {
		return nil, err
	}
	return a.handler(), nil
}

func newAPI(cfg Config) (*api, error) {
	a := &api{Config: cfg, busy: make(chan struct{}, maxBusy), waiting: make(chan struct{}, maxWaiting)}
	var err error
	if a.openapi, err = openAPI(); err != nil {
		return nil, err
	}
	a.event, err = EventSchema()
	return a, err
}

func (a *api) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.pattern, a.guard(r))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		a.fail(w, r, notFound("no_such_path", "there is nothing at %s; /v1/openapi.json lists what there is", r.URL.Path))
	})
	return straight(a, mux)
}

// straight refuses paths that would have to be made straight first: whoever
// asks for them wants to go where the API does not lead.
func straight(a *api, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A writer that cannot have a deadline is a test's.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime))
		p := r.URL.Path
		if !strings.HasPrefix(p, "/") || path.Clean(p) != p || r.URL.RawPath != "" || strings.ContainsAny(p, "\\\x00") {
			a.fail(w, r, badRequest("bad_path", "a path of this API has no empty parts, dots, backslashes or escaped slashes"))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// guard lets through what a route can answer: GET and HEAD with parameters
// that it knows. One that it does not know would otherwise be taken for no
// filter at all.
func (a *api) guard(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.admit(route, w, r); err != nil {
			a.fail(w, r, err)
			return
		}
		select {
		case a.busy <- struct{}{}:
			defer func() { <-a.busy }()
		default:
			a.fail(w, r, tooBusy())
			return
		}
		if err := route.answer(a, w, r); err != nil {
			a.fail(w, r, err)
		}
	})
}

func (a *api) admit(route route, w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return &problem{http.StatusMethodNotAllowed, "read_only", "this API is read-only: GET and HEAD"}
	}
	if len(r.URL.RawQuery) > maxQuery {
		return &problem{http.StatusRequestURITooLong, "too_long", fmt.Sprintf("the query is longer than %d bytes", maxQuery)}
	}
	return known(r, route.params)
}

// answer writes v as JSON.
func (a *api) answer(w http.ResponseWriter, r *http.Request, v any) error {
	data, err := encode(v, "")
	if err != nil {
		return err
	}
	a.send(w, r, "application/json", "", data)
	return nil
}

// send writes an answer, packed where the client can unpack it; with a tag, a
// client that has it already is told so.
func (a *api) send(w http.ResponseWriter, r *http.Request, kind, tag string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Encoding")
	packed := len(data) >= minPacked && takesGzip(r.Header.Get("Accept-Encoding"))
	if tag != "" {
		h.Set("Cache-Control", "private, no-cache") // it may be kept, and is asked for again
		if packed {
			h.Set("ETag", `W/"`+tag+`"`) // other bytes, the same record
		} else {
			h.Set("ETag", `"`+tag+`"`)
		}
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if packed {
		h.Set("Content-Encoding", "gzip")
		data = pack(data)
	}
	// ServeContent would answer ranges and times, which these have not.
	h.Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(data); err != nil {
		a.Log.Debug("a client went away", "error", err)
	}
}

func (a *api) health(w http.ResponseWriter, r *http.Request) error {
	seq, err := a.Store.Cursor(r.Context())
	if err != nil {
		return err
	}
	all, err := a.Store.Receivers(r.Context())
	if err != nil {
		return err
	}
	type receivers struct {
		Pending int `json:"pending"`
		Failed  int `json:"failed"`
		Stopped int `json:"stopped"`
	}
	var told receivers
	for _, one := range all {
		told.Pending += one.Pending
		told.Failed += one.Failed
		if one.Stopped {
			told.Stopped++
		}
	}
	return a.answer(w, r, struct {
		Status     string    `json:"status"`
		Version    string    `json:"version"`
		Seq        int64     `json:"seq"`
		Deliveries receivers `json:"deliveries"`
	}{"ok", a.Version, seq, told})
}

func (a *api) describe(w http.ResponseWriter, r *http.Request) error {
	a.send(w, r, "application/json", store.Digest(a.openapi), a.openapi)
	return nil
}

// run serves run.json, which the program replaces whole.
func (a *api) run(w http.ResponseWriter, r *http.Request) error {
	data, err := os.ReadFile(path.Join(a.Out, "run.json"))
	if os.IsNotExist(err) {
		return notFound("no_run", "no run has ended here yet")
	}
	if err != nil {
		return err
	}
	if !json.Valid(data) {
		return fmt.Errorf("run.json is no JSON; `dengji check` mends it")
	}
	a.send(w, r, "application/json", store.Digest(data), data)
	return nil
}
