package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
	"dengji/rules"
)

func runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run INBOX -o OUT",
		Short: "Read every file under INBOX, write one record per submission into OUT",
		Long: `Read every file under INBOX and write one record per submission into OUT:
  OUT/records/<id>.json   one record per submission
  OUT/records.jsonl       the same, one per line
  OUT/run.json            every input file with its status and reason
  OUT/dengji.db           SQLite, the system of record
  OUT/pages/              page pictures
Run again: only what changed is read again; --dry-run says what that would be. A newer
document takes the place of an older one of its kind, which stays on record. A file that
vanished from INBOX still counts, unless --drop-vanished. A new reader or model reads
again what failed or what a person would have to look at; --reread asks for all of it.
Nothing under INBOX is ever changed.

Exit codes: 0 every file was read, 1 the program failed, 2 wrong use, 3 some files
could not be read (see run.json), 4 OUT is in use by another run, 130 interrupted.`,
		Example: "  dengji run 收件箱 -o 结果\n  dengji run inbox -o out --reader tesseract --workers 4\n" +
			"  dengji run 收件箱 -o 结果 --catalogue 上年度目录.xlsx --received 2022-09-28\n  dengji run inbox -o out --dry-run\n  dengji run inbox -o out --watch",
		Args: exactly("INBOX"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.read.add(cmd)
	f.known.add(cmd)
	fl := cmd.Flags()
	fl.StringVarP(&f.out, "output", "o", "", "folder for the results (made if missing)")
	fl.StringSliceVar(&f.forms, "forms", nil, "folder of further form definitions (YAML)")
	fl.IntVar(&f.workers, "workers", runtime.NumCPU(), "files read side by side")
	fl.BoolVar(&f.reread, "reread", false, "read again what is known from an earlier run")
	fl.StringArrayVar(&f.rereadOnly, "reread-file", nil, "read this file of INBOX again (path relative to INBOX; may be given several times)")
	fl.BoolVar(&f.dropGone, "drop-vanished", false, "leave files that are no longer in INBOX out of the records (they stay in the database)")
	fl.BoolVar(&f.dryRun, "dry-run", false, "say what would be done and why, and write nothing")
	fl.BoolVar(&f.watch, "watch", false, "stay, and run again whenever INBOX has changed; Ctrl-C ends it")
	fl.DurationVar(&f.settle, "settle", 5*time.Second, "with --watch: how long sizes and times must stand still before a run")
	fl.BoolVar(&f.asJSON, "json", false, "print run.json instead of the summary")
	return cmd
}

// runFlags are the flags of run.
type runFlags struct {
	read       readFlags
	known      known
	out        string
	forms      []string
	reread     bool
	rereadOnly []string
	dropGone   bool
	dryRun     bool
	watch      bool
	settle     time.Duration
	workers    int
	asJSON     bool
}

func (f *runFlags) run(cmd *cobra.Command, inbox string) error {
	cfg, err := f.config(inbox)
	if err != nil {
		return err
	}
	show := newProgress(cmd.ErrOrStderr())
	cfg.Progress = show.step
	if f.dryRun {
		p, err := batch.Look(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		return printPreview(cmd.OutOrStdout(), p, f.asJSON)
	}
	if f.watch {
		return batch.Watch(cmd.Context(), cfg, batch.Watching{Settle: f.settle, Poll: watchPoll, Done: func(r *batch.Report) {
			show.end()
			show = newProgress(cmd.ErrOrStderr())
			// A summary that nobody can read is no reason to stop watching.
			_ = printReport(cmd.OutOrStdout(), r, f.out, f.asJSON)
		}})
	}
	report, err := batch.Run(cmd.Context(), cfg)
	show.end()
	if err != nil {
		return err
	}
	if err := printReport(cmd.OutOrStdout(), report, f.out, f.asJSON); err != nil {
		return fmt.Errorf("printing the summary: %w", err)
	}
	if report.ExitCode != batch.ExitDone {
		return &exitError{code: report.ExitCode}
	}
	return nil
}

// watchPoll is how often a watch looks where the system does not tell.
const watchPoll = 15 * time.Second

func (f *runFlags) config(inbox string) (batch.Config, error) {
	switch {
	case f.out == "":
		return batch.Config{}, usageError("run needs a folder for its results: dengji run %s -o OUT", inbox)
	case f.workers < 1:
		return batch.Config{}, usageError("--workers must be at least 1, not %d", f.workers)
	case f.watch && f.dryRun:
		return batch.Config{}, usageError("--watch and --dry-run are one or the other")
	case f.settle <= 0:
		return batch.Config{}, usageError("--settle must be above 0, for instance 5s, not %s", f.settle)
	}
	cfg, err := runConfig(inbox, f.out, f.forms, &f.read)
	if err != nil {
		return cfg, err
	}
	if cfg.Options, err = f.known.options(); err != nil {
		return cfg, err
	}
	for _, path := range f.rereadOnly {
		if _, err := os.Stat(filepath.Join(cfg.Inbox, path)); err != nil {
			return cfg, usageError("there is no file %s in %s (--reread-file); give its path as run.json has it", path, inbox)
		}
		cfg.RereadOnly = append(cfg.RereadOnly, filepath.ToSlash(filepath.Clean(path)))
	}
	cfg.Pool.Workers, cfg.Reread, cfg.DropGone = f.workers, f.reread, f.dropGone
	return cfg, remember(&cfg, f.forms, &f.known)
}

// printPreview prints what a run would do, as JSON or for people.
func printPreview(w io.Writer, p *batch.Preview, asJSON bool) error {
	if asJSON {
		return printJSON(w, p)
	}
	t := table{head: []string{"file", "action", "why"}}
	for _, f := range p.Files {
		if f.Action != "keep" {
			t.add(shorten(f.Path, 60), f.Action, f.Why)
		}
	}
	if len(t.rows) > 0 {
		if err := t.print(w); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w, "\n%d contents would be read, %d are known\n", p.Read, p.Known); err != nil {
		return err
	}
	for _, line := range p.Records {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// known are the flags that tell what no document says.
type known struct{ catalogue, received string }

func (k *known) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&k.catalogue, "catalogue", "", "last year's catalogue (.xlsx with columns 产品名称, 企业名称, 版本): products that were in it are refused, near ones flagged")
	fl.StringVar(&k.received, "received", "", "date on which the submissions of INBOX were received, such as 2022-09-28")
}

func (k *known) options() (opt rules.Options, err error) {
	if k.received != "" {
		if _, err := time.Parse(time.DateOnly, k.received); err != nil {
			return opt, usageError("--received is a date such as 2022-09-28, not %q", k.received)
		}
		opt.Received = k.received
	}
	if k.catalogue != "" {
		opt.Catalogue, err = readCatalogue(k.catalogue)
	}
	return opt, err
}

func runConfig(inbox, out string, forms []string, flags *readFlags) (batch.Config, error) {
	info, err := os.Stat(inbox)
	switch {
	case err != nil:
		return batch.Config{}, usageError("there is no folder %s; give the folder that holds the received files", inbox)
	case !info.IsDir():
		return batch.Config{}, usageError("%s is a file; give the folder it lies in, or use `dengji extract`", inbox)
	}
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return batch.Config{}, usageError("%s is a file; give a folder for the results with -o", out)
	}
	pool, err := flags.pool()
	if err != nil {
		return batch.Config{}, err
	}
	loaded, err := loadForms(forms)
	if err != nil {
		return batch.Config{}, err
	}
	// Under the names the file system gives them, so that a link to the inbox
	// is as good as the inbox.
	inbox, err1 := realPath(inbox)
	out, err2 := realPath(out)
	if err := errors.Join(err1, err2); err != nil {
		return batch.Config{}, fmt.Errorf("finding the folders: %w", err)
	}
	if rel, err := filepath.Rel(inbox, out); err == nil && filepath.IsLocal(rel) {
		return batch.Config{}, usageError("OUT would lie in INBOX, and nothing is ever written there; give a folder elsewhere with -o, for instance %s",
			displayPath(inbox)+"-out")
	}
	pool.Setup.PageImages = filepath.Join(out, "pages")
	cfg := batch.Config{Inbox: inbox, Out: out, Pool: pool, Forms: loaded, Version: programVersion(), Now: time.Now}
	if cfg.RulesKey, err = rulesKey(forms); err != nil {
		return cfg, err
	}
	cfg.Readers, err = readersKey(pool.Setup)
	return cfg, err
}

