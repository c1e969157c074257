package batch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"dengji/extract"
)

// Engine reads files in a child. File's page function is called after each
// page with the number of pages read so far.
type Engine struct {
	Hello Hello
	File  func(ctx context.Context, path string, page func(done int)) (*extract.Document, error)
	Close func() error
	// Worn reports whether a file left something behind that a new process
	// would not have: a goroutine that cannot be stopped. nil for never.
	Worn func() bool
}

// Work is the life of a child: it takes its Setup and requests from stdin and
// answers on what was its stdout, until stdin ends. Whatever a C library
// prints goes to stderr.
func Work(ctx context.Context, start func(Setup) (*Engine, error)) error {
	answers, err := claimStdout()
	if err != nil {
		return fmt.Errorf("setting up a worker's pipes: %w", err)
	}
	defer answers.Close()
	collectOften()
	// A parser that hangs, or C code, does not hear that the parent is gone.
	leave := func() { time.AfterFunc(orphanGrace, func() { os.Exit(1) }) }
	return serve(ctx, os.Stdin, answers, leave, func(s Setup) (*Engine, error) {
		if err := limitSelf(s.DataLimit); err != nil {
			return nil, err
		}
		return start(s)
	})
}

// orphanGrace is how long a worker may go on after its input ended.
const orphanGrace = 2 * time.Second

// claimStdout keeps the pipe to the parent for ourselves and turns file
// descriptor 1 into a second stderr.
func claimStdout() (*os.File, error) {
	fd, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	if err := unix.Dup3(2, 1, 0); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "answers"), nil
}

// limitSelf bounds writable private memory, which counts neither read-only
// mappings of model files nor address space that is merely reserved; and
// turns core dumps off, which would hold documents.
func limitSelf(data uint64) error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("turning core dumps off: %w", err)
	}
	if data == 0 {
		return nil
	}
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_DATA, &now); err != nil {
		return fmt.Errorf("reading the memory limit: %w", err)
	}
	if data > now.Max {
		data = now.Max
	}
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: data, Max: now.Max}); err != nil {
		return fmt.Errorf("setting the memory limit: %w", err)
	}
	debug.SetMemoryLimit(int64(data / 2)) // collect harder long before the limit
	return nil
}

// collectOften trades a little time of the collector for memory: a worker's
// garbage is page pictures of 8 to 30 MB. Two workers over the 62 pages of the
// samples held 1,112 MB at 25, 1,171 MB at 50; over 24 pages 1,158 MB at Go's 100
// and 1,048 MB at 50. Processor time was the same, within 2 %.
func collectOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
}

// serve speaks the protocol over any pair of pipes. It calls gone when the
// input ends.
func serve(ctx context.Context, in io.Reader, out io.Writer, gone func(), start func(Setup) (*Engine, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	requests := bufio.NewReaderSize(in, 1<<16)
	var setup Setup
	if err := readMessage(requests, &setup); err != nil {
		return fmt.Errorf("reading a worker's setup: %w", err)
	}
	var mu sync.Mutex
	say := func(m message) error {
		mu.Lock()
		defer mu.Unlock()
		return writeMessage(out, m)
	}
	engine, err := start(setup)
	if err != nil {
		return errors.Join(err, say(message{Hello: &Hello{Error: err.Error()}}))
	}
	defer engine.Close()
	if err := say(message{Hello: &engine.Hello}); err != nil {
		return fmt.Errorf("greeting the parent: %w", err)
	}
	todo := make(chan request)
	ended := make(chan error, 1)
	go func() { // also while a file is being read: when the parent is gone, stop at once
		defer cancel()
		defer gone()
		defer close(todo)
		for {
			var r request
			if err := readMessage(requests, &r); err != nil {
				if err != io.EOF {
					ended <- fmt.Errorf("reading a request: %w", err)
				}
				return
			}
			select {
			case todo <- r:
			case <-ctx.Done():
				return
			}
		}
	}()
	for r := range todo {
		m := answer(ctx, engine, r, say)
		m.Last = engine.Worn != nil && engine.Worn()
		if err := say(m); err != nil {
			return fmt.Errorf("answering the parent: %w", err)
		}
	}
	select {
	case err := <-ended:
		return err
	default:
		return nil
	}
}

// answer reads one file. A panic of a parser costs that file alone.
func answer(ctx context.Context, engine *Engine, r request, say func(message) error) (m message) {
	defer func() {
		if p := recover(); p != nil {
			m = message{ID: r.ID, Status: extract.StatusCrashed, Reason: reasonCrashed,
				Detail: fmt.Sprintf("panic: %v", p)}
			fmt.Fprintf(os.Stderr, "panic while reading %q: %v\n%s", r.Path, p, debug.Stack())
		}
	}()
	doc, err := engine.File(ctx, string(r.Path), func(done int) {
		// A parent that does not listen any more is noticed at the answer.
		_ = say(message{ID: r.ID, Page: done})
	})
	if outOfRoom(err) {
		return message{ID: r.ID, Stop: err.Error()}
	}
	if err != nil {
		status, reason := extract.StatusOf(err)
		return message{ID: r.ID, Status: status, Reason: reason, Detail: err.Error()}
	}
	return message{ID: r.ID, Status: extract.StatusRead, Document: doc}
}
