package ppocr

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"
)

// weights is a model's file of nothing but weights.
func weights(values ...float32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

// change is what a delta does to one tensor.
type change struct {
	offset, rows, columns uint32
	scales                []float32
	steps                 []int8
}

// deltaOf packs a delta from one model to another.
func deltaOf(t *testing.T, from, to []byte, changes ...change) []byte {
	t.Helper()
	base, made := sha256.Sum256(from), sha256.Sum256(to)
	plain := slices.Concat([]byte(deltaMagic), base[:], made[:])
	plain = binary.LittleEndian.AppendUint32(plain, uint32(len(changes)))
	for _, c := range changes {
		plain = binary.LittleEndian.AppendUint32(plain, c.offset)
		plain = binary.LittleEndian.AppendUint32(plain, c.rows)
		plain = binary.LittleEndian.AppendUint32(plain, c.columns)
		plain = append(plain, weights(c.scales...)...)
		for _, s := range c.steps {
			plain = append(plain, byte(s))
		}
	}
	return deflated(t, plain)
}

func deflated(t *testing.T, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTune(t *testing.T) {
	model := weights(9, 1, 2, 3, 4, 9)
	tuned := weights(9, 1.5, 2, 1, 8, 9)
	both := change{offset: 4, rows: 2, columns: 2, scales: []float32{0.25, 2}, steps: []int8{2, 0, -1, 2}}
	got, err := tune(model, deltaOf(t, model, tuned, both))
	if err != nil || !bytes.Equal(got, tuned) {
		t.Errorf("tuned to % x (%v), want % x", got, err, tuned)
	}
	if !bytes.Equal(model, weights(9, 1, 2, 3, 4, 9)) {
		t.Error("the model itself was changed")
	}
	if _, err := tune(weights(1), deltaOf(t, model, tuned, both)); !errors.Is(err, errOtherModel) {
		t.Errorf("another model: %v", err)
	}
}

func TestTuneRefusesDamage(t *testing.T) {
	model := weights(1, 2)
	good := change{offset: 0, rows: 1, columns: 2, scales: []float32{1}, steps: []int8{1, 1}}
	with := func(alter func(*change)) change {
		c := good
		alter(&c)
		return c
	}
	for name, delta := range map[string][]byte{
		"empty":            deflated(t, nil),
		"not deflated":     []byte("weights"),
		"another file":     deflated(t, []byte("dengji weights 2\nand more")),
		"another result":   deltaOf(t, model, model, good),
		"past the model":   deltaOf(t, model, model, with(func(c *change) { c.offset = 4 })),
		"far past it":      deltaOf(t, model, model, with(func(c *change) { c.offset = math.MaxUint32 })),
		"too many rows":    deltaOf(t, model, model, with(func(c *change) { c.rows = math.MaxUint32 })),
		"too many columns": deltaOf(t, model, model, with(func(c *change) { c.columns = math.MaxUint32 })),
		"no columns":       deltaOf(t, model, model, with(func(c *change) { c.columns = 0 })),
		"cut short":        deltaOf(t, model, model, with(func(c *change) { c.steps = c.steps[:1] })),
		"something behind": deltaOf(t, model, weights(2, 3), with(func(c *change) { c.steps = append(c.steps[:2:2], 1) })),
	} {
		if out, err := tune(model, delta); err == nil || errors.Is(err, errOtherModel) {
			t.Errorf("%s: %v, % x", name, err, out)
		}
	}
}

// TestOurDelta: what is embedded can be read and belongs to the model that
// extract/ocr/fetch-models pins.
func TestOurDelta(t *testing.T) {
	if _, err := tune(nil, tunedDelta); !errors.Is(err, errOtherModel) {
		t.Errorf("the delta that ships: %v", err)
	}
}
