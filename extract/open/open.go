// Package open reads a received file into an extract.Document. It is where the
// formats' parsers, the scan stage and the OCR readers meet.
package open

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"dengji/extract"
	"dengji/extract/docx"
	"dengji/extract/pdf"
	"dengji/extract/raster"
	"dengji/extract/scan"
	"dengji/extract/xlsx"
)

// parser opens a file and hands over what it knows of itself: a Document with
// the file's own text, and sheets for what must be looked at.
type parser func(ctx context.Context, path string, e *Engine) (*extract.Document, iter.Seq2[extract.Sheet, error], error)

// format is one row of the table of formats. It is read from top to bottom and
// the first row whose magic bytes fit opens the file; the file's name decides
// nothing.
type format struct {
	name  string
	match func(head []byte, path string, lim extract.Limits) bool
	open  parser
}

// headSize is how much of a file is looked at to know its format: PDF allows
// its header anywhere in the first 1,024 bytes (ISO 32000-1, Annex H.3.4.1).
const headSize = 1024

func formats() []format {
	return []format{
		{"pdf", func(h []byte, _ string, _ extract.Limits) bool { return bytes.Contains(h, []byte("%PDF-")) },
			func(ctx context.Context, path string, e *Engine) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
				engine, err := e.pdfEngine(ctx)
				if err != nil {
					return nil, nil, err
				}
				return pdf.Open(ctx, path, e.opt.Limits, pdf.Options{Engine: engine})
			}},
		{"xlsx", func(h []byte, path string, lim extract.Limits) bool { return isZip(h) && zipHas(path, "xl/", lim) },
			func(ctx context.Context, path string, e *Engine) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
				return xlsx.Open(ctx, path, e.opt.Limits)
			}},
		// Old and encrypted Office files too: the package reader knows to say which.
		{"docx", func(h []byte, path string, lim extract.Limits) bool {
			return isOLE2(h) || (isZip(h) && zipHas(path, "word/", lim))
		},
			func(ctx context.Context, path string, e *Engine) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
				return docx.Open(ctx, path, e.opt.Limits)
			}},
		{"image", func(h []byte, _ string, _ extract.Limits) bool { return isPicture(h) },
			func(ctx context.Context, path string, e *Engine) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
				return raster.Open(ctx, path, e.opt.Limits)
			}},
	}
}

// File reads one file. The error is an extract.Refusal where the file could
// not be read (see extract.StatusOf); a page that failed is a Problem of the
// Document and no error.
func (e *Engine) File(ctx context.Context, path string) (*extract.Document, error) {
	start := time.Now()
	before, err := os.Stat(path)
	if err != nil {
		return nil, extract.Refuse(extract.StatusDamaged, "文件打不开，可能没有读取权限；请检查后重试", err)
	}
	head, sum, size, err := e.identify(path)
	if err != nil {
		return nil, err
	}
	f, err := recognise(head, path, e.opt.Limits)
	if err != nil {
		return nil, err
	}
	doc, sheets, err := f.open(ctx, path, e)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	doc.Format, doc.Name, doc.SHA256, doc.Size = f.name, filepath.Base(path), sum, size
	if doc.Timings == nil {
		doc.Timings = extract.Timings{}
	}
	doc.Timings["open"] += time.Since(start).Seconds()
	if err := e.pages(ctx, doc, sheets); err != nil {
		return nil, err
	}
	// The parsers open the file anew: what they read must be what was hashed.
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime()) {
		return nil, extract.Refuse(extract.StatusChanged, "文件在读取过程中被修改；请再次运行", err)
	}
	if err := checkText(doc, e.opt.Limits); err != nil {
		return nil, err
	}
	joinTables(doc)
	doc.Readers = e.used(doc)
	doc.Timings["total"] = time.Since(start).Seconds()
	return doc, nothingRead(doc)
}

