package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

func TestGallery(t *testing.T) {
	o, err := outtest.Make(t.Context(), t.TempDir(), outtest.Options{Submissions: 2})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), filepath.Join(o.Dir, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	g, err := web.OpenGallery(st, o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	pictures, err := st.Pictures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for page, p := range pictures {
		names = append(names, p.File)
		if got, ok, err := g.Picture(t.Context(), page); err != nil || !ok || got != p {
			t.Errorf("%v: %v, %v, %v", page, got, ok, err)
		}
	}
	if _, ok, err := g.Picture(t.Context(), store.PageOf{SHA256: "00", Page: 1}); ok || err != nil {
		t.Errorf("a page that is not there: %v, %v", ok, err)
	}
	// A picture that no reading names, and a named one that leads elsewhere.
	pages := filepath.Join(o.Dir, "pages")
	secret := filepath.Join(t.TempDir(), "secret.jpg")
	for _, path := range []string{filepath.Join(pages, "0123456789abcdef-1.jpg"), secret} {
		if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(pages, names[0])); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(pages, names[0])); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /pages/{file}", g)
	for _, tt := range []struct {
		path string
		want int
	}{
		{names[1], 200}, {names[0], 500}, {"0123456789abcdef-1.jpg", 404}, {"..%2fdengji.db", 404}, {"%2e%2e/dengji.db", 404}, {"..%5cdengji.db", 404},
		{"../dengji.db", 404}, {"/etc/passwd", 404}, {"%2fetc%2fpasswd", 404}, {"", 404}, {".", 404}, {"%00", 404}, {names[1] + "/..", 404},
	} {
		r := httptest.NewRequest("GET", "/pages/x", nil)
		r.URL.Path = "/pages/" + tt.path
		if u, err := r.URL.Parse("/pages/" + tt.path); err == nil {
			r.URL = u
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code == http.StatusTemporaryRedirect || w.Code == http.StatusMovedPermanently { // the way was made straight
			w.Code = http.StatusNotFound
		}
		if w.Code != tt.want {
			t.Errorf("%s: %d, want %d", tt.path, w.Code, tt.want)
		}
		if got := w.Body.String(); got == "secret" {
			t.Errorf("%s: another file was handed out", tt.path)
		}
	}
}
