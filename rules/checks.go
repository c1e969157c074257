package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/normalize"
)

// checkRow is one check: an id and the function that decides it.
type checkRow struct {
	id string
	f  func(*builder, *Record, CheckDef) verdict
}

// verdict is what a check found. Message is for the applicant.
type verdict struct {
	outcome string
	message string
	fields  []string
}

// checkTable has one row per check, in the order of a record.
func checkTable() []checkRow {
	return []checkRow{
		{"eligible_applicant", checkApplicant},
		{"release_window", checkWindow},
		{"registered_copyright", checkCopyright},
		{"not_in_previous_catalogue", checkCatalogue},
		{"in_use", checkInUse},
		{"user_report_endorsed", checkEndorsed},
		{"sealed", checkSealed},
		{"product_limit", checkRows},
		{"word_limit", checkWords},
		{"category_listed", checkListed},
		{"declared_none", checkDeclared},
		{"received_in_time", checkReceived},
	}
}

// CheckIDs lists the checks there are.
func CheckIDs() []string {
	var ids []string
	for _, r := range checkTable() {
		ids = append(ids, r.id)
	}
	return ids
}

func checkByID(id string) (checkRow, bool) {
	for _, r := range checkTable() {
		if r.id == id {
			return r, true
		}
	}
	return checkRow{}, false
}

// checks runs the form's checks.
func (b *builder) checks(rec *Record) []Check {
	out := []Check{}
	for _, def := range b.form.Checks {
		row, ok := checkByID(def.ID)
		if !ok {
			continue
		}
		v := row.f(b, rec, def)
		if v.fields == nil {
			v.fields = []string{}
		}
		out = append(out, Check{ID: def.ID, Clause: def.Clause, Outcome: v.outcome, Message: v.message, Fields: v.fields})
	}
	return out
}

// tally gathers the outcomes of several fields: one failure fails, else one
// unknown leaves it open.
type tally struct {
	outcome  string
	messages []string
	fields   []string
}

func (t *tally) add(outcome, path, format string, args ...any) {
	t.fields = append(t.fields, path)
	switch {
	case outcome == Fail, outcome == Unknown && t.outcome != Fail:
		if t.outcome != outcome {
			t.messages = nil // what weighs less is not worth saying
		}
		t.outcome = outcome
	case outcome == Pass && t.outcome == "":
		t.outcome = Pass
	}
	if outcome == t.outcome && format != "" {
		t.messages = append(t.messages, fmt.Sprintf(format, args...))
	}
}

func (t *tally) verdict(pass, nothing string) verdict {
	switch t.outcome {
	case "":
		return verdict{Unknown, nothing, t.fields}
	case Pass:
		return verdict{Pass, pass, t.fields}
	}
	return verdict{t.outcome, strings.Join(t.messages, "；") + "。", t.fields}
}

// orUnknown is the outcome, or unknown where a field it rests on was not read
// surely: nobody is told of a failure that may be a misreading.
func (b *builder) orUnknown(outcome string, fields ...*field) string {
	for _, f := range fields {
		if f == nil || f.Confidence < b.form.Threshold || f.has(FlagCopyDiffers) || f.has(FlagCertificateDiffers) {
			return Unknown
		}
	}
	return outcome
}

// paths expands a check's field patterns.
func (b *builder) paths(def CheckDef) []string {
	var out []string
	for _, p := range def.Fields {
		out = append(out, b.expand(p)...)
	}
	return out
}

func checkApplicant(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		name, _ := f.Value.(string)
		word := containsAny(name, def.Words)
		switch {
		case f.State != normalize.StateValue || name == "":
			t.add(Unknown, path, "未能读出“%s”，无法判断是否为境内注册的独立法人单位", f.Label)
		case word != "":
			t.add(Fail, path, "“%s”含“%s”，不是独立法人单位，请由具有法人资格的单位申报", name, word)
		case f.has(normalize.CodeFormatInvalid):
			t.add(Unknown, path, "“%s”不像完整的单位名称，请核对", name)
		default:
			t.add(Pass, path, "")
		}
	}
	return t.verdict("申报单位为有法人资格的单位名称。", "未能读出申报单位名称，无法判断。")
}

