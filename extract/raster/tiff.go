package raster

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"dengji/extract"
)

// Tags of an image file directory (TIFF 6.0) that we look at ourselves.
const (
	tagNewSubfile     = 254
	tagWidth          = 256
	tagLength         = 257
	tagCompression    = 259
	tagOrientation    = 274
	tagXResolution    = 282
	tagYResolution    = 283
	tagResolutionUnit = 296
)

// Values of the compression tag that golang.org/x/image/tiff does not decode,
// by their names.
var refusedCompression = map[uint32]string{6: "JPEG (old)", 7: "JPEG"}

const msgTIFFJPEG = "TIFF 内含 JPEG 压缩，无法读取；请另存为 JPG，或用 LZW/CCITT 压缩的 TIFF，或导出为 PDF 后再发送"

// ifd is one image file directory: one page.
type ifd struct {
	offset      uint32
	width       uint32
	height      uint32
	compression uint32
	thumbnail   bool
	meta        meta
}

func isTIFF(data []byte) bool {
	c := sniff(data)
	return c != nil && c.name == "tiff"
}

// splitTIFF walks the chain of directories and gives a decoder for each page.
// Previews (NewSubfileType bit 0) are left out.
func splitTIFF(data []byte, lim extract.Limits) ([]pageFunc, error) {
	dirs, err := walkTIFF(data, lim.Pages)
	if err != nil {
		return nil, err
	}
	var pages []pageFunc
	for _, d := range dirs {
		if d.thumbnail && len(dirs) > 1 {
			continue
		}
		pages = append(pages, func(lim extract.Limits) (picture, error) { return decodeTIFF(data, d, lim) })
	}
	if len(pages) == 0 {
		return nil, extract.Refuse(extract.StatusEmpty, msgEmpty, errors.New("TIFF without pages"))
	}
	if len(pages) == 1 {
		// Of a single page the header decides for the whole file.
		if err := checkSize("tiff", int(dirs[0].width), int(dirs[0].height), lim); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// walkTIFF reads the chain of directories. A chain that leads back to an
// earlier directory, or out of the file, ends there: the pages before it are
// good. More than maxPages directories are refused.
func walkTIFF(data []byte, maxPages int) ([]ifd, error) {
	order := byteOrder(data)
	if order == nil || len(data) < 8 {
		return nil, extract.Refuse(extract.StatusDamaged, msgDamaged, errors.New("TIFF header cut short"))
	}
	var dirs []ifd
	seen := map[uint32]bool{}
	for at := order.Uint32(data[4:]); at != 0 && !seen[at]; {
		if len(dirs) == maxPages {
			return nil, extract.Refuse(extract.StatusTooLarge, msgPages, fmt.Errorf("TIFF of more than %d pages", maxPages))
		}
		seen[at] = true
		d, next, ok := readIFD(data, order, at)
		if !ok {
			break
		}
		dirs = append(dirs, d)
		at = next
	}
	if len(dirs) == 0 {
		return nil, extract.Refuse(extract.StatusDamaged, msgDamaged, errors.New("TIFF without a readable directory"))
	}
	return dirs, nil
}

func byteOrder(data []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(data, []byte("II*\x00")):
		return binary.LittleEndian
	case bytes.HasPrefix(data, []byte("MM\x00*")):
		return binary.BigEndian
	}
	return nil
}

// readIFD reads the directory at an offset and the offset of the next one.
func readIFD(data []byte, order binary.ByteOrder, at uint32) (d ifd, next uint32, ok bool) {
	const entry = 12
	size := int64(len(data))
	if int64(at)+2 > size {
		return ifd{}, 0, false
	}
	n := int64(order.Uint16(data[at:]))
	end := int64(at) + 2 + n*entry
	if end > size {
		return ifd{}, 0, false
	}
	d = ifd{offset: at, compression: 1}
	unit := 2
	for i := range n {
		e := data[int64(at)+2+i*entry:]
		v := tiffValue(data, order, e[:entry])
		switch order.Uint16(e) {
		case tagNewSubfile:
			d.thumbnail = uint32(v)&1 != 0
		case tagWidth:
			d.width = uint32(v)
		case tagLength:
			d.height = uint32(v)
		case tagCompression:
			d.compression = uint32(v)
		case tagOrientation:
			d.meta.orientation = int(v)
		case tagXResolution:
			d.meta.xdpi = v
		case tagYResolution:
			d.meta.ydpi = v
		case tagResolutionUnit:
			unit = int(v)
		}
	}
	d.meta = d.meta.inUnit(unit)
	if end+4 <= size { // some writers cut the last link off
		next = order.Uint32(data[end:])
	}
	return d, next, true
}

// tiffValue is the first value of a directory entry, 0 for types we never
// look at.
func tiffValue(data []byte, order binary.ByteOrder, e []byte) float64 {
	switch order.Uint16(e[2:]) {
	case 1: // BYTE
		return float64(e[8])
	case 3: // SHORT
		return float64(order.Uint16(e[8:]))
	case 4: // LONG
		return float64(order.Uint32(e[8:]))
	case 5: // RATIONAL
		at := int64(order.Uint32(e[8:]))
		if at+8 > int64(len(data)) {
			return 0
		}
		den := order.Uint32(data[at+4:])
		if den == 0 {
			return 0
		}
		return float64(order.Uint32(data[at:])) / float64(den)
	}
	return 0
}

// firstIFD is the directory the header names.
func firstIFD(data []byte) (ifd, error) {
	order := byteOrder(data)
	if order != nil && len(data) >= 8 {
		if d, _, ok := readIFD(data, order, order.Uint32(data[4:])); ok {
			return d, nil
		}
	}
	return ifd{}, extract.Refuse(extract.StatusDamaged, msgDamaged, errors.New("TIFF without a readable directory"))
}

// decodeTIFF decodes one page of a TIFF. The library knows only the directory
// that the header names, so it is shown the file with the header naming ours.
func decodeTIFF(data []byte, d ifd, lim extract.Limits) (picture, error) {
	if name, no := refusedCompression[d.compression]; no {
		return picture{}, extract.Refuse(extract.StatusUnsupported, msgTIFFJPEG, fmt.Errorf("TIFF with %s compression", name))
	}
	// The header of eight bytes: byte order, 42, the offset.
	var head [8]byte
	copy(head[:4], data)
	byteOrder(data).PutUint32(head[4:], d.offset)
	c := sniff(data)
	open := func() io.Reader { return &patched{head: head, data: data} }
	if _, err := size(c, open, lim); err != nil {
		return picture{}, err
	}
	return decodeWith(c, open, d.meta, lim)
}

// patched is a file whose first eight bytes are others. The library reads it
// through ReadAt alone; Read is there for its signature.
type patched struct {
	head [8]byte
	data []byte
	at   int64
}

func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(p.data)) {
		return 0, io.EOF
	}
	n := copy(b, p.data[off:])
	if off < int64(len(p.head)) {
		copy(b[:n], p.head[off:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (p *patched) Read(b []byte) (int, error) {
	n, err := p.ReadAt(b, p.at)
	p.at += int64(n)
	return n, err
}
