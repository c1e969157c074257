package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
	"dengji/extract/open"
	"dengji/rules"
)

// table is printed with columns as wide as their widest cell; a Chinese
// character is two columns wide.
type table struct {
	head  []string
	right []bool // column is flush right
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) error {
	// Ambiguous characters (…, ×, ①) are one column wide on terminals that
	// are not set up for East Asian legacy encodings.
	width := runewidth.Condition{EastAsianWidth: false}
	wide := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, c := range row {
			wide[i] = max(wide[i], width.StringWidth(c))
		}
	}
	for _, row := range append([][]string{t.head}, t.rows...) {
		var b strings.Builder
		for i, c := range row {
			pad := strings.Repeat(" ", wide[i]-width.StringWidth(c))
			if i > 0 {
				b.WriteString("  ")
			}
			if i < len(t.right) && t.right[i] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// shorten cuts a cell to n columns.
func shorten(s string, n int) string { return runewidth.Truncate(s, n, "…") }

// printReport prints what a run did, as JSON or as tables for people.
func printReport(w io.Writer, r *batch.Report, out string, asJSON bool) error {
	if asJSON {
		return printJSON(w, r)
	}
	for _, part := range []func(io.Writer, *batch.Report) error{printSubmissions, printTwice, printMissing, printUnread, printUnassigned, printCounts} {
		if err := part(w, r); err != nil {
			return err
		}
	}
	if why := readByTesseract(r.Reading); why != "" {
		if _, err := fmt.Fprintf(w, "\nScans were read by Tesseract alone, which gets fewer values right and sends more to review.\n%s\n", why); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nResults: %s (records/, records.jsonl, run.json)\n", displayPath(out))
	return err
}

// readByTesseract says why PP-OCR did not read, "" where it did or where
// nothing had to be read.
func readByTesseract(r batch.ReadingReport) string {
	switch {
	case r.Missing != "":
		return "PP-OCR is missing: " + strings.TrimPrefix(r.Missing, "PP-OCR files are missing: ")
	case r.Mode == open.Tesseract && len(r.Readers) > 0:
		return "That is what --reader tesseract or $DENGJI_READER asks for."
	}
	return ""
}

func displayPath(p string) string { return filepath.ToSlash(filepath.Clean(p)) }

// maxRows keeps the summary of a large inbox on a few screens; run.json has
// all.
const maxRows = 40

func printSubmissions(w io.Writer, r *batch.Report) error {
	if len(r.Submissions) == 0 {
		return nil
	}
	t := table{head: []string{"id", "submission", "enterprise", "status", "fields", "review", "failed", "missing", "unread", "rev"},
		right: []bool{false, false, false, false, true, true, true, true, true, true}}
	rows := slices.Clone(r.Submissions)
	slices.SortStableFunc(rows, func(a, b batch.SubmissionReport) int { return strings.Compare(a.Key, b.Key) })
	for i, s := range rows {
		if i == maxRows {
			t.add("…", fmt.Sprintf("and %d more", len(rows)-i), "", "", "", "", "", "", "", "")
			break
		}
		t.add(s.ID, shorten(s.Key, 32), shorten(s.Enterprise, 32), s.Status, fmt.Sprint(s.Fields), fmt.Sprint(s.ToReview),
			fmt.Sprint(len(s.ChecksFailed)), fmt.Sprint(len(s.Missing)), fmt.Sprint(s.FilesUnread), fmt.Sprint(s.Revision))
	}
	if err := t.print(w); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "review: fields for a person to look at · failed: checks failed · missing: papers to ask for · unread: files in its folder that could not be read")
	return err
}

// printTwice lists applicants that registered more than once.
func printTwice(w io.Writer, r *batch.Report) error {
	t := table{head: []string{"registered more than once", "id", "submission", "to be seen to"}}
	for _, s := range r.Submissions {
		if len(s.Also) > 0 {
			t.add(shorten(s.Enterprise, 32), s.ID, shorten(s.Key, 32), "同一单位另有登记表（"+strings.Join(s.Also, "、")+"），产品数量须合并计算")
		}
	}
	return printSection(w, t)
}

// printMissing lists the papers to ask for.
func printMissing(w io.Writer, r *batch.Report) error {
	t := table{head: []string{"missing from", "paper", "to be asked for"}}
	for _, s := range r.Submissions {
		who := s.Enterprise
		if who == "" {
			who = s.Key
		}
		for _, m := range s.Missing {
			ask := m.Message
			if m.Unsure {
				ask = m.Note + "；确实没有的：" + ask
			}
			t.add(shorten(who, 32), m.Kind, ask)
		}
	}
	return printSection(w, t)
}

// printUnread lists what could not be read or was refused.
func printUnread(w io.Writer, r *batch.Report) error {
	t := table{head: []string{"not read", "status", "reason"}}
	for _, f := range r.Files {
		if f.Status != extract.StatusRead {
			t.add(shorten(f.Path, 48), string(f.Status), f.Reason)
		}
		for _, p := range f.Problems {
			if p.Code == extract.ProblemPageFailed {
				t.add(shorten(f.Path, 48), p.Code, fmt.Sprintf("第 %d 页：%s", p.Page+1, shorten(p.Message, 80)))
			}
		}
	}
	for _, s := range r.Skipped {
		if s.Detail != "" {
			t.add(shorten(s.Path, 48), s.Reason, s.Detail)
		}
	}
	for _, p := range r.Problems {
		t.add(shorten(p, 48), "problem", p)
	}
	return printSection(w, t)
}

func printUnassigned(w io.Writer, r *batch.Report) error {
	t := table{head: []string{"unassigned", "best guess", "why"}}
	for _, u := range r.Unassigned {
		where := shorten(u.Path, 48)
		if len(u.Pages) > 0 {
			where += fmt.Sprintf(" p. %s", strings.Trim(fmt.Sprint(u.Pages), "[]"))
		}
		t.add(where, shorten(u.Guess, 32), u.Why)
	}
	return printSection(w, t)
}

func printSection(w io.Writer, t table) error {
	if len(t.rows) == 0 {
		return nil
	}
	if len(t.rows) > maxRows {
		rest := len(t.rows) - maxRows
		t.rows = append(t.rows[:maxRows], make([]string, len(t.head)))
		t.rows[maxRows][0] = fmt.Sprintf("… and %d more, see run.json", rest)
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return t.print(w)
}

func printCounts(w io.Writer, r *batch.Report) error {
	c := r.Counts
	var statuses []string
	for s, n := range c.ByStatus {
		statuses = append(statuses, fmt.Sprintf("%d %s", n, s))
	}
	slices.Sort(statuses)
	line := fmt.Sprintf("\nfiles    %d", c.Files)
	if len(statuses) > 0 {
		line += " (" + strings.Join(statuses, ", ") + ")"
	}
	line += fmt.Sprintf(", %d pages; %d contents read now, %d known from before\n", c.Pages, c.Read, c.Cached)
	if n := len(r.Vanished); n > 0 {
		line += fmt.Sprintf("vanished %d known files are no longer in the inbox; records still rest on them unless --drop-vanished\n", n)
	}
	if r.Reading.Older > 0 {
		line += fmt.Sprintf("older    %d contents were read by other readers or settings; --reread reads them again\n", r.Reading.Older)
	}
	line += fmt.Sprintf("records  %d: %d %s, %d %s; %d fields, %d for a person to look at\n", c.Submissions, c.Clean, rules.StatusClean,
		c.Review, rules.StatusReview, c.Fields, c.ToReview)
	if len(c.Failed) > 0 {
		var failed []string
		for id, n := range c.Failed {
			failed = append(failed, fmt.Sprintf("%d %s", n, id))
		}
		slices.Sort(failed)
		line += "failed   " + strings.Join(failed, ", ") + "\n"
	}
	line += fmt.Sprintf("time     %.1f s", r.Seconds)
	if len(r.Reading.Readers) > 0 {
		var names []string
		for _, reader := range r.Reading.Readers {
			name, _, _ := strings.Cut(reader, " ") // the versions stand in run.json
			names = append(names, name)
		}
		line += ", readers " + strings.Join(names, ", ")
	}
	_, err := fmt.Fprintln(w, line)
	return err
}
