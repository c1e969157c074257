package ppocr

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// tunedDelta is what PP-OCRv4's recogniser learned from lines of Chinese forms
// under seals, on bad copies and photographs: the change of each weight in 256
// steps. extract/ocr/finetune makes it; its README says how and from what.
//
// The file is deflated. Inside, little-endian: the line of deltaMagic; the
// SHA-256 of the model it belongs to and of the model it makes; the number of
// tensors; for each its offset in the file, its rows and columns, a float32 for
// each row, and an int8 for each weight. A weight w of row r becomes
// w + scale[r] × step.
//
//go:embed recognition.delta
var tunedDelta []byte

const deltaMagic = "dengji weights 1\n"

// maxDelta bounds what a delta inflates to.
const maxDelta = 64 << 20

// errOtherModel says that a delta is for another model.
var errOtherModel = errors.New("the delta belongs to another model")

// tune returns the model with the delta added to its weights; model stays as
// it is. A model that the delta was not made for gives errOtherModel.
func tune(model, delta []byte) ([]byte, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(delta)), maxDelta))
	if err != nil {
		return nil, fmt.Errorf("inflating the delta: %w", err)
	}
	r := deltaReader{rest: plain}
	if string(r.take(len(deltaMagic))) != deltaMagic {
		return nil, errors.New("this is no delta of weights")
	}
	base, made := r.take(sha256.Size), r.take(sha256.Size)
	if sum := sha256.Sum256(model); !bytes.Equal(base, sum[:]) {
		return nil, errOtherModel
	}
	out := bytes.Clone(model)
	for range r.number() {
		if err := r.tensor(out); err != nil {
			return nil, err
		}
	}
	if sum := sha256.Sum256(out); r.short || len(r.rest) > 0 || !bytes.Equal(made, sum[:]) {
		return nil, errors.New("the delta is damaged: the model it makes is not the one it names")
	}
	return out, nil
}

// deltaReader takes a delta apart. Past its end it gives zeros and is short.
type deltaReader struct {
	rest  []byte
	short bool
}

func (r *deltaReader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.short, r.rest = true, nil
		return nil
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *deltaReader) number() int {
	b := r.take(4)
	if b == nil {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b))
}

// tensor adds the steps of one tensor to its weights in the model's file.
func (r *deltaReader) tensor(model []byte) error {
	offset, rows, columns := r.number(), r.number(), r.number()
	if r.short || rows <= 0 || columns <= 0 || rows > len(model)/4/columns || offset > len(model)-4*rows*columns {
		return errors.New("the delta is damaged: a tensor lies outside the model")
	}
	scales, steps := r.take(4*rows), r.take(rows*columns)
	if r.short {
		return errors.New("the delta is damaged: it ends within a tensor")
	}
	for row := range rows {
		scale := math.Float32frombits(binary.LittleEndian.Uint32(scales[4*row:]))
		for column, step := range steps[row*columns : (row+1)*columns] {
			at := model[offset+4*(row*columns+column):]
			change := float32(scale * float32(int8(step))) // rounded here, so that no processor fuses it with the sum
			w := math.Float32frombits(binary.LittleEndian.Uint32(at)) + change
			binary.LittleEndian.PutUint32(at, math.Float32bits(w))
		}
	}
	return nil
}
