package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"dengji/extract"
)

// Reading is what became of one content.
type Reading struct {
	SHA256   string
	Size     int64 // bytes
	Status   extract.Status
	Reason   string // 中文
	Detail   string
	Document *extract.Document // nil unless Status is read
	Seconds  float64
	Strikes  int // times in a row a child died of it
}

// MaxStrikes is how often a file may kill its child before it is left alone
// until it changes.
const MaxStrikes = 3

// struck reports whether a status may have been the machine's fault, not the
// file's.
func struck(s extract.Status) bool {
	return s == extract.StatusTimeout || s == extract.StatusCrashed
}

// Reading looks a content up in the cache; found is false where it was not
// yet read with this key, or its child died fewer than MaxStrikes times.
func (s *Store) Reading(ctx context.Context, sha256, key string) (r Reading, found bool, err error) {
	var blob []byte
	r.SHA256 = sha256
	err = s.db.QueryRowContext(ctx,
		`SELECT status, reason, detail, document, seconds, strikes, size FROM readings JOIN documents USING (sha256)
		 WHERE sha256 = ? AND key = ?`, sha256, key).
		Scan(&r.Status, &r.Reason, &r.Detail, &blob, &r.Seconds, &r.Strikes, &r.Size)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err != nil {
		return r, false, fmt.Errorf("looking up the reading of %s: %w", sha256, err)
	}
	if struck(r.Status) && r.Strikes < MaxStrikes {
		return r, false, nil
	}
	if blob != nil {
		r.Document = new(extract.Document)
		if err := unpack(blob, r.Document); err != nil {
			return r, false, fmt.Errorf("unpacking the reading of %s: %w", sha256, err)
		}
	}
	return r, true, nil
}

// PutReading keeps a reading.
func (s *Store) PutReading(ctx context.Context, key string, r Reading, at time.Time) error {
	var blob []byte
	if r.Document != nil {
		var err error
		if blob, err = pack(r.Document); err != nil {
			return fmt.Errorf("packing the reading of %s: %w", r.SHA256, err)
		}
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO documents (sha256, size, first_seen) VALUES (?, ?, ?)
			ON CONFLICT DO NOTHING`, r.SHA256, r.Size, stamp(at)); err != nil {
			return err
		}
		strikes := 0
		if struck(r.Status) {
			strikes = 1
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO readings
			(sha256, key, status, reason, detail, document, seconds, strikes, read_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET status = excluded.status, reason = excluded.reason, detail = excluded.detail,
			document = excluded.document, seconds = excluded.seconds, read_at = excluded.read_at,
			strikes = CASE excluded.strikes WHEN 0 THEN 0 ELSE strikes + 1 END`,
			r.SHA256, key, string(r.Status), r.Reason, r.Detail, blob, r.Seconds, strikes, stamp(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the reading of %s: %w", r.SHA256, err)
	}
	return nil
}

// PutRun keeps a run's report.
func (s *Store) PutRun(ctx context.Context, started, ended time.Time, report []byte) error {
	blob, err := compress(report)
	if err == nil {
		_, err = s.db.ExecContext(ctx, `INSERT INTO runs (started, ended, report) VALUES (?, ?, ?)`,
			stamp(started), stamp(ended), blob)
	}
	if err != nil {
		return fmt.Errorf("keeping the run's report: %w", err)
	}
	return nil
}

// stamp is how times stand in the database and in records.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func pack(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return compress(data)
}

func compress(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

func decompress(blob []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(blob))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func unpack(blob []byte, v any) error {
	data, err := decompress(blob)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}
