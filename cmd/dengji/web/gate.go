package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// A wrong password costs a try; who has none left waits.
const (
	tries     = 5
	triesBack = time.Minute
	allTries  = 100 // of all addresses together
	sessions  = 1000
)

const sessionCookie = "dengji_session"

// gate asks for a password: people by a page, programs by HTTP Basic.
type gate struct {
	hash  []byte
	basic bool
	key   [32]byte // names credentials that were right, so that they are not hashed at every request
	now   func() time.Time

	mu      sync.Mutex
	open    map[string]bool // session ids, and names of right credentials
	wrong   map[string]int  // tries by address in the present span
	total   int
	since   time.Time // when the present span began
	hashing sync.Mutex
}

func newGate(password string, basic bool) (*gate, error) {
	if n := len([]rune(password)); n < 8 || len(password) > 72 {
		return nil, fmt.Errorf("%w of 8 characters at least, and 72 bytes at most", ErrPassword)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return nil, fmt.Errorf("%w that can be used: %w", ErrPassword, err)
	}
	g := &gate{hash: hash, basic: basic, now: time.Now, open: map[string]bool{}, wrong: map[string]int{}}
	_, err = rand.Read(g.key[:])
	return g, err
}

func (g *gate) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/login" && !g.basic:
			g.login(w, r)
		case g.knows(w, r):
			h.ServeHTTP(w, r)
		}
	})
}

// knows says whether a request comes from somebody who gave the password, and
// answers it otherwise.
func (g *gate) knows(w http.ResponseWriter, r *http.Request) bool {
	if c, err := r.Cookie(sessionCookie); err == nil && g.isOpen(c.Value) {
		return true
	}
	_, password, given := r.BasicAuth()
	if g.basic && given {
		name := g.name(password)
		if g.isOpen(name) {
			return true
		}
		switch ok, wait := g.try(r, password); {
		case ok:
			g.admit(name)
			return true
		case wait:
			tooMany(w)
			return false
		}
	}
	switch {
	case g.basic:
		w.Header().Set("WWW-Authenticate", `Basic realm="dengji", charset="UTF-8"`)
		http.Error(w, "give the password as HTTP Basic, with any name: curl -u dengji:PASSWORD", http.StatusUnauthorized)
	case r.Method == http.MethodGet && r.URL.Path == "/":
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	default:
		http.Error(w, "give the password first, at /login", http.StatusUnauthorized)
	}
	return false
}

// name stands for a credential in memory.
func (g *gate) name(password string) string {
	m := hmac.New(sha256.New, g.key[:])
	m.Write([]byte(password))
	return "basic " + string(m.Sum(nil))
}

func (g *gate) isOpen(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open[name]
}

func (g *gate) admit(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.open) >= sessions { // nobody has so many browsers; all give it again
		clear(g.open)
	}
	g.open[name] = true
}

// try compares a password, unless too many were wrong (wait).
func (g *gate) try(r *http.Request, password string) (ok, wait bool) {
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		from = r.RemoteAddr
	}
	if !g.mayTry(from) {
		return false, true
	}
	g.hashing.Lock() // one at a time: it is meant to be slow
	ok = bcrypt.CompareHashAndPassword(g.hash, []byte(password)) == nil
	g.hashing.Unlock()
	if ok {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.total -= g.wrong[from]
		delete(g.wrong, from)
	}
	return ok, false
}

// mayTry takes one try of an address.
func (g *gate) mayTry(from string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := g.now(); now.Sub(g.since) > triesBack {
		g.since, g.total = now, 0
		clear(g.wrong)
	}
	if g.wrong[from] >= tries || g.total >= allTries {
		return false
	}
	g.wrong[from]++
	g.total++
	return true
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", fmt.Sprint(int(triesBack.Seconds())))
	http.Error(w, "密码错误次数过多，请一分钟后再试。Too many wrong passwords; wait a minute.", http.StatusTooManyRequests)
}

var loginPage = template.Must(template.New("login").Parse(`<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>dengji</title>
<h1>dengji</h1>
<form method="post" action="/login">
<p><label>密码 Password <input type="password" name="password" required autofocus autocomplete="current-password"></label>
<button>进入 Enter</button></p>
{{if .}}<p role="alert">密码不对。The password is wrong.</p>{{end}}
</form></html>
`))

func (g *gate) login(w http.ResponseWriter, r *http.Request) {
	wrong := false
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
		ok, wait := g.try(r, r.PostFormValue("password"))
		if wait {
			tooMany(w)
			return
		}
		if ok {
			id := rand.Text() + rand.Text()
			g.admit(id)
			http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		wrong = true
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "only GET and POST", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if wrong {
		w.WriteHeader(http.StatusUnauthorized)
	}
	var page strings.Builder
	if err := loginPage.Execute(&page, wrong); err != nil {
		return
	}
	_, _ = w.Write([]byte(page.String()))
}
