package serve

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
	"dengji/rules"
)

// site is an API over an OUT of some submissions.
type site struct {
	t   *testing.T
	dir string
	ids []string
	out *outtest.Out // nil: records of one field, without documents
	api *api
	http.Handler
}

// openFull serves an OUT with papers and page pictures.
func openFull(t *testing.T, submissions int) *site {
	t.Helper()
	out, err := outtest.Make(t.Context(), t.TempDir(), outtest.Options{Submissions: submissions})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, dir: out.Dir, ids: out.IDs, out: out}
	s.serve()
	return s
}

// open serves records of one field, which are made in no time.
func open(t *testing.T, submissions int) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(s.dir, "pages"), 0o755); err != nil {
		t.Fatal(err)
	}
	for n := range submissions {
		s.ids = append(s.ids, id(n))
		s.change(n, "old")
	}
	s.serve()
	return s
}

// change gives submission n another record, as another process would.
func (s *site) change(n int, phone string) {
	s.t.Helper()
	st, err := store.Open(s.t.Context(), filepath.Join(s.dir, "dengji.db"))
	if err == nil {
		err = errors.Join(changeRecord(s.t.Context(), st, n, phone), st.Close())
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) serve() {
	t := s.t
	t.Helper()
	st, err := store.OpenReader(t.Context(), filepath.Join(s.dir, "dengji.db"), 4)
	if err != nil {
		t.Fatal(err)
	}
	gallery, err := web.OpenGallery(st, s.dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	feed := NewFeed()
	wg.Go(func() { feed.Watch(ctx, st, 2*time.Millisecond, quiet()) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		if err := errors.Join(gallery.Close(), st.Close()); err != nil {
			t.Error(err)
		}
	})
	if s.api, err = newAPI(Config{Store: st, Gallery: gallery, Feed: feed, Out: s.dir, Version: "test", Log: quiet()}); err != nil {
		t.Fatal(err)
	}
	s.Handler = Problems(s.api.handler())
}

// get asks, with headers as pairs.
func (s *site) get(method, target string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// read asks for JSON.
func read[T any](s *site, target string) (v T) {
	s.t.Helper()
	w := s.get("GET", target)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		s.t.Fatalf("%s: %v", target, err)
	}
	return v
}

// picture is the address of a page of a record's documents.
func (s *site) picture(id string) string {
	s.t.Helper()
	docs := read[struct{ Documents []document }](s, "/v1/records/"+id+"/documents").Documents
	for _, doc := range docs {
		if len(doc.Pictures) > 0 {
			p := doc.Pictures[0]
			if p.Page < 1 || p.Width <= 0 || p.Height <= 0 {
				s.t.Errorf("a picture is %+v", p)
			}
			return p.Href
		}
	}
	s.t.Fatalf("no picture in %+v", docs)
	return ""
}

func TestAnswersFitTheirDescription(t *testing.T) {
	s := openFull(t, 4)
	d := describe(t)
	report, err := json.Marshal(&batch.Report{Schema: batch.ReportSchema, Started: "2022-09-20T08:00:00Z", Ended: "2022-09-20T09:00:00Z", Files: []batch.FileReport{}, Submissions: []batch.SubmissionReport{}})
	if err != nil {
		t.Fatal(err)
	}
	id := s.ids[0]
	href := s.picture(id)
	const records, one, revision = "/v1/records", "/v1/records/{id}", "/v1/records/{id}/revisions/{revision}"
	const page, changes = "/v1/documents/{sha256}/pages/{page}", "/v1/changes"
	withdrawn := s.ids[3]
	for _, tt := range []struct {
		route, target string
		want          int
		say           string // stands in the answer
	}{
		{"/v1/run", "/v1/run", 404, "no run"},
		{records, "/v1/records", 200, id},
		{records, "/v1/records?full=true&limit=2", 200, `"fields":[`},
		{records, "/v1/records?status=clean", 200, `"seq"`},
		{records, "/v1/records?status=good", 400, "status is clean or review"},
		{records, "/v1/records?stauts=clean", 400, "stauts"},
		{records, "/v1/records?limit=0", 400, "limit is a whole number"},
		{records, "/v1/records?limit=101&full=true", 400, "from 1 to 100"},
		{records, "/v1/records?limit=501", 400, "from 1 to 500"},
		{records, "/v1/records?full=yes", 400, "full is true or false"},
		{records, "/v1/records?status=clean&status=review", 400, "twice"},
		{records, "/v1/records?q=%zz", 400, "cannot be read"},
		{records, "/v1/records?q=%ff", 400, "UTF-8"},
		{records, "/v1/records?q=" + strings.Repeat("x", 201), 400, "200 characters"},
		{records, "/v1/records?q=" + strings.Repeat("x", 2048), 414, "longer than"},
		{one, "/v1/records/" + id, 200, `"schema":"dengji/record/v1"`},
		{one, "/v1/records/000000000000", 404, "no record"},
		{one, "/v1/records/%27%20or%201=1", 404, "twelve hex digits"},
		{one, "/v1/records/" + strings.ToUpper(id), 404, "twelve hex digits"},
		{one, "/v1/records/" + withdrawn, 410, "withdrawn"},
		{"/v1/records/{id}/revisions", "/v1/records/" + withdrawn + "/revisions", 200, `"first seen"`},
		{"/v1/records/{id}/revisions", "/v1/records/000000000000/revisions", 404, "no record"},
		{revision, "/v1/records/" + withdrawn + "/revisions/1", 200, `"revision":1`},
		{revision, "/v1/records/" + id + "/revisions/99", 404, "no such revision"},
		{revision, "/v1/records/" + id + "/revisions/-1", 404, "counted from 1"},
		{"/v1/records/{id}/documents", "/v1/records/" + id + "/documents", 200, "form_scan"},
		{"/v1/records/{id}/documents", "/v1/records/" + withdrawn + "/documents", 410, "withdrawn"},
		{page, href, 200, "\xff\xd8"},
		{page, href + "9", 404, "no picture"},
		{page, "/v1/documents/" + strings.Repeat("0", 64) + "/pages/1", 404, "no picture"},
		{page, "/v1/documents/x/pages/1", 404, "no picture"},
		{page, strings.TrimRight(href, "0123456789") + "x", 404, "no picture"},
		{changes, "/v1/changes", 200, `"kind":"record"`},
		{changes, "/v1/changes?full=true", 200, `"record":{`},
		{changes, "/v1/changes?since=2&limit=1", 200, `"seq":3`},
		{changes, "/v1/changes?since=-1", 400, "since is a whole number"},
		{changes, "/v1/changes?since=x", 400, "since is a whole number"},
		{changes, "/v1/changes?wait=61", 400, "from 0 to 60"},
		{changes, "/v1/changes?since=999", 409, "begin again"},
		{"/v1/schemas/record", "/v1/schemas/record", 200, "urn:dengji:record:v1"},
		{"/v1/schemas/event", "/v1/schemas/event", 200, "urn:dengji:event:v1"},
		{"/v1/openapi.json", "/v1/openapi.json", 200, "3.1.0"},
		{"/v1/health", "/v1/health", 200, `"status":"ok"`},
		{"/v1/run", "/v1/run", 200, "dengji/run/v1"},
	} {
		if tt.target == "/v1/run" && tt.want == 200 {
			if err := os.WriteFile(filepath.Join(s.dir, "run.json"), report, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Contains(tt.target, withdrawn) && tt.want == 410 {
			retire(t, s.dir, s.ids[:3])
		}
		w := s.get("GET", tt.target)
		if w.Code != tt.want || !strings.Contains(w.Body.String(), tt.say) {
			t.Errorf("%s: %d %.300s, want %d with %q", tt.target, w.Code, w.Body, tt.want, tt.say)
		}
		if err := d.fits(tt.route, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()); err != nil {
			t.Errorf("%s: %v", tt.target, err)
		}
		head := s.get("HEAD", tt.target)
		if tt.want == 200 && (head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len())) {
			t.Errorf("HEAD %s: %d, %s bytes of %d, body %.40s", tt.target, head.Code, head.Header().Get("Content-Length"), w.Body.Len(), head.Body)
		}
	}
	// What was withdrawn is told, and its page as a change with no record.
	w := s.get("GET", "/v1/changes?full=true&since="+fmt.Sprint(read[changePage[Event]](s, "/v1/changes?limit=500").Next-1))
	if !strings.Contains(w.Body.String(), `"kind":"gone"`) || !strings.Contains(w.Body.String(), `"record":null`) {
		t.Errorf("the last change is %s", w.Body)
	}
	if err := d.fits(changes, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()); err != nil {
		t.Error(err)
	}
}

// retire leaves the submissions of ids alone.
func retire(t *testing.T, out string, ids []string) {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(out, "dengji.db"))
	if err == nil {
		err = errors.Join(st.Retire(t.Context(), ids, day), st.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyReading(t *testing.T) {
	s := open(t, 1)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
		if w := s.get(method, "/v1/records"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
	if _, err := s.database().Decide(t.Context(), s.ids[0], rules.Decision{Path: "x", By: "x"}, store.AnyDecision, day); err == nil {
		t.Error("the database that is only looked at was written")
	}
}

// database is what the API looks at.
func (s *site) database() *store.Store {
	s.t.Helper()
	st, err := store.OpenReader(s.t.Context(), filepath.Join(s.dir, "dengji.db"), 1)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { st.Close() })
	return st
}

func TestPathsThatLeadElsewhere(t *testing.T) {
	s := open(t, 1)
	for _, target := range []string{"/v1/../etc/passwd", "/v1/records/..%2f..%2fdengji.db", "/v1/documents/%2e%2e/pages/1", "/v1/records/../../dengji.db", "/v1//records",
		"/v1/records/..%5c..%5cdengji.db", "/v1/records/%00", "/v1/records/", "/v1/./health", "//etc/passwd", "/dengji.db", "/pages/", "/", "/v1", "/v2/records", "/v1/records%2f"} {
		if w := s.get("GET", target); w.Code != 400 && w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v %.100s", target, w.Code, w.Header(), w.Body)
		}
	}
}

func TestETags(t *testing.T) {
	s := openFull(t, 1)
	target := "/v1/records/" + s.ids[0]
	w := s.get("GET", target)
	tag := w.Header().Get("ETag")
	if infos, err := s.database().Records(t.Context()); err != nil || tag != `"`+infos[0].Digest+`"` {
		t.Errorf("the tag is %s, the digest %v (%v)", tag, infos, err)
	}
	for _, tt := range []struct {
		has  string
		want int
	}{{tag, 304}, {"W/" + tag, 304}, {`"x", ` + tag, 304}, {"*", 304}, {`"x"`, 200}, {strings.Trim(tag, `"`), 200}} {
		if w := s.get("GET", target, "If-None-Match", tt.has); w.Code != tt.want || tt.want == 304 && w.Body.Len() > 0 {
			t.Errorf("If-None-Match %s: %d with %d bytes, want %d", tt.has, w.Code, w.Body.Len(), tt.want)
		}
	}
	if err := s.out.Correct(t.Context(), s.ids[0]); err != nil {
		t.Fatal(err)
	}
	if w := s.get("GET", target, "If-None-Match", tag); w.Code != 200 || w.Header().Get("ETag") == tag {
		t.Errorf("after a correction: %d %s", w.Code, w.Header().Get("ETag"))
	}
	if w := s.get("GET", target+"/revisions/1"); w.Header().Get("ETag") != tag {
		t.Errorf("the older revision has the tag %s, want %s", w.Header().Get("ETag"), tag)
	}
	href := s.picture(s.ids[0])
	w = s.get("GET", href)
	if w := s.get("GET", href, "If-None-Match", w.Header().Get("ETag")); w.Code != 304 {
		t.Errorf("a picture that is known: %d", w.Code)
	}
}

func TestGzip(t *testing.T) {
	s := openFull(t, 1)
	target := "/v1/records/" + s.ids[0]
	plain := s.get("GET", target)
	for _, tt := range []struct {
		accept string
		packed bool
	}{{"gzip", true}, {"br, gzip;q=0.5", true}, {"*", true}, {"GZIP", true}, {"", false}, {"gzip;q=0", false}, {"br", false}, {"gzip; q=0.0", false}} {
		w := s.get("GET", target, "Accept-Encoding", tt.accept)
		body := w.Body.Bytes()
		if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != tt.packed || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: %v", tt.accept, w.Header())
		}
		if tt.packed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
			if tag := w.Header().Get("ETag"); tag != "W/"+plain.Header().Get("ETag") {
				t.Errorf("packed, the tag is %s", tag)
			}
			if again := s.get("GET", target, "Accept-Encoding", tt.accept, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
				t.Errorf("packed and known: %d", again.Code)
			}
		}
		if !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("Accept-Encoding %q: another body", tt.accept)
		}
	}
}

func TestPaging(t *testing.T) {
	s := open(t, 7)
	got := map[string]bool{}
	after, pages := "", 0
	for {
		p := read[page](s, "/v1/records?limit=3&after="+after)
		pages++
		for _, r := range p.Records {
			if got[r.ID] {
				t.Errorf("%s is listed twice", r.ID)
			}
			got[r.ID] = true
		}
		if p.Next == nil {
			break
		}
		after = *p.Next
	}
	if len(got) != 7 || pages != 3 {
		t.Errorf("%d records on %d pages", len(got), pages)
	}
	var seq int64
	for more := true; more; {
		p := read[changePage[store.Event]](s, fmt.Sprintf("/v1/changes?limit=2&since=%d", seq))
		for _, e := range p.Changes {
			if e.Seq != seq+1 {
				t.Errorf("change %d comes after %d", e.Seq, seq)
			}
			seq = e.Seq
		}
		if more = p.More; p.Next != seq {
			t.Errorf("next is %d after %d", p.Next, seq)
		}
	}
	if want := read[page](s, "/v1/records").Seq; seq != want || seq < 7 {
		t.Errorf("the last change is %d, the list says %d", seq, want)
	}
}

func TestFilters(t *testing.T) {
	s := openFull(t, 12)
	all := read[page](s, "/v1/records").Records
	count := map[string]int{}
	for _, r := range all {
		count[r.Status]++
		full := read[rules.Record](s, "/v1/records/"+r.ID)
		review, failed := 0, 0
		for _, f := range full.Fields {
			if f.Review {
				review++
			}
		}
		for _, c := range full.Checks {
			if c.Outcome == rules.Fail {
				failed++
			}
		}
		if r.Fields != len(full.Fields) || r.ToReview != review || r.ChecksFailed != failed || r.Missing != len(full.Missing) || r.Status != full.Status || r.Revision != full.Revision {
			t.Errorf("%s is listed as %+v", r.ID, r)
		}
	}
	if len(all) != 12 || count["review"] == 0 {
		t.Fatalf("%d are listed, by status %v", len(all), count)
	}
	for _, status := range []string{"clean", "review"} {
		if got := read[page](s, "/v1/records?status="+status).Records; len(got) != count[status] {
			t.Errorf("%d are %s, want %d", len(got), status, count[status])
		}
	}
	phone, _ := read[rules.Record](s, "/v1/records/"+all[0].ID).Data.Get("contact.phone")
	for q, want := range map[string]int{"form=" + all[0].Form: 12, "form=other": 0, "q=" + all[0].ID: 1, "q=" + strings.ToUpper(all[0].ID): 1, "q=" + all[0].Enterprise: 1, fmt.Sprint("q=", phone): 1, "q=%25%25": 0, "q=_": 0, "q=sha256": 0} {
		if got := read[page](s, "/v1/records?"+q).Records; len(got) != want {
			t.Errorf("%s finds %d, want %d", q, len(got), want)
		}
	}
}

// Whoever waits is told at once, however many they are; who waits in vain gets
// an empty answer.
func TestWaitingForChanges(t *testing.T) {
	s := open(t, 1)
	seq := read[changePage[store.Event]](s, "/v1/changes").Next
	if p := read[changePage[store.Event]](s, fmt.Sprintf("/v1/changes?since=%d&wait=1", seq)); len(p.Changes) != 0 || p.Next != seq {
		t.Errorf("waited in vain: %+v", p)
	}
	var wg sync.WaitGroup
	for n := range maxBusy + 10 { // who waits takes nobody's place
		wg.Go(func() {
			w := s.get("GET", fmt.Sprintf("/v1/changes?since=%d&wait=60", seq))
			if w.Code != 200 || !strings.Contains(w.Body.String(), s.ids[0]) {
				t.Errorf("waiting: %d %s", w.Code, w.Body)
			}
		})
		until(t, "it waits", func() bool { return len(s.api.waiting) == n+1 })
	}
	if w := s.get("GET", "/v1/health"); w.Code != 200 {
		t.Errorf("while many wait: %d %s", w.Code, w.Body)
	}
	s.change(0, "new")
	wg.Wait()
}

func TestTooMany(t *testing.T) {
	s := open(t, 1)
	a := &api{Config: Config{Log: quiet()}, busy: make(chan struct{}, 1), waiting: make(chan struct{})}
	a.busy <- struct{}{}
	h := a.guard(route{answer: (*api).health})
	s.Handler = h
	if w := s.get("GET", "/v1/health"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("one too many: %d %v", w.Code, w.Header())
	}
	if err := a.waitFor(httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), nil, time.Second); err == nil {
		t.Error("one waits too many")
	}
}

// Requests while records change, for the race detector.
func TestReadingWhileChanging(t *testing.T) {
	s := open(t, 2)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for _, target := range []string{"/v1/records?full=true", "/v1/changes?full=true&since=1", "/v1/records/" + s.ids[0] + "/documents", "/v1/records?q=1"} {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if w := s.get("GET", target, "Accept-Encoding", "gzip"); w.Code != 200 {
					t.Errorf("%s: %d %s", target, w.Code, w.Body)
					return
				}
			}
		})
	}
	for i := range 20 {
		s.change(i%2, fmt.Sprint(i))
	}
	close(stop)
	wg.Wait()
}
