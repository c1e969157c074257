package opc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"iter"
	"path"

	"dengji/extract"
	"dengji/extract/raster"
)

// tinyArea is the size, in pixels, below which a picture is a logo or a
// bullet and no scan: 300 × 300.
const tinyArea = 300 * 300

// emuPerInch converts English metric units.
const emuPerInch = 914400

// Picture is a picture part that may be a scan.
type Picture struct {
	Part string
	// Width of the picture as the document shows it, in EMU (1/914400 inch);
	// 0 where unknown.
	Width int64
	// Pixels, from the picture's header.
	pixels image.Config
}

// Pictures looks at the headers of candidates and keeps those that may be
// scans, each once. The others are left out silently where they are small, and
// with a Problem where they cannot be read.
func (p *Package) Pictures(candidates []Picture) (scans []Picture, problems []extract.Problem) {
	seen := map[string]bool{}
	for _, c := range candidates {
		c.Part = key(c.Part)
		if seen[c.Part] {
			continue
		}
		seen[c.Part] = true
		code, err := p.look(&c)
		switch {
		case err != nil:
			problems = append(problems, problem(code, c.Part, err))
		case int64(c.pixels.Width)*int64(c.pixels.Height) < tinyArea:
		case len(scans) == p.lim.Pages:
			problems = append(problems, extract.Problem{Page: -1, Code: "too_many_pictures",
				Message: fmt.Sprintf("文档内图片超过 %d 张，其余未读取；请分成几个文件后再发送", p.lim.Pages)})
			return scans, problems
		default:
			scans = append(scans, c)
		}
	}
	return scans, problems
}

// look reads a picture's header; code is the problem's where there is one.
func (p *Package) look(c *Picture) (code string, err error) {
	r, err := p.header(c.Part)
	if err != nil {
		return "picture_missing", err
	}
	defer r.Close()
	var head [44]byte
	n, _ := r.Read(head[:])
	if isMetafile(head[:n]) {
		return "picture_unsupported", errors.New("EMF or WMF")
	}
	again, err := p.header(c.Part)
	if err != nil {
		return "picture_damaged", err
	}
	defer again.Close()
	defer func() {
		if v := recover(); v != nil {
			code, err = "picture_damaged", fmt.Errorf("panic: %v", v)
		}
	}()
	c.pixels, _, err = image.DecodeConfig(again)
	switch w, h := int64(c.pixels.Width), int64(c.pixels.Height); {
	case errors.Is(err, image.ErrFormat):
		return "picture_unsupported", err
	case err != nil || w <= 0 || h <= 0:
		return "picture_damaged", fmt.Errorf("%d × %d pixels: %w", w, h, err)
	case w > p.lim.Pixels/h:
		return "picture_too_large", fmt.Errorf("%d × %d pixels", w, h)
	}
	return "", nil
}

// isMetafile knows WMF (placeable and plain) and EMF by their first bytes
// (MS-WMF 2.3.2, MS-EMF 2.3.4.2), and gzip, in which Office keeps WMZ and EMZ.
func isMetafile(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xd7\xcd\xc6\x9a")) ||
		bytes.HasPrefix(head, []byte("\x01\x00\x09\x00")) ||
		bytes.HasPrefix(head, []byte("\x1f\x8b")) ||
		len(head) >= 44 && bytes.HasPrefix(head, []byte("\x01\x00\x00\x00")) && string(head[40:44]) == " EMF"
}

var pictureMessages = map[string]string{
	"picture_missing":     "文档引用的图片 %s 不在文件中，未读取；请重新插入图片后再发送",
	"picture_unsupported": "图片 %s 的格式（如 EMF/WMF）无法读取；如其中有盖章页或证书，请另存为 JPG、PNG 或 PDF 后发送",
	"picture_damaged":     "图片 %s 已损坏，未读取；请重新插入图片后再发送",
	"picture_too_large":   "图片 %s 尺寸过大，未读取；请用 300 dpi 重新扫描后再发送",
}

func problem(code, part string, _ error) extract.Problem {
	return extract.Problem{Page: -1, Code: code, Message: fmt.Sprintf(pictureMessages[code], path.Base(part))}
}

// Sheets hands out the scans one at a time, each decoded when it is asked for.
// Page.Name is "picture 1" and so on, Page.Number 0. An error belongs to that
// picture alone, unless the context's is over.
func (p *Package) Sheets(ctx context.Context, scans []Picture) iter.Seq2[extract.Sheet, error] {
	return func(yield func(extract.Sheet, error) bool) {
		for i, c := range scans {
			sheet := extract.Sheet{Page: extract.Page{Name: fmt.Sprintf("picture %d", i+1), Source: extract.SourceScan}}
			if err := ctx.Err(); err != nil {
				yield(sheet, err)
				return
			}
			if err := p.decode(&sheet, c); err != nil {
				err = fmt.Errorf("%s %s: %w", p.Name, sheet.Page.Name, err)
				if !yield(sheet, err) {
					return
				}
				continue
			}
			if !yield(sheet, nil) {
				return
			}
		}
	}
}

func (p *Package) decode(sheet *extract.Sheet, c Picture) error {
	left := p.left
	data, err := p.Read(c.Part)
	p.left = left // the bytes are gone before the next picture is read
	if err != nil {
		return err
	}
	img, dpi, err := raster.Decode(data, p.lim)
	if err != nil {
		return err
	}
	if c.Width > 0 {
		// The extent is of the picture before its own orientation turned it,
		// or after: editors differ, so the stored width counts.
		dpi = float64(c.pixels.Width) * emuPerInch / float64(c.Width)
	}
	sheet.Image = onWhite(img)
	sheet.DPI, sheet.Page.DPI = dpi, dpi
	if dpi > 0 {
		sheet.Page.Width = float64(img.Bounds().Dx()) * 72 / dpi
		sheet.Page.Height = float64(img.Bounds().Dy()) * 72 / dpi
	}
	return nil
}

// onWhite lays a picture with transparent parts (a seal cut out and pasted) on
// white paper.
func onWhite(img image.Image) image.Image {
	if o, ok := img.(interface{ Opaque() bool }); !ok || o.Opaque() {
		return img
	}
	b := img.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(dst, dst.Bounds(), img, b.Min, draw.Over)
	return dst
}
