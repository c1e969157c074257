package ocr_test

import (
	"context"
	"encoding/json"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"dengji/extract/ocr"
	"dengji/extract/ocr/ppocr"
	"dengji/extract/ocr/tesseract"
)

var update = flag.Bool("update", false, "draw testdata/lines anew (needs Debian's CJK fonts)")

// samples are the lines under testdata/lines. slips is how many characters
// Tesseract may get wrong; PP-OCR must read all of them. Short values in
// Latin type are Tesseract's weak side, and seals and half turns are not its
// to bear.
var samples = []struct {
	name, text string
	look       look
	slips      int
}{
	{"clean", "济南鲁信云图软件有限公司", look{font: "song", points: 10.5, dpi: 200}, 0},
	{"kai", "企业名称（填写企业全称并盖章）：", look{font: "kai", points: 12, dpi: 200}, 1},
	{"small", "山东省济南市历下区舜华路2000号", look{font: "song", points: 9, dpi: 150}, 1},
	{"blurred", "云图智慧政务协同办公平台V3.2", look{font: "hei", points: 10.5, dpi: 200, blur: 1.2, noise: 8, ink: 50, jpeg: 60}, 2},
	{"seal", "青岛海容数智科技股份有限公司", look{font: "serif", points: 12, dpi: 200, seal: true}, 14},
	{"date", "2021年6月15日", look{font: "song", points: 10.5, dpi: 200}, 1},
	{"phone", "0532-69326660-801", look{font: "serif", points: 10.5, dpi: 200}, 0},
	{"mail", "office@example.com", look{font: "hei", points: 10.5, dpi: 200}, 1},
	{"percent", "35.2%", look{font: "serif", points: 10.5, dpi: 300}, 2},
	{"single", "无", look{font: "song", points: 10.5, dpi: 200}, 0},
	{"long", "该产品基于微服务架构，融合自然语言处理与知识图谱技术，实现公文流转、督查督办、会议管理等业务的全流程数字化，已在省内多个地市部署应用，日均处理公文超过两万件", look{font: "song", points: 10.5, dpi: 200}, 4},
	{"upside-down", "应用软件产品登记表填写说明", look{font: "song", points: 12, dpi: 200, upsideDown: true}, 13},
}

