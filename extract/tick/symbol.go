package tick

import "strings"

// Symbol gives the character that a symbol font shows for a code, as Unicode.
// code is the font's own (0x20 to 0xFF) or in the private use area as Word
// writes it (0xF020 to 0xF0FF). It returns false for fonts and codes it does
// not know.
//
// The tables are excerpts of Unicode's mapping of Wingdings (L2/12-368) and of
// Adobe's for Symbol: ticks and what stands in forms beside numbers.
func Symbol(font string, code rune) (rune, bool) {
	if code >= 0xF000 && code <= 0xF0FF {
		code -= 0xF000
	}
	table, ok := symbolFonts[strings.ToLower(strings.TrimSpace(font))]
	if !ok {
		return 0, false
	}
	r, ok := table[code]
	return r, ok
}

// IsSymbolFont reports whether the font's characters are not what their codes
// say.
func IsSymbolFont(font string) bool {
	_, ok := symbolFonts[strings.ToLower(strings.TrimSpace(font))]
	return ok
}

// privateUse reads a private use character whose font nobody named.
func privateUse(r rune) (rune, bool) {
	if r < 0xF020 || r > 0xF0FF {
		return 0, false
	}
	for _, t := range []map[rune]rune{wingdingsTicks, wingdings2} {
		if s, ok := t[r-0xF000]; ok {
			return s, true
		}
	}
	return 0, false
}

var symbolFonts = map[string]map[rune]rune{
	"wingdings":   wingdings,
	"wingdings 2": wingdings2,
	"wingdings 3": {},
	"webdings":    {'a': '✔', 'c': '□', 'g': '■', 'r': '✗'},
	"symbol":      symbol,
}

var wingdingsTicks = map[rune]rune{
	0x6E: '■', 0x6F: '□', 0x70: '❐', 0x71: '❑', 0x72: '❒', 0x78: '☒',
	0xA8: '□', 0xFB: '✗', 0xFC: '✓', 0xFD: '☒', 0xFE: '☑',
}

var wingdings = with(wingdingsTicks, map[rune]rune{
	0x20: ' ', 0x22: '✂', 0x28: '☎', 0x29: '✆', 0x2A: '✉', 0x4A: '☺', 0x6C: '●', 0x75: '◆', 0x76: '❖',
	0xA1: '○', 0xA7: '▪', 0xAB: '★', 0xB2: '☆', 0xD8: '➢', 0xE0: '→', 0xE8: '➔', 0xF0: '⇨',
})

var wingdings2 = map[rune]rune{
	0x20: ' ', 0x4F: '✗', 0x50: '✓', 0x51: '☒', 0x52: '☑', 0x53: '☒', 0x54: '☒',
	0x96: '●', 0x98: '●', 0xA2: '■', 0xA3: '□',
}

var symbol = with(map[rune]rune{
	0x20: ' ', 0xA3: '≤', 0xA5: '∞', 0xB0: '°', 0xB1: '±', 0xB3: '≥', 0xB4: '×', 0xB7: '•', 0xB8: '÷', 0xB9: '≠',
	0xBB: '≈', 0xBC: '…', 0xD2: '®', 0xD3: '©', 0xD4: '™', 0xD6: '√', 0xD7: '⋅', 0xE2: '®', 0xE3: '©', 0xE4: '™',
}, ascii("0123456789%()+,./:;<=>[]{}|!_&#"), greek())

func ascii(s string) map[rune]rune {
	m := map[rune]rune{}
	for _, r := range s {
		m[r] = r
	}
	return m
}

func greek() map[rune]rune {
	m := map[rune]rune{}
	const from = "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcyw"
	to := []rune("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψω")
	for i, r := range from {
		m[r] = to[i]
	}
	return m
}

func with(tables ...map[rune]rune) map[rune]rune {
	m := map[rune]rune{}
	for _, t := range tables {
		for k, v := range t {
			m[k] = v
		}
	}
	return m
}
