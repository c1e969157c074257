package rules

import (
	"reflect"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
)

// put replaces a text in a document's lines.
func put(t *testing.T, d *extract.Document, from, to string) {
	t.Helper()
	for i := range d.Lines {
		l := &d.Lines[i]
		if !strings.Contains(l.Text, from) {
			continue
		}
		l.Text = strings.Replace(l.Text, from, to, 1)
		if len(l.Chars) > 0 {
			n := len([]rune(l.Text))
			for len(l.Chars) < n {
				l.Chars = append(l.Chars, l.Chars[len(l.Chars)-1])
			}
			l.Chars = l.Chars[:n]
		}
		return
	}
	t.Fatalf("%q is nowhere", from)
}

// weak gives the characters of a text another score.
func weak(t *testing.T, d *extract.Document, text string, score float64) {
	t.Helper()
	for i := range d.Lines {
		before, _, ok := strings.Cut(d.Lines[i].Text, text)
		if !ok {
			continue
		}
		for k := range []rune(text) {
			d.Lines[i].Chars[len([]rune(before))+k].Score = score
		}
		return
	}
	t.Fatalf("%q is nowhere", text)
}

func TestScanAndCopy(t *testing.T) {
	scan, copied := sample(true), sample(false)
	put(t, &copied.doc, "13800000000", "13900000000")
	put(t, &copied.doc, "王建国", "王 建国")
	put(t, &scan.doc, "250101", "")
	rec, trace := build(t, &scan.doc, &copied.doc)
	phone := field1(t, rec, "contact.phone")
	if phone.Value != "13800000000" || !phone.flagged(FlagCopyDiffers) || !phone.Review || len(phone.Evidence) != 2 {
		t.Errorf("phone: the scan prevails and the copy is named: %+v", phone)
	}
	for _, s := range []string{"13800000000", "13900000000", "scan.pdf", "form.docx"} {
		if !strings.Contains(phone.Flags[0].Message, s) {
			t.Errorf("%q does not name %s", phone.Flags[0].Message, s)
		}
	}
	if e := phone.Evidence[1]; e.Page != nil || e.Box != nil || e.Cell != "table 1, row 5, column 1" || e.Reader != extract.ReaderDOCX {
		t.Errorf("evidence in a DOCX: %+v", e)
	}
	name := field1(t, rec, "enterprise.legal_representative")
	if name.flagged(FlagCopyDiffers) {
		t.Errorf("a space is no difference: %+v", name)
	}
	alone, _ := build(t, &sample(true).doc)
	if a := field1(t, alone, "enterprise.legal_representative"); name.Confidence <= a.Confidence {
		t.Errorf("agreement does not raise confidence: %v and %v", name.Confidence, a.Confidence)
	}
	code := field1(t, rec, "enterprise.postal_code")
	if code.Value != "250101" || !code.flagged(FlagCopyDiffers) || !code.Review {
		t.Errorf("a blank on the scan is filled from the copy and says so: %+v", code)
	}
	for _, f := range trace.Fields {
		if f.Path == "contact.phone" && (f.Features[featContradict] != 1 || f.Kind != KindFormScan) {
			t.Errorf("trace: %+v", f)
		}
	}
}

// Print does not tell X from x: the copy's spelling stands where only that and
// marks differ.
func TestCopySpells(t *testing.T) {
	scan, copied := sample(true), sample(false)
	put(t, &scan.doc, "云岭政务协同", "SmartX云岭")
	put(t, &copied.doc, "云岭政务协同", "SmartX云岭")
	put(t, &scan.doc, "SmartX云岭", "Smartx云岭·")
	rec, _ := build(t, &scan.doc, &copied.doc)
	f := field1(t, rec, "products[0].name")
	if f.Value != "SmartX云岭平台V1.0" || f.Review || f.flagged(FlagCopyDiffers) || !f.flagged(normalize.CodeRepaired) || f.Raw == "SmartX云岭平台V1.0" {
		t.Errorf("%+v", f)
	}
}

