package batch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"dengji/extract"
)

// Messages of what happens to a child, for the secretariat.
const (
	reasonCrashed = "读取程序在处理此文件时崩溃；请重新导出或重新扫描后再发送"
	reasonTimeout = "读取此文件超过时间限制；请先重新运行一次（机器繁忙时可用 --timeout 放宽），仍然超时再请对方拆分文件或降低扫描分辨率后重新发送"
	reasonMemory  = "读取此文件超过内存限制；请拆分文件，或降低扫描分辨率后再发送"
)

// Command starts a child: the program and its arguments, and what to add to
// its environment.
type Command struct {
	Path string
	Args []string
	Env  []string
}

// child is one running worker. It is used by one goroutine.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	pipe    *os.File // out's file, for deadlines
	noise   *tail
	hello   Hello
	nextID  int
	done    chan struct{} // closed when the process has ended
	waitErr error         // set before done is closed
	peak    int64         // bytes of resident memory, highest seen
	killing sync.Once
}

// startChild starts a worker in a process group of its own, so that Ctrl-C at
// the terminal reaches the parent alone and the group can be killed whole.
func startChild(ctx context.Context, c Command, setup Setup, patience time.Duration) (*child, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env = append(append(os.Environ(), c.Env...),
		"OMP_THREAD_LIMIT=1", fmt.Sprintf("GOMAXPROCS=%d", max(1, setup.Parallel)),
		// glibc would give each thread that enters C a heap of its own: 1,112 MB
		// for two workers over the samples, 1,079 MB with one.
		fmt.Sprintf("MALLOC_ARENA_MAX=%d", max(1, setup.Parallel)))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// A grandchild that holds stderr open must not keep Wait from returning.
	cmd.WaitDelay = time.Second
	ch := &child{cmd: cmd, noise: &tail{limit: 8 << 10}, done: make(chan struct{})}
	cmd.Stderr = ch.noise
	var err error
	if ch.in, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	cmd.Stdout = write
	ch.pipe, ch.out = read, bufio.NewReaderSize(read, 1<<16)
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting a worker: %w", err), read.Close(), write.Close())
	}
	write.Close()
	go func() {
		ch.waitErr = cmd.Wait()
		close(ch.done)
	}()
	if err := ch.greet(ctx, setup, patience); err != nil {
		ch.kill()
		return nil, err
	}
	return ch, nil
}

func (c *child) greet(ctx context.Context, setup Setup, patience time.Duration) error {
	stop := c.killOn(ctx)
	defer stop()
	if err := c.pipe.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("starting a worker: %w", err)
	}
	if err := writeMessage(c.in, setup); err != nil {
		return fmt.Errorf("setting up a worker: %w%s", err, c.lastWords())
	}
	var m message
	if err := readMessage(c.out, &m); err != nil || m.Hello == nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			err = errors.New("it did not greet")
		}
		return fmt.Errorf("starting a worker: %w%s", err, c.lastWords())
	}
	if m.Hello.Error != "" {
		return fmt.Errorf("starting a worker: %s", m.Hello.Error)
	}
	c.hello = *m.Hello
	return nil
}

// killOn kills the child when ctx ends; stop ends the watch.
func (c *child) killOn(ctx context.Context) (stop func()) {
	cancel := context.AfterFunc(ctx, c.killGroup)
	return func() { cancel() }
}

// Bounds are what one file may cost.
type Bounds struct {
	Time    time.Duration // for a file
	PerPage time.Duration // more time for each page read
	Memory  int64         // bytes of resident memory of a child; 0 for no bound
}

// Answer is what became of one file.
type Answer struct {
	Document *extract.Document
	Status   extract.Status
	Reason   string // 中文, "" when read
	Detail   string // English, the error
	Seconds  float64
	dead     bool  // the child is gone
	stop     error // why the run has to end
}

// reasonChanged is told of a file that is not kept as read.
const reasonChanged = "文件在读取过程中被修改，未采用；再次运行同一命令即可重新读取"

// changed reports whether the file changed since it was hashed.
func (a *Answer) changed(sha256 string) bool {
	return a.Status == extract.StatusChanged || a.Document != nil && a.Document.SHA256 != "" && a.Document.SHA256 != sha256
}

// read has the child read one file and tells page how far it is. The
// error is the context's, or says that the disk is full.
func (c *child) read(ctx context.Context, path string, b Bounds, page func(int)) (Answer, error) {
	start := time.Now()
	c.nextID++
	stop := c.killOn(ctx)
	defer stop()
	overMemory := c.watchMemory(b.Memory)
	a := c.ask(path, b, start, page)
	a.Seconds = time.Since(start).Seconds()
	over := overMemory()
	if a.stop != nil {
		return a, a.stop
	}
	if ctx.Err() != nil {
		c.kill()
		return a, ctx.Err()
	}
	answered := !a.dead
	a.dead = a.dead || over
	if a.dead {
		c.kill()
		switch {
		case answered: // its last words; it was killed too late to matter
		case over:
			a.Status, a.Reason = extract.StatusTooLarge, reasonMemory
			a.Detail = fmt.Sprintf("worker was stopped above %d MiB of memory", b.Memory>>20)
		case a.Status == extract.StatusCrashed:
			a.Detail = strings.TrimSpace(fmt.Sprintf("worker ended: %v%s", c.waitErr, c.lastWords()))
			if strings.Contains(c.noise.String(), "out of memory") || strings.Contains(c.noise.String(), "cannot allocate memory") {
				a.Status, a.Reason = extract.StatusTooLarge, reasonMemory
			}
		}
	}
	return a, nil
}

