package scan

import (
	"slices"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
)

// Room of marks between two ideographs, in the line's own pitch of ideographs: in
// 7,731 marks of scans of every kind it was 1.61 and more for one (punctuation has an em of
// its own), and 1.38 at most for a speck that was read as one. Latin marks and
// quotation marks need a quarter of an em.
const (
	oneMark      = 1.45
	narrowMark   = 1.15
	twoMarks     = 2.4
	leastPitches = 5   // pairs of ideographs that tell a line's pitch
	surelyMark   = 0.9 // of two marks in one's room neither goes that is surer
)

// smallMarks are what specks are read as.
const smallMarks = "。，、；：·.,;:'’‘`“”\""

// narrowMarks are those of smallMarks that Latin typefaces have, but for the point,
// which nobody puts between ideographs.
const narrowMarks = "·,;:'’‘`“”\""

// dropSpecks takes marks out of lines of text that have no room there: dirt between
// two ideographs that stand as close as any others do. Both stay in doubt.
func (w *work) dropSpecks() {
	for i := range w.read {
		l := &w.read[i]
		if len(l.ticks) == 0 {
			l.first.Text, l.first.Chars = withoutSpecks(l.first.Text, l.first.Chars)
		}
	}
}

func withoutSpecks(line string, chars []ocr.Char) (string, []ocr.Char) {
	text := []rune(line)
	pitch := pitchOf(text, chars)
	if pitch == 0 {
		return line, chars
	}
	keepText, keep := text[:0:0], chars[:0:0]
	for i := 0; i < len(text); {
		n := marksBetween(text, i)
		room := 0.0
		if n > 0 {
			room = (middleOf(chars[i+n]) - middleOf(chars[i-1])) / pitch
		}
		switch {
		case n == 1 && (room < narrowMark || room < oneMark && !strings.ContainsRune(narrowMarks, text[i])):
			keep[len(keep)-1].Score = min(keep[len(keep)-1].Score, extract.UnreadInk)
			i++
			continue
		case n == 2 && room < twoMarks:
			weaker := i
			if chars[i+1].Score < chars[i].Score {
				weaker = i + 1
			}
			if chars[weaker].Score < surelyMark {
				stays := chars[2*i+1-weaker]
				stays.Score = min(stays.Score, extract.UnreadInk)
				keepText, keep = append(keepText, text[2*i+1-weaker]), append(keep, stays)
				i += 2
				continue
			}
		}
		for range max(n, 1) {
			keepText, keep = append(keepText, text[i]), append(keep, chars[i])
			i++
		}
	}
	return string(keepText), keep
}

// Room of n figures between two ideographs, in the line's pitch: 1.40 to 1.90 for one,
// 1.79 to 2.50 for two, 2.40 to 3.04 for three, 2.83 to 3.68 for four, in 2,795 numbers
// read right on scans of every kind. Word puts a quarter of an em before and behind.
func figureRoom(n int) (least, most float64) { return 0.69 + 0.53*float64(n), 1.52 + 0.55*float64(n) }

// doubtFigures takes the score of figures in lines of text that have more room than
// they take, for one of two alike was lost (11天 read as 1天), or less. At a line's
// ends nothing tells where their room ends.
func (w *work) doubtFigures() {
	for i := range w.read {
		l := &w.read[i]
		text, chars := []rune(l.first.Text), l.first.Chars
		pitch := pitchOf(text, chars)
		if pitch == 0 || len(l.ticks) > 0 {
			continue
		}
		for from := 1; from < len(text); from++ {
			to := from
			for to < len(text) && figure(text[to]) {
				to++
			}
			if to == from || to == len(text) || !unicode.Is(unicode.Han, text[from-1]) || !unicode.Is(unicode.Han, text[to]) {
				from = max(from, to)
				continue
			}
			room := (middleOf(chars[to]) - middleOf(chars[from-1])) / pitch
			if least, most := figureRoom(to - from); room < least || room > most {
				for k := from; k < to; k++ {
					chars[k].Score = min(chars[k].Score, extract.UnreadInk)
				}
			}
			from = to
		}
	}
}

// marksBetween counts the small marks from i on that stand between two ideographs, 0
// where something else is there.
func marksBetween(text []rune, i int) int {
	n := 0
	for i+n < len(text) && strings.ContainsRune(smallMarks, text[i+n]) {
		n++
	}
	if n == 0 || i == 0 || i+n == len(text) || !unicode.Is(unicode.Han, text[i-1]) || !unicode.Is(unicode.Han, text[i+n]) {
		return 0
	}
	return n
}

// pitchOf is the median distance of neighbouring ideographs, 0 where there are too few.
func pitchOf(text []rune, chars []ocr.Char) float64 {
	var all []float64
	for i := 1; i < len(text) && len(chars) == len(text); i++ {
		if unicode.Is(unicode.Han, text[i-1]) && unicode.Is(unicode.Han, text[i]) {
			all = append(all, middleOf(chars[i])-middleOf(chars[i-1]))
		}
	}
	if len(all) < leastPitches {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}