// A scan read badly against a sure copy is not settled silently, and nobody is
// accused: the copy's value stands, both are named, a person looks. A third
// paper that says what the copy says ends the doubt; a figure read fairly is a
// contradiction.
func TestScanReadBadly(t *testing.T) {
	scan, copied := sample(true), sample(false)
	put(t, &scan.doc, "王建国", "赵建国")
	weak(t, &scan.doc, "赵", 0.4)
	put(t, &scan.doc, "13800000000", "13800000005")
	weak(t, &scan.doc, "5", 0.85)
	put(t, &scan.doc, "济南云岭软件", "济南云吟软件")
	weak(t, &scan.doc, "吟", 0.6)
	rec, _ := build(t, &scan.doc, &copied.doc)
	f := field1(t, rec, "enterprise.legal_representative")
	if f.Value != "王建国" || f.flagged(FlagCopyDiffers) || !f.flagged(FlagReadersDisagree) || !f.Review || f.Raw != "赵建国" {
		t.Errorf("a name read badly: %+v", f)
	}
	if f := field1(t, rec, "contact.phone"); f.Value != "13800000005" || !f.flagged(FlagCopyDiffers) || !f.Review {
		t.Errorf("a figure read fairly: %+v", f)
	}
	if f := field1(t, rec, "enterprise.name"); f.Value != "济南云岭软件有限公司" || !f.Review {
		t.Errorf("a company nobody else speaks of: %+v", f)
	}
	cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR1625330")
	rec, _ = build(t, &scan.doc, &copied.doc, &cert.doc)
	if f := field1(t, rec, "enterprise.name"); f.Value != "济南云岭软件有限公司" || f.Review || !f.flagged(normalize.CodeRepaired) {
		t.Errorf("a company that the certificate names: %+v", f)
	}
}

// A name that lost a character on the form is settled by the seal and the
// certificate together; by one of them, or against a clear character, it is not.
func TestApplicantSettledByOthers(t *testing.T) {
	const name = "济南云岭软件有限公司"
	for _, c := range []struct {
		read, sealed string
		weak         string // what was read badly
		want         string
	}{
		{"济南云软件有限公司", name, "", name},
		{"济南云吟软件有限公司", name, "吟", name},
		{"济南云吟软件有限公司", name, "", "济南云吟软件有限公司"},
		{"济南云吟欤件有限公司", name, "吟欤", name}, // the seal stands on the form
		{"济南云吟欤件有限公司", "", "吟欤", "济南云吟欤件有限公司"},
		{"济南云软件有限公司", "", "", "济南云软件有限公司"},
		{"济南云软件有限公司", "济南云领软件有限公司", "", "济南云软件有限公司"},
	} {
		scan := sample(true)
		put(t, &scan.doc, name, c.read)
		if c.weak != "" {
			weak(t, &scan.doc, c.weak, 0.6)
		}
		if c.sealed != "" {
			scan.doc.Seals = seal(c.sealed, "")
		}
		cert := certificatePage("云岭政务协同平台", "V1.0", name, "2021年06月15日", "未发表", "2021SR1625330")
		rec, _ := build(t, &scan.doc, &cert.doc)
		f := field1(t, rec, "enterprise.name")
		if f.Value != c.want || f.flagged(normalize.CodeRepaired) != (c.want == name) || f.Raw != c.read {
			t.Errorf("%+v: %+v", c, f)
		}
	}
}

// A user report that names the applicant letter for letter is a witness.
func TestReportNamesApplicant(t *testing.T) {
	for name, want := range map[string]float64{"济南云岭软件有限公司": 1, "济南云领软件有限公司": 0} {
		report := newPaper(true)
		report.text("用户使用报告", "我单位使用"+name+"的产品，效果良好。", "日期：2022年1月1日")
		_, trace := build(t, &sample(true).doc, &report.doc)
		if got := traced(t, trace, "enterprise.name")[featScans]; got != want {
			t.Errorf("a report that names %s: %v witnesses, want %v", name, got, want)
		}
	}
}

