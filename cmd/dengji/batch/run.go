// Package batch is the main job: it walks the inbox, has every new content
// read in child processes, has records built from what was read, and writes
// OUT.
package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// ReadingRevision is part of the reading cache's key. It goes up whenever the
// same file with the same models would be read differently.
const ReadingRevision = 1

// Config is one run.
type Config struct {
	Inbox, Out string
	Pool       Pool
	Forms      *rules.Forms
	Options    rules.Options // what records are made with beside the documents
	Version    string        // of the program
	Reread     bool          // read again what the cache knows
	Now        func() time.Time
	Progress   func(Progress) // called from one goroutine at a time; nil for none
}

// Progress is told when the number of files to read is known (Path is ""),
// after each page that was read from pixels (Status is ""), and after each
// file.
type Progress struct {
	Done, Total int // contents to read in this run
	Path        string
	Status      extract.Status
	Reason      string
	Pages       int // of Path, so far
	Seconds     float64
	Missing     string // why PP-OCR will not read; told with the first Progress
}

// run is one run on its way.
type run struct {
	Config
	store    *store.Store
	key      string
	files    []File
	readings map[string]store.Reading // by File.content
	cached   map[string]bool          // contents the cache knew
	report   *Report
	records  []*rules.Record
}

// Run does the main job. A file that cannot be read is data in the report;
// the error is for what stops the job as a whole: ErrLocked, the context's,
// or a folder or database that cannot be written.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	started := cfg.Now()
	r := &run{Config: cfg, readings: map[string]store.Reading{}, cached: map[string]bool{}, report: &Report{
		Schema: ReportSchema, Started: started.UTC().Format(time.RFC3339), Timings: map[string]float64{},
		Rules: RulesReport{Version: cfg.Version, Forms: formReports(cfg.Forms),
			Catalogue: catalogueReport(cfg.Options.Catalogue), Received: cfg.Options.Received},
		Files: []FileReport{}, Skipped: []Skipped{}, Unassigned: []UnassignedReport{},
		Submissions: []SubmissionReport{}, Problems: []string{},
	}}
	for _, dir := range []string{cfg.Out, filepath.Join(cfg.Out, "records"), filepath.Join(cfg.Out, "pages")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("making the output folder: %w; give one that can be written with -o", err)
		}
	}
	held, err := lock(cfg.Out)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	for _, dir := range []string{cfg.Out, filepath.Join(cfg.Out, "records"), filepath.Join(cfg.Out, "pages")} {
		if err := removeLeftovers(dir); err != nil {
			return nil, err
		}
	}
	if r.store, err = store.Open(ctx, filepath.Join(cfg.Out, "dengji.db")); err != nil {
		return nil, err
	}
	err = r.stages(ctx, started)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = errors.Join(err, r.interrupted(started))
	}
	if err := errors.Join(err, r.store.Close()); err != nil {
		return nil, err
	}
	return r.report, nil
}

func (r *run) stages(ctx context.Context, started time.Time) error {
	for _, stage := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"walk", r.walk}, {"hash", r.hash}, {"read", r.read}, {"build", r.build}, {"write", r.write},
	} {
		from := r.Now()
		if err := stage.do(ctx); err != nil {
			return err
		}
		r.report.Timings[stage.name] += r.Now().Sub(from).Seconds()
	}
	return r.finish(ctx, started)
}

func (r *run) walk(ctx context.Context) (err error) {
	r.files, r.report.Skipped, err = Walk(ctx, r.Inbox, r.Out)
	if r.report.Skipped == nil {
		r.report.Skipped = []Skipped{}
	}
	return err
}

func (r *run) hash(ctx context.Context) error {
	var wg sync.WaitGroup
	next := make(chan *File)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for f := range next {
				f.hash(ctx)
			}
		})
	}
	for i := range r.files {
		next <- &r.files[i]
	}
	close(next)
	wg.Wait()
	return ctx.Err()
}