// placed is what testdata/lines.json says of a sample.
type placed struct {
	Text   string `json:"text"`
	Starts []int  `json:"starts"` // pixels where each rune begins, then the end
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		if err := drawSamples(); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func drawSamples() error {
	fonts, err := loadFonts()
	if err != nil {
		return err
	}
	if err := os.MkdirAll("testdata/lines", 0o755); err != nil {
		return err
	}
	manifest := map[string]placed{}
	for i, s := range samples {
		img, starts, err := render(s.text, s.look, fonts, rand.New(rand.NewPCG(uint64(i), 7)))
		if err != nil {
			return err
		}
		manifest[s.name] = placed{s.text, starts}
		f, err := os.Create(filepath.Join("testdata/lines", s.name+".png"))
		if err != nil {
			return err
		}
		if err := png.Encode(f, img); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(manifest, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile("testdata/lines.json", append(data, '\n'), 0o644)
}

func loadSample(t testing.TB, name string) (image.Image, placed) {
	t.Helper()
	data, err := os.ReadFile("testdata/lines.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest map[string]placed
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join("testdata/lines", name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img, manifest[name]
}

// openPPOCR finds the models as the program does, with the repository's bin
// as the program's folder.
func openPPOCR(t testing.TB) *ppocr.Engine {
	t.Helper()
	cfg, err := ppocr.Find(ppocr.Config{}, os.Getenv, "../../bin")
	if err != nil {
		t.Fatalf("%v\n`make test` fetches the models; extract/ocr/fetch-models bin/models does it alone", err)
	}
	e, err := ppocr.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func openTesseract(t testing.TB, clients int) *tesseract.Engine {
	t.Helper()
	e, err := tesseract.Open(tesseract.Config{Clients: clients})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// fold takes away what the two readers write differently and normalize folds
// too: spaces and full-width punctuation.
func fold(s string) string {
	return strings.NewReplacer(" ", "", "：", ":", "，", ",", "（", "(", "）", ")", "％", "%").Replace(s)
}

func TestSamplesAreCurrent(t *testing.T) {
	for _, s := range samples {
		img, p := loadSample(t, s.name)
		if p.Text != s.text {
			t.Errorf("%s: testdata has %q, the table %q; run with -update", s.name, p.Text, s.text)
		}
		if len(p.Starts) != utf8.RuneCountInString(s.text)+1 || p.Starts[len(p.Starts)-1] > img.Bounds().Dx() {
			t.Errorf("%s: %d starts for %q in %d pixels", s.name, len(p.Starts), s.text, img.Bounds().Dx())
		}
	}
}

func TestPPOCRReadsSamples(t *testing.T) {
	e := openPPOCR(t)
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			img, p := loadSample(t, s.name)
			upsideDown, score, err := e.Direction(context.Background(), img)
			if err != nil || upsideDown != s.look.upsideDown || score < 0.5 {
				t.Errorf("Direction = %v, %.3f, %v; want %v", upsideDown, score, err, s.look.upsideDown)
			}
			if upsideDown {
				img = turned(img)
			}
			r, err := e.ReadLine(context.Background(), img)
			if err != nil {
				t.Fatal(err)
			}
			if fold(r.Text) != fold(s.text) {
				t.Fatalf("read %q, want %q", r.Text, s.text)
			}
			checkReading(t, r, img.Bounds().Dx())
			checkOrder(t, r)
			if r.Score < 0.8 {
				t.Errorf("score %.3f for a line that is right", r.Score)
			}
			if s.look.upsideDown || len(r.Chars)+1 != len(p.Starts) {
				return // places are known for upright lines read rune for rune
			}
			em := s.look.points * s.look.dpi / 72
			for i, c := range r.Chars {
				got, want := (c.X0+c.X1)/2, float64(p.Starts[i]+p.Starts[i+1])/2
				if math.Abs(got-want) > em*0.4 {
					t.Errorf("rune %d of %q: centre at %.0f, drawn at %.0f", i, r.Text, got, want)
				}
			}
		})
	}
}

func TestTesseractReadsSamples(t *testing.T) {
	e := openTesseract(t, 1)
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			img, _ := loadSample(t, s.name)
			r, err := e.ReadLine(context.Background(), img)
			if err != nil {
				t.Fatal(err)
			}
			if n := edits([]rune(fold(r.Text)), []rune(fold(s.text))); n > s.slips {
				t.Errorf("read %q, want %q: %d slips, %d allowed", r.Text, s.text, n, s.slips)
			}
			checkReading(t, r, img.Bounds().Dx())
		})
	}
}

// checkReading holds a reading to what ocr.Reading promises.
func checkReading(t *testing.T, r ocr.Reading, width int) {
	t.Helper()
	if n := utf8.RuneCountInString(r.Text); n != len(r.Chars) {
		t.Fatalf("%d runes in %q, %d chars", n, r.Text, len(r.Chars))
	}
	sum := 0.0
	for i, c := range r.Chars {
		if c.X0 < 0 || c.X1 < c.X0 || c.X1 > float64(width) {
			t.Errorf("char %d of %q spans %.1f to %.1f of %d", i, r.Text, c.X0, c.X1, width)
		}
		if c.Score < 0 || c.Score > 1 {
			t.Errorf("char %d of %q has score %v", i, r.Text, c.Score)
		}
		sum += c.Score
	}
	if len(r.Chars) > 0 && math.Abs(r.Score-sum/float64(len(r.Chars))) > 1e-9 {
		t.Errorf("score %v is not the mean %v", r.Score, sum/float64(len(r.Chars)))
	}
}

// checkOrder holds characters to their order on the page, which Tesseract's
// boxes do not always keep.
func checkOrder(t *testing.T, r ocr.Reading) {
	t.Helper()
	for i := range r.Chars[1:] {
		if a, b := r.Chars[i], r.Chars[i+1]; b.X0+b.X1 <= a.X0+a.X1 {
			t.Errorf("char %d of %q at %.1f comes before %.1f", i+1, r.Text, b.X0, a.X0)
		}
	}
}

// Pictures of every kind must read alike: each has a way of its own into the
// models.
func TestPictureKinds(t *testing.T) {
	e := openPPOCR(t)
	grey, p := loadSample(t, "clean")
	b := grey.Bounds()
	rgba, nrgba, offset := image.NewRGBA(b), image.NewNRGBA(b), image.NewGray(b.Add(image.Pt(31, 17)))
	clear := image.NewRGBA(b) // dark print on nothing
	ycc := image.NewYCbCr(b, image.YCbCrSubsampleRatio420)
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = 128, 128
	}
	draw.Draw(rgba, b, grey, b.Min, draw.Src)
	draw.Draw(nrgba, b, grey, b.Min, draw.Src)
	draw.Draw(offset, offset.Rect, grey, b.Min, draw.Src)
	for y := range b.Dy() {
		for x := range b.Dx() {
			v := color.GrayModel.Convert(grey.At(x, y)).(color.Gray).Y
			ycc.Y[ycc.YOffset(x, y)] = v
			clear.SetRGBA(x, y, color.RGBA{A: 255 - v})
		}
	}
	for name, img := range map[string]image.Image{"gray": grey, "rgba": rgba, "nrgba": nrgba, "offset": offset, "ycbcr": ycc, "transparent": clear} {
		r, err := e.ReadLine(context.Background(), img)
		if err != nil || r.Text != p.Text {
			t.Errorf("%s: read %q, %v; want %q", name, r.Text, err, p.Text)
		}
	}
}

