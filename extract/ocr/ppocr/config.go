package ppocr

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Config names the files an Engine is made of. Any PP-OCR generation in ONNX
// form fits, as long as recognition model and dictionary belong together.
type Config struct {
	Library     string // ONNX Runtime shared library, 1.24 or newer
	Detection   string // DB text detection model
	Recognition string // CTC line recognition model
	Direction   string // 0°/180° classifier of a line; "" is allowed
	Dictionary  string // characters, one a line, in the order of the classes
	Untuned     bool   // take the recognition model as it is, without what dengji learned
	Threads     int    // threads inside one model run; 0 means 1
	DetectSide  int    // long side, in pixels, a page is shrunk to for detection; 0 means DefaultDetectSide
}

// ErrMissing is returned by Find when files are lacking. Its text says which
// and how to get them.
var ErrMissing = errors.New("PP-OCR files are missing")

// part is one file Find looks for.
type part struct {
	field    func(*Config) *string
	env      string
	patterns []string // names inside a models folder; the first pattern that matches decides
	optional bool
	what     string
}

func parts() []part {
	return []part{
		{func(c *Config) *string { return &c.Library }, "DENGJI_ORT_LIBRARY", []string{"libonnxruntime.so.1", "libonnxruntime.so*", "libonnxruntime*.dylib"}, false, "ONNX Runtime library"},
		{func(c *Config) *string { return &c.Detection }, "DENGJI_PPOCR_DET", []string{"*det*.onnx"}, false, "detection model"},
		{func(c *Config) *string { return &c.Recognition }, "DENGJI_PPOCR_REC", []string{"*rec*.onnx"}, false, "recognition model"},
		{func(c *Config) *string { return &c.Direction }, "DENGJI_PPOCR_CLS", []string{"*cls*.onnx", "*ori*.onnx"}, true, "direction model"},
		{func(c *Config) *string { return &c.Dictionary }, "DENGJI_PPOCR_DICT", []string{"*keys*.txt", "*dict*.txt"}, false, "dictionary"},
	}
}

// Find fills the empty fields of cfg. For each file it looks at the
// environment (DENGJI_ORT_LIBRARY, DENGJI_PPOCR_DET, DENGJI_PPOCR_REC,
// DENGJI_PPOCR_CLS, DENGJI_PPOCR_DICT), then into the folders of
// DENGJI_MODELS, exeDir/models and the user's data folder
// ($XDG_DATA_HOME/dengji/models), and for the library into the system's
// library folders. A dictionary is looked for beside the recognition model
// first. In a folder a file is known by its name (*det*.onnx and so on); two
// that fit are an error, never a guess.
//
// What a setting names must exist; a folder that does not is passed over,
// unless it is DENGJI_MODELS. When files are missing the error wraps
// ErrMissing and lists them all.
func Find(cfg Config, getenv func(string) string, exeDir string) (Config, error) {
	folders, err := modelFolders(getenv, exeDir)
	if err != nil {
		return cfg, err
	}
	var missing []string
	for _, p := range parts() {
		field := p.field(&cfg)
		where := folders
		if field == &cfg.Dictionary && cfg.Recognition != "" {
			where = append([]string{filepath.Dir(cfg.Recognition)}, folders...)
		}
		if field == &cfg.Library {
			where = append(where[:len(where):len(where)], libraryFolders(getenv)...)
		}
		path, err := findPart(p, *field, getenv(p.env), where)
		if err != nil {
			return cfg, err
		}
		*field = path
		if path == "" && !p.optional {
			missing = append(missing, fmt.Sprintf("%s (%s)", p.what, p.env))
		}
	}
	if len(missing) > 0 {
		return cfg, fmt.Errorf("%w: %s; looked in %s; run `make models`, or set DENGJI_MODELS to the folder that holds them",
			ErrMissing, strings.Join(missing, ", "), strings.Join(folders, ", "))
	}
	return cfg, nil
}

// findPart returns the path of one file: the configured one, the one the
// environment names, or the first found in a folder; "" when there is none.
func findPart(p part, configured, fromEnv string, folders []string) (string, error) {
	for _, named := range []string{configured, fromEnv} {
		if named == "" {
			continue
		}
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("finding the %s (%s): %w", p.what, p.env, err)
		}
		return named, nil
	}
	for _, folder := range folders {
		for _, pattern := range p.patterns {
			found, err := filepath.Glob(filepath.Join(escapeGlob(folder), pattern))
			if err != nil {
				return "", fmt.Errorf("finding the %s in %s: %w", p.what, folder, err)
			}
			if len(found) > 1 && !strings.HasPrefix(pattern, "lib") {
				return "", fmt.Errorf("finding the %s: %s holds several (%s); name one by %s",
					p.what, folder, baseNames(found), p.env)
			}
			if len(found) > 0 {
				return found[len(found)-1], nil
			}
		}
	}
	return "", nil
}

// modelFolders lists where models may lie, most particular first.
func modelFolders(getenv func(string) string, exeDir string) ([]string, error) {
	var folders []string
	if dir := getenv("DENGJI_MODELS"); dir != "" {
		if info, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("opening the models folder DENGJI_MODELS: %w", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("opening the models folder DENGJI_MODELS: %s is not a folder", dir)
		}
		folders = append(folders, dir)
	}
	if exeDir != "" {
		folders = append(folders, filepath.Join(exeDir, "models"))
	}
	if data := getenv("XDG_DATA_HOME"); data != "" {
		folders = append(folders, filepath.Join(data, "dengji", "models"))
	} else if home := getenv("HOME"); home != "" {
		folders = append(folders, filepath.Join(home, ".local", "share", "dengji", "models"))
	}
	return folders, nil
}

// libraryFolders are those a dynamic loader searches on Linux.
func libraryFolders(getenv func(string) string) []string {
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	folders := filepath.SplitList(getenv("LD_LIBRARY_PATH"))
	return append(folders, "/usr/local/lib", filepath.Join("/usr/lib", triplet), "/usr/lib64", "/usr/lib")
}

// escapeGlob keeps a folder's own *, ? and [ from being read as a pattern.
func escapeGlob(folder string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(folder)
}

func baseNames(paths []string) string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = filepath.Base(p)
	}
	return strings.Join(names, ", ")
}
