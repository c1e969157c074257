package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dengji/cmd/dengji/store"
)

// Gallery hands out the page pictures of an OUT: files of OUT/pages that the
// database names, and nothing else.
type Gallery struct {
	st   *store.Store
	root *os.Root // OUT/pages; no link leads out of it
	now  func() time.Time

	mu     sync.Mutex
	loaded time.Time
	pages  map[store.PageOf]store.Picture
	files  map[string]bool
}

// How old what is known of the pictures may be: where one is asked for that is
// not known, and at any rate (a page that was read again has another size).
const (
	staleMiss = time.Second
	staleHit  = time.Minute
)

// OpenGallery opens the pictures of an OUT.
func OpenGallery(st *store.Store, out string) (*Gallery, error) {
	dir := filepath.Join(out, "pages")
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the page pictures: %w; give the folder that `dengji run INBOX -o OUT` made", err)
	}
	return &Gallery{st: st, root: root, now: time.Now}, nil
}

// Close closes the folder.
func (g *Gallery) Close() error { return g.root.Close() }

// Picture returns the picture of a page.
func (g *Gallery) Picture(ctx context.Context, page store.PageOf) (p store.Picture, ok bool, err error) {
	err = g.look(ctx, func() bool { p, ok = g.pages[page]; return ok })
	return p, ok, err
}

// look looks something up; where it is not found, or what is known is old, in
// what the database says now.
func (g *Gallery) look(ctx context.Context, find func() bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	age := g.now().Sub(g.loaded)
	if g.pages != nil && (age < staleMiss || age < staleHit && find()) {
		find()
		return nil
	}
	pages, err := g.st.Pictures(ctx)
	if err != nil {
		return err
	}
	g.pages, g.files, g.loaded = pages, map[string]bool{}, g.now()
	for _, p := range pages {
		g.files[p.File] = true
	}
	find()
	return nil
}

// ServeHTTP serves the picture whose file is the path's value "file", as in
// the pattern "GET /pages/{file}".
func (g *Gallery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, known := r.PathValue("file"), false
	if err := g.look(r.Context(), func() bool { known = g.files[name]; return known }); err != nil {
		http.Error(w, "the database cannot be read just now", http.StatusServiceUnavailable)
		return
	}
	if !known {
		http.NotFound(w, r)
		return
	}
	f, err := g.root.Open(name)
	if err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, fs.ErrNotExist) {
			status = http.StatusNotFound
		}
		http.Error(w, "the page's picture is not there; run again with --reread to have it made", status)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=300")
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()))
	http.ServeContent(w, r, "", info.ModTime(), f)
}
