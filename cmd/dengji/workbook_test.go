package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/export"
	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// fill FILE PATH TEXT [WHY] writes TEXT into 更正 of the row of a field, as a
// reviewer does; with the path *, into every row.
func fillIn(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: fill FILE PATH TEXT [WHY]")
	}
	why := ""
	if len(args) > 3 {
		why = args[3]
	}
	n, err := fillBook(ts.MkAbs(args[0]), func(path string) (string, string, bool) { return args[2], why, path == args[1] || args[1] == "*" })
	ts.Check(err)
	if n == 0 {
		ts.Fatalf("the review has no row of %s", args[1])
	}
}

// fillBook fills in the rows of a workbook's review for whose path say has a
// word, and returns how many they were.
func fillBook(file string, say func(path string) (text, why string, ok bool)) (n int, err error) {
	f, err := excelize.OpenFile(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	rows, err := f.GetRows(export.SheetReview)
	if err != nil {
		return 0, err
	}
	at := func(head string, row int) string {
		name, _ := excelize.CoordinatesToCellName(slices.Index(rows[0], head)+1, row+1)
		return name
	}
	path := slices.Index(rows[0], export.HeadPath)
	for i, row := range rows[1:] {
		text, why, ok := say(row[path])
		if !ok {
			continue
		}
		n++
		for head, v := range map[string]string{export.HeadCorrection: text, export.HeadWhy: why} {
			if v == "" {
				continue
			}
			if err := f.SetCellStr(export.SheetReview, at(head, i+1), v); err != nil {
				return n, err
			}
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("none of %d rows is to be filled in", len(rows)-1)
	}
	return n, f.Save()
}

// exported makes an OUT of some submissions and its workbook.
func exported(t testing.TB, opt outtest.Options) (out *outtest.Out, st *store.Store, file string) {
	t.Helper()
	out, err := outtest.Make(context.Background(), t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if st, err = openOut(context.Background(), out.Dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	file = filepath.Join(t.TempDir(), "book.xlsx")
	e := exporting{out: out.Dir, to: "xlsx", file: file, warn: func(text string) { t.Error(text) }}
	if err := e.do(context.Background(), st); err != nil {
		t.Fatal(err)
	}
	return out, st, file
}

// applied applies a workbook, which must be read.
func applied(t *testing.T, st *store.Store, out, file string, opt batch.ApplyOptions) *applyResult {
	t.Helper()
	a := applying{out: out, file: file, opt: opt}
	r, err := a.do(context.Background(), st)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// resaved opens a workbook in LibreOffice and saves it.
func resaved(t *testing.T, file string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatalf("LibreOffice is not installed (libreoffice-calc-nogui; make test installs it): %v", err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	defer stop()
	dir := t.TempDir()
	said, err := exec.CommandContext(ctx, program, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", dir, file).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, said)
	}
	if strings.Contains(string(said), "Error") {
		t.Errorf("LibreOffice complains: %s", said)
	}
	return filepath.Join(dir, filepath.Base(file))
}

// A workbook that went through LibreOffice is as good as before: what it does
// not understand of a sheet, it drops without a word.
func TestWorkbookInLibreOffice(t *testing.T) {
	plants := []string{"", `=HYPERLINK("http://evil.example")`, "<b>&lt;</b>", "_x000D_"}
	out, st, file := exported(t, outtest.Options{Submissions: 12, Plants: plants})
	again := resaved(t, file)
	before, after := sheetsOf(t, file), sheetsOf(t, again)
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("sheets, rows and pictures were %v and are %v", before, after)
	}
	noFormulas(t, again)
	if r := applied(t, st, out.Dir, again, batch.ApplyOptions{}); r.Changed || r.Rows != before[export.SheetReview][0] || len(r.Refused) > 0 {
		t.Errorf("untouched: %+v", r)
	}
	if _, err := fillBook(again, func(string) (string, string, bool) { return export.ConfirmWords[0], "", true }); err != nil {
		t.Fatal(err)
	}
	r := applied(t, st, out.Dir, again, batch.ApplyOptions{By: "赵敏", Partial: true})
	if len(r.Applied)+len(r.Refused) != r.Rows || len(r.Applied) == 0 {
		t.Errorf("of %d rows %d were taken, %d refused", r.Rows, len(r.Applied), len(r.Refused))
	}
	for _, row := range r.Refused {
		if !strings.Contains(row.Reason, "无法辨认，不能确认") {
			t.Errorf("%s of %s: %s", row.Path, row.ID, row.Reason)
		}
	}
	records := recordsOf(t, st)
	for _, row := range r.Applied {
		if f := fieldOf(t, records[row.ID], row.Path); f.Review || f.Detail["decision"] == nil {
			t.Errorf("%s of %s was confirmed and is %+v", row.Path, row.ID, f)
		}
	}
	if r := applied(t, st, out.Dir, again, batch.ApplyOptions{By: "钱进", Partial: true}); r.Changed || len(r.Applied) > 0 {
		t.Errorf("twice: %d taken", len(r.Applied))
	}
}

// sheetsOf counts the rows and pictures of each sheet that people see.
func sheetsOf(t *testing.T, file string) map[string][2]int {
	t.Helper()
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := map[string][2]int{}
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		cells, err := f.GetPictureCells(name)
		if err != nil {
			t.Fatal(err)
		}
		n[name] = [2]int{len(rows) - 1, len(cells)}
	}
	if n[export.SheetReview][1] == 0 {
		t.Errorf("%s has no picture: %v", file, n)
	}
	return n
}

// noFormulas looks for formulas in a workbook's sheets.
func noFormulas(t *testing.T, file string) {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, part := range z.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "<f>") || strings.Contains(string(data), "<f ") {
			t.Errorf("%s has a formula", part.Name)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func recordsOf(t *testing.T, st *store.Store) map[string]*rules.Record {
	t.Helper()
	all, err := export.Records(context.Background(), st, nil)
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]*rules.Record{}
	for _, r := range all {
		records[r.ID] = r
	}
	return records
}

func fieldOf(t *testing.T, r *rules.Record, path string) *rules.Field {
	t.Helper()
	i := slices.IndexFunc(r.Fields, func(f rules.Field) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("%s has no field %s", r.ID, path)
	}
	return &r.Fields[i]
}

// Rows in another order, some of them gone, columns moved and added: what was
// filled in is found all the same.
func TestWorkbookRearranged(t *testing.T) {
	out, st, file := exported(t, outtest.Options{Submissions: 12})
	phones := 0
	if _, err := fillBook(file, func(path string) (string, string, bool) {
		if path == "contact.phone" {
			phones++
		}
		return fmt.Sprintf("1390000%04d", phones), "", path == "contact.phone"
	}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(export.SheetReview)
	if err != nil {
		t.Fatal(err)
	}
	other := excelize.NewFile()
	defer other.Close()
	if err := other.SetSheetName("Sheet1", export.SheetReview); err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], export.HeadCorrection)
	kept := slices.DeleteFunc(rows[1:], func(row []string) bool { return row[at] == "" && row[0] < "8" })
	slices.Reverse(kept)
	for i, row := range append([][]string{{}, rows[0]}, kept...) {
		for len(row) > 0 && len(row) < len(rows[0]) {
			row = append(row, "")
		}
		slices.Reverse(row)
		cells := append([]string{"我的备忘"}, row...)
		if err := other.SetSheetRow(export.SheetReview, fmt.Sprintf("C%d", i+2), &cells); err != nil {
			t.Fatal(err)
		}
	}
	moved := filepath.Join(t.TempDir(), "moved.xlsx")
	if err := other.SaveAs(moved); err != nil {
		t.Fatal(err)
	}
	r := applied(t, st, out.Dir, moved, batch.ApplyOptions{By: "赵敏"})
	if !r.Changed || len(r.Applied) != phones || phones < 2 || len(r.Refused) > 0 {
		t.Fatalf("%d telephones: %+v", phones, r)
	}
	records := recordsOf(t, st)
	for _, row := range r.Applied {
		if f := fieldOf(t, records[row.ID], row.Path); f.Value != row.Said {
			t.Errorf("%s has the telephone %v, not %s", row.ID, f.Value, row.Said)
		}
	}
}

// A page picture that is not there costs its own crops.
func TestWorkbookWithoutPictures(t *testing.T) {
	out, st, file := exported(t, outtest.Options{Submissions: 12})
	all := sheetsOf(t, file)[export.SheetReview][1]
	pictures, err := os.ReadDir(filepath.Join(out.Dir, "pages"))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pictures {
		path := filepath.Join(out.Dir, "pages", p.Name())
		if i%2 == 0 {
			err = os.Remove(path)
		} else if i%4 == 1 {
			err = os.WriteFile(path, []byte("no picture"), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	said := ""
	e := exporting{out: out.Dir, to: "xlsx", file: filepath.Join(t.TempDir(), "book.xlsx"), warn: func(text string) { said += text }}
	if err := e.do(context.Background(), st); err != nil {
		t.Fatal(err)
	}
	some := sheetsOf(t, e.file)[export.SheetReview][1]
	if some == 0 || some >= all || !strings.Contains(said, "page pictures could not be read") {
		t.Errorf("%d crops of %d are left, and it says %q", some, all, said)
	}
	if err := os.RemoveAll(filepath.Join(out.Dir, "pages")); err != nil {
		t.Fatal(err)
	}
	if err := e.do(context.Background(), st); err != nil {
		t.Fatal(err)
	}
}
