package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"dengji/rules"
)

// FieldOf names a field of a submission.
type FieldOf struct{ Submission, Path string }

// Verdict is one of several decisions that are kept together.
type Verdict struct {
	Submission string
	Decision   rules.Decision // as Decide takes it
	Last       int64          // id of the last row on the field that the reviewer saw, an undo too; 0 for none
}

// LastDecisions returns the id of the last row on every field of all
// submissions that anybody decided on, be it an undo.
func (s *Store) LastDecisions(ctx context.Context) (map[FieldOf]int64, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT submission, path, max(id) FROM decisions GROUP BY submission, path`)
	if err != nil {
		return nil, fmt.Errorf("listing the last decisions: %w", err)
	}
	defer rows.Close()
	last := map[FieldOf]int64{}
	for rows.Next() {
		var f FieldOf
		var id int64
		if err := rows.Scan(&f.Submission, &f.Path, &id); err != nil {
			return nil, fmt.Errorf("listing the last decisions: %w", err)
		}
		last[f] = id
	}
	return last, rows.Err()
}

// DecideAll keeps several words, all or none. The error wraps ErrConflict
// where somebody decided on one of the fields, or took a decision back, since
// the reviewer saw it. The records are not touched: build them anew.
func (s *Store) DecideAll(ctx context.Context, verdicts []Verdict, at time.Time) ([]Decision, error) {
	kept := make([]Decision, len(verdicts))
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for i, v := range verdicts {
			d := Decision{Submission: v.Submission, Path: v.Decision.Path, Action: actionOf(v.Decision), Decision: v.Decision,
				By: v.Decision.By, Why: v.Decision.Why, At: stamp(at)}
			if err := known(ctx, tx, d.Submission); err != nil {
				return fmt.Errorf("the decision on %s of %s: %w", d.Path, d.Submission, err)
			}
			var last int64
			if err := tx.QueryRowContext(ctx, `SELECT COALESCE(max(id), 0) FROM decisions WHERE submission = ? AND path = ?`, d.Submission, d.Path).Scan(&last); err != nil {
				return err
			}
			if last != v.Last {
				return fmt.Errorf("the decision on %s of %s: %w", d.Path, d.Submission, ErrConflict)
			}
			if err := insertDecision(ctx, tx, &d); err != nil {
				return fmt.Errorf("the decision on %s of %s: %w", d.Path, d.Submission, err)
			}
			kept[i] = d
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("keeping the decisions: %w", err)
	}
	return kept, nil
}
