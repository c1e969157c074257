package normalize

import "testing"

func TestText(t *testing.T) {
	check(t, Text, typed, []spelling{
		{"某某平台", "某某平台"},
		{"某 某  平 台", "某某平台"},
		{"某某平\n台建设", "某某平台建设"},
		{"某某\r\n平台", "某某平台"},
		{"基于 Spring Cloud 框架", "基于 Spring Cloud 框架"},
		{"Spring\u3000 Cloud", "Spring Cloud"},
		{"第一， 第二。 第三", "第一，第二。第三"},
		{"（一） 概述；（二） 创新", "（一）概述；（二）创新"},
		{"“某 某”系统", "“某某”系统"},
		{"提升３５％，ＥＲＰ", "提升35%，ERP"},
		{"没有人工干预", "没有人工干预"},
		{"无锡", "无锡"},
		{"无人机/机器人", "无人机/机器人"},
		{"电子政务/智慧城市", "电子政务/智慧城市"},
		{"面积100㎡、①", "面积100㎡、①"},
		{"⽤户\u200b⼿册", "用户手册"},
		{"未发表", "未发表"},
		{"C++ 与 C#", "C++ 与 C#"},
		{"a\x00b", "ab"},
		{"bad\xffutf8", "bad\uFFFDutf8"},
		{"天", "天"},
		{"无", "<none>"},
		{"无。", "<none>"},
		{"“无”", "<none>"},
		{"（无）", "<none>"},
		{" 无 ", "<none>"},
		{"没 有", "<none>"},
		{"暂无", "<none>"},
		{"N/A", "<none>"},
		{"n.a.", "<none>"},
		{"None", "<none>"},
		{"／", "<none>"},
		{"－－", "<none>"},
		{"", "<blank>"},
		{"\u3000\u00a0\t\n", "<blank>"},
		{"____", "<blank>"},
		{"＿＿ ＿＿", "<blank>"},
	})
	check(t, Text, ocr, []spelling{
		{"一", "<none> !repaired"},
		{"天", "天"},
		{"石油化I", "石油化I !ambiguous"},
		{"建l安装", "建l安装 !ambiguous"},
		{"5号楼I座", "5号楼I座 !ambiguous"},
		{"工业AI", "工业AI"},
		{"技术部", "技术部"},
	})
}

func TestTextCountsCharactersWithoutBlanks(t *testing.T) {
	r := Text("一二 三\nab c。", Options{MaxRunes: 6})
	if show(r) != "一二三ab c。 !too_long" || r.Doubts[0].Detail["count"] != 7 || r.Doubts[0].Detail["limit"] != 6 {
		t.Errorf("got %s, %+v", show(r), r.Doubts)
	}
	if r := Text("一二 三\nab c。", Options{MaxRunes: 7}); len(r.Doubts) != 0 {
		t.Errorf("7 of 7: %+v", r.Doubts)
	}
}

