package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

func TestSealedInPart(t *testing.T) {
	const own, open = "济南云岭软件有限公司", "- 号20 县10 - 有60"
	stamp := func(ring, inside, line string) extract.Seal {
		s := seal("", inside)[0]
		s.Places = ringOf(t, ring)
		if line != "" {
			s.Line = &extract.Reading{Text: line, Score: 0.3}
		}
		return s
	}
	named := func(inside, line string) extract.Seal {
		s := stamp("", inside, line)
		s.Text = own
		return s
	}
	cut := func(s extract.Seal) extract.Seal {
		s.Box.X1 = s.Box.X0 + 40
		return s
	}
	mostly := stamp("济! 南! 云50 岭20冷30 软! 件! 有! 限! 公! 司!", "", "")
	other := stamp("青! 岛! 海! - 贸! 易! 有! 限! 公! 司!", "", "")
	for _, tt := range []struct {
		name          string
		seals         []extract.Seal
		outcome, says string
	}{
		{"the name, in part", []extract.Seal{mostly}, Pass, ""},
		{"another name, in part", []extract.Seal{other}, Fail, "青岛海□贸易有限公司"},
		{"another name twice, once whole", []extract.Seal{seal("青岛海通贸易有限公司", "")[0], other}, Fail, "青岛海通贸易有限公司"},
		{"what may be any", []extract.Seal{stamp(open, "", "")}, Unknown, "印文未能辨认"},
		{"another's, and one that may be any", []extract.Seal{other, stamp(open, "", "")}, Unknown, "印文未能辨认"},
		{"another's twice, once hardly legible", []extract.Seal{other, stamp("青60 岛! 海70 - 贸80 易! 有! 限! 公! 司!", "", "")}, Fail, "青岛海□"},
		{"another's and the applicant's", []extract.Seal{other, mostly}, Pass, ""},
		{"for contracts, and its piece at the edge", []extract.Seal{named("合同专用章", ""), cut(stamp(open, "", ""))}, Fail, "合同专用章"},
		{"a piece at the edge alone", []extract.Seal{cut(stamp(open, "", ""))}, Unknown, "页边"},
		{"the name, and what may be a purpose", []extract.Seal{named("", "台同专用")}, Unknown, "印文未能辨认"},
		{"the name, and a purpose that nobody knows", []extract.Seal{named("含陶级用章", "")}, Unknown, "印文未能辨认"},
		{"the name, and a piece of print", []extract.Seal{named("", "联系人")}, Pass, ""},
		{"for contracts twice, once hardly legible", []extract.Seal{named("合同专用章", ""), named("", "台同专用")}, Fail, "合同专用章"},
		{"for contracts and the firm's own", []extract.Seal{named("合同专用章", ""), named("", "")}, Pass, ""},
	} {
		p := sample(true)
		p.doc.Seals = tt.seals
		rec, _ := build(t, &p.doc)
		if c := outcome(t, rec, "sealed"); c.Outcome != tt.outcome || !strings.Contains(c.Message, tt.says) {
			t.Errorf("%s: %s %s, want %s saying %q", tt.name, c.Outcome, c.Message, tt.outcome, tt.says)
		}
	}
}

// TestSealText wants a ring's text from the applicant's name only where each of
// its places goes with it.
func TestSealText(t *testing.T) {
	for ring, want := range map[string]string{
		"济! 南! 云50 岭20冷30 软! 件! 有! 限! 公! 司!": "济南云岭软件有限公司",
		"济! 南! 云! 望! 软! 件! 有! 限! 公! 司!":      "",
		"济! 南! 云! 岭! 软! 件! 有! 限! 公!":         "",
		"青! 岛! 海! 通! - 贸! 易! 有! 限! 公! 司!":    "",
	} {
		p := sample(true)
		p.doc.Seals = seal("", "")
		p.doc.Seals[0].Places = ringOf(t, ring)
		rec, _ := build(t, &p.doc)
		if got := rec.Documents[0].Seals[0].Text; got != want {
			t.Errorf("%s: %q, want %q", ring, got, want)
		}
	}
}
