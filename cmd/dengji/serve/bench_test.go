package serve

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

// Requests over 500 submissions.
func BenchmarkAPI(b *testing.B) {
	out, err := outtest.Make(b.Context(), b.TempDir(), outtest.Options{Submissions: 500})
	if err != nil {
		b.Fatal(err)
	}
	st, err := store.OpenReader(b.Context(), filepath.Join(out.Dir, "dengji.db"), 4)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	gallery, err := web.OpenGallery(st, out.Dir)
	if err != nil {
		b.Fatal(err)
	}
	defer gallery.Close()
	h, err := NewAPI(Config{Store: st, Gallery: gallery, Feed: NewFeed(), Out: out.Dir, Log: quiet()})
	if err != nil {
		b.Fatal(err)
	}
	for _, tt := range []struct{ name, target string }{
		{"page", "/v1/records"}, {"all", "/v1/records?limit=500"}, {"full", "/v1/records?full=true"}, {"review", "/v1/records?status=review&limit=500"},
		{"search", "/v1/records?q=" + out.IDs[499]}, {"searchValue", "/v1/records?q=xyzzy"}, {"record", "/v1/records/" + out.IDs[250]}, {"changes", "/v1/changes?limit=500"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", tt.target, nil))
				if w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}
