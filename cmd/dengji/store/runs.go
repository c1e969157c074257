package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// PutRun keeps a run's report. state is the key of all that the run depended
// on, "" where running again could give something else; of two runs with one
// state the first report is kept alone (report may be nil then).
func (s *Store) PutRun(ctx context.Context, started, ended time.Time, state string, report []byte) error {
	blob, err := compress(report)
	if err == nil {
		_, err = s.db.ExecContext(ctx, `INSERT INTO runs (started, ended, state, report) VALUES (?, ?, ?, ?)`,
			stamp(started), stamp(ended), state, blob)
	}
	if err != nil {
		return fmt.Errorf("keeping the run's report: %w", err)
	}
	return nil
}

// LastRun returns the state of the last run and its report, which is that of
// the first run of those that had the same state since.
func (s *Store) LastRun(ctx context.Context) (state string, report []byte, err error) {
	var blob []byte
	err = s.db.QueryRowContext(ctx, `SELECT state FROM runs ORDER BY id DESC LIMIT 1`).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) || err == nil && state == "" {
		return "", nil, nil
	}
	if err == nil {
		err = s.db.QueryRowContext(ctx, `SELECT report FROM runs WHERE state = ? AND length(report) > 40 ORDER BY id DESC LIMIT 1`, state).Scan(&blob)
	}
	if err == nil {
		report, err = decompress(blob)
	}
	if err != nil {
		return "", nil, fmt.Errorf("fetching the last run: %w", err)
	}
	return state, report, nil
}

// Setting returns what an earlier run left for commands that go on with OUT,
// "" where it left nothing.
func (s *Store) Setting(ctx context.Context, name string) (value string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = ?`, name).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("fetching %s: %w", name, err)
	}
	return value, nil
}

// PutSetting keeps a value for later commands.
func (s *Store) PutSetting(ctx context.Context, name, value string) error {
	if _, err := s.db.ExecContext(ctx, `INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)`, name, value); err != nil {
		return fmt.Errorf("keeping %s: %w", name, err)
	}
	return nil
}

// Output is a file of OUT as it was written.
type Output struct {
	Source  string // digest of what it was written from
	SHA256  string
	Size    int64
	ModTime int64 // ns
}

// Outputs lists the files that were written, by their path in OUT.
func (s *Store) Outputs(ctx context.Context) (map[string]Output, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT path, source, sha256, size, mtime FROM outputs`)
	if err != nil {
		return nil, fmt.Errorf("listing the files written: %w", err)
	}
	defer rows.Close()
	all := map[string]Output{}
	for rows.Next() {
		var path string
		var o Output
		if err := rows.Scan(&path, &o.Source, &o.SHA256, &o.Size, &o.ModTime); err != nil {
			return nil, fmt.Errorf("listing the files written: %w", err)
		}
		all[path] = o
	}
	return all, rows.Err()
}

// PutOutputs notes files as written, or as removed where nil.
func (s *Store) PutOutputs(ctx context.Context, files map[string]*Output) error {
	if len(files) == 0 {
		return nil
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for path, o := range files {
			var err error
			if o == nil {
				_, err = tx.ExecContext(ctx, `DELETE FROM outputs WHERE path = ?`, path)
			} else {
				_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO outputs (path, source, sha256, size, mtime) VALUES (?, ?, ?, ?, ?)`,
					path, o.Source, o.SHA256, o.Size, o.ModTime)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("noting the files written: %w", err)
	}
	return nil
}
