package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"testing"

	"dengji/extract"
)

// corner is a page picture of w × h, white with a black block in its top left
// corner and a grey one in its top right.
func corner(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(0, 0, w/4, h/4), image.Black, image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(w-w/4, 0, w, h/4), image.NewUniform(color.Gray{128}), image.Point{}, draw.Src)
	return m
}

// corners names what stands in the picture's corners, clockwise from the top
// left: K black, G grey, W white.
func corners(m image.Image) string {
	b := m.Bounds()
	dx, dy := b.Dx()/12, b.Dy()/12
	var out []byte
	for _, p := range []image.Point{
		{b.Min.X + dx, b.Min.Y + dy}, {b.Max.X - dx, b.Min.Y + dy}, {b.Max.X - dx, b.Max.Y - dy}, {b.Min.X + dx, b.Max.Y - dy},
	} {
		switch y := color.GrayModel.Convert(m.At(p.X, p.Y)).(color.Gray).Y; {
		case y < 64:
			out = append(out, 'K')
		case y < 192:
			out = append(out, 'G')
		default:
			out = append(out, 'W')
		}
	}
	return string(out)
}

func jpegBytes(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (b *builder) jpeg(t testing.TB, m image.Image) int {
	t.Helper()
	r := m.Bounds()
	return b.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", r.Dx(), r.Dy()), jpegBytes(t, m))
}

// bitonal is a 1-bit picture, 0 black.
func (b *builder) bitonal(t testing.TB, m image.Image, extra string) int {
	t.Helper()
	r := m.Bounds()
	stride := (r.Dx() + 7) / 8
	bits := make([]byte, stride*r.Dy())
	for y := range r.Dy() {
		for x := range r.Dx() {
			if color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y >= 64 {
				bits[y*stride+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return b.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode %s", r.Dx(), r.Dy(), extra), deflate(t, bits))
}

// indexed is a picture of palette indices, 8 bits each: 2 black, 1 grey, 0 white.
func (b *builder) indexed(t testing.TB, m image.Image) int {
	t.Helper()
	r := m.Bounds()
	var px []byte
	for y := range r.Dy() {
		for x := range r.Dx() {
			px = append(px, 2-color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y/127)
		}
	}
	return b.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace [/Indexed /DeviceRGB 2 <FFFFFF808080000000>] /BitsPerComponent 8 /Filter /FlateDecode", r.Dx(), r.Dy()), deflate(t, px))
}

func TestScanPage(t *testing.T) {
	const full = "q 595 0 0 842 0 0 cm /Im1 Do Q"
	type kind = func(b *builder) int
	rgb := func(b *builder) int { return b.jpeg(t, corner(1240, 1754)) }
	bit := func(b *builder) int { return b.bitonal(t, corner(1240, 1754), "") }
	tests := []struct {
		name    string
		picture kind
		page    pageSpec
		corners string
		img     string
		dpi     float64
		lines   int
	}{
		{"JPEG as it is", rgb, pageSpec{content: full}, "KGWW", "*image.YCbCr", 150, 0},
		{"rotate 90", rgb, pageSpec{content: full, extra: "/Rotate 90"}, "WKGW", "*image.YCbCr", 150, 0},
		{"rotate 180", rgb, pageSpec{content: full, extra: "/Rotate 180"}, "WWKG", "*image.YCbCr", 150, 0},
		{"rotate 270", rgb, pageSpec{content: full, extra: "/Rotate 270"}, "GWWK", "*image.YCbCr", 150, 0},
		{"drawn upside down", rgb, pageSpec{content: "q -595 0 0 -842 595 842 cm /Im1 Do Q"}, "WWKG", "*image.YCbCr", 150, 0},
		{"bitonal", bit, pageSpec{content: full}, "KWWW", "*image.Gray", 150, 0},
		{"bitonal inverted", func(b *builder) int { return b.bitonal(t, corner(1240, 1754), "/Decode [1 0]") }, pageSpec{content: full}, "WKKK", "*image.RGBA", 150, 0},
		{"indexed", func(b *builder) int { return b.indexed(t, corner(1240, 1754)) }, pageSpec{content: full}, "KGWW", "*image.RGBA", 150, 0},
		{"text of an old OCR", rgb, pageSpec{content: full + " 3 Tr " + words}, "KGWW", "*image.YCbCr", 150, 2},
		{"text printed over a picture", rgb, pageSpec{content: full + " " + words}, "KGWW", "*image.RGBA", 150, 2},
		{"strips", rgb, pageSpec{content: "q 595 0 0 421 0 421 cm /Im1 Do Q q 595 0 0 421 0 0 cm /Im1 Do Q"}, "KGWW", "*image.RGBA", 300, 0},
		{"picture with a margin", rgb, pageSpec{content: "q 535 0 0 757 30 42 cm /Im1 Do Q"}, "KGWW", "*image.RGBA", 167, 0},
		{"slanted", rgb, pageSpec{content: "q 593 20 -28 840 14 0 cm /Im1 Do Q"}, "KGWW", "*image.RGBA", 150, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			im := tt.picture(&b)
			tt.page.resources = fmt.Sprintf("%s /XObject << /Im1 %d 0 R >>", b.helvetica(), im)
			sheets, errs, err := read(t, b.pdf(tt.page), extract.DefaultLimits())
			if err != nil || len(errs) > 0 || len(sheets) != 1 {
				t.Fatal(err, errs, len(sheets))
			}
			s := sheets[0]
			if s.Trust || s.Page.Source != extract.SourceScan {
				t.Errorf("not taken for a scan: %+v", s.Page)
			}
			if got := corners(s.Image); got != tt.corners {
				t.Errorf("corners %s, want %s", got, tt.corners)
			}
			if got := fmt.Sprintf("%T", s.Image); got != tt.img {
				t.Errorf("image is %s, want %s", got, tt.img)
			}
			if math.Abs(s.DPI-tt.dpi) > 1 {
				t.Errorf("%.1f dpi, want %.0f", s.DPI, tt.dpi)
			}
			if b := s.Image.Bounds(); math.Abs(float64(b.Dx())*72/s.DPI-s.Page.Width) > 0.02*s.Page.Width {
				t.Errorf("picture %v at %.1f dpi on a page %.0f wide", b, s.DPI, s.Page.Width)
			}
			if len(s.Lines) != tt.lines {
				t.Errorf("lines %q", texts(s))
			}
		})
	}
}

func TestPastedPicture(t *testing.T) {
	var b builder
	im := b.jpeg(t, corner(400, 400))
	sheets, errs, err := read(t, b.pdf(pageSpec{
		resources: fmt.Sprintf("%s /XObject << /Im1 %d 0 R >>", b.helvetica(), im),
		content:   words + " q 400 0 0 400 100 100 cm /Im1 Do Q q 50 0 0 50 500 700 cm /Im1 Do Q",
	}), extract.DefaultLimits())
	if err != nil || len(errs) > 0 || len(sheets) != 2 {
		t.Fatal(err, errs, len(sheets))
	}
	s := sheets[1]
	if s.Page.Number != 1 || s.Page.Name != "picture 1" || s.Page.Source != extract.SourceScan || s.Trust {
		t.Errorf("page %+v", s.Page)
	}
	if corners(s.Image) != "KGWW" || math.Abs(s.DPI-72) > 0.1 || math.Abs(s.Page.Width-400) > 0.1 {
		t.Errorf("picture %s at %g dpi, %+v", corners(s.Image), s.DPI, s.Page)
	}
}
