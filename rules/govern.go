package rules

import (
	"fmt"
	"strings"
	"unicode"

	"dengji/normalize"
)

// governed is the date that a certificate gives a product.
type governed struct {
	field  *field // of the certificate, nil where it gives none
	basis  string
	doubt  bool     // a better date ought to be on the paper and was not read
	behind []*field // better fields that declared nothing ("未发表")
}

// release walks the certificate's dates, best first.
func (c *certificate) release() governed {
	g := governed{}
	unread := 0 // better dates whose label was not found
	for _, r := range c.form.Release {
		f := c.fields[r.Path]
		if f == nil {
			continue
		}
		day, _ := f.Value.(string)
		found := len(f.Evidence) > 0
		switch {
		case f.State == normalize.StateValue && day != "":
			g.field, g.basis = f, r.Basis
			// One label that was not found beside one that was: something was
			// lost. Without either the certificate is of the layout that has
			// neither.
			g.doubt = g.doubt || unread > 0 && unread < c.labelled(r.Path)
			return g
		case f.State == normalize.StateNone:
			g.behind = append(g.behind, f)
		case found:
			g.doubt = true // something stands there, or should, and was not read
		default:
			unread++
		}
	}
	return g
}

// labelled is how many dates up to and with path have a printed label.
func (c *certificate) labelled(path string) int {
	n := 0
	for _, r := range c.form.Release {
		if ref, ok := c.form.field(r.Path); ok && ref.label >= 0 {
			n++
		}
		if r.Path == path {
			break
		}
	}
	return n
}

// governDates lets each product's certificate settle its release date.
func (b *builder) governDates() {
	pattern := b.form.Identity.Date
	if pattern == "" {
		return
	}
	for _, path := range b.expand(pattern) {
		f := b.find(path)
		if f.State == normalize.StateValue {
			f.setDetail("basis", "form")
		}
		if f.row >= len(b.matched) || b.matched[f.row] < 0 {
			if !f.blankRow() && b.unclaimed(pattern) {
				f.flag(normalize.CodeAmbiguous, "有证书未能与产品对应，发布时间暂按登记表填写", nil)
			}
			continue
		}
		c := b.certs[b.matched[f.row]]
		if c.governs != pattern {
			continue
		}
		b.governDate(f, c)
	}
}

func (b *builder) governDate(f *field, c *certificate) {
	g := c.release()
	if g.field == nil {
		f.flag(normalize.CodeAmbiguous, "证书上的日期无法读取，发布时间暂按登记表填写", nil)
		return
	}
	formFlags, formState, formValue, formRaw, formDetail := f.Flags, f.State, f.Value, f.Raw, f.Detail
	formEvidence, formWords := f.Evidence, f.features
	src := g.field
	f.Value, f.State, f.Raw = src.Value, src.State, src.Raw
	f.Detail = map[string]any{}
	for k, v := range src.Detail {
		f.Detail[k] = v
	}
	f.Detail["basis"] = g.basis
	f.Evidence = append(append([]Evidence{}, src.Evidence...), formEvidence...)
	f.features = map[string]float64{}
	for k, v := range src.features {
		f.features[k] = v
	}
	f.kind, f.reader, f.sure, f.doubtful = src.kind, src.reader, src.sure, src.doubtful
	// The form's own doubts no longer bear on the value, what the documents
	// say against one another does.
	f.Flags = append([]Flag{}, src.Flags...)
	for _, g := range formFlags {
		if g.Code == FlagCopyDiffers {
			f.Flags = append(f.Flags, g)
		}
	}
	f.weighForm(formState, formValue, formRaw, formDetail, formWords, g)
	if g.doubt {
		f.flag(normalize.CodeAmbiguous, "证书上更优先的日期未能读出，发布时间按"+src.Label+"处理", nil)
	}
	for _, none := range g.behind {
		if none.features[featRepaired] > 0 || none.features[featDoubt] > 0 {
			f.features[featDoubt] = 1
		}
	}
	if c.rival != nil {
		if other := c.rival.releaseValue(); other != "" && other != f.Value {
			f.flag(normalize.CodeAmbiguous, fmt.Sprintf("有两份证书与该产品相符，日期分别为%v和%s", f.Value, other), map[string]any{"candidates": []any{f.Value, other}})
		}
	}
	if c.similar < 0.95 {
		f.features[featStretched] = 1
	}
}

// blankRow says that the field was not found to say anything.
func (f *field) blankRow() bool { return f.State == normalize.StateBlank && len(f.Evidence) == 0 }

// releaseValue is the release date as far as the witnesses say, for a
// certificate whose fields are not needed.
func (c *certificate) releaseValue() string {
	if g := c.release(); g.field != nil {
		s, _ := g.field.Value.(string)
		return s
	}
	return ""
}

// weighForm compares the form's date, as precise as it is, with the
// certificate's.
func (f *field) weighForm(state normalize.State, value any, raw string, detail map[string]any, features map[string]float64, g governed) {
	day, _ := f.Value.(string)
	form, _ := value.(string)
	if state != normalize.StateValue || form == "" && detail["min"] == nil {
		return
	}
	if form != "" && samePeriod(form, day) || within(day, detail) {
		f.agree(features[featSure] > 0 || f.sure)
		return
	}
	if form == "" {
		form = raw
	}
	if features[featDoubt] == 0 {
		f.features[featContradict] = 1
	}
	f.flag(FlagCertificateDiffers, fmt.Sprintf("登记表填写“%s”，证书的%s为%s", raw, g.field.Label, day),
		map[string]any{"form": form, "certificate": day, "basis": g.basis})
}

