package rules

import (
	"slices"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
)

// trait is a feature of a field in a trace.
func trait(t *testing.T, tr *Trace, path, name string) float64 {
	t.Helper()
	for _, f := range tr.Fields {
		if f.Path == path {
			return f.Features[name]
		}
	}
	t.Fatalf("no trace of %s", path)
	return 0
}

func TestAddressesSpeakForOneAnother(t *testing.T) {
	for _, tt := range []struct {
		name, site, mail string
		agree, differ    float64
	}{
		{"one domain", "https://www.example.cn", "a@example.cn", 1, 0},
		{"one misread", "https://www.exampie.cn", "a@example.cn", 0, 1},
		{"one lost a double letter", "https://www.exxample.cn", "a@example.cn", 1, 0},
		{"two domains", "https://www.other-one.com", "a@example.cn", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scan := sample(true)
			rec, _ := build(t, &scan.doc)
			put(t, &scan.doc, field1(t, rec, "enterprise.website").Raw, tt.site)
			put(t, &scan.doc, field1(t, rec, "contact.email").Raw, tt.mail)
			_, tr := build(t, &scan.doc)
			for _, path := range []string{"enterprise.website", "contact.email"} {
				if a, d := trait(t, tr, path, featScans), trait(t, tr, path, featDiffer); a != tt.agree || d != tt.differ {
					t.Errorf("%s: agree %v, differ %v", path, a, d)
				}
			}
		})
	}
}

// Of two letters alike a reader loses one: the longer domain is the right one.
func TestLostDoubleLetter(t *testing.T) {
	scan := sample(true)
	put(t, &scan.doc, "www.yunling.cn", "www.yunllingg.cn")
	rec, _ := build(t, &scan.doc)
	if f := field1(t, rec, "contact.email"); f.Value != "li@yunllingg.cn" || !f.flagged(normalize.CodeRepaired) || f.Raw != "li@yunling.cn" {
		t.Errorf("%+v", f)
	}
	copied := sample(false)
	put(t, &copied.doc, "li@yunling.cn", "li@yunlling.cn")
	rec, _ = build(t, &sample(true).doc, &copied.doc)
	if f := field1(t, rec, "contact.email"); f.Value != "li@yunlling.cn" || f.Review || f.flagged(FlagCopyDiffers) {
		t.Errorf("beside a copy: %+v", f)
	}
	put(t, &copied.doc, "li@yunlling.cn", "li@yun1ling.cn")
	rec, _ = build(t, &sample(true).doc, &copied.doc)
	if f := field1(t, rec, "contact.email"); !f.flagged(FlagCopyDiffers) {
		t.Errorf("another address in the copy: %+v", f)
	}
}

func TestDatesThatCannotBeTrueTogether(t *testing.T) {
	for _, tt := range []struct {
		name, done, published, number string
		doubted                       []string
	}{
		{"in order", "2021年05月10日", "2021年06月15日", "2021SR1625330", nil},
		{"published before it was done", "2021年07月10日", "2021年06月15日", "2021SR1625330", []string{"completion_date", "first_publication_date"}},
		{"registered in another year", "2011年05月10日", "2011年06月15日", "2012SR1625330", []string{"issue_date"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", tt.done, tt.published, tt.number)
			rec, _ := build(t, &sample(true).doc, &cert.doc)
			for _, name := range []string{"completion_date", "first_publication_date", "issue_date"} {
				want := false
				for _, d := range tt.doubted {
					want = want || d == name
				}
				if f := field1(t, rec, "certificates[0]."+name); f.flagged(normalize.CodeAmbiguous) != want || want && !f.Review {
					t.Errorf("%s: %+v", name, f)
				}
			}
		})
	}
}

