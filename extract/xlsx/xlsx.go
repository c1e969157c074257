// Package xlsx reads workbooks: forms that companies filled in with Excel or
// WPS instead of Word.
//
// Cells read as they are shown: numbers with their format, dates as dates.
package xlsx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"

	"dengji/extract"
	"dengji/extract/opc"
)

// Format is what Document.Format says of a workbook.
const Format = "xlsx"

// Cells of a sheet that are read. A form has some dozens of rows; a sheet
// beyond this is a data set, and is read up to here with a Problem.
const (
	maxRows = 2000
	maxCols = 200
)

// maxMerges bounds the merged ranges of a sheet.
const maxMerges = 5000

var words = opc.Words{Name: "Excel 工作簿", Save: "XLSX", Old: "旧版 Excel 工作簿（.xls）或其他旧版 Office 文件"}

// Open reads a workbook. The Document has one page per visible sheet (Number 0,
// Name the sheet's name, Source text). A sheet with text is one table that
// begins at A1, with merged cells as spans and an empty cell for each empty
// place in a row that has text.
//
// The sequence hands out the embedded pictures that may be scans (Page.Name
// "picture 1", …), in the package's order, each decoded when it is asked for;
// an error in it belongs to that picture alone.
//
// The error is an extract.Refusal. The file is closed when Open returns.
func Open(ctx context.Context, file string, lim extract.Limits) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
	p, err := opc.Open(file, lim, words)
	if err != nil {
		return nil, nil, err
	}
	doc, scans, err := read(ctx, p, lim)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", p.Name, err)
	}
	return doc, p.Sheets(ctx, scans), nil
}

// read turns excelize's panics into damage: hostile workbooks have made it
// panic (its issue #2427).
func read(ctx context.Context, p *opc.Package, lim extract.Limits) (doc *extract.Document, scans []opc.Picture, err error) {
	defer func() {
		if v := recover(); v != nil {
			doc, scans, err = nil, nil, words.Damaged(fmt.Errorf("panic: %v", v))
		}
	}()
	byName, err := layouts(p, lim)
	if err != nil {
		return nil, nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(p.Data), excelize.Options{
		UnzipSizeLimit: lim.InflatedBytes,
		// As large: below it excelize unpacks sheets into temporary files.
		UnzipXMLSizeLimit: lim.InflatedBytes,
		CultureInfo:       excelize.CultureNameZhCN,
		ShortDatePattern:  "yyyy/m/d",
		LongDatePattern:   "yyyy年m月d日",
	})
	if err != nil {
		return nil, nil, words.Damaged(fmt.Errorf("open workbook: %w", err))
	}
	defer f.Close()

	b := &book{file: f, lim: lim, doc: &extract.Document{Format: Format, Name: p.Name, Size: int64(len(p.Data))}}
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, nil, extract.Refuse(extract.StatusUnsupported, "压缩包里没有 Excel 工作表；请直接发送 XLSX、DOCX 或 PDF 文件", errors.New("no sheets"))
	}
	for i, name := range sheets {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if i == lim.Pages {
			return nil, nil, words.TooLarge(fmt.Errorf("%d sheets, the limit is %d", len(sheets), lim.Pages))
		}
		if err := b.sheet(name, byName[name]); err != nil {
			return nil, nil, words.Part(fmt.Sprintf("sheet %q", name), err)
		}
	}
	var pictures []opc.Picture
	for _, n := range p.Names() {
		if strings.HasPrefix(n, "xl/media/") {
			pictures = append(pictures, opc.Picture{Part: n})
		}
	}
	scans, problems := p.Pictures(pictures)
	b.doc.Problems = append(append(b.doc.Problems, p.Problems()...), problems...)
	if len(b.doc.Lines) == 0 && len(scans) == 0 {
		return nil, nil, extract.Refuse(extract.StatusNoText, "Excel 工作簿里没有文字，也没有可读取的图片；请检查文件内容后重新发送", errors.New("no text and no pictures"))
	}
	return b.doc, scans, nil
}
