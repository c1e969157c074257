package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
)

func extractCommand() *cobra.Command {
	var (
		flags readFlags
		debug string
	)
	cmd := &cobra.Command{
		Use:   "extract FILE",
		Short: "Read one file and print what was seen as JSON",
		Long: `Read one file to a Document: pages, lines with characters and scores, table cells,
ticks, seals, codes. With --debug what was seen is also drawn over each page as PNG.`,
		Example: "  dengji extract 扫描件.pdf > document.json\n  dengji extract photo.jpg --debug seen",
		Args:    exactly("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			pool, err := flags.pool()
			if err != nil {
				return err
			}
			pool.Setup.Parallel = runtime.NumCPU()
			if pool.Setup.DebugDir, err = makeDebugDir(debug); err != nil {
				return err
			}
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			if info, err := os.Stat(path); err != nil {
				return usageError("there is no file %s; give one file, or a folder to `dengji run`", args[0])
			} else if info.IsDir() {
				return usageError("%s is a folder; use `dengji run %s -o OUT`", args[0], args[0])
			}
			var got batch.Answer
			if _, err := pool.Read(cmd.Context(), []string{path}, func(_ int, a batch.Answer) { got = a }); err != nil {
				return err
			}
			if got.Status != extract.StatusRead {
				return &exitError{batch.ExitSomeUnread, fmt.Errorf("%s: %s: %s%s", args[0], got.Status, got.Reason, inBrackets(got))}
			}
			return printJSON(cmd.OutOrStdout(), got.Document)
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&debug, "debug", "", "folder for pictures of what was seen")
	return cmd
}

// inBrackets is the cause of a refusal where there is more to say than its
// status.
func inBrackets(a batch.Answer) string {
	if a.Detail == "" || a.Detail == string(a.Status) {
		return ""
	}
	return " (" + a.Detail + ")"
}

func makeDebugDir(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(abs, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("making the debug folder: %w", err)
	}
	return abs, nil
}
