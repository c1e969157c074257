package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/eval"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

func evalCommand() *cobra.Command {
	var (
		truth     []string
		list, fit string
		asJSON    bool
	)
	cmd := &cobra.Command{
		Use:   "eval OUT... --truth DIR...",
		Short: "Accuracy against known answers: fields right, silent errors, review rate, calibration",
		Long: `Compare the records in OUT with the answer sheets in DIR (*.json), by kind of document.

A field is right when value, state, details and the flags its paper demands are right;
width of characters and spaces between Chinese characters do not count. A silent error is
wrong and not marked for review. Review counts fields sent to a person though the paper is clear.
The form's fields of a scan with an electronic copy beside it count under a set of their own (office+copy).

Where pages were made hard to read on purpose, a table says how fields fare by hazard. Several OUTs,
with a --truth for each in their order, give one Markdown table with a row for each, by folder name.

Where contradictions were planted, a second table says how many were found, and how many papers
without one are accused all the same.`,
		Example: "  dengji eval out --truth fixtures/samples/truth\n  dengji eval out --truth truth --list silent\n  dengji eval clean office --truth clean-truth --truth office-truth",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exactly("OUT")(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains([]string{"", "wrong", "silent", "alarms"}, list) {
				return usageError("--list is wrong, silent or alarms, not %q", list)
			}
			if len(truth) == 0 {
				return usageError("eval needs the known answers: dengji eval %s --truth DIR", args[0])
			}
			if len(truth) != len(args) {
				return usageError("there are %d OUTs and %d --truth; give one for each, in their order", len(args), len(truth))
			}
			if len(args) > 1 {
				if list != "" || fit != "" || asJSON {
					return usageError("--list, --fit and --json are for a single OUT")
				}
				return printSummary(cmd.OutOrStdout(), args, truth)
			}
			report, err := evaluate(args[0], truth[0])
			if err != nil {
				return err
			}
			if fit != "" {
				if err := fitConfidence(cmd, args[0], fit, report); err != nil {
					return err
				}
			}
			w := cmd.OutOrStdout()
			switch {
			case asJSON:
				return printJSON(w, report)
			case list == "alarms":
				return report.Alarms.WriteCases(w)
			case list != "":
				return listResults(w, report, list)
			}
			return printEval(w, report)
		},
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&truth, "truth", nil, "folder of answer sheets; one for each OUT")
	fl.StringVar(&list, "list", "", "list instead: fields that are wrong, or silent; or alarms, the contradictions not found and the false alarms")
	fl.StringVar(&fit, "fit", "", "fit the confidence model in this file (rules/confidence.json) to these answers and write it back")
	fl.BoolVar(&asJSON, "json", false, "print everything as JSON")
	return cmd
}

// evaluate compares the records in out with the answer sheets in a folder.
func evaluate(out, truth string) (*eval.Report, error) {
	records, err := readRecords(out)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(truth); err != nil || !info.IsDir() {
		return nil, usageError("there is no folder %s; give the folder of the answer sheets with --truth", truth)
	}
	truths, err := eval.Truths(truth)
	if err != nil {
		return nil, err
	}
	return eval.Evaluate(truths, records)
}

// printSummary prints a row for each of several OUTs.
func printSummary(w io.Writer, outs, truths []string) error {
	var names []string
	var reports []*eval.Report
	for i, out := range outs {
		rep, err := evaluate(out, truths[i])
		if err != nil {
			return err
		}
		names, reports = append(names, filepath.Base(out)), append(reports, rep)
	}
	return eval.WriteSummary(w, names, reports)
}

// readRecords reads what a run left in out.
func readRecords(out string) ([]*rules.Record, error) {
	if _, err := os.Stat(filepath.Join(out, "records.jsonl")); err != nil {
		return nil, usageError("%s holds no records.jsonl; run `dengji run INBOX -o %s` first, or give its OUT", out, out)
	}
	return eval.Records(out)
}

func listResults(w io.Writer, report *eval.Report, which string) error {
	var wanted []eval.Result
	for _, r := range report.Worst() {
		if which == "wrong" || r.Silent() {
			wanted = append(wanted, r)
		}
	}
	return eval.WriteResults(w, wanted)
}

