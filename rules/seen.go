package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Definition is the definition of the field at a path (products[0].name) of a
// record of a form, or of a definition attached to it.
func (f *Forms) Definition(form, path string) (FieldDef, bool) {
	def, err := f.definition(form, path)
	if err != nil {
		return FieldDef{}, false
	}
	return *def, true
}

// Seen names what a reviewer saw of a field: its value and what stands where
// on which paper. Who takes a word on the field later can tell whether it was
// said of the same. Confidence and flags do not count, nor do boxes, which
// another reader draws a little differently.
func (f *Field) Seen() string {
	type spot struct {
		Document, Cell, Raw string
		Page                *int
	}
	what := struct {
		Path, State, Raw string
		Value            any
		Spots            []spot
	}{Path: f.Path, State: string(f.State), Raw: f.Raw, Value: f.Value}
	for _, e := range f.Evidence {
		what.Spots = append(what.Spots, spot{e.Document, e.Cell, e.Raw, e.Page})
	}
	text, err := json.Marshal(what)
	if err != nil { // a value that is no JSON was never in a record
		return ""
	}
	sum := sha256.Sum256(text)
	return "s" + hex.EncodeToString(sum[:8]) // no program takes it for a number
}
