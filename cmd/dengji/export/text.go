package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"dengji/rules"
)

// Lines writes a record per line.
func Lines(w io.Writer, records []*rules.Record) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range records {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
	}
	return nil
}

// CSVOptions say what CSV writes.
type CSVOptions struct {
	Rows string // list of which each row is one (products); "" for a row per submission
	BOM  bool   // byte order mark, without which Excel takes UTF-8 for GBK

	Part bool     // the records are some of all: that none has rows of the list is no mistake
	Gone []string // submissions that were withdrawn: a row each, without Rows, with the status gone
}

// NoList says that no record has rows of the list that was asked for.
type NoList struct {
	Asked string
	Known []string
}

func (n *NoList) Error() string {
	if len(n.Known) == 0 {
		return fmt.Sprintf("no record has rows of %s, or of anything", n.Asked)
	}
	return fmt.Sprintf("no record has rows of %s; there are %s", n.Asked, strings.Join(n.Known, ", "))
}

// CSV writes a row per submission with the fields that are in no list of
// rows, or a row per row of a list: columns are named by the fields' paths.
// The error is a *NoList where there is no such list.
func CSV(out io.Writer, records []*rules.Record, opt CSVOptions) error {
	if known := lists(records); opt.Rows != "" && !opt.Part && !slices.Contains(known, opt.Rows) {
		return &NoList{opt.Rows, known}
	}
	if opt.BOM {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return err
		}
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	rows := func(records []*rules.Record) [][]any { return goneRows(submissionRows(records), opt.Gone) }
	if opt.Rows != "" {
		rows = func(records []*rules.Record) [][]any { return listRows(records, opt.Rows) }
	}
	for _, row := range rows(records) {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = csvCell(v)
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// goneRows adds a row per withdrawn submission, as wide as the others.
func goneRows(rows [][]any, gone []string) [][]any {
	for _, id := range gone {
		row := make([]any, len(rows[0]))
		row[0], row[1] = id, "gone"
		rows = append(rows, row)
	}
	return rows
}

func submissionRows(records []*rules.Record) [][]any {
	cols := columns(records)
	head := []any{"id", "status", "revision", "form"}
	for _, c := range cols {
		head = append(head, c.path)
	}
	rows := [][]any{head}
	for _, r := range records {
		fields := fieldsByPath(r)
		row := []any{r.ID, r.Status, r.Revision, r.Form}
		for _, c := range cols {
			row = append(row, fields[c.path].Value)
		}
		rows = append(rows, row)
	}
	return rows
}

// listRows has the rows of a list, each with the id of its submission and its
// number in it, from 1.
func listRows(records []*rules.Record, list string) [][]any {
	cols := rowColumns(records, list)
	head := []any{"id", "row"}
	for _, c := range cols {
		head = append(head, c.path)
	}
	rows := [][]any{head}
	for _, r := range records {
		fields := fieldsByPath(r)
		for i := range rowCount(r, list) {
			row := []any{r.ID, i + 1}
			for _, c := range cols {
				row = append(row, fields[fmt.Sprintf("%s[%d].%s", list, i, c.path)].Value)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// formulaStarts are the characters that make a text a formula in one
// spreadsheet or another, the full-width ones too.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// csvCell writes a value; text that a spreadsheet would take for a formula
// gets an apostrophe in front, which makes it text.
func csvCell(v any) string {
	switch v := flat(v).(type) {
	case nil:
		return ""
	case string:
		if strings.IndexAny(v, formulaStarts) == 0 {
			return "'" + v
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
