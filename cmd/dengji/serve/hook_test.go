package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dengji/cmd/dengji/store"
)

var secret = []byte("a secret of at least sixteen bytes")

// heard is one request as a receiver saw it.
type heard struct {
	Event
	key    string
	answer int
}

// receiver notes what it is told and answers as its function says, by default
// 204; 0 breaks the connection instead. Requests that are not signed as they should be fail the test.
type receiver struct {
	t      *testing.T
	answer func(w http.ResponseWriter, e Event) int
	mu     sync.Mutex
	log    []heard
	*httptest.Server
}

func listen(t *testing.T, answer func(http.ResponseWriter, Event) int) *receiver {
	r := &receiver{t: t, answer: answer}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the sender was stopped
	}
	at := req.Header.Get(HeaderTimestamp)
	if got, want := req.Header.Get(HeaderSignature), "v1="+Sign(secret, at, body); got != want {
		r.t.Errorf("the signature is %s, want %s", got, want)
	}
	if seconds, err := strconv.ParseInt(at, 10, 64); err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute {
		r.t.Errorf("the timestamp is %s", at)
	}
	var e Event
	if err := json.Unmarshal(body, &e); err != nil {
		r.t.Errorf("the body is %s: %v", body, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	status := http.StatusNoContent
	if r.answer != nil {
		status = r.answer(w, e)
	}
	r.log = append(r.log, heard{e, req.Header.Get(HeaderKey), status})
	if status == 0 {
		panic(http.ErrAbortHandler) // the connection breaks
	}
	w.WriteHeader(status)
}

func (r *receiver) heard() []heard {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.log)
}

// quick is a policy for tests: everything is a thousand times faster.
func quick() Policy {
	return Policy{Tries: 1000, First: time.Millisecond, Longest: 8 * time.Millisecond, Timeout: 5 * time.Second, Grace: time.Second, Parallel: 4, Look: 5 * time.Millisecond}
}

// tell runs a hook until the test ends or stop is called.
func tell(t *testing.T, st *store.Store, p Policy, urls ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	h := &Hook{Store: st, Feed: NewFeed(), Secret: secret, Policy: p, Now: time.Now, Jitter: func() float64 { return 0.5 }, Log: quiet()}
	var wg sync.WaitGroup
	wg.Go(func() { h.Feed.Watch(ctx, st, 2*time.Millisecond, quiet()) })
	wg.Go(func() {
		if err := h.Run(ctx, urls); err != nil {
			t.Error(err)
		}
	})
	stop = func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return stop
}

// until waits for something that must come.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited for a minute: %s", what)
		}
	}
}

// settled waits until a receiver has nothing left to be told.
func settled(t *testing.T, st *store.Store, url string) {
	t.Helper()
	until(t, "everything is told", func() bool { return state(t, st, url).Pending == 0 })
}

func state(t *testing.T, st *store.Store, url string) store.Receiver {
	t.Helper()
	all, err := st.Receivers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.URL == url {
			return r
		}
	}
	return store.Receiver{Pending: -1}
}

func TestHookTellsOldAndNew(t *testing.T) {
	st, _ := openTemp(t)
	change(t, st, 1, "old")
	r := listen(t, nil)
	tell(t, st, quick(), r.URL)
	settled(t, st, r.URL)
	change(t, st, 1, "new")
	if err := st.Retire(t.Context(), nil, day); err != nil {
		t.Fatal(err)
	}
	until(t, "the change is told", func() bool { return len(r.heard()) == 3 })
	got := r.heard()
	for i, want := range []string{`"phone":"old"`, `"phone":"new"`, "null"} {
		if e := got[i]; e.Seq != int64(i+1) || e.Submission != id(1) || !strings.Contains(string(e.Record), want) || e.At != "2022-09-01T08:00:00Z" {
			t.Errorf("change %d is told as %+v %s", i, e.Event.Event, e.Record)
		}
	}
	if got[0].Kind != store.ChangeRecord || got[2].Kind != store.ChangeGone || got[0].Revision != 1 || got[1].Revision != 2 {
		t.Errorf("told were %+v", got)
	}
	if got[0].key == got[1].key || !strings.HasPrefix(got[0].key, `"`) {
		t.Errorf("keys are %s and %s", got[0].key, got[1].key)
	}
}