func containsAny(s string, words []string) string {
	for _, w := range words {
		if strings.Contains(s, w) {
			return w
		}
	}
	return ""
}

func checkWindow(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		day, _ := f.Value.(string)
		switch inWindow(day, def.From, def.Until) {
		case Pass:
			t.add(Pass, path, "")
		case Fail:
			t.add(b.orUnknown(Fail, f), path, "%s发布时间为%s，不在%s至%s之间", b.rowName(f), day, def.From, def.Until)
		default:
			t.add(Unknown, path, "%s发布时间未能确定，无法判断是否在%s至%s之间", b.rowName(f), def.From, def.Until)
		}
	}
	return t.verdict(fmt.Sprintf("各产品的发布时间均在%s至%s之间。", def.From, def.Until), "未读到产品的发布时间，无法判断。")
}

// inWindow says whether an ISO date, as precise as it is, lies in a window;
// unknown where only a part of its period does.
func inWindow(day, from, until string) string {
	if day == "" {
		return Unknown
	}
	first, last := day, day
	switch len(day) {
	case len("2021"):
		first, last = day+"-01-01", day+"-12-31"
	case len("2021-06"):
		first, last = day+"-01", day+"-31"
	}
	switch {
	case from != "" && last < from, until != "" && first > until:
		return Fail
	case (from == "" || first >= from) && (until == "" || last <= until):
		return Pass
	}
	return Unknown
}

// rowName names the product of a row for a message, with a comma.
func (b *builder) rowName(f *field) string {
	if b.form.Identity.Product == "" || f.row < 0 {
		return ""
	}
	path := strings.Replace(b.form.Identity.Product, "[]", fmt.Sprintf("[%d]", f.row), 1)
	if name := b.text(path); name != "" {
		return "“" + name + "”的"
	}
	return fmt.Sprintf("第%d个产品的", f.row+1)
}

func checkCopyright(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	applicant := b.text(b.form.Identity.Applicant)
	for _, path := range b.paths(def) {
		f := b.find(path)
		name, _ := f.Value.(string)
		switch {
		case f.row >= len(b.matched) || name == "":
			t.add(Unknown, path, "未能读出产品名称，无法核对著作权登记证书")
		case b.matched[f.row] < 0 && slices.ContainsFunc(b.certs, (*certificate).unnamed):
			t.add(Unknown, path, "有证书的软件名称未能读出，无法确认“%s”的著作权登记证书", name)
		case b.matched[f.row] < 0 && len(b.certs) > 0:
			t.add(b.orUnknown(Fail, f), path, "没有与“%s”相符的软件著作权登记证书", name)
		case b.matched[f.row] < 0:
			t.add(Fail, path, "缺少“%s”的软件著作权登记证书", name)
		default:
			b.checkOwner(&t, path, name, applicant, b.certs[b.matched[f.row]])
		}
	}
	return t.verdict("各产品均有软件著作权登记证书，著作权人为申报单位。", "未读到产品，无法判断。")
}

func (c *certificate) unnamed() bool { return c.value(c.form.Identity.Product) == "" }

// checkOwner compares a certificate's owners with the applicant. Names that
// differ no more than a misreading would are left open.
func (b *builder) checkOwner(t *tally, path, product, applicant string, c *certificate) {
	owners := c.owners()
	best := 0.0
	for _, o := range owners {
		best = max(best, nameSimilarity(o, applicant))
	}
	switch {
	case applicant == "" || len(owners) == 0:
		t.add(Unknown, path, "“%s”的著作权人或申报单位名称未能读出", product)
	case best > sameSimilarity:
		t.add(Pass, path, "")
	case best >= 0.85:
		t.add(Unknown, path, "“%s”的著作权人“%s”与申报单位“%s”略有出入，请核对", product, strings.Join(owners, "；"), applicant)
	default:
		t.add(b.orUnknown(Fail, b.find(b.form.Identity.Applicant), c.fields[c.form.Identity.Applicant]), path, "“%s”的著作权人为“%s”，不是申报单位“%s”", product, strings.Join(owners, "；"), applicant)
	}
}

