package rules

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// keys reports every key that the type does not know, at any depth, and says
// whether the node has the shape of the type at all.
func (c *formChecker) keys(n *yaml.Node, t reflect.Type, what string) bool {
	n = resolve(n)
	switch t.Kind() {
	case reflect.Pointer:
		return c.keys(n, t.Elem(), what)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			c.addAt(n, what+" must be a list", "write it as [a, b] or as lines that begin with -")
			return false
		}
		ok := true
		for _, e := range n.Content {
			ok = c.keys(e, t.Elem(), what) && ok
		}
		return ok
	case reflect.Struct:
		return c.mapping(n, t, what)
	}
	if n.Kind != yaml.ScalarNode {
		c.addAt(n, what+" must be a single value", "")
		return false
	}
	return true
}

func (c *formChecker) mapping(n *yaml.Node, t reflect.Type, what string) bool {
	if n.Kind != yaml.MappingNode {
		c.addAt(n, what+" must be a list of key: value", "compare with a definition that ships with the program")
		return false
	}
	known := yamlKeys(t)
	ok := true
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		ft, is := known[key.Value]
		if !is {
			c.addAt(key, fmt.Sprintf("unknown key %q", key.Value), nearKey(key.Value, known))
			continue
		}
		if seen[key.Value] {
			c.addAt(key, fmt.Sprintf("key %q stands twice", key.Value), "")
			ok = false
		}
		seen[key.Value] = true
		ok = c.keys(value, ft, key.Value) && ok
	}
	return ok
}

// yamlKeys lists the keys a struct is read from, with their types.
func yamlKeys(t reflect.Type) map[string]reflect.Type {
	keys := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _ := f.Tag.Lookup("yaml")
		switch {
		case tag == ",inline":
			for k, v := range yamlKeys(f.Type) {
				keys[k] = v
			}
		case tag != "" && tag != "-":
			keys[tag] = f.Type
		}
	}
	return keys
}

func nearKey(key string, known map[string]reflect.Type) string {
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		if editDistance([]rune(k), []rune(key)) <= 2 {
			return fmt.Sprintf("did you mean %q?", k)
		}
	}
	return "known keys: " + strings.Join(names, ", ")
}

// child returns the value of a key, nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	n = resolve(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return resolve(n.Content[i+1])
		}
	}
	return nil
}

// elem returns element i of a list, or the value of its key where one is given.
func elem(seq *yaml.Node, i int, key string) *yaml.Node {
	if seq == nil || i >= len(seq.Content) {
		return nil
	}
	if key == "" {
		return resolve(seq.Content[i])
	}
	return orNode(child(seq.Content[i], key), seq.Content[i])
}

// resolve follows aliases (*name) to what they stand for.
func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func orNode(n, other *yaml.Node) *yaml.Node {
	if n != nil {
		return n
	}
	return other
}
