package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/normalize"
)

// reconcile makes every field of the record from its witnesses.
func (b *builder) reconcile() {
	for i := range b.form.fields {
		ref := &b.form.fields[i]
		if ref.def.Internal {
			continue
		}
		if ref.table == "" {
			b.fields = append(b.fields, b.settle(ref, ref.path, -1, b.witnesses[ref.path]))
		}
	}
	for _, it := range b.form.Layout {
		if it.Table == "" {
			continue
		}
		for row := range b.tableRows(it.Table) {
			for i := range b.form.fields {
				if ref := &b.form.fields[i]; ref.table == it.Table {
					path := strings.Replace(ref.path, "[]", fmt.Sprintf("[%d]", row), 1)
					b.fields = append(b.fields, b.settle(ref, path, row, b.witnesses[path]))
				}
			}
		}
	}
	b.sortFields()
	b.reconcileCertificates()
	b.decideCertificates()
	b.orderDates()
	b.governDates()
	b.compareNames()
	b.supportApplicant()
	b.compareAddresses()
	b.comparePinyin()
	b.compareMentions()
	b.comparePlaces()
	b.compareShares()
	b.secondForm()
}

// tableRows is how many rows a table has in any document; where none was read
// in any, the row that stands for what is missing.
func (b *builder) tableRows(table string) int {
	if n := b.rows[table]; n > 0 {
		return n
	}
	for path := range b.witnesses {
		if strings.HasPrefix(path, table+"[0].") {
			return 1
		}
	}
	if len(b.witnesses) == 0 {
		return 1 // there is no form at all
	}
	return 0
}

// sortFields puts fields into the form's order, rows one after another.
func (b *builder) sortFields() {
	rank := map[string]int{} // of a table: that of its first column
	for i, ref := range b.form.fields {
		key := ref.path
		if ref.table != "" {
			key = ref.table
		}
		if _, ok := rank[key]; !ok {
			rank[key] = i
		}
	}
	at := func(f *field) int {
		if f.ref.table != "" {
			return rank[f.ref.table]
		}
		return rank[f.ref.path]
	}
	slices.SortStableFunc(b.fields, func(x, y *field) int { return at(x) - at(y) })
}

// settle weighs the witnesses of one field. The stamped scan prevails; where
// it says nothing the copy does. Whatever else was said stands in flags.
func (b *builder) settle(ref *fieldRef, path string, row int, all []witness) *field {
	f := &field{Field: Field{Path: path, Label: ref.def.Label, State: normalize.StateBlank, Flags: []Flag{}, Evidence: []Evidence{}}, ref: ref, row: row,
		features: map[string]float64{featBias: 1, featUnlabelled: 1}}
	best := prevailing(all)
	if best == nil {
		f.missing()
		return f
	}
	f.take(best)
	copied := copyOf(ref.def.Type, best, all)
	switch {
	case copied == nil:
	case sameValue(ref.def.Type, best.result, copied.result) && !sameSpelling(best, copied):
		f.takeSpelling(best, copied) // SmartX and Smartx look the same in print
	case sameValue(ref.def.Type, best.result, copied.result):
		f.corroborated(copied)
	case best.misreadOf(copied):
		f.takeSpelling(best, copied)
	case best.unsureOf(copied):
		f.takeSpelling(best, copied)
		f.features[featDiffer] = 1
		f.flag(FlagReadersDisagree, differs(best, copied)+"；扫描件该处识别把握不足，请核对", map[string]any{"unsure": true, "values": []any{valueIn(best), valueIn(copied)}})
	default:
		copied = nil
	}
	for i := range all {
		w := &all[i]
		if w == best || !w.raw.Label {
			continue
		}
		f.Evidence = append(f.Evidence, w.evidence())
		switch {
		case w == copied:
		case copied != nil && sameValue(ref.def.Type, copied.result, w.result), sameValue(ref.def.Type, best.result, w.result):
			f.agree(best.raw.Sure || w.raw.Sure)
		case w.garbled(best), w.result.State == normalize.StateBlank && !w.raw.Sure && strokeOnly(best):
			f.features[featUnseen] = 1 // nothing was said against the value
		case ref.def.Type == "date" && together(best.result, w.result):
			f.agree(best.raw.Sure || w.raw.Sure)
		case w.unseenTicks(best):
			f.features[featDiffer] = 1
			f.flag(FlagReadersDisagree, differs(best, w)+"；扫描件该处勾选识别把握不足，请核对", map[string]any{"values": []any{valueIn(best), valueIn(w)}})
		default:
			f.features[featContradict] = 1
			f.flag(FlagCopyDiffers, differs(best, w), map[string]any{"values": []any{valueIn(best), valueIn(w)}})
		}
	}
	if best.kind == KindFormCopy && slices.ContainsFunc(all, func(w witness) bool { return w.kind == KindFormScan && !w.raw.Label }) {
		f.features[featUnseen] = 1
	}
	f.missing()
	return f
}

// agree counts a document that says the same. Two scans seen by one reader
// may be misread alike, so only one with a text of its own is a witness of
// the characters.
func (f *field) agree(sure bool) {
	if sure {
		f.features[featWitnesses] = min(2, f.features[featWitnesses]+1)
		return
	}
	f.features[featScans] = min(2, f.features[featScans]+1)
}

