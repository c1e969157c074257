package normalize

import "testing"

func TestRepairPlaces(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"村肃省兰州市七里河区科技五路347号", "甘肃省兰州市七里河区科技五路347号"},
		{"福建省厦门司湖里区创业街1744号", "福建省厦门市湖里区创业街1744号"},
		{"山东省济南市厉下区松岭路661号", "山东省济南市历下区松岭路661号"},
		{"山东省济甫市历下区松岭路661号", "山东省济南市历下区松岭路661号"},
		{"北京司海淀区中关村大街1号", "北京司海淀区中关村大街1号"}, // no prefecture to bear it out
		{"山东省济南市高新区舜华路1号", "山东省济南市高新区舜华路1号"},
		{"山东省济南市历上区松岭路661号", "山东省济南市历上区松岭路661号"}, // 上 is not taken for 下
		{"江苏省泰兴市黄桥镇", "江苏省泰兴市黄桥镇"},               // a county beside 泰州市
		{"江西省南昌市红谷滩新区丰和中大道1号", "江西省南昌市红谷滩新区丰和中大道1号"},
		{"重庆市沙坪坝大学城中路20号", "重庆市沙坪坝大学城中路20号"},
		{"天津市滨海新城1号", "天津市滨海新城1号"},
		{"辽宁省大连市甘井子路1号", "辽宁省大连市甘井子路1号"},
		{"江西省南昌市红命滩区高新路2017号", "江西省南昌市红谷滩区高新路2017号"}, // of four characters one may be any
		{"福建省闽侯县丹桂路192号", "福建省闽侯县丹桂路192号"},
		{"村肃省某某路", "村肃省某某路"}, // nothing bears the province out
		{"新疆维吾尔自治区乌鲁木齐市天山区", "新疆维吾尔自治区乌鲁木齐市天山区"},
		{"甘肃省兰州市", "甘肃省兰州市"},
		{"", ""}, {"甘", "甘"},
	} {
		got, slips := repairPlaces(c.in)
		if got != c.want || (len(slips) > 0) != (c.in != c.want) {
			t.Errorf("%q: got %q, %v, want %q", c.in, got, slips, c.want)
		}
	}
}

// Every division's own name stays as it is.
func TestPlacesStay(t *testing.T) {
	n := 0
	for province, prefectures := range divisions.prefectures {
		for _, prefecture := range prefectures {
			for _, county := range divisions.counties[string(prefecture)] {
				address := province + string(prefecture) + string(county) + "人民路1号"
				if got, slips := repairPlaces(address); got != address || slips != nil {
					t.Errorf("%s became %s", address, got)
				}
				n++
			}
		}
	}
	if n < 2500 {
		t.Errorf("only %d counties known", n)
	}
}
