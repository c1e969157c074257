package main

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dengji/cmd/dengji/batch"
)

// Keys name what results depend on, so that what would come out the same is
// not done again.

// programKey names the code of this program: the build's own id, which changes
// with every change of code or embedded data.
func programKey() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the program's own file: %w", err)
	}
	f, err := os.Open(self)
	if err != nil {
		return "", fmt.Errorf("naming the program: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if id := goBuildID(f); len(id) > 0 {
		h.Write(id)
	} else if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("naming the program: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// goBuildID is the note that Go's linker leaves, nil where there is none.
func goBuildID(f io.ReaderAt) []byte {
	e, err := elf.NewFile(f)
	if err != nil {
		return nil
	}
	s := e.Section(".note.go.buildid")
	if s == nil {
		return nil
	}
	note, err := s.Data()
	// Name length, description length, type, "Go\0\0", then the id; one that
	// was cut away with -buildid= names nothing.
	if err != nil || len(note) <= 16 || len(bytes.Trim(note[16:], "\x00")) == 0 {
		return nil
	}
	return note
}

// rulesKey names the program and the form definitions of dirs.
func rulesKey(dirs []string) (string, error) {
	program, err := programKey()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, program)
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return "", fmt.Errorf("naming the forms: %w", err)
		}
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
				continue
			}
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return "", fmt.Errorf("naming the forms: %w", err)
			}
			fmt.Fprintf(h, "%s %x\n", e.Name(), sha256.Sum256(data))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// readersKey names all that decides what a child says it reads with: the
// program, its settings, the environment that leads to models and languages,
// and the models' files as they are. A reader that changes without any of
// these is noticed as soon as a child is started.
func readersKey(setup batch.Setup) (string, error) {
	program, err := programKey()
	if err != nil {
		return "", err
	}
	setup.PageImages, setup.CacheDir = "", ""
	h := sha256.New()
	fmt.Fprintln(h, program)
	if err := json.NewEncoder(h).Encode(setup); err != nil {
		return "", fmt.Errorf("naming the readers: %w", err)
	}
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "DENGJI_") || strings.HasPrefix(v, "TESSDATA_PREFIX=") {
			fmt.Fprintln(h, v)
		}
	}
	models, missing := findModels(setup.Models)
	fmt.Fprintln(h, missing)
	files := []string{models.Library, models.Detection, models.Recognition, models.Direction, models.Dictionary}
	for _, dir := range []string{os.Getenv("TESSDATA_PREFIX"), "/usr/share/tesseract-ocr/5/tessdata", "/usr/local/share/tessdata", "/usr/share/tessdata"} {
		for _, lang := range []string{"chi_sim", "eng"} {
			files = append(files, filepath.Join(dir, lang+".traineddata"))
		}
	}
	for _, path := range files {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
