package normalize

import "unicode"

// lookAlikes are characters that readers take for one another, by the group.
// Collected from misreadings of printed forms and from the shapes themselves.
var lookAlikes = []string{
	"0OoQD〇○", "1lIi|!丨", "2Zz", "5Ss", "8B", "6bG", "9gq", "vVuU", "cC", "kK", "pP", "wW", "xX×", "yY",
	"口囗□日曰目", "曰日口白", "目月用且", "已己巳", "末未", "戸户尸", "有冇育", "土士", "干千于", "天夭无元", "人入八", "大太犬丈",
	"今令", "兔免", "贷货", "王玉主", "力刀", "乂义", "乌鸟", "间问闻", "治冶", "拔拨", "洒酒", "折拆析", "侯候", "壮状", "科料", "木本术",
	"牛午年", "田由甲申", "工丁", "川州", "白自", "巿市", "厂广", "几儿凡", "九丸", "不木", "司可同", "公么", "限根眼", "软钦", "件仵忤",
	"济挤", "南甫", "网冈岡", "技枝", "字宇", "析折", "統统", "数教", "据椐", "智暂", "慧彗", "远运", "达迖", "晨農", "芯苡", "辰展",
	"青清", "情请", "岛鸟", "山凵", "东车", "京亰", "海梅", "州洲", "杭抗", "深探", "圳训", "信值", "恒桓", "博搏", "瑞端", "祥样", "盛感",
	"一-—－丿", ",.，。、·", ":：;；", "()（）", "“”\"", "‘’'", "~～", "卡下", "丰韦", "开井", "氏民", "戊戌戍", "巨臣", "衰衷哀表", "刺剌",
	"商高", "园圆", "第弟", "证诬", "书节", "著箸", "登蹬", "取聚", "得碍", "原源", "始姑",
	"孪李", "案寨", "客容", "擎摩攀", "核孩", "采来", "数救", "昊吴", "燃热", "管营", "二=＝", "三≡",
	"历厉", "溯湖潮朔", "市司",
}

// Costs of Distance. A look-alike costs a third of a wrong character: three
// of them weigh as much as one that cannot be explained.
const (
	costOther = 1.0
	costAlike = 0.34
	costCase  = 0.2 // the same letter in the other case
	costBlank = 0.2 // a blank too many or too few
	costPunct = 0.5 // another sign too many or too few
)

// alike maps every rune to the groups it is in, as bits.
var alike = buildAlike()

type groupSet [3]uint64

func buildAlike() map[rune]groupSet {
	m := map[rune]groupSet{}
	for i, g := range lookAlikes {
		for _, r := range g {
			s := m[r]
			s[i/64] |= 1 << (i % 64)
			m[r] = s
		}
	}
	return m
}

// LookAlike reports whether readers are known to take a for b.
func LookAlike(a, b rune) bool {
	x, y := alike[a], alike[b]
	for i := range x {
		if x[i]&y[i] != 0 {
			return true
		}
	}
	return false
}

func substitution(a, b rune) float64 {
	switch {
	case a == b:
		return 0
	case unicode.ToLower(a) == unicode.ToLower(b):
		return costCase
	case LookAlike(a, b):
		return costAlike
	}
	return costOther
}

func gap(r rune) float64 {
	switch {
	case unicode.IsSpace(r):
		return costBlank
	case unicode.IsPunct(r) || unicode.IsSymbol(r):
		return costPunct
	}
	return costOther
}

// maxDistance bounds the runes of each text that Distance compares one by
// one; longer texts are no names or fields.
const maxDistance = 4000

// Distance is the edit distance of two texts in characters: 1 for a character
// that is wrong, missing or too many, less for one that readers are known to
// confuse (0 and O, 末 and 未), for another case, for blanks and punctuation.
// The width of letters does not count. It is symmetric and 0 only for equal
// texts (but for width). Beyond 4,000 characters the texts are compared as
// equal or not.
func Distance(a, b string) float64 {
	x, y := []rune(FoldWidth(a)), []rune(FoldWidth(b))
	if len(x) > maxDistance || len(y) > maxDistance {
		if string(x) == string(y) {
			return 0
		}
		return float64(max(len(x), len(y)))
	}
	prev, cur := make([]float64, len(y)+1), make([]float64, len(y)+1)
	for j, r := range y {
		prev[j+1] = prev[j] + gap(r)
	}
	for _, p := range x {
		cur[0] = prev[0] + gap(p)
		for j, q := range y {
			cur[j+1] = min(prev[j]+substitution(p, q), prev[j+1]+gap(p), cur[j]+gap(q))
		}
		prev, cur = cur, prev
	}
	return prev[len(y)]
}

// Similarity is 1 for equal texts and falls with their Distance to 0 for
// texts that have nothing in common. Two empty texts are equal.
func Similarity(a, b string) float64 {
	n := max(CountRunes(FoldWidth(a)), CountRunes(FoldWidth(b)))
	d := Distance(a, b)
	if n == 0 {
		return 1 - min(d, 1)
	}
	return max(0, 1-d/float64(n))
}
