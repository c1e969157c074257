package rules

import "testing"

// TestCatalogueHeadings: the columns of a list are found by what stands above
// them, as secretariats word it.
func TestCatalogueHeadings(t *testing.T) {
	tests := []struct {
		head                []string
		product, enterprise int // columns; product -1 for no list at all
	}{
		{[]string{"序号", "企业名称", "产品名称"}, 2, 1},
		{[]string{"编号", "产品名称及版本", "应用领域", "单位名称"}, 1, 3},
		{[]string{"软件产品名称及版本号", "申报企业名称"}, 0, 1},
		{[]string{"产品名称（含版本）", "公司名称"}, 0, 1},
		{[]string{"申报产品名称", "产品名称"}, 1, -1}, // the very word before the longer heading
		{[]string{"产品名称以软件著作权登记证书为准"}, -1, -1},
		{[]string{"2020-2021年度优秀创新软件产品推广目录"}, -1, -1},
	}
	for _, tt := range tests {
		_, cols, ok := findColumns([][]string{tt.head})
		if ok != (tt.product >= 0) {
			t.Errorf("%v: found is %v", tt.head, ok)
			continue
		}
		if ok && (cols[columnProduct] != tt.product || cols[columnEnterprise] != tt.enterprise) {
			t.Errorf("%v: product in column %d, enterprise in %d; want %d, %d", tt.head, cols[columnProduct], cols[columnEnterprise], tt.product, tt.enterprise)
		}
	}
}
