package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"dengji/normalize"
)

// leastMention is the least of a product's name, in characters, that a text mentions by
// more than chance.
const leastMention = 5

// compareMentions lets the products' names speak for the texts that mention them: a
// text that has a name but for its first letter lost it (Flow for iFlow), where a line
// begins with it and a detector's box does not.
func (b *builder) compareMentions() {
	var names []string
	for _, path := range b.expand(b.form.Identity.Product) {
		if f := b.find(path); f != nil {
			text, _ := f.Value.(string)
			name, _ := normalize.SplitVersion(text)
			names = append(names, name)
		}
	}
	for _, f := range b.fields {
		text, _ := f.Value.(string)
		if f.sure || f.ref.def.MaxRunes < 100 || text == "" {
			continue
		}
		for _, name := range names {
			_, first := utf8.DecodeRuneInString(name)
			rest := name[first:]
			if utf8.RuneCountInString(rest) < leastMention || strings.Contains(text, name) || !strings.HasPrefix(text, rest) {
				continue
			}
			f.features[featDiffer] = 1
			f.flag(normalize.CodeAmbiguous, fmt.Sprintf("以“%s”开头，而产品名称为“%s”，第一个字可能没有读到", rest, name), map[string]any{"values": []any{rest, name}})
			break
		}
	}
}
