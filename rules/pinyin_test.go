package rules

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dengji/normalize"
)

// An address that misses the applicant's or the contact's pinyin by one letter goes
// to a person; one that spells something else, or a public mail host, does not.
func TestAddressNearPinyin(t *testing.T) {
	for _, tt := range []struct {
		site, mail     string
		oddSite, oddML bool
	}{
		{"http://www.henghesoft.com/", "dongfang@outlook.com", false, false},
		{"http://www.hengiesoft.com/", "dongfang@outlook.com", true, false},
		{"http://www.shanhai.com/", "info@hengnesoft.com", false, true},
		{"http://www.shanhai.com/", "wangxiaorning@163.com", false, false},
		{"http://www.shanhai.com/", "wangxiaaming@163.com", false, true},
		{"http://www.shanhai.com/", "hengye@aliyun.com", false, false},
	} {
		p := addressed("青岛恒禾大数据科技有限公司", "王小明", tt.site, tt.mail)
		rec, _ := build(t, &p.doc)
		for path, odd := range map[string]bool{"enterprise.website": tt.oddSite, "contact.email": tt.oddML} {
			f := field1(t, rec, path)
			got := false
			for _, fl := range f.Flags {
				got = got || fl.Code == normalize.CodeAmbiguous && strings.Contains(fl.Message, "拼音")
			}
			if got != odd {
				t.Errorf("%s of %s, %s: %v", path, tt.site, tt.mail, f.Flags)
			}
		}
	}
}

// addressed is a scan with these names and addresses.
func addressed(firm, contact, site, mail string) *paper {
	p := newPaper(true)
	rows := top()
	rows[0] = one("企业名称（填写企业全称并盖章）：" + firm)
	rows[1][1].text = "企业网址：" + site
	rows[4] = one("项目联系人：" + contact + " 联系电话：13800000000 邮箱：" + mail + " 部门与职务：市场部经理")
	p.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
	p.table(7, rows...)
	p.text("二、优秀创新产品信息（没有的请填“无”）")
	p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}, bottom()...)...)
	tail(p)
	return p
}

// The name's letter stands where the reader took it for the next likely.
func TestAddressRespelled(t *testing.T) {
	const site = "http://www.hengiesoft.com/"
	for rival, want := range map[string]string{"hb": "http://www.henghesoft.com/", "bj": site} {
		p := addressed("青岛恒禾大数据科技有限公司", "王小明", site, "dongfang@outlook.com")
		for _, l := range p.doc.Lines {
			if before, _, ok := strings.Cut(l.Text, "iesoft"); ok {
				misread := &l.Chars[utf8.RuneCountInString(before)]
				misread.Score, misread.Rivals = 0.8, rival
			}
		}
		rec, _ := build(t, &p.doc)
		if f := field1(t, rec, "enterprise.website"); f.Value != want || (want != site) != slices.ContainsFunc(f.Flags, func(x Flag) bool { return x.Code == normalize.CodeRepaired }) {
			t.Errorf("with the rivals %s: %v %v", rival, f.Value, f.Flags)
		}
	}
}

// Letters whose small ones are longer keep every place where it is.
func TestLowerLatin(t *testing.T) {
	if got := lowerLatin("ȺWww.HengHe.cn"); got != "Ⱥwww.henghe.cn" {
		t.Error(got)
	}
	p := addressed("青岛恒禾大数据科技有限公司", "王小明", "ȺȺȺȺȺȺȺȺ www.hengie.cn", "dongfang@outlook.com")
	build(t, &p.doc)
}
