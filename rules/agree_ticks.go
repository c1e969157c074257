package rules

import (
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// weakTicks says whether every option that a scan and another document tick
// differently has a doubtful box on the scan: a mark that was passed over is no
// word against the other document.
func (w *witness) weakTicks(o *witness) bool {
	if w.raw.Field.Type != "choices" || w.raw.Sure || w.raw.Raw == "" {
		return false
	}
	mine, _ := w.result.Value.([]string)
	theirs, _ := o.result.Value.([]string)
	differ := false
	for _, option := range w.raw.Field.Vocabulary {
		if slices.Contains(mine, option) == slices.Contains(theirs, option) {
			continue
		}
		if differ = true; w.tickScore(option) >= weakScore {
			return false
		}
	}
	return differ
}

// tickScore is how sure the state of the box before an option is, 0 where no
// box was made out before it.
func (w *witness) tickScore(option string) float64 {
	text := []rune(strings.Join(strings.Fields(w.raw.Raw), ""))
	before, _, ok := strings.Cut(string(text), option)
	i := len([]rune(before)) - 1
	if !ok || i < 0 || text[i] != extract.TickOn && text[i] != extract.TickOff {
		return 0
	}
	if len(text) != len(w.raw.Scores) {
		return w.raw.Tick
	}
	return w.raw.Scores[i]
}

// unseenTicks says whether a scan on which no box was found ticked may well
// have the marks of a document that says which are.
func (w *witness) unseenTicks(o *witness) bool {
	return (w.result.State == normalize.StateBlank || w.result.State == normalize.StateUnreadable) && o.result.State == normalize.StateValue && w.weakTicks(o)
}
