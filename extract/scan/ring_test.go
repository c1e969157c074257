package scan

import (
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/seal"
)

// turn is the arc that test strips come from: a degree and a bit for each
// hundredth of their width, its middle at the top.
var turn = seal.Arc{Inner: 90, Outer: 140, Start: -math.Pi/2 - 2.2, End: -math.Pi/2 + 2.2}

// ringReading is a reading of characters of one score, in the middle of a
// strip a thousand pixels wide; a space is a place where nothing was read.
func ringReading(text string, score float64) arcReading {
	return ringReadingAt(text, score, 0)
}

// ringReadingAt is a reading that is moved to the right by places.
func ringReadingAt(text string, score float64, places float64) arcReading {
	var r ocr.Reading
	var kept []rune
	n := float64(runeCount(text))
	for i, c := range []rune(text) {
		if c == ' ' {
			continue
		}
		x := 500 + (float64(i)+0.5-n/2+places)*60
		kept = append(kept, c)
		r.Chars = append(r.Chars, ocr.Char{X0: x - 28, X1: x + 28, Score: score})
	}
	r.Text = string(kept)
	return newArcReading(r, 1000, turn)
}

func TestArcReadingKeepsTheName(t *testing.T) {
	a := ringReading("★大连(星海)软件O司9", 0.9)
	if got := string(a.text); got != "大连（星海）软件司" {
		t.Errorf("kept %q", got)
	}
	if a.even() {
		t.Error("a gap where a character was misread counts as even")
	}
	if !ringReading("大连星海软件有限公司", 0.9).even() {
		t.Error("an even row counts as uneven")
	}
}

func TestAgreedNeedsTwoSureReadings(t *testing.T) {
	name := "大连星海软件有限公司"
	if agreed([]arcReading{ringReading(name, 0.99)}) {
		t.Error("one reading agrees with itself")
	}
	if !agreed([]arcReading{ringReading(name, 0.97), ringReading(name, 0.98)}) {
		t.Error("two sure readings do not agree")
	}
	if agreed([]arcReading{ringReading(name, 0.8), ringReading(name, 0.8)}) {
		t.Error("two unsure readings are believed without a third")
	}
	if agreed([]arcReading{ringReading("大连星海软件有眼公司", 0.99), ringReading(name, 0.99)}) {
		t.Error("two readings that differ agree")
	}
}

// blankRing is a ring without ink: what was read is all that tells.
func blankRing(seen ...arcReading) *ringWork {
	g := whitePage(400, 400)
	return &ringWork{
		work: &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g, Grey: true}},
		ring: seal.Ring{X: 200, Y: 200, R: 150}, through: g, covered: make([]bool, len(g.Pix)),
		arc: turn, axis: -math.Pi / 2, upright: true, seen: seen,
	}
}

// spelled writes places as text, doubtful ones in brackets, unread ones as □.
func spelled(ps []ringPlace) string {
	var b strings.Builder
	for _, p := range ps {
		c := "□"
		if p.win != 0 {
			c = string(p.win)
		}
		if !p.sure {
			c = "[" + c + "]"
		}
		b.WriteString(c)
	}
	return b.String()
}

func TestNameOnRing(t *testing.T) {
	name := "大连星海软件有限公司"
	for _, tc := range []struct {
		what string
		seen []arcReading
		want string
	}{
		{"two sure readings", []arcReading{ringReading(name, 0.98), ringReading(name, 0.97)}, name},
		{"the surer two outvote one, and doubt stays", []arcReading{ringReading("大连星海软件有眼公司", 0.85), ringReading(name, 0.95), ringReading(name, 0.96)}, "大连星海软件有[限]公司"},
		{"one against one", []arcReading{ringReading("大连星海软件有眼公司", 0.95), ringReading("大连星侮软件有限公司", 0.95)}, "大连星[侮]软件有[眼]公司"},
		{"a character nobody read leaves its place", []arcReading{ringReading("大连 海软件有限公司", 0.98), ringReading("大连 海软件有限公司", 0.98)}, "大连[□]海软件有限公司"},
		{"a first character nobody read, by the axis", []arcReading{ringReading(" 连星海软件有限公司", 0.98), ringReading(" 连星海软件有限公司", 0.98)}, "[□]连星海软件有限公司"},
		{"print beside the name that one of three read", []arcReading{ringReading(name, 0.98), ringReading(name, 0.98), ringReadingAt(name+"日月", 0.9, 1)}, name},
		{"faint all over", []arcReading{ringReading(name, 0.5), ringReading(name, 0.5)}, "[大][连][星][海][软][件][有][限][公][司]"},
		{"too short to be a name", []arcReading{ringReading("大连星", 0.99)}, ""},
		{"nothing", []arcReading{{}, {}}, ""},
	} {
		if got := spelled(blankRing(tc.seen...).nameOnRing()); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.want)
		}
	}
}

