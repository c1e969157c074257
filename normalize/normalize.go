// Package normalize turns the text of one field into a value of the field's
// type.
//
// Every normaliser is a pure [Func]: the same text and options give the same
// [Result], nothing is read or kept besides. What a text leaves open or what
// had to be put right stands in Result.Doubts; a normaliser never guesses
// silently. A value that is returned is always well formed: a date exists in
// the calendar, a percentage lies within its limits, a code's check digit
// fits. A value put back in as text gives the same value again.
package normalize

import "strings"

// State says what a field's text amounts to. The words are those of a record.
type State string

// States of a field. Result.Value is nil unless the state is StateValue, and
// nil there too where the text says something that is no single value (a
// range).
const (
	StateValue      State = "value"
	StateNone       State = "none"       // the form says 无
	StateBlank      State = "blank"      // nothing was filled in
	StateUnreadable State = "unreadable" // something was, but it is no value of the type
)

// Codes of doubts: a subset of a record's flag codes.
const (
	CodeAmbiguous     = "ambiguous"
	CodeFormatInvalid = "format_invalid"
	CodeOutOfRange    = "out_of_range"
	CodeRepaired      = "repaired"
	CodeTooLong       = "too_long"
)

// Result is what a text says as a value of one type.
type Result struct {
	Value  any // string, float64 or []string, by type; nil unless State is StateValue
	State  State
	Detail map[string]any // qualifier, min, max, note, precision, others, …; nil when empty
	Doubts []Doubt        // in the order they arose; nil when there are none
}

// Doubt is a reason to look at a value. Code is one of the Code constants,
// Message says in Chinese what was seen.
type Doubt struct {
	Code    string
	Message string
	Detail  map[string]any
}

// Options are what a form's definition says about a field. The zero value
// asks for nothing.
type Options struct {
	Vocabulary []string // words of choices and category, in the form's order
	Min, Max   *float64 // limits of percent, in percent points; nil means 0 and 100
	MaxRunes   int      // characters a text may have, white space not counted; 0 means any number
	OCR        bool     // the text was read from pixels: likely confusions (O for 0, l for 1) may be repaired
}

// Func normalises one text.
type Func func(raw string, opt Options) Result

// row is one row of the table of value types.
type row struct {
	name string
	f    Func
	code bool // no value begins or ends with a quotation mark
}

// withoutQuotes reads a text from pixels once more without the quotation marks at its
// ends where it is no value with them: specks (300319”).
func withoutQuotes(f Func) Func {
	return func(raw string, opt Options) Result {
		r := f(raw, opt)
		bare := strings.Trim(raw, " “”‘’\"'`「」")
		if !opt.OCR || r.State != StateUnreadable || bare == raw || bare == "" {
			return r
		}
		if again := f(bare, opt); again.State == StateValue {
			return again.doubt(CodeRepaired, "读到“%s”，按“%s”处理", raw, bare)
		}
		return r
	}
}

// table has one row per type.
func table() []row {
	return []row{
		{"text", Text, false},
		{"name", Name, false},
		{"company", Company, false},
		{"date", Date, true},
		{"percent", Percent, true},
		{"phone", Phone, true},
		{"postal_code", PostalCode, true},
		{"email", Email, true},
		{"url", URL, true},
		{"choices", Choices, false},
		{"category", Category, false},
		{"version", Version, false},
		{"certificate_number", CertificateNumber, true},
		{"registration_number", RegistrationNumber, true},
		{"owners", Owners, false},
		{"acquisition", Acquisition, false},
		{"scope", Scope, false},
		{"credit_code", CreditCode, true},
		{"product_name", ProductName, false},
	}
}

// Types returns the names of all types in table order.
func Types() []string {
	rows := table()
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.name
	}
	return names
}

// Lookup returns the normaliser of a type.
func Lookup(name string) (Func, bool) {
	for _, r := range table() {
		if r.name == name {
			if r.code {
				return withoutQuotes(r.f), true
			}
			return r.f, true
		}
	}
	return nil, false
}