// A Latin full stop in Chinese prose is a faint 。; one in a number or a text
// that was typed stays.
func TestLatinStop(t *testing.T) {
	for _, c := range [][2]string{
		{"采用微服务架构.运行稳定.", "采用微服务架构。运行稳定。"},
		{"采用微服务架构。运行稳定。.", "采用微服务架构。运行稳定。"},
		{"版本为V1.0.可用率99.9%，采用微服务架构.", "版本为V1.0.可用率99.9%，采用微服务架构。"},
	} {
		for _, scanned := range []bool{true, false} {
			p := sample(scanned)
			put(t, &p.doc, summary, c[0])
			rec, _ := build(t, &p.doc)
			want := c[0]
			if scanned {
				want = c[1]
			}
			if f := field1(t, rec, "product_summary"); f.Value != want {
				t.Errorf("scanned %v: %v, want %s", scanned, f.Value, want)
			}
		}
	}
}

// What a seal's ink was read as at the end of a value is no other value.
func TestInkBesideItsCopy(t *testing.T) {
	for _, sealed := range []bool{true, false} {
		scan, copied := sample(true), sample(false)
		put(t, &scan.doc, "王建国", "王建国安")
		if sealed {
			box := scan.doc.Lines[4].Box
			scan.doc.Seals = []extract.Seal{{Page: 0, Shape: "round", Box: extract.Box{X0: box.X0 - 10, Y0: box.Y0 - 50, X1: box.X1 + 10, Y1: box.Y1 + 50}}}
		}
		rec, _ := build(t, &scan.doc, &copied.doc)
		f := field1(t, rec, "enterprise.legal_representative")
		if f.flagged(FlagCopyDiffers) == sealed || !f.Review || sealed != (f.Value == "王建国") {
			t.Errorf("under a seal %v: %+v", sealed, f)
		}
	}
}

// Prose of a scan accuses its copy where it has figures or words of its own,
// read well; characters misread here and there and lines that were lost do not.
func TestProseBesideItsCopy(t *testing.T) {
	const text = "本产品面向农业政务服务，采用微服务架构，累计服务用户9563家。审批环节由10个减少为5个，平均办理时间由87个工作日压缩到6个工作日，形成了可复制、可推广的经验。"
	for _, c := range []struct {
		name, from, to string
		weak           string
		differs        bool // copy_differs
		review         bool
	}{
		{"one character misread", "农业", "衣业", "", false, false},
		{"a figure", "9563", "9568", "", true, true},
		{"a figure read badly", "9563", "9568", "9568", false, true},
		{"other words", "形成了可复制", "取得一系列可复制", "", true, true},
		{"words read badly", "形成了可复制", "取得一系列可复制", "取得一系列", false, true},
		{"a line that the scan lacks", "审批环节由10个减少为5个，", "", "", true, true},
	} {
		scan, copied := sample(true), sample(false)
		put(t, &copied.doc, summary, text)
		put(t, &scan.doc, summary, strings.Replace(text, c.from, c.to, 1))
		if c.weak != "" {
			weak(t, &scan.doc, c.weak, 0.85)
		}
		rec, _ := build(t, &scan.doc, &copied.doc)
		f := field1(t, rec, "product_summary")
		if f.flagged(FlagCopyDiffers) != c.differs || f.Review != c.review {
			t.Errorf("%s: %+v", c.name, f)
		}
		if !c.differs && f.Value != text {
			t.Errorf("%s: the copy's words were not taken: %v", c.name, f.Value)
		}
	}
}