// A receiver that never answers holds up no other, and neither does one that
// is not there.
func TestSlowReceiverHoldsUpNoOther(t *testing.T) {
	st, _ := openTemp(t)
	released := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-released }))
	defer slow.Close()
	defer close(released)
	gone := httptest.NewServer(nil)
	gone.Close()
	good := listen(t, nil)
	for n := range 20 {
		change(t, st, n, "x")
	}
	stop := tell(t, st, quick(), slow.URL, gone.URL, good.URL)
	settled(t, st, good.URL)
	until(t, "the dead receiver is tried", func() bool {
		list, err := st.Next(t.Context(), state(t, st, gone.URL).ID, 99)
		return err == nil && slices.ContainsFunc(list, func(d store.Delivery) bool { return d.Tries > 1 && d.Error != "" })
	})
	stop()
	if s, g := state(t, st, slow.URL), state(t, st, gone.URL); s.Pending != 20 || g.Pending != 20 {
		t.Errorf("%d and %d wait for the others, want 20", s.Pending, g.Pending)
	}
}

// What cannot be delivered is given up, holds up the later changes of its own
// submission alone, and is sent again in order when somebody asks for it.
func TestGivenUpAndSentAgain(t *testing.T) {
	st, _ := openTemp(t)
	var mended atomic.Bool
	r := listen(t, func(_ http.ResponseWriter, e Event) int {
		if e.Submission == id(1) && !mended.Load() {
			return http.StatusTeapot
		}
		return http.StatusOK
	})
	p := quick()
	p.Tries = 3
	for _, phone := range []string{"a", "b"} {
		change(t, st, 1, phone)
		change(t, st, 2, phone)
	}
	stop := tell(t, st, p, r.URL)
	until(t, "it is given up", func() bool { return state(t, st, r.URL).Failed == 1 && len(r.heard()) == 5 })
	stop()
	failed, err := st.Failed(t.Context())
	if err != nil || len(failed) != 1 || failed[0].Seq != 1 || failed[0].Tries != 3 || !strings.Contains(failed[0].Error, "418") {
		t.Errorf("given up are %+v, %v", failed, err)
	}
	if s := state(t, st, r.URL); s.Pending != 1 {
		t.Errorf("%d wait, want the later change", s.Pending)
	}
	mended.Store(true)
	tell(t, st, p, r.URL)
	if n, err := st.Retry(t.Context(), r.URL); err != nil || n != 1 {
		t.Fatalf("%d sent again, %v", n, err)
	}
	settled(t, st, r.URL)
	keys := map[int64]string{}
	for _, h := range r.heard() {
		if k, ok := keys[h.Seq]; ok && k != h.key {
			t.Errorf("change %d came under the keys %s and %s", h.Seq, k, h.key)
		}
		keys[h.Seq] = h.key
	}
	inOrder(t, r.heard(), 2, 2)
}

func TestStopped(t *testing.T) {
	st, _ := openTemp(t)
	var open atomic.Bool
	r := listen(t, func(http.ResponseWriter, Event) int {
		if open.Load() {
			return http.StatusOK
		}
		return http.StatusGone
	})
	change(t, st, 1, "a")
	stop := tell(t, st, quick(), r.URL)
	until(t, "it has stopped", func() bool { return state(t, st, r.URL).Stopped })
	stop()
	before := len(r.heard())
	change(t, st, 2, "a")
	stop = tell(t, st, quick(), r.URL) // a new start does not begin again
	until(t, "the change is queued", func() bool { return state(t, st, r.URL).Seq == 2 })
	stop()
	if n := len(r.heard()); n != before || before != 1 {
		t.Errorf("told %d times, then %d", before, n)
	}
	open.Store(true)
	tell(t, st, quick(), r.URL)
	if _, err := st.Retry(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	settled(t, st, r.URL)
}

func TestRetryAfterIsRespected(t *testing.T) {
	st, _ := openTemp(t)
	r := listen(t, func(w http.ResponseWriter, _ Event) int {
		w.Header().Set("Retry-After", "3600")
		return http.StatusTooManyRequests
	})
	p := quick()
	p.Parallel = 1
	change(t, st, 1, "a")
	change(t, st, 2, "a")
	begin := time.Now()
	stop := tell(t, st, p, r.URL)
	until(t, "the wait is noted", func() bool {
		list, err := st.Next(t.Context(), state(t, st, r.URL).ID, 9)
		return err == nil && slices.ContainsFunc(list, func(d store.Delivery) bool {
			return d.Tries == 1 && d.Due.Sub(begin) > 50*time.Minute && d.Due.Sub(begin) < 70*time.Minute
		})
	})
	change(t, st, 3, "a") // the pause is the receiver's, not one change's
	time.Sleep(50 * time.Millisecond)
	stop()
	if got := r.heard(); len(got) != 1 {
		t.Errorf("it was told %d times", len(got))
	}
}

func TestRedirects(t *testing.T) {
	elsewhere := listen(t, nil)
	for _, tt := range []struct {
		name   string
		status int
		to     string
		told   bool
	}{
		{"same host", http.StatusTemporaryRedirect, "/there", true},
		{"same host, kept", http.StatusPermanentRedirect, "/there", true},
		{"as a GET", http.StatusFound, "/there", false},
		{"another host", http.StatusTemporaryRedirect, elsewhere.URL, false},
		{"round and round", http.StatusTemporaryRedirect, "/", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			told := false
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/there" {
					told = r.Method == http.MethodPost && r.Header.Get(HeaderSignature) != ""
					return
				}
				w.Header().Set("Location", tt.to)
				w.WriteHeader(tt.status)
			}))
			err := post(t.Context(), newClient(5*time.Second, 1), server.URL, "k", secret, []byte("{}"), time.Now())
			server.Close()
			if told != tt.told || (err == nil) != tt.told {
				t.Errorf("told %v, error %v", told, err)
			}
		})
	}
	if n := len(elsewhere.heard()); n != 0 {
		t.Errorf("another host was told %d times", n)
	}
}

