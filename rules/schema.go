package rules

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed record.schema.json
var schemaJSON []byte

// Schema returns the JSON Schema (draft 2020-12) of a record.
func Schema() []byte { return slices.Clone(schemaJSON) }

// compiled is the schema ready for use. It is made once and never changed.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, fmt.Errorf("record schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("record.schema.json", doc); err != nil {
		return nil, fmt.Errorf("record schema: %w", err)
	}
	return c.Compile("record.schema.json")
})

// Validate checks a record's JSON against the schema. The error names the
// places that do not fit.
func Validate(recordJSON []byte) error {
	schema, err := compiled()
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(recordJSON))
	if err != nil {
		return fmt.Errorf("record is no JSON: %w", err)
	}
	if err := schema.Validate(doc); err != nil {
		return fmt.Errorf("record does not fit its schema: %w", err)
	}
	return nil
}