// lineOf is a printed line of one score.
func lineOf(text string, score float64) readLine {
	return readLine{first: reading{Reading: readingOf(text, score, 1000)}}
}

func TestPrintCompletesWhatItHides(t *testing.T) {
	printed := lineOf("企业名称：大连星海软件有限公司", 0.99)
	read := func(s string, score float64) []arcReading {
		return []arcReading{ringReading(s, score), ringReading(s, score)}
	}
	for _, tc := range []struct {
		what  string
		seen  []arcReading
		lines []readLine
		want  string
	}{
		{"one character hidden", read("大连星 软件有限公司", 0.99), []readLine{printed}, "大连星海软件有限公司"},
		{"the first one hidden", read(" 连星海软件有限公司", 0.99), []readLine{printed}, "大连星海软件有限公司"},
		{"a doubtful misreading", append(read("大连星侮软件有限公司", 0.8), ringReading("大连星海软件有限公司", 0.99)), []readLine{printed}, "大连星海软件有限公司"},
		{"another firm's seal stays another firm's", read("大连银河软件有限公司", 0.99), []readLine{printed}, "大连银河软件有限公司"},
		{"one character off is neither", read("大连星河软件有限公司", 0.99), []readLine{printed}, ""},
		{"strays on both sides", read("日大连星 软件有限公司月", 0.8), []readLine{printed}, ""},
		{"another firm's seal is not completed to this one's", read("大连天 软件有限公司", 0.99), []readLine{printed}, ""},
		{"what tells firms apart is hidden", read("   海软件有限公司", 0.99), []readLine{printed}, ""},
		{"doubtful print tells nothing", read("大连星 软件有限公司", 0.99), []readLine{lineOf("大连星海软件有限公司", 0.6)}, ""},
		{"a piece of a longer word is no name", read("连星 软件有限", 0.99), []readLine{printed}, ""},
		{"no print needed for the form of a company", read("大连星海软件有 公司", 0.99), nil, "大连星海软件有限公司"},
		{"broken over two lines of a text", read("大连星 软件有限公司", 0.99), []readLine{lineOf("大连星海软", 0.99), lineOf("件有限公司", 0.99)}, ""},
	} {
		r := blankRing(tc.seen...)
		r.read = tc.lines
		ps := r.completed(r.nameOnRing())
		got, _, _ := r.name(ps)
		if got != tc.want {
			t.Errorf("%s: %q (%s), want %q", tc.what, got, spelled(ps), tc.want)
		}
	}
}

func TestFilledCharactersAreCounted(t *testing.T) {
	r := blankRing(ringReading("大连星 软件有 公司", 0.99), ringReading("大连星 软件有 公司", 0.99))
	r.read = []readLine{lineOf("大连星海软件有限公司", 0.99)}
	ps := r.completed(r.nameOnRing())
	if _, _, n := textOf(ps); n != 2 || !allSure(ps) {
		t.Errorf("%d of the name's characters are taken from print, want 2 (%s)", n, spelled(ps))
	}
}

