package review

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/web"
)

// What a reviewer waits for, on 500 submissions.
const benchSubmissions = 500

// watchKeys has the page note how long it takes from Enter until the next
// field is on the screen: until the frame after the one that drew it.
const watchKeys = `window.__times = []; addEventListener('keydown', () => {
	const at = performance.now(), now = () => location.pathname + document.querySelector('.card')?.dataset.path, before = now();
	const look = () => { if (now() === before) requestAnimationFrame(look); else requestAnimationFrame(() => window.__times.push(performance.now() - at)); };
	requestAnimationFrame(look);
}, true)`

// BenchmarkKey confirms field after field, on through the submissions.
func BenchmarkKey(b *testing.B) {
	s := newSite(b, outtest.Options{Submissions: benchSubmissions})
	w := newTab(b, s, "赵敏")
	w.open("/?show=open")
	w.until(`document.querySelectorAll('.inner .row').length > 10`)
	w.press("n")
	w.until(`document.querySelector('.card.doubt')`)
	w.eval(watchKeys)
	n := 0
	for b.Loop() {
		// A field that cannot be read has to be filled in; here it is passed over.
		if eval[bool](w, `document.querySelector('.card .shown').classList.contains('none')`) {
			w.press("n")
		} else {
			w.press(kb.Enter)
		}
		n++
		w.until(fmt.Sprintf(`window.__times.length >= %d`, n))
	}
	w.until(`!document.querySelector('#saving')`)
	w.calm()
	times := eval[[]float64](w, `window.__times`)
	slices.Sort(times)
	b.ReportMetric(times[len(times)/2], "ms/key-median")
	b.ReportMetric(times[len(times)*95/100], "ms/key-p95")
	b.ReportMetric(times[len(times)-1], "ms/key-max")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkLoad loads the list, and a submission, until they are drawn.
func BenchmarkLoad(b *testing.B) {
	s := newSite(b, outtest.Options{Submissions: benchSubmissions})
	w := newTab(b, s, "赵敏")
	for _, page := range []struct{ name, path, drawn string }{
		{"list", "/", `document.querySelector('.count')?.textContent.startsWith('500 ')`},
		{"submission", "/s/" + s.out.IDs[3], `document.querySelector('.card') && document.querySelector('.stage img')?.complete`},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				w.open("/assets/icon.svg")
				w.open(page.path)
				w.until(page.drawn)
			}
		})
	}
}

// BenchmarkDecide is the server's part of a key: kept, record made anew,
// answered.
func BenchmarkDecide(b *testing.B) {
	s := newSite(b, outtest.Options{Submissions: benchSubmissions})
	client := &http.Client{Timeout: time.Minute}
	id := s.out.IDs[0]
	expect, seen := "0", ""
	say := func(value string) int {
		body := fmt.Sprintf(`{"id":%q,"path":"contact.title","action":"value","value":%q,"seen":%q,"expect":%s,"by":"赵敏"}`, id, value, seen, expect)
		req, err := http.NewRequest(http.MethodPost, s.server.URL()+"api/decide", strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(web.TokenHeader, s.server.Token())
		res, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			b.Fatal(err)
		}
		return res.StatusCode
	}
	for n := 0; b.Loop(); n++ {
		all, err := s.st.Decisions(b.Context(), id)
		if err != nil {
			b.Fatal(err)
		}
		if len(all) > 0 {
			expect = fmt.Sprint(all[len(all)-1].ID)
		}
		rec, err := s.st.Record(b.Context(), id)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range rec.Fields {
			if f.Path == "contact.title" {
				seen = f.Seen()
			}
		}
		if status := say(fmt.Sprint("经理", n)); status != http.StatusOK {
			b.Fatalf("decision %d: %d", n, status)
		}
	}
}
