// Package tesseract reads lines by Tesseract 5 through gosseract.
//
// It is the second reader: less often right than PP-OCR on Chinese, but wrong in
// other ways. Set OMP_THREAD_LIMIT=1 in the environment the
// process is started with: OpenMP reads it when it is loaded, and its threads
// fight over the cores (9 to 17 s instead of 2 to 3 s for a page).
//
// The C++ library may crash or leak (gosseract issues #124, #252), so it
// belongs into a process that may die.
package tesseract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/otiai10/gosseract/v2"

	"dengji/extract"
	"dengji/extract/ocr"
)

var _ ocr.Reader = (*Engine)(nil)

// DefaultLanguage is simplified Chinese; its model knows Latin letters too.
const DefaultLanguage = "chi_sim"

// Config says which language model to read with. The zero value reads
// chi_sim from Tesseract's own data folder with one client.
type Config struct {
	Language string // Tesseract's name, several joined by "+"; "" is DefaultLanguage
	DataDir  string // folder of *.traineddata; "" is what TESSDATA_PREFIX or the library says
	Clients  int    // lines read at once; 0 means 1. Each holds the model (about 30 MB for chi_sim)
}

// Engine is a pool of Tesseract clients, each used by one goroutine at a time.
type Engine struct {
	cfg     Config
	version string
	slots   chan *client // Clients entries; nil stands for a client not yet made

	mu     sync.Mutex
	closed bool
}

// client is one Tesseract with the buffer its pictures go through.
type client struct {
	tess *gosseract.Client
	pnm  bytes.Buffer
	pix  []uint8
}

// initialising is held while a client is set up: gosseract redirects the whole
// process's standard error for that time, which two must not do at once.
var initialising sync.Mutex

// Open makes the first client, so that a missing language shows at once; the
// others are made when they are needed. Its error carries a hint for the user.
func Open(cfg Config) (*Engine, error) {
	if cfg.Language == "" {
		cfg.Language = DefaultLanguage
	}
	cfg.Clients = max(cfg.Clients, 1)
	e := &Engine{cfg: cfg, slots: make(chan *client, cfg.Clients)}
	first, err := e.newClient()
	if err != nil {
		return nil, err
	}
	e.version = describe(cfg)
	e.slots <- first
	for range cfg.Clients - 1 {
		e.slots <- nil
	}
	return e, nil
}

// Name is extract.ReaderTesseract.
func (e *Engine) Name() string { return extract.ReaderTesseract }

// Version names the engine and each language file with its size in bytes.
func (e *Engine) Version() string { return e.version }

// Close frees the clients, waiting for those that are reading.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	var errs []error
	for range e.cfg.Clients {
		if c := <-e.slots; c != nil {
			errs = append(errs, c.tess.Close())
		}
	}
	close(e.slots)
	return errors.Join(errs...)
}

// errClosed is returned by ReadLine after Close.
var errClosed = errors.New("the Tesseract reader is closed")

// ReadLine recognises one upright line. Scores are Tesseract's confidences of
// single symbols divided by 100. The context is looked at before the line is
// read, not while.
func (e *Engine) ReadLine(ctx context.Context, img image.Image) (ocr.Reading, error) {
	if img == nil || img.Bounds().Empty() {
		return ocr.Reading{}, errors.New("recognising a line with Tesseract: the picture has no pixels")
	}
	if err := ctx.Err(); err != nil {
		return ocr.Reading{}, fmt.Errorf("recognising a line with Tesseract: %w", err)
	}
	var c *client
	select {
	case got, open := <-e.slots:
		if !open {
			return ocr.Reading{}, errClosed
		}
		c = got
	case <-ctx.Done():
		return ocr.Reading{}, fmt.Errorf("recognising a line with Tesseract: %w", ctx.Err())
	}
	defer func() { e.slots <- c }()
	if c == nil {
		made, err := e.newClient()
		if err != nil {
			return ocr.Reading{}, err
		}
		c = made
	}
	symbols, err := c.read(img)
	if err != nil {
		return ocr.Reading{}, fmt.Errorf("recognising a line of %d × %d pixels with Tesseract: %w", img.Bounds().Dx(), img.Bounds().Dy(), err)
	}
	return assemble(symbols, img.Bounds().Dx()), nil
}

// newClient makes and initialises a client.
func (e *Engine) newClient() (*client, error) {
	c := &client{tess: gosseract.NewClient()}
	err := c.tess.SetLanguage(strings.Split(e.cfg.Language, "+")...)
	if e.cfg.DataDir != "" {
		err = errors.Join(err, c.tess.SetTessdataPrefix(e.cfg.DataDir))
	}
	for name, value := range variables {
		err = errors.Join(err, c.tess.SetVariable(name, value))
	}
	if err == nil {
		initialising.Lock()
		defer initialising.Unlock()
		// The first picture makes gosseract initialise the library, and that
		// resets the page segmentation mode. Raw line mode reads short values
		// better in tight crops (230 of 256 against 209), but loses a fifth of
		// them when the margin grows by 6 pixels; single line stays as it is.
		_, err = c.read(image.NewGray(image.Rect(0, 0, 32, 32)))
		err = errors.Join(err, c.tess.SetPageSegMode(gosseract.PSM_SINGLE_LINE))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s: %w; %s", ErrUnavailable, e.cfg.Language, err, hint(e.cfg.Language)), c.tess.Close())
	}
	return c, nil
}

// ErrUnavailable is wrapped by the errors of Open and Available.
var ErrUnavailable = errors.New("tesseract cannot be started")

// Available tells whether the default language can be read; its error says
// what to install.
func Available() error {
	e, err := Open(Config{})
	if err != nil {
		return err
	}
	return e.Close()
}

func hint(language string) string {
	var packages []string
	for _, l := range strings.Split(language, "+") {
		packages = append(packages, "tesseract-ocr-"+strings.ReplaceAll(l, "_", "-"))
	}
	install := strings.Join(packages, " ")
	return fmt.Sprintf("请安装语言包：apt-get install %[1]s，或将 TESSDATA_PREFIX 设为 *.traineddata 所在的文件夹 (install %[1]s, or set TESSDATA_PREFIX to the folder of its *.traineddata)", install)
}

// describe names what the readings depend on.
func describe(cfg Config) string {
	parts := []string{gosseract.Version()}
	for _, language := range strings.Split(cfg.Language, "+") {
		size := "size unknown"
		for _, folder := range dataFolders(cfg) {
			if info, err := os.Stat(filepath.Join(folder, language+".traineddata")); err == nil {
				size = fmt.Sprintf("%d bytes", info.Size())
				break
			}
		}
		parts = append(parts, language+" "+size)
	}
	return strings.Join(parts, "; ")
}

// dataFolders lists where Tesseract 5 finds its languages, on Debian and where
// it was built from source. The library does not tell without loading English.
func dataFolders(cfg Config) []string {
	if cfg.DataDir != "" {
		return []string{cfg.DataDir}
	}
	if prefix := os.Getenv("TESSDATA_PREFIX"); prefix != "" {
		return []string{prefix, filepath.Join(prefix, "tessdata")}
	}
	return []string{"/usr/share/tesseract-ocr/5/tessdata", "/usr/local/share/tessdata", "/usr/share/tessdata"}
}