func printEval(w io.Writer, report *eval.Report) error {
	t := table{head: eval.Columns, right: flushRight(len(eval.Columns)), rows: report.Rows()}
	if err := t.print(w); err != nil {
		return err
	}
	if rows := report.HazardRows(); len(rows) > 0 {
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
		t := table{head: eval.HazardColumns, right: flushRight(len(eval.HazardColumns)), rows: rows}
		if err := t.print(w); err != nil {
			return err
		}
	}
	seals := report.Seals
	_, err := fmt.Fprintf(w, "\n%d submissions, %d without a record, %d records without truth; files in the right submission %d of %d; checks right %d of %d; seals found %d of %d, shape right %d of %d, text exact %d of %d, line inside exact %d of %d, match right or unknown %d of %d\n\n",
		report.Submissions, len(report.Lost), len(report.Extra), report.Placed.Right, report.Placed.Of, report.Checks.Right, report.Checks.Of,
		seals.Found.Right, seals.Found.Of, seals.Shape.Right, seals.Shape.Of, seals.Text.Right, seals.Text.Of, seals.Inside.Right, seals.Inside.Of, seals.Honest.Right, seals.Honest.Of)
	if err != nil {
		return err
	}
	if rows := report.SealRows(); len(rows) > 0 {
		t := table{head: eval.SealColumns, right: flushRight(len(eval.SealColumns)), rows: rows}
		if err := t.print(w); err != nil {
			return err
		}
	}
	if rows := report.KindRows(); len(rows) > 0 {
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
		t := table{head: eval.KindColumns, right: []bool{false, true, true, true, false}, rows: rows}
		if err := t.print(w); err != nil {
			return err
		}
	}
	if err := printAlarms(w, &report.Alarms); err != nil {
		return err
	}
	if err := report.WriteCalibration(w); err != nil {
		return err
	}
	worst := report.Worst()
	if len(worst) == 0 {
		_, err := fmt.Fprintln(w, "\nevery field is right")
		return err
	}
	if _, err := fmt.Fprintf(w, "\nthe worst of %d wrong fields:\n", len(worst)); err != nil {
		return err
	}
	return eval.WriteResults(w, worst[:min(10, len(worst))])
}

// flushRight sets all columns but the first to the right.
func flushRight(n int) []bool { return append([]bool{false}, slices.Repeat([]bool{true}, n-1)...) }

// printAlarms prints what became of planted contradictions, if there are any.
func printAlarms(w io.Writer, a *eval.Alarms) error {
	if len(a.Sets) == 0 {
		return nil
	}
	sets := table{head: eval.AlarmColumns, right: flushRight(len(eval.AlarmColumns)), rows: a.Rows()}
	if err := sets.print(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if kinds := a.KindRows(); len(kinds) > 0 {
		t := table{head: a.KindColumns(), rows: kinds}
		if err := t.print(w); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w)
		return err
	}
	return nil
}

// fitConfidence joins what is right with the features it was judged by and
// fits the model to both.
func fitConfidence(cmd *cobra.Command, out, file string, report *eval.Report) error {
	path := filepath.Join(out, "dengji.db")
	if _, err := os.Stat(path); err != nil {
		return usageError("%s holds no dengji.db: run `dengji run INBOX -o %s` first", out, out)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		return usageError("--fit starts from the weights in its file: copy rules/confidence.json to %s first", file)
	}
	from, err := rules.ParseWeights(before)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	s, err := store.Open(cmd.Context(), path)
	if err != nil {
		return err
	}
	defer s.Close()
	traces, err := s.Traces(cmd.Context())
	if err != nil {
		return err
	}
	samples := eval.Samples(report, traces)
	if len(samples) == 0 {
		return fmt.Errorf("no field of %s has features to fit to; run `dengji run` again", out)
	}
	data, err := json.MarshalIndent(rules.FitConfidence(samples, *from), "", "  ")
	if err != nil {
		return fmt.Errorf("writing the weights: %w", err)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "fitted to %d fields\n", len(samples))
	return batch.WriteFile(file, append(data, '\n'))
}
