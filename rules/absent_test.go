package rules

import (
	"slices"
	"testing"

	"dengji/extract"
)

// A certificate whose labels were not all read may have been printed with dates
// that nobody saw; one that was read whole surely has none.
func TestAbsentOnUnreadCertificate(t *testing.T) {
	for name, c := range map[string]struct {
		unread []string
		review bool
	}{
		"read whole":       {nil, false},
		"three lines lost": {[]string{"软件名称", "著作权人", "权利取得方式"}, true},
	} {
		p := certificatePage("云岭政务协同平台", "", "济南云岭软件有限公司", "2021年05月10日", "未发表", "2021SR1625330")
		drop := append([]string{"首次发表日期", "开发完成日期", "2021年05月10日", "未发表"}, c.unread...)
		p.doc.Lines = slices.DeleteFunc(p.doc.Lines, func(l extract.Line) bool {
			return slices.ContainsFunc(drop, func(s string) bool { return len(l.Text) >= len(s) && l.Text[:len(s)] == s })
		})
		rec, _ := build(t, &p.doc)
		if f := field1(t, rec, "certificates[0].completion_date"); f.Review != c.review {
			t.Errorf("%s: an absent date has confidence %v, review %v", name, f.Confidence, f.Review)
		}
	}
}
