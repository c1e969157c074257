package rules

import (
	"strings"
	"testing"
)

func TestNewCatalogue(t *testing.T) {
	sheets := []CatalogueSheet{{Name: "说明", Rows: [][]string{{"本目录供参考"}}}, {Name: "目录", Rows: [][]string{
		{"2020-2021年度优秀创新软件产品推广目录"}, {"序号", "企业名称", "软件产品名称（全称）", "版本 号"}, {"1", "济南云岭软件有限公司", "云岭政务协同平台", "V1.0"}, {"", "", "", ""}, {"2", "乙公司", "乙系统"}}}}
	c, err := NewCatalogue(sheets)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Entries) != 2 || c.Entries[0] != (CatalogueEntry{"目录", 3, "云岭政务协同平台", "V1.0", "济南云岭软件有限公司"}) || c.Entries[1].Row != 5 {
		t.Errorf("%+v", c.Entries)
	}
	for _, bad := range [][]CatalogueSheet{nil, {{Name: "空"}}, {{Rows: [][]string{{"名称", "数量"}}}}, {{Rows: [][]string{{"产品名称"}}}}} {
		if _, err := NewCatalogue(bad); err == nil {
			t.Errorf("%v is a catalogue", bad)
		}
	}
}

func TestCatalogueCheck(t *testing.T) {
	own := "济南云岭软件有限公司"
	for _, tt := range []struct {
		name    string
		entry   CatalogueEntry
		outcome string
		flagged bool
	}{
		{"the same", CatalogueEntry{"目录", 7, "云岭政务协同平台V1.0", "", own}, Fail, true},
		{"without version, other spelling", CatalogueEntry{"目录", 7, "云岭 政务协同平台", "", own}, Fail, true},
		{"version in its column", CatalogueEntry{"目录", 7, "云岭政务协同平台", "1.0", own}, Fail, true},
		{"another version", CatalogueEntry{"目录", 7, "云岭政务协同平台V2.0", "", own}, Unknown, true},
		{"nearly the name", CatalogueEntry{"目录", 7, "云岭政务协同平合", "", own}, Unknown, true},
		{"no enterprise in the list", CatalogueEntry{"目录", 7, "云岭政务协同平台", "", ""}, Unknown, true},
		{"another enterprise's", CatalogueEntry{"目录", 7, "云岭政务协同平台", "", "青岛海天信息技术有限公司"}, Pass, false},
		{"another product", CatalogueEntry{"目录", 7, "云岭财务系统", "", own}, Pass, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sub := Submission{Key: "k", Inputs: []Input{{Path: "k/a.docx", Doc: &sample(false).doc}}}
			opt := Options{Catalogue: &Catalogue{SHA256: "ab", Entries: []CatalogueEntry{tt.entry}}}
			rec, _, err := Build(sub, loadForms(t), opt)
			if err != nil {
				t.Fatal(err)
			}
			c, f := outcome(t, rec, "not_in_previous_catalogue"), field1(t, rec, "products[0].name")
			if c.Outcome != tt.outcome || f.flagged(FlagCatalogue) != tt.flagged || f.Review != tt.flagged {
				t.Errorf("%+v %+v", c, f.Flags)
			}
			if tt.flagged && !strings.Contains(c.Message, "第7行") {
				t.Errorf("%q does not name the row", c.Message)
			}
		})
	}
	if k := (Options{Catalogue: &Catalogue{SHA256: "ab"}}).Key(); k == (Options{}).Key() || k == (Options{Catalogue: &Catalogue{SHA256: "cd"}}).Key() {
		t.Errorf("key %q", k)
	}
}
