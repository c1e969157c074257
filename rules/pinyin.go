package rules

import (
	"fmt"
	"strings"

	"dengji/normalize"
)

// comparePinyin lets names speak for addresses that spell them: a web address or a
// mail domain with the applicant's name but for one letter, a mailbox with a
// person's. A letter of an address that was misread with a high score has no other
// witness. Which of the two is wrong nobody knows: a person is asked, and the name's
// letter stands only where the reader took the other for it next.
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
			b.spells(f, withoutTop(hostName(text)), names)
		case "email":
			mailbox, domain, _ := strings.Cut(text, "@")
			if !normalize.PublicMailHost(domain) {
				b.spells(f, withoutTop(strings.ToLower(domain)), names)
			}
			b.spells(f, mailbox, persons)
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

// spells doubts an address that misses the pinyin of a name by one letter.
func (b *builder) spells(f *field, letters string, names []*field) {
	for _, n := range names {
		text := n.Value.(string)
		if n.ref.def.Type != "name" {
			text = normalize.Distinctive(text)
		}
		if seen, want := normalize.NearPinyin(text, letters); seen != "" {
			f.flag(normalize.CodeAmbiguous, fmt.Sprintf("“%s”与“%s”“%v”的拼音“%s”差一个字母，可能有误读", seen, n.Label, n.Value, want),
				map[string]any{"values": []any{f.Value, n.Value}, "pinyin": want})
			f.features[featDiffer] = 1
			f.respell(prevailing(b.witnesses[f.Path]), seen, want)
			return
		}
	}
}

// respell gives an address the letter of a name's pinyin where its reader says that it
// may be that letter.
func (f *field) respell(best *witness, seen, want string) {
	text, _ := f.Value.(string)
	at := strings.Index(lowerLatin(text), seen)
	if at < 0 || len(seen) != len(want) || best == nil || fmt.Sprint(best.result.Value) != text {
		return
	}
	in := strings.Index(lowerLatin(best.raw.Raw), seen)
	if in < 0 || !best.mayRead(best.raw.Raw[:in]+want+best.raw.Raw[in+len(seen):]) {
		return
	}
	f.Value = text[:at] + want + text[at+len(seen):]
	f.features[featRepaired] = 1
	f.flag(normalize.CodeRepaired, fmt.Sprintf("读作“%s”，按拼音“%s”处理", text, want), map[string]any{"values": []any{text, f.Value}})
}

// lowerLatin lowers A to Z and leaves every other character, and with it every place
// in the text, as it is.
func lowerLatin(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
