package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
	"dengji/extract/open"
	"dengji/rules"
)

// testLine is a page of A4 at 150 pixels an inch with one printed line,
// testLineText, in Noto Serif CJK at 44 pixels. A whole page, because that is
// what the readers are made for.
//
//go:embed testline.png
var testLine []byte

const testLineText = "优秀软件产品登记表"

// enoughRunes of testLineText make a reader that works: whether it reads well
// is `dengji eval`'s question.
const enoughRunes = 7

// sharedRunes counts the characters of want that occur in got.
func sharedRunes(got, want string) int {
	n := 0
	for _, r := range want {
		if strings.ContainsRune(got, r) {
			n++
		}
	}
	return n
}

// finding is one thing doctor looked at.
type finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"`
}

func doctorCommand() *cobra.Command {
	var (
		flags  readFlags
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "What is installed, which OCR readers work, what is missing and how to get it",
		Long: `Look for the readers' parts and let each reader read a small built-in picture.
Exit code 0: scans can be read, if only by one reader; 1: they cannot.`,
		Example: "  dengji doctor\n  dengji doctor --json --models /opt/models",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			pool, err := flags.pool()
			if err != nil {
				return err
			}
			findings, usable := examine(cmd.Context(), pool)
			if cmd.Context().Err() != nil {
				return cmd.Context().Err()
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), map[string]any{"version": programVersion(), "usable": usable, "findings": findings})
			} else {
				err = printFindings(cmd, findings, usable)
			}
			if err == nil && !usable {
				err = &exitError{code: batch.ExitFailed}
			}
			return err
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// examine tries everything that reading needs.
func examine(ctx context.Context, pool batch.Pool) (findings []finding, usable bool) {
	picture, err := testPicture()
	if err != nil {
		return []finding{{Name: "temporary folder", Detail: err.Error(), Remedy: "free some disk space, or set TMPDIR"}}, false
	}
	defer os.Remove(picture)
	findings = append(findings, models(pool.Setup.Models))
	for _, r := range []struct{ name, remedy string }{
		{open.PPOCR, "run `make models`, or set --models, --ort-library (see `dengji run --help`)"},
		{open.Tesseract, "Debian: apt-get install tesseract-ocr tesseract-ocr-chi-sim"},
	} {
		f := tryReader(ctx, pool, r.name, picture)
		if f.OK {
			usable = true
		} else {
			f.Remedy = r.remedy
		}
		findings = append(findings, f)
	}
	forms, err := rules.LoadForms()
	switch {
	case err != nil:
		findings = append(findings, finding{Name: "form definitions", Detail: err.Error(), Remedy: "build the program anew"})
	default:
		findings = append(findings, finding{Name: "form definitions", OK: true, Detail: fmt.Sprintf("%d built in", len(forms.List()))})
	}
	cache := finding{Name: "cache folder", OK: pool.Setup.CacheDir != "", Detail: pool.Setup.CacheDir}
	if !cache.OK {
		cache.Detail = "none: PDF reading starts 3 s slower in each worker"
		cache.Remedy = "set HOME or XDG_CACHE_HOME to a folder that can be written"
	}
	return append(findings, cache), usable
}

func testPicture() (string, error) {
	f, err := os.CreateTemp("", "dengji-doctor-*.png")
	if err != nil {
		return "", err
	}
	_, err = f.Write(testLine)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return f.Name(), err
}

func models(m batch.Models) finding {
	cfg, err := findModels(m)
	if err != nil {
		return finding{Name: "PP-OCR files", Detail: err.Error(), Remedy: "run `make models`"}
	}
	return finding{Name: "PP-OCR files", OK: true, Detail: fmt.Sprintf("%s, %s", filepath.Dir(cfg.Recognition), cfg.Library)}
}

// tryReader has a child read the test line with one reader.
func tryReader(ctx context.Context, pool batch.Pool, reader, picture string) finding {
	pool.Setup.Reader = reader
	f := finding{Name: "reader " + reader}
	hello, err := pool.Hello(ctx)
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	var got batch.Answer
	if _, err := pool.Read(ctx, []string{picture}, func(_ int, a batch.Answer) { got = a }); err != nil {
		f.Detail = err.Error()
		return f
	}
	if got.Status != extract.StatusRead {
		f.Detail = fmt.Sprintf("%s: %s", got.Status, got.Detail)
		return f
	}
	var text strings.Builder
	for _, l := range got.Document.Lines {
		text.WriteString(l.Text)
	}
	f.OK = sharedRunes(text.String(), testLineText) >= enoughRunes
	f.Detail = fmt.Sprintf("%s reads %q in %.2f s", strings.Join(hello.Readers, ", "), text.String(), got.Seconds)
	if !f.OK {
		f.Detail += fmt.Sprintf(", not %q", testLineText)
	}
	return f
}

func printFindings(cmd *cobra.Command, findings []finding, usable bool) error {
	w := cmd.OutOrStdout()
	for _, f := range findings {
		mark := "ok      "
		if !f.OK {
			mark = "missing "
		}
		line := mark + f.Name + ": " + f.Detail
		if f.Remedy != "" {
			line += "\n        → " + f.Remedy
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	verdict := "Scans can be read."
	if !usable {
		verdict = "No reader works: only DOCX, XLSX and PDFs with text can be read."
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}
