package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/export"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

func exportCommand() *cobra.Command {
	var e exporting
	cmd := &cobra.Command{
		Use:   "export OUT --to xlsx|csv|jsonl -f FILE",
		Short: "Hand the records on to other tools",
		Long: `Write the records of OUT as
  xlsx   a workbook: 汇总 (a row per submission), a sheet for each kind of row (产品, 证书),
         复核清单 (a row per field to look at, with a picture of the place it was read
         from and an empty column 更正), 缺件清单 (a row per paper that is missing, with the
         sentence that asks for it), 检查. "dengji apply" takes 更正 back as decisions
  csv    a row per submission, or with --rows a row per product or certificate; UTF-8 with
         a byte order mark, which Excel needs (--bom=false leaves it out). A text that a
         spreadsheet would take for a formula has an apostrophe in front
  jsonl  a record per line

--since writes what changed alone: after a cursor, or at a time or later. A submission
that was withdrawn since is the line {"id":…,"gone":true} in jsonl, a row with the status
gone in csv, and counted on standard error in any case, with the cursor to go on from.
--cursor-file keeps that cursor in a file, which is written once the export stands.`,
		Example: "  dengji export out --to xlsx -f 汇总.xlsx\n  dengji export out --to csv --rows products --bom=false -f products.csv\n" +
			"  dengji export out --to jsonl -f new.jsonl --cursor-file cursor",
		Args: exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			e.out, e.warn = args[0], func(text string) { logger(cmd.ErrOrStderr()).Warn(text) }
			if err := e.check(); err != nil {
				return err
			}
			st, err := openOut(cmd.Context(), e.out)
			if err != nil {
				return err
			}
			err = errors.Join(e.do(cmd.Context(), st), st.Close())
			if err == nil && e.inc.asked() {
				err = e.inc.done(cmd.ErrOrStderr(), e.part)
			}
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&e.to, "to", "", "xlsx, csv or jsonl (default: what the file's name ends in)")
	fl.StringVarP(&e.file, "file", "f", "", "file to write")
	fl.StringVar(&e.csv.Rows, "rows", "", "of csv: a list of the record (products, certificates), each of whose rows is a row")
	fl.BoolVar(&e.csv.BOM, "bom", true, "of csv: begin with a byte order mark")
	fl.StringVar(&e.inc.since, "since", "", "only what changed after a cursor (123), or at a time or day or later (2022-09-20T08:00:00+08:00, 2022-09-20)")
	fl.StringVar(&e.inc.file, "cursor-file", "", "only what changed after the cursor in this file, which then holds the new one; everything where there is no such file")
	return cmd
}

// exporting is one call of the command.
type exporting struct {
	out, to, file string
	csv           export.CSVOptions
	inc           increment
	part          part // what inc asks for, once it was read
	warn          func(string)
}

// exportFormats are the values of --to, and the endings that say the same.
var exportFormats = []string{"xlsx", "csv", "jsonl"}

func (e *exporting) check() error {
	if e.file == "" {
		return usageError("export needs a file to write: -f FILE")
	}
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(e.file), "."))
	if e.to == "" {
		e.to = ending
	}
	switch {
	case slices.Contains(exportFormats, ending) && ending != e.to:
		return usageError("%s ends in .%s, and --to says %s; give the two the same", filepath.Base(e.file), ending, e.to)
	case !slices.Contains(exportFormats, e.to) && e.to == ending:
		return usageError("%s does not say what to write: give --to xlsx, csv or jsonl", filepath.Base(e.file))
	case !slices.Contains(exportFormats, e.to):
		return usageError("--to is xlsx, csv or jsonl, not %q", e.to)
	case e.to != "csv" && (e.csv.Rows != "" || !e.csv.BOM):
		return usageError("--rows and --bom are for --to csv; the workbook has a sheet for each list, and jsonl the whole record")
	}
	if _, err := os.Stat(filepath.Dir(e.file)); err != nil {
		return usageError("there is no folder %s to write %s into; make it first", filepath.Dir(e.file), filepath.Base(e.file))
	}
	return e.inc.check()
}

func (e *exporting) do(ctx context.Context, st *store.Store) error {
	var b bytes.Buffer
	if err := e.write(ctx, st, &b); err != nil {
		var unknown *export.NoList
		if errors.As(err, &unknown) {
			return usageError("--rows: %v", unknown)
		}
		return fmt.Errorf("writing %s: %w", e.file, err)
	}
	return batch.WriteFile(e.file, b.Bytes())
}

func (e *exporting) write(ctx context.Context, st *store.Store, b *bytes.Buffer) error {
	if e.to == "xlsx" {
		return e.workbook(ctx, st, b)
	}
	records, err := e.records(ctx, st)
	if err != nil {
		return err
	}
	if e.to == "jsonl" {
		return errors.Join(export.Lines(b, records), goneLines(b, e.part.gone))
	}
	return export.CSV(b, records, e.csv)
}

// records reads what is exported: everything, or what changed.
func (e *exporting) records(ctx context.Context, st *store.Store) (records []*rules.Record, err error) {
	if !e.inc.asked() {
		return export.Records(ctx, st, nil)
	}
	if e.part, err = e.inc.read(ctx, st); err != nil {
		return nil, err
	}
	e.csv.Part = true
	for _, g := range e.part.gone {
		e.csv.Gone = append(e.csv.Gone, g.Submission)
	}
	return e.part.records, nil
}

func (e *exporting) workbook(ctx context.Context, st *store.Store, b *bytes.Buffer) (err error) {
	g, err := lastGiven(ctx, st)
	if err != nil {
		return err
	}
	forms, err := loadForms(g.Forms)
	if err != nil {
		return err
	}
	book, err := export.NewBook(ctx, st, forms)
	if err == nil && e.inc.asked() {
		book.Records, err = e.records(ctx, st)
	}
	if err != nil {
		return err
	}
	if book.Pages, err = os.OpenRoot(filepath.Join(e.out, "pages")); err == nil {
		defer func() { err = errors.Join(err, book.Pages.Close()) }()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("opening the page pictures: %w", err)
	}
	missing, err := book.Write(ctx, b)
	if missing > 0 {
		e.warn(fmt.Sprintf("%d page pictures could not be read, their crops are left out; `dengji run` with --reread makes them anew", missing))
	}
	return err
}
