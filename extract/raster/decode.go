package raster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"dengji/extract"
)

// codec is one picture format: a row more is a format more.
type codec struct {
	name   string
	magic  string // '?' stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	meta   func([]byte) meta // resolution and orientation; nil where there is none (a TIFF's stand in its directories)
}

// codecs is read from top to bottom.
var codecs = []codec{
	{"jpeg", "\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode, jpegMeta},
	{"png", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, pngMeta},
	{"tiff", "II*\x00", tiff.DecodeConfig, tiff.Decode, nil},
	{"tiff", "MM\x00*", tiff.DecodeConfig, tiff.Decode, nil},
	{"bmp", "BM", bmp.DecodeConfig, bmp.Decode, bmpMeta},
	{"webp", "RIFF????WEBP", webp.DecodeConfig, webp.Decode, webpMeta},
	{"gif", "GIF8?a", gif.DecodeConfig, gif.Decode, nil},
}

// sniff finds the codec by the data's magic bytes, nil where there is none.
func sniff(data []byte) *codec {
	for i := range codecs {
		if matches(data, codecs[i].magic) {
			return &codecs[i]
		}
	}
	return nil
}

func matches(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && data[i] != magic[i] {
			return false
		}
	}
	return true
}

// known is the codec of the data, or a refusal.
func known(data []byte) (*codec, error) {
	if c := sniff(data); c != nil {
		return c, nil
	}
	return nil, extract.Refuse(extract.StatusUnsupported, msgUnknown, errors.New("no known picture format"))
}

// size reads the picture's size from its header and refuses what is beyond
// the limit.
func size(c *codec, open func() io.Reader, lim extract.Limits) (cfg image.Config, err error) {
	cfg, err = guard(c.config, open())
	if err != nil {
		return cfg, refuseDecode(c.name, "header", err)
	}
	return cfg, checkSize(c.name, cfg.Width, cfg.Height, lim)
}

// checkSize refuses a picture of no or of too many pixels.
func checkSize(name string, w, h int, lim extract.Limits) error {
	if w <= 0 || h <= 0 {
		return extract.Refuse(extract.StatusDamaged, msgDamaged, fmt.Errorf("%s of %d × %d pixels", name, w, h))
	}
	// Division, not multiplication: a header can claim 2^31 both ways.
	if int64(w) > lim.Pixels/int64(h) {
		return extract.Refuse(extract.StatusTooLarge, msgPixels,
			fmt.Errorf("%s of %d × %d pixels, the limit is %d", name, w, h, lim.Pixels))
	}
	return nil
}

// decode decodes one picture (the first page of a TIFF) and turns it upright.
func decode(data []byte, lim extract.Limits) (picture, error) {
	c, err := known(data)
	if err != nil {
		return picture{}, err
	}
	if c.name == "tiff" {
		d, err := firstIFD(data)
		if err != nil {
			return picture{}, err
		}
		return decodeTIFF(data, d, lim)
	}
	open := func() io.Reader { return bytes.NewReader(data) }
	if _, err := size(c, open, lim); err != nil {
		return picture{}, err
	}
	var m meta
	if c.meta != nil {
		m = c.meta(data)
	}
	return decodeWith(c, open, m, lim)
}

// decodeWith decodes pixels whose size was checked.
func decodeWith(c *codec, open func() io.Reader, m meta, lim extract.Limits) (picture, error) {
	img, err := guard(c.decode, open())
	if err != nil {
		return picture{}, refuseDecode(c.name, "pixels", err)
	}
	return upright(plain(img), m, lim), nil
}

// plain makes a picture whose palette is black and white, or grey, Gray.
func plain(img image.Image) image.Image {
	src, ok := img.(*image.Paletted)
	if !ok {
		return img
	}
	var grey [256]uint8
	for i, c := range src.Palette {
		r, g, b, a := c.RGBA()
		if r != g || g != b || a != 0xffff {
			return img
		}
		grey[i] = uint8(r >> 8)
	}
	dst := image.NewGray(src.Bounds())
	for i, p := range src.Pix {
		dst.Pix[i] = grey[p]
	}
	return dst
}

// upright applies a picture's own metadata: square pixels, orientation,
// resolution where it is believable.
func upright(img image.Image, m meta, lim extract.Limits) picture {
	b := img.Bounds()
	x, y := plausible(m.xdpi, m.ydpi, b.Dx(), b.Dy())
	if x > 0 {
		img, x = squarePixels(img, x, y, lim)
	}
	return picture{img: Orient(img, m.orientation), dpi: x, rotate: quarter(m.orientation)}
}

// guard turns a decoder's panic into an error: the decoders are well fuzzed,
// but one picture must never end a batch.
func guard[T any](f func(io.Reader) (T, error), r io.Reader) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f(r)
}

// refuseDecode words a decoder's error: what no reader of ours can do is
// unsupported, all else is damage.
func refuseDecode(name, part string, err error) error {
	err = fmt.Errorf("%s %s: %w", name, part, err)
	var j jpeg.UnsupportedError
	var p png.UnsupportedError
	var t tiff.UnsupportedError
	if errors.As(err, &j) || errors.As(err, &p) || errors.As(err, &t) || errors.Is(err, bmp.ErrUnsupported) {
		return extract.Refuse(extract.StatusUnsupported, "图片使用了不支持的编码；请另存为普通 JPG 或 PNG，或导出为 PDF 后再发送", err)
	}
	return extract.Refuse(extract.StatusDamaged, msgDamaged, err)
}
