package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Data is a record's data: nested objects whose keys keep the order in which
// they were set. Its leaves are those of Field.Value.
type Data struct {
	keys   []string
	values map[string]any // *Data, []any, string, float64, []string or nil
}

// NewData returns an empty object.
func NewData() *Data { return &Data{values: map[string]any{}} }

// step is one part of a path: a key, and an index where the key holds a list.
type step struct {
	key   string
	index int // -1: no list; -2: the list itself ("[]")
}

// parsePath cuts "products[0].name" into steps.
func parsePath(path string) ([]step, error) {
	var steps []step
	for part := range strings.SplitSeq(path, ".") {
		s := step{key: part, index: -1}
		if i := strings.IndexByte(part, '['); i >= 0 {
			if !strings.HasSuffix(part, "]") {
				return nil, fmt.Errorf("path %q: [ without ]", path)
			}
			s.key = part[:i]
			if inner := part[i+1 : len(part)-1]; inner == "" {
				s.index = -2
			} else {
				n, err := strconv.Atoi(inner)
				if err != nil || n < 0 || n > 1000 {
					return nil, fmt.Errorf("path %q: %q is no index", path, inner)
				}
				s.index = n
			}
		}
		if s.key == "" {
			return nil, fmt.Errorf("path %q: an empty part", path)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// Set puts a value at a path and makes what is missing on the way. A path
// that ends in "[]" makes an empty list.
func (d *Data) Set(path string, value any) error {
	steps, err := parsePath(path)
	if err != nil {
		return err
	}
	return d.set(steps, value, path)
}

func (d *Data) set(steps []step, value any, path string) error {
	s, rest := steps[0], steps[1:]
	if _, ok := d.values[s.key]; !ok {
		d.keys = append(d.keys, s.key)
		d.values[s.key] = nil
	}
	if s.index == -1 {
		if len(rest) == 0 {
			d.values[s.key] = value
			return nil
		}
		child, ok := d.values[s.key].(*Data)
		if !ok {
			child = NewData()
			d.values[s.key] = child
		}
		return child.set(rest, value, path)
	}
	list, _ := d.values[s.key].([]any)
	if list == nil {
		list = []any{}
	}
	if s.index >= 0 {
		for len(list) <= s.index {
			list = append(list, NewData())
		}
	}
	d.values[s.key] = list
	switch {
	case s.index == -2 && len(rest) > 0:
		return fmt.Errorf("path %q: an index is missing", path)
	case s.index == -2:
		return nil
	case len(rest) == 0:
		list[s.index] = value
		return nil
	}
	child, ok := list[s.index].(*Data)
	if !ok {
		child = NewData()
		list[s.index] = child
	}
	return child.set(rest, value, path)
}

// Get returns the value at a path.
func (d *Data) Get(path string) (any, bool) {
	steps, err := parsePath(path)
	if err != nil {
		return nil, false
	}
	var at any = d
	for _, s := range steps {
		obj, ok := at.(*Data)
		if !ok || obj == nil {
			return nil, false
		}
		if at, ok = obj.values[s.key]; !ok {
			return nil, false
		}
		if s.index >= 0 {
			list, ok := at.([]any)
			if !ok || s.index >= len(list) {
				return nil, false
			}
			at = list[s.index]
		}
	}
	return at, true
}

// Map returns the data as the plain maps that encoding/json would give.
func (d *Data) Map() map[string]any {
	m := make(map[string]any, len(d.keys))
	for k, v := range d.values {
		m[k] = plain(v)
	}
	return m
}

func plain(v any) any {
	switch v := v.(type) {
	case *Data:
		return v.Map()
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = e
		}
		return out
	}
	return v
}

// MarshalJSON keeps the keys' order.
func (d *Data) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range d.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encode(&b, k); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := encode(&b, d.values[k]); err != nil {
			return nil, fmt.Errorf("data: %s: %w", k, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode writes v without escaping <, > and &, which are text here.
func encode(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	return nil
}

// UnmarshalJSON keeps the keys' order.
func (d *Data) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	t, err := dec.Token()
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if t != json.Delim('{') {
		return fmt.Errorf("data: not an object")
	}
	obj, err := decodeObject(dec)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	*d = *obj
	return nil
}

func decodeObject(dec *json.Decoder) (*Data, error) {
	d := NewData()
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := t.(string)
		if !ok {
			return nil, fmt.Errorf("key %v", t)
		}
		v, err := decodeValue(dec)
		if err != nil {
			return nil, err
		}
		if _, ok := d.values[key]; !ok {
			d.keys = append(d.keys, key)
		}
		d.values[key] = v
	}
	_, err := dec.Token()
	return d, err
}

func decodeValue(dec *json.Decoder) (any, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return decodeObject(dec)
	case json.Delim('['):
		return decodeList(dec)
	}
	return t, nil
}

// decodeList gives []string where all elements are strings and []any
// otherwise; an empty list is []any{}.
func decodeList(dec *json.Decoder) (any, error) {
	list, texts := []any{}, []string{}
	for dec.More() {
		v, err := decodeValue(dec)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if s, ok := v.(string); ok {
			texts = append(texts, s)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if len(list) > 0 && len(texts) == len(list) {
		return texts, nil
	}
	return list, nil
}
