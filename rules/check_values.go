package rules

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"dengji/normalize"
)

// Checks of what the form's own fields say.

func checkApplicant(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		name, _ := f.Value.(string)
		word := containsAny(name, def.Words)
		switch {
		case f.State != normalize.StateValue || name == "":
			t.add(Unknown, path, "登记表的“%s”未能辨认，无法确认是否为境内注册的独立法人单位，请提供单位全称", f.Label)
		case word != "":
			t.add(b.orUnknown(Fail, f), path, "“%s”含“%s”，一般不是独立法人单位，请改由具有法人资格的单位申报", name, word)
		case f.has(normalize.CodeFormatInvalid):
			t.add(Unknown, path, "“%s”不像完整的单位名称，请核对后填写单位全称", name)
		case quoted(f, def.Words) != "":
			t.add(Unknown, path, "“%s”另有一种读法含“%s”，请核对单位全称", name, quoted(f, def.Words))
		default:
			t.add(Pass, path, "")
		}
	}
	return t.verdict("申报单位为具有法人资格的单位。", "未能读出申报单位名称，请重新提交清晰的登记表。")
}

// quoted returns the first of words that a field's flags quote: it stands in
// another reading, or in what was left out of the value.
func quoted(f *field, words []string) string {
	for _, g := range f.Flags {
		if word := containsAny(g.Message, words); word != "" {
			return word
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
			t.add(b.windowFailure(f, def), path, "%s发布时间为%s（依据%s），不在%s至%s之间，请核对；确不符合的，请更换产品", b.rowName(f), day, basisName(f), def.From, def.Until)
		default:
			t.add(Unknown, path, "%s发布时间未能确定，无法确认是否在%s至%s之间，请补充写明年月日的证明", b.rowName(f), def.From, def.Until)
		}
	}
	return t.verdict(fmt.Sprintf("各产品的发布时间均在%s至%s之间。", def.From, def.Until), "未读到产品的发布时间，请核对登记表。")
}

// windowFailure is unknown where the date is not sure, or where another
// document names one inside the window.
func (b *builder) windowFailure(f *field, def CheckDef) string {
	if f.Confidence < b.form.Threshold {
		return Unknown
	}
	for _, g := range f.Flags {
		switch g.Code {
		case FlagCopyDiffers, FlagCertificateDiffers:
			form, _ := g.Detail["form"].(string)
			if g.Code == FlagCopyDiffers || inWindow(form, def.From, def.Until) != Fail {
				return Unknown
			}
		}
	}
	return Fail
}

