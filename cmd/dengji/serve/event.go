// Package serve hands records on to other systems: a read-only HTTP API over
// one OUT, and a webhook that tells of changes.
package serve

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// Event is a change with the record that it led to: the body of a webhook
// request, and an item of /v1/changes?full=true. Record is the record as it
// was last kept under the event's revision, null of a submission that is gone.
type Event struct {
	store.Event
	Record json.RawMessage `json:"record"`
}

// withRecord completes a change.
func withRecord(ctx context.Context, st *store.Store, e store.Event) (Event, error) {
	full := Event{Event: e, Record: json.RawMessage("null")}
	if e.Kind != store.ChangeRecord {
		return full, nil
	}
	line, err := st.RecordAt(ctx, e.Submission, e.Revision)
	if err != nil {
		return full, err
	}
	full.Record = bytes.TrimSuffix(line, []byte("\n"))
	return full, nil
}

//go:embed event.schema.json
var eventSchema []byte

// EventSchema returns the JSON Schema (draft 2020-12) of an Event, with the
// record's schema in it.
func EventSchema() ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(eventSchema, &doc); err != nil {
		return nil, fmt.Errorf("event schema: %w", err)
	}
	doc["$defs"] = map[string]any{"record": json.RawMessage(rules.Schema())}
	return encode(doc, "  ")
}

// encode is JSON ended by a newline, with <, > and & as they are.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(v)
	return b.Bytes(), err
}