// prevailing picks the witness whose word the field takes: the newest scan
// that says something, of those that came together the surest, then a copy that does, then a scan or copy whose label
// was found with nothing there.
func prevailing(all []witness) *witness {
	var best *witness
	rank := func(w *witness) int {
		r := 0
		if w.raw.Label {
			r += 1
		}
		if w.present() {
			r += 4
		}
		if w.kind != KindFormCopy {
			r += 2
		}
		return r
	}
	for i := range all {
		w := &all[i]
		if best == nil || rank(w) > rank(best) || rank(w) == rank(best) && (w.newer(best) || !best.newer(w) && w.conf > best.conf+0.05) {
			best = w
		}
	}
	return best
}

// take makes the field say what the witness says.
func (f *field) take(w *witness) {
	f.Value, f.State, f.Raw = w.result.Value, w.result.State, w.raw.Raw
	if f.State != normalize.StateValue {
		f.Value = nil
	}
	f.Detail = nil
	for k, v := range w.result.Detail {
		if f.Detail == nil {
			f.Detail = map[string]any{}
		}
		f.Detail[k] = v
	}
	f.features, f.kind, f.reader, f.sure = w.features(), w.kind, w.raw.Reader, w.raw.Sure
	if w.raw.Label || w.raw.Raw != "" {
		f.Evidence = append(f.Evidence, w.evidence())
	}
	for _, d := range w.result.Doubts {
		f.flag(d.Code, d.Message, d.Detail)
	}
	f.doubtful = len(w.result.Doubts) > 0 || w.raw.Stretched
	if w.raw.inferred && f.State == normalize.StateValue {
		f.flag(normalize.CodeAmbiguous, "所属栏目按位置推断，请核对", map[string]any{"inferred": true})
	}
	if w.raw.Seal {
		f.flag(FlagUnderSeal, "该处有印章覆盖", nil)
	}
	if r := w.readings(); r.differ || r.treatDiffer || w.swapped {
		f.disagreement(w)
	}
}

// disagreement flags readings of the same characters that say something else.
func (f *field) disagreement(w *witness) {
	for _, o := range w.others {
		if sameValue(w.raw.Field.Type, w.result, o.result) || w.denies(o) {
			continue
		}
		f.flag(FlagReadersDisagree, fmt.Sprintf("两次识别结果不一致：“%s”与“%s”", w.raw.Raw, o.raw),
			map[string]any{"reader": w.raw.Reader, "raw": w.raw.Raw, "other_reader": o.reader, "other_raw": o.raw})
		return
	}
}

// missing flags a required field in which nothing was found.
func (f *field) missing() {
	if f.State == normalize.StateBlank && f.ref.def.Required && !f.has(FlagMissing) {
		msg := fmt.Sprintf("“%s”未填写", f.Label)
		if len(f.Evidence) == 0 {
			msg = fmt.Sprintf("未找到“%s”", f.Label)
		}
		f.flag(FlagMissing, msg, nil)
	}
}

func (f *field) has(code string) bool {
	return slices.ContainsFunc(f.Flags, func(g Flag) bool { return g.Code == code })
}

func (f *field) flag(code, message string, detail map[string]any) {
	f.Flags = append(f.Flags, Flag{code, message, detail})
}

// differs says in words what two documents say of a field.
func differs(a, b *witness) string {
	return fmt.Sprintf("%s为%s，%s为%s", a.where(), quote(a), b.where(), quote(b))
}

func quote(w *witness) string {
	switch {
	case w.result.State == normalize.StateBlank:
		return "空白"
	case w.raw.Raw == "":
		return "无法辨认"
	}
	return "“" + w.raw.Raw + "”"
}

// valueIn is a witness's value for a flag's detail.
func valueIn(w *witness) map[string]any {
	return map[string]any{"kind": w.kind, "path": w.path, "value": w.result.Value, "state": string(w.result.State), "raw": w.raw.Raw}
}

// judge gives every field its confidence and says whether a person looks.
func (b *builder) judge() {
	rows := map[string][2]float64{} // doubtful and all values of a row
	key := func(f *field) string {
		i := strings.IndexByte(f.Path, ']')
		return f.Path[:i+1]
	}
	for _, f := range b.fields {
		if f.ref.table != "" && !f.sure {
			n := rows[key(f)]
			n[1]++
			if f.doubtful {
				n[0]++
			}
			rows[key(f)] = n
		}
	}
	for _, f := range b.fields {
		if n := rows[key(f)]; f.ref.table != "" && !f.sure && n[1] > 1 {
			others := n[0]
			if f.doubtful {
				others--
			}
			f.features[featRowDoubt] = others / (n[1] - 1)
		}
		p := b.weights.Probability(f.features)
		f.Confidence = round(p)
		if p < b.form.Threshold {
			f.flag(FlagLowConfidence, fmt.Sprintf("识别把握不足（%.0f%%）", 100*p), nil)
		}
		for _, g := range f.Flags {
			f.Review = f.Review || b.weights.Review[g.Code]
		}
	}
}
