package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/xuri/excelize/v2"

	"dengji/cmd/dengji/export/crop"
	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// Names of the sheets that every workbook has.
const (
	sheetSummary = "汇总"
	SheetReview  = "复核清单" // the one that `dengji apply` reads
	sheetMissing = "缺件清单"
	sheetChecks  = "检查"
	sheetWords   = "词表" // hidden: what the lists of choices offer
)

// rowSheets names the sheets of lists of rows; one that is not here is named
// after its path.
var rowSheets = map[string]string{"products": "产品", "certificates": "证书"}

// Book is what a workbook is made of.
type Book struct {
	Records  []*rules.Record
	Forms    *rules.Forms
	Last     map[store.FieldOf]int64        // the last decision on every field
	Pictures map[store.PageOf]store.Picture // of pages
	Pages    *os.Root                       // OUT/pages; nil: no crops
	lead     map[*rules.Record]*rules.Form  // form of each record, nil where it is not known
	style    [kinds]int
	file     *excelize.File
}

// Write writes the workbook. missing is how many page pictures could not be
// read; they cost their crops alone. Text is written as text, so that nothing
// in it can be a formula or a link; numbers are numbers, full dates are dates.
func (b *Book) Write(ctx context.Context, w io.Writer) (missing int, err error) {
	b.file = excelize.NewFile()
	defer func() { err = errors.Join(err, b.file.Close()) }()
	b.lead = map[*rules.Record]*rules.Form{}
	for _, r := range b.Records {
		if form, ok := b.Forms.Get(r.Form); ok {
			b.lead[r] = form
		}
	}
	if err := b.styles(); err != nil {
		return 0, err
	}
	review, spots := b.review()
	sheets := []*sheet{b.summary(review)}
	for _, list := range lists(b.Records) {
		sheets = append(sheets, b.rowsOf(list))
	}
	sheets = append(sheets, review, b.missing(), b.checks())
	if missing, err = b.crops(ctx, review, spots); err != nil {
		return missing, err
	}
	for i, s := range sheets {
		if ctx.Err() != nil {
			return missing, ctx.Err()
		}
		if i == 0 {
			err = b.file.SetSheetName("Sheet1", s.name)
		} else {
			_, err = b.file.NewSheet(s.name)
		}
		if err == nil {
			err = b.put(s)
		}
		if err != nil {
			return missing, fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	return missing, b.file.Write(w)
}

// crops cuts the pictures of the review's rows out of their pages.
func (b *Book) crops(ctx context.Context, s *sheet, spots []spot) (missing int, err error) {
	if b.Pages == nil || len(spots) == 0 {
		return 0, nil
	}
	places := make([]crop.Spot, len(spots))
	for i, p := range spots {
		places[i] = p.Spot
	}
	pieces, missing, err := crop.Cut(ctx, b.Pages, places, crop.Options{MaxWidth: 2 * cropWidth, MaxHeight: 2 * cropHeight})
	if err != nil {
		return missing, err
	}
	s.pictures = make([]picture, len(s.rows))
	for i, p := range spots {
		piece := pieces[i]
		if piece.JPEG == nil {
			s.rows[p.row][s.at(headCrop)] = cell{"截图缺失", muted}
			continue
		}
		pic := picture{jpeg: piece.JPEG}
		pic.width, pic.height = sizeOf(p.Spot, piece)
		s.pictures[p.row] = pic
		s.heights[p.row] = max(s.heights[p.row], points(pic.height+2*cropInset))
	}
	return missing, nil
}

// Crops are shown at most this large, in pixels of a screen at 96 dots an
// inch, and else somewhat larger than the paper is. They have twice as many
// pixels of their own where the page's picture has them, and print well.
const (
	cropWidth, cropHeight = 300, 130
	perPoint              = 1.7 // pixels; 1.33 is the paper's own size
	cropInset             = 3   // from the cell's border
)

// sizeOf is the size at which a crop is shown.
func sizeOf(s crop.Spot, p crop.Piece) (width, height int) {
	w, h := float64(p.Width), float64(p.Height)
	f := min(cropWidth/w, cropHeight/h, perPoint*(s.Box[2]-s.Box[0]+2*crop.MarginX)/w)
	return max(1, int(f*w)), max(1, int(f*h))
}

// points are a screen's pixels in points.
func points(pixels int) float64 { return float64(pixels) * 0.75 }
