package pdf

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	ctx := context.Background()
	if v, err := within(ctx, time.Minute, func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	if _, err := within(ctx, time.Minute, func() (int, error) { panic("malformed") }); err == nil || !strings.Contains(err.Error(), "malformed") {
		t.Errorf("panic: %v", err)
	}
	stop := make(chan struct{})
	defer close(stop)
	if _, err := within(ctx, time.Millisecond, func() (int, error) { <-stop; return 0, nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("loop: %v", err)
	}
}

// TestLayerReader: whatever the text reader makes of a file, PDFium's text is
// complete. Each file is one it is known to read wrongly or not at all.
func TestLayerReader(t *testing.T) {
	simple := func(content string) []byte {
		var b builder
		return b.pdf(pageSpec{content: content, resources: b.helvetica()})
	}
	var t3 builder
	for _, tt := range []struct {
		name  string
		data  []byte
		agree bool
	}{
		{"plain", simple(words), true},
		{"kerned", simple("BT /F1 12 Tf 72 700 Td [(Regis) -300 (tration)] TJ ET"), true},
		{"scaled and moved", simple("q 2 0 0 2 10 20 cm BT /F1 6 Tf 30 300 Td (Registration) Tj ET Q"), true},
		{"word spacing is left out", simple("BT /F1 12 Tf 5 Tw 72 700 Td (a b c d e f g h) Tj ET"), false},
		{"sideways", simple("BT /F1 12 Tf 0 1 -1 0 100 72 Tm (Registration) Tj ET"), false},
		{"more restores than saves panic", simple("Q Q " + words), false},
		{"Type 3", t3.pdf(pageSpec{content: "BT /T3 12 Tf 72 700 Td <01020304> Tj ET", resources: "/Font << " + t3.type3("企业名称") + " >>"}), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &file{data: tt.data, engine: testEngine(t), layers: layerReader{data: tt.data}}
			f.lim.Pages, f.lim.PagePoints = 10, 10_000
			if err := f.open(); err != nil {
				t.Fatal(err)
			}
			defer f.close()
			p, err := f.load(1)
			if err != nil {
				t.Fatal(err)
			}
			defer p.close()
			text, err := openText(p.p, p.req)
			if err != nil {
				t.Fatal(err)
			}
			defer text.close()
			l, err := f.layers.page(context.Background(), 1)
			if got := err == nil && l.agree(text); got != tt.agree {
				t.Errorf("agrees: %v (%v), want %v", got, err, tt.agree)
			}
			plain, err := text.plain()
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for _, r := range plain {
				if inked(r) {
					want++
				}
			}
			if got := layer(text.chars()).letters(); got != want || got == 0 {
				t.Errorf("PDFium: %d letters one by one, %d in its text", got, want)
			}
		})
	}
}
