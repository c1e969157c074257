package normalize

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Marks of tick boxes. A box is printed with its word and empty or filled; a
// check is added by whoever fills the form.
const (
	offMarks   = "□☐○◻▢◯⬜"
	onMarks    = "☑■☒▣◼◾●⬛⊠🗹🗷"
	checkMarks = "√✓✔✅"
)

var (
	bracketOn  = regexp.MustCompile(`[\[(（【［]\s*[√✓✔xX×vV☑■]\s*[\])）】］]`)
	bracketOff = regexp.MustCompile(`[\[(（【［]\s*[\])）】］]`)
)

// piece is a mark or a word found in a text.
type piece struct {
	word   int  // index into the vocabulary, -1 for a mark
	box    bool // a mark that was printed
	on     bool // a mark that chooses
	at     int  // in runes
	end    int
	misses bool // the word was found with a misread character
}

// Choices reads a line of tick boxes: the words of opt.Vocabulary that are
// ticked, in the vocabulary's order, as []string.
//
// A mark may stand before its word or after it; which it is shows in the
// whole line (a form prints all boxes on the same side), then in the blanks.
// A check beside a box (□√) ticks it. Boxes without any tick are StateBlank.
// Without any mark the words themselves are the answer, unless they are the
// whole vocabulary: then the ticks were lost and the text is unreadable.
// Ticked words outside the vocabulary are detail.unknown with format_invalid.
func Choices(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	text := []rune(bracketOff.ReplaceAllString(bracketOn.ReplaceAllString(s, "☑"), "□"))
	if len(opt.Vocabulary) == 0 {
		return freeChoices(text)
	}
	words := findWords(text, opt)
	marks, inferred := findMarks(text, words, opt.OCR)
	pieces := append(words, marks...)
	slices.SortFunc(pieces, func(a, b piece) int { return a.at - b.at })
	r = chosen(text, pieces, opt, s)
	if inferred && r.State != StateUnreadable {
		r = r.doubt(CodeRepaired, "“%s”中的“口”按空方框处理", s)
	}
	for _, w := range words {
		if w.misses && r.State == StateValue {
			r = r.doubt(CodeRepaired, "“%s”按“%s”处理", string(text[w.at:w.end]), opt.Vocabulary[w.word])
		}
	}
	return r
}

// findWords finds every word of the vocabulary, the longest first where they
// overlap. In text read from pixels a word of three characters or more may
// have one wrong.
func findWords(text []rune, opt Options) []piece {
	order := make([]int, len(opt.Vocabulary))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return len([]rune(opt.Vocabulary[b])) - len([]rune(opt.Vocabulary[a]))
	})
	var out []piece
	seen := map[int]bool{}
	find := func(allowed int) {
		for _, v := range order {
			word := []rune(opt.Vocabulary[v])
			if len(word) == 0 || allowed > 0 && (seen[v] || len(word) < 3) {
				continue
			}
			for at := range text {
				end, wrong := matchWord(text, at, word, allowed)
				if end == 0 || overlaps(out, at, end) {
					continue
				}
				out = append(out, piece{word: v, at: at, end: end, misses: wrong > 0})
				seen[v] = true
			}
		}
	}
	find(0)
	if opt.OCR {
		find(1)
	}
	return out
}

// matchWord matches word at a place, over blanks, with so many wrong
// characters.
func matchWord(text []rune, at int, word []rune, allowed int) (end, wrong int) {
	i := at
	for k, w := range word {
		for k > 0 && i < len(text) && unicode.IsSpace(text[i]) {
			i++
		}
		if i >= len(text) {
			return 0, 0
		}
		if text[i] != w {
			if wrong++; wrong > allowed || isMark(text[i]) || !unicode.IsLetter(text[i]) {
				return 0, 0
			}
		}
		i++
	}
	return i, wrong
}

func overlaps(pieces []piece, at, end int) bool {
	return slices.ContainsFunc(pieces, func(p piece) bool { return at < p.end && p.at < end })
}

func isMark(r rune) bool { return strings.ContainsRune(offMarks+onMarks+checkMarks, r) }

// findMarks finds the marks outside the words. In text read from pixels a 口
// right before a word is an empty box.
func findMarks(text []rune, words []piece, ocr bool) (marks []piece, inferred bool) {
	for i, r := range text {
		m := piece{word: -1, at: i, end: i + 1}
		switch {
		case overlaps(words, i, i+1):
			continue
		case strings.ContainsRune(offMarks, r):
			m.box = true
		case strings.ContainsRune(onMarks, r):
			m.box, m.on = true, true
		case strings.ContainsRune(checkMarks, r):
			m.on = true
		case ocr && strings.ContainsRune("口囗ロ", r) && slices.ContainsFunc(words, func(w piece) bool { return strings.TrimSpace(string(text[i+1:max(i+1, w.at)])) == "" && w.at > i }):
			m.box, inferred = true, true
		default:
			continue
		}
		marks = append(marks, m)
	}
	return marks, inferred
}