func TestBreaksOff(t *testing.T) {
	for name, want := range map[string]bool{
		"大连星海软件有限公司": false, "大连星海软件有限": true, "大连星海软件有": true, "大连星海软件有限责任": true, "贵阳大学附属中学": false,
		"有限责任公司": true, "股份有限公司": true,
		"计算机软件著作权登记专用章": false, "计算机软件著作权登记专用": true, "天津机床厂（": true, "星海软件（大连）有限公司": false, "星海软件大连）有限公司": true,
	} {
		if got := breaksOff(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPurpose(t *testing.T) {
	for line, want := range map[string]string{
		"合同专用章": "合同专用章", "合同专用瓷": "合同专用章", " 财务 专用章": "财务专用章", "年11月11日": "", "间专用商品": "", "企业网址：": "", "章": "", "公章": "", "项目部章": "项目部章",
	} {
		if got := purpose(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestKnownPurpose(t *testing.T) {
	for line, want := range map[string]string{
		"合同专用章": "合同专用章", "合园专田章": "合同专用章", "金同用章": "合同专用章", "财务专片": "财务专用章", "（财务专用章）": "财务专用章", "发 票 专 用 章": "发票专用章",
		"专用章": "", "务专用章": "", "研发部专用章": "", "谷腾专角管": "", "联系人：曾博": "", "合同": "", "": "", "本公司合同专用章使用管理办法": "", "口合同专用章": "合同专用章",
	} {
		if got := knownPurpose(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// greySealPage has one ring of 150 pixels' radius at 400, 400 and no colour.
func greySealPage() *work {
	g := image.NewGray(image.Rect(0, 0, 1000, 1000))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	c := seal.Ring{X: 400, Y: 400, R: 150, Round: 1, Seen: 1}
	return &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g, Grey: true}, ink: page.Binarize(g), seals: []sealArea{{box: c.Box(), shape: "round", ring: c}}}
}

func TestUnderGreySeal(t *testing.T) {
	w := greySealPage()
	for _, tc := range []struct {
		what string
		box  image.Rectangle
		want bool
	}{
		{"across the whole seal", image.Rect(200, 390, 700, 420), true},
		{"on the ring's text", image.Rect(380, 270, 420, 300), true},
		{"touching the ring from outside", image.Rect(545, 390, 800, 420), true},
		{"on the star", image.Rect(390, 390, 410, 410), true},
		{"in the corner of the box", image.Rect(246, 246, 270, 265), false},
		{"elsewhere", image.Rect(700, 700, 900, 730), false},
	} {
		if got := w.underSeal(tc.box); got != tc.want {
			t.Errorf("%s: %v", tc.what, got)
		}
	}
}

func TestGreyStrokesAreOnlyDoubtfulScrapsInsideTheRing(t *testing.T) {
	w := greySealPage()
	line := func(box image.Rectangle, text string, score float64) readLine {
		return readLine{box: box, first: reading{Reading: ocr.Reading{Text: text, Score: score}}}
	}
	in, out := image.Rect(380, 270, 420, 300), image.Rect(600, 270, 640, 300)
	if !w.greyStrokes(line(in, "金王", 0.3)) {
		t.Error("a doubtful scrap inside the ring is kept")
	}
	for _, l := range []readLine{line(in, "13901234567", 0.3), line(in, "张", 0.9), line(out, "金王", 0.3), line(image.Rect(300, 390, 700, 420), "大连", 0.3)} {
		if w.greyStrokes(l) {
			t.Errorf("%q at %v is dropped", l.first.Text, l.box)
		}
	}
}

func TestSealStrokesNeedColourAndNoPrint(t *testing.T) {
	w := greySealPage()
	box := image.Rect(360, 265, 440, 300)
	if w.sealStrokes(box) {
		t.Error("without colour nothing tells strokes from print")
	}
	clean := image.NewGray(w.planes.Gray.Rect)
	for i := range clean.Pix {
		clean.Pix[i] = 230
	}
	ink := image.NewGray(image.Rect(0, 0, 250, 250))
	for i := range ink.Pix {
		ink.Pix[i] = 255
	}
	w.planes.Clean, w.planes.Ink = clean, ink
	if !w.sealStrokes(box) {
		t.Error("strokes that vanish without colour count as text")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 { // print under the seal, even a little, stays
		clean.Pix[(box.Min.Y+rnd.IntN(box.Dy()))*clean.Stride+box.Min.X+rnd.IntN(box.Dx())] = 60
	}
	if w.sealStrokes(box) {
		t.Error("print under a seal is dropped")
	}
	if w.sealStrokes(image.Rect(360, 265, 900, 300)) {
		t.Error("a line that runs out of the ring is dropped")
	}
}

func TestOwnExtentIsTheNamesPlaces(t *testing.T) {
	name := "大连星海软件有限公司"
	r := blankRing(ringReading(name, 0.98), ringReadingAt(name+"日月", 0.9, 1), ringReading(name, 0.98))
	places := r.nameOnRing()
	arc, ok := r.find(ownExtent)
	if !ok || len(places) != 10 {
		t.Fatalf("%d places", len(places))
	}
	pitch := (places[9].angle - places[0].angle) / 9
	if a, b := (places[0].angle-arc.Start)/pitch, (arc.End-places[9].angle)/pitch; a < 0.5 || a > 0.75 || b < 0.5 || b > 0.75 {
		t.Errorf("the arc begins %.2f places before the name and ends %.2f behind it", a, b)
	}
	// A place is as wide as the band is high, however narrow the name is written.
	high, wide := arc.Outer-arc.Inner, pitch*(arc.Outer+arc.Inner)/2
	if got := wide * r.squareness(attempt{feet: ownExtent}, arc) / high; got < 0.95 || got > 1.05 {
		t.Errorf("places are %.2f as wide as high", got)
	}
	if got := r.squareness(attempt{feet: seal.ShortFeet}, arc); got != 1 {
		t.Errorf("other attempts are widened by %.2f", got)
	}
	if _, ok := blankRing(ringReading("大连星", 0.99)).find(ownExtent); ok {
		t.Error("three characters are taken for a name")
	}
}
