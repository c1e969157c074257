package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"dengji/rules"
)

// Candidate is a submission as one run found it, before it is known whether
// it is an older one.
type Candidate struct {
	Key        string // folder, or path of the first form
	Enterprise string
	Form       string
	Contents   []string // sha256 of its documents
}

// Submission is a submission of the database.
type Submission struct {
	ID, Form, Key, Enterprise string
	Gone                      bool
	Built                     string // key of all its record was made of
	Decided                   int64  // last decision its record knows of
	Version                   int64  // goes up with every write
	Revision                  int
	Beside                    rules.Beside
	Members                   []Member
}

// Member is one document of a submission.
type Member struct {
	Path string
	Content
	Pages        []int  // those that count, from 0; nil for all
	Reading      int64  // that the record was made of
	Gone         bool   // no longer in the inbox
	Replaced     string // sha256 of what stands under its path now
	Current      bool   // false: it stood in an earlier revision only
	SupersededBy string // sha256 of the newer document that took its place
}

// Submissions returns all submissions, by id.
func (s *Store) Submissions(ctx context.Context) (all []Submission, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		all, err = loadSubmissions(ctx, tx, "")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the submissions: %w", err)
	}
	return all, nil
}

// Submission returns one submission; found is false where there is none.
func (s *Store) Submission(ctx context.Context, id string) (sub Submission, found bool, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		all, err := loadSubmissions(ctx, tx, id)
		if len(all) == 1 {
			sub, found = all[0], true
		}
		return err
	})
	if err != nil {
		return sub, false, fmt.Errorf("fetching submission %s: %w", id, err)
	}
	return sub, found, nil
}

// loadSubmissions returns one submission, or all where id is "".
func loadSubmissions(ctx context.Context, tx *sql.Tx, id string) ([]Submission, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, form, key, enterprise, gone, built, decided, version, beside,
		(SELECT COALESCE(max(revision), 0) FROM revisions WHERE submission = id)
		FROM submissions WHERE ?1 = '' OR id = ?1 ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Submission
	at := map[string]int{}
	for rows.Next() {
		var x Submission
		var beside string
		if err := rows.Scan(&x.ID, &x.Form, &x.Key, &x.Enterprise, &x.Gone, &x.Built, &x.Decided, &x.Version, &beside, &x.Revision); err != nil {
			return nil, err
		}
		if err := readJSON(beside, &x.Beside); err != nil {
			return nil, fmt.Errorf("what lies beside %s: %w", x.ID, err)
		}
		at[x.ID] = len(all)
		all = append(all, x)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	docs, err := tx.QueryContext(ctx, `SELECT submission, path, sha256, extension, reading, gone, replaced, current, superseded_by, pages FROM submission_documents
		WHERE ?1 = '' OR submission = ?1 ORDER BY submission, path, sha256`, id)
	if err != nil {
		return nil, err
	}
	defer docs.Close()
	for docs.Next() {
		var of, pages string
		var m Member
		if err := docs.Scan(&of, &m.Path, &m.SHA256, &m.Extension, &m.Reading, &m.Gone, &m.Replaced, &m.Current, &m.SupersededBy, &pages); err != nil {
			return nil, err
		}
		if err := readJSON(pages, &m.Pages); err != nil {
			return nil, fmt.Errorf("pages of %s: %w", m.Path, err)
		}
		if i, ok := at[of]; ok {
			all[i].Members = append(all[i].Members, m)
		}
	}
	return all, docs.Err()
}

// readJSON reads a column that is empty where there is nothing to say.
func readJSON(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}

// writeJSON is a value for such a column; nothing is its zero value.
func writeJSON(v any, nothing bool) (string, error) {
	if nothing {
		return "", nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

// Match returns the id of each candidate and keeps nothing. A candidate is an
// older submission when they share documents, else when they lie in the same
// folder, else when they name the same enterprise; each older submission is
// taken once, the strongest ties first. What is new gets an id of its own. The
// order of candidates does not matter.
func Match(candidates []Candidate, old []Submission) []string {
	ids := matchKnown(candidates, old)
	taken := map[string]bool{}
	for _, k := range old {
		taken[k.ID] = true
	}
	order := make([]int, len(candidates))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return candidates[order[a]].sortKey() < candidates[order[b]].sortKey() })
	for _, i := range order {
		if ids[i] == "" {
			ids[i] = mint(candidates[i], taken)
			taken[ids[i]] = true
		}
	}
	return ids
}

// sortKey orders candidates the same way whatever order they come in.
func (c Candidate) sortKey() string { return c.Key + "\x00" + c.Form + "\x00" + c.Enterprise }

// matchKnown returns the id of each candidate, "" for a new one.
func matchKnown(candidates []Candidate, old []Submission) []string {
	type tie struct {
		candidate, old int
		weight         float64
	}
	var ties []tie
	current := make([]map[string]bool, len(old))
	for j, k := range old {
		current[j] = map[string]bool{}
		for _, m := range k.Members {
			if m.Current {
				current[j][m.SHA256] = true
			}
		}
	}
	for i, c := range candidates {
		for j, k := range old {
			if w := tieWeight(c, k, current[j]); w > 0 && c.Form == k.Form {
				ties = append(ties, tie{i, j, w})
			}
		}
	}
	sort.SliceStable(ties, func(a, b int) bool {
		if ties[a].weight != ties[b].weight {
			return ties[a].weight > ties[b].weight
		}
		if x, y := candidates[ties[a].candidate].sortKey(), candidates[ties[b].candidate].sortKey(); x != y {
			return x < y
		}
		return old[ties[a].old].ID < old[ties[b].old].ID
	})
	ids, used := make([]string, len(candidates)), make([]bool, len(old))
	for _, t := range ties {
		if ids[t.candidate] == "" && !used[t.old] {
			ids[t.candidate], used[t.old] = old[t.old].ID, true
		}
	}
	return ids
}

// tieWeight says how surely a candidate is an older submission; 0 for not at
// all.
func tieWeight(c Candidate, k Submission, contents map[string]bool) float64 {
	w := 0.0
	shared := 0
	sums := c.contents()
	for _, sum := range sums {
		if contents[sum] {
			shared++
		}
	}
	if shared > 0 {
		w += 4 + 4*float64(shared)/float64(max(len(sums), len(contents)))
	}
	if c.Key != "" && c.Key == k.Key {
		w += 2
	}
	if c.Enterprise != "" && c.Enterprise == k.Enterprise {
		w++
	}
	return w
}

// contents lists the hashes of the documents, sorted, each once.
func (c Candidate) contents() []string {
	sums := slices.Clone(c.Contents)
	slices.Sort(sums)
	return slices.Compact(sums)
}

// mint makes an id of the first documents' hashes, so that the same inbox
// gives the same ids on every machine.
func mint(c Candidate, taken map[string]bool) string {
	seed := c.Form + "\n" + strings.Join(c.contents(), "\n")
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", seed, n))
		if id := hex.EncodeToString(sum[:6]); !taken[id] {
			return id
		}
	}
}
