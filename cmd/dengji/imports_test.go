package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mayImport says which of our own packages a package may import: docs/DESIGN.md's
// table of rooms. A key or value ending in /... stands for all beneath it
// too; the longest key that fits decides. .golangci.yml holds the same table.
var mayImport = map[string][]string{
	"dengji/cmd/dengji":                {"dengji/..."},
	"dengji/cmd/dengji/batch":          {"dengji/cmd/dengji/store", "dengji/rules", "dengji/normalize", "dengji/extract"},
	"dengji/cmd/dengji/store":          {"dengji/rules", "dengji/extract"},
	"dengji/cmd/dengji/eval":           {"dengji/cmd/dengji/store", "dengji/fixtures", "dengji/rules", "dengji/normalize", "dengji/extract"},
	"dengji/cmd/dengji/export":         {"dengji/cmd/dengji/export/crop", "dengji/cmd/dengji/store", "dengji/rules", "dengji/normalize"},
	"dengji/cmd/dengji/export/crop":    {},
	"dengji/cmd/dengji/export/correct": {"dengji/cmd/dengji/export", "dengji/extract", "dengji/extract/opc"}, // a reviewer's workbook is a stranger's file too
	"dengji/cmd/dengji/web":            {"dengji/cmd/dengji/store"},
	"dengji/cmd/dengji/review":         {"dengji/cmd/dengji/web", "dengji/cmd/dengji/batch", "dengji/cmd/dengji/store", "dengji/rules", "dengji/normalize", "dengji/extract"},
	"dengji/cmd/dengji/serve":          {"dengji/cmd/dengji/web", "dengji/cmd/dengji/store", "dengji/rules"},
	"dengji/cmd/dengji/outtest":        {"dengji/cmd/dengji/batch", "dengji/cmd/dengji/store", "dengji/rules", "dengji/extract", "dengji/fixtures/..."},
	"dengji/rules/...":                 {"dengji/rules/...", "dengji/normalize", "dengji/extract"},
	"dengji/normalize/...":             {"dengji/normalize/..."},
	"dengji/extract":                   {},
	"dengji/extract/...":               {"dengji/extract/..."},
	"dengji/fixtures/...":              {"dengji/fixtures/..."},
}

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// packages asks the go command for every package of the module.
func packages(t *testing.T) []pkg {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func matches(pattern, path string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == base || strings.HasPrefix(path, base+"/")
	}
	return path == pattern
}

// allowed reports whether from may import to.
func allowed(from, to string) bool {
	if from == to {
		return true
	}
	best := ""
	for key := range mayImport {
		if matches(key, from) && (len(key) > len(best) || key == from) && best != from {
			best = key
		}
	}
	for _, pattern := range mayImport[best] {
		if matches(pattern, to) {
			return true
		}
	}
	return false
}

func TestImports(t *testing.T) {
	all := packages(t)
	if len(all) < 10 {
		t.Fatalf("go list names %d packages only", len(all))
	}
	for _, p := range all {
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "dengji/") && !allowed(p.ImportPath, imported) {
				t.Errorf("%s must not import %s (docs/DESIGN.md, Rooms)", p.ImportPath, imported)
			}
		}
	}
}

// The table itself must refuse what the design refuses.
func TestImportTable(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"dengji/rules", "dengji/extract", true}, {"dengji/rules", "dengji/extract/open", false},
		{"dengji/rules", "dengji/cmd/dengji/store", false}, {"dengji/normalize", "dengji/extract", false},
		{"dengji/extract", "dengji/normalize", false}, {"dengji/extract", "dengji/extract/page", false},
		{"dengji/extract/open", "dengji/extract/scan", true}, {"dengji/extract/scan", "dengji/rules", false},
		{"dengji/fixtures/gen/paper", "dengji/fixtures", true}, {"dengji/fixtures/gen", "dengji/extract", false},
		{"dengji/cmd/dengji", "dengji/extract/open", true}, {"dengji/cmd/dengji/batch", "dengji/extract/open", false},
		{"dengji/cmd/dengji/store", "dengji/cmd/dengji/batch", false},
	} {
		if got := allowed(tt.from, tt.to); got != tt.want {
			t.Errorf("%s → %s allowed: %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}
