package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dengji/normalize"
)

// What documents that speak of the same field make of one another.

// copyOf finds the electronic document that says something of a field which
// the prevailing witness was read from pixels for; nil where there is none, or
// where two of them differ.
func copyOf(typ string, best *witness, all []witness) *witness {
	if best.raw.Sure {
		return nil
	}
	var found *witness
	for i := range all {
		w := &all[i]
		if w == best || !w.raw.Sure || !w.present() {
			continue
		}
		if found != nil && !sameValue(typ, found.result, w.result) {
			return nil
		}
		found = w
	}
	return found
}

// corroborated makes a field as sure as the electronic document that says the
// same: what was doubtful about its characters is settled. The doubts about
// what the value means stay.
func (f *field) corroborated(w *witness) {
	agreed := f.features[featWitnesses]
	f.features = w.features()
	f.features[featWitnesses] = agreed
	f.agree(true)
	f.sure, f.doubtful = true, len(w.result.Doubts) > 0
	f.Flags = slices.DeleteFunc(f.Flags, func(g Flag) bool {
		return g.Code == FlagReadersDisagree || g.Code == normalize.CodeRepaired || g.Code == normalize.CodeAmbiguous && g.Detail["inferred"] == true
	})
}

// sameSpelling says whether two texts are the same to the letter's case and the
// last mark, not only in what they say. Width and blanks do not count.
func sameSpelling(a, b *witness) bool {
	x, xok := a.result.Value.(string)
	y, yok := b.result.Value.(string)
	if !xok || !yok {
		return true
	}
	return squeezed(x) == squeezed(y)
}

// squeezed is a text in one width without blanks.
func squeezed(s string) string { return strings.Join(strings.Fields(normalize.FoldWidth(s)), "") }

// takeSpelling gives a field the spelling of the electronic copy where the
// scan was misread. The scan's reading stays its raw text, and a flag says so.
func (f *field) takeSpelling(best, copied *witness) {
	f.Value = copied.result.Value
	f.Detail = nil
	for k, v := range copied.result.Detail {
		f.setDetail(k, v)
	}
	f.Flags = slices.DeleteFunc(f.Flags, func(g Flag) bool {
		return slices.ContainsFunc(best.result.Doubts, func(d normalize.Doubt) bool { return d.Code == g.Code && d.Message == g.Message })
	})
	f.corroborated(copied)
	f.flag(normalize.CodeRepaired, fmt.Sprintf("扫描件读作“%s”，按%s“%s”的写法", best.raw.Raw, copied.where(), copied.raw.Raw),
		map[string]any{"values": []any{valueIn(best), valueIn(copied)}})
	for _, d := range copied.result.Doubts {
		f.flag(d.Code, d.Message, d.Detail)
	}
}

// Scores of characters under which a reading that differs from the copy is
// more likely a misreading than another text.
const (
	weakScore    = 0.9  // where another reading of the scan says what the copy says
	weakestScore = 0.75 // in a long text, where none does
	fewMisread   = 0.02 // share of a long text that may be misread
)

// misreadOf says whether a scan's reading is most likely the copy's text,
// misread: only characters that readers take for one another differ; or the
// doubtful reading has another beside it that says what the copy says; or a
// long text differs in a few characters that were all read badly. A clear
// digit that differs is never a misreading.
func (best *witness) misreadOf(copied *witness) bool {
	if best.result.State != normalize.StateValue && best.result.State != normalize.StateUnreadable || copied.result.State != normalize.StateValue {
		return false
	}
	a, aok := best.result.Value.(string)
	z, zok := copied.result.Value.(string)
	if aok && zok && a != "" && alikeTexts(a, z) || best.raw.Field.Type != "choices" && best.raw.Raw != "" && alikeTexts(squeezed(best.raw.Raw), squeezed(copied.raw.Raw)) {
		return true
	}
	for _, o := range best.others {
		if sameValue(best.raw.Field.Type, o.result, copied.result) && best.weakWhere(copied) < weakScore {
			return true
		}
	}
	if aok && zok && best.isAddress() && (lostDouble(a, z) || best.noAddress(copied)) {
		return true
	}
	return aok && zok && best.raw.Field.MaxRunes >= 100 && (best.weakText(copied) || best.fewWords(copied))
}

