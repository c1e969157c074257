package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/serve"
	"dengji/rules"
)

func formsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "forms", Short: "List, show, check or draft form definitions",
		Long:    "Form definitions say which labels stand on a form, where their values sit and what they must be.",
		Example: "  dengji forms list\n  dengji forms check myforms/",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(formsListCommand(), formsShowCommand(), formsCheckCommand(), formsLearnCommand())
	return cmd
}

func formsListCommand() *cobra.Command {
	var (
		dirs   []string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use: "list", Short: "List the known forms", Example: "  dengji forms list --forms myforms", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			forms, err := loadForms(dirs)
			if err != nil {
				return err
			}
			list := []batch.FormReport{}
			t := table{head: []string{"id", "name", "kind", "fields", ""}, right: []bool{false, false, false, true, false}}
			for _, f := range forms.List() {
				list = append(list, batch.FormReport{ID: f.ID, Name: f.Name, Kind: f.Kind, Provisional: f.Provisional})
				fields, note := len(f.Fields), ""
				for _, tab := range f.Tables {
					fields += len(tab.Columns)
				}
				if f.Provisional {
					note = "provisional"
				}
				t.add(f.ID, f.Name, f.Kind, fmt.Sprint(fields), note)
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), list)
			}
			return t.print(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringSliceVar(&dirs, "forms", nil, "folder of further form definitions (YAML)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func formsShowCommand() *cobra.Command {
	var (
		dirs   []string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show the fields of a form", Example: "  dengji forms show excellent-software-product", Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			forms, err := loadForms(dirs)
			if err != nil {
				return err
			}
			f, ok := forms.Get(args[0])
			if !ok {
				return usageError("there is no form %q; `dengji forms list` names them", args[0])
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), f)
			}
			return showForm(cmd, f)
		},
	}
	cmd.Flags().StringSliceVar(&dirs, "forms", nil, "folder of further form definitions (YAML)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func showForm(cmd *cobra.Command, f *rules.Form) error {
	w := cmd.OutOrStdout()
	if _, err := fmt.Fprintf(w, "%s  %s (%s)\nread from %s; review under confidence %.2f\n\n", f.ID, f.Name, f.Kind, f.File, f.Threshold); err != nil {
		return err
	}
	t := table{head: []string{"path", "label", "type", "required"}}
	required := func(r bool) string {
		if r {
			return "yes"
		}
		return ""
	}
	for _, d := range f.Fields {
		t.add(d.Path, shorten(d.Label, 48), d.Type, required(d.Required))
	}
	for _, tab := range f.Tables {
		for _, d := range tab.Columns {
			t.add(tab.Path+"[]."+d.Path, shorten(d.Label, 48), d.Type, required(d.Required))
		}
	}
	return t.print(w)
}

func formsCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "check PATH", Short: "Find mistakes in a definition file or a folder of them",
		Example: "  dengji forms check myforms/annex3.yaml", Args: exactly("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Stat(args[0]); err != nil {
				return usageError("there is no file or folder %s; give a definition (YAML) or a folder of them", args[0])
			}
			mistakes, err := rules.CheckForms(args[0])
			if err != nil {
				return err
			}
			if n, err := definitions(args[0]); err != nil {
				return fmt.Errorf("listing definitions: %w", err)
			} else if n == 0 {
				return usageError("%s holds no definitions (*.yaml)", args[0])
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), append([]rules.Mistake{}, mistakes...))
			} else {
				err = printMistakes(cmd, args[0], mistakes)
			}
			if err == nil && len(mistakes) > 0 {
				err = &exitError{code: batch.ExitFailed}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// definitions counts what `forms check` looks at.
func definitions(path string) (int, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return 1, err
	}
	entries, err := os.ReadDir(path)
	n := 0
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".yaml" {
			n++
		}
	}
	return n, err
}

func printMistakes(cmd *cobra.Command, path string, mistakes []rules.Mistake) error {
	w := cmd.OutOrStdout()
	if len(mistakes) == 0 {
		_, err := fmt.Fprintf(w, "%s: no mistakes\n", path)
		return err
	}
	for _, m := range mistakes {
		line := fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
		if m.Hint != "" {
			line += "\n    " + m.Hint
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use: "schema [record|event]", Short: "Print the JSON Schema (draft 2020-12) of a record, or of a change as the webhook sends it",
		Example:   "  dengji schema > record.schema.json\n  dengji schema event",
		ValidArgs: []string{"record", "event"},
		Args:      cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			schema := rules.Schema()
			if len(args) == 1 && args[0] == "event" {
				var err error
				if schema, err = serve.EventSchema(); err != nil {
					return err
				}
			} else if len(args) == 1 && args[0] != "record" {
				return usageError("there is no schema of %q: record or event", args[0])
			}
			_, err := cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
