package scan

import (
	"math"
	"slices"
	"strings"

	"dengji/extract/ocr"
)

// consensus joins several readings of one line into one, character by character
// (ROVER: Fiscus, "A post-processing system to yield reduced word error
// rates", 1997): each character is what most readings say, weighed by their
// scores. A character that a reading lacks is a vote as well. What was
// contested carries the share of the votes it won as its score, and so do the
// neighbours of a character that was voted out.
//
// The readings' characters are in the same pixels. Averaging the model's
// probabilities instead was tried: two views of a line peak a step apart, and
// characters vanish between them with a high score.
func consensus(readings []reading) reading {
	base := 0
	for i, r := range readings {
		if len(r.Chars) > 0 && (len(readings[base].Chars) == 0 || r.Score > readings[base].Score) {
			base = i
		}
	}
	out := readings[base]
	if len(readings) == 1 || len(out.Chars) == 0 {
		return out
	}
	slots := make([]slot, len(out.Chars))
	gaps := make([]slot, len(out.Chars)+1) // gaps[i] stands before character i
	text := []rune(out.Text)
	for i := range slots {
		slots[i].add(string(text[i]), out.Chars[i:i+1], out.Chars[i].Score)
	}
	for i := range gaps {
		gaps[i].add("", nil, neighbours(out.Chars, i))
	}
	for k, r := range readings {
		if k != base && len(r.Chars) > 0 { // an empty reading says nothing of any place
			castVotes(out, r, slots, gaps)
		}
	}
	return count(out, slots, gaps)
}

// slot is what the readings say of one place in a line.
type slot struct{ votes []ballot }

// ballot is one thing said of a place, with the weight of all who said so.
type ballot struct {
	text   string // "" for nothing
	chars  []ocr.Char
	weight float64
}

func (s *slot) add(text string, chars []ocr.Char, weight float64) {
	for i := range s.votes {
		if s.votes[i].text == text {
			s.votes[i].weight += weight
			return
		}
	}
	s.votes = append(s.votes, ballot{text, chars, weight})
}

// winner is the heaviest ballot and its share of all weight. The first one,
// the base reading's, wins ties.
func (s *slot) winner() (ballot, float64) {
	best, sum := 0, 0.0
	for i, b := range s.votes {
		if b.weight > s.votes[best].weight {
			best = i
		}
		sum += b.weight
	}
	if sum == 0 {
		return s.votes[best], 1
	}
	return s.votes[best], s.votes[best].weight / sum
}

// nothingThere is the weight of seeing nothing where another reading sees a
// character, as a share of the score: strokes of a seal read as characters have
// low scores, characters are lost without any.
const nothingThere = 0.75

// neighbours is how sure a reading is that nothing stands in the gap before
// character i: the lower score of the characters on both sides, weighed.
func neighbours(chars []ocr.Char, i int) float64 {
	s := nothingThere
	if i > 0 {
		s = min(s, nothingThere*chars[i-1].Score)
	}
	if i < len(chars) {
		s = min(s, nothingThere*chars[i].Score)
	}
	return s
}

// castVotes aligns a reading with the base and adds what it says to the slots
// and gaps.
func castVotes(base, r reading, slots, gaps []slot) {
	text := []rune(r.Text)
	from, to := make([]int, len(gaps)), make([]int, len(gaps)) // the reading's characters in each gap
	i, j := 0, 0
	for _, p := range align(base, r) {
		switch {
		case p.base < 0:
			j++
			to[i] = j
			continue
		case p.other < 0:
			slots[i].add("", nil, neighbours(r.Chars, j))
		default:
			slots[i].add(string(text[j]), r.Chars[j:j+1], r.Chars[j].Score)
			j++
		}
		i++
		from[i], to[i] = j, j
	}
	for i := range gaps {
		weight := neighbours(r.Chars, from[i])
		if to[i] > from[i] {
			weight = 1
			for _, c := range r.Chars[from[i]:to[i]] {
				weight = min(weight, c.Score)
			}
		}
		gaps[i].add(string(text[from[i]:to[i]]), r.Chars[from[i]:to[i]], weight)
	}
}

// pair is one step of an alignment: characters that stand for each other, or
// one that has no counterpart (-1).
type pair struct{ base, other int }

// align finds the cheapest way to turn base's text into other's. Characters
// that stand more than a character apart are never each other's counterpart.
func align(base, other reading) []pair {
	a, b := []rune(base.Text), []rune(other.Text)
	w := len(b) + 1
	cost := make([]float64, (len(a)+1)*w)
	for i := range len(a) + 1 {
		for j := range w {
			switch {
			case i == 0:
				cost[j] = float64(j)
			case j == 0:
				cost[i*w] = float64(i)
			default:
				cost[i*w+j] = min(cost[(i-1)*w+j]+1, cost[i*w+j-1]+1, cost[(i-1)*w+j-1]+swap(a[i-1], b[j-1], base.Chars[i-1], other.Chars[j-1]))
			}
		}
	}
	var out []pair
	for i, j := len(a), len(b); i > 0 || j > 0; {
		at := cost[i*w+j]
		switch {
		case i > 0 && j > 0 && at == cost[(i-1)*w+j-1]+swap(a[i-1], b[j-1], base.Chars[i-1], other.Chars[j-1]):
			i, j = i-1, j-1
			out = append(out, pair{i, j})
		case i > 0 && at == cost[(i-1)*w+j]+1:
			i--
			out = append(out, pair{i, -1})
		default:
			j--
			out = append(out, pair{-1, j})
		}
	}
	slices.Reverse(out)
	return out
}

// swap is the cost of taking y for x.
func swap(x, y rune, at, there ocr.Char) float64 {
	apart := math.Abs(middleOf(at)-middleOf(there)) / max(at.X1-at.X0, there.X1-there.X0, 1)
	switch {
	case apart > 1.2:
		return 2.5 // more than dropping one and adding the other
	case x == y:
		return 0
	}
	return 0.9 + 0.5*apart
}

// count puts the winners together.
func count(base reading, slots, gaps []slot) reading {
	var text strings.Builder
	out := reading{reader: base.reader, treatment: base.treatment}
	shy := 1.0 // what a character voted out leaves to its neighbours
	put := func(b ballot, share float64) {
		for i, r := range []rune(b.text) {
			c := b.chars[i]
			if share < 1 {
				c.Score *= share
			}
			c.Score = min(c.Score, shy)
			shy = 1
			text.WriteRune(r)
			out.Chars = append(out.Chars, c)
		}
		if b.text == "" && share < 1 {
			shy = min(shy, share)
			if n := len(out.Chars); n > 0 {
				out.Chars[n-1].Score = min(out.Chars[n-1].Score, share)
			}
		}
	}
	for i := range gaps {
		put(gaps[i].winner())
		if i < len(slots) {
			put(slots[i].winner())
		}
	}
	out.Text = text.String()
	for _, c := range out.Chars {
		out.Score += c.Score / float64(len(out.Chars))
	}
	return out
}
