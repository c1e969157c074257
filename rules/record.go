// Package rules turns what was read from the documents of a submission into
// one record: it knows the forms (as data), finds labels and their values,
// weighs what several documents say of one field, and checks the rules of the
// notice.
//
// Everything here is pure: the same documents, forms and weights give the same
// record. Only [LoadForms] and [CheckForms] read files.
package rules

import (
	"dengji/extract"
	"dengji/normalize"
)

// RecordSchema is the value of Record.Schema.
const RecordSchema = "dengji/record/v1"

// Statuses of a record.
const (
	StatusClean  = "clean"
	StatusReview = "review"
)

// Record is one submission as the outside sees it. Data and Fields always
// agree: Data is made from Fields.
type Record struct {
	Schema    string     `json:"schema"`
	ID        string     `json:"id"`       // minted by the store, "" from Build
	Revision  int        `json:"revision"` // set by the store, 1 from Build
	Form      string     `json:"form"`
	Status    string     `json:"status"`
	Data      *Data      `json:"data"`
	Fields    []Field    `json:"fields"`
	Checks    []Check    `json:"checks"`
	Missing   []Missing  `json:"missing"` // papers that the submission lacks
	Documents []Source   `json:"documents"`
	History   []Revision `json:"history"` // filled by the store
}

// Field says how one value of the record came to be.
type Field struct {
	Path       string          `json:"path"` // products[0].revenue_share
	Label      string          `json:"label"`
	Value      any             `json:"value"` // string, float64, []string; nil unless State is value
	Raw        string          `json:"raw"`   // text of the prevailing witness
	State      normalize.State `json:"state"`
	Confidence float64         `json:"confidence"` // probability that Value and State are right
	Review     bool            `json:"review"`
	Detail     map[string]any  `json:"detail"`
	Flags      []Flag          `json:"flags"`
	Evidence   []Evidence      `json:"evidence"` // the prevailing witness first
}

// Flag codes. Those of package normalize are flag codes too.
const (
	FlagLowConfidence      = "low_confidence"
	FlagReadersDisagree    = "readers_disagree"
	FlagUnderSeal          = "under_seal"
	FlagCopyDiffers        = "copy_differs"
	FlagCertificateDiffers = "certificate_differs"
	FlagMissing            = "missing"
	FlagCorrected          = "corrected"         // by a reviewer's decision
	FlagDecisionOutdated   = "decision_outdated" // a reviewer decided, and a newer document says something else
	FlagCatalogue          = "catalogue_match"   // last year's catalogue has the product, or nearly
)

// Flag is something a reviewer should know of a field. Message is Chinese and
// says what was seen.
type Flag struct {
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Detail  map[string]any `json:"detail,omitempty"`
}

// Evidence is one witness of a field: where it stands and what it says there.
type Evidence struct {
	Document   string       `json:"document"` // sha256:…
	Path       string       `json:"path"`     // relative to the inbox
	Page       *int         `json:"page"`     // from 1; nil where the format has no pages
	Box        *extract.Box `json:"box"`      // points, upright page; nil where the format has no pages
	Cell       string       `json:"cell,omitempty"`
	Reader     string       `json:"reader"`
	Raw        string       `json:"raw"`
	Confidence float64      `json:"confidence"`
}

// Outcomes of a check.
const (
	Pass    = "pass"
	Fail    = "fail"
	Unknown = "unknown"
)

// Check is the outcome of one rule of the notice. Message can be forwarded to
// the applicant as it stands.
type Check struct {
	ID       string   `json:"id"`
	Clause   string   `json:"clause"`
	Outcome  string   `json:"outcome"`
	Message  string   `json:"message"`
	Fields   []string `json:"fields"` // paths the outcome rests on
	Evidence []Proof  `json:"evidence"`
}

// Proof is a place that an outcome rests on. Text is what stands there.
type Proof struct {
	Document string       `json:"document"` // sha256:…
	Path     string       `json:"path"`
	Page     *int         `json:"page"` // from 1; nil where the format has no pages
	Box      *extract.Box `json:"box"`  // points, upright page; nil for the whole page
	Text     string       `json:"text"`
}

// Missing is a paper that a submission lacks. Message can be forwarded to the
// applicant as it stands.
type Missing struct {
	Kind    string `json:"kind"`          // as in documents[].kind
	For     string `json:"for,omitempty"` // path of the row that lacks it: products[0]
	Message string `json:"message"`
	Unsure  bool   `json:"unsure,omitempty"` // something was sent that may be it and could not be told
	Note    string `json:"note,omitempty"`   // of what is unsure, for whoever asks for it: what to look at first. Chinese
}

// Source is one document, or the pages of one kind in it.
type Source struct {
	Path   string       `json:"path"`
	SHA256 string       `json:"sha256"`
	Pages  []int        `json:"pages"` // from 1; empty where the format has no pages
	Kind   string       `json:"kind"`
	Seals  []SourceSeal `json:"seals"`

	SupersededBy string `json:"superseded_by,omitempty"` // sha256 of the newer document that took its place
	Gone         bool   `json:"gone,omitempty"`          // no longer in the inbox; it still counts
}

// SourceSeal is a seal on such a page.
type SourceSeal struct {
	Page              int         `json:"page"`
	Box               extract.Box `json:"box"`
	Shape             string      `json:"shape"`
	Text              string      `json:"text"`
	Inside            string      `json:"inside,omitempty"`
	MatchesEnterprise *bool       `json:"matches_enterprise"` // nil where the text could not be read

	seen   *extract.Seal // as the document has it
	unlike float64       // what speaks against the applicant's name on the ring, see ringFit
}

// Revision is one entry of a record's history.
type Revision struct {
	Revision int      `json:"revision"`
	At       string   `json:"at"` // RFC 3339
	Because  string   `json:"because"`
	Changed  []string `json:"changed,omitempty"` // paths
	Changes  []Change `json:"changes,omitempty"` // the same with their values
}

// Change is one leaf of a record's data before and after a revision; nil
// where there was or is none.
type Change struct {
	Path   string `json:"path"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}