// identify hashes the file and returns its first bytes.
func (e *Engine) identify(path string) (head []byte, sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", 0, extract.Refuse(extract.StatusDamaged, "文件打不开，可能没有读取权限；请检查后重试", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, "", 0, fmt.Errorf("stat %s: %w", filepath.Base(path), err)
	}
	switch {
	case !st.Mode().IsRegular():
		return nil, "", 0, extract.Refuse(extract.StatusUnsupported, "不是普通文件，未读取", nil)
	case st.Size() == 0:
		return nil, "", 0, extract.Refuse(extract.StatusEmpty, "文件是空的（0 字节）；请重新发送", nil)
	case st.Size() > e.opt.Limits.FileBytes:
		return nil, "", 0, extract.Refuse(extract.StatusTooLarge, "文件过大；请压缩或分成几个文件后再发送", fmt.Errorf("%d bytes, limit %d", st.Size(), e.opt.Limits.FileBytes))
	}
	head = make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, "", 0, extract.Refuse(extract.StatusDamaged, "文件读取出错；请重新复制或重新发送", err)
	}
	head = head[:n]
	h := sha256.New()
	h.Write(head)
	if _, err := io.Copy(h, f); err != nil {
		return nil, "", 0, extract.Refuse(extract.StatusDamaged, "文件读取出错；请重新复制或重新发送", err)
	}
	return head, hex.EncodeToString(h.Sum(nil)), st.Size(), nil
}

// checkText holds what was read against the limits, so that nobody who gets the
// Document has to.
func checkText(doc *extract.Document, lim extract.Limits) error {
	pieces, characters := len(doc.Lines), 0
	for _, t := range doc.Tables {
		pieces += len(t.Cells)
	}
	for _, l := range doc.Lines {
		characters += utf8.RuneCountInString(l.Text)
	}
	return lim.CheckText(pieces, characters)
}

// nothingRead refuses a document on which there is nothing for anyone to read:
// no text anywhere, and no page that failed for a reason of its own.
func nothingRead(doc *extract.Document) error {
	if len(doc.Pages) == 0 {
		return extract.Refuse(extract.StatusEmpty, "文件里没有任何页面；请重新导出后再发送", nil)
	}
	if len(signs(doc)) >= leastSigns(doc) {
		return nil
	}
	for _, p := range doc.Problems {
		if p.Page < 0 || p.Code == extract.ProblemPageFailed {
			return extract.Refuse(extract.StatusDamaged, "文件的页面无法读取，可能已损坏；请重新导出或重新扫描后再发送", errors.New(p.Message))
		}
	}
	return extract.Refuse(extract.StatusNoText, "页面上没有读到文字；请确认发送的是登记表、证书或用户报告，照片请拍清楚后再发送", nil)
}

// signs are the different letters and digits of a document.
func signs(doc *extract.Document) map[rune]bool {
	seen := map[rune]bool{}
	for _, l := range doc.Lines {
		for _, r := range l.Text {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				seen[r] = true
			}
		}
	}
	return seen
}

// leastSigns is how many make a text. In a picture without any, readers see
// strokes and a stray character or two.
func leastSigns(doc *extract.Document) int {
	for _, p := range doc.Pages {
		if p.Source != extract.SourceScan {
			return 1
		}
	}
	return 6
}

// pages reads the sheets, up to Parallel of them side by side, and appends
// them in order. A sheet that fails is a Problem; only a cancelled context
// ends the file.
func (e *Engine) pages(ctx context.Context, doc *extract.Document, sheets iter.Seq2[extract.Sheet, error]) error {
	if sheets == nil {
		return nil
	}
	type slot struct {
		page extract.Page
		res  *scan.Result
		err  error
	}
	var slots []*slot
	var (
		group errgroup.Group
		mu    sync.Mutex
		done  int
	)
	group.SetLimit(max(1, e.opt.Parallel)) // Go blocks when all are busy, so few pictures are in memory
	for sheet, err := range sheets {
		s := &slot{page: sheet.Page, err: err}
		slots = append(slots, s)
		if err != nil {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		n := len(slots)
		group.Go(func() error {
			s.res, s.err = e.read(ctx, doc.SHA256, n, sheet)
			mu.Lock()
			defer mu.Unlock()
			if done++; e.opt.OnPage != nil {
				e.opt.OnPage(done)
			}
			return nil
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, s := range slots {
		appendPage(doc, s.page, s.res, s.err)
	}
	return nil
}
