package rules

import "github.com/go-ego/gse"

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
	ID          string     `yaml:"id"`
	Name        string     `yaml:"name"`
	Kind        string     `yaml:"kind"`
	Provisional bool       `yaml:"provisional"`
	Titles      []string   `yaml:"titles"`     // words of a page's heading, any of which makes the page this form
	MinLabels   int        `yaml:"min_labels"` // labels that make a page this form without its title
	Threshold   float64    `yaml:"threshold"`  // confidence under which a person looks
	Identity    Identity   `yaml:"identity"`
	Fields      []FieldDef `yaml:"fields"`
	Tables      []TableDef `yaml:"tables"`
	Sections    []LabelDef `yaml:"sections"` // headings: they end a value and have none
	Notes       []LabelDef `yaml:"notes"`    // printed text that is nobody's value
	Checks      ChecksDef  `yaml:"checks"`
	Endorsed    []string   `yaml:"endorsed"` // words after which a signature stands (user reports)
	File        string     `yaml:"-"`        // where it was loaded from
	seg         *gse.Segmenter
	labels      []label // in the form's order; the segmenter's tags name them
}

// Identity names the fields that tell submissions apart and tie documents
// together.
type Identity struct {
	Applicant string `yaml:"applicant"` // field of the applicant's name; of a certificate: of its owners
	Product   string `yaml:"product"`   // field of a product's or software's name
	Version   string `yaml:"version"`
	Date      string `yaml:"date"` // the date that a certificate governs
	Number    string `yaml:"number"`
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
	None       []string `yaml:"none"` // words beside 无 that say "none"
	Code       string   `yaml:"code"` // regular expression with one group: the value in a QR code's text
	From       string   `yaml:"from"` // path of the field this one is cut from (a version at a name's end)
}

// TableDef is a table of rows under a row of labels.
type TableDef struct {
	Path    string     `yaml:"path"`     // products
	MaxRows int        `yaml:"max_rows"` // rows the notice allows; more are read too
	Columns []FieldDef `yaml:"columns"`  // Path is relative to a row
}

// LabelDef is printed text that is no field's label.
type LabelDef struct {
	Label   string   `yaml:"label"`
	Aliases []string `yaml:"aliases"`
}

// ChecksDef is the notice's data for the checks.
type ChecksDef struct {
	Rows []CheckDef `yaml:"rows"`
}

// CheckDef is one check: its id, clause and data.
type CheckDef struct {
	ID     string   `yaml:"id"`
	Clause string   `yaml:"clause"`
	From   string   `yaml:"from"`  // date, inclusive
	Until  string   `yaml:"until"` // date, inclusive
	Max    int      `yaml:"max"`
	Fields []string `yaml:"fields"`
}