func checkCatalogue(b *builder, _ *Record, def CheckDef) verdict {
	return verdict{Unknown, "未提供上一年度目录，无法核对是否已入选。", b.paths(def)}
}

func checkInUse(b *builder, _ *Record, _ CheckDef) verdict {
	other := slices.ContainsFunc(b.parts, func(p placedPart) bool { return p.part.Kind == KindOther && p.hasText() })
	switch {
	case len(b.signed) > 0:
		return verdict{Pass, "已附用户使用报告。", nil}
	case other:
		return verdict{Unknown, "未识别出用户使用报告，但附有其他材料，请人工确认其中是否有用户使用报告。", nil}
	}
	return verdict{Fail, "未见用户使用报告，请补充用户对软件产品表示认可的使用报告。", nil}
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

// grey says whether a part has a page without colour, where a seal may be
// missed.
func (p *placedPart) grey() bool {
	return slices.ContainsFunc(p.part.Pages, func(i int) bool { return p.part.Doc.Pages[i].Grey })
}

func checkEndorsed(b *builder, _ *Record, _ CheckDef) verdict {
	var t tally
	for _, s := range b.signed {
		switch {
		case s.seal || s.name:
			t.add(Pass, "", "")
		case s.grey:
			t.add(Unknown, "", "用户使用报告“%s”的扫描件为黑白，未能辨认出公章或签字，请人工核对", s.path)
		case s.plain:
			t.add(Unknown, "", "用户使用报告“%s”为电子文本，看不出是否盖章或签字", s.path)
		default:
			t.add(Fail, "", "用户使用报告“%s”未见用户单位公章或使用人签字", s.path)
		}
	}
	v := t.verdict("用户使用报告已盖章或签字。", "未见用户使用报告，无法判断是否盖章或签字。")
	v.fields = nil
	return v
}

func checkSealed(b *builder, rec *Record, def CheckDef) verdict {
	paths := b.paths(def)
	name := b.text(b.form.Identity.Applicant)
	scanned, special, unread, other := false, "", false, ""
	grey := slices.ContainsFunc(b.parts, func(p placedPart) bool { return p.part.Form == b.form.ID && p.grey() })
	for _, d := range rec.Documents {
		if d.Kind != KindFormScan && d.Kind != KindFormCopy {
			continue
		}
		scanned = scanned || d.Kind == KindFormScan
		for _, s := range d.Seals {
			word := containsAny(s.Inside+s.Text, def.Words)
			switch {
			case word != "":
				special = word
			case s.MatchesEnterprise == nil:
				unread = true
			case *s.MatchesEnterprise:
				return verdict{Pass, "登记表已加盖申报单位公章。", paths}
			default:
				other = s.Text
			}
		}
	}
	switch {
	case unread:
		return verdict{Unknown, "登记表有印章，但印文未能辨认，请人工核对是否为申报单位公章。", paths}
	case special != "":
		return verdict{Fail, fmt.Sprintf("登记表加盖的是“%s”，不是单位公章，请加盖单位公章后重新报送。", special), paths}
	case other != "":
		return verdict{Fail, fmt.Sprintf("登记表上的印章为“%s”，与申报单位“%s”不一致。", other, name), paths}
	case scanned && grey:
		return verdict{Unknown, "登记表扫描件为黑白，未能辨认出单位公章，请人工核对。", paths}
	case scanned:
		return verdict{Fail, "登记表扫描件上未见单位公章，请加盖单位公章后重新报送。", paths}
	}
	return verdict{Fail, "未见加盖单位公章的登记表扫描件，请补充。", paths}
}

func checkRows(b *builder, _ *Record, def CheckDef) verdict {
	n := b.rows[def.Table]
	var paths []string
	for row := range n {
		paths = append(paths, fmt.Sprintf("%s[%d].%s", def.Table, row, b.firstColumn(def.Table)))
	}
	switch {
	case n == 0 && b.tableRows(def.Table) > 0:
		return verdict{Unknown, "未能读出产品，无法判断数量。", nil}
	case n > def.Max:
		return verdict{Fail, fmt.Sprintf("填报了%d个产品，每家企业不得超过%d个。", n, def.Max), paths}
	}
	return verdict{Pass, fmt.Sprintf("填报了%d个产品，不超过%d个。", n, def.Max), paths}
}

func (b *builder) firstColumn(table string) string {
	for i := range b.form.fields {
		if b.form.fields[i].table == table {
			return b.form.fields[i].def.Path
		}
	}
	return ""
}

func checkWords(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		text, _ := f.Value.(string)
		n := normalize.CountRunes(text)
		switch {
		case f.State == normalize.StateUnreadable || len(f.Evidence) == 0:
			t.add(Unknown, path, "未能读出“%s”，无法判断字数", f.Label)
		case n > def.Max:
			t.add(Fail, path, "“%s”为%d字，超过%d字", f.Label, n, def.Max)
		default:
			t.add(Pass, path, "")
		}
	}
	return t.verdict(fmt.Sprintf("各项简述均不超过%d字。", def.Max), "未读到简述，无法判断。")
}

