package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// deliveryTables hold what those who are told of changes were not yet told.
// What was delivered leaves no row: a receiver got every change up to its
// cursor for which there is none.
const deliveryTables = `
CREATE TABLE receivers (
	id      INTEGER PRIMARY KEY,
	url     TEXT NOT NULL UNIQUE,
	name    TEXT NOT NULL,             -- random: with a change's number it is the idempotency key
	seq     INTEGER NOT NULL,          -- cursor: changes up to here were queued
	stopped INTEGER NOT NULL DEFAULT 0, -- it answered that it wants no more
	since   TEXT NOT NULL
) STRICT;
CREATE TABLE deliveries (
	receiver   INTEGER NOT NULL REFERENCES receivers,
	seq        INTEGER NOT NULL REFERENCES changes,
	submission TEXT NOT NULL,
	failed     INTEGER NOT NULL DEFAULT 0, -- given up: nothing more of this submission goes out before it
	tries      INTEGER NOT NULL DEFAULT 0,
	due        INTEGER NOT NULL DEFAULT 0, -- not before, ns since 1970
	tried_at   TEXT NOT NULL DEFAULT '',
	error      TEXT NOT NULL DEFAULT '',   -- what went wrong last
	PRIMARY KEY (receiver, seq)
) STRICT;
CREATE INDEX deliveries_by_submission ON deliveries (receiver, submission, seq);
`

// Receiver is somebody who is told of changes.
type Receiver struct {
	ID      int64  `json:"-"`
	URL     string `json:"url"`
	Name    string `json:"-"`
	Seq     int64  `json:"seq"` // changes up to here were queued for it
	Stopped bool   `json:"stopped"`
	Since   string `json:"since"`
	Pending int    `json:"pending"` // changes that it is still to be told
	Failed  int    `json:"failed"`  // changes that were given up
}

// Delivery is a change that a receiver was not yet told.
type Delivery struct {
	Event
	Receiver int64
	Failed   bool
	Tries    int
	Due      time.Time // not before
	TriedAt  string    // RFC 3339; "" where it was not tried
	Error    string
}

// AddReceiver makes a URL one that is told of changes, from the first one on,
// or returns the one it is. name is used where it is new.
func (s *Store) AddReceiver(ctx context.Context, url, name string, at time.Time) (r Receiver, err error) {
	err = s.exec(ctx, `INSERT INTO receivers (url, name, seq, since) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING`, url, name, stamp(at))
	if err != nil {
		return r, fmt.Errorf("keeping the receiver %s: %w", url, err)
	}
	all, err := s.Receivers(ctx)
	for _, r := range all {
		if r.URL == url {
			return r, err
		}
	}
	return r, errors.Join(err, fmt.Errorf("keeping the receiver %s: it is gone", url))
}

