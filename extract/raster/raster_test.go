package raster

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/bmp"

	"dengji/extract"
)

// sample is 24 × 16 pixels, dark in the top left corner, mid-grey in the top
// right.
func sample() *image.Gray {
	m := image.NewGray(image.Rect(0, 0, 24, 16))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for y := range 8 {
		for x := range 8 {
			m.SetGray(x, y, color.Gray{0})
			m.SetGray(16+x, y, color.Gray{128})
		}
	}
	return m
}

func encode(t testing.TB, f func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngBytes(t testing.TB, m image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

func jpegBytes(t testing.TB, m image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) })
}

// segment puts an APP segment behind a JPEG's start.
func segment(data []byte, marker byte, body []byte) []byte {
	out := []byte{0xff, 0xd8, 0xff, marker}
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), data[2:]...)
}

// exifSegment is EXIF with an orientation and, where dpi is not 0, a
// resolution.
func exifSegment(orientation, dpi uint32) []byte {
	page := tiffPage{nil, nil, 1, 1, 8, 1, 1}
	page.entries = []entry{{274, 3, orientation, 0}}
	if dpi > 0 {
		page.entries = append(page.entries, dpiEntries(dpi, dpi)...)
	}
	return append([]byte("Exif\x00\x00"), writeTIFF(binary.BigEndian, -1, page)...)
}

func jfifSegment(unit byte, x, y uint16) []byte {
	b := append([]byte("JFIF\x00\x01\x02"), unit)
	b = binary.BigEndian.AppendUint16(b, x)
	b = binary.BigEndian.AppendUint16(b, y)
	return append(b, 0, 0)
}

// chunk puts a PNG chunk behind the header.
func chunk(data []byte, kind string, body []byte) []byte {
	const header = 8 + 25
	c := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	c = append(append(c, kind...), body...)
	c = binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
	return bytes.Join([][]byte{data[:header], c, data[header:]}, nil)
}