// read fills r.readings, from the cache or by children.
func (r *run) read(ctx context.Context) error {
	if len(r.files) == 0 {
		return nil
	}
	hello, err := r.Pool.Hello(ctx)
	if err != nil {
		return err
	}
	if r.key, err = cacheKey(r.Pool.Setup, hello.Readers); err != nil {
		return err
	}
	todo, err := r.lookUp(ctx)
	if err != nil {
		return err
	}
	// The largest first: the last file of a run is then a small one, and no
	// core waits long for it.
	sort.SliceStable(todo, func(i, j int) bool { return todo[i].Size > todo[j].Size })
	pool := r.Pool
	if len(todo) > 0 && len(todo) < pool.Workers {
		pool.Setup.Parallel = pool.Workers / len(todo)
	}
	r.report.Reading = ReadingReport{Mode: pool.Setup.Reader, Readers: hello.Readers, Missing: hello.Missing,
		Workers: pool.Workers, Key: r.key}
	r.report.Counts.Read = len(todo)
	r.tell(Progress{Total: len(todo), Missing: hello.Missing})
	paths := make([]string, len(todo))
	for i, f := range todo {
		paths[i] = f.Raw
	}
	done, storeErr := 0, error(nil)
	pool.OnPage = func(i, pages int) {
		r.tell(Progress{Done: done, Total: len(todo), Path: todo[i].Path, Pages: pages})
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stats, err := pool.Read(ctx, paths, func(i int, a Answer) {
		done++
		if err := r.keep(ctx, todo[i], a); err != nil {
			storeErr = err
			cancel()
			return
		}
		r.tell(Progress{Done: done, Total: len(todo), Path: todo[i].Path, Status: a.Status, Reason: a.Reason,
			Pages: pages(a.Document), Seconds: a.Seconds})
	})
	r.report.Memory.Child, r.report.Memory.Children = stats.PeakEach, stats.PeakSum
	return errors.Join(storeErr, err)
}

// lookUp takes what the cache knows and returns one file for each content
// that has to be read.
func (r *run) lookUp(ctx context.Context) ([]File, error) {
	var todo []File
	seen := map[string]bool{}
	for _, f := range r.files {
		if f.SHA256 == "" || seen[f.content()] {
			continue
		}
		seen[f.content()] = true
		reading, found, err := r.store.Reading(ctx, f.SHA256, r.keyOf(f))
		if err != nil {
			return nil, err
		}
		if !found || r.Reread || !r.hasPictures(reading.Document) {
			todo = append(todo, f)
			continue
		}
		r.readings[f.content()] = reading
		r.cached[f.content()] = true
		r.report.Counts.Cached++
	}
	return todo, nil
}

// hasPictures reports whether the page pictures of a reading still exist.
func (r *run) hasPictures(doc *extract.Document) bool {
	if doc == nil || r.Pool.Setup.PageImages == "" {
		return true
	}
	for _, p := range doc.Pages {
		if p.Image == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(r.Pool.Setup.PageImages, p.Image)); err != nil {
			return false
		}
	}
	return true
}

// keep notes an answer in the store as soon as it is there, so that an
// interrupted run does not read the file again.
func (r *run) keep(ctx context.Context, f File, a Answer) error {
	if a.Document != nil {
		for stage, seconds := range a.Document.Timings {
			r.report.Timings["read."+stage] += seconds
		}
	}
	reading := store.Reading{SHA256: f.SHA256, Size: f.Size, Status: a.Status, Reason: a.Reason, Detail: a.Detail,
		Document: a.Document, Seconds: a.Seconds}
	r.readings[f.content()] = reading
	// What is done is kept even when the run is being interrupted.
	return r.store.PutReading(context.WithoutCancel(ctx), r.keyOf(f), reading, r.Now())
}

func (r *run) tell(p Progress) {
	if r.Progress != nil {
		r.Progress(p)
	}
}

func pages(doc *extract.Document) int {
	if doc == nil {
		return 0
	}
	return len(doc.Pages)
}

// keyOf is the reading cache's key for one file: the same bytes under another
// extension may be refused for another reason.
func (r *run) keyOf(f File) string { return r.key + f.extension() }

// cacheKey names everything beside a file's content that its reading depends
// on.
func cacheKey(s Setup, readers []string) (string, error) {
	data, err := json.Marshal(struct {
		Revision int
		Readers  []string
		Mode     string
		Limits   extract.Limits
	}{ReadingRevision, readers, s.Reader, s.Limits})
	if err != nil {
		return "", fmt.Errorf("making the reading cache's key: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), nil
}
