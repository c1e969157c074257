package scan

import (
	"image"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// doubtUnreadInk looks in short lines, where every sign counts, for ink that
// no character accounts for: a decimal point the reader dropped, the second
// ring of a ‰ read as %. The characters beside it lose their score.
func (w *work) doubtUnreadInk() {
	for i := range w.read {
		l := &w.read[i]
		if n := len(l.first.Chars); n == 0 || n > shortLine || len(l.ticks) > 0 {
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
			if k := pointBeside(text, l.first.Chars, b, l.box); k >= 0 && aloneInColumn(b, inside) {
				l.first.Chars[k].Score = min(l.first.Chars[k].Score, extract.UnreadInk)
			}
		}
		l.settlePermille(w.planes.Clean)
	}
}

// settlePermille lets the ink say whether a share ends in % or ‰, which readers
// take for one another. Where the reader said otherwise neither is sure.
func (l *readLine) settlePermille(g *image.Gray) {
	text := []rune(l.first.Text)
	last := len(text) - 1
	if last < 1 || !shareForm.MatchString(l.first.Text) {
		return // in a sentence the ring behind % is a full stop
	}
	chars := l.first.Chars
	halfFigure := (chars[last-1].X1 - chars[last-1].X0) / 2
	sign := l.box
	sign.Min.X = int(middleOf(chars[last-1]) + halfFigure)
	seen := '%'
	ink := withoutFigure(faintInk(crop(g, sign, 0)))
	rings := twoRingsBelow(ink)
	if rings || permille(ink) {
		seen = '‰'
	}
	if (text[last] == '‰') == (seen == '‰') {
		return
	}
	chars[last].Score = min(chars[last].Score, extract.UnreadInk)
	if seen == '‰' && !mayBePermille(l.first.reader, chars[last].Rivals) && !rings {
		return // on a bad copy the foot of % runs out as wide
	}
	text[last] = seen
	l.first.Text = string(text)
}

// mayBePermille reports whether a reader that saw % took it for ‰ next, rather
// than for % of another width. One that does not say what else it saw may have.
func mayBePermille(reader, rivals string) bool {
	if reader != extract.ReaderPPOCR {
		return true
	}
	permille, percent := strings.IndexRune(rivals, '‰'), strings.IndexRune(rivals, '％')
	return permille >= 0 && (percent < 0 || permille < percent)
}

// shareForm is a line that is a percentage and nothing else.
var shareForm = regexp.MustCompile(`^\s*(?:约|近|不足|不到|超过|低于|高于|大于|小于|[<>＜＞≤≥])?\s*\d[\d.,~～—–-]*\s*[%％‰]$`)

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

// permilleFoot is how far the stroke of ‰ reaches at its top, as a share of how
// far the sign reaches at its foot: 0.51 to 0.61 in seven fonts of Chinese
// offices, where the stroke of % reaches 0.77 and more.
const permilleFoot = 0.69

// permille reports whether the ink of a sign is that of ‰ and not of %: under its stroke stand two rings, so that its foot
// reaches far to the right of its top, and it is wider than high. The rings
// themselves run into one another at 200 dots an inch.
func permille(ink *page.Bitmap) bool {
	box := ink.Bounds(image.Rect(0, 0, ink.W, ink.H))
	if box.Dy() < 8 || box.Dx() < box.Dy() {
		return false
	}
	third := box.Dy() * 3 / 10
	top := ink.Bounds(image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Min.Y+third))
	foot := ink.Bounds(image.Rect(box.Min.X, box.Max.Y-third, box.Max.X, box.Max.Y))
	return float64(top.Max.X-box.Min.X) < permilleFoot*float64(foot.Max.X-box.Min.X)
}

// twoRingsBelow reports whether two rings of one size stand side by side at the
// foot of a sign, as those of a clear ‰ do: % has one there, and a bad copy none
// that is closed.
func twoRingsBelow(ink *page.Bitmap) bool {
	box := ink.Bounds(image.Rect(0, 0, ink.W, ink.H))
	paper := page.NewBitmap(box.Dx()+2, box.Dy()+2) // with a rim that joins all outside
	for y := range paper.H {
		for x := range paper.W {
			if in := image.Pt(x-1, y-1); !in.In(image.Rect(0, 0, box.Dx(), box.Dy())) || ink.Pix[(box.Min.Y+in.Y)*ink.W+box.Min.X+in.X] == 0 {
				paper.Pix[y*paper.W+x] = 1
			}
		}
	}
	var rings []image.Rectangle
	for _, c := range page.Components(paper) {
		if c.Box.Min.X > 0 && c.Box.Dy()*6 > box.Dy() && middle(c.Box).Y*2 > paper.H {
			rings = append(rings, c.Box)
		}
	}
	if len(rings) != 2 {
		return false
	}
	a, b := rings[0], rings[1]
	level := math.Abs(float64(middle(a).Y-middle(b).Y))*8 < float64(box.Dy())
	alike := a.Dy()*3 > b.Dy()*2 && b.Dy()*3 > a.Dy()*2 && a.Dx()*2 > b.Dx() && b.Dx()*2 > a.Dx()
	return level && alike
}

// withoutFigure takes away what the figure before a sign leaves at the left
// edge: it would count as a part of the sign.
func withoutFigure(ink *page.Bitmap) *page.Bitmap {
	empty := func(x int) bool { return ink.Bounds(image.Rect(x, 0, x+1, ink.H)).Empty() }
	end := 0
	for end < ink.W && !empty(end) {
		end++
	}
	if end*6 > ink.H { // too wide: the sign itself, or one that touches the figure
		return ink
	}
	for y := range ink.H {
		clear(ink.Pix[y*ink.W : y*ink.W+end])
	}
	return ink
}

// faintInk is all ink of a small picture, thin strokes and pale print too.
func faintInk(g *image.Gray) *page.Bitmap {
	paper, print, _ := levels(g, 0.02)
	return page.Darker(g, uint8(inkLevel(paper, print)))
}

// aloneInColumn reports whether no other ink stands over or under a piece of
// ink: a point is alone, a fragment of a pale figure is not.
func aloneInColumn(b image.Rectangle, inside []image.Rectangle) bool {
	for _, o := range inside {
		if o != b && o.Min.X < b.Max.X && b.Min.X < o.Max.X {
			return false
		}
	}
	return true
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
