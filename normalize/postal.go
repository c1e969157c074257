package normalize

import (
	"regexp"
	"strings"
)

// postalProvinces names the province by a postal code's first two digits, or by
// four where they differ, after China Post's numbering.
var postalProvinces = map[string]string{
	"01": "内蒙古", "02": "内蒙古", "03": "山西", "04": "山西", "05": "河北", "06": "河北", "07": "河北",
	"10": "北京", "11": "辽宁", "12": "辽宁", "13": "吉林", "15": "黑龙江", "16": "黑龙江",
	"20": "上海", "21": "江苏", "22": "江苏", "23": "安徽", "24": "安徽", "25": "山东", "26": "山东", "27": "山东",
	"30": "天津", "31": "浙江", "32": "浙江", "33": "江西", "34": "江西", "35": "福建", "36": "福建",
	"40": "重庆", "41": "湖南", "42": "湖南", "43": "湖北", "44": "湖北", "45": "河南", "46": "河南", "47": "河南",
	"51": "广东", "52": "广东", "53": "广西", "54": "广西", "55": "贵州", "56": "贵州", "57": "海南",
	"61": "四川", "62": "四川", "63": "四川", "64": "四川", "65": "云南", "66": "云南", "67": "云南",
	"71": "陕西", "72": "陕西", "73": "甘肃", "74": "甘肃", "75": "宁夏", "81": "青海", "83": "新疆", "84": "新疆",
	"85": "西藏", "86": "西藏",
	// Places of Inner Mongolia that a neighbouring province's office serves:
	// Hinggan League, and the east of Hulunbuir.
	"1374": "内蒙古", "1375": "内蒙古", "1376": "内蒙古", "1378": "内蒙古",
	"1626": "内蒙古", "1627": "内蒙古", "1628": "内蒙古",
}

// codeAndMore is a postal code with what a seal's strokes were read as behind it, no
// figures and nothing like one.
var codeAndMore = regexp.MustCompile(`^(\d{6})(?:[^\d\pL]{0,4}\p{Han}(?:\p{Han}|[^\d\pL]){0,3}|[^\d\pL]{1,4})$`)

// PostalProvince names the province or municipality (without 省 or 市) that a
// postal code of six digits belongs to. Border towns may be served from the
// neighbour.
func PostalProvince(code string) (string, bool) {
	if len(code) != 6 || !digitsOnly(code) {
		return "", false
	}
	switch code {
	case "999077":
		return "香港", true
	case "999078":
		return "澳门", true
	}
	if p, ok := postalProvinces[code[:4]]; ok {
		return p, true
	}
	p, ok := postalProvinces[code[:2]]
	return p, ok
}

// PostalCode reads a postal code of six digits. A code of no province
// (000000, 14xxxx) and every other number of digits is unreadable with
// format_invalid.
func PostalCode(raw string, opt Options) Result {
	s, r, done := readEmptyCode(raw, opt)
	if done {
		return r
	}
	text := strings.Trim(dropSpaces(foldSigns(s)), ".,;:()-_")
	fixed := text
	if opt.OCR && len(text) < 24 {
		fixed, _ = repairDigits(text)
	}
	if m := codeAndMore.FindStringSubmatch(text); m != nil && opt.OCR {
		return PostalCode(m[1], Options{}).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, m[1])
	}
	switch {
	case text == "":
		return Result{State: StateBlank}
	case !digitsOnly(fixed):
		return unreadable(CodeFormatInvalid, "“%s”不是邮政编码", s)
	case len(fixed) != 6:
		return unreadable(CodeFormatInvalid, "邮政编码应为6位，“%s”有%d位", s, len(fixed))
	}
	if _, ok := PostalProvince(fixed); !ok {
		return unreadable(CodeFormatInvalid, "没有以“%s”开头的邮政编码", fixed[:2])
	}
	r = valueOf(fixed)
	if fixed != text {
		r = r.doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
	}
	return r
}
