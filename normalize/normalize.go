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
}

// table has one row per type.
func table() []row {
	return []row{
		{"text", Text},
		{"name", Name},
		{"company", Company},
		{"date", Date},
		{"percent", Percent},
		{"phone", Phone},
		{"postal_code", PostalCode},
		{"email", Email},
		{"url", URL},
		{"choices", Choices},
		{"category", Category},
		{"version", Version},
		{"certificate_number", CertificateNumber},
		{"registration_number", RegistrationNumber},
		{"owners", Owners},
		{"acquisition", Acquisition},
		{"scope", Scope},
		{"credit_code", CreditCode},
		{"product_name", ProductName},
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
			return r.f, true
		}
	}
	return nil, false
}
