// Package export writes records for other tools. It knows no form: columns
// are the fields that the records have, under the labels they carry.
package export

import (
	"fmt"
	"strings"

	"dengji/rules"
)

// column is one field path under its label.
type column struct{ path, label string }

// columns collects the paths that are not in a list of rows, in the order in
// which records have them.
func columns(records []*rules.Record) []column {
	var cols []column
	seen := map[string]bool{}
	for _, r := range records {
		for _, f := range r.Fields {
			if list, _, _ := splitRow(f.Path); list == "" && !seen[f.Path] {
				seen[f.Path] = true
				cols = append(cols, column{f.Path, f.Label})
			}
		}
	}
	return distinct(cols)
}

// rowColumns collects the columns of one list of rows; paths are relative to
// a row.
func rowColumns(records []*rules.Record, list string) []column {
	var cols []column
	seen := map[string]bool{}
	for _, r := range records {
		for _, f := range r.Fields {
			if l, _, rest := splitRow(f.Path); l == list && !seen[rest] {
				seen[rest] = true
				cols = append(cols, column{rest, f.Label})
			}
		}
	}
	return distinct(cols)
}

// lists names the lists of rows in the order in which records have them.
func lists(records []*rules.Record) []string {
	var names []string
	seen := map[string]bool{}
	for _, r := range records {
		for _, f := range r.Fields {
			if l, _, _ := splitRow(f.Path); l != "" && !seen[l] {
				seen[l] = true
				names = append(names, l)
			}
		}
	}
	return names
}

// distinct adds the path to labels that several columns bear.
func distinct(cols []column) []column {
	n := map[string]int{}
	for _, c := range cols {
		n[c.label]++
	}
	for i, c := range cols {
		if n[c.label] > 1 || c.label == "" {
			cols[i].label = strings.TrimSpace(c.label + " " + c.path)
		}
	}
	return cols
}

// splitRow cuts "products[1].name" into list, index and the rest; list is ""
// where the path is in none.
func splitRow(path string) (list string, index int, rest string) {
	list, tail, ok := strings.Cut(path, "[")
	if !ok {
		return "", 0, ""
	}
	number, rest, ok := strings.Cut(tail, "].")
	if _, err := fmt.Sscan(number, &index); err != nil || !ok {
		return "", 0, ""
	}
	return list, index, rest
}

// rowCount is how many rows a record has of a list.
func rowCount(r *rules.Record, list string) int {
	n := 0
	for _, f := range r.Fields {
		if l, i, _ := splitRow(f.Path); l == list {
			n = max(n, i+1)
		}
	}
	return n
}

// fieldsByPath indexes a record.
func fieldsByPath(r *rules.Record) map[string]rules.Field {
	m := make(map[string]rules.Field, len(r.Fields))
	for _, f := range r.Fields {
		m[f.Path] = f
	}
	return m
}

// flagMessages joins a field's reasons to look at it.
func flagMessages(f rules.Field) string {
	var parts []string
	for _, g := range f.Flags {
		parts = append(parts, g.Message)
	}
	return strings.Join(parts, "；")
}
