package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"dengji/rules"
)

// OpenReader opens the database at path to look at it only, by up to conns
// lookers at a time. It must be there, and of this program's schema: Open
// brings it there.
func OpenReader(ctx context.Context, path string, conns int) (*Store, error) {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(ON)"}}.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	db.SetMaxOpenConns(conns)
	s := &Store{db: db, reads: true}
	var version int
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	switch {
	case err == nil && version > len(steps):
		err = ErrNewer
	case err == nil && version < len(steps):
		err = fmt.Errorf("it is of schema %d, not %d", version, len(steps))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database %s: %w", path, err), db.Close())
	}
	return s, nil
}

// Filter says which records are wanted; what is "" does not matter.
type Filter struct {
	Status string // clean, review
	Form   string
	Text   string // in the id, the folder, the enterprise or any value; ASCII letters of either case
	After  string // id
	Limit  int
}

// Listed is a record with what the database knows of it beside.
type Listed struct {
	ID         string
	Folder     string
	Enterprise string
	Seq        int64 // of its last change
	ChangedAt  string
	Record     string // JSON on one line
}

// List returns the records that a filter wants, by id.
func (s *Store) List(ctx context.Context, f Filter) ([]Listed, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(f.Text) + "%"
	rows, err := s.db.QueryContext(ctx, `SELECT s.id, s.key, s.enterprise, c.seq, c.at, r.record
		FROM submissions AS s JOIN records AS r ON r.submission = s.id JOIN changes AS c ON c.seq = (SELECT max(seq) FROM changes WHERE submission = s.id)
		WHERE s.id > ?1 AND (?3 = '' OR s.form = ?3) AND (?2 = '' OR r.record ->> '$.status' = ?2)
		AND (?4 = '' OR s.id LIKE ?5 ESCAPE '\' OR s.key LIKE ?5 ESCAPE '\' OR s.enterprise LIKE ?5 ESCAPE '\'
			OR EXISTS (SELECT 1 FROM json_each(r.record, '$.fields') AS f, json_each(f.value, '$.value') AS v WHERE v.value LIKE ?5 ESCAPE '\'))
		ORDER BY s.id LIMIT ?6`, f.After, f.Status, f.Form, f.Text, like, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("listing the records: %w", err)
	}
	defer rows.Close()
	var all []Listed
	for rows.Next() {
		var l Listed
		if err := rows.Scan(&l.ID, &l.Folder, &l.Enterprise, &l.Seq, &l.ChangedAt, &l.Record); err != nil {
			return nil, fmt.Errorf("listing the records: %w", err)
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// Current returns a submission's last record as JSON on one line ended by a
// newline. The error wraps ErrNoSubmission where there never was one, ErrGone
// where it was withdrawn.
func (s *Store) Current(ctx context.Context, id string) ([]byte, error) {
	var line sql.NullString
	err := s.db.QueryRowContext(ctx, `SELECT (SELECT record FROM records WHERE submission = id) FROM submissions WHERE id = ?`, id).Scan(&line)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = ErrNoSubmission
	case err == nil && !line.Valid:
		err = ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("fetching the record of %s: %w", id, err)
	}
	return []byte(line.String + "\n"), nil
}

// ErrGone says that a submission was withdrawn.
var ErrGone = errors.New("the submission was withdrawn")

// History returns the revisions of a submission, of one that is gone too. The
// error wraps ErrNoSubmission where there are none.
func (s *Store) History(ctx context.Context, id string) (all []rules.Revision, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		all, _, err = loadHistory(ctx, tx, id)
		return err
	})
	if err == nil && len(all) == 0 {
		err = ErrNoSubmission
	}
	if err != nil {
		return nil, fmt.Errorf("listing the revisions of %s: %w", id, err)
	}
	return all, nil
}

// ChangedSince returns, as of one moment, the records that changed after a
// cursor as they are now (JSON on one line), the submissions that were
// withdrawn since, and the cursor from which to go on. With at (RFC 3339, UTC)
// it is what changed at that time or later instead, and seq does not matter.
func (s *Store) ChangedSince(ctx context.Context, seq int64, at string) (records []string, gone []Event, cursor int64, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(max(seq), 0) FROM changes`).Scan(&cursor); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT c.seq, c.submission, c.revision, c.kind, c.at, r.record FROM changes AS c LEFT JOIN records AS r USING (submission)
			WHERE c.seq IN (SELECT max(seq) FROM changes WHERE CASE ?2 WHEN '' THEN seq > ?1 ELSE at >= ?2 END GROUP BY submission) ORDER BY c.submission`, seq, at)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Event
			var record sql.NullString
			if err := rows.Scan(&e.Seq, &e.Submission, &e.Revision, &e.Kind, &e.At, &record); err != nil {
				return err
			}
			if record.Valid {
				records = append(records, record.String)
			} else {
				gone = append(gone, e)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, nil, 0, fmt.Errorf("listing what changed: %w", err)
	}
	return records, gone, cursor, nil
}
