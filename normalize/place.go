package normalize

import "strings"

// provinces are the provinces, regions and municipalities under the names
// that addresses begin with.
var provinces = []string{"北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东",
	"河南", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆"}

// regions are provinces with the word behind their names that makes them places and
// nothing else.
var regions = []string{"北京市", "天津市", "上海市", "重庆市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省",
	"河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区", "海南省", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区"}

// cityProvinces names the province of the cities that addresses begin with
// when they leave the province out.
var cityProvinces = map[string]string{
	"石家庄": "河北", "唐山": "河北", "保定": "河北", "太原": "山西", "大同": "山西", "呼和浩特": "内蒙古", "包头": "内蒙古", "沈阳": "辽宁", "大连": "辽宁",
	"长春": "吉林", "哈尔滨": "黑龙江", "大庆": "黑龙江", "南京": "江苏", "苏州": "江苏", "无锡": "江苏", "常州": "江苏", "徐州": "江苏", "南通": "江苏",
	"杭州": "浙江", "宁波": "浙江", "温州": "浙江", "嘉兴": "浙江", "绍兴": "浙江", "合肥": "安徽", "芜湖": "安徽", "福州": "福建", "厦门": "福建", "泉州": "福建",
	"南昌": "江西", "赣州": "江西", "济南": "山东", "青岛": "山东", "淄博": "山东", "枣庄": "山东", "东营": "山东", "烟台": "山东", "潍坊": "山东", "济宁": "山东",
	"泰安": "山东", "威海": "山东", "日照": "山东", "临沂": "山东", "德州": "山东", "聊城": "山东", "滨州": "山东", "菏泽": "山东", "郑州": "河南", "洛阳": "河南",
	"武汉": "湖北", "宜昌": "湖北", "长沙": "湖南", "株洲": "湖南", "广州": "广东", "深圳": "广东", "珠海": "广东", "佛山": "广东", "东莞": "广东", "中山": "广东",
	"惠州": "广东", "南宁": "广西", "桂林": "广西", "柳州": "广西", "海口": "海南", "三亚": "海南", "成都": "四川", "绵阳": "四川", "贵阳": "贵州", "遵义": "贵州",
	"昆明": "云南", "拉萨": "西藏", "西安": "陕西", "宝鸡": "陕西", "咸阳": "陕西", "兰州": "甘肃", "西宁": "青海", "银川": "宁夏", "乌鲁木齐": "新疆", "昌吉": "新疆",
}

// AddressProvince names the province, region or municipality that an address
// begins with, by its own name or by that of a city; false where it begins
// with neither. A street named after a city (南京路) is no city.
func AddressProvince(address string) (string, bool) {
	s := strings.TrimPrefix(dropSpaces(address), "中国")
	s = strings.TrimPrefix(s, "中华人民共和国")
	for _, p := range provinces {
		rest, ok := strings.CutPrefix(s, p)
		if ok && !strings.HasPrefix(rest, "路") && !strings.HasPrefix(rest, "街") && !strings.HasPrefix(rest, "道") {
			return p, true
		}
	}
	for city, p := range cityProvinces {
		rest, ok := strings.CutPrefix(s, city)
		if ok && !strings.HasPrefix(rest, "路") && !strings.HasPrefix(rest, "街") && !strings.HasPrefix(rest, "道") {
			return p, true
		}
	}
	return "", false
}

// areaProvinces names the province of a fixed telephone's area code by its
// first three digits, and by four where neighbours share them (numbering plan
// of the Ministry of Industry and Information Technology).
var areaProvinces = map[string]string{
	"010": "北京", "020": "广东", "021": "上海", "022": "天津", "023": "重庆", "024": "辽宁", "025": "江苏", "027": "湖北", "028": "四川", "029": "陕西",
	"031": "河北", "033": "河北", "034": "山西", "035": "山西", "037": "河南", "039": "河南", "041": "辽宁", "042": "辽宁", "043": "吉林", "044": "吉林", "045": "黑龙江", "046": "黑龙江",
	"047": "内蒙古", "048": "内蒙古", "051": "江苏", "052": "江苏", "053": "山东", "054": "山东", "055": "安徽", "056": "安徽", "057": "浙江", "058": "浙江", "059": "福建",
	"063": "山东", "066": "广东", "069": "云南", "070": "江西", "071": "湖北", "072": "湖北", "073": "湖南", "074": "湖南", "075": "广东", "076": "广东", "077": "广西",
	"079": "江西", "081": "四川", "082": "四川", "083": "四川", "085": "贵州", "087": "云南", "088": "云南", "0898": "海南", "0890": "海南", "0899": "海南", "089": "西藏",
	"090": "新疆", "099": "新疆", "091": "陕西", "093": "甘肃", "094": "甘肃", "095": "宁夏", "097": "青海",
}

// AreaProvince names the province of a telephone number as a record has it
// (0532-69326660); false for mobile and service numbers and unknown codes.
func AreaProvince(phone string) (string, bool) {
	area, _, ok := strings.Cut(phone, "-")
	if !ok || !strings.HasPrefix(area, "0") || !digitsOnly(area) {
		return "", false
	}
	for n := min(4, len(area)); n >= 3; n-- {
		if p, ok := areaProvinces[area[:n]]; ok {
			return p, true
		}
	}
	return "", false
}