// signAsFigures says whether a share is the copy's with its % read as figures
// (8880 for 88%).
func signAsFigures(read, copied string) bool {
	head, ok := strings.CutSuffix(copied, "%")
	rest, begins := strings.CutPrefix(read, head)
	return ok && begins && head != "" && rest != "" && len(rest) <= 3 && strings.Trim(rest, "0689oO°/.") == ""
}

// lostRange says whether a share is the copy's range without the sign between its ends
// (14%24% for 14%~24%): nobody writes that.
func lostRange(read, copied string) bool {
	plain := strings.NewReplacer("~", "", "～", "", "-", "", "—", "", "–", "", "至", "", "到", "").Replace(copied)
	return plain != copied && read == plain && strings.Count(read, "%") == 2
}

// isAddress says whether a witness tells a mail or web address.
func (w *witness) isAddress() bool {
	return slices.Contains([]string{"email", "url"}, w.raw.Field.Type)
}

// noAddress says whether what a scan's address was read as is none, or of no known
// ending, and but for its points nearly the copy's, which is one: taitenginfo.comcn.
// Nobody has such an address.
func (best *witness) noAddress(copied *witness) bool {
	const nearly = 0.9
	invalid := func(w *witness) bool {
		return w.result.State != normalize.StateValue || slices.ContainsFunc(w.result.Doubts, func(d normalize.Doubt) bool { return d.Code == normalize.CodeFormatInvalid })
	}
	plain := func(w *witness) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, w.raw.Raw)
	}
	return invalid(best) && !invalid(copied) && normalize.Similarity(plain(best), plain(copied)) >= nearly
}

// lostDouble says whether a is z but for letters that z has twice: of two equal
// letters side by side a recogniser easily loses one, and never makes two of
// one.
func lostDouble(a, z string) bool {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(z))
	if len(x) >= len(y) || len(y)-len(x) > 2 {
		return false
	}
	i := 0
	for j, r := range y {
		switch {
		case i < len(x) && x[i] == r:
			i++
		case j > 0 && y[j-1] == r && unicode.IsLetter(r):
		default:
			return false
		}
	}
	return i == len(x)
}

// unsureOf says whether everything in which a scan's reading differs from the
// copy was read badly, or the reading was pieced together where the layout was
// not clear and may hold two cells' text: then neither a misreading nor another
// text is sure, and nobody is accused. Figures stand for themselves, so that they must have been
// read worse than words.
func (best *witness) unsureOf(copied *witness) bool {
	least := weakScore
	if slices.Contains([]string{"phone", "percent", "date", "postal_code"}, best.raw.Field.Type) {
		least = weakestScore
	}
	return best.result.State == normalize.StateValue && copied.result.State == normalize.StateValue &&
		(best.raw.Stretched || best.rivalled(copied) || best.raw.Field.Type == "percent" && lostRange(squeezed(best.raw.Raw), squeezed(copied.raw.Raw)) || best.mostlyWeak(copied) || best.weakTicks(copied) || best.raw.Field.Type != "choices" && (best.inkRead(copied) || best.weakWhere(copied) < least || best.raw.Field.MaxRunes >= 100 && !best.otherWords(copied)))
}

// rivalled says whether every character in which a scan's reading differs from
// the copy may be the copy's, as the reader says.
func (best *witness) rivalled(copied *witness) bool { return best.mayRead(copied.raw.Raw) }

// mayRead says whether a scan's reading may be another text: every character in
// which they differ may be that one's, as the reader says.
func (best *witness) mayRead(text string) bool {
	x, y := []rune(squeezed(best.raw.Raw)), []rune(squeezed(text))
	if len(x) != len(y) || !best.raw.hasRivals() {
		return false
	}
	n := 0
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		if n++; !strings.ContainsRune(best.raw.Rivals[i], y[i]) {
			return false
		}
	}
	return n > 0
}

