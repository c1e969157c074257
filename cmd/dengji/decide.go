package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

func decideCommand() *cobra.Command {
	var (
		d      deciding
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "decide OUT ID [PATH] --value V|--confirm|--undo --by NAME",
		Short: "Keep a reviewer's word on a field, or list what was decided",
		Long: `Keep a reviewer's word on a field of a submission: the value it should have, or
that the value shown is right. It holds through later runs, readers and rules; when a
newer document says something else, the field comes back for review with the decision
shown. Nothing is overwritten: --undo adds that the last word no longer holds.
Without --value, --confirm or --undo, the decisions on the submission are listed.`,
		Example: "  dengji decide out d4f1c0a92b7e contact.phone --value 13800000000 --by 赵敏 --why 电话核实\n" +
			"  dengji decide out d4f1c0a92b7e 'products[0].name' --confirm --by 赵敏\n  dengji decide out d4f1c0a92b7e",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 || len(args) > 3 {
				return usageError("decide takes OUT, ID and, to decide, the PATH of a field; got %d arguments; see `dengji decide --help`", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d.valued = cmd.Flags().Changed("value")
			d.out, d.id = args[0], args[1]
			if len(args) == 3 {
				d.path = args[2]
			}
			st, err := openOut(cmd.Context(), d.out)
			if err != nil {
				return err
			}
			all, err := d.do(cmd.Context(), st)
			if err := errors.Join(err, st.Close()); err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), decisionRows(all))
			}
			return printDecisions(cmd.OutOrStdout(), all)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&d.value, "value", "", "what the field should say, as one would write it on the form (无 for none)")
	fl.BoolVar(&d.confirm, "confirm", false, "what the record says is right")
	fl.BoolVar(&d.undo, "undo", false, "the last decision on the field no longer holds")
	fl.StringVar(&d.by, "by", env("DENGJI_REVIEWER", ""), "who decides [$DENGJI_REVIEWER]")
	fl.StringVar(&d.why, "why", "", "why")
	fl.BoolVar(&asJSON, "json", false, "print the decisions as JSON")
	return cmd
}

// deciding is one call of the command.
type deciding struct {
	out, id, path         string
	value                 string
	valued, confirm, undo bool
	by, why               string
}

// do keeps the decision, if one is asked for, has the record built anew, and
// returns all decisions on the submission.
func (d *deciding) do(ctx context.Context, st *store.Store) ([]store.Decision, error) {
	asked := 0
	for _, b := range []bool{d.valued, d.confirm, d.undo} {
		if b {
			asked++
		}
	}
	switch {
	case asked == 0 && d.path != "":
		return nil, usageError("decide %s with what? give --value V, --confirm or --undo; without a path it lists what was decided", d.path)
	case asked > 1:
		return nil, usageError("--value, --confirm and --undo are one or the other")
	case asked == 1 && d.path == "":
		return nil, usageError("decide needs the path of a field, such as contact.phone; `dengji export` and records/*.json show them")
	case asked == 1 && strings.TrimSpace(d.by) == "":
		return nil, usageError("a decision needs a name: --by NAME, or set DENGJI_REVIEWER")
	}
	if asked == 1 {
		if err := d.keep(ctx, st); err != nil {
			return nil, err
		}
	}
	if _, found, err := st.Submission(ctx, d.id); err != nil || !found {
		return nil, errors.Join(err, d.unknown())
	}
	return st.Decisions(ctx, d.id)
}

func (d *deciding) unknown() error {
	return usageError("there is no submission %s in %s; the ids are the names in %s/records", d.id, d.out, displayPath(d.out))
}

func (d *deciding) keep(ctx context.Context, st *store.Store) error {
	cfg, err := goOn(ctx, st, d.out)
	if err != nil {
		return err
	}
	now := time.Now()
	if d.undo {
		_, err = st.Undo(ctx, d.id, d.path, d.by, d.why, store.AnyDecision, now)
	} else {
		var word rules.Decision
		if word, err = batch.Word(ctx, st, cfg.Forms, d.id, d.path, d.value, d.confirm); err != nil {
			return d.inWords(err)
		}
		word.By, word.Why = d.by, d.why
		_, err = st.Decide(ctx, d.id, word, store.AnyDecision, now)
	}
	if err != nil {
		return d.inWords(err)
	}
	if _, err := batch.Rebuild(ctx, st, cfg, d.id); err != nil {
		return err
	}
	return batch.WriteRecords(ctx, st, d.out)
}

func (d *deciding) inWords(err error) error {
	var bad *batch.BadWord
	switch {
	case errors.Is(err, store.ErrNoSubmission):
		return d.unknown()
	case errors.Is(err, store.ErrNothing):
		return usageError("nothing was decided on %s of %s, so there is nothing to undo", d.path, d.id)
	case errors.As(err, &bad):
		return usageError("%v", bad)
	}
	return err
}

// decisionRow is a decision as JSON.
type decisionRow struct {
	ID     int64  `json:"id"`
	Path   string `json:"path"`
	Action string `json:"action"`
	Value  any    `json:"value"`
	State  string `json:"state,omitempty"`
	Raw    string `json:"raw,omitempty"`
	By     string `json:"by"`
	At     string `json:"at"`
	Why    string `json:"why,omitempty"`
	Undoes int64  `json:"undoes,omitempty"`
	Holds  bool   `json:"holds"`
}

func decisionRows(all []store.Decision) []decisionRow {
	holds := slices.Collect(maps.Values(store.Holding(all)))
	rows := []decisionRow{}
	for _, d := range all {
		rows = append(rows, decisionRow{ID: d.ID, Path: d.Path, Action: d.Action, Value: d.Decision.Value, State: string(d.Decision.State), Raw: d.Decision.Raw,
			By: d.By, At: d.At, Why: d.Why, Undoes: d.Undoes, Holds: slices.ContainsFunc(holds, func(h store.Decision) bool { return h.ID == d.ID })})
	}
	return rows
}

func printDecisions(w io.Writer, all []store.Decision) error {
	t := table{head: []string{"decision", "path", "action", "value", "by", "at", "why", "holds"}}
	for _, r := range decisionRows(all) {
		value, holds := fmt.Sprint(r.Value), ""
		if r.Value == nil {
			value = r.State
		}
		if r.Holds {
			holds = "yes"
		}
		if r.Undoes > 0 {
			value = fmt.Sprintf("(takes back %d)", r.Undoes)
		}
		t.add(fmt.Sprint(r.ID), r.Path, r.Action, shorten(value, 40), r.By, r.At, shorten(r.Why, 40), holds)
	}
	return t.print(w)
}
