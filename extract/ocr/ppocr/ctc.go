package ppocr

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	ort "github.com/yalue/onnxruntime_go"
)

// readAlphabet reads a dictionary, one character a line, and returns the text
// of each of the model's classes: blank, the dictionary, and a space where the
// model has one class more (PaddleOCR's use_space_char).
func readAlphabet(path string, classes int) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the dictionary: %w", err)
	}
	defer f.Close()
	alphabet := []string{""}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		alphabet = append(alphabet, strings.TrimRight(lines.Text(), "\r"))
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the dictionary %s: %w", path, err)
	}
	switch characters := len(alphabet) - 1; classes - characters {
	case 2:
		return append(alphabet, " "), nil
	case 1:
		return alphabet, nil
	default:
		return nil, fmt.Errorf("the dictionary %s has %d characters, but the recognition model has %d classes, which needs %d or %d: they do not belong together (DENGJI_PPOCR_REC, DENGJI_PPOCR_DICT)",
			path, characters, classes, classes-2, classes-1)
	}
}

// checkLineOutput makes sure that what a recogniser gives for probeWidth
// columns is [1, T, C] with T dividing probeWidth, and a softmax.
func checkLineOutput(shape ort.Shape, values []float32) error {
	if len(shape) != 3 || shape[0] != 1 || shape[1] < 1 || shape[2] < 3 || probeWidth%shape[1] != 0 {
		return fmt.Errorf("its output has shape %v, not [1, steps, classes]: this is no PP-OCR line recogniser", shape)
	}
	sum := 0.0
	for _, v := range values[:shape[2]] {
		if v < 0 {
			return errors.New("its output is not a softmax (a value is negative)")
		}
		sum += float64(v)
	}
	if math.Abs(sum-1) > 0.01 {
		return fmt.Errorf("its output is not a softmax (classes sum to %.3f)", sum)
	}
	return nil
}

// peak is one decoded class: the run of time steps where it is the most
// likely, and its highest probability in the run.
type peak struct {
	class    int
	from, to int // steps, to exclusive
	score    float64
	centre   float64 // steps, weighted by probability
	rivals   []int   // classes that it may be instead, the likelier first; none where it is sure
}

// decode is greedy CTC decoding (Graves et al. 2006): the most likely class of
// each step, runs collapsed, blanks (class 0) dropped. probs is steps × classes.
func decode(probs []float32, steps, classes int) []peak {
	var peaks []peak
	last := 0
	var weight float64
	for t := range steps {
		class, p := argmax(probs[t*classes : (t+1)*classes])
		if class != 0 {
			if class != last {
				peaks = append(peaks, peak{class: class, from: t})
				weight = 0
			}
			k := &peaks[len(peaks)-1]
			k.to = t + 1
			if float64(p) > k.score {
				k.score, k.rivals = float64(p), rivals(probs[t*classes:(t+1)*classes], class, p, k.rivals[:0])
			}
			k.centre = (k.centre*weight + (float64(t)+0.5)*float64(p)) / (weight + float64(p))
			weight += float64(p)
		}
		last = class
	}
	return peaks
}

// argmax is the most likely class of a softmax. One that has more than half of
// the probability leaves the others less: most steps are told by their blank.
func argmax(v []float32) (int, float32) {
	const half = 0.51 // and what rounding may add
	best, at := v[0], 0
	for i, x := range v {
		if x > best {
			best, at = x, i
		}
		if best > half {
			break
		}
	}
	return at, best
}

const (
	surely     = 0.999 // probability of a class from which the others are of no interest
	maxRivals  = 3     // how many of the others are kept
	leastRival = 0.001 // and with which probability
)

// rivals appends to out the classes next to the likeliest one in a step, blank
// left out.
func rivals(step []float32, class int, score float32, out []int) []int {
	if score >= surely {
		return out
	}
	for i, p := range step {
		if p < leastRival || i == 0 || i == class {
			continue
		}
		at := len(out)
		for at > 0 && step[out[at-1]] < p {
			at--
		}
		if at < maxRivals {
			out = slices.Insert(out, at, i)
			out = out[:min(len(out), maxRivals)]
		}
	}
	return out
}
