package serve

import (
	"bytes"
	"net/http"
	"strings"
)

// Problems makes a problem of every refusal that is plain text: those of the
// guard at the door and of the standard library.
func Problems(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &catcher{ResponseWriter: w}
		h.ServeHTTP(c, r)
		if c.status != 0 {
			w.Header().Del("Content-Length")
			Refuse(w, c.status, "refused", strings.TrimSpace(c.text.String()))
		}
	})
}

// catcher keeps a plain refusal back.
type catcher struct {
	http.ResponseWriter
	status int // of the refusal, 0 where there is none
	text   bytes.Buffer
}

func (c *catcher) WriteHeader(status int) {
	if status >= http.StatusBadRequest && strings.HasPrefix(c.Header().Get("Content-Type"), "text/plain") {
		c.status = status
		return
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *catcher) Write(p []byte) (int, error) {
	if c.status != 0 {
		return c.text.Write(p)
	}
	return c.ResponseWriter.Write(p)
}

// Unwrap lets deadlines be set.
func (c *catcher) Unwrap() http.ResponseWriter { return c.ResponseWriter }
