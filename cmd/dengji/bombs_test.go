package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"dengji/extract"
)

// bomb is a small file that would cost much if it were believed. All are made
// here, so that no large file lies in the repository.
type bomb struct {
	name   string
	make   func(testing.TB) []byte
	status extract.Status // what becomes of it
}

// bombs are read one by one by TestBombs and BenchmarkBombs.
func bombs() []bomb {
	const tooLarge, damaged = extract.StatusTooLarge, extract.StatusDamaged
	list := []bomb{
		{"zip-1000-to-1.docx", docxOf("word/document.xml", spaces(600<<20)), tooLarge},
		{"zip-1000-to-1-in-one-part.docx", docxOf("word/document.xml", spaces(40<<20)), tooLarge},
		{"zip-1000-to-1-nobody-reads.docx", docxOf("word/embeddings/x.bin", spaces(40<<20)), tooLarge},
		{"zip-declares-less.docx", liar, damaged},
		{"zip-entries.docx", manyEntries("word/%d.xml", 2_000_000), tooLarge},
		{"zip-entries.zip", manyEntries("%d", 2_000_000), tooLarge},
		{"nested-tags.docx", docxOf("word/document.xml", nested(2_000_000)), tooLarge},
		{"nested-tags-in-links.docx", docxOf("word/_rels/document.xml.rels", nested(2_000_000)), tooLarge},
		{"nested-tags-in-styles.docx", docxOf("word/styles.xml", func() io.Reader {
			return io.MultiReader(strings.NewReader("<w:styles><!-- vanish -->"), nested(2_000_000)())
		}), tooLarge},
		{"nested-tags-in-a-sheet.xlsx", xlsxOf("xl/worksheets/sheet1.xml", nested(2_000_000)), tooLarge},
		{"nested-tags-in-strings.xlsx", xlsxOf("xl/sharedStrings.xml", nested(2_000_000)), tooLarge},
		// Whoever joins a text piece by piece copies it millions of times.
		{"text-in-pieces.docx", docxOf("word/document.xml", repeated(wordStart+"<w:p><w:r><w:t>", "%x<!---->", 3_000_000, "</w:t></w:r></w:p>"+wordEnd)), tooLarge},
		{"paragraphs.docx", docxOf("word/document.xml", repeated(wordStart, "<w:p><w:r><w:t>%x</w:t></w:r></w:p>", 1_200_000, wordEnd)), tooLarge},
		{"breaks.docx", docxOf("word/document.xml", repeated(wordStart+"<w:p><w:r>", "<w:t>□%x√</w:t><w:br/>", 1_500_000, "</w:r></w:p>"+wordEnd)), tooLarge},
		{"cells.docx", docxOf("word/document.xml", repeated(wordStart+"<w:tbl>", "<w:tr><w:tc><!--%x--></w:tc></w:tr>", 1_200_000, "</w:tbl>"+wordEnd)), tooLarge},
		{"fields.docx", docxOf("word/document.xml", repeated(wordStart+"<w:p><w:r>", `<w:fldChar w:fldCharType="begin"/><w:t>%x</w:t>`, 900_000, "</w:r></w:p>"+wordEnd)), tooLarge},
		{"prompts.docx", docxOf("word/document.xml", repeated(wordStart, "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>%x</w:t></w:r></w:p></w:sdtContent></w:sdt>", 400_000, wordEnd)), extract.StatusNoText},
		{"shared-string.xlsx", xlsxOf("xl/sharedStrings.xml", repeated("<sst><si><t>", "国%x", 1_000_000, "</t></si></sst>")), tooLarge},
		{"shared-rich-string.xlsx", xlsxOf("xl/sharedStrings.xml", repeated("<sst><si>", "<r><t>国%x</t></r>", 500_000, "</si></sst>")), tooLarge},
		{"far-cell.xlsx", xlsxOf("xl/worksheets/sheet1.xml", repeated(
			`<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>`, "远", 1, `</t></is></c></row></sheetData></worksheet>`)), extract.StatusNoText},
		{"picture.docx", pictureDocx, extract.StatusNoText},
	}
	for _, p := range pictureHeaders(100_000, 100_000) {
		status := tooLarge
		if p.ext == "webp" {
			status = damaged // more pixels than the format allows
		}
		list = append(list, bomb{"huge." + p.ext, func(testing.TB) []byte { return p.data }, status})
	}
	for _, p := range pictureHeaders(40_000, 40_000) {
		list = append(list, bomb{"large." + p.ext, func(testing.TB) []byte { return p.data }, tooLarge})
	}
	return append(list, pdfBombs()...)
}

