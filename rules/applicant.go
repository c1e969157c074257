package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dengji/normalize"
)

// settleApplicant takes the applicant's name from two other papers that spell
// it alike, the form's seal or certificates, where the scan of the form lost
// characters of it or read them badly. A character read clearly that they do
// not have stays: it is a contradiction, which others look at.
func (b *builder) settleApplicant(f *field) {
	best := prevailing(b.witnesses[f.Path])
	if f.sure || best == nil {
		return
	}
	if b.completeApplicant(f) {
		return
	}
	name, sealed := b.twiceNamed()
	least := likeNames
	if sealed {
		least = likeSealed
	}
	own, other := normalize.NameKey(fmt.Sprint(f.Value), false), normalize.NameKey(name, false)
	if name == "" || own == other || normalize.Similarity(own, other) < least || best.differsClearly(name) {
		return
	}
	f.Flags = slices.DeleteFunc(f.Flags, func(g Flag) bool { return g.Code == normalize.CodeFormatInvalid })
	f.flag(normalize.CodeRepaired, fmt.Sprintf("登记表读作“%v”，按印章和证书上的“%s”处理", f.Value, name), map[string]any{"values": []any{f.Value, name}})
	f.Value = name
	f.features[featRepaired] = 1
}

// outvoteCopy takes the scan's name again where the copy's was preferred to a
// doubtful reading, and a certificate's owner is called what the scan was read as:
// then the copy is the one that differs.
func (b *builder) outvoteCopy(f *field) {
	unsure := slices.IndexFunc(f.Flags, func(g Flag) bool { return g.Code == FlagReadersDisagree && g.Detail["unsure"] == true })
	best := prevailing(b.witnesses[f.Path])
	if unsure < 0 || best == nil {
		return
	}
	copied := copyOf(f.ref.def.Type, best, b.witnesses[f.Path])
	if copied == nil || !b.ownedBy(best) || b.ownedBy(copied) {
		return
	}
	f.Flags = slices.DeleteFunc(f.Flags, func(g Flag) bool { return g.Code == normalize.CodeRepaired || g.Detail["unsure"] == true })
	f.Value, f.sure = best.result.Value, false
	f.features[featDiffer], f.features[featRepaired], f.features[featContradict] = 0, 0, 1
	f.flag(FlagCopyDiffers, differs(best, copied), map[string]any{"values": []any{valueIn(best), valueIn(copied)}})
}

// ownedBy says whether a certificate's owner is called what a witness says.
func (b *builder) ownedBy(w *witness) bool {
	key := normalize.NameKey(fmt.Sprint(w.result.Value), false)
	return slices.ContainsFunc(b.certs, func(c *certificate) bool {
		return slices.ContainsFunc(c.owners(), func(o string) bool { return normalize.NameKey(o, false) == key })
	})
}

// completeApplicant takes the name of a certificate's owner where a scan of the
// form has the end of it only, all of it among a seal's characters, or half of it
// and guesses: no firm's name is the end of another's, but a reader may have seen no more of it under a
// seal, or too much. A branch's name goes on behind its firm's.
func (b *builder) completeApplicant(f *field) bool {
	const lost = 2 // characters of the beginning
	best := prevailing(b.witnesses[f.Path])
	own := normalize.NameKey(fmt.Sprint(f.Value), false)
	found := ""
	for _, c := range b.certs {
		for _, o := range c.owners() {
			key := normalize.NameKey(o, false)
			if key == own {
				return false // the form says what a certificate says: a second owner is no correction
			}
			missing := own != "" && strings.HasSuffix(key, own) && utf8.RuneCountInString(key)-utf8.RuneCountInString(own) >= lost &&
				clearIn(c.first(c.form.Identity.Applicant), key, own) // not what shines through before it
			more := key != "" && key != own && best.raw.Seal && strings.Contains(own, key) && !(strings.HasPrefix(own, key) && firmLike(own[len(key):]))
			guessed := key != own && best.raw.guessed() && normalize.Similarity(key, own) >= likeSealed
			if !missing && !more && !guessed {
				continue
			}
			if found != "" && normalize.NameKey(found, false) != key {
				return false
			}
			found = o
		}
	}
	if found == "" || slices.ContainsFunc(b.witnesses[f.Path], func(o witness) bool { return o.raw.Sure && o.present() }) {
		return false
	}
	f.flag(normalize.CodeRepaired, fmt.Sprintf("登记表读作“%v”，按证书上的“%s”处理", f.Value, found), map[string]any{"values": []any{f.Value, found}})
	f.flag(FlagReadersDisagree, "登记表上的单位名称可能没有读全，或读入了印文，请核对", map[string]any{"values": []any{f.Value, found}})
	f.Value = found
	f.features[featRepaired] = 1
	return true
}

// doubtApplicant takes the applicant's name and a certificate's owner that is
// nearly the same for one name, misread in one place: a person is asked. Where the
// form's reader took each character that differs for the owner's next, the
// owner's spelling stands.
func (b *builder) doubtApplicant(f *field, owner string) {
	f.features[featDiffer] = 1
	if f.sure {
		return
	}
	f.flag(FlagReadersDisagree, fmt.Sprintf("登记表读作“%v”，证书著作权人读作“%s”，其中一处可能识别有误", f.Value, owner), map[string]any{"values": []any{f.Value, owner}})
	best := prevailing(b.witnesses[f.Path])
	if best == nil || fmt.Sprint(best.result.Value) != fmt.Sprint(f.Value) || !best.mayRead(owner) {
		return
	}
	f.flag(normalize.CodeRepaired, fmt.Sprintf("登记表读作“%v”，按证书上的“%s”处理", f.Value, owner), map[string]any{"values": []any{f.Value, owner}})
	f.Value = owner
	f.features[featRepaired] = 1
}

// How like the other papers' name what was read must be: less where the form's
// own seal is one of them, for a seal stands on the form.
const (
	likeNames  = 0.8
	likeSealed = 0.5
)

// twiceNamed is the name that two papers beside the form's print spell alike,
// "" where there is none or more than one, and whether the form's seal has it.
func (b *builder) twiceNamed() (name string, bySeal bool) {
	spelled, papers := map[string]string{}, map[string]int{}
	say := func(names map[string]string) {
		for key, name := range names {
			spelled[key] = name
			papers[key]++
		}
	}
	sealed := map[string]string{}
	for _, pp := range b.formParts() {
		for _, s := range pp.part.Doc.Seals {
			if s.Filled == 0 && s.Text != "" && slices.Contains(pp.part.Pages, s.Page) {
				sealed[normalize.NameKey(s.Text, false)] = s.Text
			}
		}
	}
	say(sealed)
	for _, c := range b.certs {
		owners := map[string]string{}
		for _, o := range c.owners() {
			owners[normalize.NameKey(o, false)] = o
		}
		say(owners)
	}
	found := ""
	for key, n := range papers {
		switch {
		case n < 2 || key == "":
		case found != "":
			return "", false
		default:
			found, bySeal = spelled[key], sealed[key] != ""
		}
	}
	return found, bySeal
}

// differsClearly says whether a reading has a character that a name lacks, and
// that was read well.
func (w *witness) differsClearly(name string) bool {
	x, y := []rune(squeezed(w.raw.Raw)), []rune(squeezed(name))
	if len(x) != len(w.raw.Scores) {
		return !strings.Contains(string(y), string(x))
	}
	return slices.ContainsFunc(edits(x, y), func(e edit) bool { return !e.gap && w.raw.Scores[e.at] >= clearScore })
}
