package rules

import (
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
)

// A product's name that only the form was read badly takes its certificate's
// spelling, under review and without an accusation; one that was read clearly
// is the form's word, and one that the certificate was read badly too is
// nobody's.
func TestNameTakesItsCertificatesSpelling(t *testing.T) {
	for _, tt := range []struct {
		name       string
		form, cert float64 // scores of the character that differs
		copied     bool
		want       string
		outcome    string
	}{
		{"the form is weak", 0.6, 0.99, false, "云岭政务协同平台V1.0", Pass},
		{"both are weak", 0.6, 0.6, false, "云岭政务协词平台V1.0", Unknown},
		{"the certificate is weak", 0.99, 0.6, false, "云岭政务协词平台V1.0", Unknown},
		{"both are clear", 0.99, 0.99, false, "云岭政务协词平台V1.0", Fail},
		{"a copy says it too", 0.6, 0.99, true, "云岭政务协词平台V1.0", Fail},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scan := sample(true)
			put(t, &scan.doc, "云岭政务协同", "云岭政务协词")
			weak(t, &scan.doc, "词", tt.form)
			cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR0000001")
			weak(t, &cert.doc, "同平台", tt.cert)
			docs := []*extract.Document{&scan.doc, &cert.doc}
			if tt.copied {
				copied := sample(false)
				put(t, &copied.doc, "云岭政务协同", "云岭政务协词")
				docs = append(docs, &copied.doc)
			}
			rec, _ := build(t, docs...)
			f := field1(t, rec, "products[0].name")
			if f.Value != tt.want || f.Raw != "云岭政务协词平台V1.0" || !f.Review {
				t.Errorf("%v, raw %s, review %v, flags %v", f.Value, f.Raw, f.Review, f.Flags)
			}
			if repaired := tt.outcome == Pass; f.flagged(normalize.CodeRepaired) != repaired || f.flagged(FlagCertificateDiffers) != (tt.outcome == Fail) {
				t.Errorf("flags %v", f.Flags)
			}
			if c := check(rec, "registered_copyright"); c.Outcome != tt.outcome {
				t.Errorf("registered_copyright is %s: %s", c.Outcome, c.Message)
			}
		})
	}
}

// Where a scan shows the end of the applicant's name only, or all of it among a seal's
// characters, the certificate
// completes it, for review and without an accusation; a copy's short name is
// what the firm wrote, and a name that goes on behind is another's.
func TestApplicantCompleted(t *testing.T) {
	for _, tt := range []struct {
		name, form, owner string
		copied, seal      bool
		want, outcome     string
		guessed           bool
	}{
		{"the beginning is lost", "软件有限公司", "济南云岭软件有限公司", false, false, "济南云岭软件有限公司", Pass, false},
		{"one character is not much", "南云岭软件有限公司", "济南云岭软件有限公司", false, false, "南云岭软件有限公司", Unknown, false},
		{"a copy has it so", "软件有限公司", "济南云岭软件有限公司", true, false, "软件有限公司", Fail, false},
		{"a branch", "济南云岭软件有限公司", "济南云岭软件有限公司烟台分公司", false, false, "济南云岭软件有限公司", Fail, false},
		{"among a seal's characters", "信心科本济南云岭软件有限公司信县科技有限公司N", "济南云岭软件有限公司", false, true, "济南云岭软件有限公司", Pass, false},
		{"a branch under its seal", "济南云岭软件有限公司烟台分公司", "济南云岭软件有限公司", false, true, "济南云岭软件有限公司烟台分公司", Fail, false},
		{"half of it guessed", "济南云岑仵有艮公司", "济南云岭软件有限公司", false, true, "济南云岭软件有限公司", Pass, true},
		{"another name, guessed", "青岛海天信思技木公司", "济南云岭软件有限公司", false, true, "青岛海天信思技木公司", Unknown, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scan, copied := sample(true), sample(false)
			put(t, &scan.doc, "济南云岭软件有限公司", tt.form)
			put(t, &copied.doc, "济南云岭软件有限公司", tt.form)
			for i := range scan.doc.Lines {
				l := &scan.doc.Lines[i]
				l.Seal = tt.seal && strings.HasSuffix(l.Text, tt.form)
				if l.Seal && tt.guessed {
					l.Chars, l.Score = nil, 0.45
					for range []rune(l.Text) {
						l.Chars = append(l.Chars, extract.Char{X0: l.Box.X0, X1: l.Box.X1, Score: 0.45})
					}
				}
			}
			cert := certificatePage("云岭政务协同平台", "V1.0", tt.owner, "2021年06月15日", "未发表", "2021SR0000001")
			docs := []*extract.Document{&scan.doc, &cert.doc}
			if tt.copied {
				docs = append(docs, &copied.doc)
			}
			rec, _ := build(t, docs...)
			f := field1(t, rec, "enterprise.name")
			repaired := tt.outcome == Pass
			if f.Value != tt.want || f.flagged(normalize.CodeRepaired) != repaired || repaired && !f.Review {
				t.Errorf("%v, review %v, flags %v", f.Value, f.Review, f.Flags)
			}
			if c := check(rec, "registered_copyright"); c.Outcome != tt.outcome {
				t.Errorf("registered_copyright is %s: %s", c.Outcome, c.Message)
			}
		})
	}
}

