package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/export"
	"dengji/rules"
)

func exportCommand() *cobra.Command {
	var to, file string
	cmd := &cobra.Command{
		Use:   "export OUT --to xlsx|csv|jsonl -f FILE",
		Short: "Hand the records on to other tools",
		Long: `Write the records of OUT as
  xlsx   a workbook: 汇总 (a row per submission), a sheet for each kind of row (产品, 证书),
         复核清单 (a row per field to look at), 缺件清单 (a row per paper that is
         missing, with the sentence that asks for it), 检查
  csv    a row per submission, UTF-8 with byte order mark, which Excel needs
  jsonl  a record per line`,
		Example: "  dengji export out --to xlsx -f 汇总.xlsx",
		Args:    exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usageError("export needs a file to write: -f FILE")
			}
			write, ok := map[string]func(*bytes.Buffer, []*rules.Record) error{
				"xlsx": export.Workbook, "csv": export.CSV, "jsonl": export.Lines,
			}[to]
			if !ok {
				return usageError("--to is xlsx, csv or jsonl, not %q", to)
			}
			records, err := readRecords(args[0])
			if err != nil {
				return err
			}
			if _, err := os.Stat(filepath.Dir(file)); err != nil {
				return usageError("there is no folder %s to write %s into; make it first", filepath.Dir(file), filepath.Base(file))
			}
			var b bytes.Buffer
			if err := write(&b, records); err != nil {
				return fmt.Errorf("writing %s: %w", file, err)
			}
			return batch.WriteFile(file, b.Bytes())
		},
	}
	cmd.Flags().StringVar(&to, "to", "xlsx", "xlsx, csv or jsonl")
	cmd.Flags().StringVarP(&file, "file", "f", "", "file to write")
	return cmd
}
