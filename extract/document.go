// Package extract holds what was read from one received file, before anyone
// knows which form it is.
//
// [Document] is the first of the program's two central types (the other is
// rules.Record). The package has no code that reads files: that is
// dengji/extract/open, which puts a Document together from the folders beside
// it, one per concern.
//
// Geometry: every box is in points (1/72 inch), the origin is the top left
// corner of the page after the page was put upright and flat, x grows to the
// right and y downwards. Formats without pages (DOCX, XLSX) have zero boxes.
package extract

import (
	"encoding/json"
	"fmt"
	"image"
	"math"
)

// Readers' names, as they stand in Line.Reader and in a record's evidence.
const (
	ReaderDOCX      = "docx"       // text of a DOCX package
	ReaderXLSX      = "xlsx"       // cells of a workbook
	ReaderTextLayer = "text_layer" // text layer of a PDF
	ReaderPPOCR     = "ppocr"      // PP-OCR models by ONNX Runtime
	ReaderTesseract = "tesseract"  // Tesseract by gosseract
	ReaderCode      = "code"       // QR or bar code
)

// Ticks stand in Line.Text as these two runes, whatever the source had.
const (
	TickOn  = '☑'
	TickOff = '□'
)

// Document is everything read from one file.
type Document struct {
	Format   string    `json:"format"` // docx, xlsx, pdf, image
	Name     string    `json:"name"`   // base name of the file
	SHA256   string    `json:"sha256"`
	Size     int64     `json:"size"` // bytes
	Pages    []Page    `json:"pages"`
	Lines    []Line    `json:"lines"` // in reading order, page after page
	Tables   []Table   `json:"tables,omitempty"`
	Ticks    []Tick    `json:"ticks,omitempty"`
	Seals    []Seal    `json:"seals,omitempty"`
	Codes    []Code    `json:"codes,omitempty"`
	Problems []Problem `json:"problems,omitempty"` // what could not be read, and why
	Readers  []string  `json:"readers,omitempty"`  // readers and models used, with versions
	Timings  Timings   `json:"timings,omitempty"`
}

// Page is one page of a PDF or TIFF, one picture, or the whole flow of a
// format without pages.
type Page struct {
	Number   int     `json:"number"`             // from 1; 0 where the format has no pages
	Name     string  `json:"name,omitempty"`     // for unnumbered pages: "body", "picture 1", a sheet's name
	Width    float64 `json:"width,omitempty"`    // points, upright; 0 for a flow
	Height   float64 `json:"height,omitempty"`   // points, upright
	Source   string  `json:"source"`             // text (the file's own text) or scan (read from pixels)
	Rotation int     `json:"rotation,omitempty"` // degrees clockwise the page was turned to stand upright: 0, 90, 180, 270
	Skew     float64 `json:"skew,omitempty"`     // degrees clockwise the page was turned on top of that
	DPI      float64 `json:"dpi,omitempty"`      // pixels an inch of the picture as it was read
	Image    string  `json:"image,omitempty"`    // file name of the upright page picture, where one was written
	Grey     bool    `json:"grey,omitempty"`     // the picture has no colour: a seal shows by its shape alone
}

// Page sources.
const (
	SourceText = "text"
	SourceScan = "scan"
)

// Line is one line of text in one place: it never spans two cells.
type Line struct {
	Page   int       `json:"page"` // index into Document.Pages
	Box    Box       `json:"box"`
	Text   string    `json:"text"`
	Chars  []Char    `json:"chars,omitempty"` // one per rune of Text; empty for sources that are sure (DOCX, XLSX)
	Score  float64   `json:"score"`           // mean score of the characters, 0 to 1
	Reader string    `json:"reader"`
	Seal   bool      `json:"seal,omitempty"`  // a seal's ink lies over the line
	Other  []Reading `json:"other,omitempty"` // the same line as other readers, or after other treatments, saw it
}

// Char is one rune of a line.
type Char struct {
	X0    float64 `json:"x0"` // points
	X1    float64 `json:"x1"` // points
	Score float64 `json:"score"`
	// Rivals are runes that it may be instead, the likelier first.
	Rivals string `json:"rivals,omitempty"`
}

// UnreadInk is the score of a character beside ink that no character accounts
// for: whatever the reader thought of what it read, it left something out.
const UnreadInk = 0.3

// Reading is one reader's view of a line.
type Reading struct {
	Reader    string  `json:"reader"`
	Treatment string  `json:"treatment,omitempty"` // "" as scanned, "ink_removed" with coloured ink suppressed
	Text      string  `json:"text"`
	Score     float64 `json:"score"`
	Chars     []Char  `json:"chars,omitempty"`
}

// Table is a ruled grid. A table cut by a page break is one table, so its
// cells name their own page.
type Table struct {
	Rows  int    `json:"rows"`
	Cols  int    `json:"cols"`
	Cells []Cell `json:"cells"` // by row, then column; a cell stands at its top left position
}

// Cell is one cell of a table with its spans (1 where it spans nothing).
type Cell struct {
	Row     int   `json:"row"` // from 0
	Col     int   `json:"col"` // from 0
	RowSpan int   `json:"row_span"`
	ColSpan int   `json:"col_span"`
	Page    int   `json:"page"` // index into Document.Pages
	Box     Box   `json:"box"`
	Lines   []int `json:"lines,omitempty"` // indices into Document.Lines, in reading order
	// Clear says that the cell was looked at pixel by pixel and holds no ink,
	// however pale, but what the characters of its lines account for: a value
	// that is not among them is not there.
	Clear bool `json:"clear,omitempty"`
}

