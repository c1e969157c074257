package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/requests"

	"dengji/extract"
	"dengji/extract/raster"
)

// Resolutions, in pixels an inch.
const (
	textDPI     = 144 // thin ruling lines of a text page are a pixel wide
	scanDPI     = 200 // a page to be read from pixels that is not all picture
	minScanDPI  = 150
	maxScanDPI  = 300
	maxRendered = 40_000_000 // pixels of a rendered page: A2 at 300 dpi
	maxTextPage = 8_000_000  // the same of a text page: A2 at 144 dpi
)

// textDPI is the resolution to render a text page at.
func (p *page) textDPI() float64 {
	if p.f.opt.RenderDPI > 0 {
		return p.f.opt.RenderDPI
	}
	return textDPI
}

// blankDPI is the resolution to render a page at on which there is nothing:
// enough to see that.
func (p *page) blankDPI() float64 {
	const dpi, pixels = 36, 1_000_000
	w, h := p.frame.width()/72, p.frame.height()/72
	return min(dpi, math.Sqrt(pixels/(w*h)))
}

// render draws the page. The resolution is lowered where the picture would
// grow beyond the limits; the one used is returned.
func (p *page) render(dpi float64) (image.Image, float64, error) {
	w, h := p.frame.width()/72, p.frame.height()/72
	most := int64(maxRendered)
	if dpi <= textDPI {
		most = maxTextPage
	}
	if limit := float64(min(most, p.f.lim.Pixels)); w*h*dpi*dpi > limit {
		dpi = math.Sqrt(limit / (w * h))
	}
	pw, ph := max(1, int(math.Round(w*dpi))), max(1, int(math.Round(h*dpi)))
	res, err := p.p.RenderPageInPixels(&requests.RenderPageInPixels{Page: p.req, Width: pw, Height: ph})
	if err != nil {
		return nil, 0, fmt.Errorf("render: %w", err)
	}
	defer res.Cleanup()
	src, ok := res.Result.RenderedImage.(*image.RGBA)
	if !ok {
		return nil, 0, fmt.Errorf("render: got %T", res.Result.RenderedImage)
	}
	// The pixels lie in PDFium's memory, which Cleanup frees.
	img := &image.RGBA{Pix: bytes.Clone(src.Pix), Stride: src.Stride, Rect: src.Rect}
	return img, float64(img.Rect.Dx()) / w, nil
}

// checkPictures refuses a page with a picture beyond the limit, before anyone
// decodes it.
func (p *page) checkPictures(c content) error {
	for _, o := range c.pictures {
		if o.h > 0 && int64(o.w) > p.f.lim.Pixels/int64(o.h) {
			return extract.Refuse(extract.StatusTooLarge, msgPixels,
				fmt.Errorf("picture of %d × %d pixels, the limit is %d", o.w, o.h, p.f.lim.Pixels))
		}
	}
	return nil
}

// scan is the picture of a scanned page: the one embedded picture as it is
// where the page is nothing else, the rendered page otherwise.
func (p *page) scan(c content) (image.Image, float64, error) {
	if o, ok := p.single(c); ok {
		if img, dpi, err := p.embedded(o); err == nil {
			return img, dpi, nil
		}
	}
	return p.render(p.scanDPI(c))
}

// single is the picture that is the whole page, if there is one.
func (p *page) single(c content) (pictureObj, bool) {
	if len(c.pictures) != 1 || c.texts+c.paths+c.others > 0 || c.cut {
		return pictureObj{}, false
	}
	o, page := c.pictures[0], p.frame.page()
	const tolerance = 0.02
	dx, dy := tolerance*page.X1, tolerance*page.Y1
	ok := math.Abs(o.box.X0) <= dx && math.Abs(o.box.Y0) <= dy &&
		math.Abs(o.box.X1-page.X1) <= dx && math.Abs(o.box.Y1-page.Y1) <= dy
	return o, ok
}

// scanDPI is the resolution to render a scan at: that of its large pictures.
func (p *page) scanDPI(c content) float64 {
	if p.f.opt.RenderDPI > 0 {
		return p.f.opt.RenderDPI
	}
	best := 0.0
	for _, o := range c.pictures {
		if o.box.Area() >= 0.02*p.frame.page().Area() {
			x, y := o.dpi()
			best = max(best, x, y)
		}
	}
	least := float64(minScanDPI)
	if c.cover <= scanCover {
		least = scanDPI // there is more on the page than its pictures
	}
	return min(max(best, least), maxScanDPI)
}

// pictures yields the large pictures of a text page.
func (p *page) pictures(c content, yield func(extract.Sheet, error) bool) (more bool) {
	n := 0
	for _, o := range c.pictures {
		if o.box.Intersect(p.frame.page()).Area() < pictureCover*p.frame.page().Area() {
			continue
		}
		n++
		s := extract.Sheet{Page: extract.Page{
			Number: p.number, Name: fmt.Sprintf("picture %d", n), Source: extract.SourceScan,
			Width: o.box.Width(), Height: o.box.Height(),
		}, Rotate: p.frame.turn * 90}
		img, dpi, err := p.embedded(o)
		if err != nil {
			img, dpi, err = p.cutOut(o)
		}
		if err != nil {
			err = fmt.Errorf("%s page %d %s: %w", p.f.name, p.number, s.Page.Name, err)
		} else {
			s.Image, s.DPI, s.Page.DPI = img, dpi, dpi
		}
		if !yield(s, err) {
			return false
		}
	}
	return true
}

