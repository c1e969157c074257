package crop

import "encoding/binary"

// huffman is one table of codes (annex C). A code of up to fast bits is looked
// up at once; longer ones are compared length by length.
type huffman struct {
	quick  [1 << fast]uint16 // length<<8 | symbol; 0 for a longer code
	first  [17]int32         // code of the first symbol of each length
	beyond [17]int32         // code after the last symbol of each length
	offset [17]int32         // index of the first symbol of each length
	symbol []byte
}

const fast = 10

func (b *baseline) huffTables(body []byte) error {
	for len(body) > 0 {
		if len(body) < 17 || body[0]>>4 > 1 || body[0]&15 > 3 {
			return errCut
		}
		n := 0
		for _, c := range body[1:17] {
			n += int(c)
		}
		if n > 256 || len(body) < 17+n {
			return errCut
		}
		if !b.huffs[body[0]>>4][body[0]&15].build(body[1:17], body[17:17+n]) {
			return errCut
		}
		body = body[17+n:]
	}
	return nil
}

// build makes a table of how many codes each length has, and their symbols.
func (h *huffman) build(counts, symbols []byte) bool {
	*h = huffman{symbol: append([]byte(nil), symbols...)}
	code, at := int32(0), int32(0)
	for length := 1; length <= 16; length++ {
		h.first[length], h.offset[length] = code, at
		for range counts[length-1] {
			if code >= 1<<length {
				return false
			}
			if length <= fast {
				from := code << (fast - length)
				for i := range int32(1) << (fast - length) {
					h.quick[from+i] = uint16(length)<<8 | uint16(symbols[at])
				}
			}
			code++
			at++
		}
		h.beyond[length] = code
		code <<= 1
	}
	return true
}

// bitReader reads bits, the highest first. Beyond the end it reads ones, as
// padding is, for a while.
type bitReader struct {
	data  []byte
	at    int
	acc   uint64 // the next bits, from the highest
	n     int    // how many
	extra int    // bytes read beyond the end
}

// fill makes at least 48 bits available.
func (r *bitReader) fill() {
	if r.n > 48 {
		return
	}
	if r.at+8 <= len(r.data) {
		take := (64 - r.n) / 8
		word := binary.BigEndian.Uint64(r.data[r.at:])
		word &^= 1<<(64-8*take) - 1
		r.acc |= word >> r.n
		r.at += take
		r.n += 8 * take
		return
	}
	for r.n <= 56 {
		next := uint64(0xff)
		if r.at < len(r.data) {
			next = uint64(r.data[r.at])
			r.at++
		} else {
			r.extra++
		}
		r.acc |= next << (56 - r.n)
		r.n += 8
	}
}

// over says whether bits were used that are not there.
func (r *bitReader) over() bool { return r.extra*8 > r.n }

func (r *bitReader) skip(n int) {
	r.acc <<= n
	r.n -= n
}

// take returns the next n bits, at most 16.
func (r *bitReader) take(n int) int32 {
	v := int32(r.acc >> (64 - n) & (1<<n - 1))
	r.skip(n)
	return v
}

// code reads one symbol; ok is false where no code fits.
func (r *bitReader) code(h *huffman) (symbol byte, ok bool) {
	if q := h.quick[r.acc>>(64-fast)]; q != 0 {
		r.skip(int(q >> 8))
		return byte(q), true
	}
	for length := fast + 1; length <= 16; length++ {
		c := int32(r.acc >> (64 - length))
		if c < h.beyond[length] && c >= h.first[length] {
			r.skip(length)
			return h.symbol[h.offset[length]+c-h.first[length]], true
		}
	}
	return 0, false
}

// extend gives n bits the sign they stand for (F.2.2.1).
func extend(v int32, n int) int32 {
	if n > 0 && v < 1<<(n-1) {
		return v - 1<<n + 1
	}
	return v
}

// difference reads a block's mean, told as a difference to the last one.
func (r *bitReader) difference(c *component) bool {
	r.fill()
	size, ok := r.code(c.dc)
	if !ok || size > 11 {
		return false
	}
	if size > 0 {
		c.prediction += extend(r.take(int(size)), int(size))
	}
	return true
}

// block reads one block, dequantized.
func (r *bitReader) block(c *component, out *[64]int32) bool {
	if !r.difference(c) {
		return false
	}
	out[0] = c.prediction * c.quant[0]
	for k := 1; k < 64; k++ {
		r.fill()
		rs, ok := r.code(c.ac)
		if !ok {
			return false
		}
		run, size := int(rs>>4), int(rs&15)
		if size == 0 {
			if run != 15 {
				break
			}
			k += 15
			continue
		}
		if k += run; k > 63 {
			return false
		}
		z := zigzag[k]
		out[z] = extend(r.take(size), size) * c.quant[z]
	}
	return !r.over()
}

// skipBlock reads one block for nothing but its mean, which the next one needs.
func (r *bitReader) skipBlock(c *component) bool {
	if !r.difference(c) {
		return false
	}
	for k := 1; k < 64; k++ {
		r.fill()
		rs, ok := r.code(c.ac)
		if !ok {
			return false
		}
		if rs&15 == 0 && rs != 0xf0 {
			break
		}
		k += int(rs >> 4)
		r.skip(int(rs & 15))
	}
	return !r.over()
}
