// Package batch is the main job: it walks the inbox, has every new content
// read in child processes, has records built from what was read, and writes
// OUT.
package batch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// Config is one run.
type Config struct {
	Inbox, Out string
	Pool       Pool
	Forms      *rules.Forms
	Options    rules.Options // what records are made with beside the documents
	Version    string        // of the program
	RulesKey   string        // names the program and the forms: records made by others are made anew
	Readers    string        // names the program, its settings and models: what children said of them is remembered; "" asks them
	Reread     bool          // read again what the cache knows
	RereadOnly []string      // read these paths again
	DropGone   bool          // leave out of records what vanished from the inbox
	Settings   map[string]string
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
	store     *store.Store
	hello     Hello
	setup     string // key of readers, versions and settings
	files     []File
	inventory store.Inventory
	known     map[store.Content][]store.Reading
	readings  map[store.Content]store.Reading // of this run's files
	fresh     map[store.Content]bool          // read in this run
	older     int                             // contents that an older reader read
	state     string                          // key of all the run depends on; "" where running again may give something else
	reused    bool                            // the report is that of the last run
	summaries []summary                       // of the records, by id
	report    *Report
}

// Run does the main job. A file that cannot be read is data in the report;
// the error is for what stops the job as a whole: ErrLocked, the context's,
// or a folder or database that cannot be written.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	report, err := runJob(ctx, cfg)
	return report, makeRoom(err)
}

func runJob(ctx context.Context, cfg Config) (*Report, error) {
	started := cfg.Now()
	r := newRun(cfg, started)
	for _, dir := range outFolders(cfg.Out) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("making the output folder: %w; give one that can be written with -o", err)
		}
	}
	held, err := lock(cfg.Out)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	for _, dir := range outFolders(cfg.Out) {
		if err := removeLeftovers(dir); err != nil {
			return nil, err
		}
	}
	if r.store, err = store.Open(ctx, filepath.Join(cfg.Out, "dengji.db")); err != nil {
		return nil, err
	}
	err = r.stages(ctx, started)
	r.Pool.dismiss()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = errors.Join(err, r.interrupted(started))
	}
	if err := errors.Join(err, r.store.Close()); err != nil {
		return nil, err
	}
	return r.report, nil
}

func newRun(cfg Config, started time.Time) *run {
	return &run{Config: cfg, readings: map[store.Content]store.Reading{}, fresh: map[store.Content]bool{}, report: &Report{
		Schema: ReportSchema, Started: started.UTC().Format(time.RFC3339), Timings: map[string]float64{},
		Rules: RulesReport{Version: cfg.Version, Forms: formReports(cfg.Forms),
			Catalogue: catalogueReport(cfg.Options.Catalogue), Received: cfg.Options.Received},
		Files: []FileReport{}, Skipped: []Skipped{}, Unassigned: []UnassignedReport{},
		Submissions: []SubmissionReport{}, Vanished: []VanishedReport{}, Problems: []string{},
	}}
}

// outFolders lists OUT and the folders in it.
func outFolders(out string) []string {
	return []string{out, filepath.Join(out, "records"), filepath.Join(out, "pages")}
}

func (r *run) stages(ctx context.Context, started time.Time) error {
	for _, stage := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"walk", r.walk}, {"hash", r.hash}, {"sight", r.sight}, {"read", r.read}, {"build", r.build}, {"write", r.write},
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

// hashBuffer is how much of a file is read at a time.
const hashBuffer = 128 << 10

func (r *run) hash(ctx context.Context) error {
	var wg sync.WaitGroup
	next := make(chan *File)
	for range runtime.NumCPU() {
		wg.Go(func() {
			buf := make([]byte, hashBuffer)
			for f := range next {
				f.hash(ctx, buf, r.Pool.Setup.Limits.FileBytes)
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

// sight notes what is in the inbox, all at once: what came together is then
// equally new whatever happens to this run.
func (r *run) sight(ctx context.Context) (err error) {
	r.inventory, err = r.store.Sight(ctx, sightings(r.files), r.DropGone, r.Now())
	if err != nil {
		return err
	}
	settings := maps.Clone(r.Settings)
	if settings == nil {
		settings = map[string]string{}
	}
	settings[settingRules] = r.rulesSetting()
	for name, value := range settings {
		old, err := r.store.Setting(ctx, name)
		if err == nil && old != value {
			err = r.store.PutSetting(ctx, name, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settingRules names what the records of OUT were made by.
const settingRules = "rules"

func (r *run) rulesSetting() string { return r.RulesKey + " " + r.Options.Key() }

func sightings(files []File) []store.Sighting {
	found := make([]store.Sighting, len(files))
	for i, f := range files {
		found[i] = store.Sighting{Path: f.Path, SHA256: f.SHA256, Size: f.Size, ModTime: f.ModTime}
	}
	return found
}

func (r *run) tell(p Progress) {
	if r.Progress != nil {
		r.Progress(p)
	}
}