// A certificate that no product claims may be the one of a product that has
// none: its name was misread.
func TestUnclaimedCertificate(t *testing.T) {
	cert := certificatePage("完全不同的财务系统", "V9.0", "济南云岭软件有限公司", "2021年05月10日", "未发表", "2021SR1625330")
	rec, _ := build(t, &sample(true).doc, &cert.doc)
	if f := field1(t, rec, "products[0].release_date"); !f.Review || !f.flagged(normalize.CodeAmbiguous) || f.Detail["basis"] != "form" {
		t.Errorf("%+v", f)
	}
}

// A short name whose label was misread does not keep a product from its
// certificate.
func TestNameWithAnAside(t *testing.T) {
	scan := sample(true)
	put(t, &scan.doc, "平台V1.0", "平台（筒标：政务小助手）V1.0")
	cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年05月10日", "2021年06月15日", "2021SR1625330")
	rec, _ := build(t, &scan.doc, &cert.doc)
	if f := field1(t, rec, "products[0].release_date"); f.Detail["basis"] != "certificate.first_publication" {
		t.Errorf("%+v", f)
	}
}

// Two scans read by one reader agree in its mistakes too: only a text of its
// own is a witness of characters.
func TestSameReaderIsNoWitness(t *testing.T) {
	const path = "enterprise.legal_representative"
	_, tr := build(t, &sample(true).doc, &sample(true).doc)
	if w, s := trait(t, tr, path, featWitnesses), trait(t, tr, path, featScans); w != 0 || s != 1 {
		t.Errorf("two scans: %v %v", w, s)
	}
	_, tr = build(t, &sample(true).doc, &sample(false).doc)
	if w, s := trait(t, tr, path, featWitnesses), trait(t, tr, path, featScans); w != 1 || s != 0 {
		t.Errorf("scan and copy: %v %v", w, s)
	}
}

// An owner that is nearly the applicant is most likely the applicant, misread
// in one place.
func TestOwnerNearlyTheApplicant(t *testing.T) {
	for owner, want := range map[string]float64{"济南云岭软件有限公司": 0, "济南云岭软仵有限公司": 1, "青岛某某有限公司": 0} {
		cert := certificatePage("云岭政务协同平台", "V1.0", owner, "2021年05月10日", "2021年06月15日", "2021SR1625330")
		_, tr := build(t, &sample(true).doc, &cert.doc)
		if d := trait(t, tr, "enterprise.name", featDiffer); d != want {
			t.Errorf("%s: %v", owner, d)
		}
	}
}

// Boxes are judged by their ink: what another reader makes of the line's text
// says nothing about them.
func TestReadersKnowNoBoxes(t *testing.T) {
	scan := sample(true)
	for i := range scan.doc.Lines {
		if l := &scan.doc.Lines[i]; strings.Contains(l.Text, "☑") {
			l.Other = []extract.Reading{{Reader: extract.ReaderTesseract, Text: strings.NewReplacer("☑", "口", "□", "口").Replace(l.Text)}}
		}
	}
	rec, _ := build(t, &scan.doc)
	if f := field1(t, rec, "enterprise.business_categories"); f.flagged(FlagReadersDisagree) {
		t.Errorf("%+v", f)
	}
}

// A serial number at the foot is no certificate number.
func TestSerialIsNoCertificateNumber(t *testing.T) {
	cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年05月10日", "2021年06月15日", "2021SR1625330")
	for i := range cert.doc.Lines {
		if strings.Contains(cert.doc.Lines[i].Text, "证书号") {
			put(t, &cert.doc, cert.doc.Lines[i].Text, "丨")
		}
	}
	cert.text("No.02225045")
	rec, _ := build(t, &cert.doc)
	if f := field1(t, rec, "certificates[0].certificate_number"); f.State == normalize.StateValue {
		t.Errorf("%+v", f)
	}
}