// realPath is path without links, absolute; the end of it need not exist yet.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if !errors.Is(err, fs.ErrNotExist) {
		return real, err
	}
	parent := filepath.Dir(abs)
	if parent == abs {
		return abs, nil
	}
	parent, err = realPath(parent)
	return filepath.Join(parent, filepath.Base(abs)), err
}

// loadForms loads the built-in definitions and those of dirs.
func loadForms(dirs []string) (*rules.Forms, error) {
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, usageError("there is no folder %s (--forms); give the folder that holds the YAML files", dir)
		}
	}
	forms, err := rules.LoadForms(dirs...)
	if err != nil {
		return nil, fmt.Errorf("%w; `dengji forms check` points at each mistake", err)
	}
	return forms, nil
}

// progress shows how a run gets on: a bar on a terminal, log lines elsewhere.
type progress struct {
	log   *slog.Logger
	w     io.Writer
	bar   *progressbar.ProgressBar
	term  bool
	pages map[string]int // pages read so far, by file
}

// everyPages keeps the log of a long file short.
const everyPages = 10

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{log: logger(w), w: w, term: ok && isatty.IsTerminal(f.Fd()), pages: map[string]int{}}
}

func (p *progress) step(s batch.Progress) {
	if s.Missing != "" && s.Total > 0 {
		p.log.Warn("scans are read by Tesseract alone", "missing", s.Missing)
	}
	if s.Path != "" {
		p.pages[s.Path] = s.Pages
	}
	switch {
	case p.term && s.Path == "" && s.Total > 0:
		p.bar = progressbar.NewOptions(s.Total, progressbar.OptionSetWriter(p.w), progressbar.OptionShowCount(),
			progressbar.OptionSetDescription("reading"), progressbar.OptionSetPredictTime(true),
			progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish())
	case s.Path != "" && s.Status == "":
		p.page(s)
	case p.bar != nil && s.Path != "":
		// A terminal that cannot be drawn on is no reason to stop.
		_ = p.bar.Add(1)
	case p.term:
	case s.Path == "":
		p.log.Info("files to read", "count", s.Total)
	case s.Status != extract.StatusRead:
		p.log.Warn("not read", "file", s.Path, "status", s.Status, "reason", s.Reason, "done", s.Done, "of", s.Total)
	default:
		p.log.Info("read", "file", s.Path, "pages", s.Pages, "seconds", fmt.Sprintf("%.2f", s.Seconds), "done", s.Done, "of", s.Total)
	}
}

// page shows that one more page of a file is read.
func (p *progress) page(s batch.Progress) {
	switch {
	case p.bar != nil:
		total := 0
		for _, n := range p.pages {
			total += n
		}
		p.bar.Describe(fmt.Sprintf("reading (pages: %d)", total))
	case s.Pages%everyPages == 0:
		p.log.Info("reading", "file", s.Path, "pages", s.Pages)
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
