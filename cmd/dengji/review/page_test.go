package review

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
	"dengji/normalize"
	"dengji/rules"
)

// desk is a page without a network.
type desk struct {
	t   *testing.T
	out *outtest.Out
	p   *page
	h   http.Handler
}

func newDesk(t *testing.T, n int) *desk {
	t.Helper()
	out, err := outtest.Make(t.Context(), t.TempDir(), outtest.Options{Submissions: n})
	if err != nil {
		t.Fatal(err)
	}
	return openDesk(t, out)
}

func openDesk(t *testing.T, out *outtest.Out) *desk {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(out.Dir, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.Open(t.Context(), web.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := open(t.Context(), Options{Store: st, Config: func(context.Context) (batch.Config, error) { return out.Config, nil }, Out: out.Dir, Server: server, By: "",
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, c := range []io.Closer{p.gallery, server, st} {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return &desk{t: t, out: out, p: p, h: server.Handler(p.handler())}
}

func (d *desk) host() string {
	return strings.TrimSuffix(strings.TrimPrefix(d.p.Server.URL(), "http://"), "/")
}

// ask makes a request as the page does; headers override.
func (d *desk) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = d.host()
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(web.TokenHeader, d.p.Server.Token())
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	return w
}

func post[T any](d *desk, path string, body any, want int) (v T) {
	d.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	w := d.ask("POST", path, string(data))
	if w.Code != want {
		d.t.Fatalf("%s %s: %d, want %d: %.300s", path, data, w.Code, want, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desk) view(id string) *submission {
	d.t.Helper()
	v := new(submission)
	w := d.ask("GET", "/api/submission/"+id, "")
	if w.Code != http.StatusOK {
		d.t.Fatalf("%s: %d", id, w.Code)
	}
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (v *submission) field(path string) *field {
	for i := range v.Fields {
		if v.Fields[i].Path == path {
			return &v.Fields[i]
		}
	}
	return &field{}
}

func TestRequests(t *testing.T) {
	d := newDesk(t, 1)
	id := d.out.IDs[0]
	pulse, decide := `{"since":-1,"tab":"a"}`, `{"id":"`+id+`","path":"contact.phone","action":"confirm","by":"赵敏","seen":"x"}`
	for _, tt := range []struct {
		method, path, body string
		header             []string
		want               int
	}{
		{"GET", "/", "", nil, 200},
		{"GET", "/s/" + id, "", nil, 200},
		{"GET", "/s/" + id + "/more", "", nil, 404},
		{"GET", "/assets/main.js", "", nil, 200},
		{"GET", "/assets/style.css", "", nil, 200},
		{"GET", "/assets/page.html", "", nil, 404},
		{"GET", "/assets/", "", nil, 404},
		{"GET", "/assets/..%2fpage.go", "", nil, 404},
		{"GET", "/assets/..%2f..%2fpage.go", "", nil, 404},
		{"GET", "/pages/..%2fdengji.db", "", nil, 404},
		{"GET", "/pages/..%2frecords%2f" + id + ".json", "", nil, 404},
		{"GET", "/pages/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "", nil, 404},
		{"GET", "/dengji.db", "", nil, 404},
		{"GET", "/records/" + id + ".json", "", nil, 404},
		{"GET", "/api/submission/" + id, "", nil, 200},
		{"GET", "/api/submission/000000000000", "", nil, 404},
		{"GET", "/api/submission/..%2f..%2fdengji.db", "", nil, 404},
		{"POST", "/api/submission/" + id, "{}", nil, 405},
		{"POST", "/", "{}", nil, 405},
		{"POST", "/api/pulse", pulse, nil, 200},
		{"GET", "/api/pulse", "", nil, 405},
		{"POST", "/api/pulse", pulse, []string{web.TokenHeader, "forged"}, 403},
		{"POST", "/api/pulse", pulse, []string{"Content-Type", "text/plain"}, 415},
		{"POST", "/api/pulse", `{"since":"x"}`, nil, 400},
		{"POST", "/api/decide", decide, []string{web.TokenHeader, ""}, 403},
		{"POST", "/api/decide", decide, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"POST", "/api/decide", decide, []string{"Origin", "http://evil.example"}, 403},
		{"POST", "/api/decide", decide, []string{"Origin", "null"}, 403},
		{"POST", "/api/decide", decide, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/api/decide", decide, []string{"Host", "evil.example"}, 421},
		{"POST", "/api/decide", decide, nil, 409}, // the field shows something else
		{"PUT", "/api/decide", decide, nil, 405},
		{"DELETE", "/api/decide", decide, nil, 405},
		{"POST", "/api/decide", strings.Replace(decide, "赵敏", "  ", 1), nil, 422},
		{"POST", "/api/decide", strings.Replace(decide, "confirm", "erase", 1), nil, 422},
		{"POST", "/api/decide", strings.Replace(decide, id, "000000000000", 1), nil, 404},
		{"POST", "/api/decide", strings.Replace(decide, "contact.phone", "no.such", 1), nil, 422},
		{"POST", "/api/decide", `{"id":"` + strings.Repeat("x", 70_000) + `"}`, nil, 413},
		{"POST", "/api/understand", `{"id":"` + id + `","path":"contact.phone","value":"1"}`, nil, 200},
		{"POST", "/api/understand", `{"id":"000000000000","path":"contact.phone","value":"1"}`, nil, 404},
		{"GET", "/", "", []string{"Host", "evil.example"}, 421},
		{"GET", "/api/submission/" + id, "", []string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		if w := d.ask(tt.method, tt.path, tt.body, tt.header...); w.Code != tt.want {
			t.Errorf("%s %s %v: %d, want %d: %.200s", tt.method, tt.path, tt.header, w.Code, tt.want, w.Body)
		}
	}
	decisions, err := d.p.Store.Decisions(t.Context(), "")
	if err != nil || len(decisions) > 0 {
		t.Errorf("refused requests left %d decisions (%v)", len(decisions), err)
	}
	w := d.ask("GET", "/", "")
	if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self'") || !strings.Contains(csp, "require-trusted-types-for 'script'") {
		t.Errorf("policy %q", csp)
	}
	if body := w.Body.String(); strings.Contains(body, "<script>") || strings.Contains(body, "style=") || !strings.Contains(body, d.p.Server.Token()) {
		t.Errorf("the page has inline scripts or styles, or no token:\n%s", body)
	}
}

func TestDecide(t *testing.T) {
	d := newDesk(t, 4)
	id, path := d.out.IDs[2], "contact.phone" // scan and copy say different things
	before := d.view(id)
	f := before.field(path)
	if !f.Review || len(f.Offers) != 2 || f.Decision != nil || f.Group == "" || f.Offers[1].Complaint != "" {
		t.Fatalf("the field is %+v", f)
	}
	say := func(q word, want int) answer {
		t.Helper()
		q.ID, q.Path = id, path
		return post[answer](d, "/api/decide", q, want)
	}
	if a := say(word{Action: "value", Value: "123", By: "赵敏", Seen: f.Seen}, 422); a.Complaint == "" {
		t.Error("no complaint of 123")
	}
	a := say(word{Action: "value", Value: "139 0000 1234", By: " 赵敏 ", Why: "电话核实", Seen: f.Seen}, 200)
	after := a.Submission.field(path)
	if after.Shown != "13900001234" || after.Review || after.Decision == nil || after.Decision.By != "赵敏" || after.Decision.Why != "电话核实" {
		t.Fatalf("corrected: %+v", after)
	}
	if a.Submission.Row.Review != before.Row.Review-1 || a.Submission.Row.Decided != 1 || a.Submission.Row.By != "赵敏" {
		t.Errorf("its row is %+v", a.Submission.Row)
	}
	// Somebody who has not seen that is told, and nothing is overwritten.
	c := say(word{Action: "confirm", By: "钱立", Seen: f.Seen}, 409).Conflict
	if c == nil || c.Kind != "decided" || c.Decision == nil || c.Decision.By != "赵敏" || c.Shown != "13900001234" {
		t.Fatalf("conflict %+v", c)
	}
	if c = say(word{Action: "undo", By: "钱立", Seen: f.Seen}, 409).Conflict; c.Kind != "decided" {
		t.Errorf("undoing what was not seen: %+v", c)
	}
	if c = say(word{Action: "value", Value: "13711112222", By: "钱立", Seen: after.Seen, Expect: after.Decision.ID + 7}, 409).Conflict; c.Kind != "decided" {
		t.Errorf("expecting another decision: %+v", c)
	}
	// The same decision, but the field, or a paper, says something else by now.
	if c = say(word{Action: "confirm", By: "钱立", Seen: "1", Expect: after.Decision.ID}, 409).Conflict; c.Kind != "changed" {
		t.Errorf("confirming what is not there: %+v", c)
	}
	if got := d.view(id).field(path); got.Shown != "13900001234" || got.Decision.By != "赵敏" {
		t.Errorf("after refused decisions: %+v", got)
	}
	a = say(word{Action: "undo", By: "钱立", Seen: after.Seen, Expect: after.Decision.ID}, 200)
	if got := a.Submission.field(path); got.Shown != f.Shown || !got.Review || got.Decision != nil {
		t.Errorf("undone: %+v", got)
	}
	if n := len(a.Submission.Decisions); n != 2 || a.Submission.Decisions[1].Undoes != a.Submission.Decisions[0].ID {
		t.Errorf("%d decisions in the history", n)
	}
	if c = say(word{Action: "undo", By: "钱立"}, 409).Conflict; c.Decision != nil {
		t.Errorf("undoing nothing: %+v", c)
	}
	if a = say(word{Action: "confirm", By: "钱立", Seen: f.Seen}, 200); a.Submission.field(path).Decision.Action != "confirm" {
		t.Error("not confirmed")
	}
}

// What a field shows must mean what it says: put back in, it gives the same.
func TestWrittenValuesComeBack(t *testing.T) {
	d := newDesk(t, 12)
	n := 0
	for _, id := range d.out.IDs {
		for _, f := range d.view(id).Fields {
			if f.State == normalize.StateUnreadable || f.Shown == "" {
				continue
			}
			u := post[understanding](d, "/api/understand", map[string]string{"id": id, "path": f.Path, "value": f.Shown}, 200)
			if u.Shown != f.Shown || u.Complaint != "" || u.State != f.State {
				t.Errorf("%s %s: %q is understood as %+v", id, f.Path, f.Shown, u)
			}
			n++
		}
	}
	if n < 200 {
		t.Errorf("only %d values were tried", n)
	}
}

func TestWritten(t *testing.T) {
	for _, tt := range []struct {
		typ    string
		value  any
		state  normalize.State
		detail map[string]any
		want   string
	}{
		{"text", "甲", normalize.StateValue, nil, "甲"},
		{"percent", 0.35, normalize.StateValue, nil, "0.35%"},
		{"percent", 12.0, normalize.StateValue, map[string]any{"qualifier": "about"}, "约12%"},
		{"percent", 5.0, normalize.StateValue, map[string]any{"qualifier": "less_than"}, "不足5%"},
		{"percent", nil, normalize.StateValue, map[string]any{"min": 30.0, "max": 40.0}, "30%-40%"},
		{"choices", []any{"基础软件", "应用软件"}, normalize.StateValue, nil, "基础软件、应用软件"},
		{"choices", []string{"基础软件", "应用软件"}, normalize.StateValue, nil, "基础软件、应用软件"},
		{"text", nil, normalize.StateNone, nil, "无"},
		{"text", nil, normalize.StateBlank, nil, ""},
		{"date", nil, normalize.StateUnreadable, nil, ""},
	} {
		if got := written(tt.typ, tt.value, tt.state, tt.detail); got != tt.want {
			t.Errorf("%s %v %s: %q, want %q", tt.typ, tt.value, tt.state, got, tt.want)
		}
	}
}

type pulsed struct {
	Seq    int64
	Rows   []row
	Others map[string][]person
}

func TestPulse(t *testing.T) {
	d := newDesk(t, 3)
	pulse := func(since int64, tab, by, id string) pulsed {
		t.Helper()
		return post[pulsed](d, "/api/pulse", map[string]any{"since": since, "tab": tab, "by": by, "id": id}, 200)
	}
	all := pulse(-1, "a", "赵敏", d.out.IDs[0])
	if len(all.Rows) != 3 || all.Seq == 0 || len(all.Others) != 0 {
		t.Fatalf("at first %+v", all)
	}
	for _, r := range all.Rows {
		if r.Enterprise == "" || len(r.Products) == 0 || r.Fields == 0 {
			t.Errorf("row %+v", r)
		}
	}
	if p := pulse(all.Seq, "b", "钱立", d.out.IDs[0]); len(p.Rows) != 0 || len(p.Others[d.out.IDs[0]]) != 1 || p.Others[d.out.IDs[0]][0].By != "赵敏" {
		t.Errorf("nothing happened, somebody is there: %+v", p)
	}
	// A run goes on beside the page.
	if err := d.out.Add(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if err := d.out.Correct(t.Context(), d.out.IDs[0]); err != nil {
		t.Fatal(err)
	}
	p := pulse(all.Seq, "a", "赵敏", "")
	if len(p.Rows) != 3 || p.Seq <= all.Seq {
		t.Errorf("after two new ones and a corrected one: %+v", p)
	}
	if p := pulse(p.Seq, "b", "钱立", d.out.IDs[0]); len(p.Others) != 0 {
		t.Errorf("somebody left and is still there: %+v", p.Others)
	}
	if err := d.p.Store.Retire(t.Context(), d.out.IDs[1:], time.Now()); err != nil {
		t.Fatal(err)
	}
	if p := pulse(p.Seq, "a", "赵敏", ""); len(p.Rows) != 1 || !p.Rows[0].Gone {
		t.Errorf("after one was withdrawn: %+v", p)
	}
	if all := pulse(-1, "c", "", ""); len(all.Rows) != 4 {
		t.Errorf("%d rows for somebody who comes now, want 4", len(all.Rows))
	}
}

func TestPresence(t *testing.T) {
	now := time.Date(2022, 9, 20, 9, 0, 0, 0, time.UTC)
	p := newPresence(func() time.Time { return now })
	p.note("a", visit{by: "赵敏", id: "1"})
	p.note("b", visit{by: "钱立", id: "1", field: "contact.phone"})
	p.note("c", visit{by: "孙宁", id: "2"})
	if got := p.others("a"); len(got["1"]) != 1 || got["1"][0] != (person{"钱立", "contact.phone"}) || len(got["2"]) != 1 {
		t.Errorf("beside a: %v", got)
	}
	now = now.Add(away + time.Second)
	p.note("c", visit{by: "孙宁", id: "2"})
	if got := p.others("a"); len(got) != 1 || len(got["2"]) != 1 {
		t.Errorf("after the others went silent: %v", got)
	}
	for i := range 2 * tabsKept {
		p.note(strings.Repeat("x", 1+i), visit{by: "x", id: "3"})
	}
	if len(p.tabs) > tabsKept {
		t.Errorf("%d tabs are kept", len(p.tabs))
	}
}

// What was decided must stand in OUT's files when the page has ended, and a
// word whose record was never made must count when it begins.
func TestFilesFollow(t *testing.T) {
	out, err := outtest.Make(t.Context(), t.TempDir(), outtest.Options{Submissions: 3})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), filepath.Join(out.Dir, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	id := out.IDs[2]
	said, err := batch.Word(t.Context(), st, out.Config.Forms, id, "contact.phone", "13900001234", false)
	if err != nil {
		t.Fatal(err)
	}
	said.By = "赵敏"
	if _, err := st.Decide(t.Context(), id, said, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	s := serve(t, out, out.Dir, func(context.Context) (batch.Config, error) { return out.Config, nil })
	// The first answer shows that it runs, and so that the word was taken in.
	res, err := http.Get(s.server.URL() + "api/submission/" + id)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	if err != nil || !bytes.Contains(body, []byte("13900001234")) {
		t.Errorf("the page shows %.200s (%v)", body, err)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out.Dir, "records", id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	rec := new(rules.Record)
	if err := json.Unmarshal(data, rec); err != nil {
		t.Fatal(err)
	}
	for _, f := range rec.Fields {
		if f.Path == "contact.phone" && f.Value != "13900001234" {
			t.Errorf("the file says %v", f.Value)
		}
	}
}

// Many decisions in a row are written once, not once each, and not never.
func TestWriterWaits(t *testing.T) {
	out, err := outtest.Make(t.Context(), t.TempDir(), outtest.Options{Submissions: 1})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWriter(out.Dir, slog.New(slog.DiscardHandler))
		var writes atomic.Int32
		w.write = func(context.Context) error { writes.Add(1); return nil }
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.run(ctx) }()
		for range 12 { // a reviewer who decides every second and a half
			w.poke()
			time.Sleep(1500 * time.Millisecond)
		}
		if n := writes.Load(); n != 1 {
			t.Errorf("%d writings while somebody decides, want 1 after %v", n, writeAfter)
		}
		time.Sleep(time.Minute)
		if n := writes.Load(); n != 2 {
			t.Errorf("%d writings when it is quiet, want 2", n)
		}
		w.poke()
		synctest.Wait()
		stop()
		if err := <-ended; err != nil || writes.Load() != 3 {
			t.Errorf("%d writings at the end, want 3 (%v)", writes.Load(), err)
		}
	})
}