// ask sends one request and waits for its answer, giving more time for every
// page that was read.
func (c *child) ask(path string, b Bounds, start time.Time, page func(int)) Answer {
	crashed := Answer{Status: extract.StatusCrashed, Reason: reasonCrashed, dead: true}
	if err := writeMessage(c.in, request{ID: c.nextID, Path: []byte(path)}); err != nil {
		return crashed
	}
	deadline := start.Add(b.Time)
	for {
		if err := c.pipe.SetReadDeadline(deadline); err != nil {
			return crashed
		}
		var m message
		err := readMessage(c.out, &m)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return Answer{Status: extract.StatusTimeout, Reason: reasonTimeout, dead: true,
				Detail: fmt.Sprintf("worker was stopped after %.0f s", time.Since(start).Seconds())}
		case err != nil:
			return crashed
		case m.ID != c.nextID:
			return crashed
		case m.Stop != "":
			return Answer{stop: fmt.Errorf("%w: %s", errChildFull, m.Stop)}
		case m.Page > 0:
			deadline = start.Add(b.Time + time.Duration(m.Page)*b.PerPage)
			page(m.Page)
		case m.Status == extract.StatusRead && m.Document == nil, m.Status == "":
			return crashed
		default:
			return Answer{Document: m.Document, Status: m.Status, Reason: m.Reason, Detail: m.Detail, dead: m.Last}
		}
	}
}

// watchMemory kills the child when its resident memory goes over limit.
// RLIMIT_AS cannot be used: ONNX Runtime and wazero reserve far more address
// space than they touch. The limit on writable memory that the child sets for
// itself is the second fence, for what grows faster than we look.
func (c *child) watchMemory(limit int64) (end func() bool) {
	stop, ended := make(chan struct{}), make(chan bool, 1)
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			now := residentBytes(c.cmd.Process.Pid)
			c.peak = max(c.peak, now)
			if limit > 0 && now > limit {
				c.killGroup()
				ended <- true
				return
			}
			select {
			case <-stop:
				ended <- false
				return
			case <-tick.C:
			}
		}
	}()
	return func() bool {
		close(stop)
		over := <-ended
		c.peak = max(c.peak, highWater(c.cmd.Process.Pid))
		return over
	}
}

// highWater reads the highest resident memory a process ever had, 0 where it
// is gone: what came and went between two looks.
func highWater(pid int) int64 {
	return statusBytes(fmt.Sprintf("/proc/%d/status", pid), "VmHWM:")
}

// residentBytes reads a process's resident memory, 0 where it is gone.
func residentBytes(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}

// close ends an idle child: it leaves when its input ends.
func (c *child) close() {
	c.in.Close()
	select {
	case <-c.done:
	case <-time.After(3 * time.Second):
	}
	c.kill()
}

// kill ends the child and all it started, and waits for it.
func (c *child) kill() {
	c.killing.Do(func() {
		c.killGroup()
		<-c.done
		c.in.Close()
		c.pipe.Close()
	})
}

func (c *child) killGroup() {
	// The group outlives its leader while others are in it; an error means
	// that nobody is left.
	_ = unix.Kill(-c.cmd.Process.Pid, unix.SIGKILL)
}

// lastWords is the end of what the child wrote to stderr, for an error.
func (c *child) lastWords() string {
	words := strings.TrimSpace(c.noise.String())
	if words == "" {
		return ""
	}
	return ": " + firstTelling(words)
}

// firstTelling picks the line of a Go traceback that says what happened.
func firstTelling(words string) string {
	lines := strings.Split(words, "\n")
	for _, l := range lines {
		for _, mark := range []string{"panic:", "fatal error:", "SIGSEGV", "SIGABRT", "what():"} {
			if strings.Contains(l, mark) {
				return strings.TrimSpace(l)
			}
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}

// tail keeps the first and the last bytes written to it: what went wrong
// stands at either end of a traceback.
type tail struct {
	mu    sync.Mutex
	limit int
	head  []byte
	rest  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if room := t.limit - len(t.head); room > 0 {
		k := min(room, len(p))
		t.head = append(t.head, p[:k]...)
		p = p[k:]
	}
	t.rest = append(t.rest, p...)
	if len(t.rest) > 2*t.limit {
		t.rest = append([]byte(nil), t.rest[len(t.rest)-t.limit:]...)
	}
	return n, nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.head) + string(t.rest)
}
