package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kinds of a change.
const (
	ChangeRecord = "record" // there is a new record, or the record became another one
	ChangeGone   = "gone"   // the submission is no longer there
)

// Event is one change of one record. Those who follow the records keep the
// highest Seq they have seen and ask for what came after it.
type Event struct {
	Seq        int64  `json:"seq"`
	Submission string `json:"id"`
	Revision   int    `json:"revision"`
	Kind       string `json:"kind"`
	At         string `json:"at"` // RFC 3339
}

// Cursor is the Seq of the last change, 0 before the first.
func (s *Store) Cursor(ctx context.Context) (seq int64, err error) {
	if err := s.db.QueryRowContext(ctx, `SELECT COALESCE(max(seq), 0) FROM changes`).Scan(&seq); err != nil {
		return 0, fmt.Errorf("looking for the last change: %w", err)
	}
	return seq, nil
}

// Since returns up to limit changes after a cursor, the oldest first.
func (s *Store) Since(ctx context.Context, seq int64, limit int) ([]Event, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT seq, submission, revision, kind, at FROM changes WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit)
	if err != nil {
		return nil, fmt.Errorf("listing the changes: %w", err)
	}
	defer rows.Close()
	events := []Event{}
	for rows.Next() {
		var e Event
		if err := rows.Scan(&e.Seq, &e.Submission, &e.Revision, &e.Kind, &e.At); err != nil {
			return nil, fmt.Errorf("listing the changes: %w", err)
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

// putRecord makes a line the record of its submission. That it is another one
// than before is a change, whether or not its revision is new.
func putRecord(ctx context.Context, tx *sql.Tx, id string, revision int, line []byte, at time.Time) error {
	record := strings.TrimSuffix(string(line), "\n")
	var before string
	err := tx.QueryRowContext(ctx, `SELECT record FROM records WHERE submission = ?`, id).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if before == record {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO records (submission, record) VALUES (?, ?)`, id, record); err != nil {
		return err
	}
	return putChange(ctx, tx, Event{Submission: id, Revision: revision, Kind: ChangeRecord, At: stamp(at)})
}

func putChange(ctx context.Context, tx *sql.Tx, e Event) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO changes (submission, revision, kind, at) VALUES (?, ?, ?, ?)`, e.Submission, e.Revision, e.Kind, e.At)
	return err
}

// retire marks what is not among ids (a JSON array) as gone, and what is as
// there again.
func retire(ctx context.Context, tx *sql.Tx, ids string, at time.Time) error {
	rows, err := tx.QueryContext(ctx, `UPDATE submissions SET gone = NOT gone, version = version + 1
		WHERE gone = (id IN (SELECT value FROM json_each(?))) RETURNING id, gone, (SELECT COALESCE(max(revision), 0) FROM revisions WHERE submission = id)`, ids)
	if err != nil {
		return err
	}
	defer rows.Close()
	type turn struct {
		id       string
		gone     bool
		revision int
	}
	var turned []turn
	for rows.Next() {
		var t turn
		if err := rows.Scan(&t.id, &t.gone, &t.revision); err != nil {
			return err
		}
		turned = append(turned, t)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, t := range turned {
		if !t.gone {
			if err := fillRecord(ctx, tx, t.id, t.revision, at); err != nil {
				return err
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM records WHERE submission = ?`, t.id); err != nil {
			return err
		}
		if err := putChange(ctx, tx, Event{Submission: t.id, Revision: t.revision, Kind: ChangeGone, At: stamp(at)}); err != nil {
			return err
		}
	}
	return nil
}

// fillRecord puts a submission's last record back.
func fillRecord(ctx context.Context, tx *sql.Tx, id string, revision int, at time.Time) error {
	var blob []byte
	err := tx.QueryRowContext(ctx, `SELECT record FROM revisions WHERE submission = ? AND revision = ?`, id, revision).Scan(&blob)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	line, err := unpackLine(blob)
	if err != nil {
		return nil // a damaged record is found by `dengji check` and built anew
	}
	return putRecord(ctx, tx, id, revision, line, at)
}

// fillRecords makes the table of records from the revisions of an older
// schema: each is a change at the time of its last revision.
func fillRecords(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `SELECT submission, revision, at FROM revisions AS r JOIN submissions ON id = submission
		WHERE gone = 0 AND revision = (SELECT max(revision) FROM revisions WHERE submission = r.submission) ORDER BY at, submission`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var events []Event
	for rows.Next() {
		var e Event
		if err := rows.Scan(&e.Submission, &e.Revision, &e.At); err != nil {
			return err
		}
		events = append(events, e)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, e := range events {
		at, err := time.Parse(time.RFC3339, e.At)
		if err != nil {
			return fmt.Errorf("revision %d of %s: %w", e.Revision, e.Submission, err)
		}
		if err := fillRecord(ctx, tx, e.Submission, e.Revision, at); err != nil {
			return err
		}
	}
	return nil
}
