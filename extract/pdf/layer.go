package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	ledongthuc "github.com/ledongthuc/pdf"
)

// layerTime is how long the text reader may take for one page; it needs about
// a millisecond. A file that makes it loop is read by PDFium alone.
const layerTime = 1500 * time.Millisecond

// layerReader reads text layers with ledongthuc/pdf. It can panic, loop and
// return nothing for good files, so every call is guarded and what it returns
// is held against PDFium's (see agree).
type layerReader struct {
	data []byte
	r    *ledongthuc.Reader
	dead error // why it is no longer asked
}

// page reads one page, counted from 1.
func (l *layerReader) page(ctx context.Context, n int) (layer, error) {
	if l.dead != nil {
		return nil, l.dead
	}
	if l.r == nil {
		r, err := within(ctx, layerTime, func() (*ledongthuc.Reader, error) {
			return ledongthuc.NewReader(bytes.NewReader(l.data), int64(len(l.data)))
		})
		if err != nil {
			l.dead = fmt.Errorf("open text layer: %w", err)
			return nil, l.dead
		}
		l.r = r
	}
	chars, err := within(ctx, layerTime, func() (layer, error) {
		return contentChars(l.r.Page(n).Content()), nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		l.dead = err // the goroutine left behind still uses the reader
	}
	return chars, err
}

// contentChars turns the reader's text into characters. Its Y is the baseline
// and its W the advance.
func contentChars(c ledongthuc.Content) layer {
	var out layer
	for _, t := range c.Text {
		r, n := utf8.DecodeRuneInString(t.S)
		if n == 0 || r == '\n' || r == 0 { // it ends each TJ with a line feed
			continue
		}
		out = append(out, char{
			r: r, u: t.X, v: t.Y, du: 1, em: t.FontSize,
			u0: t.X, v0: t.Y - descent*t.FontSize,
			u1: t.X + t.W, v1: t.Y + ascent*t.FontSize,
		})
	}
	return out
}

// agree reports whether a layer says all that PDFium sees on the page, at the
// places where PDFium sees it: widths of composite fonts, word spacing, form
// XObjects and turned text are known to go wrong.
func (l layer) agree(t *pageText) bool {
	plain, err := t.plain()
	if err != nil {
		return false
	}
	want, bad := 0, 0
	for _, r := range plain {
		if inked(r) {
			want++
		}
		if r == utf8.RuneError {
			bad++
		}
	}
	if l.letters() < want || l.unreadable() > bad {
		return false
	}
	for _, c := range l {
		if inked(c.r) && (c.u1 <= c.u0 || c.em <= 0 || c.em > maxEm) {
			return false
		}
	}
	// A few dozen characters spread over the page stand for all of them.
	const samples = 32
	for i := 0; i < t.count; i += max(1, t.count/samples) {
		c, ok := t.char(i)
		if ok && inked(c.r) && !l.near(c, 0.1*c.em+0.5) {
			return false
		}
	}
	return true
}

// within calls f in a goroutine of its own and waits no longer than d. A panic
// is an error. After a deadline the goroutine is left behind: there is no way
// to stop it but the end of the process.
func within[T any](ctx context.Context, d time.Duration, f func() (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r.err = fmt.Errorf("panic: %v", p)
			}
			done <- r
		}()
		r.v, r.err = f()
	}()
	select {
	case r := <-done:
		return r.v, r.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}
