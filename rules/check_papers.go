package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/normalize"
)

// Checks of the papers beside the form, and of what is stamped on them.

func checkCopyright(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	lacking := true // all that fails is that no certificate is there
	applicant := b.text(b.form.Identity.Applicant)
	for _, path := range b.paths(def) {
		f := b.find(path)
		name, _ := f.Value.(string)
		switch {
		case f.row >= len(b.matched) || name == "":
			t.add(Unknown, path, "未能读出产品名称，无法核对软件著作权登记证书，请提交清晰的登记表")
		case b.matched[f.row] >= 0:
			b.checkCertificate(&t, f, name, applicant, b.certs[b.matched[f.row]])
			lacking = lacking && t.outcome != Fail
		case slices.ContainsFunc(b.certs, (*certificate).unnamed):
			t.add(Unknown, path, "有证书的软件名称未能辨认，无法确认“%s”的软件著作权登记证书，请提交清晰的证书扫描件", name)
		case b.unclaimedName() != "":
			t.add(b.certain(b.orUnknown(Fail, f), b.unclaimedField()), path, "没有与“%s”相符的软件著作权登记证书（所附证书的软件名称为“%s”），请补充该产品的证书", name, b.unclaimedName())
		case len(b.certs) > 0:
			t.add(b.orUnknown(Fail, f), path, "没有与“%s”相符的软件著作权登记证书，请补充该产品的证书", name)
		default:
			t.add(Fail, path, "缺少“%s”的软件著作权登记证书，请补充证书扫描件", name)
		}
	}
	v := t.verdict("各产品均有软件著作权登记证书，著作权人为申报单位。", "未读到产品，请核对登记表。")
	if lacking {
		v = unlessLoose(v, b.loosePapers())
	}
	v.proofs = b.proofs(v.fields)
	for i, c := range b.certs {
		if slices.Contains(b.matched, i) || v.outcome != Pass {
			if w := c.first(c.form.Identity.Product); w != nil && w.raw.Doc != nil {
				e := w.evidence()
				v.proofs = append(v.proofs, Proof{Document: e.Document, Path: e.Path, Page: e.Page, Box: e.Box, Text: e.Raw})
			}
		}
	}
	return v
}

func (c *certificate) unnamed() bool { return c.value(c.form.Identity.Product) == "" }

// unclaimedName is the name on a certificate that belongs to no product.
func (b *builder) unclaimedName() string {
	for i, c := range b.certs {
		if !slices.Contains(b.matched, i) && !c.unnamed() {
			return c.value(c.form.Identity.Product)
		}
	}
	return ""
}

// unclaimedField is that name's field.
func (b *builder) unclaimedField() *field {
	for i, c := range b.certs {
		if !slices.Contains(b.matched, i) && !c.unnamed() {
			return c.fields[c.form.Identity.Product]
		}
	}
	return nil
}

// checkCertificate compares a product's certificate with the form: its name,
// then its owners. What differs no more than a misreading would is left open.
func (b *builder) checkCertificate(t *tally, f *field, product, applicant string, c *certificate) {
	if c.named != sameName {
		software := strings.TrimSpace(c.value(c.form.Identity.Product) + " " + c.value(c.form.Identity.Version))
		outcome := Unknown
		if c.named == otherName {
			outcome = b.certain(Fail, f, c.fields[c.form.Identity.Product])
		}
		t.add(outcome, f.Path, "登记表的产品名称为“%s”，证书为“%s”，两者不一致，请核对并说明，或补充该产品的证书", product, software)
	}
	owners := c.owners()
	best := 0.0
	for _, o := range owners {
		best = max(best, nameSimilarity(o, applicant))
	}
	switch {
	case applicant == "" || len(owners) == 0:
		t.add(Unknown, f.Path, "“%s”证书的著作权人或申报单位名称未能辨认，请提交清晰的扫描件", product)
	case best > sameSimilarity:
		t.add(Pass, f.Path, "")
	case best >= 0.85:
		t.add(Unknown, f.Path, "“%s”的著作权人“%s”与申报单位“%s”略有出入，请核对；单位曾更名的，请附证明", product, strings.Join(owners, "；"), applicant)
	default:
		t.add(b.certain(Fail, b.find(b.form.Identity.Applicant), c.fields[c.form.Identity.Applicant]), f.Path,
			"“%s”的著作权人为“%s”，不是申报单位“%s”，请提供申报单位拥有著作权的证明", product, strings.Join(owners, "；"), applicant)
	}
}

// certain is the outcome, or unknown where a field it rests on was not read
// surely. That the two differ is what is said here, so their flags do not
// matter.
func (b *builder) certain(outcome string, fields ...*field) string {
	for _, f := range fields {
		if f == nil || len(f.Evidence) == 0 || f.Evidence[0].Confidence < certainty*b.form.Threshold {
			return Unknown
		}
		if w := prevailing(b.witnesses[f.Path]); w != nil && !w.raw.Sure && w.raw.guessed() {
			return Unknown
		}
	}
	return outcome
}

