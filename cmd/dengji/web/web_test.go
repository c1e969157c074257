package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() }) // of a server that was served it is closed already
	return s
}

var hello = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })

func TestOpen(t *testing.T) {
	for _, tt := range []struct {
		cfg  Config
		want error
	}{
		{Config{Listen: "127.0.0.1:0"}, nil},
		{Config{Listen: "localhost:0"}, nil},
		{Config{Listen: "[::ffff:127.0.0.1]:0"}, nil},
		{Config{Listen: "0.0.0.0:0"}, ErrPassword},
		{Config{Listen: ":0"}, ErrPassword},
		{Config{Listen: "[::]:0"}, ErrPassword},
		{Config{Listen: "0.0.0.0:0", Password: "kurz"}, ErrPassword},
		{Config{Listen: "0.0.0.0:0", Password: strings.Repeat("长", 30)}, ErrPassword},
		{Config{Listen: "0.0.0.0:0", Password: "lang genug"}, nil},
		{Config{Listen: "8080"}, ErrAddress},
		{Config{Listen: ""}, ErrAddress},
	} {
		s, err := Open(t.Context(), tt.cfg)
		if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
			t.Errorf("%+v: %v, want %v", tt.cfg, err, tt.want)
		}
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// ask makes a request of a server that was never served.
func ask(h http.Handler, method, host, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(`{}`))
	r.Host = host
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestForeignHostAndOrigin(t *testing.T) {
	local, wide := open(t, Config{Listen: "127.0.0.1:0"}), open(t, Config{Listen: "0.0.0.0:0", Password: "long enough"})
	wide.gate, wide.host = nil, "office-7"
	for _, tt := range []struct {
		s      *Server
		host   string // P is the port
		header []string
		want   int
	}{
		{local, "127.0.0.1:P", nil, 200},
		{local, "localhost:P", nil, 200},
		{local, "[::1]:P", nil, 200},
		{local, "127.0.0.1:1", nil, 421},
		{local, "127.0.0.1", nil, 421},
		{local, "evil.example:P", nil, 421},
		{local, "localhost.evil.example:P", nil, 421},
		{local, "192.168.1.7:P", nil, 421},
		{local, "", nil, 421},
		{local, "127.0.0.1:P", []string{"Origin", "http://127.0.0.1:P"}, 200},
		{local, "127.0.0.1:P", []string{"Origin", "http://evil.example"}, 403},
		{local, "127.0.0.1:P", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{local, "127.0.0.1:P", []string{"Origin", "https://127.0.0.1:P"}, 403},
		{local, "127.0.0.1:P", []string{"Origin", "http://localhost:P"}, 403},
		{local, "127.0.0.1:P", []string{"Origin", "null"}, 403},
		{local, "127.0.0.1:P", []string{"Origin", ""}, 403},
		{local, "127.0.0.1:P", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{local, "127.0.0.1:P", []string{"Sec-Fetch-Site", "none"}, 200},
		{local, "127.0.0.1:P", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{local, "127.0.0.1:P", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{local, "127.0.0.1:P", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200},
		{local, "127.0.0.1:P", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403},
		{wide, "192.168.1.7:P", nil, 200},
		{wide, "office-7:P", nil, 200},
		{wide, "Office-7.local:P", nil, 200},
		{wide, "evil.example:P", nil, 421},
		{wide, "192.168.1.7:P", []string{"Origin", "http://192.168.1.8:P"}, 403},
	} {
		port := func(s string) string { return strings.ReplaceAll(s, ":P", ":"+tt.s.port) }
		header := make([]string, len(tt.header))
		for i, h := range tt.header {
			header[i] = port(h)
		}
		if w := ask(tt.s.Handler(hello), "GET", port(tt.host), "/", header...); w.Code != tt.want {
			t.Errorf("Host %q, %v: %d, want %d", tt.host, tt.header, w.Code, tt.want)
		}
	}
	w := ask(local.Handler(hello), "GET", "evil.example", "/")
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy %q", csp)
	}
}

func TestChanging(t *testing.T) {
	s := open(t, Config{Listen: "127.0.0.1:0"})
	h := s.Changing(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var v struct{ A string }
		if err := ReadJSON(r, &v); errors.Is(err, ErrTooLarge) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		} else if err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	const ct, js = "Content-Type", "application/json"
	for _, tt := range []struct {
		method, body string
		header       []string
		want         int
	}{
		{"POST", `{"A":"b"}`, []string{ct, js, TokenHeader, s.Token()}, 200},
		{"POST", `{"A":"b"}`, []string{ct, js + "; charset=utf-8", TokenHeader, s.Token()}, 200},
		{"GET", ``, []string{ct, js, TokenHeader, s.Token()}, 405},
		{"PUT", `{}`, []string{ct, js, TokenHeader, s.Token()}, 405},
		{"POST", `A=b`, []string{ct, "application/x-www-form-urlencoded", TokenHeader, s.Token()}, 415},
		{"POST", `{}`, []string{ct, "text/plain", TokenHeader, s.Token()}, 415},
		{"POST", `{}`, []string{TokenHeader, s.Token()}, 415},
		{"POST", `{}`, []string{ct, js}, 403},
		{"POST", `{}`, []string{ct, js, TokenHeader, "x" + s.Token()}, 403},
		{"POST", `{"B":1}`, []string{ct, js, TokenHeader, s.Token()}, 400},
		{"POST", `{} {}`, []string{ct, js, TokenHeader, s.Token()}, 400},
		{"POST", ``, []string{ct, js, TokenHeader, s.Token()}, 400},
		{"POST", `{"A":"` + strings.Repeat("x", bodyBytes) + `"}`, []string{ct, js, TokenHeader, s.Token()}, 413},
	} {
		r := httptest.NewRequest(tt.method, "/", strings.NewReader(tt.body))
		for i := 0; i < len(tt.header); i += 2 {
			r.Header.Set(tt.header[i], tt.header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%s %.20q %v: %d, want %d", tt.method, tt.body, tt.header, w.Code, tt.want)
		}
	}
	if other := open(t, Config{Listen: "127.0.0.1:0"}); other.Token() == s.Token() || len(s.Token()) < 20 {
		t.Error("the token is no secret of one start")
	}
}

func TestPassword(t *testing.T) {
	s := open(t, Config{Listen: "127.0.0.1:0", Password: "correct horse"})
	now := time.Now()
	s.gate.now = func() time.Time { return now }
	h, host := s.Handler(hello), "127.0.0.1:"+s.port
	if w := ask(h, "GET", host, "/"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/login" {
		t.Errorf("the page without a password: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := ask(h, "GET", host, "/pages/x.jpg"); w.Code != http.StatusUnauthorized {
		t.Errorf("a picture without a password: %d", w.Code)
	}
	if w := ask(h, "GET", host, "/", "Cookie", sessionCookie+"=guess"); w.Code == http.StatusOK {
		t.Error("a made-up session is let in")
	}
	if w := ask(h, "GET", host, "/", "Authorization", "Basic ZGVuZ2ppOmNvcnJlY3QgaG9yc2U="); w.Code == http.StatusOK {
		t.Error("a browser's Basic is let in where a page asks")
	}
	login := func(password string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/login", strings.NewReader(url.Values{"password": {password}}.Encode()))
		r.Host = host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := login("wrong horse"); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "密码不对") {
		t.Errorf("a wrong password: %d", w.Code)
	}
	w := login("correct horse")
	cookie := w.Header().Get("Set-Cookie")
	if w.Code != http.StatusSeeOther || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Fatalf("the right password: %d, cookie %q", w.Code, cookie)
	}
	session, _, _ := strings.Cut(cookie, ";")
	if w := ask(h, "GET", host, "/", "Cookie", session); w.Code != http.StatusOK {
		t.Errorf("with its session: %d", w.Code)
	}
	for range tries {
		login("wrong horse")
	}
	if w := login("correct horse"); w.Code != http.StatusTooManyRequests {
		t.Errorf("after %d wrong ones: %d", tries, w.Code)
	}
	now = now.Add(triesBack + time.Second)
	if w := login("correct horse"); w.Code != http.StatusSeeOther {
		t.Errorf("a minute later: %d", w.Code)
	}
}

func TestBasic(t *testing.T) {
	s := open(t, Config{Listen: "127.0.0.1:0", Password: "correct horse", Basic: true})
	h, host := s.Handler(hello), "127.0.0.1:"+s.port
	for _, tt := range []struct {
		auth string
		want int
	}{
		{"", 401}, {"Basic ZGVuZ2ppOndyb25n", 401}, {"Basic ZGVuZ2ppOmNvcnJlY3QgaG9yc2U=", 200}, {"Basic eDpjb3JyZWN0IGhvcnNl", 200}, {"Bearer correct horse", 401},
	} {
		if w := ask(h, "GET", host, "/records", "Authorization", tt.auth); w.Code != tt.want {
			t.Errorf("%q: %d, want %d", tt.auth, w.Code, tt.want)
		}
	}
	if w := ask(h, "GET", host, "/login"); w.Code != 401 {
		t.Errorf("a login page for programs: %d", w.Code)
	}
}

// A server must let go of its port when it is told to, with a stream open too.
func TestServeEnds(t *testing.T) {
	s := open(t, Config{Listen: "127.0.0.1:0"})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
		}))
	}()
	res, err := http.Get(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(s.URL()); err == nil {
		t.Error("it still answers")
	}
}
