// Package pdf reads PDF files page by page: text with its places, and the
// page's picture.
//
// A page is either its own text (Sheet.Trust, Source text) or a picture of
// paper (Source scan), which may have somebody's OCR as a text layer. Text is
// read by ledongthuc/pdf where its result agrees with PDFium's, else by
// PDFium; pictures come from PDFium, which runs as WebAssembly without a file
// system.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"dengji/extract"
)

// Format is what Document.Format says of a PDF.
const Format = "pdf"

// Options are settings of the reader; the zero value is fine.
type Options struct {
	Engine    *Engine // PDFium to use; nil starts one for this file alone
	CacheDir  string  // folder for PDFium's compiled code where Engine is nil; "" compiles anew (about 4 s)
	RenderDPI float64 // pixels an inch of rendered pages; 0: 144 for text pages, the pictures' own (150 to 300) or 200 for scans
}

// Messages for the secretariat.
const (
	msgEmpty     = "文件是空的或没有任何页面；请重新导出 PDF 后再发送"
	msgDamaged   = "PDF 文件已损坏，无法打开；请重新导出或重新扫描后再发送"
	msgCut       = "PDF 文件不完整（末尾缺失，可能是传输中断）；请重新发送完整文件"
	msgPassword  = "PDF 设有打开密码，无法读取；请取消密码后再发送"
	msgFileBytes = "文件过大；请降低扫描分辨率（300 dpi 以内）或分成几个文件后再发送"
	msgPages     = "PDF 页数过多；请只保留申报材料，或分成几个文件后再发送"
	msgPixels    = "PDF 内的图片尺寸过大；请用 300 dpi 重新扫描后再发送"
	msgPage      = "PDF 的这一页已损坏，无法读取；请重新导出后再发送"
	msgPageSize  = "PDF 页面尺寸异常，无法处理；请按 A4 纸张重新导出后再发送"
)

// Open reads a PDF. The Document has Format, Name and Size; its pages come as
// Sheets, one picture in memory at a time.
//
// A page may give several Sheets: after a text page come the large pictures
// pasted into it, with the same Page.Number, and Page.Name "picture 1" and so
// on, and coordinates of their own. Lines are in points from the page's top
// left as shown, /Rotate and CropBox applied (Sheet.Rotate); where most text
// stands sideways even then, Lines and Image are turned once more
// (Page.Rotation).
//
// The error is an extract.Refusal where the whole file is unreadable; an error
// in the sequence belongs to its page alone. The sequence can be ranged over
// once and must be: it frees PDFium when it ends.
func Open(ctx context.Context, path string, lim extract.Limits, opt Options) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
	name := filepath.Base(path)
	data, err := readFile(path, lim)
	if err != nil {
		return nil, nil, err
	}
	if err := whole(data); err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", name, err)
	}
	f := &file{name: name, data: data, lim: lim, opt: opt, engine: opt.Engine, layers: layerReader{data: data}}
	if f.engine == nil {
		f.engine, err = NewEngine(ctx, opt.CacheDir)
		if err != nil {
			return nil, nil, err
		}
		f.ownEngine = true
	}
	if err := f.open(); err != nil {
		f.close()
		return nil, nil, fmt.Errorf("open %s: %w", name, err)
	}
	doc := &extract.Document{Format: Format, Name: name, Size: int64(len(data))}
	return doc, func(yield func(extract.Sheet, error) bool) {
		defer f.close()
		f.sheets(ctx, yield)
	}, nil
}

// file is an open PDF.
type file struct {
	name      string
	data      []byte
	lim       extract.Limits
	opt       Options
	engine    *Engine
	ownEngine bool
	p         pdfium.Pdfium
	doc       references.FPDF_DOCUMENT
	pages     int
	layers    layerReader
	hasMask   *bool // what masked found
}

// open loads the file into a fresh PDFium and counts its pages.
func (f *file) open() error {
	p, err := f.engine.instance()
	if err != nil {
		return err
	}
	f.p = p
	f.engine.memory.grant(int64(len(f.data)) + parseMemory)
	res, err := p.OpenDocument(&requests.OpenDocument{File: &f.data})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return extract.Refuse(extract.StatusEncrypted, msgPassword, err)
	case err != nil:
		return extract.Refuse(extract.StatusDamaged, msgDamaged, err)
	}
	f.doc = res.Document
	n, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: f.doc})
	if err != nil {
		return extract.Refuse(extract.StatusDamaged, msgDamaged, err)
	}
	switch {
	case n.PageCount <= 0:
		return extract.Refuse(extract.StatusEmpty, msgEmpty, errors.New("no pages"))
	case n.PageCount > f.lim.Pages:
		return extract.Refuse(extract.StatusTooLarge, msgPages, fmt.Errorf("%d pages, the limit is %d", n.PageCount, f.lim.Pages))
	}
	f.pages = n.PageCount
	return f.checkSizes()
}

// checkSizes refuses the file where no page has a believable size.
func (f *file) checkSizes() error {
	var first error
	for i := range f.pages {
		res, err := f.p.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: f.doc, Index: i})
		if err != nil {
			if first == nil {
				first = extract.Refuse(extract.StatusDamaged, msgDamaged, fmt.Errorf("page %d: %w", i+1, err))
			}
			continue
		}
		if err = f.checkSize(float64(res.Size.Width), float64(res.Size.Height)); err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (f *file) checkSize(w, h float64) error {
	if !(w > 0 && h > 0) {
		return extract.Refuse(extract.StatusDamaged, msgPageSize, fmt.Errorf("page of %g × %g points", w, h))
	}
	if max(w, h) > f.lim.PagePoints {
		return extract.Refuse(extract.StatusTooLarge, msgPageSize, fmt.Errorf("page of %.0f × %.0f points, the limit is %.0f", w, h, f.lim.PagePoints))
	}
	return nil
}

// close frees PDFium. Errors of closing have no one left to care.
func (f *file) close() {
	if f.p != nil {
		_ = f.p.Close()
		f.p = nil
	}
	if f.ownEngine {
		_ = f.engine.Close()
		f.ownEngine = false
	}
}

// whole refuses a file that ends before its cross-reference: PDFium would
// mend it and leave pages out without a word.
func whole(data []byte) error {
	if len(data) == 0 {
		return extract.Refuse(extract.StatusEmpty, msgEmpty, io.ErrUnexpectedEOF)
	}
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return extract.Refuse(extract.StatusDamaged, msgDamaged, errors.New("no PDF header"))
	}
	if tail := data[bytes.LastIndex(data, []byte("endobj"))+1:]; !bytes.Contains(tail, []byte("xref")) {
		return extract.Refuse(extract.StatusDamaged, msgCut, errors.New("no cross-reference after the last object"))
	}
	return nil
}

// readFile reads a file no larger than the limit.
func readFile(path string, lim extract.Limits) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open PDF: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, lim.FileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	if int64(len(data)) > lim.FileBytes {
		return nil, extract.Refuse(extract.StatusTooLarge, msgFileBytes, fmt.Errorf("%s is larger than %d bytes", filepath.Base(path), lim.FileBytes))
	}
	return data, nil
}