func TestName(t *testing.T) {
	check(t, Name, typed, []spelling{
		{"张三", "张三"},
		{"张 三", "张三"},
		{"张　三", "张三"},
		{"欧阳小明", "欧阳小明"},
		{"买买提•吐尔逊", "买买提·吐尔逊"},
		{"John Smith", "John Smith"},
		{"张三（总经理）", "张三 note=总经理"},
		{"张三、李四", "张三 others=[李四] !ambiguous"},
		{"张三/李四", "张三 others=[李四] !ambiguous"},
		{"张三13800000000", "张三13800000000 !format_invalid"},
		{"；", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, Name, ocr, []spelling{
		{"张三", "张三"},
		{"欧阳小明", "欧阳小明"},
		{"买买提·吐尔逊·阿不都", "买买提·吐尔逊·阿不都"},
		{"John Smith", "John Smith"},
		{"世", "世 !format_invalid"},
		{"张三联系务：技术部经理", "张三联系务：技术部经理 !format_invalid"},
		{"张三丰李四光", "张三丰李四光 !format_invalid"},
		{"张三A", "张三 !repaired !format_invalid"},
		{"张三7", "张三 !repaired !format_invalid"},
		{"X", "X !format_invalid"},
	})
}

func TestProductName(t *testing.T) {
	check(t, ProductName, typed, []spelling{
		{"某某管理系统V1.0", "某某管理系统V1.0"},
		{"某某管理系统 V1.0", "某某管理系统V1.0"},
		{"某某管理系统 V 1.0", "某某管理系统V1.0"},
		{"某某管理\n系统\nV1.0", "某某管理系统V1.0"},
		{"某某管理系统v2.0", "某某管理系统v2.0"},
		{"某某ERP系统Ｖ３．０", "某某ERP系统V3.0"},
		{"《某某系统》V1.0", "《某某系统》V1.0"},
		{"Foo Bar Suite V1.0", "Foo Bar Suite V1.0"},
		{"某某系统[简称：某某]V1.0", "某某系统[简称：某某]V1.0"},
		{"某某系统V1.O", "某某系统V1.O"},
		{"无", "<none>"},
	})
	check(t, ProductName, ocr, []spelling{
		{"V1.0", "<unreadable> !format_invalid"},
		{"某某系统V1.O", "某某系统V1.0 !repaired"},
		{"某某系统Vl.0", "某某系统V1.0 !repaired"},
		{"某某系统V1,0", "某某系统V1.0 !repaired"},
		{"某某系统V1.0", "某某系统V1.0"},
		{"数字李生平台V1.O", "数字孪生平台V1.0 !repaired"},
		{"某某TV", "某某TV"},
		{"某某系统VIO", "某某系统VIO"},
		{"GOV5", "GOV5"},
	})
}

func TestVersion(t *testing.T) {
	check(t, Version, typed, []spelling{
		{"V1.0", "V1.0"},
		{"v1.0", "V1.0"},
		{"V 1.0", "V1.0"},
		{"Ｖ１．０", "V1.0"},
		{"1.0", "1.0"},
		{"版本号：V1.0", "V1.0"},
		{"Ver 2.1", "2.1"},
		{"V2.0.1", "V2.0.1"},
		{"V1.0 Beta", "V1.0 Beta"},
		{"V3.0版", "V3.0"},
		{"专业版", "专业版 !format_invalid"},
		{"V1.O", "V1.O !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, Version, ocr, []spelling{
		{"V1.O", "V1.0 !repaired"},
		{"VI.0", "V1.0 !repaired"},
		{"V1。0", "V1.0 !repaired"},
		{"V2.0", "V2.0"},
	})
}

func TestCompany(t *testing.T) {
	check(t, Company, typed, []spelling{
		{"济南某某软件有限公司", "济南某某软件有限公司"},
		{"济 南 某 某 软 件 有 限 公 司", "济南某某软件有限公司"},
		{"济南某某软\n件有限公司", "济南某某软件有限公司"},
		{"某某(济南)软件有限公司", "某某（济南）软件有限公司"},
		{"某某（济南)软件有限公司", "某某（济南）软件有限公司"},
		{"某某软件有限公司（盖章）", "某某软件有限公司 note=盖章"},
		{"某某软件有限公司（加盖公章）", "某某软件有限公司 note=加盖公章"},
		{"某某投资中心（有限合伙）", "某某投资中心（有限合伙）"},
		{"某某大学", "某某大学"},
		{"张三", "张三"},
		{"Foo Bar (China) Co., Ltd.", "Foo Bar (China) Co., Ltd."},
		{"ＡＢＣ软件有限公司", "ABC软件有限公司"},
		{"某某软件有限公", "某某软件有限公 !format_invalid"},
		{"某某软件股份有限", "某某软件股份有限 !format_invalid"},
		{"某某（济南软件有限公司", "某某（济南软件有限公司 !format_invalid"},
		{"某某软件有限公可", "某某软件有限公可"},
		{"某", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, Company, ocr, []spelling{
		{"“云岭”软件有限公司", "“云岭”软件有限公司"},
		{"/福州昊程信息技术有限公司", "福州昊程信息技术有限公司 !repaired"},
		{"济南某某技术有限公司、青岛某某研究院", "济南某某技术有限公司、青岛某某研究院"},
		{"石家、庄众凯物联网科技有限公司", "石家庄众凯物联网科技有限公司 !repaired"},
		{"科帆电子.（南宁）股份有限公司", "科帆电子（南宁）股份有限公司 !repaired"},
		{"济南某某技术有限公司数据技", "济南某某技术有限公司 !repaired"},
		{"济南某某技术有限责任公司N", "济南某某技术有限责任公司 !repaired"},
		{"济南某某技术有限公司青岛分公司", "济南某某技术有限公司青岛分公司"},
		{"214107148", "214107148 !format_invalid"},
		{"某某软件有限公可", "某某软件有限公司 !repaired"},
		{"某某（长沙）科技有限司", "某某（长沙）科技有限司 !format_invalid"},
		{"某某软件育限公司", "某某软件有限公司 !repaired"},
		{"某某软件有很公可", "某某软件有很公可 !format_invalid"},
		{"某技术大连某某某技术有限公司", "某技术大连某某某技术有限公司 !format_invalid"},
		{"某某软件有限公司济南有限公司", "某某软件有限公司济南有限公司 !format_invalid"},
		{"浙江某某某智", "浙江某某某智 !format_invalid"},
		{"某某大数据（天津）", "某某大数据（天津） !format_invalid"},
		{"某某投资中心（有限合伙）", "某某投资中心（有限合伙）"},
		{"大连某某技术有限公司店", "大连某某技术有限公司 !repaired"},
		{"买买提·某某", "买买提·某某 !format_invalid"},
		{"欧阳某某", "欧阳某某"},
		{"某某集团公司", "某某集团公司"},
		{"某某软件有限公司", "某某软件有限公司"},
	})
}

func TestOwners(t *testing.T) {
	check(t, Owners, typed, []spelling{
		{"济南某某软件有限公司", "济南某某软件有限公司"},
		{"甲乙软件有限公司；丙丁科技有限公司", "甲乙软件有限公司|丙丁科技有限公司"},
		{"甲乙软件有限公司;丙丁科技有限公司;", "甲乙软件有限公司|丙丁科技有限公司"},
		{"甲乙软件有限公司、丙丁大学", "甲乙软件有限公司|丙丁大学"},
		{"甲乙软件有限公司\n丙丁科技有限公司", "甲乙软件有限公司|丙丁科技有限公司"},
		{"甲乙软件有限公司 丙丁科技有限公司", "甲乙软件有限公司|丙丁科技有限公司"},
		{"甲乙软件股份有\n限公司", "甲乙软件股份有限公司"},
		{"甲乙软件有限公司\n济南分公司", "甲乙软件有限公司济南分公司"},
		{"甲乙中心\n（有限合伙）", "甲乙中心（有限合伙）"},
		{"甲乙 （福州）科技有限公司", "甲乙（福州）科技有限公司"},
		{"甲乙科技有限公司 （福州）丙丁科技有限公司", "甲乙科技有限公司|（福州）丙丁科技有限公司"},
		{"张三、李四", "张三|李四"},
		{"张 三", "张三"},
		{"某某软件有限公司；张三", "某某软件有限公司|张三"},
		{"北京、上海联合某某软件有限公司", "北京|上海联合某某软件有限公司"},
		{"智能、安全某某一体化软件有限公司；张三", "智能|安全某某一体化软件有限公司|张三"},
		{"某某数据安全、智能某某软件有限公司", "某某数据安全、智能某某软件有限公司 !ambiguous"},
		{"甲乙有限公司；甲乙有限公司", "甲乙有限公司"},
		{"Foo Co., Ltd.；甲乙有限公司", "Foo Co., Ltd.|甲乙有限公司"},
		{"甲乙(济南)有限公司;丙", "甲乙（济南）有限公司 !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
}

func TestNameKey(t *testing.T) {
	same := [][2]string{
		{"某某(济南)软件有限公司", "某某（济南）软件有限公司"},
		{"某某 软件 有限公司", "某某软件有限公司"},
		{"ＥＲＰ系统Ｖ１．０", "erp系统v1.0"},
		{"《某某系统》V1.0", "某某系统V1.0"},
	}
	for _, p := range same {
		if a, b := NameKey(p[0], false), NameKey(p[1], false); a != b || a == "" {
			t.Errorf("%q: %q, %q: %q, want one key", p[0], a, p[1], b)
		}
	}
	for _, p := range [][2]string{{"系统V1.0", "系统V10"}, {"甲有限公司", "甲有限责任公司"}, {"C++工具", "C工具"}} {
		if NameKey(p[0], false) == NameKey(p[1], false) {
			t.Errorf("%q and %q have one key", p[0], p[1])
		}
	}
	for _, s := range []string{"某某系统V1.0", "某某系统 v2", "某某系统（V1.0）", "某某系统2.0版", "某某系统[简称：某]V1.0", "某某系统"} {
		if got := NameKey(s, true); got != "某某系统" {
			t.Errorf("%q without version: %q", s, got)
		}
	}
}

func TestSplitVersion(t *testing.T) {
	for _, c := range [][3]string{
		{"某某系统V1.0", "某某系统", "V1.0"},
		{"某某系统.V1.0", "某某系统", "V1.0"},
		{"某某系统V1.0-", "某某系统", "V1.0"},
		{"某某系统V1.0:", "某某系统", "V1.0"},
		{"某某系统Pro.V1.0", "某某系统Pro.V1.0", ""},
		{"某某系统 V 1.0", "某某系统", "V1.0"},
		{"某某系统V1.0版", "某某系统", "V1.0"},
		{"某某系统（V1.0）", "某某系统", "V1.0"},
		{"某某系统2.0", "某某系统", "2.0"},
		{"某某系统V3", "某某系统", "V3"},
		{"某某系统[简称：某某]V1.0", "某某系统", "V1.0"},
		{"某某ERP系统 V2.0.1", "某某ERP系统", "V2.0.1"},
		{"Foo Suite V1.0", "Foo Suite", "V1.0"},
		{"某某MESV1.0", "某某MES", "V1.0"},
		{"某某系统（简称：某某）V1.0", "某某系统", "V1.0"},
		{"某某GOV5", "某某GOV5", ""},
		{"某某ERP-U8", "某某ERP-U8", ""},
		{"某某系统2021", "某某系统2021", ""},
		{"某某系统（专业版）", "某某系统（专业版）", ""},
		{"V1.0", "V1.0", ""},
		{"", "", ""},
	} {
		if name, version := SplitVersion(c[0]); name != c[1] || version != c[2] {
			t.Errorf("%q: got %q, %q, want %q, %q", c[0], name, version, c[1], c[2])
		}
	}
}