func TestOtherReadings(t *testing.T) {
	scan := sample(true)
	for i := range scan.doc.Lines {
		l := &scan.doc.Lines[i]
		switch {
		case strings.HasPrefix(l.Text, "项目联系人"):
			l.Other = []extract.Reading{{Reader: extract.ReaderTesseract, Text: strings.Replace(l.Text, "13800000000", "13800000008", 1)}}
		case strings.HasPrefix(l.Text, "企业名称"):
			l.Other = []extract.Reading{{Reader: extract.ReaderPPOCR, Treatment: "ink_removed", Text: strings.Replace(l.Text, "企业名称", "企亚名称", 1)}}
		case strings.HasPrefix(l.Text, "通信地址"):
			l.Other = []extract.Reading{{Reader: extract.ReaderTesseract, Text: strings.Replace(l.Text, "1号", "7号", 1)}}
		}
	}
	rec, _ := build(t, &scan.doc)
	if f := field1(t, rec, "contact.phone"); !f.flagged(FlagReadersDisagree) || !f.Review {
		t.Errorf("two phones: %+v", f)
	}
	for _, path := range []string{"contact.email", "contact.name", "enterprise.name"} {
		if f := field1(t, rec, path); f.flagged(FlagReadersDisagree) {
			t.Errorf("%s: the readings differ elsewhere on the line: %+v", path, f.Flags)
		}
	}
	if f := field1(t, rec, "enterprise.address"); !f.flagged(FlagReadersDisagree) {
		t.Errorf("two addresses: %+v", f)
	}
}

// A reading that is no value gives way to another reader's that is one, and
// a person looks.
func TestOtherReadingIsTheValue(t *testing.T) {
	scan := sample(true)
	put(t, &scan.doc, "250101", "2501C?")
	for i := range scan.doc.Lines {
		if l := &scan.doc.Lines[i]; strings.Contains(l.Text, "2501C?") {
			l.Other = []extract.Reading{{Reader: extract.ReaderTesseract, Text: strings.Replace(l.Text, "2501C?", "250101", 1)}}
		}
	}
	rec, _ := build(t, &scan.doc)
	if f := field1(t, rec, "enterprise.postal_code"); f.Value != "250101" || !f.Review || !f.flagged(FlagReadersDisagree) {
		t.Errorf("%+v", f)
	}
}

func TestUnderSeal(t *testing.T) {
	scan := sample(true)
	box := scan.doc.Lines[3].Box // the enterprise's name
	scan.doc.Seals = []extract.Seal{{Page: 0, Shape: "round", Box: extract.Box{X0: box.X1 - 60, Y0: box.Y0 - 50, X1: box.X1 + 50, Y1: box.Y0 + 60}, Text: "济南云岭软件有限公司", Score: 0.9}}
	rec, _ := build(t, &scan.doc)
	if f := field1(t, rec, "enterprise.name"); !f.flagged(FlagUnderSeal) {
		t.Errorf("name: %+v", f)
	}
	if f := field1(t, rec, "contact.name"); f.flagged(FlagUnderSeal) {
		t.Errorf("contact: %+v", f)
	}
	seal := rec.Documents[0].Seals[0]
	if seal.MatchesEnterprise == nil || !*seal.MatchesEnterprise || seal.Page != 1 {
		t.Errorf("seal: %+v", seal)
	}
}