// No proxy of the environment sees what is sent.
func TestNoProxy(t *testing.T) {
	if transport := newClient(time.Second, 1).Transport.(*http.Transport); transport.Proxy != nil {
		t.Error("what is sent goes through a proxy")
	}
}

func TestParseReceiver(t *testing.T) {
	for text, want := range map[string]string{
		"https://example.com/hook?key=1": "", "http://127.0.0.1:9000": "", "http://[::1]:9/x": "",
		"ftp://example.com": "no URL that begins", "example.com/hook": "no URL that begins", "http://": "no URL that begins", "http://:80/": "no URL that begins",
		"https://a:b@example.com": "user name", "https://example.com/#x": "fragment", "http://exa mple": "no URL", "": "no URL",
	} {
		_, err := ParseReceiver(text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestWait(t *testing.T) {
	p := DefaultPolicy()
	total := time.Duration(0)
	for tries, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 12: 2048 * time.Second, 13: time.Hour, 99: time.Hour} {
		if low, high := p.wait(tries, 0), p.wait(tries, 0.999); low != want/2 || high >= want || high < want*9/10 {
			t.Errorf("after %d tries the wait is from %s to %s, want up to %s", tries, low, high, want)
		}
	}
	for i := 1; i < p.Tries; i++ {
		total += p.wait(i, 1)
	}
	if total < 8*time.Hour || total > 10*time.Hour {
		t.Errorf("it tries for %s", total)
	}
}

func TestRetryAfterHeader(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "x": 0, "99999999": longestWait, day.Add(time.Minute).Format(http.TimeFormat): time.Minute, day.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := retryAfter(text, day); got != want {
			t.Errorf("Retry-After %q is %s, want %s", text, got, want)
		}
	}
}

// inOrder checks that all changes of n submissions came, and that of each
// submission none came after a later one.
func inOrder(t *testing.T, log []heard, n, each int) {
	t.Helper()
	last, accepted := map[string]int64{}, map[string]map[int64]bool{}
	for _, h := range log {
		if h.Seq < last[h.Submission] {
			t.Errorf("%s: change %d came after %d", h.Submission, h.Seq, last[h.Submission])
		}
		last[h.Submission] = h.Seq
		if h.answer == http.StatusOK || h.answer == http.StatusNoContent {
			if accepted[h.Submission] == nil {
				accepted[h.Submission] = map[int64]bool{}
			}
			accepted[h.Submission][h.Seq] = true
		}
	}
	for who, changes := range accepted {
		if len(changes) != each {
			t.Errorf("%s: %d changes were accepted, want %d", who, len(changes), each)
		}
	}
	if len(accepted) != n {
		t.Errorf("%d submissions were told, want %d", len(accepted), n)
	}
}

// Whatever a receiver answers, and however often the sender is stopped in the
// middle: every change arrives, and those of one submission in their order.
func TestOrderUnderRandomFailures(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random, pace := rand.New(rand.NewPCG(seed, 3)), rand.New(rand.NewPCG(seed, 4))
			st, _ := openTemp(t)
			r := listen(t, func(w http.ResponseWriter, _ Event) int {
				switch random.IntN(8) {
				case 0:
					return http.StatusInternalServerError
				case 1:
					w.Header().Set("Retry-After", "0")
					return http.StatusServiceUnavailable
				case 2: // it was taken, but the answer is lost
					return 0
				case 3:
					time.Sleep(time.Duration(random.IntN(5)) * time.Millisecond)
				}
				return http.StatusOK
			})
			const submissions, each = 6, 5
			stop := func() {}
			for i := range submissions * each {
				if i%7 == 0 {
					stop()
					stop = tell(t, st, quick(), r.URL)
				}
				change(t, st, i%submissions, fmt.Sprint(i))
				time.Sleep(time.Duration(pace.IntN(4)) * time.Millisecond)
			}
			settled(t, st, r.URL)
			stop()
			inOrder(t, r.heard(), submissions, each)
		})
	}
}
