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
	"time"

	"dengji/rules"
)

// Draft is a submission as one run found it.
type Draft struct {
	Key        string // folder, or path of the first form
	Enterprise string
	Record     *rules.Record // ID, Revision and History are set by Settle
	Trace      *rules.Trace
}

// known is a submission of the database.
type known struct {
	id, form, key, enterprise string
	contents                  map[string]bool // of its current documents
}

// Settle gives every draft its id, revision and history, and keeps it. A
// draft is an older submission when they share documents, else when they lie
// in the same folder, else when they name the same enterprise; each older
// submission is taken once. What no draft was found for is marked as gone and
// stays on record. The order of drafts does not matter.
func (s *Store) Settle(ctx context.Context, drafts []Draft, at time.Time) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		old, err := loadKnown(ctx, tx)
		if err != nil {
			return err
		}
		ids := match(drafts, old)
		taken := map[string]bool{}
		for _, k := range old {
			taken[k.id] = true
		}
		order := make([]int, len(drafts))
		for i := range order {
			order[i] = i
		}
		sort.Slice(order, func(a, b int) bool { return draftKey(drafts[order[a]]) < draftKey(drafts[order[b]]) })
		if _, err := tx.ExecContext(ctx, `UPDATE submissions SET gone = 1`); err != nil {
			return err
		}
		for _, i := range order {
			if ids[i] == "" {
				ids[i] = mint(drafts[i].Record, taken)
				taken[ids[i]] = true
			}
			if err := keep(ctx, tx, ids[i], drafts[i], at); err != nil {
				return fmt.Errorf("submission %s (%s): %w", ids[i], drafts[i].Key, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping the submissions: %w", err)
	}
	return nil
}

// draftKey orders drafts the same way whatever order they come in.
func draftKey(d Draft) string { return d.Key + "\x00" + d.Record.Form + "\x00" + d.Enterprise }

func loadKnown(ctx context.Context, tx *sql.Tx) ([]known, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, form, key, enterprise, COALESCE(sha256, '')
		FROM submissions LEFT JOIN submission_documents ON submission = id AND current = 1 ORDER BY id, sha256`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []known
	for rows.Next() {
		var k known
		var sum string
		if err := rows.Scan(&k.id, &k.form, &k.key, &k.enterprise, &sum); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || all[n-1].id != k.id {
			k.contents = map[string]bool{}
			all = append(all, k)
		}
		if sum != "" {
			all[len(all)-1].contents[sum] = true
		}
	}
	return all, rows.Err()
}

// match returns the id of each draft, "" for a new one: the strongest ties
// are made first.
func match(drafts []Draft, old []known) []string {
	type tie struct {
		draft, old int
		weight     float64
	}
	var ties []tie
	for i, d := range drafts {
		for j, k := range old {
			if w := tieWeight(d, k); w > 0 && d.Record.Form == k.form {
				ties = append(ties, tie{i, j, w})
			}
		}
	}
	sort.SliceStable(ties, func(a, b int) bool {
		if ties[a].weight != ties[b].weight {
			return ties[a].weight > ties[b].weight
		}
		if x, y := draftKey(drafts[ties[a].draft]), draftKey(drafts[ties[b].draft]); x != y {
			return x < y
		}
		return old[ties[a].old].id < old[ties[b].old].id
	})
	ids, used := make([]string, len(drafts)), make([]bool, len(old))
	for _, t := range ties {
		if ids[t.draft] == "" && !used[t.old] {
			ids[t.draft], used[t.old] = old[t.old].id, true
		}
	}
	return ids
}

// tieWeight says how surely a draft is an older submission; 0 for not at all.
func tieWeight(d Draft, k known) float64 {
	w := 0.0
	shared := 0
	sums := contents(d.Record)
	for _, sum := range sums {
		if k.contents[sum] {
			shared++
		}
	}
	if shared > 0 {
		w += 4 + 4*float64(shared)/float64(max(len(sums), len(k.contents)))
	}
	if d.Key != "" && d.Key == k.key {
		w += 2
	}
	if d.Enterprise != "" && d.Enterprise == k.enterprise {
		w++
	}
	return w
}

// contents lists the hashes of a record's documents, sorted, each once.
func contents(r *rules.Record) []string {
	var sums []string
	for _, d := range r.Documents {
		sums = append(sums, d.SHA256)
	}
	slices.Sort(sums)
	return slices.Compact(sums)
}

// mint makes an id of the first documents' hashes, so that the same inbox
// gives the same ids on every machine.
func mint(r *rules.Record, taken map[string]bool) string {
	seed := r.Form + "\n" + strings.Join(contents(r), "\n")
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", seed, n))
		if id := hex.EncodeToString(sum[:6]); !taken[id] {
			return id
		}
	}
}

// keep stores one submission and fills in its record's id, revision and
// history.
func keep(ctx context.Context, tx *sql.Tx, id string, d Draft, at time.Time) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO submissions (id, form, key, enterprise, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, gone = 0,
		enterprise = CASE excluded.enterprise WHEN '' THEN enterprise ELSE excluded.enterprise END`,
		id, d.Record.Form, d.Key, d.Enterprise, stamp(at)); err != nil {
		return err
	}
	before, err := currentContents(ctx, tx, id)
	if err != nil {
		return err
	}
	history, last, err := loadHistory(ctx, tx, id)
	if err != nil {
		return err
	}
	data, err := json.Marshal(d.Record.Data)
	if err != nil {
		return fmt.Errorf("writing the record's data: %w", err)
	}
	changed, err := Changed(last, data)
	if err != nil {
		return err
	}
	if len(history) == 0 || len(changed) > 0 {
		because := "first seen"
		if len(history) > 0 {
			because = reason(before, contents(d.Record))
		} else {
			changed = nil
		}
		history = append(history, rules.Revision{Revision: len(history) + 1, At: stamp(at), Because: because, Changed: changed})
	}
	d.Record.ID, d.Record.Revision, d.Record.History = id, len(history), history
	if err := putRevision(ctx, tx, d, data); err != nil {
		return err
	}
	return putDocuments(ctx, tx, d.Record)
}