func checkListed(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		words := f.ref.def.Vocabulary
		var chosen []string
		switch v := f.Value.(type) {
		case string:
			chosen = []string{v}
		case []string:
			chosen = v
		}
		outside := slices.DeleteFunc(slices.Clone(chosen), func(w string) bool { return slices.Contains(words, w) })
		switch {
		case len(outside) > 0:
			t.add(b.orUnknown(Fail, f), path, "%s“%s”不在所列类别中", b.rowName(f), strings.Join(outside, "、"))
		case len(chosen) > 0:
			t.add(Pass, path, "")
		case f.State == normalize.StateBlank && len(f.Evidence) > 0 && !f.has(FlagReadersDisagree):
			t.add(Fail, path, "%s“%s”未填写", b.rowName(f), f.Label)
		case f.State == normalize.StateNone:
			t.add(Fail, path, "%s“%s”填“无”，应为所列类别之一", b.rowName(f), f.Label)
		default:
			t.add(Unknown, path, "%s“%s”未能读出或不在所列类别中，请核对", b.rowName(f), f.Label)
		}
	}
	return t.verdict("所填类别均在登记表所列类别中。", "未读到类别，无法判断。")
}

func checkDeclared(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		switch {
		case f.State != normalize.StateBlank:
			t.add(Pass, path, "")
		case len(f.Evidence) == 0:
			t.add(Unknown, path, "未找到%s“%s”", b.rowName(f), f.Label)
		default:
			t.add(Fail, path, "%s“%s”为空，没有的请填“无”", b.rowName(f), f.Label)
		}
	}
	v := t.verdict("没有空项。", "未读到产品信息，无法判断。")
	if t.outcome == Fail {
		v.fields = slices.DeleteFunc(v.fields, func(p string) bool { return b.find(p).State != normalize.StateBlank })
	}
	return v
}

func checkReceived(b *builder, _ *Record, def CheckDef) verdict {
	day := b.opt.Received
	if len(day) > len("2022-09-30") {
		day = day[:len("2022-09-30")]
	}
	switch inWindow(day, "", def.Until) {
	case Pass:
		return verdict{Pass, fmt.Sprintf("收到日期为%s，在截止日期%s之前。", day, def.Until), nil}
	case Fail:
		return verdict{Fail, fmt.Sprintf("收到日期为%s，已过截止日期%s。", day, def.Until), nil}
	}
	return verdict{Unknown, "收到日期不明，无法判断是否按时报送。", nil}
}
