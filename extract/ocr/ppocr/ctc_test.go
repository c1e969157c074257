package ppocr

import (
	"image"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ort "github.com/yalue/onnxruntime_go"

	"dengji/extract/ocr"
)

// softmax rows for three classes: blank, 甲, 乙.
func rows(steps string) []float32 {
	var out []float32
	for _, s := range steps {
		switch s {
		case '-':
			out = append(out, 0.9, 0.05, 0.05)
		case 'a':
			out = append(out, 0.1, 0.8, 0.1)
		case 'A':
			out = append(out, 0.03, 0.95, 0.02)
		case 'b':
			out = append(out, 0.2, 0.1, 0.7)
		}
	}
	return out
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		steps, text string
		scores      []float64
	}{
		{"", "", nil},
		{"----", "", nil},
		{"-a-", "甲", []float64{0.8}},
		{"aAa", "甲", []float64{0.95}}, // a run is one character with its best score
		{"a-a", "甲甲", []float64{0.8, 0.8}},
		{"aabb", "甲乙", []float64{0.8, 0.7}}, // neighbours need no blank between
		{"-aAa--b-b", "甲乙乙", []float64{0.95, 0.7, 0.7}},
	} {
		e := &Engine{alphabet: []string{"", "甲", "乙"}, stride: 8}
		peaks := decode(rows(c.steps), len(c.steps), 3)
		var text strings.Builder
		var r ocr.Reading
		e.place(peaks, 8*max(len(c.steps), 1), 16*max(len(c.steps), 1), 0, &text, &r)
		if text.String() != c.text || len(r.Chars) != len(c.scores) {
			t.Errorf("%q: read %q with %d chars, want %q", c.steps, text.String(), len(r.Chars), c.text)
			continue
		}
		for i, want := range c.scores {
			if math.Abs(r.Chars[i].Score-want) > 1e-6 {
				t.Errorf("%q: char %d scores %v, want %v", c.steps, i, r.Chars[i].Score, want)
			}
		}
	}
}

func TestReadAlphabet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.txt")
	if err := os.WriteFile(path, []byte("甲\r\n乙\n \n丙"), 0o600); err != nil {
		t.Fatal(err)
	}
	for classes, want := range map[int]string{5: "|甲|乙| |丙", 6: "|甲|乙| |丙| "} {
		got, err := readAlphabet(path, classes)
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%d classes: %q, %v; want %q", classes, got, err, want)
		}
	}
	for _, classes := range []int{4, 7, 6625} {
		if _, err := readAlphabet(path, classes); err == nil || !strings.Contains(err.Error(), "4 characters") {
			t.Errorf("%d classes for 4 characters: %v", classes, err)
		}
	}
	if _, err := readAlphabet(path+".none", 6); err == nil {
		t.Error("a dictionary that is not there was read")
	}
}

func TestCheckLineOutput(t *testing.T) {
	good := []float32{0.5, 0.25, 0.25}
	for _, c := range []struct {
		shape  ort.Shape
		values []float32
		ok     bool
	}{
		{ort.NewShape(1, 40, 3), good, true},
		{ort.NewShape(1, 1, 160, 160), good, false},            // a detector
		{ort.NewShape(1, 33, 3), good, false},                  // 320 is no multiple
		{ort.NewShape(1, 40, 3), []float32{3, 2, -1}, false},   // logits
		{ort.NewShape(1, 40, 3), []float32{.1, .1, .1}, false}, // sigmoids
	} {
		if err := checkLineOutput(c.shape, c.values); (err == nil) != c.ok {
			t.Errorf("%v %v: %v", c.shape, c.values, err)
		}
	}
}

func TestPiecesCoverTheLine(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 7001, 48))
	for i := range img.Pix {
		img.Pix[i] = 255
		if x := i % 7001; x%50 < 40 && (x+i/7001)%3 == 0 { // characters of 40 columns, gaps of 10
			img.Pix[i] = 0
		}
	}
	var r raster
	r.load(img)
	spans := pieces(&r)
	if len(spans) < 3 || spans[0].from != 0 || spans[len(spans)-1].to != 7001 {
		t.Fatalf("pieces %v do not cover the line", spans)
	}
	for i, s := range spans[1:] {
		if s.from != spans[i].to || spans[i].to-spans[i].from > maxLineWidth {
			t.Errorf("pieces %v and %v", spans[i], s)
		}
		if s.from%50 < 40 {
			t.Errorf("cut at %d goes through a character", s.from)
		}
	}
}

// What a character may be instead is told at the step where it is surest.
func TestRivals(t *testing.T) {
	alphabet := []string{"", "甲", "乙", "丙", "丁", "戊", " ", "工艺"}
	step := func(p ...float32) []float32 { return append(p, make([]float32, len(alphabet)-len(p))...) }
	for _, c := range []struct {
		name  string
		probs [][]float32
		want  string
	}{
		{"likelier first, blank left out", [][]float32{step(0.2, 0.5, 0.05, 0.15, 0.1)}, "丙丁乙"},
		{"three at most", [][]float32{step(0, 0.5, 0.1, 0.2, 0.05, 0.15)}, "丙戊乙"},
		{"at the surest step", [][]float32{step(0, 0.5, 0.5), step(0, 0.9, 0, 0.1)}, "丙"},
		{"none where it is sure", [][]float32{step(0, 0.9995, 0.0005)}, ""},
		{"single runes alone", [][]float32{step(0, 0.6, 0, 0, 0, 0, 0, 0.4)}, ""},
	} {
		var probs []float32
		for _, s := range c.probs {
			probs = append(probs, s...)
		}
		e := &Engine{alphabet: alphabet, stride: 8}
		var text strings.Builder
		var r ocr.Reading
		e.place(decode(probs, len(c.probs), len(alphabet)), 8*len(c.probs), 16*len(c.probs), 0, &text, &r)
		if len(r.Chars) != 1 || r.Chars[0].Rivals != c.want {
			t.Errorf("%s: got %+v, want one character with the rivals %q", c.name, r.Chars, c.want)
		}
	}
}
