package normalize

import (
	"strings"
	"unicode"
)

// Text and the types below are filled in one by one.
func Text(raw string, opt Options) Result {
	if s := strings.TrimSpace(raw); s != "" {
		return Result{Value: s, State: StateValue}
	}
	return Result{State: StateBlank}
}

func Name(raw string, opt Options) Result               { return Text(raw, opt) }
func Company(raw string, opt Options) Result            { return Text(raw, opt) }
func Date(raw string, opt Options) Result               { return Text(raw, opt) }
func Percent(raw string, opt Options) Result            { return Text(raw, opt) }
func Phone(raw string, opt Options) Result              { return Text(raw, opt) }
func PostalCode(raw string, opt Options) Result         { return Text(raw, opt) }
func Email(raw string, opt Options) Result              { return Text(raw, opt) }
func URL(raw string, opt Options) Result                { return Text(raw, opt) }
func Choices(raw string, opt Options) Result            { return Text(raw, opt) }
func Category(raw string, opt Options) Result           { return Text(raw, opt) }
func Version(raw string, opt Options) Result            { return Text(raw, opt) }
func CertificateNumber(raw string, opt Options) Result  { return Text(raw, opt) }
func RegistrationNumber(raw string, opt Options) Result { return Text(raw, opt) }
func Owners(raw string, opt Options) Result             { return Text(raw, opt) }
func Acquisition(raw string, opt Options) Result        { return Text(raw, opt) }
func Scope(raw string, opt Options) Result              { return Text(raw, opt) }
func CreditCode(raw string, opt Options) Result         { return Text(raw, opt) }
func ProductName(raw string, opt Options) Result        { return Text(raw, opt) }

// FoldWidth folds full-width letters and digits.
func FoldWidth(s string) string { return s }

// JoinLines joins the lines of one cell.
func JoinLines(lines []string) string { return strings.Join(lines, "") }

// CountRunes counts characters without white space.
func CountRunes(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// Distance is the edit distance of a and b, likely misreadings cost less than 1.
func Distance(a, b string) float64 { return 0 }

// Similarity is 1 for equal texts, 0 for texts with nothing in common.
func Similarity(a, b string) float64 { return 0 }

// NameKey is the key by which names of companies and products are compared.
func NameKey(s string, stripVersion bool) string { return s }

// SplitVersion cuts a product's name and its version apart.
func SplitVersion(s string) (name, version string) { return s, "" }

// PostalProvince names the province of a postal code.
func PostalProvince(code string) (string, bool) { return "", false }