func TestReleaseDate(t *testing.T) {
	tests := []struct {
		name, form, done, published string
		want, basis                 string
		differs                     bool
	}{
		{"published", "2021年6月15日", "2021年05月10日", "2021年06月15日", "2021-06-15", "certificate.first_publication", false},
		{"unpublished", "2021年5月10日", "2021年05月10日", "未发表", "2021-05-10", "certificate.completion", false},
		{"a month on the form", "2021.06", "2021年05月10日", "2021年06月15日", "2021-06-15", "certificate.first_publication", false},
		{"another day", "2021年6月16日", "2021年05月10日", "2021年06月15日", "2021-06-15", "certificate.first_publication", true},
		{"the completion date on the form", "2021-05-10", "2021年05月10日", "2021年06月15日", "2021-06-15", "certificate.first_publication", true},
		{"nothing on the form", "", "2021年05月10日", "2021年06月15日", "2021-06-15", "certificate.first_publication", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scan := sample(true)
			put(t, &scan.doc, "2021年6月15日", tt.form)
			cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", tt.done, tt.published, "2021SR1625330")
			rec, _ := build(t, &scan.doc, &cert.doc)
			f := field1(t, rec, "products[0].release_date")
			if f.Value != tt.want || f.Detail["basis"] != tt.basis || f.flagged(FlagCertificateDiffers) != tt.differs || tt.differs && !f.Review {
				t.Errorf("%+v", f)
			}
			if f.flagged(FlagMissing) {
				t.Error("the certificate says it: nothing is missing")
			}
			if f.Evidence[0].Path != "x/1-软著.pdf" {
				t.Errorf("the certificate is not the first witness: %+v", f.Evidence)
			}
			if v, _ := rec.Data.Get("products[0].release_date"); v != tt.want {
				t.Errorf("data says %v", v)
			}
		})
	}
	t.Run("no certificate", func(t *testing.T) {
		rec, _ := build(t, &sample(true).doc)
		if f := field1(t, rec, "products[0].release_date"); f.Detail["basis"] != "form" {
			t.Errorf("%+v", f)
		}
	})
	t.Run("a better date that was not read", func(t *testing.T) {
		for _, published := range []string{"", "2O2?年月"} {
			scan := sample(true)
			cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年05月10日", published, "2021SR1625330")
			rec, _ := build(t, &scan.doc, &cert.doc)
			if f := field1(t, rec, "products[0].release_date"); !f.Review || !f.flagged(normalize.CodeAmbiguous) {
				t.Errorf("%q: the completion date was taken silently: %+v", published, f)
			}
		}
		scan := sample(true)
		cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年05月10日", "2021年06月15日", "2021SR1625330")
		put(t, &cert.doc, "首次发表日期：2021年06月15日", "丨")
		rec, _ := build(t, &scan.doc, &cert.doc)
		if f := field1(t, rec, "products[0].release_date"); !f.Review {
			t.Errorf("a lost line: %+v", f)
		}
	})
}

// Certificates find their products by name and version, not by order.
func TestCertificatesFindProducts(t *testing.T) {
	scan := newPaper(true)
	scan.text("优秀软件产品登记表")
	scan.table(7, top()...)
	scan.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35", "12", "无"), product("云岭数据中台V2.0", "2021年7月1日", "支撑软件", "大数据", "5", "3", "0")}, bottom()...)...)
	tail(scan)
	a := certificatePage("云岭数据中台", "V2.0", "济南云岭软件有限公司", "2021年07月01日", "未发表", "2021SR0000002")
	b := certificatePage("云岭政务协同平台软件", "V1.0", "青岛某某有限公司", "2021年06月15日", "未发表", "2021SR0000001")
	x := certificatePage("完全不同的财务系统", "V9.0", "济南云岭软件有限公司", "2019年06月15日", "未发表", "2019SR0000009")
	again := certificatePage("云岭数据中台", "V2.0", "济南云岭软件有限公司", "2021年07月01日", "未发表", "2021SR0000002")
	rec, _ := build(t, &scan.doc, &x.doc, &a.doc, &b.doc, &again.doc)
	for path, want := range map[string]string{"certificates[0].software_name": "云岭政务协同平台软件", "certificates[1].software_name": "云岭数据中台", "certificates[2].software_name": "完全不同的财务系统",
		"products[0].release_date": "2021-06-15", "products[1].release_date": "2021-07-01"} {
		if got := field1(t, rec, path).Value; got != want {
			t.Errorf("%s: %v, want %s", path, got, want)
		}
	}
	if _, ok := rec.Data.Get("certificates[3].software_name"); ok {
		t.Error("one certificate became two")
	}
	if n := len(field1(t, rec, "certificates[1].software_name").Evidence); n != 2 {
		t.Errorf("%d witnesses of the certificate that is there twice", n)
	}
	if f := field1(t, rec, "products[0].name"); !f.flagged(FlagCertificateDiffers) {
		t.Errorf("another name on the certificate: %+v", f)
	}
	if f := field1(t, rec, "products[1].name"); f.flagged(FlagCertificateDiffers) {
		t.Errorf("the same name: %+v", f.Flags)
	}
	for _, c := range rec.Checks {
		if c.ID == "registered_copyright" && (c.Outcome != Fail || !strings.Contains(c.Message, "青岛某某有限公司")) {
			t.Errorf("%+v", c)
		}
	}
}

