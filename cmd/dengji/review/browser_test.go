package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

// patience is how long a condition may take on a machine that does ten other
// things. A test that passes does not wait.
const patience = 90 * time.Second

// browser is the one Chromium of this package's tests.
var browser struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.stop != nil {
		browser.stop()
	}
	os.Exit(code)
}

func startBrowser() {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		browser.err = errors.New("there is no Chromium; install it with `make deps` (Debian package chromium)")
		return
	}
	dir, err := os.MkdirTemp("", "dengji-chromium-")
	if err != nil {
		browser.err = err
		return
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("hide-scrollbars", false), chromedp.WindowSize(1366, 768))
	ctx, stop := chromedp.NewContext(alloc)
	browser.ctx, browser.err = ctx, chromedp.Do(ctx)
	browser.stop = func() {
		stop()
		stopAlloc()
		_ = os.RemoveAll(dir) // of a temporary folder
	}
}

// tab is one reviewer's window.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu      sync.Mutex
	trouble []string // what the console and the network complained of
	dialogs int
}

// newTab opens a window of a person's own: no cookies are shared.
func newTab(t testing.TB, s *site, by string) *tab {
	t.Helper()
	browser.once.Do(startBrowser)
	if browser.err != nil {
		t.Fatal("starting Chromium: ", browser.err)
	}
	ctx, stop := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx, base: strings.TrimSuffix(s.server.URL(), "/")}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1366, 700)); err != nil {
		t.Fatal("opening a window: ", err)
	}
	b.hear()
	if by != "" {
		if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "dengji_by", Value: url.PathEscape(by), URL: s.server.URL()}); err != nil {
			t.Fatal("giving the window a name: ", err)
		}
	}
	return b
}

// hear notes what the page complains of, and every dialog it opens. Answers of
// the server that a test provokes are no complaint.
func (b *tab) hear() {
	console, dialogs := chromedp.Console(b.ctx), chromedp.Events(b.ctx, cdpage.JavascriptDialogOpening)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if m.Source != "network" && (m.IsException() || m.Type == "error" || m.Type == "warning") {
				b.mu.Lock()
				b.trouble = append(b.trouble, m.String())
				b.mu.Unlock()
			}
		}
	}()
	go func() {
		for _, err := range dialogs {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.dialogs++
			b.mu.Unlock()
			_, _ = chromedp.Call(b.ctx, cdpage.HandleJavaScriptDialog, cdpage.HandleJavaScriptDialogParams{}) // the window may be closed by now
		}
	}()
}

// calm fails the test where the page had trouble.
func (b *tab) calm() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.trouble) > 0 || b.dialogs > 0 {
		b.t.Errorf("%d dialogs; %s", b.dialogs, strings.Join(b.trouble, "\n"))
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("in the browser: %v", err)
	}
}

// eval is the value of an expression (a script of DevTools is not bound by the
// page's policy).
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("in the browser: %s: %v", expression, err)
	}
	return v
}

// eval runs a statement.
func (b *tab) eval(statement string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](statement))
}

// until waits until an expression is true.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok {
			return
		}
		if ctx.Err() != nil {
			b.shoot("stuck")
			b.calm()
			b.t.Fatalf("waited in vain for %s (%v); the page says:\n%.600s", expression, err, b.text("body"))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// text is what stands in an element, "" where there is none.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector(%s)?.innerText ?? ''`, quote(selector)))
}

func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always can be
	}
	return string(data)
}

// press presses keys one after another, as a keyboard does: a key that the page
// takes for itself writes nothing.
func (b *tab) press(keys ...string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	for _, key := range keys {
		for _, r := range key {
			down := *kb.Encode(r)[0]
			if text := kb.Keys[r]; text != nil && text.Print || r > 0x7f {
				down.Text = string(r)
			}
			down.Type = input.DispatchKeyEventTypeKeyDown
			up := down
			up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
			for _, ev := range []input.DispatchKeyEventParams{down, up} {
				if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, ev); err != nil {
					b.t.Fatalf("pressing %q: %v", key, err)
				}
			}
		}
	}
}

// at waits until a field is the one that the card shows.
func (b *tab) at(path string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.querySelector('.card')?.dataset.path === %s`, quote(path)))
}

// saved waits until everything is saved.
func (b *tab) saved() {
	b.t.Helper()
	b.until(`document.querySelector('#saved') && !document.querySelector('#saving')`)
}

// shoot keeps a picture of the window in the folder that DENGJI_SCREENSHOTS
// names.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("DENGJI_SCREENSHOTS")
	if dir == "" {
		return
	}
	eval[bool](b, `Promise.all([...document.images].filter((i) => !i.complete).map((i) => new Promise((go) => { i.onload = i.onerror = go; }))).then(() => true)`)
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
	}
	if err != nil {
		b.t.Logf("screenshot %s: %v", name, err)
	}
}

// site is a review under way.
type site struct {
	out    *outtest.Out
	server *web.Server
	st     *store.Store
	stop   func() error // ends it, as Ctrl-C does
}

func newSite(t testing.TB, opt outtest.Options) *site {
	t.Helper()
	out, err := outtest.Make(t.Context(), t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, out, out.Dir, func(context.Context) (batch.Config, error) { return out.Config, nil })
}

// serve begins a review of an OUT.
func serve(t testing.TB, out *outtest.Out, dir string, config func(context.Context) (batch.Config, error)) *site {
	t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(dir, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.Open(context.Background(), web.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{Store: st, Config: config, Out: dir, Server: server, Log: slog.New(slog.NewTextHandler(logTo(t), nil)), Now: time.Now})
	}()
	s := &site{out: out, server: server, st: st}
	var once sync.Once
	s.stop = func() (err error) {
		once.Do(func() {
			cancel()
			err = errors.Join(<-ended, st.Close())
		})
		return err
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error("ending the review: ", err)
		}
	})
	return s
}

// logTo makes the server's log part of the test's.
func logTo(t testing.TB) io.Writer { return t.Output() }
