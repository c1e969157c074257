// Package ppocr reads lines and finds text by PP-OCR models with ONNX Runtime.
//
// The models are PaddlePaddle's PP-OCR in ONNX form: a DB text detector
// (Liao et al., "Real-time Scene Text Detection with Differentiable
// Binarization", 2020), a CTC line recogniser (SVTR-LCNet in PP-OCRv4) and a
// classifier of a line's direction. Tensors, for PP-OCRv4:
//
//	detection    [1, 3, H, W] → [1, 1, H, W]   H, W multiples of 32; text probability per pixel
//	recognition  [1, 3, 48, W] → [1, W/8, C]   softmax over C classes: blank, dictionary, space
//	direction    [1, 3, 48, 192] → [1, 2]      softmax over upright, upside down
//
// Names of tensors, class count and stride are taken from the models, so that
// newer generations work by configuration. The runtime library is loaded when
// the first Engine is opened; a program that opens none needs none.
package ppocr

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	ort "github.com/yalue/onnxruntime_go"

	"dengji/extract"
	"dengji/extract/ocr"
)

var _ ocr.Reader = (*Engine)(nil)

// Engine holds the loaded models. It is safe for several goroutines at once:
// they share the models, and each run has buffers of its own out of a pool.
// Close must not be called while a method runs.
type Engine struct {
	cfg        Config
	detection  *session
	lines      *session
	directions *session // nil without a direction model
	alphabet   []string // class → text; "" for blank
	stride     int      // input columns per time step
	tuned      bool     // the recogniser has what tunedDelta adds
	version    string
	buffers    bufferPool

	detectTime, lineTime atomic.Int64 // nanoseconds inside the models
	lineCount            atomic.Int64
}

// buffer is what one run needs; its slices grow to the largest picture seen.
type buffer struct {
	raster  raster
	scaler  scaler
	in, out []float32
}

// bufferPool keeps as many buffers as were ever used at once. A sync.Pool would
// not do: the collector empties it, and a page is 20 collections long.
type bufferPool struct {
	mu   sync.Mutex
	free []*buffer
}

func (p *bufferPool) get() *buffer {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.free)
	if n == 0 {
		return new(buffer)
	}
	b := p.free[n-1]
	p.free = p.free[:n-1]
	return b
}

func (p *bufferPool) put(b *buffer) {
	b.raster.release()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, b)
}

// Open loads the models cfg names; see Find for how to fill it. The dictionary
// must hold as many characters as the recognition model has classes, without
// the blank before and, mostly, the space after them.
func Open(cfg Config) (*Engine, error) {
	if cfg.DetectSide <= 0 {
		cfg.DetectSide = DefaultDetectSide
	}
	if err := startRuntime(cfg.Library); err != nil {
		return nil, err
	}
	e := &Engine{cfg: cfg}
	if err := e.load(); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Engine) load() (err error) {
	if e.detection, err = openSession(e.cfg.Detection, nil, e.cfg.Threads); err != nil {
		return err
	}
	if err := e.loadRecognition(); err != nil {
		return err
	}
	if e.cfg.Direction != "" {
		if e.directions, err = openSession(e.cfg.Direction, nil, e.cfg.Threads); err != nil {
			return err
		}
	}
	shape, sample, err := e.lines.probe(ort.NewShape(1, 3, lineHeight, probeWidth))
	if err != nil {
		return fmt.Errorf("trying model %s: %w", e.cfg.Recognition, err)
	}
	if err := checkLineOutput(shape, sample); err != nil {
		return fmt.Errorf("trying model %s: %w", e.cfg.Recognition, err)
	}
	e.stride = probeWidth / int(shape[1])
	if e.alphabet, err = readAlphabet(e.cfg.Dictionary, int(shape[2])); err != nil {
		return err
	}
	if e.version, err = describe(e.cfg); err == nil && e.tuned {
		e.version += "; tuned@" + sumOf(tunedDelta)
	}
	return err
}

// loadRecognition loads the recogniser, tuned where it is the one that
// tunedDelta belongs to; another model is taken as it is.
func (e *Engine) loadRecognition() error {
	model, err := os.ReadFile(e.cfg.Recognition)
	if err != nil {
		return fmt.Errorf("loading the recognition model: %w", err)
	}
	if !e.cfg.Untuned {
		switch tuned, err := tune(model, tunedDelta); {
		case err == nil:
			model, e.tuned = tuned, true
		case !errors.Is(err, errOtherModel):
			return fmt.Errorf("tuning model %s: %w", e.cfg.Recognition, err)
		}
	}
	e.lines, err = openSession(e.cfg.Recognition, model, e.cfg.Threads)
	return err
}

// Name is extract.ReaderPPOCR.
func (e *Engine) Name() string { return extract.ReaderPPOCR }

// Version names the runtime and every file whose change may change readings,
// with the beginning of its SHA-256.
func (e *Engine) Version() string { return e.version }

// Spent is the time spent inside the models since Open, and the number of line
// pictures recognised: the floor under which no program around them can go.
func (e *Engine) Spent() (detect, recognize time.Duration, lines int) {
	return time.Duration(e.detectTime.Load()), time.Duration(e.lineTime.Load()), int(e.lineCount.Load())
}

// Close frees the models. The runtime library stays loaded.
func (e *Engine) Close() error {
	err := errors.Join(e.detection.close(), e.lines.close(), e.directions.close())
	e.detection, e.lines, e.directions = nil, nil, nil
	return err
}

// timed runs s and adds its time to spent.
func timed(spent *atomic.Int64, s *session, inShape ort.Shape, in []float32, outShape ort.Shape, out []float32) error {
	start := time.Now()
	err := s.infer(inShape, in, outShape, out)
	spent.Add(int64(time.Since(start)))
	return err
}

// maxPixels bounds a picture, far above any page that extract.Limits lets in.
const maxPixels = 1 << 29

// checkPicture refuses pictures no model can take.
func checkPicture(ctx context.Context, img image.Image) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if img == nil || img.Bounds().Empty() {
		return errors.New("the picture has no pixels")
	}
	if b := img.Bounds(); b.Dx() > maxPixels/b.Dy() {
		return fmt.Errorf("the picture has more than %d pixels", maxPixels)
	}
	return nil
}

func describe(cfg Config) (string, error) {
	parts := []string{"onnxruntime " + ort.GetVersion()}
	for _, path := range []string{cfg.Detection, cfg.Recognition, cfg.Direction, cfg.Dictionary} {
		if path == "" {
			continue
		}
		sum, err := fileSum(path)
		if err != nil {
			return "", fmt.Errorf("naming the models' version: %w", err)
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		parts = append(parts, name+"@"+sum[:8])
	}
	parts = append(parts, fmt.Sprintf("side %d", cfg.DetectSide))
	return strings.Join(parts, "; "), nil
}

// sumOf is the beginning of the SHA-256 of data.
func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
