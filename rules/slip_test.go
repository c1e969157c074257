package rules

import "testing"

func TestUnpaired(t *testing.T) {
	for s, want := range map[string]bool{
		"云岭平台（简称：云岭）V2.1": false, "云岭平台（简称：云岭V2.1": true, "云岭平台简称：云岭）V2.1": true,
		"1）多源治理；2）可靠": false, "（1）多源治理；（2）可靠": false, "包括：a)建模b)分析": false, "“平台+应用”模式": false, "“平台+应用模式": true,
		"拓辰（深圳)有限公司": false, "[简称：云岭]": false, "[简称：云岭": true, "《条例》": false, "": false,
	} {
		if got := unpaired(s); got != want {
			t.Errorf("unpaired(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestConfusableUnderSeal(t *testing.T) {
	for _, c := range []struct {
		raw  string
		seal bool
		want bool
	}{
		{"工程师>", true, true}, {"工程师>", false, false}, {"市场部主任1", true, true}, {"工程师", true, false},
		{"软件大道83号D座23层一", true, true}, {"软件大道83号3-702", true, false}, {"创业园B座", true, false}, {"审计平台V1.0:0", false, true}, {"审计平台V1.0", false, false}, {"审计平台.V1.0", false, true}, {"审计平台V1.0-", false, true}, {"仓储物流.智能制造", false, true}, {"V1.0.智能", false, false}, {"由85天缩短至9.天", false, true}, {"提高93.3.个百分点", false, true}, {"提高93.3个百分点", false, false}, {"主要有：1.统一门户；2.建模", false, false}, {"“18类应用”，的总体框架", false, true}, {"这个办法，的确有效", false, false}, {"研发部（项目管理）", true, false},
	} {
		w := witness{raw: RawField{Raw: c.raw, Seal: c.seal, Field: FieldDef{Type: "text"}}}
		if got := w.confusable(); got != c.want {
			t.Errorf("%q, seal %v: %v, want %v", c.raw, c.seal, got, c.want)
		}
	}
}
