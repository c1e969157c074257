// Package web is what the program's HTTP servers have in common: they listen
// on loopback unless told otherwise, answer only requests that come from their
// own pages, and hand out page pictures and nothing else of OUT.
//
// Handlers are wrapped in this order: [Server.Handler] sets the headers,
// refuses foreign Host and Origin, asks for the password; [Server.Changing]
// guards what changes something.
package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"
)

// Config says where a server listens and whom it answers.
type Config struct {
	Listen   string // host:port; port 0 takes a free one
	Password string // asked of everybody; "" for none, which only loopback allows
	Basic    bool   // programs give the password as HTTP Basic, people are not shown a page for it

	Around func(http.Handler) http.Handler // wraps all that is answered, refusals too; nil for nothing
}

// Errors of Open.
var (
	ErrAddress  = errors.New("this is no address to listen at")
	ErrPassword = errors.New("listening beyond this machine needs a password")
)

// Server is a listening server.
type Server struct {
	listener net.Listener
	loopback bool
	host     string // of this machine, lower case; "" where it is not known
	port     string
	gate     *gate // nil without a password
	token    string
	around   func(http.Handler) http.Handler
}

// Open begins to listen. The error wraps ErrAddress, or ErrPassword where the
// address is not of this machine alone and there is no password, or a bad one.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	host, _, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("%w: %q; give host:port, for instance 127.0.0.1:8080", ErrAddress, cfg.Listen)
	}
	s := &Server{loopback: isLoopback(host), token: rand.Text(), around: cfg.Around}
	if !s.loopback && cfg.Password == "" {
		return nil, fmt.Errorf("%w: %s can be reached from other machines", ErrPassword, cfg.Listen)
	}
	if cfg.Password != "" {
		if s.gate, err = newGate(cfg.Password, cfg.Basic); err != nil {
			return nil, err
		}
	}
	if name, err := os.Hostname(); err == nil && !s.loopback {
		s.host = strings.ToLower(name)
	}
	var lc net.ListenConfig
	if s.listener, err = lc.Listen(ctx, "tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("listening at %s: %w; give another port, or :0 for a free one", cfg.Listen, err)
	}
	if _, s.port, err = net.SplitHostPort(s.listener.Addr().String()); err != nil {
		return nil, errors.Join(err, s.listener.Close())
	}
	return s, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// Loopback reports whether the server can be reached from this machine alone.
func (s *Server) Loopback() bool { return s.loopback }

// URL is the page's address for a browser on this machine.
func (s *Server) URL() string {
	host, _, err := net.SplitHostPort(s.listener.Addr().String())
	if addr, bad := netip.ParseAddr(host); err != nil || bad != nil || addr.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, s.port) + "/"
}

// OpenMeans says what it means to listen beyond loopback.
const OpenMeans = `everybody in the network who knows the password can see the papers, with names and
telephone numbers, and change results. The connection is plain http: who can listen in on the
network reads all of it, the password too. Do this only in a network you trust; otherwise stay
on 127.0.0.1 and reach the page through ssh -L.`

// How long a client may take, and what it may send.
const (
	headerTime  = 10 * time.Second
	idleTime    = 2 * time.Minute
	stopTime    = 3 * time.Second
	headerBytes = 16 << 10
)

// Serve answers with h until ctx is done, and then returns nil after what is
// being answered has had a moment to end.
func (s *Server) Serve(ctx context.Context, h http.Handler) error {
	server := &http.Server{Handler: s.Handler(h), ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving %s: %w", s.URL(), err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		if err := server.Close(); err != nil {
			return fmt.Errorf("closing the server: %w", err)
		}
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving %s: %w", s.URL(), err)
	}
	return nil
}

// Close stops listening; for a server that was opened and never served.
func (s *Server) Close() error { return s.listener.Close() }

// Handler wraps h with all that every request must pass.
func (s *Server) Handler(h http.Handler) http.Handler {
	if s.gate != nil {
		h = s.gate.wrap(h)
	}
	h = headers(s.ownOnly(h))
	if s.around != nil {
		h = s.around(h)
	}
	return h
}