// A line wider than one run is cut between characters: nothing is lost and
// places go on over the cut.
func TestVeryWideLine(t *testing.T) {
	e := openPPOCR(t)
	img, p := loadSample(t, "long")
	b := img.Bounds()
	wide := image.NewGray(image.Rect(0, 0, 2*b.Dx(), b.Dy()))
	draw.Draw(wide, b, img, b.Min, draw.Src)
	draw.Draw(wide, b.Add(image.Pt(b.Dx(), 0)), img, b.Min, draw.Src)
	if wide.Rect.Dx()*48/b.Dy() < 2400 {
		t.Fatalf("the picture is only %d × %d: it would not be cut", wide.Rect.Dx(), b.Dy())
	}
	r, err := e.ReadLine(context.Background(), wide)
	if err != nil {
		t.Fatal(err)
	}
	if want := fold(p.Text + p.Text); fold(r.Text) != want {
		t.Errorf("read %q, want %q", fold(r.Text), want)
	}
	checkReading(t, r, wide.Rect.Dx())
	checkOrder(t, r)
	if last := r.Chars[len(r.Chars)-1]; last.X1 < float64(wide.Rect.Dx()-b.Dy()*2) {
		t.Errorf("the last character ends at %.0f of %d", last.X1, wide.Rect.Dx())
	}
}

func TestDetectFindsLines(t *testing.T) {
	e := openPPOCR(t)
	page := image.NewGray(image.Rect(0, 0, 1654, 2339))
	draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
	var boxes []image.Rectangle
	y := 200
	for _, name := range []string{"clean", "kai", "small", "date", "phone", "mail", "single"} {
		img, _ := loadSample(t, name)
		box := img.Bounds().Add(image.Pt(190, y))
		draw.Draw(page, box, img, image.Point{}, draw.Src)
		boxes = append(boxes, box)
		y += 120
	}
	regions, err := e.Detect(context.Background(), page)
	if err != nil {
		t.Fatal(err)
	}
	if len(regions) != len(boxes) {
		t.Errorf("%d regions for %d lines", len(regions), len(boxes))
	}
	for _, box := range boxes {
		found := false
		for _, r := range regions {
			x0, y0, x1, y1 := r.Box()
			m := float64(box.Dy()) / 4 // the sample's own margin and some
			n := float64(box.Dy())     // full-width punctuation is mostly blank
			found = found || (math.Abs(x0-float64(box.Min.X)) < n && math.Abs(x1-float64(box.Max.X)) < n &&
				math.Abs(y0-float64(box.Min.Y)) < m && math.Abs(y1-float64(box.Max.Y)) < m)
		}
		if !found {
			t.Errorf("no region for the line at %v in %v", box, regions)
		}
	}
	draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
	if regions, err := e.Detect(context.Background(), page); err != nil || len(regions) > 0 {
		t.Errorf("found %v, %v on white", regions, err)
	}
	if _, err := e.Detect(context.Background(), image.White); err == nil {
		t.Error("detected on a picture without end")
	}
}

