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
	var (
		flags   readFlags
		out     string
		forms   []string
		known   known
		reread  bool
		workers int
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "run INBOX -o OUT",
		Short: "Read every file under INBOX, write one record per submission into OUT",
		Long: `Read every file under INBOX and write one record per submission into OUT:
  OUT/records/<id>.json   one record per submission
  OUT/records.jsonl       the same, one per line
  OUT/run.json            every input file with its status and reason
  OUT/dengji.db           SQLite, the system of record
  OUT/pages/              page pictures
Run again: only what changed is read again. Nothing under INBOX is ever changed.

Exit codes: 0 every file was read, 1 the program failed, 2 wrong use, 3 some files
could not be read (see run.json), 4 OUT is in use by another run, 130 interrupted.`,
		Example: "  dengji run 收件箱 -o 结果\n  dengji run inbox -o out --reader tesseract --workers 4\n" +
			"  dengji run 收件箱 -o 结果 --catalogue 上年度目录.xlsx --received 2022-09-28",
		Args: exactly("INBOX"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usageError("run needs a folder for its results: dengji run %s -o OUT", args[0])
			}
			if workers < 1 {
				return usageError("--workers must be at least 1, not %d", workers)
			}
			cfg, err := runConfig(args[0], out, forms, &flags)
			if err != nil {
				return err
			}
			if cfg.Options, err = known.options(); err != nil {
				return err
			}
			if err := remember(&cfg, forms, &known); err != nil {
				return err
			}
			cfg.Pool.Workers = workers
			cfg.Reread = reread
			show := newProgress(cmd.ErrOrStderr())
			cfg.Progress = show.step
			report, err := batch.Run(cmd.Context(), cfg)
			show.end()
			if err != nil {
				return err
			}
			if err := printReport(cmd.OutOrStdout(), report, out, asJSON); err != nil {
				return fmt.Errorf("printing the summary: %w", err)
			}
			if report.ExitCode != batch.ExitDone {
				return &exitError{code: report.ExitCode}
			}
			return nil
		},
	}
	flags.add(cmd)
	known.add(cmd)
	fl := cmd.Flags()
	fl.StringVarP(&out, "output", "o", "", "folder for the results (made if missing)")
	fl.StringSliceVar(&forms, "forms", nil, "folder of further form definitions (YAML)")
	fl.IntVar(&workers, "workers", runtime.NumCPU(), "files read side by side")
	fl.BoolVar(&reread, "reread", false, "read again what is known from an earlier run")
	fl.BoolVar(&asJSON, "json", false, "print run.json instead of the summary")
	return cmd
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
