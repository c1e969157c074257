package rules

import (
	"fmt"
	"strings"

	"dengji/normalize"
)

// comparePinyin lets names speak for addresses that spell them: a web address or a
// mail domain with the applicant's name but for one letter, a mailbox with a
// person's. A letter of an address that was misread with a high score has no other
// witness. Which of the two is wrong nobody knows, so nothing is repaired.
func (b *builder) comparePinyin() {
	var names, persons []*field
	for _, f := range b.fields {
		if text, _ := f.Value.(string); f.row >= 0 || text == "" {
			continue
		}
		switch {
		case f.Path == b.form.Identity.Applicant:
			names = append(names, f)
		case f.ref.def.Type == "name":
			persons = append(persons, f)
		}
	}
	for _, f := range b.fields {
		text, _ := f.Value.(string)
		if f.sure || text == "" {
			continue
		}
		switch f.ref.def.Type {
		case "url":
			f.spells(withoutTop(hostName(text)), names)
		case "email":
			mailbox, domain, _ := strings.Cut(text, "@")
			if !normalize.PublicMailHost(domain) {
				f.spells(withoutTop(strings.ToLower(domain)), names)
			}
			f.spells(mailbox, persons)
		}
	}
}

// withoutTop is a host without its last part.
func withoutTop(host string) string {
	if i := strings.LastIndexByte(host, '.'); i > 0 {
		return host[:i]
	}
	return host
}

// spells doubts an address that misses the pinyin of a name by one letter, unless
// it has another name's.
func (f *field) spells(letters string, names []*field) {
	for _, n := range names {
		text := n.Value.(string)
		if n.ref.def.Type != "name" {
			text = normalize.Distinctive(text)
		}
		if seen, want := normalize.NearPinyin(text, letters); seen != "" {
			f.flag(normalize.CodeAmbiguous, fmt.Sprintf("“%s”与“%s”“%v”的拼音“%s”差一个字母，可能有误读", seen, n.Label, n.Value, want),
				map[string]any{"values": []any{f.Value, n.Value}, "pinyin": want})
			f.features[featDiffer] = 1
			return
		}
	}
}
