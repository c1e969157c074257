// Package store is the system of record: OUT/dengji.db holds what was read
// from each content, the submissions with their ids and revisions, and the
// runs.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"modernc.org/sqlite" // the driver registers itself as "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNewer says that a newer program made the database.
var ErrNewer = errors.New("database was made by a newer dengji")

// Store is an open database. It is safe for use by several goroutines.
type Store struct {
	db    *sql.DB
	reads bool // it may look only
}

// Open opens or makes the database at path and brings its schema up to date.
// The error wraps ErrNewer where the program is too old for it.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := open(ctx, path)
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, ErrNewer):
		return nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	return nil, fmt.Errorf("opening the database %s: %w; put back a copy of the folder, or give a new one with -o: the inbox is then read anew and ids change", path, err)
}

func open(ctx context.Context, path string) (*Store, error) {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: url.Values{
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)"},
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer; reads are few and short
	s := &Store{db: db}
	if err := s.migrate(ctx, steps); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close writes what is pending and closes the database.
func (s *Store) Close() error {
	if s.reads {
		return s.db.Close()
	}
	// Folding the log back lets OUT be copied as plain files.
	_, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return errors.Join(err, s.db.Close())
}

func (s *Store) migrate(ctx context.Context, steps []step) error {
	var version int
	if err := s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("%w (schema %d, this program knows up to %d); install the newer program, or give a new folder with -o",
			ErrNewer, version, len(steps))
	}
	for ; version < len(steps); version++ {
		err := s.inTx(ctx, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, steps[version].sql); err != nil {
				return err
			}
			if then := steps[version].then; then != nil {
				if err := then(ctx, tx); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("bringing the schema to version %d: %w", version+1, err)
		}
	}
	return nil
}

// inTx runs f in a transaction.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// IsFull reports whether an error says that the database cannot grow for want
// of room.
func IsFull(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code()
	return code&0xff == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_IOERR_WRITE
}
