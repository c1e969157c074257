package page

import (
	"encoding/binary"
	"math/bits"
)

// Rows of pixels are gone through eight at a time where one word of eight
// bytes tells as much as its bytes: most of a page is paper, and most of a
// bitmap is empty.

// everyByte, times a byte, is a word of that byte alone.
const everyByte = 0x0101010101010101

// word is the eight pixels that p begins with.
func word(p []uint8) uint64 { return binary.LittleEndian.Uint64(p) }

// brightMask is for telling words without a pixel below level: where all its
// bits are set in a word, they are set in each of its pixels, and the smallest
// byte with so many leading ones is no less than the level.
func brightMask(level uint8) uint64 {
	m := uint8(0x80)
	for m < level {
		m |= m >> 1
	}
	return uint64(m) * everyByte
}

// or sets dst to the bits that a or b has; all are equally long.
func or(dst, a, b []uint8) {
	x := 0
	for ; x+8 <= len(dst); x += 8 {
		binary.LittleEndian.PutUint64(dst[x:], word(a[x:])|word(b[x:]))
	}
	for ; x < len(dst); x++ {
		dst[x] = a[x] | b[x]
	}
}

// countMarks counts, in a row of field.marks, the dots of a line that have no
// other ink beside them, all dots, and the places with other ink beside them.
func countMarks(row []uint8) (alone, dots, others int) {
	for ; len(row) >= 8; row = row[8:] {
		v := word(row)
		dot, other := v&(dotMark*everyByte), v&(otherMark*everyByte)
		alone += bits.OnesCount64(dot &^ (other / otherMark))
		dots += bits.OnesCount64(dot)
		others += bits.OnesCount64(other)
	}
	for _, m := range row {
		dots += int(m & dotMark)
		others += int(m / otherMark)
		if m == dotMark {
			alone++
		}
	}
	return alone, dots, others
}
