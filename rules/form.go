package rules

import (
	"regexp"

	"github.com/go-ego/gse"
)

// Kinds of definitions and of parts.
const (
	KindForm        = "form"
	KindCertificate = "copyright_certificate"
	KindReport      = "user_report"
	KindOther       = "other"

	KindFormScan = "form_scan" // kinds of documents in a record, for KindForm
	KindFormCopy = "form_copy"
)

// Places where a value can sit, relative to its label.
const (
	PlaceAfter    = "after"    // same cell or line, after the label
	PlaceRight    = "right"    // next cell, or next text on the line, to the right
	PlaceBelow    = "below"    // cell or text beneath
	PlaceBlock    = "block"    // after the label and on, through cells or lines that hold no label
	PlaceFoot     = "foot"     // no label: the last line of the page that is a value of the type
	PlaceAnywhere = "anywhere" // no label: the first text of the page that is a value of the type
)

// Form is one definition: which words stand on the paper, where their values
// sit, and what the values must be. All of it is data (see forms/*.yaml).
type Form struct {
	ID          string        `yaml:"id"`
	Name        string        `yaml:"name"`
	Kind        string        `yaml:"kind"`
	Provisional bool          `yaml:"provisional"`
	Framed      bool          `yaml:"framed"`     // ruled lines are a frame around the text, not cells
	Titles      []string      `yaml:"titles"`     // words of a page's heading, any of which makes the page this form
	MinLabels   int           `yaml:"min_labels"` // labels that make a page this form without its title; 0: never
	Threshold   float64       `yaml:"threshold"`  // confidence under which a person looks
	Identity    Identity      `yaml:"identity"`
	Attachments []Attachment  `yaml:"attachments"`
	Requires    []Requirement `yaml:"requires"`
	Shares      *Shares       `yaml:"shares"`
	Release     []Release     `yaml:"release"`
	Layout      []Item        `yaml:"layout"`
	Checks      []CheckDef    `yaml:"checks"`
	File        string        `yaml:"-"` // where it was loaded from

	// The layout's fields and tables by themselves, for those who list them.
	Fields []FieldDef `yaml:"-"`
	Tables []TableDef `yaml:"-"`

	titles []titleText
	labels []label // in the form's order; the segmenter's tags name them
	fields []fieldRef
	seg    gse.Segmenter // its dictionary is this form's labels and vocabulary, nothing else
}

// Identity names the fields that tell submissions apart and tie documents
// together.
type Identity struct {
	Applicant string `yaml:"applicant"` // the applicant's name; on a certificate its owners
	Product   string `yaml:"product"`   // a product's or software's name
	Version   string `yaml:"version"`
	Number    string `yaml:"number"` // what makes two pages the same certificate
	Date      string `yaml:"date"`   // the date that a certificate governs
}

// Attachment is a document of another definition that belongs to a submission
// of this form.
type Attachment struct {
	Form    string `yaml:"form"`    // id of its definition
	Path    string `yaml:"path"`    // list in the record its fields go to; "" for none
	Governs string `yaml:"governs"` // date field of this form that it settles
}

// Requirement is a paper that a submission must have. Ask is the sentence
// that asks the applicant for it; {name} in it is the row's value of Each.
type Requirement struct {
	Kind string `yaml:"kind"` // form_scan, form_copy, copyright_certificate, user_report
	Each string `yaml:"each"` // field of a row each of which needs one; "" for one in all
	Ask  string `yaml:"ask"`
}

// Shares names percentages of a row that bound one another: Whole is the
// row's share of everything, Parts are shares of Whole.
type Shares struct {
	Whole string   `yaml:"whole"`
	Parts []string `yaml:"parts"`
}

// Release is one date of a certificate that can be a product's release date.
type Release struct {
	Path  string `yaml:"path"`
	Basis string `yaml:"basis"` // as detail.basis says it
}

// Item is one thing printed on the form. Exactly one of Section, Note, Table
// and Path is set.
type Item struct {
	Section  string     `yaml:"section"` // a heading: it ends a value and has none
	Note     string     `yaml:"note"`    // printed text that is nobody's value
	Table    string     `yaml:"table"`   // path of a list whose rows stand under a row of labels
	MaxRows  int        `yaml:"max_rows"`
	Columns  []FieldDef `yaml:"columns"` // of Table; paths are relative to a row
	FieldDef `yaml:",inline"`
}

// FieldDef is one field.
type FieldDef struct {
	Path       string   `yaml:"path"`
	Label      string   `yaml:"label"` // as printed, with its bracketed hint
	Aliases    []string `yaml:"aliases"`
	Place      []string `yaml:"place"` // tried in this order
	Type       string   `yaml:"type"`  // a type of package normalize
	Required   bool     `yaml:"required"`
	Vocabulary []string `yaml:"vocabulary"`
	MaxRunes   int      `yaml:"max_runes"`
	Min        *float64 `yaml:"min"`
	Max        *float64 `yaml:"max"`
	None       []string `yaml:"none"`      // words beside 无 that say "none"
	Code       string   `yaml:"code"`      // regular expression with one group: the value in a QR code's text
	From       string   `yaml:"from"`      // field this one is cut from where it has no label of its own (a version at a name's end)
	Bracketed  bool     `yaml:"bracketed"` // label and value stand in brackets inside another value
	Floating   bool     `yaml:"floating"`  // the label keeps no order among the others
	Internal   bool     `yaml:"internal"`  // read for the checks, not part of the record
}

// TableDef is a table of the layout.
type TableDef struct {
	Path    string
	MaxRows int // rows the notice allows, 0 for any number; more are read too
	Columns []FieldDef
}

// CheckDef is one check: its id, clause and data.
type CheckDef struct {
	ID         string   `yaml:"id"`
	Rule       string   `yaml:"rule"` // a name of Predicates; may be left out for ids of CheckIDs
	Clause     string   `yaml:"clause"`
	Fields     []string `yaml:"fields"`
	Table      string   `yaml:"table"`
	Attachment string   `yaml:"attachment"`
	From       string   `yaml:"from"`  // date, inclusive
	Until      string   `yaml:"until"` // date, inclusive
	Max        int      `yaml:"max"`
	Words      []string `yaml:"words"` // what must not stand in the text that is looked at
}

// fieldRef is one field with its full path pattern (products[].name).
type fieldRef struct {
	path  string
	table string // path of the table it is a column of, "" for none
	label int    // index into Form.labels, -1 where nothing is printed
	def   FieldDef
	code  *regexp.Regexp
}

// field finds a field by its path pattern.
func (f *Form) field(pattern string) (*fieldRef, bool) {
	for i := range f.fields {
		if f.fields[i].path == pattern {
			return &f.fields[i], true
		}
	}
	return nil, false
}

// attachment finds the attachment of an id.
func (f *Form) attachment(id string) (Attachment, bool) {
	for _, a := range f.Attachments {
		if a.Form == id {
			return a, true
		}
	}
	return Attachment{}, false
}