// basisName says what a release date rests on.
func basisName(f *field) string {
	switch f.Detail["basis"] {
	case "certificate.first_publication":
		return "证书的首次发表日期"
	case "certificate.completion":
		return "证书的开发完成日期"
	case "certificate.issue":
		return "证书的发证日期"
	}
	return "登记表"
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

func checkRows(b *builder, _ *Record, def CheckDef) verdict {
	n := b.rows[def.Table]
	var paths []string
	for row := range n {
		paths = append(paths, fmt.Sprintf("%s[%d].%s", def.Table, row, b.firstColumn(def.Table)))
	}
	switch {
	case n == 0 && b.tableRows(def.Table) > 0:
		return verdict{outcome: Unknown, message: "未能读出产品，无法确认数量，请核对登记表。"}
	case n > def.Max:
		return verdict{outcome: Fail, message: fmt.Sprintf("登记表填报了%d个产品，每家企业不得超过%d个，请保留其中%d个后重新报送。", n, def.Max, def.Max), fields: paths}
	case len(b.sub.Beside.Also) > 0 && def.Table == tableOf(b.form.Identity.Product):
		return b.rowsTogether(def.Max, paths)
	case n == 0 && def.Table == tableOf(b.form.Identity.Product) && b.lostProducts():
		return verdict{outcome: Unknown, message: "未读到产品，请核对登记表。", fields: paths}
	}
	return verdict{outcome: Pass, message: fmt.Sprintf("填报了%d个产品，不超过%d个。", n, def.Max), fields: paths}
}

// rowsTogether counts an applicant's rows on all its forms: the limit is on
// what it sends, on however many forms.
func (b *builder) rowsTogether(most int, paths []string) verdict {
	outcome, own := Fail, 0
	for _, p := range b.expand(b.form.Identity.Product) {
		f := b.find(p)
		if f.State == normalize.StateNone || f.State == normalize.StateBlank {
			continue
		}
		if own++; f.State != normalize.StateValue {
			outcome = Unknown
		}
	}
	total := own
	var names []string
	proofs := b.proofs(paths)
	for _, s := range b.sub.Beside.Also {
		total += len(s.Products)
		if s.Doubtful {
			outcome = Unknown
		}
		for _, p := range s.Products {
			names = append(names, fmt.Sprintf("“%s”（记录%s）", cmp.Or(p.Text, "未能读出的产品"), s.ID))
			if p.Document != "" {
				proofs = append(proofs, p)
			}
		}
	}
	others := strings.Join(names, "、")
	switch {
	case total <= most:
		return verdict{Pass, fmt.Sprintf("填报了%d个产品，连同本单位另报的%s共%d个，不超过%d个。", own, others, total, most), paths, proofs}
	case outcome == Unknown:
		return verdict{Unknown, fmt.Sprintf("本表填报了%d个产品，本单位似另报了%s，共%d个，超过%d个的限额；产品名称未能全部准确辨认，请核对。", own, others, total, most), paths, proofs}
	}
	return verdict{Fail, fmt.Sprintf("本表填报了%d个产品，本单位另报了%s，共%d个，每家企业不得超过%d个，请保留其中%d个后重新报送。", own, others, total, most, most), paths, proofs}
}

// tableOf is the list of a field's pattern: products of products[].name.
func tableOf(pattern string) string {
	table, _, _ := strings.Cut(pattern, "[]")
	return table
}

func checkWords(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		text, _ := f.Value.(string)
		n := normalize.CountRunes(text)
		switch {
		case f.State == normalize.StateUnreadable || len(f.Evidence) == 0:
			t.add(Unknown, path, "“%s”未能读出，无法确认字数，请补充电子版", f.Label)
		case n > def.Max:
			t.add(Fail, path, "“%s”为%d字，超过%d字，请压缩至%d字以内", f.Label, n, def.Max, def.Max)
		default:
			t.add(Pass, path, "")
		}
	}
	return t.verdict(fmt.Sprintf("各项简述均不超过%d字。", def.Max), "未读到简述，请核对登记表。")
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
		list := strings.Join(words, "、")
		outside := slices.DeleteFunc(slices.Clone(chosen), func(w string) bool { return slices.Contains(words, w) })
		switch {
		case len(outside) > 0:
			t.add(b.orUnknown(Fail, f), path, "%s“%s”填为“%s”，不在所列类别中，请从%s中选填", b.rowName(f), f.Label, strings.Join(outside, "、"), list)
		case len(chosen) > 0:
			t.add(Pass, path, "")
		case f.State == normalize.StateBlank && len(f.Evidence) > 0 && !f.has(FlagReadersDisagree) && (f.Raw != "" || b.orUnknown(Fail, f) == Fail):
			t.add(Fail, path, "%s“%s”未填写，请从%s中选填", b.rowName(f), f.Label, list)
		case f.State == normalize.StateNone:
			t.add(Fail, path, "%s“%s”填为“无”，请从%s中选填", b.rowName(f), f.Label, list)
		default:
			t.add(Unknown, path, "%s“%s”未能读出或不在所列类别（%s）中，请核对", b.rowName(f), f.Label, list)
		}
	}
	return t.verdict("所填类别均在登记表所列类别中。", "未读到类别，请核对登记表。")
}

func checkDeclared(b *builder, _ *Record, def CheckDef) verdict {
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		switch {
		case f.State != normalize.StateBlank:
			t.add(Pass, path, "")
		case len(f.Evidence) == 0:
			t.add(Unknown, path, "未找到%s“%s”，请核对登记表是否完整", b.rowName(f), f.Label)
		case b.orUnknown(Fail, f) == Unknown: // pale or thin print may stand there
			t.add(Unknown, path, "%s“%s”未读到内容，请核对；确实为空的请填写，没有的请填“无”", b.rowName(f), f.Label)
		default:
			t.add(Fail, path, "%s“%s”为空，请填写；没有的请填“无”", b.rowName(f), f.Label)
		}
	}
	v := t.verdict("没有空项。", "未读到产品信息，请核对登记表。")
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
		return verdict{outcome: Pass, message: fmt.Sprintf("收到日期为%s，未超过截止日期%s。", day, def.Until)}
	case Fail:
		return verdict{outcome: Fail, message: fmt.Sprintf("收到日期为%s，已过截止日期%s，请说明情况。", day, def.Until)}
	}
	v := verdict{outcome: Unknown, message: fmt.Sprintf("收到日期不明，无法确认是否在截止日期%s前报送。", def.Until)}
	for _, in := range b.sub.Inputs {
		// A date in a name says when somebody scanned or saved the file, not
		// when it was received: it is told and decides nothing.
		if d, name := dateInName(in.Path); d != "" && in.Doc != nil {
			v.message = fmt.Sprintf("收到日期不明，无法确认是否在截止日期%s前报送；“%s”的名称中有日期%s，仅供参考。", def.Until, name, d)
			v.proofs = []Proof{proofOf(in.Doc, in.Path, -1, nil, d)}
			break
		}
	}
	return v
}

var nameDate = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2})[-._年]?(0[1-9]|1[0-2])[-._月]?(0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)`)

// dateInName finds a date in a file's or folder's name.
func dateInName(file string) (day, name string) {
	for _, part := range strings.Split(file, "/") {
		if m := nameDate.FindStringSubmatch(part); m != nil {
			return m[1] + "-" + m[2] + "-" + m[3], path.Base(part)
		}
	}
	return "", ""
}