// mostlyWeak says whether words differ from the copy in several characters, a
// third of which were read badly: the rest of such a line is no better.
func (best *witness) mostlyWeak(copied *witness) bool {
	x := []rune(squeezed(best.raw.Raw))
	places := differing(x, []rune(squeezed(copied.raw.Raw)))
	if !comparesAsText(best.raw.Field.Type) || len(x) != len(best.raw.Scores) || len(places) < 3 {
		return false
	}
	weak := 0
	for _, i := range places {
		if best.raw.Scores[min(i, len(x)-1)] < weakScore {
			weak++
		}
	}
	return weak*3 >= len(places)
}

// inkRead says whether a scan's reading under a seal is the copy's text with
// something more at its ends: the seal's own ink and characters.
func (best *witness) inkRead(copied *witness) bool {
	x, y := squeezed(best.raw.Raw), squeezed(copied.raw.Raw)
	return best.raw.Seal && len(x) > len(y) && utf8.RuneCountInString(y) > 1 && (strings.HasPrefix(x, y) || strings.HasSuffix(x, y))
}

// settled takes back the doubt between a scan read badly and its copy, where a
// third paper says what the copy says.
func (f *field) settled() {
	n := len(f.Flags)
	f.Flags = slices.DeleteFunc(f.Flags, func(g Flag) bool { return g.Detail["unsure"] == true })
	if len(f.Flags) < n {
		f.features[featDiffer] = 0
	}
}

// garbled says whether a scan could not be read where the copy has a value:
// nothing was made out, or what was is no value and was read badly where it
// differs.
func (w *witness) garbled(copied *witness) bool {
	if w.raw.Sure || w.result.State != normalize.StateUnreadable || !copied.raw.Sure {
		return false
	}
	if w.raw.Field.Type == "percent" && signAsFigures(squeezed(w.raw.Raw), squeezed(copied.raw.Raw)) {
		return true
	}
	if w.isAddress() && w.noAddress(copied) {
		return true
	}
	for _, d := range w.result.Doubts {
		if d.Code == normalize.CodeOutOfRange {
			return false // it is a number, and the copy has another one
		}
	}
	return w.raw.Raw == "" || w.weakWhere(copied) < weakScore
}

// alikeTexts says whether two texts differ only in characters that readers
// take for one another, and in marks between Chinese characters.
func alikeTexts(a, b string) bool {
	x, y := []rune(normalize.FoldWidth(a)), []rune(normalize.FoldWidth(b))
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && !normalize.LookAlike(x[i], y[i]) && unicode.ToLower(x[i]) != unicode.ToLower(y[i]) {
			return false
		}
	}
	return true
}

// weakWhere is the best score among the characters of the scan that differ
// from the copy: 1 where the scores cannot be told apart by character.
func (best *witness) weakWhere(copied *witness) float64 {
	x := []rune(strings.Join(strings.Fields(best.raw.Raw), ""))
	y := []rune(strings.Join(strings.Fields(copied.raw.Raw), ""))
	if len(x) != len(best.raw.Scores) {
		return 1
	}
	top := -1.0
	for _, i := range differing(x, y) {
		// A character that was left out shows in its neighbours, if anywhere.
		top = max(top, best.raw.Scores[min(i, len(x)-1)])
	}
	if top < 0 {
		return 1
	}
	return top
}

// weakText says whether a long text differs from the copy in few characters,
// all of them read badly.
func (best *witness) weakText(copied *witness) bool {
	x, y := letters(best.raw.Raw), letters(copied.raw.Raw)
	if n := len(differing(x, y)); float64(n) > max(1, fewMisread*float64(len(y))) || len(x) != len(y) {
		return false
	}
	return best.weakWhere(copied) < weakestScore
}

// edit is one step from a text to another one.
type edit struct {
	at   int  // in the first text; of a gap, what stands behind it
	gap  bool // the other text has a character more there
	more bool // this one has
}

