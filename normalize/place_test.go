package normalize

import "testing"

func TestAddressProvince(t *testing.T) {
	for address, want := range map[string]string{
		"山东省济南市高新区舜华路1号": "山东", "济南市高新区舜华路1号": "山东", "北京市海淀区中关村": "北京", "内蒙古自治区包头市": "内蒙古", "新疆维吾尔自治区乌鲁木齐市": "新疆",
		"吉林市昌邑区": "吉林", "中国上海市浦东新区": "上海", "广 东省深圳市": "广东", "高新区舜华路1号": "", "": "", "海淀区海南路3号": "", "南京路100号": "",
	} {
		if got, ok := AddressProvince(address); got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestAreaProvince(t *testing.T) {
	for phone, want := range map[string]string{
		"010-62345678": "北京", "0531-88888888": "山东", "0631-5231234": "山东", "0755-26000000": "广东", "0898-66000000": "海南", "0891-6320000": "西藏",
		"029-88880000-801": "陕西", "0991-2820000": "新疆", "0335-3000000": "河北", "13800000000": "", "400-123-4567": "", "62345678": "", "": "", "026-1234567": "", "+861062345678": "",
	} {
		if got, ok := AreaProvince(phone); got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", phone, got, want)
		}
	}
}
