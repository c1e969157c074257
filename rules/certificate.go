package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// certificate is one certificate with what every copy of it says.
type certificate struct {
	form      *Form
	list      string // path of its list in the record: certificates
	governs   string // pattern of the date that it settles
	witnesses map[string][]witness
	fields    map[string]*field // by pattern, once settled
	similar   float64           // to the product it belongs to
	rival     *certificate      // another one that fits its product as well
	named     nameMatch         // how its name compares with that product's
}

// first is the surest word on a field.
func (c *certificate) first(pattern string) *witness { return surestWitness(c.witnesses[pattern]) }

func surestWitness(all []witness) *witness {
	var best *witness
	for i := range all {
		if w := &all[i]; best == nil || w.present() && !best.present() || w.present() == best.present() && (w.conf > best.conf || w.conf == best.conf && w.raw.Sure && !best.raw.Sure) {
			best = w
		}
	}
	return best
}

// value is the surest word as text, "" for none.
func (c *certificate) value(pattern string) string {
	if w := c.first(pattern); w != nil && pattern != "" {
		s, _ := w.result.Value.(string)
		return s
	}
	return ""
}

// owners is the surest word on the owners.
func (c *certificate) owners() []string {
	if w := c.first(c.form.Identity.Applicant); w != nil {
		switch v := w.result.Value.(type) {
		case []string:
			return v
		case string:
			return []string{v}
		}
	}
	return nil
}

// mapCertificates reads every certificate page; pages of the same certificate
// become one.
func (b *builder) mapCertificates() {
	for _, pp := range b.parts {
		if pp.part.Kind != KindCertificate {
			continue
		}
		a, ok := b.form.attachment(pp.part.Form)
		form, known := b.forms.Get(pp.part.Form)
		if !ok || !known || a.Path == "" {
			continue
		}
		c := &certificate{form: form, list: a.Path, governs: a.Governs, witnesses: map[string][]witness{}, fields: map[string]*field{}}
		for _, f := range Map(pp.part, b.forms) {
			c.witnesses[f.pattern] = append(c.witnesses[f.pattern], b.witness(f, KindCertificate, pp.path))
		}
		for i := range form.fields {
			if w, ok := b.codeWitness(pp, form, &form.fields[i]); ok {
				c.witnesses[form.fields[i].path] = append(c.witnesses[form.fields[i].path], w)
			}
		}
		if same := slices.IndexFunc(b.certs, c.same); same >= 0 {
			for pattern, ws := range c.witnesses {
				b.certs[same].witnesses[pattern] = append(b.certs[same].witnesses[pattern], ws...)
			}
			continue
		}
		b.certs = append(b.certs, c)
	}
}

// codeWitness is what a QR code says of a field.
func (b *builder) codeWitness(pp placedPart, form *Form, ref *fieldRef) (witness, bool) {
	text, code := codeValue(pp.part, form, ref.path)
	if text == "" {
		return witness{}, false
	}
	f := RawField{Path: ref.path, Field: ref.def, Label: true, Exact: 1, Raw: text, Doc: pp.part.Doc, Page: code.Page, Box: code.Box,
		Reader: extract.ReaderCode, Sure: true, Tick: 1, pattern: ref.path, row: -1}
	return b.witness(f, KindCertificate, pp.path), true
}

// same says whether two pages show one certificate: the same number, or the
// same name, version and owners where a number is not known.
func (c *certificate) same(o *certificate) bool {
	id := c.form.Identity
	if c.form.ID != o.form.ID {
		return false
	}
	if x, y := c.value(id.Number), o.value(id.Number); x != "" && y != "" {
		return x == y
	}
	name := normalize.NameKey(c.value(id.Product), false)
	return name != "" && name == normalize.NameKey(o.value(id.Product), false) && c.value(id.Version) == o.value(id.Version) && slices.Equal(c.owners(), o.owners())
}

// Similarity from which a certificate can be a product's, and from which
// their names count as the same.
const (
	matchSimilarity = 0.75
	sameSimilarity  = 0.999
)

