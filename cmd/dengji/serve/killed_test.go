package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengji/cmd/dengji/store"
)

// The environment of the processes that TestKilled kills.
const (
	roleEnv = "DENGJI_TEST_ROLE" // sender or receiver
	argEnv  = "DENGJI_TEST_ARG"  // of a sender: database and URL; of a receiver: address and log
)

// sendAsProgram tells a receiver of changes until it is killed.
func sendAsProgram() error {
	ctx := context.Background()
	path, url, _ := strings.Cut(os.Getenv(argEnv), "\n")
	st, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	h := &Hook{Store: st, Feed: NewFeed(), Secret: secret, Policy: quick(), Now: time.Now, Jitter: rand.Float64, Log: quiet()}
	go h.Feed.Watch(ctx, st, 5*time.Millisecond, quiet())
	return h.Run(ctx, []string{url})
}

// receiveAsProgram appends what it is told to its log until it is killed.
func receiveAsProgram() error {
	addr, path, _ := strings.Cut(os.Getenv(argEnv), "\n")
	log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if r.Header.Get(HeaderSignature) != "v1="+Sign(secret, r.Header.Get(HeaderTimestamp), body) {
			http.Error(w, "not signed", http.StatusForbidden)
			return
		}
		// One write is one line, whenever the process dies.
		if _, err := log.Write(append(bytes.TrimSpace(body), '\n')); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
}

// process is one that can be killed and started again.
type process struct {
	t    *testing.T
	role string
	arg  string
	cmd  *exec.Cmd
}

func (p *process) start() {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.CommandContext(context.Background(), self)
	p.cmd.Env = append(os.Environ(), roleEnv+"="+p.role, argEnv+"="+p.arg)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
}

// kill ends the process with SIGKILL: it has no chance to tidy up.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // it says that it was killed
}

// logged reads what the receiver wrote down.
func logged(t *testing.T, path string) (all []heard) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		h := heard{answer: http.StatusOK}
		if err := json.Unmarshal(lines.Bytes(), &h.Event); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		all = append(all, h)
	}
	return all
}

// 200 changes; receiver and sender are killed and started again in the middle
// of them, again and again. Every change arrives, in order per submission.
func TestKilled(t *testing.T) {
	const submissions, each = 20, 10
	dir := t.TempDir()
	path, log := filepath.Join(dir, "dengji.db"), filepath.Join(dir, "log")
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	url := "http://" + addr + "/hook"
	receiver := &process{t: t, role: "receiver", arg: addr + "\n" + log}
	sender := &process{t: t, role: "sender", arg: path + "\n" + url}
	receiver.start()
	sender.start()
	defer func() { sender.kill(); receiver.kill() }()
	kills := 0
	for i := range submissions * each {
		change(t, st, i%submissions, fmt.Sprint(i))
		if i%25 != 24 {
			continue
		}
		// Not before something of this stretch has gone out.
		until(t, "the receiver hears something", func() bool { return len(logged(t, log)) > i/2 })
		victim := []*process{receiver, sender}[i/25%2]
		victim.kill()
		kills++
		for range 5 {
			change(t, st, i%submissions, fmt.Sprint(i, "again"))
		}
		victim.start()
	}
	settled(t, st, url)
	all := logged(t, log)
	told := map[int64]bool{}
	for _, h := range all {
		told[h.Seq] = true
	}
	want, err := st.Cursor(t.Context())
	if err != nil || int64(len(told)) != want || want < submissions*each {
		t.Errorf("%d changes were told, want %d (%v)", len(told), want, err)
	}
	last := map[string]int64{}
	for _, h := range all {
		if h.Seq < last[h.Submission] {
			t.Errorf("%s: change %d came after %d", h.Submission, h.Seq, last[h.Submission])
		}
		last[h.Submission] = h.Seq
	}
	t.Logf("%d changes, %d requests that arrived, %d kills", want, len(all), kills)
}
