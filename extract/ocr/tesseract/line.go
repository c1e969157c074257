package tesseract

import (
	"fmt"
	"image"
	"image/draw"
	"os"
	"unicode"

	"github.com/otiai10/gosseract/v2"

	"dengji/extract/ocr"
)

// variables are set on every client.
var variables = map[gosseract.SettableVariable]string{
	"user_defined_dpi": "300",      // else it guesses, and says so on standard error for every line
	"debug_file":       os.DevNull, // blank lines make it print statistics
}

// symbol is one recognised character as Tesseract gives it.
type symbol struct {
	text  string
	box   image.Rectangle // pixels of the picture
	score float64         // 0 to 1
}

// read recognises one picture. It goes over as PNM in memory, which Leptonica
// takes without decompressing. No border is added: with 10 pixels more around
// lines that have their margin, a third more characters were lost at 150 dpi.
func (c *client) read(img image.Image) ([]symbol, error) {
	b := img.Bounds()
	size := image.Rect(0, 0, b.Dx(), b.Dy())
	n := size.Dx() * size.Dy()
	if cap(c.pix) < n {
		c.pix = make([]uint8, n)
	}
	grey := &image.Gray{Pix: c.pix[:n], Stride: size.Dx(), Rect: size}
	draw.Draw(grey, size, image.White, image.Point{}, draw.Src)
	draw.Draw(grey, size, img, b.Min, draw.Over)
	c.pnm.Reset()
	fmt.Fprintf(&c.pnm, "P5\n%d %d\n255\n", size.Dx(), size.Dy())
	c.pnm.Write(grey.Pix)
	if err := c.tess.SetImageFromBytes(c.pnm.Bytes()); err != nil {
		return nil, err
	}
	found, err := c.tess.GetBoundingBoxes(gosseract.RIL_SYMBOL)
	if err != nil {
		return nil, err
	}
	symbols := make([]symbol, 0, len(found))
	for _, f := range found {
		if f.Word == "" || f.Word == " " { // an empty page gives one box without text
			continue
		}
		symbols = append(symbols, symbol{f.Word, f.Box, min(max(f.Confidence/100, 0), 1)})
	}
	return symbols, nil
}

// assemble puts symbols into a Reading. Symbols come without spaces; one is
// set only between two Latin letters or digits that stand apart, never beside
// a Chinese character, where a space carries no meaning on a form.
func assemble(symbols []symbol, width int) ocr.Reading {
	var r ocr.Reading
	var text []rune
	put := func(c rune, x0, x1, score float64) {
		text = append(text, c)
		r.Chars = append(r.Chars, ocr.Char{X0: min(max(x0, 0), float64(width)), X1: min(max(x1, 0), float64(width)), Score: score})
	}
	for i, s := range symbols {
		runes := []rune(s.text)
		if i > 0 && apart(symbols[i-1], s) {
			put(' ', float64(symbols[i-1].box.Max.X), float64(s.box.Min.X), min(symbols[i-1].score, s.score))
		}
		step := float64(s.box.Dx()) / float64(len(runes))
		for j, c := range runes {
			x := float64(s.box.Min.X) + step*float64(j)
			put(c, x, x+step, s.score)
		}
	}
	r.Text = string(text)
	for _, c := range r.Chars {
		r.Score += c.Score / float64(len(r.Chars))
	}
	return r
}

// apart tells whether two neighbouring letters have a word's gap between.
func apart(a, b symbol) bool {
	last, first := []rune(a.text), []rune(b.text)
	if !latin(last[len(last)-1]) || !latin(first[0]) {
		return false
	}
	height := max(a.box.Dy(), b.box.Dy())
	return float64(b.box.Min.X-a.box.Max.X) > 0.5*float64(height)
}

// latin letters and digits; punctuation is thin and has gaps of its own.
func latin(c rune) bool { return c < unicode.MaxLatin1 && (unicode.IsLetter(c) || unicode.IsDigit(c)) }
