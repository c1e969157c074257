package raster

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"github.com/bep/imagemeta"
)

// meta is what a picture file says of itself beside its pixels.
type meta struct {
	orientation int     // 1 to 8, 0 where the file does not say
	xdpi, ydpi  float64 // 0 where the file does not say
}

// Page sizes a resolution must lead to, in points with a tenth to spare: A6
// (298 × 420) to A3 (842 × 1191). Cameras and editors write 72 or 96 into
// pictures that never were on paper; such a page is metres wide.
const (
	minLongSide  = 420 * 0.9
	maxLongSide  = 1191 * 1.1
	maxShortSide = 842 * 1.1
	maxAspect    = 4 // x to y resolution; a fax has 2
)

// plausible returns the resolutions where a page of w × h pixels has the size
// of a sheet of paper, 0 otherwise. One missing direction is the other one.
func plausible(xdpi, ydpi float64, w, h int) (x, y float64) {
	if !(xdpi > 0) {
		xdpi = ydpi
	}
	if !(ydpi > 0) {
		ydpi = xdpi
	}
	if !(xdpi > 0) || xdpi > maxAspect*ydpi || ydpi > maxAspect*xdpi {
		return 0, 0
	}
	pw, ph := float64(w)*72/xdpi, float64(h)*72/ydpi
	long, short := max(pw, ph), min(pw, ph)
	if long < minLongSide || long > maxLongSide || short > maxShortSide {
		return 0, 0
	}
	return xdpi, ydpi
}

// cmPerInch turns dots per centimetre into dots per inch.
const cmPerInch = 2.54

// jpegMeta reads the JFIF density and EXIF; JFIF's density wins, scanners set
// it while EXIF's 72 is a default.
func jpegMeta(data []byte) meta {
	m := exif(data, imagemeta.JPEG)
	if x, y := jfif(data); x > 0 && y > 0 {
		m.xdpi, m.ydpi = x, y
	}
	return m
}

// jfif reads the density of the APP0 segment (ITU-T T.871, 10.1), which stands
// first after the start of image.
func jfif(data []byte) (x, y float64) {
	const head = 2 + 4 + 5 // SOI, marker and length, "JFIF\0"
	if len(data) < head+7 || data[2] != 0xff || data[3] != 0xe0 || string(data[6:head]) != "JFIF\x00" {
		return 0, 0
	}
	x = float64(binary.BigEndian.Uint16(data[head+3:]))
	y = float64(binary.BigEndian.Uint16(data[head+5:]))
	switch data[head+2] {
	case 1:
		return x, y
	case 2:
		return x * cmPerInch, y * cmPerInch
	}
	return 0, 0 // unit 0: an aspect ratio only
}

// pngMeta reads pHYs (dots a metre) and eXIf.
func pngMeta(data []byte) meta {
	m := exif(data, imagemeta.PNG)
	for at := 8; at+12 <= len(data); {
		n := int64(binary.BigEndian.Uint32(data[at:]))
		kind := string(data[at+4 : at+8])
		if kind == "IDAT" || n > int64(len(data)-at-12) {
			break
		}
		body := data[at+8 : at+8+int(n)]
		if kind == "pHYs" && n == 9 && body[8] == 1 {
			m.xdpi = float64(binary.BigEndian.Uint32(body)) / 100 * cmPerInch
			m.ydpi = float64(binary.BigEndian.Uint32(body[4:])) / 100 * cmPerInch
		}
		at += 12 + int(n)
	}
	return m
}

// bmpMeta reads dots a metre from BITMAPINFOHEADER and its successors.
func bmpMeta(data []byte) meta {
	if len(data) < 54 || binary.LittleEndian.Uint32(data[14:]) < 40 {
		return meta{}
	}
	return meta{
		xdpi: float64(binary.LittleEndian.Uint32(data[38:])) / 100 * cmPerInch,
		ydpi: float64(binary.LittleEndian.Uint32(data[42:])) / 100 * cmPerInch,
	}
}

func webpMeta(data []byte) meta { return exif(data, imagemeta.WebP) }

// exif reads orientation and resolution from IFD0. Broken metadata is no
// metadata: the picture itself may be fine.
func exif(data []byte, format imagemeta.ImageFormat) meta {
	var m meta
	unit := 2
	want := map[string]bool{"Orientation": true, "XResolution": true, "YResolution": true, "ResolutionUnit": true}
	_, err := imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(data),
		ImageFormat: format,
		Sources:     imagemeta.EXIF,
		Timeout:     2 * time.Second,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool {
			return t.Namespace == "IFD0" && want[t.Tag]
		},
		HandleTag: func(t imagemeta.TagInfo) error {
			switch t.Tag {
			case "Orientation":
				m.orientation = int(number(t.Value))
			case "XResolution":
				m.xdpi = number(t.Value)
			case "YResolution":
				m.ydpi = number(t.Value)
			case "ResolutionUnit":
				unit = int(number(t.Value))
			}
			return nil
		},
		Warnf: func(string, ...any) {},
	})
	if err != nil && !errors.Is(err, imagemeta.ErrStopWalking) && m.orientation == 0 {
		return meta{}
	}
	return m.inUnit(unit)
}

// inUnit turns resolutions in TIFF's unit (1 none, 2 inch, 3 centimetre) into
// dots an inch.
func (m meta) inUnit(unit int) meta {
	switch unit {
	case 2:
	case 3:
		m.xdpi *= cmPerInch
		m.ydpi *= cmPerInch
	default:
		m.xdpi, m.ydpi = 0, 0
	}
	return m
}

// number is a tag's value as a float, 0 for what is none.
func number(v any) float64 {
	switch n := v.(type) {
	case uint8:
		return float64(n)
	case uint16:
		return float64(n)
	case uint32:
		return float64(n)
	case int:
		return float64(n)
	case float64:
		return n
	case interface{ Float64() float64 }:
		return n.Float64()
	}
	return 0
}
