package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"dengji/rules"
)

// Changes lists, by path, the leaves in which two data documents (JSON
// objects) differ; before may be empty. Lists of objects are compared item by
// item, lists of plain values as one value, as record paths have it.
func Changes(before, after []byte) ([]rules.Change, error) {
	a, err := Leaves(before)
	if err != nil {
		return nil, fmt.Errorf("comparing with the last revision: %w", err)
	}
	b, err := Leaves(after)
	if err != nil {
		return nil, fmt.Errorf("comparing with the last revision: %w", err)
	}
	var changes []rules.Change
	for path, v := range b {
		if old, ok := a[path]; !ok || !reflect.DeepEqual(old, v) {
			changes = append(changes, rules.Change{Path: path, Before: old, After: v})
		}
	}
	for path, v := range a {
		if _, ok := b[path]; !ok {
			changes = append(changes, rules.Change{Path: path, Before: v})
		}
	}
	slices.SortFunc(changes, func(x, y rules.Change) int { return strings.Compare(x.Path, y.Path) })
	return changes, nil
}

// Leaves returns every leaf of a JSON object by its path. Empty input has
// none.
func Leaves(data []byte) (map[string]any, error) {
	leaves := map[string]any{}
	if len(data) == 0 {
		return leaves, nil
	}
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	collect(leaves, "", v)
	return leaves, nil
}

func collect(leaves map[string]any, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			next := k
			if path != "" {
				next = path + "." + k
			}
			collect(leaves, next, e)
		}
	case []any:
		if len(v) > 0 && allObjects(v) {
			for i, e := range v {
				collect(leaves, fmt.Sprintf("%s[%d]", path, i), e)
			}
			return
		}
		leaves[path] = v
	default:
		leaves[path] = v
	}
}

func allObjects(list []any) bool {
	for _, e := range list {
		if _, ok := e.(map[string]any); !ok {
			return false
		}
	}
	return true
}
