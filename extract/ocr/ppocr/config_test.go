package ppocr

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var modelFiles = []string{"libonnxruntime.so.1", "x_det.onnx", "x_rec.onnx", "x_cls.onnx", "keys.txt"}

// folder makes a models folder with these files; its name has glob characters.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mo[de]ls*")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func env(pairs ...string) func(string) string {
	return func(key string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == key {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestFindByFolder(t *testing.T) {
	dir := folder(t, modelFiles...)
	cfg, err := Find(Config{}, env("DENGJI_MODELS", dir), "")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Library: filepath.Join(dir, modelFiles[0]), Detection: filepath.Join(dir, modelFiles[1]),
		Recognition: filepath.Join(dir, modelFiles[2]), Direction: filepath.Join(dir, modelFiles[3]),
		Dictionary: filepath.Join(dir, modelFiles[4]),
	}
	if cfg != want {
		t.Errorf("found %+v, want %+v", cfg, want)
	}
	// Beside the program, and in the user's data folder.
	exe, data := filepath.Dir(folder(t)), t.TempDir()
	if err := os.Rename(folder(t, modelFiles...), filepath.Join(exe, "models")); err != nil {
		t.Fatal(err)
	}
	if cfg, err = Find(Config{}, env(), exe); err != nil || filepath.Dir(cfg.Detection) != filepath.Join(exe, "models") {
		t.Errorf("beside the program: %+v, %v", cfg, err)
	}
	if err := os.MkdirAll(filepath.Join(data, "dengji"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(folder(t, modelFiles...), filepath.Join(data, "dengji", "models")); err != nil {
		t.Fatal(err)
	}
	if cfg, err = Find(Config{}, env("XDG_DATA_HOME", data), ""); err != nil || !strings.HasPrefix(cfg.Detection, data) {
		t.Errorf("in the data folder: %+v, %v", cfg, err)
	}
}

func TestFindPrefers(t *testing.T) {
	dir, newer := folder(t, modelFiles...), folder(t, "v5_rec.onnx", "v5_dict.txt")
	rec := filepath.Join(newer, "v5_rec.onnx")
	// A recognition model brings the dictionary beside it.
	cfg, err := Find(Config{}, env("DENGJI_MODELS", dir, "DENGJI_PPOCR_REC", rec), "")
	if err != nil || cfg.Recognition != rec || cfg.Dictionary != filepath.Join(newer, "v5_dict.txt") {
		t.Errorf("by environment: %+v, %v", cfg, err)
	}
	// What the caller set goes before the environment.
	det := filepath.Join(newer, "v5_rec.onnx")
	cfg, err = Find(Config{Detection: det}, env("DENGJI_MODELS", dir, "DENGJI_PPOCR_DET", filepath.Join(dir, "x_det.onnx")), "")
	if err != nil || cfg.Detection != det {
		t.Errorf("by setting: %+v, %v", cfg, err)
	}
	// The direction model may be missing.
	cfg, err = Find(Config{}, env("DENGJI_MODELS", folder(t, modelFiles[0], modelFiles[1], modelFiles[2], modelFiles[4])), "")
	if err != nil || cfg.Direction != "" {
		t.Errorf("without direction: %+v, %v", cfg, err)
	}
}

func TestFindFails(t *testing.T) {
	full := folder(t, modelFiles...)
	for _, c := range []struct {
		name    string
		env     func(string) string
		missing bool
		says    []string
	}{
		{"nothing there", env("LD_LIBRARY_PATH", full), true, []string{"detection model (DENGJI_PPOCR_DET)", "dictionary (DENGJI_PPOCR_DICT)", "make models"}},
		{"part missing", env("DENGJI_MODELS", folder(t, modelFiles[:4]...)), true, []string{"dictionary"}},
		{"no such folder", env("DENGJI_MODELS", full+"/none"), false, []string{"DENGJI_MODELS"}},
		{"no such file", env("DENGJI_MODELS", full, "DENGJI_PPOCR_REC", full+"/none.onnx"), false, []string{"DENGJI_PPOCR_REC", "none.onnx"}},
		{"two that fit", env("DENGJI_MODELS", folder(t, append(modelFiles, "y_det.onnx")...)), false, []string{"x_det.onnx, y_det.onnx", "DENGJI_PPOCR_DET"}},
	} {
		_, err := Find(Config{}, c.env, "")
		if err == nil || errors.Is(err, ErrMissing) != c.missing {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q does not say %q", c.name, err, s)
			}
		}
	}
}
