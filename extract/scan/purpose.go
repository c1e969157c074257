package scan

import (
	"context"
	"image"
	"math"
	"strings"
	"unicode/utf8"

	"dengji/extract/page"
	"dengji/extract/seal"
)

// readInside reads the line under the star, which says what a seal is for
// (合同专用章).
func (r *ringWork) readInside(ctx context.Context, s *sealArea) error {
	up := -math.Pi / 2
	if r.upright {
		up = r.axis
	}
	line, ink := seal.Inside(r.through, r.ring, up)
	return r.readPurpose(ctx, s, line, ink)
}

// readPurpose reads the line inside a seal, of which a share is inked. Where it
// is blank there is nothing to read; what is not such a line is print, or was
// read too badly to tell.
func (w *work) readPurpose(ctx context.Context, s *sealArea, line *image.Gray, ink float64) error {
	if ink < leastInside {
		return nil
	}
	pictures := []func() *image.Gray{
		func() *image.Gray { return line },
		func() *image.Gray { return soften(line, 0.05) },
		func() *image.Gray { return page.Resize(line, line.Rect.Dx()*5/4, line.Rect.Dy()) },
	}
	for i, picture := range pictures {
		in, err := w.readers.First.ReadLine(ctx, picture())
		if err != nil {
			return err
		}
		if s.inside = knownPurpose(in.Text); s.inside != "" {
			return nil
		}
		if i == 0 {
			s.line = in
		}
		if utf8.RuneCountInString(onlyHan(in.Text)) < leastPurpose {
			break // a speck, or a number
		}
	}
	if s.line.Score >= insideDoubt {
		s.inside = purpose(s.line.Text)
	}
	return nil
}

const (
	insideDoubt = 0.6   // score under which an unknown line inside is not believed
	leastInside = 0.015 // share of the line's place that is dark
	// Characters of a line inside a seal.
	leastPurpose = 3
	mostPurpose  = 10
)

// purpose is a line that says what a seal is for, its last character mended;
// "" where the line says something else.
func purpose(line string) string {
	text := []rune(onlyHan(line))
	if len(text) < leastPurpose || len(text) > mostPurpose {
		return ""
	}
	if at := strings.Index(string(text), "专用"); at > 0 && at+len("专用") == len(string(text[:len(text)-1])) {
		text[len(text)-1] = '章'
	}
	if text[len(text)-1] != '章' {
		return ""
	}
	return string(text)
}

// knownPurposes are what firms have seals for besides their own one.
func knownPurposes() []string {
	return []string{"合同专用章", "财务专用章", "发票专用章", "业务专用章", "投标专用章", "人事专用章", "项目专用章", "行政专用章", "报关专用章", "登记专用章"}
}

// knownPurpose is the one known purpose that a line says with two characters
// misread or lost at most; "" where it says none, or fits several. In a longer
// line nothing may be misread: 研发部专用章 is another one than 发票专用章.
func knownPurpose(line string) string {
	text := []rune(strings.Trim(onlyHan(line), "（）"))
	if len(text) < leastPurpose || len(text) > mostPurpose {
		return ""
	}
	best, most, twice := "", 0, false
	for _, p := range knownPurposes() {
		if strings.Contains(string(text), p) {
			return p
		}
		switch n := common(text, []rune(p)); {
		case n > most:
			best, most, twice = p, n, false
		case n == most:
			twice = true
		}
	}
	if most < leastPurpose || twice || len(text) > utf8.RuneCountInString(best) {
		return ""
	}
	return best
}

// common is how many characters of two texts are the same in the same order.
func common(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		left := 0 // the row above, one to the left
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = left + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			left = above
		}
	}
	return row[len(b)]
}
