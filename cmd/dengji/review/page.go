package review

import (
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

//go:embed assets
var assets embed.FS

var shell = template.Must(template.ParseFS(assets, "assets/page.html"))

// types of the embedded files; the system's own table is not asked.
var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// handler answers all requests of the page.
func (p *page) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.shell)
	mux.HandleFunc("GET /s/{id}", p.shell)
	mux.HandleFunc("GET /assets/{file}", asset)
	mux.Handle("GET /pages/{file}", p.gallery)
	mux.HandleFunc("GET /api/submission/{id}", p.submission)
	mux.Handle("/api/pulse", p.Server.Changing(http.HandlerFunc(p.pulse)))
	mux.Handle("/api/understand", p.Server.Changing(http.HandlerFunc(p.understand)))
	mux.Handle("/api/decide", p.Server.Changing(http.HandlerFunc(p.decide)))
	return mux
}

// shell is the page without anything in it.
func (p *page) shell(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	if err := shell.Execute(&b, map[string]string{"Token": p.Server.Token(), "By": p.By}); err != nil {
		p.failed(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(b.String())) // that a browser went away is nobody's error
}

func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	kind, ok := types[path.Ext(name)]
	data, err := fs.ReadFile(assets, "assets/"+name)
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data)
}

func (p *page) submission(w http.ResponseWriter, r *http.Request) {
	cfg, err := p.Config(r.Context())
	if err != nil {
		p.failed(w, r, err)
		return
	}
	v, err := p.view(r.Context(), cfg.Forms, r.PathValue("id"))
	if err != nil {
		p.failed(w, r, err)
		return
	}
	web.WriteJSON(w, http.StatusOK, v)
}

// bad answers a request that cannot be understood.
func (p *page) bad(w http.ResponseWriter, err error) {
	if errors.Is(err, web.ErrTooLarge) {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	http.Error(w, err.Error(), http.StatusBadRequest)
}

// failed answers a request that could not be carried out. What went wrong
// stands in the log: it may name files.
func (p *page) failed(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, store.ErrNoSubmission) {
		http.Error(w, "there is no such submission", http.StatusNotFound)
		return
	}
	if r.Context().Err() == nil {
		p.Log.Error("a request failed", "path", r.URL.Path, "error", err)
	}
	http.Error(w, "the server could not do it; its log says why", http.StatusInternalServerError)
}