func TestReadersRefuse(t *testing.T) {
	for _, reader := range []ocr.Reader{openPPOCR(t), openTesseract(t, 1)} {
		if _, err := reader.ReadLine(context.Background(), image.NewGray(image.Rectangle{})); err == nil {
			t.Errorf("%s read a picture without pixels", reader.Name())
		}
		if _, err := reader.ReadLine(context.Background(), nil); err == nil {
			t.Errorf("%s read no picture", reader.Name())
		}
		img, _ := loadSample(t, "single")
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := reader.ReadLine(ctx, img); err == nil || !strings.Contains(err.Error(), "canceled") {
			t.Errorf("%s read after cancel: %v", reader.Name(), err)
		}
		white := image.NewGray(image.Rect(0, 0, 200, 40))
		draw.Draw(white, white.Rect, image.White, image.Point{}, draw.Src)
		if r, err := reader.ReadLine(context.Background(), white); err != nil || r.Text != "" || r.Score != 0 {
			t.Errorf("%s read %q, %v on white", reader.Name(), r.Text, err)
		}
		if strings.TrimSpace(reader.Version()) == "" || strings.Contains(reader.Version(), "unknown") {
			t.Errorf("%s has version %q", reader.Name(), reader.Version())
		}
	}
}

// Readers are shared by goroutines: each must get the answer for its own line.
func TestReadersTogether(t *testing.T) {
	for _, reader := range []ocr.Reader{openPPOCR(t), openTesseract(t, 2)} {
		var group sync.WaitGroup
		for _, name := range []string{"clean", "date", "phone", "percent"} {
			img, _ := loadSample(t, name)
			alone, err := reader.ReadLine(context.Background(), img)
			if err != nil || alone.Text == "" {
				t.Fatalf("%s read %q, %v", reader.Name(), alone.Text, err)
			}
			group.Go(func() {
				for range 5 {
					r, err := reader.ReadLine(context.Background(), img)
					if err != nil || r.Text != alone.Text || r.Score != alone.Score {
						t.Errorf("%s read %q (%v), %v; alone it was %q (%v)", reader.Name(), r.Text, r.Score, err, alone.Text, alone.Score)
					}
				}
			})
		}
		group.Wait()
	}
}

func TestEnginesShareRuntime(t *testing.T) {
	first, second := openPPOCR(t), openPPOCR(t)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	img, p := loadSample(t, "clean")
	if r, err := second.ReadLine(context.Background(), img); err != nil || r.Text != p.Text {
		t.Errorf("after the first engine was closed the second read %q, %v", r.Text, err)
	}
	if _, _, lines := second.Spent(); lines != 1 {
		t.Errorf("Spent counts %d lines, want 1", lines)
	}
}

func TestTesseractUnavailable(t *testing.T) {
	_, err := tesseract.Open(tesseract.Config{Language: "xx_none", DataDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "tesseract-ocr-xx-none") {
		t.Errorf("opening a language that is not there: %v", err)
	}
	e := openTesseract(t, 1)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	img, _ := loadSample(t, "clean")
	if _, err := e.ReadLine(context.Background(), img); err == nil {
		t.Error("read after Close")
	}
}

func turned(img image.Image) image.Image {
	b := img.Bounds()
	rgba := image.NewRGBA(b)
	draw.Draw(rgba, b, img, b.Min, draw.Src)
	return halfTurn(rgba)
}

// edits is Levenshtein's distance.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		above := row[0]
		row[0] = i + 1
		for j := range b {
			cost := above
			if a[i] != b[j] {
				cost++
			}
			above = row[j+1]
			row[j+1] = min(cost, above+1, row[j]+1)
		}
	}
	return row[len(b)]
}
