package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
	"dengji/rules"
)

func formsLearnCommand() *cobra.Command {
	var (
		flags readFlags
		id    string
	)
	cmd := &cobra.Command{
		Use:   "learn BLANK.docx",
		Short: "Draft a definition from a blank form",
		Long: `Draft a form definition from a blank form: labels, where their values sit, tables,
tick boxes with their words, and what the words of a label say of its value (a date, a
telephone, 500字以内). It is printed as YAML; what is a guess has a comment with a question
mark above it. Name the paths as your records should have them, then "dengji forms check"
it and give its folder to "dengji run" with --forms.`,
		Example: "  dengji forms learn 附件3空白表.docx --id annex-3 > myforms/annex-3.yaml\n  dengji forms check myforms/annex-3.yaml",
		Args:    exactly("BLANK.docx"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(id) {
				return usageError("--id is small letters, digits and -, not %q", id)
			}
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				return usageError("there is no file %s; give the blank form as DOCX", args[0])
			}
			pool, err := flags.pool()
			if err != nil {
				return err
			}
			var got batch.Answer
			if _, err := pool.Read(cmd.Context(), []string{path}, func(_ int, a batch.Answer) { got = a }); err != nil {
				return err
			}
			if got.Status != extract.StatusRead {
				return &exitError{batch.ExitSomeUnread, fmt.Errorf("%s: %s: %s%s", args[0], got.Status, got.Reason, inBrackets(got))}
			}
			draft, err := rules.Learn(got.Document, id)
			if errors.Is(err, rules.ErrNoLabels) {
				return usageError("%s: %v; give the blank form as DOCX", args[0], err)
			} else if err != nil {
				return fmt.Errorf("learning from %s: %w", args[0], err)
			}
			_, err = cmd.OutOrStdout().Write(draft)
			return err
		},
	}
	cmd.Flags().StringVar(&id, "id", "my-form", "id of the definition: small letters, digits and -")
	flags.add(cmd)
	return cmd
}
