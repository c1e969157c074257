package rules

import "testing"

// A form of which no product was read is no clean record: where the row of its one
// product was lost beside a row of 无, no field is there to be doubted.
func TestNoProductIsNotClean(t *testing.T) {
	p := newPaper(false)
	p.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
	p.table(7, top()...)
	p.text("二、优秀创新产品信息（没有的请填“无”）")
	rows := [][]c{header(), product("无", "无", "无", "无", "无", "无", "无")}
	p.table(7, append(rows, bottom()...)...)
	tail(p)
	rec, _ := build(t, &p.doc)
	for _, f := range rec.Fields {
		if f.Review {
			t.Errorf("%s is for review", f.Path)
		}
	}
	if c := check(rec, "product_limit"); c.Outcome != Unknown {
		t.Errorf("product_limit is %s: %s", c.Outcome, c.Message)
	}
	if rec.Status != StatusReview { // whatever the checks say
		t.Errorf("status %s", rec.Status)
	}
}