// Prose of a scan speaks against its copy where it has words of its own as long
// as this, read well; or, on a page that was read well, figures of its own or
// less words than the copy.
const ownWords = 4

// fewWords says whether prose differs from its copy in a few single characters
// and in no figure: a character misread with a high score, as happens once in
// some thousand.
func (best *witness) fewWords(copied *witness) bool {
	x := letters(best.raw.Raw)
	places := differing(x, letters(copied.raw.Raw))
	if slices.ContainsFunc(places, func(i int) bool { return i < len(x) && isDigit(x[i]) }) {
		return false
	}
	n := len(places)
	return n > 0 && float64(n) <= max(1, fewMisread*float64(len(letters(copied.raw.Raw)))/2) && !best.otherWords(copied)
}

// otherWords says whether prose has figures or words that its copy does not
// have, clear to read.
func (best *witness) otherWords(copied *witness) bool {
	x, y := []rune(squeezed(best.raw.Raw)), []rune(squeezed(copied.raw.Raw))
	if len(x) != len(best.raw.Scores) {
		return true
	}
	run, last, gaps := 0, -2, 0
	for _, e := range edits(x, y) {
		if e.gap {
			gaps++
			continue
		}
		if isMark(foldRune(x[e.at])) || best.raw.Scores[e.at] < clearScore {
			continue
		}
		if run++; e.at != last+1 {
			run = 1
		}
		last = e.at
		switch {
		case run >= ownWords && !strings.Contains(string(y), string(x[e.at-ownWords+1:e.at+1])): // else lines changed their places
			return true
		case isDigit(x[e.at]) && !e.more && best.raw.quality >= wellRead:
			return true
		}
	}
	return gaps >= ownWords && best.raw.quality >= wellRead
}

// wellRead is the mean score of a page on which nothing was lost.
const wellRead = 0.985

// differing lists the places in x where it departs from y.
func differing(x, y []rune) []int {
	var out []int
	for _, e := range edits(x, y) {
		out = append(out, e.at)
	}
	return out
}

// edits is an alignment of least edits. Texts of very different length differ
// everywhere.
func edits(x, y []rune) []edit {
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	from := 0
	for from < len(x) && from < len(y) && x[from] == y[from] {
		from++
	}
	x, y = x[from:], y[from:]
	if len(x) == 0 && len(y) == 0 {
		return nil
	}
	if len(x)*len(y) > 1<<20 {
		out := make([]edit, len(x))
		for i := range x {
			out[i] = edit{at: from + i}
		}
		return out
	}
	cost := make([][]int, len(x)+1)
	for i := range cost {
		cost[i] = make([]int, len(y)+1)
		cost[i][0] = i
	}
	for j := range y {
		cost[0][j+1] = j + 1
	}
	for i := range x {
		for j := range y {
			same := 1
			if x[i] == y[j] {
				same = 0
			}
			cost[i+1][j+1] = min(cost[i][j]+same, cost[i][j+1]+1, cost[i+1][j]+1)
		}
	}
	var out []edit
	for i, j := len(x), len(y); i > 0 || j > 0; {
		switch {
		case i > 0 && j > 0 && x[i-1] == y[j-1] && cost[i][j] == cost[i-1][j-1]:
			i, j = i-1, j-1
		case i > 0 && j > 0 && cost[i][j] == cost[i-1][j-1]+1:
			i, j = i-1, j-1
			out = append(out, edit{at: from + i})
		case i > 0 && cost[i][j] == cost[i-1][j]+1:
			i--
			out = append(out, edit{at: from + i, more: true})
		default:
			j--
			out = append(out, edit{at: from + i, gap: true})
		}
	}
	slices.Reverse(out)
	return out
}

// strokeOnly says whether a value is written with a single stroke (— or /),
// which a scan shows so faintly that its cell may read as empty.
func strokeOnly(w *witness) bool {
	return w.result.State == normalize.StateNone && w.raw.Raw != "" && strings.Trim(w.raw.Raw, "-—–－/／\\一丨|_ ") == ""
}