// certainty is how sure the prevailing reading must be, in parts of the
// form's threshold, for a contradiction to be told the applicant.
const certainty = 0.8

func checkInUse(b *builder, _ *Record, _ CheckDef) verdict {
	var proofs []Proof
	for _, s := range b.signed {
		proofs = append(proofs, s.proof)
	}
	for _, p := range b.partsOf(KindOther) {
		if len(b.signed) == 0 && p.hasText() {
			proofs = append(proofs, proofOf(p.part.Doc, p.path, p.part.Pages[0], nil, ""))
		}
	}
	switch {
	case len(b.signed) > 0:
		return verdict{Pass, "已附用户使用报告。", nil, proofs}
	case len(proofs) > 0:
		return verdict{Unknown, "未识别出用户使用报告；所附其他材料中如有，请指明，否则请补充用户对软件产品表示认可的使用报告。", nil, proofs}
	}
	return unlessLoose(verdict{outcome: Fail, message: "未见用户使用报告，请补充用户对软件产品表示认可的使用报告，并由用户单位加盖公章或由使用人签字。"}, b.loosePapers())
}

// hasText says whether anything was read on a part's pages.
func (p *placedPart) hasText() bool {
	for i := range p.part.Doc.Lines {
		if slices.Contains(p.part.Pages, p.part.Doc.Lines[i].Page) {
			return true
		}
	}
	return false
}

// wellRead says whether every page of a part reads so well that a seal on it
// would have been seen, in grey as well: what lies over the print costs some of
// its characters their scores, and what is too pale to be found leaves the
// print as poor.
func (p *placedPart) wellRead() bool {
	for _, page := range p.part.Pages {
		sum, n := 0.0, 0.0
		for i := range p.part.Doc.Lines {
			if l := &p.part.Doc.Lines[i]; l.Page == page {
				k := float64(len(l.Chars))
				sum, n = sum+k*l.Score, n+k
			}
		}
		if n == 0 || sum < wellRead*n {
			return false
		}
	}
	return true
}

// grey says whether a part has a page without colour, where a seal may be
// missed.
func (p *placedPart) grey() bool {
	return slices.ContainsFunc(p.part.Pages, func(i int) bool { return p.part.Doc.Pages[i].Grey })
}

func checkEndorsed(b *builder, _ *Record, _ CheckDef) verdict {
	var t tally
	var proofs []Proof
	for _, s := range b.signed {
		proofs = append(proofs, s.proof)
		switch {
		case s.name, s.seal && !s.own:
			t.add(Pass, "", "")
		case s.seal:
			t.add(Unknown, "", "用户使用报告“%s”上的印章是申报单位自己的，请补充用户单位的公章或使用人的签字", s.path)
		case s.grey:
			t.add(Unknown, "", "用户使用报告“%s”的扫描件为黑白，未能辨认出公章或签字，请提供彩色扫描件", s.path)
		case b.broken(s.path):
			t.add(Unknown, "", "“%s”有未能读出的页，未能确认用户使用报告上的公章或签字，请先查看", s.path)
		case s.plain:
			t.add(Unknown, "", "用户使用报告“%s”为电子文本，看不出是否盖章或签字，请补充盖章或签字的扫描件", s.path)
		default:
			t.add(Fail, "", "用户使用报告“%s”未见用户单位公章或使用人签字，请补盖公章或由使用人签字后重新提交", s.path)
		}
	}
	v := t.verdict("用户使用报告已盖章或签字。", "未见用户使用报告，无法确认是否盖章或签字。")
	v.fields, v.proofs = nil, proofs
	return v
}

