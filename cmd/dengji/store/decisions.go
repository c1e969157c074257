package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dengji/rules"
)

// Actions of a decision.
const (
	ActionValue   = "value"
	ActionConfirm = "confirm"
	ActionUndo    = "undo"
)

// Decision is one row of the decisions: a reviewer's word on a field, or that
// an earlier one no longer holds. Rows are only ever added.
type Decision struct {
	ID         int64
	Submission string
	Path       string
	Action     string
	Undoes     int64 // of an undo: the decision it takes back
	Decision   rules.Decision
	By         string
	At         string // RFC 3339
	Why        string
	Undone     bool // a later row took it back
}

// Errors of Decide and Undo.
var (
	ErrNoSubmission = errors.New("there is no such submission")
	ErrConflict     = errors.New("somebody else has decided on this field meanwhile")
	ErrNothing      = errors.New("there is nothing to undo")
)

// AnyDecision as the decision expected says that whatever holds now may be
// overruled.
const AnyDecision = -1

// Decide keeps a reviewer's word on a field: d.Path, d.Confirm, d.Value,
// d.State, d.Detail, d.Raw, d.Seen, d.By and d.Why. expect is the id of the
// decision on the field that the reviewer saw (0 for none), or AnyDecision;
// the error wraps ErrConflict where another one holds by now. The record is
// not touched: build it anew.
func (s *Store) Decide(ctx context.Context, submission string, d rules.Decision, expect int64, at time.Time) (Decision, error) {
	return s.addDecision(ctx, Decision{Submission: submission, Path: d.Path, Action: actionOf(d), Decision: d, By: d.By, Why: d.Why}, expect, at)
}

func actionOf(d rules.Decision) string {
	if d.Confirm {
		return ActionConfirm
	}
	return ActionValue
}

// Undo takes back the decision that holds on a field; the one before it holds
// again. The error wraps ErrNothing where none holds, and ErrConflict where it
// is not the one expected.
func (s *Store) Undo(ctx context.Context, submission, path, by, why string, expect int64, at time.Time) (Decision, error) {
	return s.addDecision(ctx, Decision{Submission: submission, Path: path, Action: ActionUndo, By: by, Why: why}, expect, at)
}

func (s *Store) addDecision(ctx context.Context, d Decision, expect int64, at time.Time) (Decision, error) {
	d.At = stamp(at)
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := known(ctx, tx, d.Submission); err != nil {
			return err
		}
		all, err := loadDecisions(ctx, tx, d.Submission)
		if err != nil {
			return err
		}
		holds := Holding(all)[d.Path]
		if expect != AnyDecision && expect != holds.ID {
			return fmt.Errorf("%w (%s at %s)", ErrConflict, holds.By, holds.At)
		}
		if d.Action == ActionUndo {
			if d.Undoes = holds.ID; d.Undoes == 0 {
				return ErrNothing
			}
		}
		return insertDecision(ctx, tx, &d)
	})
	if err != nil {
		return d, fmt.Errorf("keeping the decision on %s of %s: %w", d.Path, d.Submission, err)
	}
	return d, nil
}

// insertDecision adds one row and gives the decision its id.
func insertDecision(ctx context.Context, tx *sql.Tx, d *Decision) error {
	body, err := json.Marshal(d.Decision)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO decisions (submission, path, action, undoes, decision, by, at, why) VALUES (?, ?, ?, NULLIF(?, 0), ?, ?, ?, ?)`,
		d.Submission, d.Path, d.Action, d.Undoes, string(body), d.By, d.At, d.Why)
	if err != nil {
		return err
	}
	d.ID, err = res.LastInsertId()
	return err
}

// known is ErrNoSubmission where there is no such submission.
func known(ctx context.Context, tx *sql.Tx, submission string) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM submissions WHERE id = ?`, submission).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return ErrNoSubmission
	}
	return nil
}

// Decisions returns every decision on a submission, the oldest first; of all
// submissions where id is "".
func (s *Store) Decisions(ctx context.Context, id string) (all []Decision, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		all, err = loadDecisions(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the decisions: %w", err)
	}
	return all, nil
}

func loadDecisions(ctx context.Context, tx *sql.Tx, id string) ([]Decision, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, submission, path, action, COALESCE(undoes, 0), decision, by, at, why FROM decisions
		WHERE ?1 = '' OR submission = ?1 ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Decision
	at := map[int64]int{}
	for rows.Next() {
		var d Decision
		var body string
		if err := rows.Scan(&d.ID, &d.Submission, &d.Path, &d.Action, &d.Undoes, &body, &d.By, &d.At, &d.Why); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &d.Decision); err != nil {
			return nil, fmt.Errorf("decision %d: %w", d.ID, err)
		}
		d.Decision.ID, d.Decision.Path, d.Decision.By, d.Decision.At, d.Decision.Why = d.ID, d.Path, d.By, d.At, d.Why
		d.Decision.Value = plain(d.Decision.Value)
		if i, ok := at[d.Undoes]; ok {
			all[i].Undone = true
		}
		at[d.ID] = len(all)
		all = append(all, d)
	}
	return all, rows.Err()
}

// plain gives a list of texts the type that a field's value has.
func plain(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	texts := make([]string, 0, len(list))
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			return v
		}
		texts = append(texts, s)
	}
	return texts
}

// Holding returns the decision that holds on each path of one submission.
func Holding(all []Decision) map[string]Decision {
	holds := map[string]Decision{}
	for _, d := range all {
		if d.Action != ActionUndo && !d.Undone {
			holds[d.Path] = d
		}
	}
	return holds
}

// Undecided lists the submissions on which somebody decided since their record
// was built.
func (s *Store) Undecided(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id FROM submissions
		WHERE decided < COALESCE((SELECT max(id) FROM decisions WHERE submission = submissions.id), 0) AND gone = 0 ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("looking for new decisions: %w", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("looking for new decisions: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// LastDecision is the id of the last decision on any submission, 0 for none.
func (s *Store) LastDecision(ctx context.Context) (id int64, err error) {
	if err := s.db.QueryRowContext(ctx, `SELECT COALESCE(max(id), 0) FROM decisions`).Scan(&id); err != nil {
		return 0, fmt.Errorf("looking for decisions: %w", err)
	}
	return id, nil
}

func lastDecision(ctx context.Context, tx *sql.Tx, submission string) (id int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(max(id), 0) FROM decisions WHERE submission = ?`, submission).Scan(&id)
	return id, err
}
