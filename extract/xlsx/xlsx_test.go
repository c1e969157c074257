package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dengji/extract"
)

var update = flag.Bool("update", false, "write the golden files anew")

func save(t testing.TB, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "form.xlsx")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// workbook makes a workbook with excelize.
func workbook(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// raw makes a workbook around the XML of one sheet.
func raw(t testing.TB, sheet string, more ...string) []byte {
	t.Helper()
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	parts := []string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + rel + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + sheet + `</worksheet>`,
	}
	parts = append(parts, more...)
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// cellXML is a cell with a text of its own.
func cellXML(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

func rowXML(n int, cells ...string) string {
	return fmt.Sprintf(`<row r="%d">%s</row>`, n, strings.Join(cells, ""))
}

func dump(d *extract.Document) string {
	var b strings.Builder
	for _, t := range d.Tables {
		fmt.Fprintf(&b, "table %d×%d\n", t.Rows, t.Cols)
		for _, c := range t.Cells {
			var lines []string
			for _, l := range c.Lines {
				lines = append(lines, d.Lines[l].Text)
			}
			fmt.Fprintf(&b, "%s %d,%d %d×%d: %s\n", d.Pages[c.Page].Name, c.Row, c.Col, c.RowSpan, c.ColSpan, strings.Join(lines, "/"))
		}
	}
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "! %s\n", p.Code)
	}
	return b.String()
}

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

// checkDocument holds for every Document.
func checkDocument(t testing.TB, d *extract.Document) {
	t.Helper()
	for _, k := range d.Ticks {
		want := extract.TickOff
		if k.On {
			want = extract.TickOn
		}
		if text := []rune(d.Lines[k.Line].Text); k.Rune >= len(text) || text[k.Rune] != want || k.Page != d.Lines[k.Line].Page {
			t.Fatalf("tick %+v does not point at its rune", k)
		}
	}
	for _, tb := range d.Tables {
		taken := map[[2]int]bool{}
		for _, c := range tb.Cells {
			if c.Row+c.RowSpan > tb.Rows || c.Col+c.ColSpan > tb.Cols || c.RowSpan < 1 || c.ColSpan < 1 {
				t.Fatalf("table of %d×%d: cell %+v", tb.Rows, tb.Cols, c)
			}
			for y := c.Row; y < c.Row+c.RowSpan; y++ {
				for x := c.Col; x < c.Col+c.ColSpan; x++ {
					if taken[[2]int{y, x}] {
						t.Fatalf("place %d,%d taken twice", y, x)
					}
					taken[[2]int{y, x}] = true
				}
			}
		}
	}
}