// reason says why data changed, as far as the documents tell.
func reason(before, after []string) string {
	for _, sum := range after {
		if !slices.Contains(before, sum) {
			return "new document"
		}
	}
	if len(before) != len(after) {
		return "document withdrawn"
	}
	return "read or understood differently"
}

func currentContents(ctx context.Context, tx *sql.Tx, id string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT sha256 FROM submission_documents
		WHERE submission = ? AND current = 1 ORDER BY sha256`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sums []string
	for rows.Next() {
		var sum string
		if err := rows.Scan(&sum); err != nil {
			return nil, err
		}
		sums = append(sums, sum)
	}
	return sums, rows.Err()
}

// loadHistory returns the revisions of a submission and the data of the last.
func loadHistory(ctx context.Context, tx *sql.Tx, id string) ([]rules.Revision, []byte, error) {
	rows, err := tx.QueryContext(ctx, `SELECT revision, at, because, changed, data FROM revisions
		WHERE submission = ? ORDER BY revision`, id)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var history []rules.Revision
	var last []byte
	for rows.Next() {
		var r rules.Revision
		var changed string
		if err := rows.Scan(&r.Revision, &r.At, &r.Because, &changed, &last); err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal([]byte(changed), &r.Changed); err != nil {
			return nil, nil, fmt.Errorf("revision %d: %w", r.Revision, err)
		}
		history = append(history, r)
	}
	return history, last, rows.Err()
}

func putRevision(ctx context.Context, tx *sql.Tx, d Draft, data []byte) error {
	r := d.Record
	blob, err := pack(r)
	if err != nil {
		return err
	}
	trace, err := pack(d.Trace)
	if err != nil {
		return err
	}
	h := r.History[len(r.History)-1]
	changed, err := json.Marshal(append([]string{}, h.Changed...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO revisions (submission, revision, at, because, changed, data, record, trace)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record, trace = excluded.trace`,
		r.ID, r.Revision, h.At, h.Because, string(changed), string(data), blob, trace)
	return err
}

func putDocuments(ctx context.Context, tx *sql.Tx, r *rules.Record) error {
	if _, err := tx.ExecContext(ctx, `UPDATE submission_documents SET current = 0 WHERE submission = ?`, r.ID); err != nil {
		return err
	}
	for _, d := range r.Documents {
		if _, err := tx.ExecContext(ctx, `INSERT INTO submission_documents (submission, sha256, path, current)
			VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET current = 1`, r.ID, d.SHA256, d.Path); err != nil {
			return err
		}
	}
	return nil
}

// Traces returns the trace of every submission's last revision, by id.
func (s *Store) Traces(ctx context.Context) (map[string]*rules.Trace, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT submission, trace FROM revisions AS r
		WHERE revision = (SELECT max(revision) FROM revisions WHERE submission = r.submission)`)
	if err != nil {
		return nil, fmt.Errorf("reading the traces: %w", err)
	}
	defer rows.Close()
	traces := map[string]*rules.Trace{}
	for rows.Next() {
		var id string
		var blob []byte
		if err := rows.Scan(&id, &blob); err != nil {
			return nil, fmt.Errorf("reading the traces: %w", err)
		}
		t := new(rules.Trace)
		if err := unpack(blob, &t); err != nil {
			return nil, fmt.Errorf("reading the trace of %s: %w", id, err)
		}
		if t != nil {
			traces[id] = t
		}
	}
	return traces, rows.Err()
}
