package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"dengji/cmd/dengji/store"
)

// serve ARGS...: starts `dengji serve ARGS --listen 127.0.0.1:0`, sets API to
// its address, and ends it with Ctrl-C's signal when the script ends or
// `serve -` is said.
func startServe(ts *testscript.TestScript, _ bool, args []string) { startServer(ts, "serve", args) }

// review ARGS...: the same of `dengji review`.
func startReview(ts *testscript.TestScript, _ bool, args []string) { startServer(ts, "review", args) }

func startServer(ts *testscript.TestScript, command string, args []string) {
	if args[0] == "-" {
		ts.Value(serveKey).(*served).stop(ts)
		return
	}
	path, err := exec.LookPath("dengji")
	ts.Check(err)
	cmd := exec.CommandContext(context.Background(), path, append(append([]string{command}, args...), "--listen", "127.0.0.1:0")...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "DENGJI_NOTIFY_SECRET="+ts.Getenv("DENGJI_NOTIFY_SECRET"))
	one := ts.Value(serveKey).(*served)
	cmd.Stderr = &one.said
	pipe, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	one.cmd = cmd
	ts.Defer(func() { one.stop(ts) })
	address, err := bufio.NewReader(pipe).ReadString('\n')
	if err != nil {
		ts.Fatalf("%s said no address (%v): %s", command, err, one.said.String())
	}
	ts.Setenv("API", strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(address), "/v1/openapi.json"), "/"))
}

// serveKey is where a script's server is kept.
type serveKeyType struct{}

var serveKey serveKeyType

// served is a server that runs beside a script.
type served struct {
	cmd  *exec.Cmd
	said bytes.Buffer
}

func (s *served) stop(ts *testscript.TestScript) {
	if s.cmd == nil {
		return
	}
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	err := s.cmd.Wait()
	s.cmd = nil
	if err != nil {
		ts.Fatalf("serve ended with %v and said:\n%s", err, s.said.String())
	}
}

// hear FILE STATUS: receives what is sent to $HOOK, appends each body to FILE,
// and answers STATUS, or what the file FILE.status says by then.
func hear(ts *testscript.TestScript, _ bool, args []string) {
	file, mu := ts.MkAbs(args[0]), sync.Mutex{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		status := args[1]
		if text, err := os.ReadFile(file + ".status"); err == nil {
			status = strings.TrimSpace(string(text))
		}
		if f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			fmt.Fprintf(f, "%s %s\n", status, bytes.TrimSpace(body))
			f.Close()
		}
		code, err := strconv.Atoi(status)
		if err != nil {
			code = http.StatusInternalServerError
		}
		w.WriteHeader(code)
	}))
	ts.Defer(server.Close)
	ts.Setenv("HOOK", server.URL+"/hook")
}

// fetch STATUS URL: what the URL answers goes to the file "answer".
func fetch(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, args[1], nil)
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), body, 0o644))
	if fmt.Sprint(resp.StatusCode) != args[0] {
		ts.Fatalf("%s answered %d: %s", args[1], resp.StatusCode, body)
	}
}

// await FILE PATTERN: waits until a file has a line that fits.
func await(ts *testscript.TestScript, _ bool, args []string) {
	want, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var text []byte
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		text, err = os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && want.Match(text) {
			return
		}
	}
	ts.Fatalf("%s does not come to say %s (%v): %s", args[0], args[1], err, text)
}

// waitfailed OUT: waits until a change was given up.
func waitFailed(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("nothing is given up")
		}
		st, err := store.OpenReader(context.Background(), filepath.Join(ts.MkAbs(args[0]), "dengji.db"), 1)
		ts.Check(err)
		failed, err := st.Failed(context.Background())
		ts.Check(errors.Join(err, st.Close()))
		if len(failed) > 0 {
			return
		}
	}
}
