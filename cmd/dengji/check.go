package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
)

func checkCommand() *cobra.Command {
	var (
		mend   bool
		inbox  string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "check OUT",
		Short: "Verify database, files and hashes of OUT, and say how to mend what is broken",
		Long: `Look through OUT: the database itself, what was read of every file, every record
against its schema, the files in records/ and pages/, and the inbox against what the
last run saw. --mend writes files again from the database, drops readings that cannot
be unpacked so that the next run reads their files anew, and removes what killed runs
left behind. Decisions are never touched.

Exit codes: 0 all is well or mended, 1 something is broken, 4 a run is going on.`,
		Example: "  dengji check out\n  dengji check out --mend",
		Args:    exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if inbox == "" {
				known, err := lastInbox(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				inbox = known
			}
			findings, err := batch.Check(cmd.Context(), args[0], inbox, mend)
			if err != nil {
				return err
			}
			if asJSON {
				if findings == nil {
					findings = []batch.Finding{}
				}
				err = printJSON(cmd.OutOrStdout(), findings)
			} else {
				err = printChecked(cmd.OutOrStdout(), args[0], findings)
			}
			if err != nil {
				return fmt.Errorf("printing what was found: %w", err)
			}
			for _, f := range findings {
				if f.Broken && !f.Mended {
					return &exitError{code: batch.ExitFailed}
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&mend, "mend", false, "mend what can be mended")
	cmd.Flags().StringVar(&inbox, "inbox", "", "the inbox (default: that of the last run, where it still is)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// lastInbox is the inbox of the last run, "" where it is no longer there.
func lastInbox(ctx context.Context, out string) (string, error) {
	st, err := openOut(ctx, out)
	if err != nil {
		return "", err
	}
	defer st.Close()
	g, err := lastGiven(ctx, st)
	if err != nil || g.Inbox == "" {
		return "", err
	}
	if info, err := os.Stat(g.Inbox); err != nil || !info.IsDir() {
		return "", nil
	}
	return g.Inbox, nil
}

func printChecked(w io.Writer, out string, findings []batch.Finding) error {
	if len(findings) == 0 {
		_, err := fmt.Fprintf(w, "%s is as it should be.\n", displayPath(out))
		return err
	}
	t := table{head: []string{"what", "where", "wrong", "mend"}}
	for _, f := range findings {
		mend := f.Mend
		if f.Mended {
			mend = "mended"
		}
		t.add(f.What, shorten(f.Where, 60), shorten(f.Wrong, 80), mend)
	}
	return t.print(w)
}
