package scan

import (
	"image"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/page"
)

// This file settles between a square found on the page and the character that a
// reader saw in its place.

// sureScore is the score from which a reader's character is believed to be
// one and no tick box.
const sureScore = 0.9

// likelyScore is that for a Chinese character that looks like no box, in a line
// that has another box: a circle around a box also frames the word's
// first character, and takes from its score.
const likelyScore = 0.6

// boxRead reports whether the reader saw an empty box in a line elsewhere than
// in a place.
func boxRead(l *readLine, place image.Rectangle) bool {
	for i, r := range []rune(l.first.Text) {
		if m := int(middleOf(l.first.Chars[i])); strings.ContainsRune("口□", r) && (m < place.Min.X || m >= place.Max.X) {
			return true
		}
	}
	return false
}

// readAsBox reports whether the reader saw an empty box in a place.
func readAsBox(l *readLine, place image.Rectangle) bool {
	for i, r := range []rune(l.first.Text) {
		if m := int(middleOf(l.first.Chars[i])); strings.ContainsRune("口□", r) && m >= place.Min.X && m < place.Max.X {
			return true
		}
	}
	return false
}

// Bounds of doubtedBoxes: boxes that a line must have read, and the score of a
// character that may be one more.
const (
	rowBoxes     = 3
	doubtedScore = 0.6
)

// doubtedBoxes makes boxes of badly read characters that the reader took for a box
// next, in a line of boxes: 亿 for one with a tick through it and no gap around it.
func doubtedBoxes(l *readLine) {
	text := []rune(l.first.Text)
	if countAny(l.first.Text, "口□") < rowBoxes {
		return
	}
	for k, c := range l.first.Chars {
		if c.Score < doubtedScore && unicode.Is(unicode.Han, text[k]) && strings.ContainsAny(c.Rivals, "口□囗") {
			text[k] = '口'
		}
	}
	l.first.Text = string(text)
}

// plainHan reports whether a rune is a Chinese character that is not made of a
// frame, as a box with a mark in it might be read.
func plainHan(r rune) bool {
	return unicode.Is(unicode.Han, r) && !strings.ContainsRune(boxLike+squareLike+"冒昌四园围固圆圈团凶匹匠医臣白自目甲由申巨门闪同问间", r)
}

// openGap is the gap before a box that opens an option, in shares of its side:
// between a box and its word there is less.
const openGap = 0.7

// opensOption reports whether a square in which the reader saw character k stands
// where a box does, and not where a word's first character does: apart from what
// comes before it, which is another word and no box.
func opensOption(b page.TickBox, l *readLine, k int) bool {
	text := []rune(l.first.Text)
	for k--; k >= 0 && text[k] == ' '; k-- {
	}
	return k >= 0 && apartBefore(b) && unicode.Is(unicode.Han, text[k]) && !strings.ContainsRune(boxLike+squareLike, text[k])
}

func apartBefore(b page.TickBox) bool {
	return float64(b.Gap) >= openGap*float64(b.Box.Dx())
}

// solidFill is the share of dark ink inside a square from which it is a box filled
// out: 冒 and 圆, as which it is read, are full of gaps. Pale ink, which holds the
// blur around strokes, fills characters, too; so does the dark ink of a blurred 基,
// but that has a box before it or a reader that is certain.
const (
	solidFill    = 0.9
	certainScore = 0.97
)

// isCharacter reports whether what the reader saw in a square, character i, is to be
// believed rather than that it is a box. In a row of boxes one with a mark inside is
// 团 or 囚 even to a reader that is sure.
func isCharacter(b page.TickBox, boxes []page.TickBox, l *readLine, i int, row bool) bool {
	r, score := []rune(l.first.Text)[i], l.first.Chars[i].Score
	switch {
	case b.Solid && apartBefore(b) && (score < certainScore || !plainHan(r)):
		return false
	case b.Solid && row && !plainHan(r): // ■ beside the word before it
		return false
	case score >= sureScore && !strings.ContainsRune(boxLike+" ", r):
		return !(row && unicode.Is(unicode.Han, r) && !plainHan(r) && apartBefore(b))
	case score >= likelyScore && plainHan(r):
		return (len(boxes) > 1 || boxRead(l, b.Box)) && !opensOption(b, l, i)
	}
	return false
}

// beforeWords keeps squares in which the reader is not sure to have seen a
// character, and of these the ones that are followed by at least two
// characters before the next. In a row of boxes the line may break behind the
// first character of the last one's word.
func beforeWords(boxes []page.TickBox, l *readLine, row bool) []page.TickBox {
	var free []page.TickBox
next:
	for _, b := range boxes {
		rim := float64(b.Box.Dx()) * 0.4 // a reader's character places are that rough
		for i, c := range l.first.Chars {
			in := c.X1 > float64(b.Box.Min.X)+rim && c.X0 < float64(b.Box.Max.X)-rim
			if in && isCharacter(b, boxes, l, i, row) {
				continue next
			}
		}
		free = append(free, b)
	}
	text := []rune(l.first.Text)
	var out []page.TickBox
	for k, b := range free {
		end := float64(l.box.Max.X) + 1
		if k+1 < len(free) {
			end = float64(free[k+1].Box.Min.X)
		}
		words := 0
		for i, c := range l.first.Chars {
			if m := (c.X0 + c.X1) / 2; m > float64(b.Box.Max.X) && m < end && !strings.ContainsRune(boxLike+" ", text[i]) {
				words++
			}
		}
		if words >= 2 || row && words == 1 && k+1 == len(free) {
			out = append(out, b)
		}
	}
	return out
}

// takeForBoxes makes boxes of what the reader made of the boxes found: read as 昌
// or 圆, a filled box would be the first character of the word behind it, and the
// place before that the box's.
func takeForBoxes(l *readLine, boxes []page.TickBox) {
	text := []rune(l.first.Text)
	for k := range text {
		if inside(boxes, middleOf(l.first.Chars[k]), 0) && !strings.ContainsRune(boxLike+markLike, text[k]) {
			text[k] = extract.TickOff
		}
	}
	l.first.Text = string(text)
}

// allRead reports whether every box found was surely read as a character that
// is no box: 区 and 国 of an address, as large and as square as boxes are.
func (w *work) allRead(found map[int][]page.TickBox) bool {
	for i, boxes := range found {
		l := &w.read[i]
		text := []rune(l.first.Text)
		for _, b := range boxes {
			k := -1
			for c := range l.first.Chars {
				if m := int(middleOf(l.first.Chars[c])); m >= b.Box.Min.X && m < b.Box.Max.X {
					k = c
				}
			}
			if k < 0 || b.Solid || l.first.Chars[k].Score < 0.95 || !unicode.Is(unicode.Han, text[k]) || strings.ContainsRune(squareLike, text[k]) {
				return false
			}
		}
	}
	return true
}

// squareLike are the Chinese characters that readers take a box for.
const squareLike = "口囗回日曰田目凹凸门冂匚己巳囚"
