package normalize

import (
	"fmt"
	"strings"
	"testing"
)

func TestRepairTerms(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"基于数字李生的平台", "基于数字孪生的平台"},
		{"数字李生与数字李生", "数字孪生与数字孪生"},
		{"地图引学、钢铁治金", "地图引学、钢铁冶金"}, // 学 is no look-alike of 擎
		{"地图引摩", "地图引擎"},
		{"典型寨例：某企业", "典型案例：某企业"},
		{"工作臼", "工作臼"}, // no known look-alike
		{"采集-体化服务", "采集一体化服务"},
		{"A-体", "A-体"},
		{"数字李子", "数字李子"}, // two characters away
		{"宇数李生", "宇数李生"}, // not the term's order
		{"数字孪生", "数字孪生"}, // the term itself
		{"ERP、MES、0A系统", "ERP、MES、OA系统"},
		{"IS027001认证", "ISO27001认证"},
		{"MOTT消息总线", "MQTT消息总线"},
		{"OPO", "OPO"}, // three capitals are too few to tell
		{"CMM13级", "CMMI3级"},
		{"B/S架构", "B/S架构"},
		{"OPCUA协议", "OPC UA协议"},
		{"OPC UA协议", "OPC UA协议"},
		{"20层、30%、2D图", "20层、30%、2D图"}, // numbers are no abbreviations
		{"10A电流", "10A电流"},
		{"IOT", "IOT"}, // another case is another way to write
		{"UOS、APP、app", "UOS、APP、app"},
		{"a0A@0A.com", "a0A@0A.com"},
		{"http://0A.example.com/0A", "http://0A.example.com/0A"},
		{"融合0A.", "融合OA."},
		{"ERP、M ES、OA", "ERP、MES、OA"},
		{"A PP、B C", "APP、B C"},
		{"手工追湖的问题", "手工追溯的问题"},
		{"追湖到源头", "追溯到源头"},
		{"", ""},
	} {
		got, slips := repairTerms(c.in)
		if got != c.want || (got != c.in) != (len(slips) > 0) {
			t.Errorf("%q: %q %v, want %q", c.in, got, slips, c.want)
		}
		if again, more := repairTerms(got); again != got || len(more) > 0 {
			t.Errorf("%q is repaired again to %q", got, again)
		}
	}
}

// No term may be repaired into another: two of them one look-alike apart
// would be a coin tossed.
func TestTermsAreTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.SplitSeq(termsText, "\n") {
		term := strings.TrimSuffix(strings.TrimSpace(line), "!")
		if term == "" || strings.HasPrefix(term, "#") {
			continue
		}
		if seen[term] {
			t.Errorf("%s stands twice", term)
		}
		seen[term] = true
		if got, slips := repairTerms(term); got != term {
			t.Errorf("%s becomes %s: %v", term, got, slips)
		}
	}
}

func TestTermsOnlyFromPixels(t *testing.T) {
	check(t, Text, typed, []spelling{{"数字李生", "数字李生"}, {"0A系统", "0A系统"}})
	check(t, Text, ocr, []spelling{{"数字李生", "数字孪生 !repaired"}, {"0A系统", "OA系统 !repaired"}})
}