// Tick is one tick box. Its rune (TickOn or TickOff) stands in a line's text
// where the box stands on the page, so that text alone is enough to know
// which word it belongs to.
type Tick struct {
	Page  int     `json:"page"`
	Box   Box     `json:"box"`
	On    bool    `json:"on"`
	Score float64 `json:"score"` // how sure the state is, 0 to 1
	Line  int     `json:"line"`  // index into Document.Lines
	Rune  int     `json:"rune"`  // index of its rune in that line's text
	Seal  bool    `json:"seal,omitempty"`
}

// Seal is one stamped seal.
type Seal struct {
	Page   int     `json:"page"`
	Box    Box     `json:"box"`
	Shape  string  `json:"shape"`            // round, oval, square
	Text   string  `json:"text"`             // the ring's text; "" where it could not be read
	Inside string  `json:"inside,omitempty"` // the line inside: 合同专用章, a number
	Score  float64 `json:"score"`
	// Filled is how many characters of Text print hides on the ring: they are
	// taken from the page's own print, and no second witness of it.
	Filled int `json:"filled,omitempty"`
	// Places is what stands on the ring character by character, where some of
	// them are not sure enough for a Text.
	Places []SealPlace `json:"places,omitempty"`
	// Line is the line inside as it was read, where it is not sure enough to be
	// Inside.
	Line *Reading `json:"line,omitempty"`
}

// SealPlace is a character's place on a seal's ring, clockwise.
type SealPlace struct {
	Chars  string    `json:"chars"`  // what readings saw there, the likeliest first; "" where none saw anything
	Scores []float64 `json:"scores"` // of each of Chars, 0 to 1
	Sure   bool      `json:"sure,omitempty"`
	// Covered is the share of the place that print hides.
	Covered float64 `json:"covered,omitempty"`
}

// Code is a QR or bar code.
type Code struct {
	Page   int    `json:"page"`
	Box    Box    `json:"box"`
	Format string `json:"format"` // QR_CODE
	Text   string `json:"text"`
}

// ProblemPageFailed is the code of a page that could not be read at all.
const ProblemPageFailed = "page_failed"

// Problem is something that went wrong with a part of the document. The rest
// of the document was read.
type Problem struct {
	Page    int    `json:"page"` // index into Document.Pages, -1 for the whole document
	Code    string `json:"code"` // snake_case English
	Message string `json:"message"`
}

// Timings holds seconds of wall time per stage (open, render, upright, grid,
// detect, recognize, …).
type Timings map[string]float64

// Box is a rectangle in points; see the package comment for the origin.
// It is written to JSON as [x0, y0, x1, y1].
type Box struct{ X0, Y0, X1, Y1 float64 }

// Sheet is one page or picture on its way from a file to the readers: what a
// format's parser hands over.
//
// Image is nil for a page that has none and whose Lines say all; a text page
// of a PDF carries both, the picture for its ruled lines.
type Sheet struct {
	Page   Page
	Image  image.Image
	DPI    float64 // of Image: pixels an inch; 0 where the file does not say
	Lines  []Line  // text layer, Page index not yet set
	Trust  bool    // Lines are the page's own text, not an old OCR over a picture
	Rotate int     // degrees clockwise the file itself asks for (EXIF, PDF /Rotate), already applied to Image and Lines
}

// Width of the box in points.
func (b Box) Width() float64 { return b.X1 - b.X0 }

// Height of the box in points.
func (b Box) Height() float64 { return b.Y1 - b.Y0 }

// Empty reports whether the box has no area.
func (b Box) Empty() bool { return b.X1 <= b.X0 || b.Y1 <= b.Y0 }

// Union is the smallest box around both; an empty box adds nothing.
func (b Box) Union(o Box) Box {
	switch {
	case b.Empty():
		return o
	case o.Empty():
		return b
	}
	return Box{math.Min(b.X0, o.X0), math.Min(b.Y0, o.Y0), math.Max(b.X1, o.X1), math.Max(b.Y1, o.Y1)}
}

// Intersect is the common part of both boxes, empty where there is none.
func (b Box) Intersect(o Box) Box {
	r := Box{math.Max(b.X0, o.X0), math.Max(b.Y0, o.Y0), math.Min(b.X1, o.X1), math.Min(b.Y1, o.Y1)}
	if r.Empty() {
		return Box{}
	}
	return r
}

// Area in square points, 0 for an empty box.
func (b Box) Area() float64 {
	if b.Empty() {
		return 0
	}
	return b.Width() * b.Height()
}

// MarshalJSON writes [x0, y0, x1, y1], rounded to a tenth of a point.
func (b Box) MarshalJSON() ([]byte, error) {
	r := func(v float64) float64 { return math.Round(v*10) / 10 }
	return json.Marshal([4]float64{r(b.X0), r(b.Y0), r(b.X1), r(b.Y1)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (b *Box) UnmarshalJSON(data []byte) error {
	var v [4]float64
	if err := json.Unmarshal(data, &v); err != nil {
		return fmt.Errorf("box: %w", err)
	}
	*b = Box{v[0], v[1], v[2], v[3]}
	return nil
}
