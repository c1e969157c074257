package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"dengji/rules"
)

// Draft is the record of a submission, newly built.
type Draft struct {
	ID         string
	Key        string // folder, or path of the first form
	Enterprise string
	Built      string        // key of all that Record was made of
	Decided    int64         // last decision that Record knows of
	Version    int64         // of the submission when it was loaded; 0 where it is new
	Beside     rules.Beside  // what Record was made with beside its documents
	Members    []Member      // its documents; superseded ones are found in Record
	Record     *rules.Record // ID, Revision and History are set by Keep
	Trace      *rules.Trace
}

// ErrStale says that a submission was written, or decided on, by somebody else
// since it was loaded: load it again and build it anew.
var ErrStale = errors.New("the submission was changed meanwhile")

// Keep stores drafts, each with its revision and history, all or none. The
// error wraps ErrStale where one of them is no longer what it was built from.
func (s *Store) Keep(ctx context.Context, drafts []Draft, at time.Time) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, d := range drafts {
			if err := keep(ctx, tx, d, at); err != nil {
				return fmt.Errorf("submission %s (%s): %w", d.ID, d.Key, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping the submissions: %w", err)
	}
	return nil
}

// Retire marks every submission that is not among ids as gone. It stays on
// record, and comes back under its id.
func (s *Store) Retire(ctx context.Context, ids []string, at time.Time) error {
	list, err := json.Marshal(append([]string{}, ids...))
	if err == nil {
		err = s.inTx(ctx, func(tx *sql.Tx) error { return retire(ctx, tx, string(list), at) })
	}
	if err != nil {
		return fmt.Errorf("marking the submissions that are gone: %w", err)
	}
	return nil
}

// keep stores one submission and fills in its record's id, revision and
// history.
func keep(ctx context.Context, tx *sql.Tx, d Draft, at time.Time) error {
	before, err := loadSubmissions(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if len(before) == 0 {
		before = append(before, Submission{ID: d.ID})
	}
	last, err := lastDecision(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if before[0].Version != d.Version || last != d.Decided {
		return ErrStale
	}
	beside, err := writeJSON(d.Beside, len(d.Beside.Loose)+len(d.Beside.Also) == 0)
	if err != nil {
		return fmt.Errorf("writing what lies beside it: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO submissions (id, form, key, enterprise, created_at, built, decided, beside, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
		ON CONFLICT (id) DO UPDATE SET form = excluded.form, key = excluded.key, gone = 0, built = excluded.built, decided = excluded.decided, beside = excluded.beside, version = version + 1,
		enterprise = CASE excluded.enterprise WHEN '' THEN enterprise ELSE excluded.enterprise END`,
		d.ID, d.Record.Form, d.Key, d.Enterprise, stamp(at), d.Built, d.Decided, beside); err != nil {
		return err
	}
	history, data, err := loadHistory(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	now, err := json.Marshal(d.Record.Data)
	if err != nil {
		return fmt.Errorf("writing the record's data: %w", err)
	}
	changes, err := Changes(data, now)
	if err != nil {
		return err
	}
	if because := reason(before[0], d, len(changes) > 0); because != "" {
		r := rules.Revision{Revision: len(history) + 1, At: stamp(at), Because: because}
		if len(history) > 0 {
			r.Changes = changes
			for _, c := range changes {
				r.Changed = append(r.Changed, c.Path)
			}
		}
		history = append(history, r)
	}
	d.Record.ID, d.Record.Revision, d.Record.History = d.ID, len(history), history
	if err := putRevision(ctx, tx, d, now, at); err != nil {
		return err
	}
	return putMembers(ctx, tx, d)
}

// reason says why there is a new revision, as far as documents and decisions
// tell; "" where there is none.
func reason(before Submission, d Draft, changed bool) string {
	if before.Revision == 0 {
		return "first seen"
	}
	known := map[string]Member{}
	current := 0
	for _, m := range before.Members {
		known[m.SHA256] = m
		if m.Current {
			current++
		}
	}
	because := ""
	for _, src := range d.Record.Documents {
		if src.SupersededBy == "" || known[src.SHA256].SupersededBy != "" {
			continue
		}
		if src.Kind == rules.KindFormScan {
			return "corrected scan"
		}
		because = "corrected document"
	}
	switch {
	case because != "":
		return because
	case d.Decided != before.Decided:
		return "decision"
	case !changed:
		return ""
	}
	for _, m := range d.Members {
		if k, ok := known[m.SHA256]; !ok || !k.Current {
			return "new document"
		}
	}
	if len(d.Members) < current {
		return "document withdrawn"
	}
	return "read or understood differently"
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
		var data []byte
		if err := rows.Scan(&r.Revision, &r.At, &r.Because, &changed, &data); err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal([]byte(changed), &r.Changed); err != nil {
			return nil, nil, fmt.Errorf("revision %d: %w", r.Revision, err)
		}
		if len(history) > 0 && len(r.Changed) > 0 {
			if r.Changes, err = Changes(last, data); err != nil {
				return nil, nil, fmt.Errorf("revision %d: %w", r.Revision, err)
			}
		}
		if len(r.Changed) == 0 {
			r.Changed = nil
		}
		last = data
		history = append(history, r)
	}
	return history, last, rows.Err()
}

func putRevision(ctx context.Context, tx *sql.Tx, d Draft, data []byte, at time.Time) error {
	r := d.Record
	line, err := encode(r)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	blob, err := compress(line)
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
	if _, err = tx.ExecContext(ctx, `INSERT INTO revisions (submission, revision, at, because, changed, data, record, trace, digest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record, trace = excluded.trace, digest = excluded.digest`,
		r.ID, r.Revision, h.At, h.Because, string(changed), string(data), blob, trace, Digest(line)); err != nil {
		return err
	}
	return putRecord(ctx, tx, r.ID, r.Revision, line, at)
}

// Digest is how the database names what a file was written from.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func putMembers(ctx context.Context, tx *sql.Tx, d Draft) error {
	if _, err := tx.ExecContext(ctx, `UPDATE submission_documents SET current = 0 WHERE submission = ?`, d.ID); err != nil {
		return err
	}
	by := map[string]string{} // a file of several kinds is superseded when all of them are
	for _, src := range d.Record.Documents {
		if old, ok := by[src.SHA256]; !ok || old != "" {
			by[src.SHA256] = src.SupersededBy
		}
	}
	for _, m := range d.Members {
		pages, err := writeJSON(m.Pages, m.Pages == nil)
		if err != nil {
			return fmt.Errorf("writing the pages of %s: %w", m.Path, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO submission_documents
			(submission, sha256, path, current, extension, superseded_by, reading, gone, replaced, pages) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET current = 1, extension = excluded.extension, superseded_by = excluded.superseded_by,
			reading = excluded.reading, gone = excluded.gone, replaced = excluded.replaced, pages = excluded.pages`,
			d.ID, m.SHA256, m.Path, m.Extension, by[m.SHA256], m.Reading, m.Gone, m.Replaced, pages); err != nil {
			return err
		}
	}
	return nil
}

// RecordInfo names the last record of a submission.
type RecordInfo struct {
	ID       string
	Revision int
	Digest   string // of its line; "" where it was kept by an older program
}

// Records lists the last record of every submission that is not gone, by id.
func (s *Store) Records(ctx context.Context) ([]RecordInfo, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT submission, revision, digest FROM revisions AS r JOIN submissions ON id = submission
		WHERE gone = 0 AND revision = (SELECT max(revision) FROM revisions WHERE submission = r.submission) ORDER BY submission`)
	if err != nil {
		return nil, fmt.Errorf("listing the records: %w", err)
	}
	defer rows.Close()
	var all []RecordInfo
	for rows.Next() {
		var r RecordInfo
		if err := rows.Scan(&r.ID, &r.Revision, &r.Digest); err != nil {
			return nil, fmt.Errorf("listing the records: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// RecordLine returns the last record of a submission as JSON on one line,
// ended by a newline.
func (s *Store) RecordLine(ctx context.Context, id string) ([]byte, error) {
	var blob []byte
	err := s.db.QueryRowContext(ctx, `SELECT record FROM revisions WHERE submission = ? ORDER BY revision DESC LIMIT 1`, id).Scan(&blob)
	if err != nil {
		return nil, fmt.Errorf("fetching the record of %s: %w", id, err)
	}
	line, err := unpackLine(blob)
	if err != nil {
		return nil, fmt.Errorf("fetching the record of %s: %w", id, err)
	}
	return line, nil
}

// Record returns the last record of a submission.
func (s *Store) Record(ctx context.Context, id string) (*rules.Record, error) {
	line, err := s.RecordLine(ctx, id)
	if err != nil {
		return nil, err
	}
	rec := new(rules.Record)
	if err := json.Unmarshal(line, rec); err != nil {
		return nil, fmt.Errorf("reading the record %s: %w; `dengji check` says what is broken", id, err)
	}
	return rec, nil
}

// unpackLine is a record as JSON on one line, ended by a newline.
func unpackLine(blob []byte) ([]byte, error) {
	line, err := decompress(blob)
	if err == nil && !slices.Contains(line, '\n') { // kept by schema 1
		line = append(line, '\n')
	}
	return line, err
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