func TestConfusable(t *testing.T) {
	for address, want := range map[string]bool{
		"https://example.com/indexhtml": true, "https://example.com/index.html": false, "https://example.com/html": false,
		"http://www.bolincom.cn": true, "https://a.bolinnet.cn/": false, "www.unicom.cn": false, "http://www.telecom.cn/": false, "www.bolin.com.cn": false, "li@bolin.net.cn": false,
		"wang.1278766@a.com": true, "wang.l278766@a.com": true, "li1min@a.com": true, "1i_min@a.com": true,
		"hr12@a.com": true, "a10b@a.com": true, "Office@a.com": true, "www.IT-soft.cn": true,
		"http://www.bolin.co": true, "https://a.com/index.htm": true, "a@bolin.ne": true, "https://a.com/index.html": false, "www.co.cn": false,
		"liming@a.com": false, "office@foxmail.com": false, "hr325@a.com": false, "www.hello.cn": false, "": false,
	} {
		if Confusable(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}

func TestOddMarks(t *testing.T) {
	opt := Options{OCR: true, MaxRunes: 500}
	for s, odd := range map[string]bool{
		"采用“平台+应用”模式，运行稳定。":    false,
		"采用平台+应用”模式，运行稳定。":     true,
		"要点：（1）快；(2）稳。":        false,
		"要点：（1快；（2）稳。":         true,
		"已获得，.发明专利":            true,
		"（2)）·基于三维":            true,
		"提升3.5%，达到96.2%。见v1.0": false,
		"应用：ERP、MES，":          false,
		"采用“平台十应用”模式，":         true,
		"在湖北省十堰市推出十款产品，覆盖十省，转换为十进制，历经十载。": false,
		"服务二十余家，排名前十，十个项目获十佳。":            false,
		"二期建设十一个，培训十五场，占十分之一。":            false,
		"日处理数据量超过9705方条。":                 true,
		"日处理土方9705方。":                     false,
		"培训人员6.481人次。":                    true,
		"培训人员6481人次，增长6.481%。":            false,
	} {
		r := Text(s, opt)
		if got := len(r.Doubts) > 0; got != odd {
			t.Errorf("%s: %v", s, r.Doubts)
		}
		if r := Text(s, Options{MaxRunes: 500}); len(r.Doubts) > 0 {
			t.Errorf("%s: a company's own marks are doubted: %v", s, r.Doubts)
		}
	}
}

// A short text that ends with half a word may go on.
func TestEndsInWord(t *testing.T) {
	check(t, Text, ocr, []spelling{
		{"食品药品追", "食品药品追 !ambiguous"},
		{"食品药品追溯", "食品药品追溯"}, {"湖北省武汉市创新谷", "湖北省武汉市创新谷"}, {"信息港", "信息港"}, {"海腾芯云", "海腾芯云"},
		{"综合管理部部长", "综合管理部部长"},
		{"石油化工", "石油化工"},
		{"海洋", "海洋"},
	})
	check(t, Text, typed, []spelling{{"食品药品追", "食品药品追"}})
}

// Prose ends with no mark that something must follow.
func TestOpenEnd(t *testing.T) {
	check(t, Text, Options{OCR: true, MaxRunes: 500}, []spelling{
		{"识别准确率达到94.8%以上：", "识别准确率达到94.8%以上。 !repaired"},
		{"运行稳定。", "运行稳定。"},
		{"达到90.2%0。应用后提升98％0，增长3%。", "达到90.2%。应用后提升98%，增长3%。 !repaired"},
		{"运行稳定", "运行稳定"},
	})
	check(t, Text, Options{MaxRunes: 500}, []spelling{{"识别准确率达到94.8%以上：", "识别准确率达到94.8%以上："}})
}

// Quotation marks at the ends of a code are specks.
func TestWithoutQuotes(t *testing.T) {
	for kind, c := range map[string][3]string{
		"postal_code": {"300319“", "300319", ""}, "percent": {"“56%", "", "56"}, "url": {"无人", "<none>", ""},
	} {
		f, _ := Lookup(kind)
		r := f(c[0], Options{OCR: true})
		if got := fmt.Sprint(r.Value); len(r.Doubts) == 0 || r.State == StateUnreadable || c[1] != "" && c[1][0] != '<' && got != c[1] || c[2] != "" && got != c[2] || c[1] == "<none>" && r.State != StateNone {
			t.Errorf("%s %s: %v", kind, c[0], r)
		}
		if r := f(c[0], Options{}); r.State == StateValue && len(r.Doubts) == 0 {
			t.Errorf("%s %s: a company's own text becomes %v", kind, c[0], r)
		}
	}
}

func TestStrayMarkAtBeginning(t *testing.T) {
	opt := Options{OCR: true}
	for s, odd := range map[string]bool{
		"科技北京市朝阳区丹桂路22号": true, "中国北京市朝阳区丹桂路22号": false, "位于北京市朝阳区丹桂路22号": false, "/重庆市南岸区1号": false, "上海上海市浦东新区1号": false, "、重庆市南岸区1号": true,
		"市场部工程师6": true, "1号楼1204": false, "销售一部2组组长": false,
		"1、智慧交通；2、智慧城市": false, "1.电子政务": false, "获江苏省科技进步奖": false,
		"贵州省贵阳市观山湖区建设北路1262": true, "贵州省贵阳市观山湖区建设北路1262号": false, "北京市海淀区1号楼1204": false,
		"7.重庆市南岸区滨河西路2003号": true, "、重庆市南岸区": true, "重庆市南岸区滨河西路3.5号": false, "5G应用": false, "3D打印": false,
	} {
		if r := Text(s, opt); len(r.Doubts) > 0 != odd {
			t.Errorf("%s: %v", s, r.Doubts)
		}
		if r := Text(s, Options{}); len(r.Doubts) > 0 {
			t.Errorf("%s: a company's own text is doubted: %v", s, r.Doubts)
		}
	}
}

func TestOwnersFromPixels(t *testing.T) {
	check(t, Owners, ocr, []spelling{
		{"甲乙软件有限公司；丙丁科技有限公司", "甲乙软件有限公司|丙丁科技有限公司"},
		{"甲乙软件有限公司：丙丁科技有限公司", "甲乙软件有限公司|丙丁科技有限公司 !repaired"},
		{"甲乙软件有限公司；丙丁、（上海）科技有限公司", "甲乙软件有限公司|丙丁（上海）科技有限公司 !repaired"},
		{"甲乙软件有限公司；丙丁；（南宁）科技有限公司", "甲乙软件有限公司|丙丁（南宁）科技有限公司 !repaired"},
	})
}
