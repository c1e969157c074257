package web

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// policy lets a page use scripts, styles and pictures of its own server, and
// nothing else; no script can make markup of text (trusted types).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// headers sets what every answer carries. Nothing is kept by caches unless a
// handler says so.
func headers(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set := w.Header().Set
		set("Content-Security-Policy", policy)
		set("X-Content-Type-Options", "nosniff")
		set("X-Frame-Options", "DENY")
		set("Referrer-Policy", "no-referrer")
		set("Cross-Origin-Opener-Policy", "same-origin")
		set("Cross-Origin-Resource-Policy", "same-origin")
		set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
	})
}

// ownOnly refuses requests made under another name than the server's (a page
// elsewhere whose name was made to lead here) and requests that other pages
// make.
func (s *Server) ownOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.ownHost(r.Host):
			http.Error(w, "refused: this server is not called by that name (Host)", http.StatusMisdirectedRequest)
		case !s.ownOrigin(r):
			http.Error(w, "refused: the request comes from another page (Origin)", http.StatusForbidden)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// ownHost says whether a Host names this server. A number as address cannot be
// made to lead here by whoever owns a name, so beyond loopback any will do.
func (s *Server) ownHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil { // without a port: 80
		name, port = strings.Trim(host, "[]"), "80"
	}
	if port != s.port {
		return false
	}
	if isLoopback(name) {
		return true
	}
	if s.loopback {
		return false
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return s.host != "" && (name == s.host || name == s.host+".local")
}

// ownOrigin says whether a request comes from a page of this server, from
// somebody who typed or followed its address, or from a program.
func (s *Server) ownOrigin(r *http.Request) bool {
	for _, origin := range r.Header["Origin"] {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "http" || u.Host != r.Host {
			return false
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	// A link elsewhere that leads here.
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// Token is what a page must send along with whatever changes something, in
// the header TokenHeader. It is another one each time the server is started.
func (s *Server) Token() string { return s.token }

// TokenHeader carries the token.
const TokenHeader = "X-Dengji-Token"

// What a changing request may send, and how long that may take.
const (
	bodyBytes = 64 << 10
	bodyTime  = 10 * time.Second
)

// Changing lets only requests pass that a page of this server makes on
// purpose: POST, JSON, with the token. Their bodies are limited.
func (s *Server) Changing(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch {
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "only POST", http.StatusMethodNotAllowed)
		case err != nil || kind != "application/json":
			http.Error(w, "only application/json", http.StatusUnsupportedMediaType)
		case subtle.ConstantTimeCompare([]byte(r.Header.Get(TokenHeader)), []byte(s.token)) != 1:
			http.Error(w, "refused: the page is of an earlier start of the server; load it again", http.StatusForbidden)
		default:
			// A writer that cannot have a deadline is a test's.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
			r.Body = http.MaxBytesReader(w, r.Body, bodyBytes)
			h.ServeHTTP(w, r)
		}
	})
}

// ErrTooLarge says that a request's body is beyond its limit.
var ErrTooLarge = errors.New("the request is too large")

// ReadJSON reads a body of one JSON value without fields that v does not know.
func ReadJSON(r *http.Request, v any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil {
		if _, rest := dec.Token(); !errors.Is(rest, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return ErrTooLarge
	}
	if err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	return nil
}

// WriteJSON answers with v. That a client went away is nobody's error.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v) // <, > and & escaped
	if err != nil {
		http.Error(w, "the answer could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n'))
}