// samePeriod says whether two ISO dates agree as far as both are precise.
func samePeriod(a, b string) bool {
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// together says whether two dates lie together: a month and a day in it, or a
// range and a day in it.
func together(a, b normalize.Result) bool {
	x, _ := a.Value.(string)
	y, _ := b.Value.(string)
	switch {
	case x != "" && y != "":
		return samePeriod(x, y)
	case x != "":
		return within(x, b.Detail)
	case y != "":
		return within(y, a.Detail)
	}
	return false
}

// within says whether a day lies in the range of a date's detail.
func within(day string, detail map[string]any) bool {
	from, ok1 := detail["min"].(string)
	until, ok2 := detail["max"].(string)
	return ok1 && ok2 && from <= day && (day <= until || strings.HasPrefix(day, until))
}

func (f *field) setDetail(key string, v any) {
	if f.Detail == nil {
		f.Detail = map[string]any{}
	}
	f.Detail[key] = v
}

// compareNames flags products whose name or version is not their
// certificate's.
func (b *builder) compareNames() {
	if b.form.Identity.Product == "" {
		return
	}
	for _, path := range b.expand(b.form.Identity.Product) {
		f := b.find(path)
		if f.row >= len(b.matched) || b.matched[f.row] < 0 || f.State != normalize.StateValue {
			continue
		}
		c := b.certs[b.matched[f.row]]
		name, _ := normalize.SplitVersion(fmt.Sprint(f.Value))
		certName, certVersion := c.value(c.form.Identity.Product), c.value(c.form.Identity.Version)
		if c.named = b.compareCertificate(f, c); c.named == sameName {
			switch {
			case latinOf(name) != latinOf(certName): // SmartX and Smartx: two readings of one name
				doubtNames(f, c)
			case string(letters(name)) == string(letters(certName)):
				f.support(c.form.Identity.Product, c)
			default:
				f.features[featDiffer] = 1
			}
			continue
		}
		if c.named == nearName {
			doubtNames(f, c)
			if version, own := versionKey(certVersion), versionOf(f); (version == "" || own == "" || version == own) && b.repairName(f, c) {
				c.named = sameName
			}
			continue
		}
		f.features[featContradict] = 1
		f.flag(FlagCertificateDiffers, fmt.Sprintf("登记表为“%v”，证书为“%s”", f.Value, strings.TrimSpace(certName+" "+certVersion)),
			map[string]any{"form": f.Value, "certificate": certName, "certificate_version": certVersion})
	}
}

// latinOf are a name's Latin letters as they are written.
func latinOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			return r
		}
		return -1
	}, normalize.FoldWidth(name))
}

// doubtNames takes one of two names that are nearly the same for misread: the one
// that is not sure goes to a person, who is told of no contradiction.
func doubtNames(f *field, c *certificate) {
	certName, certVersion := c.value(c.form.Identity.Product), c.value(c.form.Identity.Version)
	for _, g := range []*field{f, c.fields[c.form.Identity.Product]} {
		if g != nil && !g.sure {
			g.features[featDiffer] = 1
			g.flag(FlagReadersDisagree, fmt.Sprintf("登记表读作“%v”，证书读作“%s”，其中一处可能识别有误", f.Value, strings.TrimSpace(certName+" "+certVersion)),
				map[string]any{"form": f.Value, "certificate": certName, "certificate_version": certVersion})
		}
	}
}

// versionOf is the key of the version that a product's name ends with.
func versionOf(f *field) string {
	_, version := normalize.SplitVersion(fmt.Sprint(f.Value))
	return versionKey(version)
}

// support counts a certificate as a witness of a name.
func (f *field) support(pattern string, c *certificate) {
	w := c.first(pattern)
	f.agree(w != nil && w.raw.Sure || f.sure)
	f.settled()
}

// supportApplicant counts the seal, user reports and the certificates' owners as
// witnesses of the applicant's name where they say it letter for letter.
func (b *builder) supportApplicant() {
	f := b.find(b.form.Identity.Applicant)
	if f == nil || f.State != normalize.StateValue {
		return
	}
	b.outvoteCopy(f)
	b.settleApplicant(f)
	key := normalize.NameKey(fmt.Sprint(f.Value), false)
	add := func(name string) {
		if normalize.NameKey(name, false) == key {
			f.agree(f.sure)
			f.settled()
		}
	}
	for _, pp := range b.parts {
		if pp.part.Form != b.form.ID {
			continue
		}
		for _, s := range pp.part.Doc.Seals {
			if s.Filled == 0 { // else it says again what the print says
				add(s.Text)
			}
		}
	}
	for _, pp := range b.partsOf(KindReport) {
		if len([]rune(key)) >= 5 && strings.Contains(string(pp.text()), key) {
			add(key)
		}
	}
	near, exact := "", false
	for _, c := range b.certs {
		for _, o := range c.owners() {
			add(o)
			k := normalize.NameKey(o, false)
			exact = exact || k == key
			if k != key && normalize.Similarity(k, key) >= matchSimilarity {
				near = o
			}
		}
	}
	if near != "" && !exact {
		b.doubtApplicant(f, near)
	}
}