// spaces is n bytes that shrink a thousandfold.
func spaces(n int64) func() io.Reader {
	return func() io.Reader { return io.LimitReader(filler(" "), n) }
}

// filler repeats a text without end.
type filler string

func (f filler) Read(b []byte) (int, error) {
	n := 0
	for n+len(f) <= len(b) {
		n += copy(b[n:], f)
	}
	return n, nil
}

// repeated is head, n times body with a number of its own (for %x), and tail.
// The numbers keep the ratio small, as one who knows of it would.
func repeated(head, body string, n int, tail string) func() io.Reader {
	return func() io.Reader {
		var b bytes.Buffer
		b.WriteString(head)
		for i := range n {
			if !strings.Contains(body, "%") {
				b.WriteString(body)
				continue
			}
			fmt.Fprintf(&b, body, uint32(i)*2654435761)
		}
		b.WriteString(tail)
		return &b
	}
}

// nested is n elements, one in the other.
func nested(n int) func() io.Reader { return repeated("", "<a%x>", n, "") }

const (
	wordStart = "<w:document><w:body>"
	wordEnd   = "</w:body></w:document>"
)

const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

// office writes a package of fixed parts, one of them replaced.
func office(t testing.TB, parts [][2]string, name string, body func() io.Reader) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	put := func(name string, r io.Reader) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.Copy(w, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range parts {
		if p[0] != name {
			put(p[0], strings.NewReader(p[1]))
		}
	}
	if body != nil {
		put(name, body())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func docxOf(name string, body func() io.Reader) func(testing.TB) []byte {
	return func(t testing.TB) []byte {
		return office(t, [][2]string{
			{"[Content_Types].xml", `<Types><Default Extension="xml" ContentType="application/xml"/></Types>`},
			{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="` + relationships + `officeDocument" Target="word/document.xml"/></Relationships>`},
			{"word/_rels/document.xml.rels", `<Relationships><Relationship Id="r1" Type="` + relationships + `styles" Target="styles.xml"/></Relationships>`},
			{"word/document.xml", `<w:document><w:body><w:p><w:r><w:t>好</w:t></w:r></w:p></w:body></w:document>`},
		}, name, body)
	}
}

func xlsxOf(name string, body func() io.Reader) func(testing.TB) []byte {
	var cells strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&cells, `<row r="%d">`, i+1)
		for range 20 {
			cells.WriteString(`<c t="s"><v>0</v></c>`)
		}
		cells.WriteString(`</row>`)
	}
	return func(t testing.TB) []byte {
		return office(t, [][2]string{
			{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`},
			{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + relationships + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
			{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>`},
			{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + relationships + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + relationships + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
			{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + cells.String() + `</sheetData></worksheet>`},
			{"xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>好</t></si></sst>`},
		}, name, body)
	}
}

// liar declares 100 bytes for a part that inflates to 600 MiB.
func liar(t testing.TB) []byte {
	data := docxOf("word/document.xml", spaces(600<<20))(t)
	name := []byte("word/document.xml")
	for at := 0; ; {
		i := bytes.Index(data[at:], name)
		if i < 0 {
			return data
		}
		at += i
		// The size stands 46-24 bytes before the name in the directory, 30-22
		// in the part's own header (which names it in a descriptor after it).
		if at >= 46 && bytes.HasPrefix(data[at-46:], []byte("PK\x01\x02")) {
			binary.LittleEndian.PutUint32(data[at-46+24:], 100)
		}
		at += len(name)
	}
}

// manyEntries is a directory of n empty entries, all of them one and the same
// local entry.
func manyEntries(name string, n int) func(testing.TB) []byte {
	return func(testing.TB) []byte {
		var b bytes.Buffer
		b.WriteString("PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00x")
		start := b.Len()
		head := make([]byte, 46)
		copy(head, "PK\x01\x02\x14\x00\x14\x00")
		for i := range n {
			s := fmt.Sprintf(name, i)
			binary.LittleEndian.PutUint16(head[28:], uint16(len(s)))
			b.Write(head)
			b.WriteString(s)
		}
		size := b.Len() - start
		end := make([]byte, 22)
		copy(end, "PK\x05\x06")
		binary.LittleEndian.PutUint16(end[8:], uint16(n))
		binary.LittleEndian.PutUint16(end[10:], uint16(n))
		binary.LittleEndian.PutUint32(end[12:], uint32(size))
		binary.LittleEndian.PutUint32(end[16:], uint32(start))
		b.Write(end)
		return b.Bytes()
	}
}

// pictureDocx has every bomb of a picture pasted in, and not a word.
func pictureDocx(t testing.TB) []byte {
	parts := [][2]string{{"word/document.xml", ""}}
	links, body := "", ""
	for i, p := range pictureHeaders(100_000, 100_000) {
		parts = append(parts, [2]string{fmt.Sprintf("word/media/%d.%s", i, p.ext), string(p.data)})
		links += fmt.Sprintf(`<Relationship Id="r%d" Type="%simage" Target="media/%d.%s"/>`, i, relationships, i, p.ext)
		body += fmt.Sprintf(`<w:p><w:r><w:drawing><a:blip r:embed="r%d"/></w:drawing></w:r></w:p>`, i)
	}
	parts = append(parts, [2]string{"word/_rels/document.xml.rels", "<Relationships>" + links + "</Relationships>"})
	parts[0][1] = "<w:document><w:body>" + body + "</w:body></w:document>"
	return office(t, parts, "", nil)
}

type pictureHeader struct {
	ext  string
	data []byte
}

// pictureHeaders claim w × h pixels in each format.
func pictureHeaders(w, h int) []pictureHeader {
	be, le := binary.BigEndian, binary.LittleEndian
	chunk := func(kind string, body []byte) []byte {
		c := be.AppendUint32(nil, uint32(len(body)))
		c = append(append(c, kind...), body...)
		return be.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
	}
	ihdr := append(be.AppendUint32(be.AppendUint32(nil, uint32(w)), uint32(h)), 8, 6, 0, 0, 0)
	pngData := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", ihdr)...)
	pngData = append(pngData, chunk("IDAT", deflated(make([]byte, 1<<20)))...)
	pngData = append(pngData, chunk("IEND", nil)...)

	// JPEG's sides have 16 bits: as large as it can say.
	sof := be.AppendUint16(be.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xc0, 0, 17, 8}, uint16(min(h, 65535))), uint16(min(w, 65535)))
	jpegData := append(sof, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
	jpegData = append(jpegData, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0)

	var tiffData []byte
	tiffData = append(tiffData, "II*\x00\x08\x00\x00\x00"...)
	tags := [][3]uint32{{256, 4, uint32(w)}, {257, 4, uint32(h)}, {258, 3, 8}, {259, 3, 1}, {262, 3, 1}, {273, 4, 8}, {277, 3, 1}, {278, 4, uint32(h)}, {279, 4, 16}}
	tiffData = le.AppendUint16(tiffData, uint16(len(tags)))
	for _, tag := range tags {
		tiffData = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(tiffData, uint16(tag[0])), uint16(tag[1])), 1), tag[2])
	}
	tiffData = le.AppendUint32(tiffData, 0)

	bmpData := make([]byte, 54)
	copy(bmpData, "BM")
	le.PutUint32(bmpData[10:], 54)
	le.PutUint32(bmpData[14:], 40)
	le.PutUint32(bmpData[18:], uint32(w))
	le.PutUint32(bmpData[22:], uint32(h))
	le.PutUint16(bmpData[26:], 1)
	le.PutUint16(bmpData[28:], 24)

	// WebP: the extended header has 24 bits a side; VP8L 14.
	vp8x := append([]byte{0x10, 0, 0, 0}, byte(w-1), byte((w-1)>>8), byte((w-1)>>16), byte(h-1), byte((h-1)>>8), byte((h-1)>>16))
	webpData := append(le.AppendUint32([]byte("VP8X"), uint32(len(vp8x))), vp8x...)
	webpData = append(le.AppendUint32([]byte("RIFF"), uint32(len(webpData)+4)), append([]byte("WEBP"), webpData...)...)

	gifData := le.AppendUint16(le.AppendUint16([]byte("GIF89a"), uint16(min(w, 65535))), uint16(min(h, 65535)))
	gifData = append(gifData, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, ',', 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 1, 0, 0, ';')
	return []pictureHeader{{"png", pngData}, {"jpg", jpegData}, {"tiff", tiffData}, {"bmp", bmpData}, {"webp", webpData}, {"gif", gifData}}
}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}
