package normalize

import "testing"

func TestPostalCode(t *testing.T) {
	check(t, PostalCode, typed, []spelling{
		{"250101", "250101"},
		{" 250 101 ", "250101"},
		{"２５０１０１", "250101"},
		{"（250101）", "250101"},
		{"010010", "010010"},
		{"999077", "999077"},
		{"000000", "<unreadable> !format_invalid"},
		{"140000", "<unreadable> !format_invalid"},
		{"990000", "<unreadable> !format_invalid"},
		{"25010", "<unreadable> !format_invalid"},
		{"2501011", "<unreadable> !format_invalid"},
		{"25O101", "<unreadable> !format_invalid"},
		{"济南", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, PostalCode, ocr, []spelling{
		{"266097 <六", "266097 !repaired"}, // a seal's strokes
		{"266097六lO", "<unreadable> !format_invalid"},
		{"2660971六", "<unreadable> !format_invalid"},
		{"25O1O1", "250101 !repaired"},
		{"2S0l01", "250101 !repaired"},
		{"OOOOOO", "<unreadable> !format_invalid"},
	})
}

func TestPostalProvince(t *testing.T) {
	for code, want := range map[string]string{"250101": "山东", "266000": "山东", "100080": "北京", "570100": "海南", "850000": "西藏", "999078": "澳门", "000000": "", "1": "", "二五零一零一": ""} {
		if got, ok := PostalProvince(code); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", code, got, ok, want)
		}
	}
}

func TestEmail(t *testing.T) {
	check(t, Email, typed, []spelling{
		{"zhang.san@example.com", "zhang.san@example.com"},
		{"Zhang_San@Example.COM", "Zhang_San@example.com"},
		{"zhangsan＠163．com", "zhangsan@163.com"},
		{"zhangsan @ 163.com", "zhangsan@163.com"},
		{"zhangsan@163. com", "zhangsan@163.com"},
		{"zhangsan@exam\nple.com.cn", "zhangsan@example.com.cn"},
		{"zhang_\nsan@example.com", "zhang_san@example.com"},
		{"zhang san@163.com", "zhangsan@163.com !repaired"},
		{"mailto:a@b.cn", "a@b.cn"},
		{"邮箱：a@b.cn", "a@b.cn"},
		{"a@b.cn。", "a@b.cn"},
		{"<a@b.cn>", "a@b.cn"},
		{"a@b.cn（工作）", "a@b.cn note=工作"},
		{"a@b.cn; c@d.com", "a@b.cn others=[c@d.com]"},
		{"a@b.cn/c@d.com", "a@b.cn others=[c@d.com]"},
		{"a@b.cn 或 c@d.com", "a@b.cn others=[c@d.com]"},
		{"12345678@qq.com", "12345678@qq.com"},
		{"a+b@mail.example.cn", "a+b@mail.example.cn"},
		{"zhangsan@163.con", "zhangsan@163.con !format_invalid"},
		{"zhangsan@163.corn", "zhangsan@163.corn !format_invalid"},
		{"a@b.cn 张三", "a@b.cn !ambiguous"},
		{"zhangsan@163,com", "<unreadable> !format_invalid"},
		{"zhangsan163.com", "<unreadable> !format_invalid"},
		{"a@@b.com", "<unreadable> !format_invalid"},
		{"a..b@c.com", "<unreadable> !format_invalid"},
		{"a@b", "<unreadable> !format_invalid"},
		{"a@-b.com", "<unreadable> !format_invalid"},
		{"13800000000", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"", "<blank>"},
	})
	check(t, Email, ocr, []spelling{
		{"两a@b.com.cnabcdefgh", "<unreadable> !format_invalid"},
		{"两zhitu@zhishuinfo.net:：1暗管", "zhitu@zhishuinfo.net !repaired"},
		{"dongfeng@outlook.com项习联系人：黎子", "dongfeng@outlook.com !repaired"},
		{"ofice@sina.com", "ofice@sina.com !ambiguous"},
		{"office@sina.com", "office@sina.com"},
		{"xmb@outlook.c0m", "xmb@outlook.com !repaired"},
		{"zhangsan@example.c0m.cn", "zhangsan@example.c0m.cn"},
		{"zhangsan@163.c1m", "<unreadable> !format_invalid"},
		{"zhangsan@aliyum.com", "zhangsan@aliyun.com !repaired"},
		{"zhangsan@aliyum.com：", "zhangsan@aliyun.com !repaired"},
		{"zhangsan@forxmail.com", "zhangsan@forxmail.com"},
		{"3909597076@q.com", "3909597076@q.com !ambiguous"},
		{"zhangsan@foxmai.com", "zhangsan@foxmail.com !repaired"},
		{"zhangsan@m.com", "zhangsan@m.com"},
		{"zhangsan@168.com", "zhangsan@168.com !ambiguous"},
		{"zhangsan@zhangsan.com", "zhangsan@zhangsan.com"},
		{"zhangsan@163,com", "zhangsan@163.com !repaired"},
		{"zhangsan@163·com", "zhangsan@163.com !repaired"},
		{"Service@yeah.net", "service@yeah.net !repaired"},
		{"xiaoXu99@yeah.net", "xiaoxu99@yeah.net !repaired"},
		{"Zhang.Liu@163.com", "Zhang.Liu@163.com"},
		{"COS@163.com", "COS@163.com"},
		{"zhangsan©163.com", "zhangsan@163.com !repaired"},
		{"zhangsan@163.com", "zhangsan@163.com"},
		{"zhangsanQ163.com", "<unreadable> !format_invalid"},
	})
}

func TestURL(t *testing.T) {
	check(t, URL, typed, []spelling{
		{"https://www.example.cn", "https://www.example.cn"},
		{"HTTP://WWW.Example.CN/Path?q=A", "http://www.example.cn/Path?q=A"},
		{"www.example.com.cn", "www.example.com.cn"},
		{"WWW.EXAMPLE.COM", "www.example.com"},
		{"example.com/", "example.com/"},
		{"ｗｗｗ．example．com", "www.example.com"},
		{"http：//www.example.com", "http://www.example.com"},
		{"http:// www.example.com", "http://www.example.com"},
		{"http://www.exam\nple.com", "http://www.example.com"},
		{"www. example .com", "www.example.com"},
		{"www.example.com。", "www.example.com"},
		{"www.example.com；", "www.example.com"},
		{"网址：www.example.com", "www.example.com"},
		{"www.example.com（建设中）", "www.example.com note=建设中"},
		{"www.a.com、www.b.com", "www.a.com others=[www.b.com]"},
		{"www.a.com www.b.com", "www.a.com others=[www.b.com]"},
		{"http://192.168.1.10:8080/app", "http://192.168.1.10:8080/app"},
		{"https://例子.中国", "https://例子.中国"},
		{"http://www.example.com/a(b)?c=(d)", "http://www.example.com/a(b)?c=(d)"},
		{"www.example.con", "www.example.con !format_invalid"},
		{"www.a.com 首页", "www.a.com !ambiguous"},
		{"javascript:alert(1)", "<unreadable> !format_invalid"},
		{"file:///etc/passwd", "<unreadable> !format_invalid"},
		{"a@b.com", "<unreadable> !format_invalid"},
		{"www,example,com", "<unreadable> !format_invalid"},
		{"example", "<unreadable> !format_invalid"},
		{"1.0", "<unreadable> !format_invalid"},
		{"建设中", "<unreadable> !format_invalid"},
		{"无", "<none>"},
		{"/", "<none>"},
		{"", "<blank>"},
	})
	check(t, URL, ocr, []spelling{
		{"品", "<none> !repaired"},
		{"有", "<unreadable> !format_invalid"},
		{"无入C", "<none> !repaired"},
		{"建设中", "<unreadable> !format_invalid"},
		{"www.example.c0m", "www.example.com !repaired"},
		{"http://www.example.c0m/a0", "http://www.example.com/a0 !repaired"},
		{"http://192.168.0.1", "http://192.168.0.1"},
		{"www,example.com", "www.example.com !repaired"},
		{"http;//www.example.com", "http://www.example.com !repaired"},
		{"http//www.example.com", "http://www.example.com !repaired"},
		{"http:/www.example.com", "http://www.example.com !repaired"},
		{"http:www.example.com", "http://www.example.com !repaired"},
		{"http:/ww.example.com", "http://ww.example.com !format_invalid !repaired"},
		{"wwwexample.cn", "wwwexample.cn !format_invalid"},
		{"vwww.example.com", "vwww.example.com !format_invalid"},
		{"wuw.example.com", "wuw.example.com !format_invalid"},
		{"web.example.com", "web.example.com"},
		{"view.example.com", "view.example.com"},
		{"www2.example.com", "www2.example.com !format_invalid"},
		{"www.example.com", "www.example.com"},
	})
}
