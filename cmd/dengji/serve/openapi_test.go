package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// description is openapi.json ready to check answers against.
type description struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
}

func describe(t *testing.T) *description {
	t.Helper()
	data, err := openAPI()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("file:///openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return &description{doc.(map[string]any), c}
}

var variable = regexp.MustCompile(`[~/]`)

// pointer makes a JSON pointer.
func pointer(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + variable.ReplaceAllStringFunc(p, func(s string) string { return map[string]string{"~": "~0", "/": "~1"}[s] }))
	}
	return b.String()
}

// at follows a pointer's parts, and references on the way; it returns where it
// came out.
func (d *description) at(parts ...string) (any, string) {
	var v any = d.doc
	var way []string
	for _, p := range append(parts, "") {
		if m, ok := v.(map[string]any); ok && m["$ref"] != nil {
			way = strings.Split(strings.TrimPrefix(m["$ref"].(string), "#/"), "/")
			v, _ = d.at(way...)
		}
		if p != "" {
			m, _ := v.(map[string]any)
			v, way = m[p], append(slices.Clone(way), p)
		}
	}
	return v, pointer(way...)
}

// fits checks an answer to a route against the description.
func (d *description) fits(route string, status int, kind string, body []byte) error {
	answers, _ := d.at("paths", route, "get", "responses")
	name := fmt.Sprint(status)
	if m, _ := answers.(map[string]any); m[name] == nil {
		name = "default"
		if status < 400 {
			return fmt.Errorf("%s says nothing of %d", route, status)
		}
	}
	content, where := d.at("paths", route, "get", "responses", name, "content")
	if content == nil {
		if len(body) > 0 {
			return fmt.Errorf("%s %d should have no body", route, status)
		}
		return nil
	}
	entry, ok := content.(map[string]any)[kind].(map[string]any)
	if !ok {
		return fmt.Errorf("%s %d is %q, described are %v", route, status, kind, slices.Collect(maps.Keys(content.(map[string]any))))
	}
	if entry["schema"] == nil { // a picture
		return nil
	}
	schema, err := d.compiler.Compile("file:///openapi.json#" + where + pointer(kind, "schema"))
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %d is no JSON: %w", route, status, err)
	}
	return schema.Validate(v)
}

func TestDescriptionIsOpenAPI(t *testing.T) {
	d := describe(t)
	data, err := os.ReadFile(filepath.Join("testdata", "openapi-3.1.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	meta, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("file:///meta.json", meta); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("file:///meta.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(d.doc); err != nil {
		t.Errorf("openapi.json is no OpenAPI 3.1: %v", err)
	}
	schemas, _ := d.at("components", "schemas")
	for name := range schemas.(map[string]any) {
		if _, err := d.compiler.Compile("file:///openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	// The check itself must be able to fail.
	delete(d.doc, "info")
	if err := schema.Validate(d.doc); err == nil {
		t.Error("a description without info is taken for OpenAPI")
	}
}

// Every route is described with its parameters, and nothing else is.
func TestDescriptionHasEveryRoute(t *testing.T) {
	d := describe(t)
	paths, _ := d.at("paths")
	described := paths.(map[string]any)
	ids := map[string]bool{}
	for _, r := range routes {
		op, _ := d.at("paths", r.pattern, "get")
		get, ok := op.(map[string]any)
		if !ok {
			t.Errorf("%s is not described", r.pattern)
			continue
		}
		delete(described, r.pattern)
		id, _ := get["operationId"].(string)
		if id == "" || ids[id] {
			t.Errorf("%s has the operationId %q", r.pattern, id)
		}
		ids[id] = true
		params, _ := get["parameters"].([]any)
		var query, inPath []string
		for _, p := range params {
			m := p.(map[string]any)
			if ref, ok := m["$ref"].(string); ok {
				v, _ := d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
				m = v.(map[string]any)
			}
			switch m["in"] {
			case "query":
				query = append(query, m["name"].(string))
			case "path":
				inPath = append(inPath, "{"+m["name"].(string)+"}")
			}
		}
		slices.Sort(query)
		if want := slices.Sorted(slices.Values(r.params)); !slices.Equal(query, want) {
			t.Errorf("%s takes %v, described are %v", r.pattern, want, query)
		}
		if want := regexp.MustCompile(`\{[a-z0-9]+\}`).FindAllString(r.pattern, -1); !slices.Equal(inPath, want) {
			t.Errorf("%s has %v, described are %v", r.pattern, want, inPath)
		}
	}
	for path := range described {
		t.Errorf("%s is described and not there", path)
	}
}

// The event's own schema takes what the webhook sends.
func TestEventSchema(t *testing.T) {
	data, err := EventSchema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("event.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("event.json")
	if err != nil {
		t.Fatal(err)
	}
	st, _ := openTemp(t)
	change(t, st, 1, "138")
	events, err := st.Since(t.Context(), 0, 9)
	if err != nil || len(events) != 1 {
		t.Fatalf("%v, %v", events, err)
	}
	full, err := withRecord(t.Context(), st, events[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		edit func(*Event)
		ok   bool
	}{
		{"as it is", func(*Event) {}, true},
		{"gone", func(e *Event) { e.Kind, e.Record = "gone", json.RawMessage("null") }, true},
		{"gone with a record", func(e *Event) { e.Kind = "gone" }, false},
		{"a record without one", func(e *Event) { e.Record = json.RawMessage("null") }, false},
		{"another record", func(e *Event) { e.Record = json.RawMessage(`{"schema":"dengji/record/v1"}`) }, false},
		{"another kind", func(e *Event) { e.Kind = "other" }, false},
	} {
		e := full
		tt.edit(&e)
		body, err := encode(e, "")
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