// What was read badly before a certificate's owner is no beginning that the form lost.
func TestJunkBeforeOwner(t *testing.T) {
	scan := sample(true)
	cert := certificatePage("云岭政务协同平台", "V1.0", "面界济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR0000001")
	for _, l := range cert.doc.Lines {
		if before, _, ok := strings.Cut(l.Text, "面界"); ok {
			n := len([]rune(before))
			l.Chars[n].Score, l.Chars[n+1].Score = 0.4, 0.5
		}
	}
	rec, _ := build(t, &scan.doc, &cert.doc)
	if f := field1(t, rec, "enterprise.name"); f.Value != "济南云岭软件有限公司" {
		t.Errorf("%v, flags %v", f.Value, f.Flags)
	}
}

// A guessed name that is one owner's is not the other owner's.
func TestGuessedNameOfJointOwner(t *testing.T) {
	scan := sample(true)
	for i := range scan.doc.Lines {
		if l := &scan.doc.Lines[i]; strings.HasSuffix(l.Text, "济南云岭软件有限公司") {
			l.Seal, l.Score = true, 0.45
			for k := range l.Chars {
				l.Chars[k].Score = 0.45
			}
		}
	}
	cert := certificatePage("云岭政务协同平台", "V1.0", "济南云峰信息科技有限公司；济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR0000001")
	rec, _ := build(t, &scan.doc, &cert.doc)
	if f := field1(t, rec, "enterprise.name"); f.Value != "济南云岭软件有限公司" {
		t.Errorf("%v, flags %v", f.Value, f.Flags)
	}
}

// A copy that has another name than a scan read in doubt is the one that differs
// where the certificate says what the scan does.
func TestCopyOutvoted(t *testing.T) {
	for _, tt := range []struct {
		owner, want string
		accused     bool
	}{
		{"济南云岭软件有限公司", "济南云岭软件有限公司", true},
		{"济南元岭软件有限公司", "济南元岭软件有限公司", false},
	} {
		scan, copied := sample(true), sample(false)
		put(t, &copied.doc, "济南云岭软件有限公司", "济南元岭软件有限公司")
		weak(t, &scan.doc, "云岭软件有限", 0.6)
		cert := certificatePage("云岭政务协同平台", "V1.0", tt.owner, "2021年06月15日", "未发表", "2021SR0000001")
		rec, _ := build(t, &scan.doc, &copied.doc, &cert.doc)
		f := field1(t, rec, "enterprise.name")
		if f.Value != tt.want || f.flagged(FlagCopyDiffers) != tt.accused {
			t.Errorf("owner %s: %v, flags %v", tt.owner, f.Value, f.Flags)
		}
	}
}

// An applicant's name nearly the certificate owner's goes to a person, and takes
// the owner's spelling where the form's reader took the character for it next.
func TestApplicantNearlyTheOwner(t *testing.T) {
	for _, tt := range []struct {
		name, rivals, want string
		copied             bool
	}{
		{"its rival", "岭", "济南云岭软件有限公司", false},
		{"no rival", "", "济南云铃软件有限公司", false},
		{"a copy has it so", "岭", "济南云铃软件有限公司", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scan, copied := sample(true), sample(false)
			put(t, &scan.doc, "济南云岭软件有限公司", "济南云铃软件有限公司")
			put(t, &copied.doc, "济南云岭软件有限公司", "济南云铃软件有限公司")
			for i := range scan.doc.Lines {
				l := &scan.doc.Lines[i]
				if !strings.HasSuffix(l.Text, "济南云铃软件有限公司") {
					continue
				}
				l.Chars = nil
				for _, r := range l.Text {
					c := extract.Char{X0: l.Box.X0, X1: l.Box.X1, Score: 1}
					if r == '铃' {
						c.Score, c.Rivals = 0.98, tt.rivals
					}
					l.Chars = append(l.Chars, c)
				}
			}
			cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR0000001")
			docs := []*extract.Document{&scan.doc, &cert.doc}
			if tt.copied {
				docs = append(docs, &copied.doc)
			}
			rec, _ := build(t, docs...)
			f := field1(t, rec, "enterprise.name")
			if f.Value != tt.want || !tt.copied && !f.Review {
				t.Errorf("%v, review %v, flags %v", f.Value, f.Review, f.Flags)
			}
		})
	}
}

// A name that differs from its certificate's in the case of a letter alone was
// misread on one of the two, however sure the reader is.
func TestLetterCaseOfNames(t *testing.T) {
	for _, tt := range []struct {
		form, cert string
		review     bool
	}{
		{"SmartX云岭", "SmartX云岭", false},
		{"Smartx云岭", "SmartX云岭", true},
		{"SmartX云岭", "Smartx云岭", true},
	} {
		scan := sample(true)
		put(t, &scan.doc, "云岭政务协同", tt.form)
		cert := certificatePage(tt.cert+"平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR0000001")
		rec, _ := build(t, &scan.doc, &cert.doc)
		f := field1(t, rec, "products[0].name")
		if f.Review != tt.review || f.flagged(FlagReadersDisagree) != tt.review || f.flagged(FlagCertificateDiffers) {
			t.Errorf("%s beside %s: review %v, flags %v", tt.form, tt.cert, f.Review, f.Flags)
		}
		if c := check(rec, "registered_copyright"); c.Outcome != Pass {
			t.Errorf("%s beside %s: registered_copyright is %s", tt.form, tt.cert, c.Outcome)
		}
	}
}