func TestCodeIsAWitness(t *testing.T) {
	cert := certificatePage("云岭数据中台", "V2.0", "济南云岭软件有限公司", "2021年07月01日", "未发表", "2021SR0000002")
	cert.doc.Codes = []extract.Code{{Page: 0, Text: "https://example.org/q?registerNumber=2021SR0000003&x=1"}}
	rec, _ := build(t, &cert.doc)
	if f := field1(t, rec, "certificates[0].registration_number"); f.Value != "2021SR0000003" || !f.flagged(FlagReadersDisagree) || !f.Review {
		t.Errorf("%+v", f)
	}
	cert.doc.Codes[0].Text = "https://example.org/q?registerNumber=2021SR0000002"
	rec, _ = build(t, &cert.doc)
	if f := field1(t, rec, "certificates[0].registration_number"); f.Value != "2021SR0000002" || len(f.Flags) > 0 {
		t.Errorf("%+v", f)
	}
}

// A scan accuses its copy of other ticks only where it is sure of the boxes.
func TestTicksBesideTheirCopy(t *testing.T) {
	const row, both, none = "□工业软件 □支撑软件 ☑应用软件", "☑工业软件 □支撑软件 ☑应用软件", "□工业软件 □支撑软件 □应用软件"
	for _, c := range []struct {
		name, scan string
		weak       string // the box of which word is doubtful
		differs    bool   // copy_differs
		want       []string
	}{
		{"clear boxes", row, "", true, []string{"应用软件"}},
		{"the box that differs is doubtful", row, "工业软件", false, []string{"工业软件", "应用软件"}},
		{"another box is doubtful", row, "支撑软件", true, []string{"应用软件"}},
		{"no tick seen, boxes clear", none, "", true, []string{"工业软件", "应用软件"}},
		{"no tick seen, boxes doubtful", none, "工业软件 应用软件", false, []string{"工业软件", "应用软件"}},
	} {
		scan, copied := sample(true), sample(false)
		put(t, &copied.doc, row, both)
		put(t, &scan.doc, row, c.scan)
		for _, word := range strings.Fields(c.weak) {
			for _, box := range []string{"□", "☑"} {
				if strings.Contains(c.scan, box+word) {
					weakBox(t, &scan.doc, box+word)
				}
			}
		}
		rec, _ := build(t, &scan.doc, &copied.doc)
		f := field1(t, rec, "enterprise.business_categories")
		if f.flagged(FlagCopyDiffers) != c.differs || !f.Review || !reflect.DeepEqual(f.Value, any(c.want)) {
			t.Errorf("%s: %v, %v", c.name, f.Value, f.Flags)
		}
	}
}

// weakBox makes the box before a word doubtful.
func weakBox(t *testing.T, d *extract.Document, boxed string) {
	t.Helper()
	for i := range d.Lines {
		if before, _, ok := strings.Cut(d.Lines[i].Text, boxed); ok {
			d.Lines[i].Chars[len([]rune(before))].Score = 0.6
			return
		}
	}
	t.Fatalf("%q is nowhere", boxed)
}

// An old text layer's slips say nothing against characters read clearly from the
// picture; against one in doubt they do, and so does another reader always.
func TestOldTextLayer(t *testing.T) {
	for _, tt := range []struct {
		name   string
		reader string
		score  float64 // of the character that differs
		differ bool
	}{
		{"read clearly", extract.ReaderTextLayer, 0.999, false},
		{"in doubt", extract.ReaderTextLayer, 0.9, true},
		{"another reader", extract.ReaderTesseract, 0.999, true},
	} {
		f := fieldRead("text", "石油化工", 100, '化', tt.score, "")
		f.Reader, f.Others = extract.ReaderPPOCR, []Other{{tt.reader, "石油士工"}}
		w := newWitness(f, KindFormScan, "a.pdf")
		if got := w.readings().differ; got != tt.differ {
			t.Errorf("%s: differ %v", tt.name, got)
		}
		g := &field{}
		g.disagreement(&w)
		if got := g.has(FlagReadersDisagree); got != tt.differ {
			t.Errorf("%s: flags %v", tt.name, g.Flags)
		}
	}
}
