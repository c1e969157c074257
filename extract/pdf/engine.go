package pdf

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Engine is PDFium, compiled and ready. A process that reads many files makes
// one and hands it to Open by Options.Engine; it is for one file at a time.
type Engine struct {
	pool   pdfium.Pool
	cache  wazero.CompilationCache
	memory memory
	worn   bool
}

// Worn reports whether reading a text layer was given up and goes on in a
// goroutine that nobody can stop.
func (e *Engine) Worn() bool { return e.worn }

// memoryPage is the unit of WebAssembly's memory, in bytes.
const memoryPage = 64 << 10

// NewEngine compiles PDFium's WebAssembly code, or loads it from cacheDir
// ("" for none). It gets no file system, no arguments and no environment.
func NewEngine(ctx context.Context, cacheDir string) (*Engine, error) {
	config := wazero.NewRuntimeConfig().
		WithMemoryLimitPages(maxMemory / memoryPage).
		// PDFium's code uses exception handling, see webassembly.Config.
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	e := &Engine{}
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("start PDFium: cache folder %s: %w", cacheDir, err)
		}
		e.cache = cache
		config = config.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		// The pool outlives ctx's file; it ends with Close.
		Context:       experimental.WithMemoryAllocator(context.WithoutCancel(ctx), &e.memory),
		MaxTotal:      1,
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(), // empty: the default mounts /
		Stdout:        io.Discard,
		Stderr:        io.Discard,
		RandomSource:  rand.Reader,
	})
	if err != nil {
		e.Close()
		return nil, fmt.Errorf("start PDFium: %w", err)
	}
	e.pool = pool
	return e, nil
}

// Close frees the engine's memory.
func (e *Engine) Close() error {
	var err error
	if e.pool != nil {
		err = e.pool.Close()
	}
	if e.cache != nil {
		if cerr := e.cache.Close(context.Background()); err == nil {
			err = cerr
		}
	}
	if err != nil {
		return fmt.Errorf("close PDFium: %w", err)
	}
	return nil
}

// instance starts PDFium afresh: memory that a hostile file spoiled is gone
// with the instance that read it.
func (e *Engine) instance() (p pdfium.Pdfium, err error) {
	defer func() {
		if v := recover(); v != nil {
			p, err = nil, fmt.Errorf("start PDFium: %v", v)
		}
	}()
	e.memory.grantAll()
	p, err = e.pool.GetInstance(30 * time.Second)
	if err != nil {
		return nil, fmt.Errorf("start PDFium: %w", err)
	}
	return p, nil
}
