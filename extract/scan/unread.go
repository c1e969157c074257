package scan

import (
	"image"
	"slices"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
)

// doubtUnreadInk looks in short lines, where every sign counts, for ink that
// no character accounts for: a decimal point the reader dropped, a ‰ it has no
// sign for and reads as %. The characters beside it lose their score.
func (w *work) doubtUnreadInk() {
	for i := range w.read {
		l := &w.read[i]
		if n := len(l.first.Chars); n == 0 || n > shortLine || l.seal && w.planes.Ink != nil || len(l.ticks) > 0 {
			continue
		}
		var inside []image.Rectangle
		for _, c := range w.comps {
			if middle(c.Box).In(l.box) {
				inside = append(inside, c.Box)
			}
		}
		text := []rune(l.first.Text)
		for _, b := range inside {
			if k := pointBeside(text, l.first.Chars, b, l.box); k >= 0 {
				l.first.Chars[k].Score = min(l.first.Chars[k].Score, extract.UnreadInk)
			}
		}
		last := len(text) - 1
		if strings.ContainsRune("%％", text[last]) && permille(inside, l.first.Chars[last], l.box) {
			l.first.Chars[last].Score = min(l.first.Chars[last].Score, extract.UnreadInk)
		}
	}
}

// shortLine is the most characters a line of figures has.
const shortLine = 16

// pointBeside returns the figure before a point that nobody read, -1 where the
// ink is no point: a point is small, stands on the line's foot and between the
// middles of two figures.
func pointBeside(text []rune, chars []ocr.Char, b, line image.Rectangle) int {
	h := float64(line.Dy())
	size := float64(max(b.Dx(), b.Dy()))
	if size < h*0.07 || size > h*0.25 || middle(b).Y < line.Min.Y+line.Dy()*55/100 {
		return -1
	}
	x := float64(b.Min.X+b.Max.X) / 2
	for k := 0; k+1 < len(chars); k++ {
		if figure(text[k]) && figure(text[k+1]) && x > middleOf(chars[k]) && x < middleOf(chars[k+1]) {
			return k
		}
	}
	return -1
}

// permille reports whether the sign read as % has two small rings side by side
// at its foot, where % has one.
func permille(inside []image.Rectangle, c ocr.Char, line image.Rectangle) bool {
	h := float64(line.Dy())
	var rings []float64
	for _, b := range inside {
		w, t := float64(b.Dx()), float64(b.Dy())
		if t < h*0.18 || t > h*0.55 || w < h*0.1 || w > h*0.4 || middle(b).Y < line.Min.Y+line.Dy()/2 || float64(b.Min.X) < middleOf(c)-h*0.2 {
			continue
		}
		rings = append(rings, float64(b.Min.X+b.Max.X)/2)
	}
	if len(rings) < 2 {
		return false
	}
	slices.Sort(rings)
	return rings[len(rings)-1]-rings[0] > h*0.15
}

func figure(r rune) bool { return r >= '0' && r <= '9' }

// Distances between the middles of neighbouring Chinese characters, in shares
// of the line's pitch: from lostPitch on one may be missing between them.
const lostPitch = 1.6

// doubtLostCharacters looks for places where a reader passed over a Chinese
// character or a full-width sign without a word: neighbours stand two
// characters apart, and there is ink between them. Rare characters go that way
// (芝罘区 is read as 芝区), each of the others with a perfect score.
func (w *work) doubtLostCharacters() {
	for i := range w.read {
		l := &w.read[i]
		pitch := hanPitch(l.first)
		if pitch == 0 {
			continue
		}
		text := []rune(l.first.Text)
		for k := 0; k+1 < len(text); k++ {
			if !fullWidth(text[k]) || !fullWidth(text[k+1]) {
				continue
			}
			from, to := middleOf(l.first.Chars[k]), middleOf(l.first.Chars[k+1])
			if to-from < pitch*lostPitch {
				continue
			}
			between := image.Rect(int(from+pitch*0.62), l.box.Min.Y, int(to-pitch*0.62), l.box.Max.Y)
			if w.holdsSign(between, pitch) {
				l.first.Chars[k].Score = min(l.first.Chars[k].Score, extract.UnreadInk)
				l.first.Chars[k+1].Score = min(l.first.Chars[k+1].Score, extract.UnreadInk)
			}
		}
	}
}

// hanPitch is the median distance between neighbouring Chinese characters, 0
// where there are too few to tell.
func hanPitch(r reading) float64 {
	text := []rune(r.Text)
	var d []float64
	for k := 0; k+1 < len(text); k++ {
		if unicode.Is(unicode.Han, text[k]) && unicode.Is(unicode.Han, text[k+1]) {
			d = append(d, middleOf(r.Chars[k+1])-middleOf(r.Chars[k]))
		}
	}
	if len(d) < 4 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)/2]
}

func middleOf(c ocr.Char) float64 { return (c.X0 + c.X1) / 2 }

// fullWidth reports whether a character takes a whole square of the line.
func fullWidth(r rune) bool {
	return unicode.Is(unicode.Han, r) || strings.ContainsRune("，。、；：（）《》“”", r)
}

// holdsSign reports whether a piece of ink of a sign's size has its middle in
// the box; a fifteenth of a character is a speck.
func (w *work) holdsSign(r image.Rectangle, pitch float64) bool {
	for _, c := range w.comps {
		if size := float64(max(c.Box.Dx(), c.Box.Dy())); size > pitch/8 && size < pitch*1.3 && middle(c.Box).In(r) {
			return true
		}
	}
	return false
}
