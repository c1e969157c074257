// Package eval measures records against known answers: how many fields are
// right, how many are wrong without anybody being told, how many are sent to
// a person, and whether a confidence of 0.9 means nine in ten.
package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"dengji/fixtures"
	"dengji/rules"
)

// TruthSchema is the value of Truth.Schema in files that Truths reads.
const TruthSchema = "dengji/truth/v1"

// Truths reads every answer sheet (*.json) under dir, sorted by submission.
func Truths(dir string) ([]fixtures.Truth, error) {
	var all []fixtures.Truth
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var t fixtures.Truth
		if err := json.Unmarshal(data, &t); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if t.Schema != TruthSchema {
			return fmt.Errorf("%s: schema is %q, not %q", path, t.Schema, TruthSchema)
		}
		all = append(all, t)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = errors.New("no answer sheets (*.json) there")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the truth in %s: %w", dir, err)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Submission < all[j].Submission })
	return all, nil
}

// Records reads OUT/records.jsonl.
func Records(out string) ([]*rules.Record, error) {
	path := filepath.Join(out, "records.jsonl")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no records.jsonl: run `dengji run INBOX -o %s` first", out, out)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the records: %w", err)
	}
	defer f.Close()
	var records []*rules.Record
	r := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			rec := new(rules.Record)
			if err := json.Unmarshal(line, rec); err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", path, n, err)
			}
			records = append(records, rec)
		}
		if err == io.EOF {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
}

// pair gives each truth the record that shares most documents with it, nil
// for none; a record is given once.
func pair(truths []fixtures.Truth, records []*rules.Record) (of []*rules.Record, extra []*rules.Record) {
	type tie struct{ truth, record, shared int }
	var ties []tie
	for i, t := range truths {
		own := map[string]bool{}
		for _, f := range t.Files {
			own[f.Path] = true
		}
		for j, r := range records {
			shared := 0
			seen := map[string]bool{}
			for _, d := range r.Documents {
				if own[d.Path] && !seen[d.Path] {
					shared++
				}
				seen[d.Path] = true
			}
			if shared > 0 && (t.Form == "" || t.Form == r.Form) {
				ties = append(ties, tie{i, j, shared})
			}
		}
	}
	sort.SliceStable(ties, func(a, b int) bool { return ties[a].shared > ties[b].shared })
	of = make([]*rules.Record, len(truths))
	used := make([]bool, len(records))
	for _, t := range ties {
		if of[t.truth] == nil && !used[t.record] {
			of[t.truth], used[t.record] = records[t.record], true
		}
	}
	for j, r := range records {
		if !used[j] {
			extra = append(extra, r)
		}
	}
	return of, extra
}

// place counts the files of a submission that stand in its record and in no
// other.
func (s *Share) place(t fixtures.Truth, rec *rules.Record, records []*rules.Record) {
	for _, f := range t.Files {
		has := func(r *rules.Record) bool {
			return slices.ContainsFunc(r.Documents, func(d rules.Source) bool { return d.Path == f.Path })
		}
		elsewhere := slices.ContainsFunc(records, func(r *rules.Record) bool { return r != rec && has(r) })
		s.add(rec != nil && has(rec) && !elsewhere)
	}
}