func checkSealed(b *builder, rec *Record, def CheckDef) verdict {
	paths := b.paths(def)
	name := b.text(b.form.Identity.Applicant)
	mine := func(p placedPart) bool { return p.part.Form == b.form.ID }
	doubtful := slices.ContainsFunc(b.parts, func(p placedPart) bool { return mine(p) && p.grey() && !p.wellRead() })
	grey := slices.ContainsFunc(b.parts, func(p placedPart) bool { return mine(p) && p.grey() })
	broken := slices.ContainsFunc(b.parts, func(p placedPart) bool { return mine(p) && b.broken(p.path) })
	on := sealsOnForm(rec, def.Words)
	proofs := append(b.proofs(paths), on.proofs...)
	switch {
	case on.own:
		return verdict{Pass, "登记表已加盖申报单位公章。", paths, proofs}
	case on.unread:
		return verdict{Unknown, "登记表上有印章，但印文未能辨认，请确认所盖为申报单位公章，必要时提供清晰的彩色扫描件。", paths, proofs}
	case on.special != "":
		return verdict{Fail, fmt.Sprintf("登记表加盖的是“%s”，不是单位公章，请加盖单位公章后重新报送。", on.special), paths, proofs}
	case on.other != "" && !b.nameStands(name):
		return verdict{Unknown, fmt.Sprintf("登记表上的印章似为“%s”，申报单位名称未能准确辨认，请核对两者是否一致。", on.other), paths, proofs}
	case on.other != "":
		return verdict{Fail, fmt.Sprintf("登记表上的印章为“%s”，与申报单位“%s”不一致，请加盖申报单位公章后重新报送。", on.other, name), paths, proofs}
	case on.cut:
		return verdict{Unknown, "登记表上只有页边的部分印章，印文未能辨认，请确认已加盖申报单位公章。", paths, proofs}
	case on.scanned && broken:
		return verdict{Unknown, "登记表扫描件有未能读出的页，其余页上未见单位公章，请先查看。", paths, proofs}
	case on.scanned && doubtful:
		return verdict{Unknown, "登记表扫描件为黑白，未能辨认出单位公章，请提供彩色扫描件。", paths, proofs}
	case on.scanned && grey:
		return verdict{Fail, "登记表扫描件（黑白）上未见单位公章，请加盖单位公章后重新报送；已加盖的，请提供彩色扫描件。", paths, proofs}
	case on.scanned:
		return verdict{Fail, "登记表扫描件上未见单位公章，请加盖单位公章后重新报送。", paths, proofs}
	case len(b.formParts()) > 0:
		return unlessLoose(verdict{Fail, "只收到登记表的电子版，未见加盖单位公章的扫描件，请补充。", paths, proofs}, b.loose())
	}
	return unlessLoose(verdict{Fail, "未见登记表，请报送加盖单位公章的登记表扫描件和电子版。", paths, proofs}, b.loose())
}

// nameMatch says how a certificate's name and version compare with its
// product's.
type nameMatch int

const (
	sameName  nameMatch = iota
	nearName            // they differ, but no more than a misreading would
	otherName           // they differ
)

// compareCertificate weighs a product's name against its certificate's.
func (b *builder) compareCertificate(f *field, c *certificate) nameMatch {
	name, version := normalize.SplitVersion(fmt.Sprint(f.Value))
	certName, certVersion := c.value(c.form.Identity.Product), c.value(c.form.Identity.Version)
	if plain := aside.ReplaceAllString(name, ""); plain != name && normalize.NameKey(plain, false) == normalize.NameKey(certName, true) {
		name = plain
	}
	x, y := normalize.NameKey(name, false), normalize.NameKey(certName, true)
	v, w := versionKey(version), versionKey(certVersion)
	switch {
	case x == y && (v == "" || w == "" || v == w):
		return sameName
	case x != y && (misread(x, y) || !b.clear(f, c.first(c.form.Identity.Product), x, y)):
		return nearName
	case x == y && (misread(v, w) || !b.clear(f, c.first(c.form.Identity.Version), v, w)):
		return nearName
	}
	return otherName
}

// clearScore is the score from which a character that differs was read well
// enough to say that two papers differ.
const clearScore = 0.95

// clear says whether what differs between a product's name and its
// certificate's, given as their keys, was read clearly on both.
func (b *builder) clear(f *field, w *witness, key, certKey string) bool {
	if w == nil || !clearIn(w, certKey, key) {
		return false
	}
	for i := range b.witnesses[f.Path] {
		if o := &b.witnesses[f.Path][i]; !f.sure && o.present() && !clearIn(o, key, certKey) {
			return false
		}
	}
	return true
}

// clearIn says whether a witness's characters that make its key differ from
// the other one were all read well.
func clearIn(w *witness, key, other string) bool {
	if w.raw.Sure {
		return true
	}
	raw := []rune(strings.Join(strings.Fields(w.raw.Raw), ""))
	if len(raw) != len(w.raw.Scores) {
		return w.clearThroughout()
	}
	// The key's characters are the raw ones without signs, so that they are
	// found again one by one.
	var at []int
	k := []rune(key)
	for i, r := range raw {
		if n := len(at); n < len(k) && normalize.NameKey(string(r), false) == string(k[n]) || n < len(k) && r == k[n] {
			at = append(at, i)
		}
	}
	if len(at) != len(k) {
		return w.clearThroughout()
	}
	for _, d := range differing(k, []rune(other)) {
		if len(at) == 0 || w.raw.Scores[at[min(d, len(at)-1)]] < clearScore {
			return false
		}
	}
	return true
}

// clearThroughout says whether all of a witness was read well: what counts
// where its characters cannot be told apart.
func (w *witness) clearThroughout() bool {
	for _, s := range w.raw.Scores {
		if s < clearScore {
			return false
		}
	}
	return w.conf >= clearScore
}

// misread says whether two names differ only in characters that readers take
// for one another.
func misread(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && !normalize.LookAlike(x[i], y[i]) {
			return false
		}
	}
	return true
}