// corners names the grey of the four corners, clockwise from the top left: K
// black, G grey, W white.
func corners(m image.Image) string {
	b := m.Bounds()
	var out []byte
	for _, p := range []image.Point{{2, 2}, {b.Dx() - 3, 2}, {b.Dx() - 3, b.Dy() - 3}, {2, b.Dy() - 3}} {
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

// tinyWebP is one lossless pixel.
const tinyWebP = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

func TestFormats(t *testing.T) {
	m := sample()
	two := image.NewPaletted(m.Bounds(), color.Palette{color.Black, color.White})
	for i, v := range m.Pix {
		two.Pix[i] = v >> 7
	}
	colour := image.NewPaletted(m.Bounds(), color.Palette{color.Black, color.RGBA{255, 0, 0, 255}})
	for _, tt := range []struct {
		name string
		data []byte
		want string // type and corners
	}{
		{"png", pngBytes(t, m), "*image.Gray KGWW"},
		{"png of two greys", pngBytes(t, two), "*image.Gray KWWW"},
		{"png with a red palette", pngBytes(t, colour), "*image.Paletted KKKK"},
		{"jpeg", jpegBytes(t, m), "*image.Gray KGWW"},
		{"bmp", encode(t, func(b *bytes.Buffer) error { return bmp.Encode(b, m) }), "*image.Gray KGWW"},
		{"gif", encode(t, func(b *bytes.Buffer) error { return gif.Encode(b, two, nil) }), "*image.Gray KWWW"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			img, _, err := Decode(tt.data, extract.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%T %s", img, corners(img)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	if img, _, err := Decode([]byte(tinyWebP), extract.DefaultLimits()); err != nil || img.Bounds().Dx() != 1 {
		t.Errorf("webp: %v", err)
	}
}

func TestOrientation(t *testing.T) {
	grey := jpegBytes(t, sample())
	wide := image.NewYCbCr(image.Rect(0, 0, 25, 17), image.YCbCrSubsampleRatio420)
	for y := range 17 {
		for x := range 25 {
			wide.Y[wide.YOffset(x, y)] = sample().GrayAt(min(x, 23), min(y, 15)).Y
		}
	}
	for i := range wide.Cb {
		wide.Cb[i], wide.Cr[i] = 128, 128
	}
	kinds := map[string]image.Image{
		"*image.Gray": sample(), "*image.YCbCr": wide, "*image.NRGBA": image.NewNRGBA(sample().Bounds()), "*image.RGBA": image.NewRGBA(sample().Bounds()),
	}
	for _, name := range []string{"*image.NRGBA", "*image.RGBA"} {
		m := kinds[name].(interface{ Set(x, y int, c color.Color) })
		for y := range 16 {
			for x := range 24 {
				m.Set(x, y, sample().At(x, y))
			}
		}
	}
	for o, want := range map[uint32]string{1: "KGWW", 2: "GKWW", 3: "WWKG", 4: "WWGK", 5: "KWWG", 6: "WKGW", 7: "WGKW", 8: "GWWK", 0: "KGWW", 9: "KGWW"} {
		img, _, err := Decode(segment(grey, 0xe1, exifSegment(o, 0)), extract.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if got := corners(img); got != want {
			t.Errorf("EXIF orientation %d: %s, want %s", o, got, want)
		}
		for name, m := range kinds {
			turned := Orient(m, int(o))
			if got := corners(turned); got != want || fmt.Sprintf("%T", turned) != name {
				t.Errorf("%s orientation %d: %T %s, want %s", name, o, turned, got, want)
			}
		}
	}
	for degrees, want := range map[int]string{0: "KGWW", 90: "WKGW", -90: "GWWK", 540: "WWKG"} {
		if got := corners(Turn(sample(), degrees)); got != want {
			t.Errorf("turn by %d: %s, want %s", degrees, got, want)
		}
	}
	// 4:1:1 has no turned counterpart and becomes RGBA.
	odd := image.NewYCbCr(image.Rect(0, 0, 9, 5), image.YCbCrSubsampleRatio411)
	if got := Turn(odd, 90); got.Bounds() != image.Rect(0, 0, 5, 9) {
		t.Errorf("4:1:1 turned: %v", got.Bounds())
	}
}

func TestResolution(t *testing.T) {
	const a4w, a4h = 1654, 2339 // at 200 dpi
	page := image.NewGray(image.Rect(0, 0, a4w, a4h))
	j, p := jpegBytes(t, page), pngBytes(t, page)
	phys := func(perMetre uint32) []byte {
		b := binary.BigEndian.AppendUint32(nil, perMetre)
		b = binary.BigEndian.AppendUint32(b, perMetre)
		return append(b, 1)
	}
	bm := encode(t, func(b *bytes.Buffer) error { return bmp.Encode(b, page) })
	binary.LittleEndian.PutUint32(bm[38:], 7874)
	binary.LittleEndian.PutUint32(bm[42:], 7874)
	for _, tt := range []struct {
		name string
		data []byte
		want float64
	}{
		{"nothing said", j, 0},
		{"JFIF", segment(j, 0xe0, jfifSegment(1, 200, 200)), 200},
		{"JFIF per centimetre", segment(j, 0xe0, jfifSegment(2, 79, 79)), 200.66},
		{"JFIF aspect ratio only", segment(j, 0xe0, jfifSegment(0, 1, 1)), 0},
		{"JFIF 72: a page of 58 × 82 cm", segment(j, 0xe0, jfifSegment(1, 72, 72)), 0},
		{"JFIF 1200: a page of 3 × 5 cm", segment(j, 0xe0, jfifSegment(1, 1200, 1200)), 0},
		{"EXIF", segment(j, 0xe1, exifSegment(1, 200)), 200},
		{"JFIF before EXIF", segment(segment(j, 0xe1, exifSegment(1, 150)), 0xe0, jfifSegment(1, 200, 200)), 200},
		{"PNG", chunk(p, "pHYs", phys(7874)), 200},
		{"PNG 72", chunk(p, "pHYs", phys(2835)), 0},
		{"BMP", bm, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, dpi, err := Decode(tt.data, extract.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			if d := dpi - tt.want; d < -0.01 || d > 0.01 {
				t.Errorf("%g dpi, want %g", dpi, tt.want)
			}
		})
	}
}

// hugePNG and hugeJPEG claim 100,000 (JPEG: 65,535) pixels both ways.
func hugePNG(t testing.TB) []byte {
	data := pngBytes(t, sample())
	binary.BigEndian.PutUint32(data[16:], 100_000)
	binary.BigEndian.PutUint32(data[20:], 100_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func hugeJPEG(t testing.TB) []byte {
	data := jpegBytes(t, sample())
	i := bytes.Index(data, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(data[i+5:], 65_535)
	binary.BigEndian.PutUint16(data[i+7:], 65_535)
	return data
}

func TestRefusals(t *testing.T) {
	p := pngBytes(t, sample())
	j := jpegBytes(t, sample())
	for _, tt := range []struct {
		name string
		data []byte
		want extract.Status
	}{
		{"nothing", nil, extract.StatusEmpty},
		{"text", []byte("not a picture"), extract.StatusUnsupported},
		{"PNG claims 100,000 × 100,000", hugePNG(t), extract.StatusTooLarge},
		{"JPEG claims 65,535 × 65,535", hugeJPEG(t), extract.StatusTooLarge},
		{"PNG cut", p[:len(p)-20], extract.StatusDamaged},
		{"PNG header alone", p[:20], extract.StatusDamaged},
		{"JPEG cut", j[:len(j)-30], extract.StatusDamaged},
		{"JPEG marker alone", j[:3], extract.StatusDamaged},
		{"WebP cut", []byte(tinyWebP[:20]), extract.StatusDamaged},
		{"GIF cut", []byte("GIF89a\x01"), extract.StatusDamaged},
		{"BMP cut", []byte("BM\x00\x00"), extract.StatusDamaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, seq, err := Open(context.Background(), path, extract.DefaultLimits())
			if err == nil {
				for _, err = range seq {
				}
			}
			wantStatus(t, err, tt.want)
		})
	}
	lim := extract.DefaultLimits()
	lim.FileBytes = 10
	path := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(path, p, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := Open(context.Background(), path, lim)
	wantStatus(t, err, extract.StatusTooLarge)
	if _, _, err := Open(context.Background(), filepath.Join(t.TempDir(), "none"), lim); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "扫描件.tif")
	page := func(v byte) tiffPage { return grayPage(413, 583, v, dpiEntries(50, 50)...) } // A4
	if err := os.WriteFile(path, writeTIFF(binary.LittleEndian, -1, page(1), grayPage(5, 5, 2), page(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	doc, seq, err := Open(ctx, path, extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if doc.Format != Format || doc.Name != "扫描件.tif" || doc.Size == 0 {
		t.Errorf("document %+v", doc)
	}
	n := 0
	for s, err := range seq {
		n++
		if n == 3 {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("after cancel: %v", err)
			}
			continue
		}
		if err != nil || s.Page.Number != n || s.Page.Source != extract.SourceScan {
			t.Errorf("page %d: %+v %v", n, s.Page, err)
		}
		switch n {
		case 1:
			if s.DPI != 50 || s.Page.Width < 594 || s.Page.Width > 596 {
				t.Errorf("%g dpi, %+v", s.DPI, s.Page)
			}
		case 2:
			if s.DPI != 0 || s.Page.Width != 0 {
				t.Errorf("no resolution: %g dpi, %+v", s.DPI, s.Page)
			}
			cancel()
		}
	}
	if n != 3 {
		t.Errorf("%d pages", n)
	}
}

// FuzzHeader: whatever the bytes, Decode neither panics nor returns a picture
// beyond the limit.
func FuzzHeader(f *testing.F) {
	lim := extract.DefaultLimits()
	lim.Pixels = 1 << 16
	f.Fuzz(func(t *testing.T, data []byte) {
		img, dpi, err := Decode(data, lim)
		if err != nil {
			var r *extract.Refusal
			if !errors.As(err, &r) || r.Message == "" {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if b := img.Bounds(); b.Empty() || int64(b.Dx())*int64(b.Dy()) > lim.Pixels || !(dpi >= 0) {
			t.Fatalf("picture of %v at %g dpi", b, dpi)
		}
	})
}

func BenchmarkDecodeJPEG(b *testing.B) {
	m := image.NewGray(image.Rect(0, 0, 2480, 3508))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i >> 5)
	}
	data := jpegBytes(b, m)
	b.SetBytes(int64(len(m.Pix)))
	for b.Loop() {
		if _, _, err := Decode(data, extract.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTurn(b *testing.B) {
	m := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	b.SetBytes(12_000_000)
	for b.Loop() {
		Turn(m, 90)
	}
}