// The address, the postal code and the area code name one province; a mobile
// telephone names none.
func TestPlacesSpeakForOneAnother(t *testing.T) {
	for _, tt := range []struct{ name, path, from, to, says string }{
		{"as they are", "", "", "", ""},
		{"postal code of another province", "enterprise.postal_code", "250101", "510000", "广东"},
		{"area code of another province", "contact.phone", "13800000000", "0755-26001234", "广东"},
		{"another city of the province", "", "13800000000", "0532-86001234", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := sample(false)
			if tt.from != "" {
				put(t, &doc.doc, tt.from, tt.to)
			}
			rec, _ := build(t, &doc.doc)
			for _, path := range []string{"enterprise.postal_code", "contact.phone"} {
				f := field1(t, rec, path)
				if f.flagged(normalize.CodeAmbiguous) != (path == tt.path) {
					t.Errorf("%s: %+v", path, f.Flags)
				}
				if path == tt.path && (!strings.Contains(f.Flags[0].Message, tt.says) || !strings.Contains(f.Flags[0].Message, "山东") || !f.Review) {
					t.Errorf("%s does not name both: %+v", path, f.Flags)
				}
			}
		})
	}
}

func TestSharesThatCannotBeTrue(t *testing.T) {
	cert := func(published string) *paper {
		return certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年05月10日", published, "2021SR1625330")
	}
	for _, tt := range []struct {
		name, published, revenue, export string
		doubted                          []string
	}{
		{"out before the deadline", "2022年09月30日", "35.2%", "12%", nil},
		{"out after it", "2022年10月01日", "35.2%", "12%", []string{"revenue_share", "export_share"}},
		{"out after it, nothing earned", "2022年10月01日", "0", "无", nil},
		{"exports of nothing", "2022年01月01日", "0", "5%", []string{"export_share"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPaper(false)
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2022年", "应用软件", "政务", tt.revenue, "3%", tt.export)}, bottom()...)...)
			rec, _ := build(t, &p.doc, &cert(tt.published).doc)
			for _, name := range []string{"revenue_share", "market_share", "export_share"} {
				f := field1(t, rec, "products[0]."+name)
				if want := slices.Contains(tt.doubted, name); f.flagged(normalize.CodeOutOfRange) != want || f.Review != want {
					t.Errorf("%s: %+v", name, f)
				}
			}
		})
	}
}

// A range that lost its sign accuses nobody either, and another range does.
func TestRangeWithoutItsSign(t *testing.T) {
	for read, accused := range map[string]bool{"14%24%": false, "14%～25%": true} {
		scan, copied := sample(true), sample(false)
		put(t, &scan.doc, "35.2%", read)
		put(t, &copied.doc, "35.2%", "14%～24%")
		rec, _ := build(t, &scan.doc, &copied.doc)
		if f := field1(t, rec, "products[0].revenue_share"); f.flagged(FlagCopyDiffers) != accused || !f.Review {
			t.Errorf("read as %s: %v, flags %v", read, f.Value, f.Flags)
		}
	}
}

// A scan's address that is none, and but for its points nearly the copy's, accuses
// nobody; a whole other address does.
func TestAddressThatIsNone(t *testing.T) {
	for _, tt := range []struct {
		path, copied, read string
		accused            bool
	}{
		{"enterprise.website", "www.yunling.com.cn", "www.yunling.comcn", false},
		{"contact.email", "li@yunying-it.net", "li@yunving-it:net", false},
		{"enterprise.website", "www.yunling.com.cn", "www.yunning.com.cn", true},
		{"contact.email", "li@yunling.cn", "wang@yunling.cn", true},
	} {
		scan, copied := sample(true), sample(false)
		old := map[string]string{"enterprise.website": "www.yunling.cn", "contact.email": "li@yunling.cn"}[tt.path]
		put(t, &scan.doc, old, tt.read)
		put(t, &copied.doc, old, tt.copied)
		rec, _ := build(t, &scan.doc, &copied.doc)
		f := field1(t, rec, tt.path)
		if f.flagged(FlagCopyDiffers) != tt.accused || !tt.accused && f.Value != tt.copied {
			t.Errorf("%s read as %s: %v, flags %v", tt.copied, tt.read, f.Value, f.Flags)
		}
	}
}
