package extract

import (
	"errors"
	"fmt"
)

// Limits bounds what one file may cost. The zero value refuses everything;
// start from DefaultLimits.
type Limits struct {
	FileBytes     int64   // size of the file
	Pages         int     // pages or pictures of one file
	Pixels        int64   // width × height of one picture, from its header
	PagePoints    float64 // longer side of a PDF page, in points
	ZipEntries    int     // entries of a DOCX or XLSX package
	InflatedBytes int64   // bytes inflated from one package, counted while reading
	InflateRatio  int64   // inflated : deflated of one entry beyond 1 MiB (styles.xml of a real file reached 101)
	XMLDepth      int     // nested elements
	Lines         int     // lines of text and table cells of one file
	Characters    int     // characters of text of one file
}

// DefaultLimits are far beyond any real submission: 200 MiB, 500 pages, 200
// megapixels. 500 pages of plain text have 22,000 lines and 750,000 characters.
// Lines are bounded for the parent's sake, who maps them: 8,000 take it one
// second, 24,000 ten.
func DefaultLimits() Limits {
	return Limits{
		FileBytes:     200 << 20,
		Pages:         500,
		Pixels:        200_000_000,
		PagePoints:    15_000,
		ZipEntries:    10_000,
		InflatedBytes: 512 << 20,
		InflateRatio:  300,
		XMLDepth:      256,
		Lines:         30_000,
		Characters:    2_000_000,
	}
}

// Limit is one row of the table of limits: one more row is one more flag of
// every command that reads files.
type Limit struct {
	Flag  string
	Usage string            // what is limited, and in what unit
	Of    func(*Limits) any // where it is kept: *int, *int64 or *float64
}

// LimitTable lists the limits in the order of Limits.
func LimitTable() []Limit {
	return []Limit{
		{"max-bytes", "size of a file, in bytes", func(l *Limits) any { return &l.FileBytes }},
		{"max-pages", "pages of a file", func(l *Limits) any { return &l.Pages }},
		{"max-pixels", "width × height of a picture, in pixels", func(l *Limits) any { return &l.Pixels }},
		{"max-page-points", "longer side of a PDF page, in points (1/72 inch)", func(l *Limits) any { return &l.PagePoints }},
		{"max-zip-entries", "parts of a DOCX or XLSX file", func(l *Limits) any { return &l.ZipEntries }},
		{"max-inflated", "bytes that a DOCX or XLSX file unpacks to, counted while unpacking", func(l *Limits) any { return &l.InflatedBytes }},
		{"max-ratio", "how many times its size a part of a DOCX or XLSX file may unpack to", func(l *Limits) any { return &l.InflateRatio }},
		{"max-xml-depth", "nested elements in the XML of a DOCX or XLSX file", func(l *Limits) any { return &l.XMLDepth }},
		{"max-lines", "lines of text and table cells of a file", func(l *Limits) any { return &l.Lines }},
		{"max-characters", "characters of text of a file", func(l *Limits) any { return &l.Characters }},
	}
}

const msgText = "文件文字过多，不像登记材料；请只保留申报内容，或分成几个文件后再发送"

// CheckText refuses more text than is read of one file: lines and table cells
// together, and characters.
func (l Limits) CheckText(pieces, characters int) error {
	switch {
	case pieces > l.Lines:
		return Refuse(StatusTooLarge, msgText, fmt.Errorf("more than %d lines and cells", l.Lines))
	case characters > l.Characters:
		return Refuse(StatusTooLarge, msgText, fmt.Errorf("more than %d characters", l.Characters))
	}
	return nil
}

// Status says how reading a file ended. It stands in run.json.
type Status string

// Statuses of a file. Every status but StatusRead makes a run end with exit
// code 3.
const (
	StatusRead        Status = "read"
	StatusUnsupported Status = "unsupported" // not a format we read
	StatusEmpty       Status = "empty"       // no bytes, or no pages
	StatusDamaged     Status = "damaged"     // its format's parser gave up
	StatusEncrypted   Status = "encrypted"   // needs a password
	StatusTooLarge    Status = "too_large"   // beyond a limit
	StatusNoText      Status = "no_text"     // opened, but nothing readable on it
	StatusTimeout     Status = "timeout"     // its child ran out of time
	StatusCrashed     Status = "crashed"     // its child died
	StatusChanged     Status = "changed"     // it was changed while it was read; what was read is not kept
)

// Refusal is why a file could not be read. Message is for the secretariat, in
// Chinese, and says what to send instead or what to do; Err is the cause.
type Refusal struct {
	Status  Status
	Message string
	Err     error
}

func (r *Refusal) Error() string {
	if r.Err == nil {
		return string(r.Status)
	}
	return fmt.Sprintf("%s: %v", r.Status, r.Err)
}

func (r *Refusal) Unwrap() error { return r.Err }

// Refuse makes a Refusal.
func Refuse(s Status, message string, err error) error {
	return &Refusal{Status: s, Message: message, Err: err}
}

// StatusOf returns the status and message an error stands for; any error that
// is no Refusal is damage.
func StatusOf(err error) (Status, string) {
	var r *Refusal
	switch {
	case err == nil:
		return StatusRead, ""
	case errors.As(err, &r):
		return r.Status, r.Message
	}
	return StatusDamaged, "文件无法读取，可能已损坏；请重新导出或重新扫描后再发送"
}