// Receivers lists all that are told of changes, by URL.
func (s *Store) Receivers(ctx context.Context) ([]Receiver, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, url, name, seq, stopped, since,
		(SELECT count(*) FROM deliveries WHERE receiver = id AND NOT failed) + (SELECT count(*) FROM changes WHERE seq > receivers.seq),
		(SELECT count(*) FROM deliveries WHERE receiver = id AND failed) FROM receivers ORDER BY url`)
	if err != nil {
		return nil, fmt.Errorf("listing the receivers: %w", err)
	}
	defer rows.Close()
	all := []Receiver{}
	for rows.Next() {
		var r Receiver
		if err := rows.Scan(&r.ID, &r.URL, &r.Name, &r.Seq, &r.Stopped, &r.Since, &r.Pending, &r.Failed); err != nil {
			return nil, fmt.Errorf("listing the receivers: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Queue makes what changed since a receiver's cursor wait for its delivery.
func (s *Store) Queue(ctx context.Context, receiver int64) error {
	// Mostly there is nothing, and nobody should wait for a writer then.
	var behind bool
	err := s.db.QueryRowContext(ctx, `SELECT seq < (SELECT COALESCE(max(seq), 0) FROM changes) FROM receivers WHERE id = ?`, receiver).Scan(&behind)
	if err != nil || !behind {
		return wrap("queueing changes", err)
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO deliveries (receiver, seq, submission)
			SELECT ?1, seq, submission FROM changes WHERE seq > (SELECT seq FROM receivers WHERE id = ?1)`, receiver); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE receivers SET seq = max(seq, (SELECT COALESCE(max(seq), 0) FROM changes)) WHERE id = ?`, receiver)
		return err
	})
	return wrap("queueing changes", err)
}

// wrap says what was being done when there is an error.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

const selectDeliveries = `SELECT d.seq, d.submission, c.revision, c.kind, c.at, d.receiver, d.failed, d.tries, d.due, d.tried_at, d.error
	FROM deliveries AS d JOIN changes AS c USING (seq) `

// Next returns up to limit deliveries that a receiver may be told now or
// later, those that are due first in front: of each submission its oldest, and
// none where that one was given up or the receiver has stopped.
func (s *Store) Next(ctx context.Context, receiver int64, limit int) ([]Delivery, error) {
	return s.deliveries(ctx, selectDeliveries+`WHERE d.receiver = ?1 AND NOT d.failed AND NOT (SELECT stopped FROM receivers WHERE id = ?1)
		AND d.seq = (SELECT min(seq) FROM deliveries WHERE receiver = ?1 AND submission = d.submission) ORDER BY d.due, d.seq LIMIT ?2`, receiver, limit)
}

// Failed lists the deliveries that were given up, the oldest first.
func (s *Store) Failed(ctx context.Context) ([]Delivery, error) {
	return s.deliveries(ctx, selectDeliveries+`WHERE d.failed ORDER BY d.seq, d.receiver`)
}

func (s *Store) deliveries(ctx context.Context, query string, args ...any) ([]Delivery, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing deliveries: %w", err)
	}
	defer rows.Close()
	var all []Delivery
	for rows.Next() {
		var d Delivery
		var due int64
		if err := rows.Scan(&d.Seq, &d.Submission, &d.Revision, &d.Kind, &d.At, &d.Receiver, &d.Failed, &d.Tries, &due, &d.TriedAt, &d.Error); err != nil {
			return nil, fmt.Errorf("listing deliveries: %w", err)
		}
		d.Due = time.Unix(0, due)
		all = append(all, d)
	}
	return all, rows.Err()
}

// Delivered notes that a receiver was told a change.
func (s *Store) Delivered(ctx context.Context, receiver, seq int64) error {
	if err := s.exec(ctx, `DELETE FROM deliveries WHERE receiver = ? AND seq = ?`, receiver, seq); err != nil {
		return fmt.Errorf("noting change %d as delivered: %w", seq, err)
	}
	return nil
}

// Undelivered notes that a try at d.Receiver and d.Seq failed: d.Failed,
// d.Tries, d.Due and d.Error.
func (s *Store) Undelivered(ctx context.Context, d Delivery, at time.Time) error {
	if err := s.exec(ctx, `UPDATE deliveries SET failed = ?, tries = ?, due = ?, tried_at = ?, error = ? WHERE receiver = ? AND seq = ?`,
		d.Failed, d.Tries, d.Due.UnixNano(), stamp(at), d.Error, d.Receiver, d.Seq); err != nil {
		return fmt.Errorf("noting that change %d was not delivered: %w", d.Seq, err)
	}
	return nil
}

// Stop notes that a receiver wants no more; what waits for it stays.
func (s *Store) Stop(ctx context.Context, receiver int64) error {
	if err := s.exec(ctx, `UPDATE receivers SET stopped = 1 WHERE id = ?`, receiver); err != nil {
		return fmt.Errorf("stopping a receiver: %w", err)
	}
	return nil
}

// Retry has everything that was given up wait for its delivery again, and
// receivers that had stopped be told again; of one URL, or of all where url is
// "". It returns how many changes will be sent again.
func (s *Store) Retry(ctx context.Context, url string) (n int64, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE deliveries SET failed = 0, tries = 0, due = 0
			WHERE failed AND receiver IN (SELECT id FROM receivers WHERE ?1 = '' OR url = ?1)`, url)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE receivers SET stopped = 0 WHERE ?1 = '' OR url = ?1`, url)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("having deliveries sent again: %w", err)
	}
	return n, nil
}

// Drop forgets what was given up for a URL: it is never sent, and what came
// after it goes out. It returns how many changes that were.
func (s *Store) Drop(ctx context.Context, url string) (n int64, err error) {
	res, err := s.db.ExecContext(ctx, `DELETE FROM deliveries WHERE failed AND receiver IN (SELECT id FROM receivers WHERE url = ?)`, url)
	if err == nil {
		n, err = res.RowsAffected()
	}
	if err != nil {
		return 0, fmt.Errorf("forgetting deliveries: %w", err)
	}
	return n, nil
}

// RecordAt returns a submission's record under one revision, as it was last
// kept, as JSON on one line ended by a newline. The error wraps
// sql.ErrNoRows where there is none.
func (s *Store) RecordAt(ctx context.Context, id string, revision int) ([]byte, error) {
	var blob []byte
	err := s.db.QueryRowContext(ctx, `SELECT record FROM revisions WHERE submission = ? AND revision = ?`, id, revision).Scan(&blob)
	if err == nil {
		blob, err = unpackLine(blob)
	}
	if err != nil {
		return nil, fmt.Errorf("fetching revision %d of %s: %w", revision, id, err)
	}
	return blob, nil
}
