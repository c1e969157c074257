package raster

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"testing"

	"dengji/extract"
)

// entry is one directory entry: a SHORT (3), LONG (4) or RATIONAL (5).
type entry struct {
	tag, kind uint16
	value     uint32
	den       uint32 // of a rational
}

// tiffPage is one page to write.
type tiffPage struct {
	entries []entry // beyond those pageBytes adds; must not repeat them
	pixels  []byte  // one strip
	w, h    uint32
	bits    uint32
	comp    uint32
	photo   uint32
}

// grayPage is a page of 8-bit grey, uncompressed.
func grayPage(w, h int, v byte, more ...entry) tiffPage {
	return tiffPage{more, bytes.Repeat([]byte{v}, w*h), uint32(w), uint32(h), 8, 1, 1}
}

// writeTIFF chains pages; loop names the page the last one's link leads to, -1
// for none.
func writeTIFF(order binary.AppendByteOrder, loop int, pages ...tiffPage) []byte {
	magic := "II"
	if order == binary.BigEndian {
		magic = "MM"
	}
	out := order.AppendUint16([]byte(magic), 42)
	out = append(out, 0, 0, 0, 0)
	link := 4 // where the next directory's offset goes
	var at []uint32
	put := func(pos int, v uint32) { copy(out[pos:], order.AppendUint32(nil, v)) }
	for _, p := range pages {
		strip := uint32(len(out))
		out = append(out, p.pixels...)
		es := []entry{
			{256, 4, p.w, 0}, {257, 4, p.h, 0}, {258, 3, p.bits, 0}, {259, 3, p.comp, 0}, {262, 3, p.photo, 0},
			{273, 4, strip, 0}, {277, 3, 1, 0}, {278, 4, p.h, 0}, {279, 4, uint32(len(p.pixels)), 0},
		}
		es = append(es, p.entries...)
		for i := range es { // directories are sorted by tag
			for j := i; j > 0 && es[j].tag < es[j-1].tag; j-- {
				es[j], es[j-1] = es[j-1], es[j]
			}
		}
		rationals := map[int]uint32{}
		for i, e := range es {
			if e.kind == 5 {
				rationals[i] = uint32(len(out))
				out = order.AppendUint32(out, e.value)
				out = order.AppendUint32(out, e.den)
			}
		}
		put(link, uint32(len(out)))
		at = append(at, uint32(len(out)))
		out = order.AppendUint16(out, uint16(len(es)))
		for i, e := range es {
			out = order.AppendUint16(out, e.tag)
			out = order.AppendUint16(out, e.kind)
			out = order.AppendUint32(out, 1)
			switch e.kind {
			case 3:
				out = order.AppendUint16(out, uint16(e.value))
				out = append(out, 0, 0)
			case 4:
				out = order.AppendUint32(out, e.value)
			case 5:
				out = order.AppendUint32(out, rationals[i])
			}
		}
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	if loop >= 0 {
		put(link, at[loop])
	}
	return out
}

// blankG4 is a white page in CCITT group 4: a V0 code, one bit, for each row.
func blankG4(w, h int, more ...entry) tiffPage {
	bits := make([]byte, h/8+8)
	n := 0
	put := func(bit byte) { bits[n/8] |= bit << (7 - n%8); n++ }
	for range h {
		put(1)
	}
	for range 2 { // end of facsimile block
		for i := range 12 {
			put(byte(i / 11))
		}
	}
	return tiffPage{more, bits[:(n+7)/8], uint32(w), uint32(h), 1, 4, 0}
}

func dpiEntries(x, y uint32) []entry {
	return []entry{{282, 5, x, 1}, {283, 5, y, 1}, {296, 3, 2, 0}}
}

func TestTIFFPages(t *testing.T) {
	page := func(v byte) tiffPage { return grayPage(16, 24, v) }
	thumb := grayPage(4, 4, 9, entry{254, 4, 1, 0})
	jpegInTIFF := page(3)
	jpegInTIFF.comp = 7
	for _, tt := range []struct {
		name string
		data []byte
		want string // first grey value of each page, "!" for an error
	}{
		{"one", writeTIFF(binary.LittleEndian, -1, page(10)), "10 "},
		{"three", writeTIFF(binary.LittleEndian, -1, page(10), page(20), page(30)), "10 20 30 "},
		{"big endian", writeTIFF(binary.BigEndian, -1, page(10), page(20)), "10 20 "},
		{"chain in a loop", writeTIFF(binary.LittleEndian, 0, page(10), page(20)), "10 20 "},
		{"last leads to itself", writeTIFF(binary.LittleEndian, 1, page(10), page(20)), "10 20 "},
		{"preview left out", writeTIFF(binary.LittleEndian, -1, page(10), thumb), "10 "},
		{"preview alone is a page", writeTIFF(binary.LittleEndian, -1, thumb), "9 "},
		{"group 4", writeTIFF(binary.LittleEndian, -1, blankG4(64, 40), page(20)), "255 20 "},
		{"JPEG inside", writeTIFF(binary.LittleEndian, -1, page(10), jpegInTIFF, page(30)), "10 ! 30 "},
		{"huge page among good ones", writeTIFF(binary.LittleEndian, -1, page(10), tiffPage{nil, []byte{1}, 100_000, 100_000, 8, 1, 1}), "10 ! "},
		{"strip missing", writeTIFF(binary.LittleEndian, -1, page(10), tiffPage{nil, nil, 16, 16, 8, 1, 1}), "10 ! "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := split(tt.data, extract.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range pages {
				pic, err := p(extract.DefaultLimits())
				if err != nil {
					got += "! "
					continue
				}
				got += fmt.Sprintf("%d ", color.GrayModel.Convert(pic.img.At(0, 0)).(color.Gray).Y)
				if _, ok := pic.img.(*image.Gray); !ok {
					t.Errorf("page is %T", pic.img)
				}
			}
			if got != tt.want {
				t.Errorf("pages %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTIFFRefusals(t *testing.T) {
	one := writeTIFF(binary.LittleEndian, -1, grayPage(16, 16, 1))
	jpegInTIFF := grayPage(16, 16, 1)
	jpegInTIFF.comp = 7
	few := extract.DefaultLimits()
	few.Pages = 2
	for _, tt := range []struct {
		name string
		data []byte
		lim  extract.Limits
		want extract.Status
	}{
		{"header alone", one[:8], extract.DefaultLimits(), extract.StatusDamaged},
		{"cut header", one[:6], extract.DefaultLimits(), extract.StatusDamaged},
		{"cut in the directory", one[:len(one)-20], extract.DefaultLimits(), extract.StatusDamaged},
		{"JPEG inside", writeTIFF(binary.LittleEndian, -1, jpegInTIFF), extract.DefaultLimits(), extract.StatusUnsupported},
		{"claims 100,000 × 100,000", writeTIFF(binary.LittleEndian, -1, tiffPage{nil, []byte{1}, 100_000, 100_000, 8, 1, 1}), extract.DefaultLimits(), extract.StatusTooLarge},
		{"no width", writeTIFF(binary.LittleEndian, -1, tiffPage{nil, []byte{1}, 0, 5, 8, 1, 1}), extract.DefaultLimits(), extract.StatusDamaged},
		{"more pages than allowed", writeTIFF(binary.LittleEndian, -1, grayPage(1, 1, 1), grayPage(1, 1, 1), grayPage(1, 1, 1)), few, extract.StatusTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := split(tt.data, tt.lim)
			if err == nil {
				_, err = pages[0](tt.lim)
			}
			wantStatus(t, err, tt.want)
		})
	}
}

func wantStatus(t *testing.T, err error, want extract.Status) {
	t.Helper()
	var r *extract.Refusal
	if !errors.As(err, &r) || r.Status != want || r.Message == "" {
		t.Errorf("got %v, want a refusal as %s with a message", err, want)
	}
}

func TestTIFFResolution(t *testing.T) {
	t.Run("fax", func(t *testing.T) {
		// A4 as a fax machine sends it: pixels twice as high as wide.
		p := decodeOK(t, writeTIFF(binary.LittleEndian, -1, blankG4(1728, 1145, dpiEntries(204, 98)...)))
		if b := p.img.Bounds(); p.dpi != 204 || b.Dx() != 1728 || b.Dy() != 2383 {
			t.Errorf("%g dpi, %v", p.dpi, b)
		}
	})
	t.Run("centimetres", func(t *testing.T) {
		p := decodeOK(t, writeTIFF(binary.LittleEndian, -1, blankG4(1654, 2339, entry{282, 5, 7874, 100}, entry{283, 5, 7874, 100}, entry{296, 3, 3, 0})))
		if p.dpi < 199.9 || p.dpi > 200.1 {
			t.Errorf("%g dpi", p.dpi)
		}
	})
	t.Run("turned", func(t *testing.T) {
		p := decodeOK(t, writeTIFF(binary.LittleEndian, -1, blankG4(200, 100, append(dpiEntries(200, 200), entry{274, 3, 6, 0})...)))
		if b := p.img.Bounds(); b.Dx() != 100 || b.Dy() != 200 || p.rotate != 90 {
			t.Errorf("%v turned by %d", b, p.rotate)
		}
	})
}

func decodeOK(t *testing.T, data []byte) picture {
	t.Helper()
	p, err := decode(data, extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPatched(t *testing.T) {
	p := &patched{head: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, data: bytes.Repeat([]byte{9}, 12)}
	all, err := io.ReadAll(p)
	if err != nil || !bytes.Equal(all, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9}) {
		t.Errorf("%v %v", all, err)
	}
	var b [4]byte
	if n, err := p.ReadAt(b[:], 6); n != 4 || err != nil || b != [4]byte{7, 8, 9, 9} {
		t.Errorf("%v %d %v", b, n, err)
	}
	if n, err := p.ReadAt(b[:], 10); n != 2 || err != io.EOF {
		t.Errorf("%d %v", n, err)
	}
	if _, err := p.ReadAt(b[:], 1<<40); err != io.EOF {
		t.Error(err)
	}
}

// FuzzTIFF walks chains of directories: it must end, and no directory may be
// visited twice.
func FuzzTIFF(f *testing.F) {
	lim := extract.DefaultLimits()
	lim.Pixels, lim.Pages = 1<<16, 50
	f.Fuzz(func(t *testing.T, data []byte) {
		dirs, err := walkTIFF(data, lim.Pages)
		if (err == nil) != (len(dirs) > 0) || len(dirs) > lim.Pages {
			t.Fatalf("%d directories, %v", len(dirs), err)
		}
		seen := map[uint32]bool{}
		for _, d := range dirs {
			if seen[d.offset] {
				t.Fatalf("directory at %d twice", d.offset)
			}
			seen[d.offset] = true
			if p, err := decodeTIFF(data, d, lim); err == nil {
				if b := p.img.Bounds(); b.Empty() || int64(b.Dx())*int64(b.Dy()) > lim.Pixels {
					t.Fatalf("page of %v", b)
				}
			}
		}
	})
}
