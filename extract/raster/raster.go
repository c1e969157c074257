// Package raster reads picture files: scans and photographs as JPEG, PNG,
// TIFF (many pages), BMP, WebP and GIF (its first frame).
//
// A picture's size is read from its header and held against the limits before
// a single pixel is decoded, so a header that claims 100,000 × 100,000 pixels
// costs nothing.
package raster

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"iter"
	"os"
	"path/filepath"

	"dengji/extract"
)

// Format is what Document.Format says of a picture file.
const Format = "image"

// Messages for the secretariat.
const (
	msgDamaged   = "图片文件已损坏或不完整，无法打开；请重新扫描或重新拍照后再发送"
	msgEmpty     = "图片文件是空的；请重新发送"
	msgUnknown   = "不是可识别的图片格式；请发送 JPG、PNG、TIFF 图片或 PDF"
	msgPixels    = "图片尺寸过大；请用 300 dpi 重新扫描后再发送"
	msgFileBytes = "文件过大；请压缩或分成几个文件后再发送"
	msgPages     = "文件页数过多；请分成几个文件后再发送"
)

// Open reads a picture file. The Document has Format, Name and Size; its pages
// come as Sheets, one at a time, each decoded only when it is asked for.
//
// A Sheet's Image is upright as the file itself says (EXIF or TIFF orientation
// applied; Sheet.Rotate holds the turn). Page.Width and Height are in points,
// and 0 where the file names no believable resolution (Sheet.DPI is 0 then).
//
// The error is an extract.Refusal where the whole file is unreadable. An error
// in the sequence belongs to that page alone; the next one may be fine. The
// file is closed when Open returns.
func Open(ctx context.Context, path string, lim extract.Limits) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
	data, err := readFile(path, lim)
	if err != nil {
		return nil, nil, err
	}
	doc := &extract.Document{Format: Format, Name: filepath.Base(path), Size: int64(len(data))}
	pages, err := split(data, lim)
	if err != nil {
		return nil, nil, fmt.Errorf("open picture %s: %w", filepath.Base(path), err)
	}
	sheets := func(yield func(extract.Sheet, error) bool) {
		for i, page := range pages {
			sheet := extract.Sheet{Page: extract.Page{Number: i + 1, Source: extract.SourceScan}}
			if err := ctx.Err(); err != nil {
				yield(sheet, err)
				return
			}
			p, err := page(lim)
			if err != nil {
				if !yield(sheet, fmt.Errorf("%s page %d: %w", filepath.Base(path), i+1, err)) {
					return
				}
				continue
			}
			fill(&sheet, p)
			if !yield(sheet, nil) {
				return
			}
		}
	}
	return doc, sheets, nil
}

// Decode decodes one picture's bytes (the first page of a TIFF) and turns it
// upright as its orientation says. The image keeps the type it decodes to:
// *image.Gray, *image.YCbCr, *image.NRGBA and so on; bitonal pictures are Gray
// or two-colour Paletted. dpi is 0 where the file names no believable
// resolution. Errors are extract.Refusals.
func Decode(data []byte, lim extract.Limits) (img image.Image, dpi float64, err error) {
	p, err := decode(data, lim)
	if err != nil {
		return nil, 0, err
	}
	return p.img, p.dpi, nil
}

// DecodePixels decodes one picture's bytes as the pixels stand in it: its
// orientation and resolution are not looked at. That is what a PDF means by a
// JPEG stream.
func DecodePixels(data []byte, lim extract.Limits) (image.Image, error) {
	c, err := known(data)
	if err != nil {
		return nil, err
	}
	open := func() io.Reader { return bytes.NewReader(data) }
	if _, err := size(c, open, lim); err != nil {
		return nil, err
	}
	img, err := guard(c.decode, open())
	if err != nil {
		return nil, refuseDecode(c.name, "pixels", err)
	}
	return img, nil
}

// picture is one decoded page, upright.
type picture struct {
	img    image.Image
	dpi    float64
	rotate int // degrees clockwise that were applied
}

// pageFunc decodes one page of a file.
type pageFunc func(extract.Limits) (picture, error)

// split gives a decoder for each page of a file, after checking what can be
// told from headers alone.
func split(data []byte, lim extract.Limits) ([]pageFunc, error) {
	if len(data) == 0 {
		return nil, extract.Refuse(extract.StatusEmpty, msgEmpty, io.ErrUnexpectedEOF)
	}
	if isTIFF(data) {
		return splitTIFF(data, lim)
	}
	c, err := known(data)
	if err != nil {
		return nil, err
	}
	if _, err := size(c, func() io.Reader { return bytes.NewReader(data) }, lim); err != nil {
		return nil, err
	}
	return []pageFunc{func(lim extract.Limits) (picture, error) { return decode(data, lim) }}, nil
}

// fill puts a decoded page into its sheet.
func fill(s *extract.Sheet, p picture) {
	s.Image, s.DPI, s.Rotate = p.img, p.dpi, p.rotate
	s.Page.DPI = p.dpi
	if p.dpi > 0 {
		b := p.img.Bounds()
		s.Page.Width = float64(b.Dx()) * 72 / p.dpi
		s.Page.Height = float64(b.Dy()) * 72 / p.dpi
	}
}

// readFile reads a regular file no larger than the limit.
func readFile(path string, lim extract.Limits) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open picture: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, lim.FileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read picture %s: %w", filepath.Base(path), err)
	}
	if int64(len(data)) > lim.FileBytes {
		return nil, extract.Refuse(extract.StatusTooLarge, msgFileBytes,
			fmt.Errorf("%s is larger than %d bytes", filepath.Base(path), lim.FileBytes))
	}
	return data, nil
}
