package rules

import (
	"slices"
	"testing"
)

// Beneath the signature, further right, stands the unit's name: it is no part of
// the signer's.
func TestSignatureEndsAtTheUnitsName(t *testing.T) {
	p := reportPage()
	p.line(291, "使用人签字：孟诚勇")
	p.y += height
	p.line(321, "单位名称：郑州市应急管理局")
	p.y += height
	p.line(402, "2021年8月6日")
	forms, signers := loadForms(t), []string{}
	for _, part := range Segment(&p.doc, forms) {
		for _, f := range Map(part, forms) {
			if f.pattern == "user_reports[].signed_by" {
				signers = append(signers, f.Raw)
			}
		}
	}
	if !slices.Equal(signers, []string{"孟诚勇"}) {
		t.Errorf("the signers are %q", signers)
	}
}
