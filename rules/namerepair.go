package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/normalize"
)

// repairable is how alike two names must be for one to be the other misread.
const repairable = 0.75

// repairName gives a product the spelling of its certificate where only the
// form was read badly: every character of the certificate's name that differs
// was read clearly, and one of the form's at least was not. The form's reading
// stays its raw text, and a person still looks: a flag names both. A copy of
// the form that says what its scan says is another witness, and is left alone.
func (b *builder) repairName(f *field, c *certificate) bool {
	value, _ := f.Value.(string)
	name, _ := normalize.SplitVersion(value)
	certName, _ := normalize.SplitVersion(c.value(c.form.Identity.Product))
	x, y := normalize.NameKey(name, false), normalize.NameKey(certName, false)
	rest, whole := strings.CutPrefix(value, name)
	w, best := c.first(c.form.Identity.Product), prevailing(b.witnesses[f.Path])
	switch {
	case f.sure || !whole || x == "" || x == y || normalize.Similarity(x, y) < repairable:
		return false
	case w == nil || best == nil || fmt.Sprint(best.result.Value) != value: // a copy or a reviewer was heard already
		return false
	case !clearIn(w, y, x) || clearIn(best, x, y) || !w.saysOne():
		return false
	case slices.ContainsFunc(b.witnesses[f.Path], func(o witness) bool { return o.raw.Sure && o.present() }):
		return false
	}
	f.flag(normalize.CodeRepaired, fmt.Sprintf("登记表读作“%s”，按证书“%s”的写法，请核对", value, certName),
		map[string]any{"form": value, "certificate": certName})
	f.Value = certName + rest
	f.features[featRepaired] = 1
	return true
}

// saysOne says whether all readings of a witness say the same.
func (w *witness) saysOne() bool {
	return !w.swapped && !slices.ContainsFunc(w.others, func(o otherValue) bool { return !sameValue(w.raw.Field.Type, w.result, o.result) })
}
