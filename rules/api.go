package rules

import "dengji/extract"

// Forms is a set of definitions, ready for use: their label dictionaries are
// built. It is safe for use by several goroutines.
type Forms struct{ list []*Form }

// LoadForms reads the embedded definitions, then every *.yaml of dirs; a
// definition replaces an earlier one of the same id.
func LoadForms(dirs ...string) (*Forms, error) { return &Forms{}, nil }

// List returns the definitions, the embedded ones first.
func (f *Forms) List() []*Form { return f.list }

// Get returns the definition of an id.
func (f *Forms) Get(id string) (*Form, bool) { return nil, false }

// Mistake is something wrong in a definition file.
type Mistake struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // from 1
	Column  int    `json:"column"` // from 1
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// CheckForms looks for mistakes in one definition file or all *.yaml of a
// folder. The error is for what could not be read at all.
func CheckForms(path string) ([]Mistake, error) { return nil, nil }

// Part is a run of pages of one document that are of one kind.
type Part struct {
	Doc   *extract.Document
	Pages []int  // indices into Doc.Pages, ascending
	Kind  string // form, copyright_certificate, user_report, other
	Form  string // id of the definition; "" for other
	Score float64
}

// Segment cuts a document into parts: each page finds its kind by what it
// says.
func Segment(doc *extract.Document, forms *Forms) []Part { return nil }

// Input is one file that was read.
type Input struct {
	Path  string // relative to the inbox, with /
	Doc   *extract.Document
	Parts []Part // from Segment; made by Group or Build where nil
}

// Submission is all documents of one applicant for one form.
type Submission struct {
	Key        string // folder, or the first form's path: stable name of the group within one inbox
	Enterprise string // the applicant as far as known while grouping
	Inputs     []Input
}

// Unassigned is a document that could not be placed.
type Unassigned struct {
	Input Input
	Guess string  // Key of the submission it fits best; "" for none
	Score float64 // 0 to 1
	Why   string  // Chinese
}

// Group puts documents together: a sub-folder is one submission, files in a
// flat folder belong together by the enterprise they name.
func Group(inputs []Input, forms *Forms) ([]Submission, []Unassigned) { return nil, nil }

// Options are what Build may know beside the documents. The zero value will
// do.
type Options struct {
	Received string   // date of receipt, ISO 8601; "" where it is not known
	Weights  *Weights // nil for the embedded ones
}

// Weights is the confidence model.
type Weights struct{}

// Trace is how a record's confidences came about, for fitting them.
type Trace struct {
	Fields []FieldTrace `json:"fields"`
}

// FieldTrace holds one field's features.
type FieldTrace struct {
	Path     string             `json:"path"`
	Kind     string             `json:"kind"` // kind of the prevailing witness's document
	Features map[string]float64 `json:"features"`
}

// Build makes the record of one submission. ID and History are the store's.
func Build(sub Submission, forms *Forms, opt Options) (*Record, *Trace, error) {
	return nil, nil, nil
}

// Sample is one field whose value is known to be right or wrong.
type Sample struct {
	Features map[string]float64
	Right    bool
}

// FitConfidence fits the model to samples.
func FitConfidence(samples []Sample, from Weights) Weights { return from }

// Schema returns the JSON Schema (draft 2020-12) of a record.
func Schema() []byte { return nil }

// Validate checks a record's JSON against the schema.
func Validate(recordJSON []byte) error { return nil }
