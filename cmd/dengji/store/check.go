package store

import (
	"context"
	"fmt"
)

// Integrity has SQLite look through the database and returns what it finds
// wrong, in its own words.
func (s *Store) Integrity(ctx context.Context) (wrong []string, err error) {
	rows, err := s.db.QueryContext(ctx, "PRAGMA integrity_check(20)")
	if err != nil {
		return []string{err.Error()}, nil
	}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			break
		}
		if line != "ok" {
			wrong = append(wrong, line)
		}
	}
	if err := rows.Close(); err != nil {
		wrong = append(wrong, err.Error())
	}
	if err := rows.Err(); err != nil {
		wrong = append(wrong, err.Error())
	}
	var orphans int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&orphans); err != nil {
		wrong = append(wrong, err.Error())
	} else if orphans > 0 {
		wrong = append(wrong, fmt.Sprintf("%d rows belong to nothing", orphans))
	}
	return wrong, ctx.Err()
}

// Unbuild has the next run build a submission's record anew.
func (s *Store) Unbuild(ctx context.Context, id string) error {
	err := s.exec(ctx, `UPDATE submissions SET built = '', version = version + 1 WHERE id = ?`, id)
	if err == nil {
		err = s.exec(ctx, `UPDATE runs SET state = ''`)
	}
	if err != nil {
		return fmt.Errorf("asking for the record %s anew: %w", id, err)
	}
	return nil
}

// ForgetOutputs has every file of OUT compared with the database at the next
// writing.
func (s *Store) ForgetOutputs(ctx context.Context) error {
	if err := s.exec(ctx, `DELETE FROM outputs`); err != nil {
		return fmt.Errorf("forgetting the files written: %w", err)
	}
	return nil
}

func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.db.ExecContext(ctx, query, args...)
	return err
}
