package normalize

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed surnames.txt
var surnamesText string

// surnames of one character stand by themselves, those of two as they are.
var surnames = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for line := range strings.SplitSeq(surnamesText, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			if utf8.RuneCountInString(word) == 2 {
				known[word] = true
				continue
			}
			for _, r := range word {
				known[string(r)] = true
			}
		}
	}
	return known
})

// knownSurname says whether a name of ideographs begins with a surname.
func knownSurname(name []rune) bool {
	known := surnames()
	return len(name) > 0 && known[string(name[0])] || len(name) > 2 && known[string(name[:2])]
}

// unnamed are characters that hardly anybody is called by: words of grammar, of ill
// omen, and the simple shapes that worn strokes of other characters leave (廖下 for
// 廖玉).
const unnamed = "下的了是不我他她它们个或把被这没很吗呢吧啊就但谁哪什怎每另些某否勿死病坏恶败亡鬼骂吃喝打杀偷骗哭臭脏烂尸屎尿狗猪鼠虫曰目口且刀匕歹件部邮系电话号址"

// RepairSurname gives a name read from pixels the surname that its first
// character is a misreading of (草晨刚: 覃晨刚), with a doubt: where what was read
// is no surname and one of its rivals is.
func RepairSurname(name string, rivals string) (string, []Doubt) {
	r := []rune(name)
	if len(r) < 2 || len(r) > 4 || knownSurname(r) {
		return name, nil
	}
	for _, c := range rivals {
		if fixed := append([]rune{c}, r[1:]...); knownSurname(fixed) {
			return string(fixed), []Doubt{repaired(name, string(fixed))}
		}
	}
	return name, nil
}

// repaired is the doubt about what was read one way and is taken another.
func repaired(seen, taken string) Doubt {
	return Doubt{Code: CodeRepaired, Message: "读到“" + seen + "”，按“" + taken + "”处理"}
}
