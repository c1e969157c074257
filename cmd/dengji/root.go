package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
)

// rootCommand puts the program together: one row per command.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dengji",
		Short: "Turn a folder of received registration forms into records",
		Long: `dengji reads the registration forms, certificates and user reports that companies
send (DOCX, XLSX, PDF, scans, photos) and writes one JSON record per submission:
every value with where it was read, how sure that is, and whether a person must look.`,
		Example: `  dengji run inbox -o out        read every file under inbox, write records into out
  dengji extract scan.pdf        what is read from one file, as JSON
  dengji doctor                  what is installed and what is missing`,
		Version:       programVersion(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError("there is no command %q%s; see `dengji --help`", args[0], suggestion(cmd, args[0]))
			}
			return cmd.Help()
		},
	}
	root.SuggestionsMinimumDistance = 2
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError("%v; see `%s --help`", err, cmd.CommandPath())
	})
	root.AddCommand(runCommand(), extractCommand(), exportCommand(), formsCommand(), evalCommand(),
		doctorCommand(), reviewCommand(), decideCommand(), applyCommand(), checkCommand(), serveCommand(), notifyCommand(), schemaCommand(), versionCommand(),
		workerCommand())
	return root
}

func suggestion(cmd *cobra.Command, name string) string {
	if list := cmd.SuggestionsFor(name); len(list) > 0 {
		return fmt.Sprintf(" (did you mean %s?)", strings.Join(list, ", "))
	}
	return ""
}

// exactly refuses any other number of arguments, in words.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		want := strings.Join(names, " ")
		if want == "" {
			want = "no arguments"
		}
		return usageError("%s takes %s, got %d arguments; see `%s --help`", cmd.CommandPath(), want, len(args), cmd.CommandPath())
	}
}

// readFlags are the flags of commands that read files.
type readFlags struct {
	reader  string
	models  batch.Models
	timeout time.Duration
	memory  int // MiB per worker
	limits  extract.Limits
}

func (f *readFlags) add(cmd *cobra.Command) {
	f.limits = extract.DefaultLimits()
	fl := cmd.Flags()
	fl.StringVar(&f.reader, "reader", env("DENGJI_READER", "auto"), "auto (PP-OCR, Tesseract for what is doubtful), ppocr, or tesseract [$DENGJI_READER]")
	fl.StringVar(&f.models.Dir, "models", "", "folder of the PP-OCR models and ONNX Runtime (default: models beside the program) [$DENGJI_MODELS]")
	fl.StringVar(&f.models.Library, "ort-library", "", "ONNX Runtime library [$DENGJI_ORT_LIBRARY]")
	fl.StringVar(&f.models.Detection, "det-model", "", "text detection model [$DENGJI_PPOCR_DET]")
	fl.StringVar(&f.models.Recognition, "rec-model", "", "line recognition model [$DENGJI_PPOCR_REC]")
	fl.StringVar(&f.models.Dictionary, "dict", "", "dictionary of the recognition model [$DENGJI_PPOCR_DICT]")
	fl.DurationVar(&f.timeout, "timeout", time.Minute, "time one file may take; each page read gives half as much more")
	fl.IntVar(&f.memory, "memory", 2048, "memory one worker may use, in MiB")
	for _, l := range extract.LimitTable() {
		switch v := l.Of(&f.limits).(type) {
		case *int:
			fl.IntVar(v, l.Flag, *v, l.Usage)
		case *int64:
			fl.Int64Var(v, l.Flag, *v, l.Usage)
		case *float64:
			fl.Float64Var(v, l.Flag, *v, l.Usage)
		}
	}
}

// checkLimits refuses limits under which nothing could be read.
func checkLimits(limits *extract.Limits) error {
	for _, l := range extract.LimitTable() {
		positive := true
		switch v := l.Of(limits).(type) {
		case *int:
			positive = *v > 0
		case *int64:
			positive = *v > 0
		case *float64:
			positive = *v > 0 // not NaN
		}
		if !positive {
			return usageError("--%s must be above 0", l.Flag)
		}
	}
	return nil
}

// pool makes the pool that reads, with the program itself as the child.
func (f *readFlags) pool() (batch.Pool, error) {
	switch f.reader {
	case "auto", "ppocr", "tesseract":
	default:
		return batch.Pool{}, usageError("--reader (or $DENGJI_READER) is auto, ppocr or tesseract, not %q", f.reader)
	}
	switch {
	case f.timeout <= 0:
		return batch.Pool{}, usageError("--timeout must be above 0, for instance 60s, not %s", f.timeout)
	case f.memory < 256:
		return batch.Pool{}, usageError("--memory must be at least 256 (MiB), not %d", f.memory)
	}
	if err := checkLimits(&f.limits); err != nil {
		return batch.Pool{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return batch.Pool{}, fmt.Errorf("finding the program's own file: %w", err)
	}
	memory := int64(f.memory) << 20
	return batch.Pool{
		Command: batch.Command{Path: self, Args: []string{"worker"}},
		Setup: batch.Setup{Reader: f.reader, Models: f.models, Limits: f.limits, CacheDir: cacheDir(),
			Parallel: 1, DataLimit: uint64(2 * memory)},
		Workers: 1,
		Bounds:  batch.Bounds{Time: f.timeout, PerPage: f.timeout / 2, Memory: memory},
	}, nil
}

// cacheDir is where PDFium's compiled code is kept; without a home it is
// compiled anew.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir = filepath.Join(dir, "dengji")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return ""
	}
	return dir
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// logger writes plain lines.
func logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, nil))
}

// printJSON writes v with two spaces' indent and <, > and & as they are.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// programVersion is the module's version, or the commit it was built from.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version, commit, dirty := info.Main.Version, "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if version != "" && version != "(devel)" {
		return version
	}
	if len(commit) > 12 {
		commit = commit[:12]
	}
	if commit == "" {
		return "devel"
	}
	return commit + dirty
}

func versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the program's version", Example: "  dengji version --json", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := map[string]string{"version": programVersion(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), v)
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "dengji %s (%s, %s)\n", v["version"], v["go"], v["platform"])
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
