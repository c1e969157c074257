package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"

	"dengji/rules"
)

// Lines writes a record per line.
func Lines(b *bytes.Buffer, records []*rules.Record) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for _, r := range records {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
	}
	return nil
}

// CSV writes a row per submission with the fields that are in no list of
// rows, after a byte order mark, without which Excel takes UTF-8 for GBK.
func CSV(b *bytes.Buffer, records []*rules.Record) error {
	b.WriteString("\ufeff")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	cols := columns(records)
	head := []string{"id", "status", "revision", "form"}
	for _, c := range cols {
		head = append(head, c.path)
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, r := range records {
		fields := fieldsByPath(r)
		row := []string{r.ID, r.Status, fmt.Sprint(r.Revision), r.Form}
		for _, c := range cols {
			row = append(row, csvCell(fields[c.path].Value))
		}
		if err := w.Write(row); err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
	}
	w.Flush()
	return w.Error()
}

// csvCell writes a value; text that a spreadsheet would take for a formula
// gets an apostrophe in front, which makes it text.
func csvCell(v any) string {
	switch v := cell(v).(type) {
	case nil:
		return ""
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	default:
		return fmt.Sprint(v)
	}
}
