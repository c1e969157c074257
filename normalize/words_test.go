package normalize

import "testing"

func TestRepairWords(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		at         int
		rivals     string
		prose      bool
		score      float64
	}{
		{"举办培调10场", "举办培训10场", 3, "训谓", true, 0.8},
		{"检测报告须警项目", "检测报告预警项目", 4, "预领颌", true, 0.8},
		{"防控期问，平台", "防控期间，平台", 3, "间向闷", true, 0.8},
		{"可复制、可推\n厂的经验", "可复制、可推\n广的经验", 7, "广", true, 0.99}, // joined over a line's end
		{"本产品己在潍坊", "本产品已在潍坊", 3, "已", true, 0.8},            // by how often it is a word
		{"与运维工单", "与运维工单", 2, "作", true, 0.8},                // a term of the trade
		{"起到了积极", "起到了积极", 2, "手", true, 0.8},                // 到手 is a word, 了 needs none
		{"举办培调10场", "举办培调10场", 3, "洲", true, 0.8},            // the rival makes no word either
		{"举办培调10场", "举办培调10场", 3, "训谓", true, 0.99},          // of little doubt, and unlike
		{"昊创智能", "昊创智能", 0, "吴", false, 0.8},                 // names make no words
		{"天辰路", "天辰路", 1, "后", false, 0.8},                   // and 天后 does not look like one
		{"汇智厂场", "汇智广场", 2, "广", false, 0.8},                 // 广场 does
		{"数字8台", "数字8台", 2, "B", true, 0.8},                  // no ideograph
		{"短", "短", 5, "长", true, 0.8},                        // beyond the text
		{"战咯规划部", "战略规划部", 1, "略", false, 0.5},               // read badly, and no name
		{"战咯规划部", "战咯规划部", 1, "略", false, 0.8},
		{"咯阳市1号", "咯阳市1号", 0, "洛", false, 0.5}, // an address
		{"共亨平台", "共享平台", 1, "享烹", true, 0.8},
	} {
		got, doubts := RepairWords(tt.text, []Doubted{{tt.at, tt.rivals, tt.score}}, tt.prose)
		if got != tt.want || (len(doubts) > 0) != (got != tt.text) {
			t.Errorf("RepairWords(%q) = %q, %v, want %q", tt.text, got, doubts, tt.want)
		}
	}
}

// Two neighbours that were both misread make a common word of their rivals.
func TestRepairPairs(t *testing.T) {
	for _, tt := range []struct {
		text, want    string
		at            int
		first, second string
		prose         bool
		score         float64
	}{
		{"实时进潮，", "实时追溯，", 2, "逆追", "溯洲", true, 0.6},
		{"实时进潮，", "实时进潮，", 2, "逆追", "溯潮", true, 0.99},
		{"实时进潮，", "实时进潮，", 2, "逆追", "溯潮", false, 0.6},
		{"实时进潮，", "实时进潮，", 2, "逆", "潮", true, 0.6},
		{"智能管理能力", "智能管理能力", 2, "营追", "溯潮", true, 0.6}, // a word as it is
	} {
		doubted := []Doubted{{tt.at, tt.first, tt.score}, {tt.at + 1, tt.second, tt.score}}
		if got, doubts := RepairWords(tt.text, doubted, tt.prose); got != tt.want || (len(doubts) > 0) != (got != tt.text) {
			t.Errorf("RepairWords(%q) = %q, %v, want %q", tt.text, got, doubts, tt.want)
		}
	}
}

func TestRepairSurname(t *testing.T) {
	for _, tt := range []struct{ name, rivals, want string }{
		{"草晨刚", "蕈覃掌", "覃晨刚"},
		{"起升", "赵枢怒", "赵升"},
		{"欧阳锋", "殴", "欧阳锋"},
		{"草晨刚", "蕈掌", "草晨刚"},
		{"王刚", "玉", "王刚"},
		{"阿卜杜拉提", "何", "阿卜杜拉提"},
	} {
		got, doubts := RepairSurname(tt.name, tt.rivals)
		if got != tt.want || (len(doubts) > 0) != (got != tt.name) {
			t.Errorf("RepairSurname(%q, %q) = %q, %v, want %q", tt.name, tt.rivals, got, doubts, tt.want)
		}
	}
}

// Nor is one of characters that nobody is called by.
func TestNameOfUnlikelyCharacters(t *testing.T) {
	check(t, Name, ocr, []spelling{{"廖下", "廖下 !ambiguous"}, {"沈从文", "沈从文"}, {"那英", "那英"}, {"廖玉", "廖玉"}})
	check(t, Name, typed, []spelling{{"廖下", "廖下"}})
}

// A name without a surname is for a person to look at, read from pixels alone.
func TestNameWithoutSurname(t *testing.T) {
	for _, tt := range []struct {
		name    string
		ocr     bool
		doubted bool
	}{
		{"草晨刚", true, true},
		{"草晨刚", false, false},
		{"覃晨刚", true, false},
		{"司马相", true, false},
		{"买买提·吐尔逊", true, false},
	} {
		if r := Name(tt.name, Options{OCR: tt.ocr}); (len(r.Doubts) > 0) != tt.doubted {
			t.Errorf("Name(%q, OCR %v) has doubts %v", tt.name, tt.ocr, r.Doubts)
		}
	}
}

func FuzzRepairWords(f *testing.F) {
	f.Add("举办培调10场", 3, "训谓")
	f.Add("\n厂", 1, "广")
	f.Fuzz(func(t *testing.T, text string, at int, rivals string) {
		got, _ := RepairWords(text, []Doubted{{At: max(0, at), Rivals: rivals}}, true)
		if len([]rune(got)) != len([]rune(text)) {
			t.Errorf("RepairWords(%q) = %q has another length", text, got)
		}
	})
}
