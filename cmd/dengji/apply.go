package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/export"
	"dengji/cmd/dengji/export/correct"
	"dengji/cmd/dengji/store"
)

func applyCommand() *cobra.Command {
	var (
		a      applying
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "apply OUT FILE.xlsx --by NAME",
		Short: "Take a workbook's corrections back as decisions",
		Long: `Take what reviewers filled into the column 更正 of the sheet 复核清单 back as their
decisions: a value as one would write it on the form, 无 for none, 空白 where the form was
left empty, or 确认 (✓) where what was read is right. An empty cell is no decision.

All of a workbook is taken in one transaction. Where a row does not fit (the value is none
of its field, somebody else decided meanwhile, a newer paper came, the row is unknown), it
is refused in words, nothing at all is changed, and the exit code is 2; --partial takes the
other rows. Applying a workbook twice changes nothing. Rows may be sorted, filtered or
deleted and columns moved or added, as long as the heads and the hidden columns stay.`,
		Example: "  dengji export out -f 复核.xlsx\n  dengji apply out 复核.xlsx --by 赵敏 --dry-run\n  dengji apply out 复核.xlsx --by 赵敏",
		Args:    exactly("OUT", "FILE.xlsx"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.out, a.file = args[0], args[1]
			st, err := openOut(cmd.Context(), a.out)
			if err != nil {
				return err
			}
			r, err := a.do(cmd.Context(), st)
			if err := errors.Join(err, st.Close()); err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), r)
			} else {
				err = r.print(cmd.OutOrStdout())
			}
			return errors.Join(err, r.verdict())
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&a.opt.By, "by", env("DENGJI_REVIEWER", ""), "who decides [$DENGJI_REVIEWER]")
	fl.BoolVar(&a.opt.Partial, "partial", false, "take the rows that fit although others are refused")
	fl.BoolVar(&a.opt.DryRun, "dry-run", false, "say what would be done, and change nothing")
	fl.BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

// applying is one call of the command.
type applying struct {
	out, file string
	opt       batch.ApplyOptions
}

// applyResult is what became of a workbook's rows.
type applyResult struct {
	File     string     `json:"file"`
	DryRun   bool       `json:"dry_run"`
	Changed  bool       `json:"changed"` // decisions were kept
	Rows     int        `json:"rows"`    // of the sheet, with a field
	Applied  []applyRow `json:"applied"` // decisions kept; with --dry-run, or where a row was refused, those that would be
	Already  []applyRow `json:"already"` // rows that say what was decided before
	Refused  []applyRow `json:"refused"`
	OnlyWhy  []int      `json:"only_remark"` // rows with a remark but no correction
	Problems []string   `json:"problems"`    // records that could not be made anew
}

type applyRow struct {
	Row    int    `json:"row"`  // of the sheet, from 1
	Cell   string `json:"cell"` // of 更正: F12
	ID     string `json:"id"`
	Path   string `json:"path"`
	Label  string `json:"label"`
	Action string `json:"action"` // value, confirm
	Said   string `json:"said"`   // what stands in the cell
	Value  any    `json:"value"`  // what it was understood as; null where the field has none, or the row is refused
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"` // why it was refused, in Chinese
}

func (a *applying) do(ctx context.Context, st *store.Store) (*applyResult, error) {
	filled, err := correct.Read(a.file)
	if err != nil {
		var bad *correct.BadWorkbook
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usageError("there is no workbook %s; give the file that `dengji export --to xlsx` wrote and that was filled in", a.file)
		}
		if errors.As(err, &bad) {
			return nil, usageError("%s: %v", a.file, err)
		}
		return nil, err
	}
	r := &applyResult{File: a.file, DryRun: a.opt.DryRun, Rows: filled.Rows, Applied: []applyRow{}, Already: []applyRow{}, Refused: []applyRow{},
		OnlyWhy: append([]int{}, filled.OnlyWhy...), Problems: []string{}}
	if len(filled.Corrections) == 0 {
		return r, nil
	}
	if strings.TrimSpace(a.opt.By) == "" && !a.opt.DryRun {
		return nil, usageError("decisions need a name: --by NAME, or set DENGJI_REVIEWER")
	}
	return r, a.take(ctx, st, filled.Corrections, r)
}