// matchCertificates finds each product's certificate by name and version, the
// best pairs first, and puts the certificates into the products' order.
func (b *builder) matchCertificates() {
	table, _, _ := strings.Cut(b.form.Identity.Product, "[]")
	n := b.tableRows(table)
	if b.form.Identity.Product == "" {
		n = 0
	}
	b.matched = make([]int, n)
	score := make([][]float64, n)
	for p := range n {
		b.matched[p] = -1
		score[p] = make([]float64, len(b.certs))
		for c, cert := range b.certs {
			score[p][c] = b.similarity(p, cert)
		}
	}
	used := make([]bool, len(b.certs))
	for {
		bp, bc := -1, -1
		for p := range n {
			for c := range b.certs {
				if b.matched[p] < 0 && !used[c] && score[p][c] >= matchSimilarity && (bp < 0 || score[p][c] > score[bp][bc]) {
					bp, bc = p, c
				}
			}
		}
		if bp < 0 {
			break
		}
		b.matched[bp], used[bc] = bc, true
		b.certs[bc].similar = score[bp][bc]
	}
	for p := range n {
		for c := range b.certs {
			if m := b.matched[p]; m >= 0 && c != m && !used[c] && score[p][c] > score[p][m]-0.02 {
				b.certs[m].rival = b.certs[c]
			}
		}
	}
	b.orderCertificates(used)
}

// similarity of a product and a certificate: their names without versions,
// less for versions that contradict.
func (b *builder) similarity(product int, c *certificate) float64 {
	path := strings.Replace(b.form.Identity.Product, "[]", fmt.Sprintf("[%d]", product), 1)
	best := 0.0
	for i := range b.witnesses[path] {
		w := &b.witnesses[path][i]
		name, version := normalize.SplitVersion(w.raw.Raw)
		certName := normalize.NameKey(c.value(c.form.Identity.Product), true)
		s := normalize.Similarity(normalize.NameKey(name, false), certName)
		if plain := aside.ReplaceAllString(name, ""); plain != name {
			s = max(s, normalize.Similarity(normalize.NameKey(plain, false), certName))
		}
		if v := c.value(c.form.Identity.Version); v != "" && version != "" && !strings.EqualFold(v, version) {
			s -= 0.1
		}
		best = max(best, s)
	}
	return best
}

// aside is a bracket at the end of a name: a short name, whose label may have
// been misread.
var aside = regexp.MustCompile(`[\[（(【][^\])）】]{2,}[\])）】]$`)

// unclaimed says whether a certificate that governs a field belongs to no
// product.
func (b *builder) unclaimed(pattern string) bool {
	for i, c := range b.certs {
		if c.governs == pattern && !slices.Contains(b.matched, i) {
			return true
		}
	}
	return false
}

func (b *builder) orderCertificates(used []bool) {
	var ordered []*certificate
	for p, c := range b.matched {
		if c >= 0 {
			ordered = append(ordered, b.certs[c])
			b.matched[p] = len(ordered) - 1
		}
	}
	for c, cert := range b.certs {
		if !used[c] {
			ordered = append(ordered, cert)
		}
	}
	b.certs = ordered
}

// reconcileCertificates makes the fields of certificates[].
func (b *builder) reconcileCertificates() {
	count := map[string]int{}
	for _, c := range b.certs {
		n := count[c.list]
		count[c.list]++
		for i := range c.form.fields {
			ref := &c.form.fields[i]
			if ref.def.Internal {
				continue
			}
			path := strings.Replace(ref.path, "[]", fmt.Sprintf("[%d]", n), 1)
			f := b.settleCertificate(ref, path, c.witnesses[ref.path])
			c.fields[ref.path] = f
			b.fields = append(b.fields, f)
		}
	}
}

// settleCertificate weighs what the copies of a certificate, and its code,
// say of one field: the surest word prevails.
func (b *builder) settleCertificate(ref *fieldRef, path string, all []witness) *field {
	best := surestWitness(all)
	f := &field{Field: Field{Path: path, Label: ref.def.Label, State: normalize.StateBlank, Flags: []Flag{}, Evidence: []Evidence{}}, ref: ref, row: -1,
		features: map[string]float64{featBias: 1, featUnlabelled: 1}}
	if best != nil {
		f.take(best)
		for i := range all {
			w := &all[i]
			if w == best || !w.raw.Label {
				continue
			}
			f.Evidence = append(f.Evidence, w.evidence())
			if sameValue(ref.def.Type, best.result, w.result) {
				f.agree(best.raw.Sure || w.raw.Sure)
				continue
			}
			code := FlagCopyDiffers
			if best.raw.Reader == extract.ReaderCode || w.raw.Reader == extract.ReaderCode {
				code = FlagReadersDisagree
			}
			f.features[featContradict] = 1
			f.flag(code, differs(best, w), map[string]any{"values": []any{valueIn(best), valueIn(w)}})
		}
	}
	f.missing()
	return f
}
