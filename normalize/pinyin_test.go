package normalize

import "testing"

func TestNearPinyin(t *testing.T) {
	for _, tt := range []struct{ name, letters, seen, want string }{
		{"青岛恒禾大数据科技", "hengiesoft", "hengie", "henghe"},
		{"青岛恒禾大数据科技", "henghesoft", "", ""},
		{"青岛恒禾大数据科技", "qdhenghe", "", ""},
		{"青岛恒禾大数据科技", "henghedigital", "", ""}, // 大 is da, but one letter in two says nothing
		{"乌鲁木齐蓝腾桥云计算技术", "lantenggiaodata", "lantenggiao", "lantengqiao"},
		{"乌鲁木齐蓝腾桥云计算技术", "lantengqiaodata", "", ""},
		{"乌鲁木齐蓝腾桥云计算技术", "1antengqiaodata", "1antengqiao", "lantengqiao"},
		{"上海鼎数工业软件", "dingshutech", "", ""},
		{"上海鼎数工业软件", "dinshutech", "", ""}, // n for ng is a spelling that people use
		{"上海鼎数工业软件", "dingsutech", "", ""},
		{"石家庄市鼎朗航信息科技", "dinglanghanginfo", "", ""},
		{"广州吕梁软件", "lvliangsoft", "", ""},
		{"广州吕梁软件", "luliangsoft", "", ""},
		{"重庆睿林信息", "chongqingruilin", "", ""},
		{"齐妍", "qivan", "qivan", "qiyan"},
		{"齐妍", "qivansoft", "", ""}, // five letters are too few in a longer word
		{"齐妍妍", "qivanyan", "qivanyan", "qiyanyan"},
		{"张伟", "zhanqwei", "zhanqwei", "zhangwei"},
		{"张伟", "zhang.wei", "", ""},
		{"张伟", "zhang_wei", "", ""},
		{"青岛恒禾大数据科技", "heng-he", "", ""},
		{"张伟", "ȺȺzhanqwei", "", ""},
		{"张伟", "dongfeng", "", ""},
		{"张伟", "", "", ""},
		{"", "zhangwei", "", ""},
		{"ABC科技", "abckeji", "", ""},
		{"张伟", "zhanggwei", "zhanggwei", "zhangwei"},
	} {
		if seen, want := NearPinyin(tt.name, tt.letters); seen != tt.seen || want != tt.want {
			t.Errorf("NearPinyin(%q, %q) = %q, %q, want %q, %q", tt.name, tt.letters, seen, want, tt.seen, tt.want)
		}
	}
}

func FuzzNearPinyin(f *testing.F) {
	f.Add("青岛恒禾大数据科技", "hengiesoft")
	f.Add("重庆睿林信息", "chong-qing.ruilin")
	f.Add("Ⱥ张伟", "Ⱥzhanqwei")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, name, letters string) {
		seen, want := NearPinyin(name, letters)
		if (seen == "") != (want == "") || seen == want && seen != "" || len(seen) > len(want)+1 || len(want) > len(seen)+1 {
			t.Errorf("NearPinyin(%q, %q) = %q, %q", name, letters, seen, want)
		}
	})
}