// take has the corrections judged and, if they may be, kept.
func (a *applying) take(ctx context.Context, st *store.Store, list []correct.Correction, r *applyResult) error {
	cfg, err := goOn(ctx, st, a.out)
	if err != nil {
		return err
	}
	var asks []batch.Ask
	var asked []correct.Correction
	for _, c := range list {
		if c.Refused != "" {
			r.Refused = append(r.Refused, rowOf(c, batch.Judgement{Refused: c.Refused}))
			continue
		}
		asks = append(asks, batch.Ask{ID: c.ID, Path: c.Path, Value: c.Value, Confirm: c.Confirm, Why: c.Why, Seen: c.Seen, Last: c.Last})
		asked = append(asked, c)
	}
	opt := a.opt
	opt.DryRun = opt.DryRun || len(r.Refused) > 0 && !opt.Partial
	judged, problems, err := batch.Apply(ctx, st, cfg, asks, opt)
	if err != nil {
		return err
	}
	for i, j := range judged {
		switch row := rowOf(asked[i], j); {
		case j.Refused != "":
			r.Refused = append(r.Refused, row)
		case j.Already:
			r.Already = append(r.Already, row)
		default:
			r.Applied = append(r.Applied, row)
		}
	}
	r.Problems = append(r.Problems, problems...)
	if opt.DryRun || len(r.Refused) > 0 && !opt.Partial {
		return nil
	}
	r.Changed = len(r.Applied) > 0
	return batch.WriteRecords(ctx, st, a.out)
}

func rowOf(c correct.Correction, j batch.Judgement) applyRow {
	row := applyRow{Row: c.Row, Cell: fmt.Sprintf("%s%d", c.Column, c.Row), ID: c.ID, Path: c.Path, Label: c.Item, Action: store.ActionValue, Said: c.Value, Reason: j.Refused}
	switch {
	case c.Confirm:
		row.Action, row.Said = store.ActionConfirm, export.ConfirmWords[0]
	case c.Value == "" && c.Refused == "":
		row.Said = export.WordBlank
	}
	if j.Refused == "" {
		row.Value, row.State = j.Decision.Value, string(j.Decision.State)
	}
	return row
}

// verdict is the command's error: that a row was refused is never passed over.
func (r *applyResult) verdict() error {
	switch {
	case len(r.Problems) > 0:
		return fmt.Errorf("the decisions are kept, but %d records could not be made anew: %s", len(r.Problems), strings.Join(r.Problems, "; "))
	case len(r.Refused) > 0:
		return &exitError{code: batch.ExitUsage}
	}
	return nil
}

// print says in Chinese, to reviewers, what became of the rows.
func (r *applyResult) print(w io.Writer) error {
	var b strings.Builder
	for _, row := range r.Refused {
		fmt.Fprintf(&b, "第%d行 %s列（%s）%s：“%s”未采纳：%s\n", row.Row, strings.TrimRight(row.Cell, "0123456789"), export.HeadCorrection, row.Label, shorten(row.Said, 40), row.Reason)
	}
	held := len(r.Refused) > 0 && !r.Changed
	if r.DryRun || held {
		for _, row := range r.Applied {
			fmt.Fprintf(&b, "第%d行 %s：可以采纳“%s”\n", row.Row, row.Label, shorten(row.Said, 40))
		}
	}
	switch {
	case len(r.Applied)+len(r.Already)+len(r.Refused) == 0:
		fmt.Fprintf(&b, "%d 行都没有填写更正，没有改动\n", r.Rows)
	case r.DryRun:
		fmt.Fprintf(&b, "试运行，没有改动：可采纳 %d 处，此前已定 %d 处，未采纳 %d 处\n", len(r.Applied), len(r.Already), len(r.Refused))
	case held && len(r.Applied) > 0:
		fmt.Fprintf(&b, "有 %d 处未采纳，因此全部没有改动；改好后再试，或用 --partial 只采纳其余 %d 处\n", len(r.Refused), len(r.Applied))
	default:
		fmt.Fprintf(&b, "采纳 %d 处，此前已定 %d 处，未采纳 %d 处\n", len(r.Applied), len(r.Already), len(r.Refused))
	}
	if len(r.OnlyWhy) > 0 {
		fmt.Fprintf(&b, "有 %d 行只写了备注、没有填更正，未作处理（第 %s 行）\n", len(r.OnlyWhy), shorten(strings.Trim(strings.ReplaceAll(fmt.Sprint(r.OnlyWhy), " ", "、"), "[]"), 60))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
