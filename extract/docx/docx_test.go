package docx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"dengji/extract"
	"dengji/extract/opc"
)

var update = flag.Bool("update", false, "write the golden files anew")

func ole(stream string) []byte {
	b := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 504)...)
	for _, u := range utf16.Encode([]rune(stream)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// encryptedZip sets the encryption bit of the first entry, which the central
// directory repeats.
func encryptedZip(t *testing.T) []byte {
	b := docxOf(t, pt("a"))
	i := bytes.LastIndex(b, []byte("PK\x01\x02"))
	b[i+8] |= 1
	return b
}

func TestRefusals(t *testing.T) {
	whole := docxOf(t, pt(strings.Repeat("字", 5000)))
	deep := strings.Repeat("<w:p>", 2_000_000)
	small := func(change func(*extract.Limits)) extract.Limits {
		l := extract.DefaultLimits()
		change(&l)
		return l
	}
	for _, c := range []struct {
		name string
		data []byte
		lim  extract.Limits
		want extract.Status
		says string
	}{
		{"no bytes", nil, extract.DefaultLimits(), extract.StatusEmpty, "重新发送"},
		{"not a zip", []byte("MZ this is a program"), extract.DefaultLimits(), extract.StatusDamaged, "DOCX"},
		{"old Word", ole("WordDocument"), extract.DefaultLimits(), extract.StatusUnsupported, "另存为 DOCX"},
		{"encrypted package", ole("EncryptedPackage"), extract.DefaultLimits(), extract.StatusEncrypted, "取消密码"},
		{"encrypted entry", encryptedZip(t), extract.DefaultLimits(), extract.StatusEncrypted, "取消密码"},
		{"truncated", whole[:len(whole)/2], extract.DefaultLimits(), extract.StatusDamaged, "重新导出"},
		{"broken XML", docxOf(t, "<w:p>"), extract.DefaultLimits(), extract.StatusDamaged, "重新导出"},
		{"wrong nesting", docxOf(t, "<w:p><w:r></w:p></w:r>"), extract.DefaultLimits(), extract.StatusDamaged, "重新导出"},
		{"entities of its own", pack(t, part{mainPart, `<!DOCTYPE d [<!ENTITY a "b">]><w:document><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>`}), extract.DefaultLimits(), extract.StatusDamaged, "重新导出"},
		{"no XML", pack(t, part{mainPart, ""}, rels()), extract.DefaultLimits(), extract.StatusDamaged, "重新导出"},
		{"a part twice", pack(t, document(pt("a")), document(pt("b")), rels()), extract.DefaultLimits(), extract.StatusDamaged, "重新导出"},
		{"a zip of something else", pack(t, part{"a.txt", "x"}), extract.DefaultLimits(), extract.StatusUnsupported, "DOCX"},
		{"nothing in it", docxOf(t, p("")), extract.DefaultLimits(), extract.StatusNoText, "没有文字"},
		{"2,000,000 nested tags", docxOf(t, deep), small(func(l *extract.Limits) { l.InflateRatio = 1 << 30 }), extract.StatusTooLarge, "PDF"},
		{"2,000,000 nested tags in a footnote", docxOf(t, pt("a"), rels("r1 footnotes footnotes.xml"), part{"word/footnotes.xml", deep}), small(func(l *extract.Limits) { l.InflateRatio = 1 << 30 }), extract.StatusTooLarge, "PDF"},
		{"ratio", docxOf(t, pt(strings.Repeat(" ", 50<<20))), extract.DefaultLimits(), extract.StatusTooLarge, "PDF"},
		{"ratio of a part that is not read", docxOf(t, pt("a"), part{"word/x.xml", strings.Repeat("\x00", 50<<20)}), extract.DefaultLimits(), extract.StatusTooLarge, "PDF"},
		{"bytes", whole, small(func(l *extract.Limits) { l.FileBytes = int64(len(whole)) - 1 }), extract.StatusTooLarge, "PDF"},
		{"entries", whole, small(func(l *extract.Limits) { l.ZipEntries = 1 }), extract.StatusTooLarge, "PDF"},
		{"inflated bytes", whole, small(func(l *extract.Limits) { l.InflatedBytes = 9000 }), extract.StatusTooLarge, "PDF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := save(t, c.data)
			start := time.Now()
			_, _, err := Open(context.Background(), file, c.lim)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			status, message := extract.StatusOf(err)
			if strings.Contains(c.name, "nested") != errors.Is(err, opc.ErrDepth) {
				t.Errorf("refused for another reason: %v", err)
			}
			if status != c.want || !strings.Contains(message, c.says) {
				t.Errorf("got %v %q (%v), want %v with %q", status, message, err, c.want, c.says)
			}
		})
	}
	if _, _, err := Open(context.Background(), filepath.Join(t.TempDir(), "none.docx"), extract.DefaultLimits()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Open(ctx, save(t, docxOf(t, pt("a"))), extract.DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestOtherPackages(t *testing.T) {
	root := part{"_rels/.rels", `<Relationships><Relationship Id="r" Type="` + relType + `officeDocument" Target="/word/document2.xml"/></Relationships>`}
	elsewhere := document(pt("a"))
	elsewhere.name = "word/document2.xml"
	wide := utf16.Encode([]rune(strings.Replace(document(pt("中")).data, "UTF-8", "UTF-16", 1)))
	raw := []byte{0xff, 0xfe}
	for _, u := range wide {
		raw = append(raw, byte(u), byte(u>>8))
	}
	gbk := strings.Replace(document(p(tx("\xd6\xd0"))).data, "UTF-8", "GBK", 1)
	for _, c := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"body elsewhere", []part{root, elsewhere}, "a"},
		{"no relationships", []part{document(pt("a"))}, "a"},
		{"UTF-16", []part{{mainPart, string(raw)}, rels()}, "中"},
		{"GBK", []part{{mainPart, gbk}, rels()}, "中"},
		{"byte order mark", []part{{mainPart, "\xef\xbb\xbf" + document(pt("a")).data}, rels()}, "a"},
	} {
		if got := dump(mustRead(t, pack(t, c.parts...))); got != lines(c.want) {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}

func drawing(id, cx string) string {
	return r(`<w:drawing><wp:inline><wp:extent cx="` + cx + `" cy="1"/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="` + id + `"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>`)
}

func TestPictures(t *testing.T) {
	big, red := pngOf(t, 600, 400, color.Black), pngOf(t, 400, 400, color.NRGBA{255, 0, 0, 255})
	huge := []byte(big)
	copy(huge[16:24], []byte{0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0}) // IHDR says 100,000 × 100,000; its checksum is wrong now
	emf := "\x01\x00\x00\x00" + strings.Repeat("\x00", 36) + " EMF" + strings.Repeat("\x00", 60)
	data := docxOf(t,
		p(drawing("r2", "914400")+drawing("r1", "1828800"))+p(drawing("r1", "1"))+
			p(r(`<w:pict><v:shape style="position:absolute;width:144pt;height:72pt"><v:imagedata r:id="r7"/></v:shape></w:pict>`))+
			p(drawing("r3", "1")+drawing("r4", "1")+drawing("r5", "1")+drawing("r6", "1")+drawing("r8", "1")+drawing("none", "1")),
		rels("r1 image media/big.png", "r2 image media/red.PNG", "r3 image media/logo.png", "r4 image media/huge.png", "r5 image media/a.emf",
			"r6 image media/missing.png", "r7 image /word/media/vml.png", "r8 image http://a.cn/x.png"),
		part{"word/media/big.png", big}, part{"word/media/red.png", red}, part{"word/media/logo.png", pngOf(t, 200, 200, color.Black)},
		part{"word/media/huge.png", string(huge)}, part{"word/media/a.emf", emf}, part{"word/media/vml.png", big[:len(big)-30]},
	)
	doc, sheets, err := openBytes(t, data, extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dump(doc), lines("! linked_picture", "! picture_damaged", "! picture_unsupported", "! picture_missing"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	var names []string
	var dpi []float64
	for s, err := range sheets {
		if err != nil {
			names = append(names, "damaged "+s.Page.Name)
			continue
		}
		names, dpi = append(names, s.Page.Name), append(dpi, s.DPI)
		if _, _, _, a := s.Image.At(0, 0).RGBA(); a != 0xffff || s.Page.Number != 0 || s.Page.Source != extract.SourceScan {
			t.Errorf("%+v: alpha %x", s.Page, a)
		}
	}
	if got, want := strings.Join(names, ", "), "picture 1, picture 2, damaged picture 3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(dpi) != 2 || dpi[0] != 400 || dpi[1] != 300 {
		t.Errorf("resolutions %v, want 400 and 300", dpi)
	}
	for s := range sheets { // one picture only: the sequence must stop
		if s.Page.Name != "picture 1" {
			t.Errorf("second pass starts at %s", s.Page.Name)
		}
		break
	}
}

// form is the registration form as a company would fill it in.
func form(t testing.TB) []byte {
	span := func(n string) string { return `<w:gridSpan w:val="` + n + `"/>` }
	head := tr(tc("产品名称"), tc("发布时间（以软著上的时间为准或其他相关证明）"), `<w:tc>`+p(tx("细分类别")+r(`<w:footnoteReference w:id="1"/>`)+tx("（参照主营业务类别）"))+`</w:tc>`,
		tc("应用领域"), tc("产品收入占企业主营业务收入比重（%）"), tc("市场占有率（%）"), tc("产品出口额占产品总收入比重（%）"))
	body := pt("优秀软件产品登记表") + pt("一、企业基本信息") +
		tbl(gridOf(7),
			tr(tcx(span("7"), p(tx("企业名")+tx("称（填写企业全")+tx("称并盖章）：")+tx("济南某某软件有限公司")))),
			tr(tcx(span("3"), pt("法人代表姓名：王某")), tcx(span("4"), p(tx("企业网址：")+`<w:hyperlink>`+tx("https://www.example.cn")+`</w:hyperlink>`))),
			tr(tcx(span("7"), pt("主营业务（可多选）：")+p(box("0", tx("☐"))+tx("基础软件   ")+sym("Wingdings", "F0A8")+tx("工业软件   □支撑软件   √应用软件   □其他软件")))),
		) + pt("二、优秀创新产品信息（没有的请填“无”）") +
		tbl(gridOf(7), head,
			tr(tc("某某平台V1.0"), tc("2021-06-15"), tc("应用软件"), tc("电子政务"), tc("约35.2％"), tc("12%"), tc("无")),
			tr(tc(""), tc(""), tc(""), tc(""), tc(""), tc(""), tc("")),
			tr(tcx(span("7"), pt("软件产品简述（500字以内）：")+strings.Repeat(pt(strings.Repeat("本产品面向政务场景。", 12)), 4))),
		) + p(drawing("rId9", "5486400"))
	return docxOf(t, body, rels("rId1 footnotes footnotes.xml", "rId9 image media/image1.png"),
		story("word/footnotes.xml", "footnotes", `<w:footnote w:id="1">`+p(r(`<w:footnoteRef/>`)+tx("基础软件：能够对硬件资源进行调度和管理"))+`</w:footnote>`),
		part{"word/media/image1.png", pngOf(t, 1200, 600, color.Black)})
}

func TestGolden(t *testing.T) {
	d := mustRead(t, form(t))
	checkDocument(t, d)
	d.Size = 0 // of the test's own zip writer
	got, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "form.json")
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(want), got) {
		t.Errorf("differs from %s (run with -update and look):\n%s", golden, got)
	}
}

func BenchmarkOpen(b *testing.B) {
	file := save(b, form(b))
	for b.Loop() {
		if _, _, err := Open(context.Background(), file, extract.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzDocument(f *testing.F) {
	f.Add(document(pt("a")).data)
	f.Add(document(tbl(tr(tcx(`<w:vMerge w:val="restart"/>`, pt("□a √b"))), tr(tcx(`<w:vMerge/><w:gridSpan w:val="3"/>`, p(box("1", tx("☐"))))))).data)
	f.Add(document(p(fld("begin", `<w:ffData><w:checkBox/></w:ffData>`) + r(`<w:pict>`+txbx(tbl(tr(tc("a"))))+`</w:pict>`))).data)
	lim := extract.DefaultLimits()
	f.Fuzz(func(t *testing.T, xml string) {
		b := newBuilder(context.Background(), lim)
		if err := b.story(nil, []byte(xml)); err != nil {
			return
		}
		d := b.finish()
		checkDocument(t, d)
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
	})
}
