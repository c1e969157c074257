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

// A unit's name and a date beneath the signature, without labels of their own,
// unsign no report; a sentence after the label signs none.
func TestSignedAboveTheUnitsName(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  bool
	}{
		{[]string{"负责人（签字）：贾兰升", "济南泰通信息科技有限公司", "2022年8月21日"}, true},
		{[]string{"负责人（签字）：", "济南泰通信息科技有限公司", "2022年8月21日"}, false},
		{[]string{"负责人（签字）：", "2022年8月21日"}, false},
		{[]string{"使用人：运行稳定，予以推荐。", "济南泰通信息科技有限公司"}, false},
	} {
		p := reportPage()
		for i, line := range tt.lines {
			p.line(247+70*float64(min(i, 1)), line)
			p.y += height
		}
		signed, forms := false, loadForms(t)
		for _, part := range Segment(&p.doc, forms) {
			for _, f := range Map(part, forms) {
				signed = signed || f.signed()
			}
		}
		if signed != tt.want {
			t.Errorf("%v: signed %v", tt.lines, signed)
		}
	}
}
