package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed forms/*.yaml
var embedded embed.FS

// Forms is a set of definitions, ready for use: their label dictionaries are
// built. It is safe for use by several goroutines.
type Forms struct {
	list    []*Form
	weights *Weights
}

// LoadForms reads the embedded definitions, then every *.yaml of dirs; a
// definition replaces an earlier one of the same id. A file with a mistake is
// an error that names file, line and column.
func LoadForms(dirs ...string) (*Forms, error) {
	weights, err := embeddedWeights()
	if err != nil {
		return nil, err
	}
	fs := &Forms{weights: weights}
	if err := fs.loadFrom(embedded, "forms", "forms"); err != nil {
		return nil, fmt.Errorf("load embedded forms: %w", err)
	}
	for _, dir := range dirs {
		if err := fs.loadFrom(os.DirFS(dir), ".", dir); err != nil {
			return nil, fmt.Errorf("load forms of %s: %w", dir, err)
		}
	}
	return fs, nil
}

// loadFrom adds the *.yaml of a folder of fsys, in the order of their names.
// shown is the folder as messages name it.
func (f *Forms) loadFrom(fsys fs.FS, dir, shown string) error {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !isYAML(e.Name()) {
			continue
		}
		data, err := fs.ReadFile(fsys, strings.TrimPrefix(dir+"/"+e.Name(), "./"))
		if err != nil {
			return err
		}
		form, err := parseForm(filepath.Join(shown, e.Name()), data)
		if err != nil {
			return err
		}
		f.add(form)
	}
	return nil
}

func isYAML(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml"
}

func (f *Forms) add(form *Form) {
	if i := slices.IndexFunc(f.list, func(o *Form) bool { return o.ID == form.ID }); i >= 0 {
		f.list[i] = form
		return
	}
	f.list = append(f.list, form)
}

// List returns the definitions, the embedded ones first.
func (f *Forms) List() []*Form { return slices.Clone(f.list) }

// Get returns the definition of an id.
func (f *Forms) Get(id string) (*Form, bool) {
	for _, form := range f.list {
		if form.ID == id {
			return form, true
		}
	}
	return nil, false
}

// parseForm reads one definition and makes it ready for use.
func parseForm(file string, data []byte) (*Form, error) {
	if mistakes := checkForm(file, data); len(mistakes) > 0 {
		errs := make([]error, len(mistakes))
		for i, m := range mistakes {
			errs[i] = m
		}
		return nil, errors.Join(errs...)
	}
	form := &Form{File: file}
	if err := yaml.Unmarshal(data, form); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if form.Threshold == 0 {
		form.Threshold = 0.9
	}
	if err := form.prepare(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return form, nil
}

// prepare builds what is looked up while mapping: titles, labels with their
// dictionary, and the fields' paths.
func (f *Form) prepare() error {
	for _, t := range f.Titles {
		f.titles = append(f.titles, titleText{text: t, fold: foldText(t)})
	}
	for _, it := range f.Layout {
		switch {
		case it.Section != "":
			f.addLabel(labelSection, -1, append([]string{it.Section}, it.Aliases...))
		case it.Note != "":
			f.addLabel(labelNote, -1, append([]string{it.Note}, it.Aliases...))
		case it.Table != "":
			f.Tables = append(f.Tables, TableDef{it.Table, it.MaxRows, it.Columns})
			for _, c := range it.Columns {
				if err := f.addField(it.Table+"[]."+c.Path, it.Table, c); err != nil {
					return err
				}
			}
		default:
			f.Fields = append(f.Fields, it.FieldDef)
			if err := f.addField(it.Path, "", it.FieldDef); err != nil {
				return err
			}
		}
	}
	return f.buildDictionary()
}

func (f *Form) addField(path, table string, def FieldDef) error {
	ref := fieldRef{path: path, table: table, def: def, label: -1}
	if def.Code != "" {
		re, err := regexp.Compile(def.Code)
		if err != nil {
			return fmt.Errorf("code of %s: %w", path, err)
		}
		ref.code = re
	}
	if table != "" || !slices.Equal(def.Place, []string{PlaceFoot}) {
		kind := labelField
		if table != "" {
			kind = labelColumn
		}
		ref.label = f.addLabel(kind, len(f.fields), append([]string{def.Label}, def.Aliases...))
		f.labels[ref.label].floating = def.Floating
		f.labels[ref.label].bracketed = def.Bracketed
	}
	f.fields = append(f.fields, ref)
	return nil
}