// cutOut renders the page and cuts a picture out.
func (p *page) cutOut(o pictureObj) (image.Image, float64, error) {
	img, dpi, err := p.render(p.scanDPI(content{pictures: []pictureObj{o}, cover: 1}))
	if err != nil {
		return nil, 0, err
	}
	px := func(v float64) int { return int(math.Round(v * dpi / 72)) }
	r := image.Rect(px(o.box.X0), px(o.box.Y0), px(o.box.X1), px(o.box.Y1)).Intersect(img.Bounds())
	if r.Empty() {
		return nil, 0, errors.New("picture lies off the page")
	}
	return img.(*image.RGBA).SubImage(r), dpi, nil
}

// errAltered sends a picture to be rendered.
var errAltered = errors.New("picture is masked, inverted, askew or of uneven resolution")

// embedded takes a picture out of the file without rendering, turned as it is
// on the page.
func (p *page) embedded(o pictureObj) (image.Image, float64, error) {
	orientation := o.m.orientation(p.frame)
	x, y := o.dpi()
	if orientation == 0 || !(math.Abs(x-y) <= 0.03*max(x, y)) || p.f.masked() {
		return nil, 0, errAltered
	}
	img, err := p.jpeg(o)
	if err != nil {
		img, err = p.bitmap(o)
	}
	if err != nil {
		return nil, 0, err
	}
	return raster.Orient(img, orientation), x, nil
}

// masked reports whether any picture of the file is changed between its stream
// and the page, by a mask or an inverted range. A picture's dictionary is never
// inside a compressed object stream, so the file's bytes tell.
func (f *file) masked() bool {
	if f.hasMask == nil {
		found := false
		for _, key := range []string{"/SMask", "/Mask", "/ImageMask", "/Decode"} {
			found = found || hasEntry(f.data, key)
		}
		f.hasMask = &found
	}
	return *f.hasMask
}

// hasEntry reports whether a dictionary of the file has the key with a value
// that is not a name: /SMask /None and /DecodeParms are not meant.
func hasEntry(data []byte, key string) bool {
	for {
		i := bytes.Index(data, []byte(key))
		if i < 0 {
			return false
		}
		data = data[i+len(key):]
		rest := bytes.TrimLeft(data[:min(len(data), 16)], " \t\r\n")
		if len(rest) == 0 {
			return false
		}
		if c := rest[0]; c == '[' || (len(rest) < min(len(data), 16) && c != '/') {
			return true
		}
	}
}

// jpeg decodes a picture's JPEG stream as it is.
func (p *page) jpeg(o pictureObj) (image.Image, error) {
	n, err := p.p.FPDFImageObj_GetImageFilterCount(&requests.FPDFImageObj_GetImageFilterCount{ImageObject: o.ref})
	if err != nil || n.Count != 1 {
		return nil, errors.Join(errors.New("not a plain JPEG"), err)
	}
	filter, err := p.p.FPDFImageObj_GetImageFilter(&requests.FPDFImageObj_GetImageFilter{ImageObject: o.ref})
	if err != nil || filter.ImageFilter != "DCTDecode" {
		return nil, errors.Join(errors.New("not a plain JPEG"), err)
	}
	raw, err := p.p.FPDFImageObj_GetImageDataRaw(&requests.FPDFImageObj_GetImageDataRaw{ImageObject: o.ref})
	if err != nil {
		return nil, err
	}
	img, err := raster.DecodePixels(raw.Data, p.f.lim)
	if err != nil {
		return nil, err
	}
	switch img.(type) {
	case *image.Gray, *image.YCbCr:
		return img, nil
	}
	return nil, fmt.Errorf("JPEG of type %T needs colour management", img)
}

// bitmap has PDFium decode a picture.
func (p *page) bitmap(o pictureObj) (image.Image, error) {
	if o.w <= 0 || o.h <= 0 {
		return nil, fmt.Errorf("picture of %d × %d pixels", o.w, o.h)
	}
	b, err := p.p.FPDFImageObj_GetBitmap(&requests.FPDFImageObj_GetBitmap{ImageObject: o.ref})
	if err != nil {
		return nil, err
	}
	defer func() { _, _ = p.p.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: b.Bitmap}) }()
	format, err := p.p.FPDFBitmap_GetFormat(&requests.FPDFBitmap_GetFormat{Bitmap: b.Bitmap})
	if err != nil {
		return nil, err
	}
	stride, err := p.p.FPDFBitmap_GetStride(&requests.FPDFBitmap_GetStride{Bitmap: b.Bitmap})
	if err != nil {
		return nil, err
	}
	buf, err := p.p.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: b.Bitmap})
	if err != nil {
		return nil, err
	}
	return fromBitmap(buf.Buffer, stride.Stride, o.w, o.h, format.Format)
}

// fromBitmap copies PDFium's pixels, blue before red, into an image.
func fromBitmap(buf []byte, stride, w, h int, format enums.FPDF_BITMAP_FORMAT) (image.Image, error) {
	bytesPer := map[enums.FPDF_BITMAP_FORMAT]int{
		enums.FPDF_BITMAP_FORMAT_GRAY: 1, enums.FPDF_BITMAP_FORMAT_BGR: 3, enums.FPDF_BITMAP_FORMAT_BGRX: 4,
	}[format]
	if bytesPer == 0 || stride < w*bytesPer || len(buf) < stride*h {
		return nil, fmt.Errorf("bitmap of format %d, %d × %d pixels, stride %d", format, w, h, stride)
	}
	if bytesPer == 1 {
		img := image.NewGray(image.Rect(0, 0, w, h))
		for y := range h {
			copy(img.Pix[y*img.Stride:][:w], buf[y*stride:])
		}
		return img, nil
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		src, dst := buf[y*stride:], img.Pix[y*img.Stride:][:4*w]
		for i, j := 0, 0; i < len(dst); i, j = i+4, j+bytesPer {
			dst[i], dst[i+1], dst[i+2], dst[i+3] = src[j+2], src[j+1], src[j], 0xff
		}
	}
	return img, nil
}
