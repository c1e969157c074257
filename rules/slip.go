package rules

import (
	"regexp"
	"strings"

	"dengji/normalize"
)

// confusable reports whether a value has the look of a slip that readers make
// with high scores: an address with a stroke or ring that may be a letter or a
// digit (l278 or 1278); a share that ends in 十, behind which the lone stroke of
// 一 is lost without a trace; a bracket whose partner is not there; a stop before
// 的, or one that may be another mark; a version with a colon in it or a sign before it; under a seal, a stroke
// behind the last word, which may be the seal's.
func (w *witness) confusable() bool {
	raw := strings.TrimSpace(w.raw.Raw)
	switch w.raw.Field.Type {
	case "percent":
		return strings.HasSuffix(raw, "十")
	case "email", "url":
		addr, _ := w.result.Value.(string)
		return normalize.Confusable(addr)
	case "text", "name", "company", "product_name":
		return w.raw.doubtfulMark() || unpaired(raw) || brokenVersion.MatchString(raw) || strayStops(raw) || hanDot.MatchString(raw) || w.raw.Seal && w.raw.Field.MaxRunes < 100 && strokeEnd.MatchString(raw)
	}
	return false
}

// strokeEnd is a sign behind a Chinese word that a seal's stroke reads as.
var strokeEnd = regexp.MustCompile(`\p{Han}[^\p{Han}\p{L}\d)）】\]”》]$|\p{Han}[1lIiJjLT一丨]$`)

// brokenVersion is a version behind a name with a sign in it that no version has
// (V1.0:0, V1.0-), or one between the two (平台.V1.0).
var brokenVersion = regexp.MustCompile(`[VvＶ]\d[\d.]*[:：;；,，][\d.]*$|[VvＶ]\d[\d.]*[-—–.·,，、]$|\p{Han}[.·,，、]\s?[VvＶ]\d[\d.]*$`)

// hanDot is a point between Chinese characters, the speck that is left of a comma,
// or one behind a figure in a sentence (缩短至9.天), a speck that is nothing.
var hanDot = regexp.MustCompile(`\p{Han}(?:\d+(?:\.\d+)?)?\.\p{Han}`)

// strayStop is a stop that stands before 的, as a speck does and no writer's.
var strayStop = regexp.MustCompile(`[，、；：。,;](的.?)`)

func strayStops(s string) bool {
	for _, m := range strayStop.FindAllStringSubmatch(s, -1) {
		if m[1] != "的确" {
			return true
		}
	}
	return false
}

// enumeration is the half bracket of 1）, which has no partner.
var enumeration = regexp.MustCompile(`(?:^|[^\d(（])[\da-zA-Z一二三四五六七八九十]{1,3}[)）]`)

// unpaired reports whether a text has a bracket or quotation mark without its
// partner.
func unpaired(s string) bool {
	s = enumeration.ReplaceAllStringFunc(s, func(m string) string { return strings.TrimRight(m, ")）") })
	var open []rune
	partner := map[rune]rune{'）': '（', '】': '【', ']': '[', '》': '《', '”': '“'}
	for _, c := range strings.NewReplacer("(", "（", ")", "）").Replace(s) {
		switch {
		case strings.ContainsRune("（【[《“", c):
			open = append(open, c)
		case partner[c] != 0:
			if len(open) == 0 || open[len(open)-1] != partner[c] {
				return true
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) > 0
}
