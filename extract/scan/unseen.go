package scan

import (
	"image"
	"slices"
	"strings"

	"dengji/extract"
)

// unseenOptions is how many words a row must have before each of which ink
// stands, where neither the reader nor the search for squares saw a box.
const unseenOptions = 4

// checkLike are what a reader makes of a tick, beside the tick itself.
const checkLike = "√✓✔Vv"

// readIn reports whether the reader saw anything in an area but a tick or a box.
func readIn(l *readLine, area image.Rectangle) bool {
	text := []rune(l.first.Text)
	for k, c := range l.first.Chars {
		if m := int(middleOf(c)); m >= area.Min.X && m < area.Max.X && !strings.ContainsRune(checkLike+boxLike, text[k]) {
			return true
		}
	}
	return false
}

// Scores under which the first character of a word that is one longer than the
// row's others may be what is left of a box, or a box with a mark in it: where
// no box was found, and where the others have theirs.
const (
	remainsScore = 0.5
	lackingScore = 0.9
)

// remainsOfBoxes makes boxes of the doubtful characters that stand before words of
// the row's length as if they were part of them, and returns the lines' texts as
// they were.
func (w *work) remainsOfBoxes(group []int, length int, pitch, score float64) map[int]string {
	before := map[int]string{}
	for _, i := range group {
		l := &w.read[i]
		before[i] = l.first.Text
		text := []rune(l.first.Text)
		for _, word := range wordsOf(l, pitch) {
			if word[1]-word[0] == length+1 && l.first.Chars[word[0]].Score < score {
				text[word[0]] = extract.TickOff
			}
		}
		l.first.Text = string(text)
	}
	return before
}

// tickUnseen sets the ticks of a row of options on a pale or worn page, where no
// box is whole enough to be seen: words of one length, before each of which
// stands ink of a character's size that nobody read but as a tick. The states are
// never sure.
func (w *work) tickUnseen(group []int) {
	r := optionRow{pitch: w.groupPitch(group), ink: w.ink}
	if r.pitch == 0 || characters(w.read, group) > optionsLength {
		return
	}
	length, alike, words := w.wordLength(group, r.pitch)
	if alike < unseenOptions || alike*3 < words*2 {
		return
	}
	before := w.remainsOfBoxes(group, length, r.pitch, remainsScore)
	var sides []int
	for _, i := range group {
		l := &w.read[i]
		for _, s := range w.slotsOf(l, r.pitch) {
			ink := w.inkIn(s.area)
			if high, broad := float64(ink.Dy())/r.pitch, float64(ink.Dx())/r.pitch; high > 0.5 && high < 1.6 && broad > 0.4 && !readIn(l, s.area) {
				sides = append(sides, ink.Dx())
			}
		}
	}
	if len(sides) < unseenOptions {
		for i, text := range before {
			w.read[i].first.Text = text
		}
		return
	}
	slices.Sort(sides)
	r.side = sides[len(sides)/2]
	for _, i := range group {
		boxes := w.fillSlots(&w.read[i], r, nil)
		for k := range boxes {
			boxes[k].Score = min(boxes[k].Score, besideScore)
		}
		w.setTicks(&w.read[i], boxes)
	}
}

// wordLength is the length most words of a group have, how many have it, and how
// many words there are.
func (w *work) wordLength(group []int, pitch float64) (length, alike, words int) {
	lengths := map[int]int{}
	for _, i := range group {
		for _, word := range wordsOf(&w.read[i], pitch) {
			lengths[word[1]-word[0]]++
			words++
		}
	}
	for n, k := range lengths {
		if k > alike || k == alike && n < length {
			length, alike = n, k
		}
	}
	return length, alike, words
}