func TestSheets(t *testing.T) {
	data := func(rows ...string) string { return `<sheetData>` + strings.Join(rows, "") + `</sheetData>` }
	for _, c := range []struct{ name, sheet, want string }{
		{"values and empty places", data(rowXML(1, cellXML("A1", "a"), cellXML("C1", "c")), rowXML(3, cellXML("B3", "x\ny"))),
			lines("table 3×3", "S 0,0 1×1: a", "S 0,1 1×1: ", "S 0,2 1×1: c", "S 2,0 1×1: ", "S 2,1 1×1: x/y", "S 2,2 1×1: ")},
		{"merged", data(rowXML(1, cellXML("A1", "a"), cellXML("C1", "b")), rowXML(2, cellXML("C2", "c"))) + `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
			lines("table 2×3", "S 0,0 2×2: a", "S 0,2 1×1: b", "S 1,2 1×1: c")},
		{"merged beyond the last text, and out of sight", data(rowXML(1, cellXML("A1", "a"))) + `<mergeCells><mergeCell ref="A1:C2"/><mergeCell ref="X9:Z9"/></mergeCells>`,
			lines("table 2×3", "S 0,0 2×3: a")},
		{"overlapping and endless ranges", data(rowXML(1, cellXML("A1", "a"), cellXML("B1", "b"))) + `<mergeCells><mergeCell ref="A1:A1"/><mergeCell ref="A1:A2"/><mergeCell ref="A1:XFD1048576"/></mergeCells>`,
			""},
		{"ticks", data(rowXML(1, cellXML("A1", "□基础软件 √应用软件"), cellXML("B1", "误差√2"))),
			lines("table 1×2", "S 0,0 1×1: □基础软件 ☑应用软件", "S 0,1 1×1: 误差√2")},
		{"hidden row and column", `<cols><col min="2" max="2" hidden="1"/></cols>` + data(rowXML(1, cellXML("A1", "a"), cellXML("B1", "no")), `<row r="2" hidden="1">`+cellXML("A2", "no")+`</row>`),
			lines("table 1×1", "S 0,0 1×1: a", "! hidden_text")},
		{"rows without numbers", data(`<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>`, `<row><c t="str"><v>c</v></c></row>`),
			lines("table 2×2", "S 0,0 1×1: a", "S 0,1 1×1: b", "S 1,0 1×1: c", "S 1,1 1×1: ")},
		{"the last place of a sheet", data(rowXML(1, cellXML("A1", "a")), rowXML(1048576, cellXML("XFD1048576", "no"))),
			lines("table 1×1", "S 0,0 1×1: a", "! sheet_truncated")},
		{"the last column of a sheet", data(rowXML(1, cellXML("A1", "a"), cellXML("XFD1", "no"))),
			lines("table 1×1", "S 0,0 1×1: a", "! sheet_truncated")},
		{"formatted emptiness to the end", data(rowXML(1, cellXML("A1", "a"), `<c r="XFD1" s="0"/>`)),
			lines("table 1×1", "S 0,0 1×1: a")},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			d, _, err := Open(context.Background(), save(t, raw(t, c.sheet)), extract.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			checkDocument(t, d)
			if got := dump(d); c.want != "" && got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// form is the registration form as a company would fill it in with Excel.
func form(t testing.TB) []byte {
	return workbook(t, func(f *excelize.File) {
		must := func(err error) {
			if err != nil {
				t.Helper()
				t.Fatal(err)
			}
		}
		style := func(n int, custom string) int {
			s := &excelize.Style{NumFmt: n}
			if custom != "" {
				s = &excelize.Style{CustomNumFmt: &custom}
			}
			id, err := f.NewStyle(s)
			must(err)
			return id
		}
		must(f.SetSheetName("Sheet1", "登记表"))
		day := time.Date(2021, 6, 15, 0, 0, 0, 0, time.UTC)
		for ref, v := range map[string]any{
			"A1": "优秀软件产品登记表", "A2": "企业名称", "B2": "济南某某软件有限公司", "A3": "主营业务", "B3": "□基础软件 √应用软件",
			"A4": "产品名称", "B4": "发布时间", "C4": "收入占比", "D4": "市场占有率", "E4": "电话", "F4": "发布时间2",
			"A5": "某某平台V1.0", "B5": day, "C5": 0.352, "D5": 12, "E5": 13800000000, "F5": day,
		} {
			must(f.SetCellValue("登记表", ref, v))
		}
		must(f.SetCellStyle("登记表", "B5", "B5", style(14, "")))
		must(f.SetCellStyle("登记表", "C5", "C5", style(10, "")))
		must(f.SetCellStyle("登记表", "F5", "F5", style(0, `yyyy"年"m"月"d"日"`)))
		must(f.MergeCell("登记表", "A1", "F1"))
		must(f.MergeCell("登记表", "B2", "F2"))
		must(f.MergeCell("登记表", "B3", "F3"))
		_, err := f.NewSheet("空表")
		must(err)
		_, err = f.NewSheet("词表")
		must(err)
		must(f.SetCellValue("词表", "A1", "no"))
		must(f.SetSheetVisible("词表", false))
		must(f.AddFormControl("登记表", excelize.FormControl{Cell: "A7", Type: excelize.FormControlCheckBox, Checked: true, Text: "已盖章"}))
		for _, p := range [][2]int{{600, 500}, {50, 50}} {
			must(f.AddPictureFromBytes("登记表", "H1", &excelize.Picture{Extension: ".png", File: picture(t, p[0], p[1]), Format: &excelize.GraphicOptions{}}))
		}
	})
}

func TestForm(t *testing.T) {
	d, sheets, err := Open(context.Background(), save(t, form(t)), extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	checkDocument(t, d)
	n := 0
	for s, err := range sheets {
		if err != nil || s.Image == nil || s.Page.Name != "picture 1" {
			t.Errorf("%+v: %v", s.Page, err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d pictures, want 1", n)
	}
	d.Size = 0
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
		t.Errorf("differs from %s (run with -update and look):\n%s", golden, dump(d))
	}
}

func TestRefusals(t *testing.T) {
	whole := form(t)
	ole := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	encrypted := append(bytes.Clone(ole), []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")...)
	text := `<sheetData>` + rowXML(1, cellXML("A1", "a")) + `</sheetData>`
	loose := extract.DefaultLimits()
	loose.InflateRatio = 1 << 30
	for _, c := range []struct {
		name string
		data []byte
		want extract.Status
		says string
	}{
		{"no bytes", nil, extract.StatusEmpty, "重新发送"},
		{"not a zip", []byte("MZ"), extract.StatusDamaged, "XLSX"},
		{"old Excel", ole, extract.StatusUnsupported, "另存为 XLSX"},
		{"encrypted", encrypted, extract.StatusEncrypted, "取消密码"},
		{"truncated", whole[:len(whole)/2], extract.StatusDamaged, "重新导出"},
		{"sheet breaks off", raw(t, text+`<cols>`), extract.StatusDamaged, "重新导出"},
		{"rows out of order", raw(t, `<sheetData>`+rowXML(2, cellXML("A2", "a"))+rowXML(1, cellXML("A1", "b"))+`</sheetData>`), extract.StatusDamaged, "重新导出"},
		{"cells out of order", raw(t, `<sheetData>`+rowXML(1, cellXML("B1", "a"), cellXML("A1", "b"))+`</sheetData>`), extract.StatusDamaged, "重新导出"},
		{"nothing in it", workbook(t, func(*excelize.File) {}), extract.StatusNoText, "没有文字"},
		{"2,000,000 nested tags", raw(t, strings.Repeat("<a>", 2_000_000)), extract.StatusTooLarge, "PDF"},
		{"deep shared strings", raw(t, text, "xl/sharedStrings.xml", strings.Repeat("<a>", 2_000_000)), extract.StatusTooLarge, "PDF"},
		{"merged ranges", raw(t, text+`<mergeCells>`+strings.Repeat(`<mergeCell ref="A1:B1"/>`, maxMerges+1)+`</mergeCells>`), extract.StatusTooLarge, "PDF"},
		{"huge part", raw(t, text, "xl/x.xml", "<x>"+strings.Repeat(" ", 70<<20)+"</x>"), extract.StatusTooLarge, "PDF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := save(t, c.data)
			start := time.Now()
			_, _, err := Open(context.Background(), file, loose)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			status, message := extract.StatusOf(err)
			if status != c.want || !strings.Contains(message, c.says) {
				t.Errorf("got %v %q (%v), want %v with %q", status, message, err, c.want, c.says)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Open(ctx, save(t, whole), loose); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
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

func FuzzXLSX(f *testing.F) {
	f.Add(form(f))
	f.Add(raw(f, `<sheetData>`+rowXML(1, cellXML("A1", "□a √b"))+`</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`))
	lim := extract.DefaultLimits()
	lim.InflatedBytes = 8 << 20
	f.Fuzz(func(t *testing.T, data []byte) {
		d, sheets, err := Open(context.Background(), save(t, data), lim)
		if err != nil {
			if status, message := extract.StatusOf(err); status == extract.StatusRead || message == "" {
				t.Fatalf("refused without a word: %v", err)
			}
			return
		}
		checkDocument(t, d)
		for range sheets {
			break
		}
	})
}

// FuzzSheet gets past the zip's checksums, where FuzzXLSX seldom does.
func FuzzSheet(f *testing.F) {
	f.Add(`<sheetData>` + rowXML(1, cellXML("A1", "□a √b"), `<c r="C1" s="1"><v>44362</v></c>`) + `</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`)
	f.Add(`<cols><col min="1" max="3" hidden="1"/></cols><sheetData><row hidden="true"><c t="s"><v>7</v></c></row></sheetData><legacyDrawing id="r1"/>`)
	lim := extract.DefaultLimits()
	f.Fuzz(func(t *testing.T, sheet string) {
		if d, _, err := Open(context.Background(), save(t, raw(t, sheet)), lim); err == nil {
			checkDocument(t, d)
		}
	})
}
