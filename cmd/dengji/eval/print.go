package eval

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Columns of the table of sets, for Rows.
var Columns = []string{"set", "fields", "right %", "silent %", "review %", "under seal %", "ticks %", "certificates %", "texts %", "texts CER≤1% %", "mean CER %"}

// Rows is the table of sets with the total last, as text.
func (rep *Report) Rows() [][]string {
	var rows [][]string
	for _, t := range append(append([]Tally{}, rep.Sets...), rep.Total) {
		n := float64(t.Fields.Of)
		cer := "–"
		if t.Texts.Of > 0 {
			cer = fmt.Sprintf("%.2f", 100*t.TextsCER)
		}
		rows = append(rows, []string{t.Set, fmt.Sprint(t.Fields.Of), percent(t.Fields.Percent()),
			percent(100 * float64(t.Silent) / n), percent(100 * float64(t.Review) / n),
			percent(t.UnderSeal.Percent()), percent(t.Ticks.Percent()), percent(t.Certificates.Percent()), percent(t.Texts.Percent()), percent(t.TextsNear.Percent()), cer})
	}
	return rows
}

// HazardColumns are those of the table of hazards, for HazardRows.
var HazardColumns = []string{"hazard", "fields", "right %", "silent %", "review %"}

// HazardRows is the table of hazards, the most silent errors first; empty where
// no page was made hard on purpose.
func (rep *Report) HazardRows() [][]string {
	tallies := slices.Clone(rep.Hazards)
	slices.SortStableFunc(tallies, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Silent*a.Fields.Of, a.Silent*b.Fields.Of), cmp.Compare(a.Fields.Percent(), b.Fields.Percent()))
	})
	var rows [][]string
	for _, t := range tallies {
		n := float64(t.Fields.Of)
		rows = append(rows, []string{t.Set, fmt.Sprint(t.Fields.Of), percent(t.Fields.Percent()), percent(100 * float64(t.Silent) / n), percent(100 * float64(t.Review) / n)})
	}
	return rows
}

// SealColumns are those of the table of seals, for SealRows. The last three are
// of the sealed pages of scanned forms: whether the record says rightly, not at
// all or wrongly that the enterprise's name is on them.
var SealColumns = []string{"seals of", "found", "exact", "wrong", "no text", "name right", "unknown", "wrong"}

// SealRows is the table of seals, a set a row.
func (rep *Report) SealRows() [][]string {
	var rows [][]string
	for _, s := range rep.SealSets {
		none := max(0, s.Text.Of-s.Text.Right-s.Wrong)
		rows = append(rows, []string{s.Set, fmt.Sprintf("%d/%d", s.Found.Right, s.Found.Of), fmt.Sprintf("%d/%d", s.Text.Right, s.Text.Of),
			fmt.Sprint(s.Wrong), fmt.Sprint(none), fmt.Sprint(s.Forms.Right), fmt.Sprint(s.Forms.Unknown), fmt.Sprint(s.Forms.Wrong)})
	}
	return rows
}

// WriteSummary prints a Markdown table with a row for each report.
func WriteSummary(w io.Writer, names []string, reports []*Report) error {
	columns := []string{"set", "submissions", "fields", "right %", "silent %", "review %", "under seal %", "ticks %", "ring text exact %", "certificate fields %", "whole certificates %", "calibration error"}
	if _, err := fmt.Fprintf(w, "| %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---:|", len(columns)-1)); err != nil {
		return err
	}
	for i, rep := range reports {
		t, n := rep.Total, float64(rep.Total.Fields.Of)
		row := []string{names[i], fmt.Sprint(rep.Submissions), fmt.Sprint(t.Fields.Of), percent(t.Fields.Percent()), percent(100 * float64(t.Silent) / n), percent(100 * float64(t.Review) / n),
			percent(t.UnderSeal.Percent()), percent(t.Ticks.Percent()), percent(rep.Seals.Text.Percent()), percent(t.Certificates.Percent()), percent(t.Whole.Percent()), fmt.Sprintf("%.4f", rep.ECE)}
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | ")); err != nil {
			return err
		}
	}
	return nil
}

// percent prints two decimals, and a dash where there was nothing to count.
func percent(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.2f", v)
}

// WriteCalibration prints the reliability table.
func (rep *Report) WriteCalibration(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%-12s  %9s  %9s  %7s\n", "confidence", "mean", "right", "n"); err != nil {
		return err
	}
	for _, b := range rep.Bins {
		if b.N == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "%.1f to %.1f    %9.3f  %9.3f  %7d\n", b.From, b.To, b.Confidence, b.Right, b.N); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "expected calibration error %.4f\n", rep.ECE)
	return err
}

// WriteResults prints fields one below the other, each with all that is
// needed to find it on the page.
func WriteResults(w io.Writer, results []Result) error {
	for _, r := range results {
		mark := "flagged"
		if r.Silent() {
			mark = "SILENT"
		}
		if r.Right {
			mark = "right"
		}
		where := r.File
		if r.Page > 0 {
			where += fmt.Sprintf(" page %d", r.Page)
		}
		if r.Box != nil {
			where += fmt.Sprintf(" box %.0f %.0f %.0f %.0f", r.Box.X0, r.Box.Y0, r.Box.X1, r.Box.Y1)
		}
		want, got := around(show(r.Want), show(r.Got))
		raw := r.Raw
		if runes := []rune(raw); len(runes) > 2*span {
			raw = string(runes[:2*span]) + "…"
		}
		_, err := fmt.Fprintf(w, "%s %s (%s, %s, %s, confidence %.3f)\n    want %s %s\n    got  %s %s\n    raw  %q\n    %s %s\n",
			r.Submission, r.Path, r.Set, mark, r.Why, r.Confidence, r.WantState, want, r.GotState, got, raw,
			where, strings.Join(r.Flags, " "))
		if err != nil {
			return err
		}
	}
	return nil
}

func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// span is how many characters of a long text are shown on either side of the
// first difference.
const span = 40

// around cuts two long texts to where they begin to differ.
func around(want, got string) (string, string) {
	w, g := []rune(want), []rune(got)
	if max(len(w), len(g)) <= 2*span {
		return want, got
	}
	at := 0
	for at < len(w) && at < len(g) && w[at] == g[at] {
		at++
	}
	cut := func(r []rune) string {
		from, to := min(len(r), max(0, at-span)), min(len(r), at+span)
		text := string(r[from:to])
		if from > 0 {
			text = "…" + text
		}
		if to < len(r) {
			text += "…"
		}
		return text
	}
	return cut(w), cut(g)
}
