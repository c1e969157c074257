package rules

import (
	"strings"
	"testing"
)

// A product whose row was fused with the row of labels is not lost; words of a
// label that was read in part are no product.
func TestRowInHeader(t *testing.T) {
	a := product("云岭政务协同\n平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")
	b := product("云岭数据中台V2.1", "2022.03", "支撑软件", "大数据", "5%", "3", "0")
	hint := product("", "", "务类别）", "", "(%)", "（%）", "")
	for _, tt := range []struct {
		name   string
		hidden []c
		want   []string
	}{
		{"a product", a, []string{"云岭政务协同平台V1.0", "云岭数据中台V2.1"}},
		{"words of labels", hint, []string{"云岭数据中台V2.1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPaper(true)
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			head := header()
			for i := range head {
				head[i].text += strings.Repeat("\n", 3-strings.Count(head[i].text, "\n")) + tt.hidden[i].text
			}
			p.table(7, append([][]c{head, b}, bottom()...)...)
			tail(p)
			rec, _ := build(t, &p.doc)
			var names []string
			for _, f := range rec.Fields {
				if strings.HasPrefix(f.Path, "products[") && strings.HasSuffix(f.Path, "].name") {
					names = append(names, f.Value.(string))
				}
			}
			if strings.Join(names, "|") != strings.Join(tt.want, "|") {
				t.Errorf("products %v, want %v", names, tt.want)
			}
			if len(tt.want) > 1 {
				if got := values(rec); got["products[0].release_date"] != "2021-06-15" || got["products[0].market_share"] != 12.0 {
					t.Errorf("the product in the row of labels has date %v, market share %v", got["products[0].release_date"], got["products[0].market_share"])
				}
				if f := field1(t, rec, "products[0].name"); !f.Review {
					t.Error("a product found in the row of labels needs no review")
				}
			}
		})
	}
}
