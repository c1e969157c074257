package docx

import (
	"strings"
	"testing"

	"dengji/extract"
)

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

func box(state, content string) string {
	return `<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="` + state + `"/></w14:checkbox></w:sdtPr><w:sdtContent>` + content + `</w:sdtContent></w:sdt>`
}

func fld(kind, inner string) string {
	return r(`<w:fldChar w:fldCharType="` + kind + `">` + inner + `</w:fldChar>`)
}

func txbx(s string) string { return `<w:txbxContent>` + s + `</w:txbxContent>` }

func sym(font, char string) string {
	return r(`<w:sym w:font="` + font + `" w:char="` + char + `"/>`)
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"runs split anywhere", p(tx("企") + tx("业") + tx("名") + tx("称") + tx("：某某")), lines("企业名称：某某")},
		{"space kept only where it says so", p(r(`<w:t> a </w:t>`) + r(`<w:t xml:space="preserve"> b</w:t>`)), lines("a b")},
		{"line break in source is a space", p(tx("a\nb")), lines("a b")},
		{"tab, break, hyphen", p(tx("电话") + r(`<w:tab/>`) + tx("0531") + r(`<w:noBreakHyphen/>`) + tx("1") + r(`<w:br/>`) + tx("邮箱")), lines("电话\t0531-1", "邮箱")},
		{"empty paragraphs", p("") + pt(" ") + pt("x"), lines("x")},
		{"entities", pt("A&amp;B&#x4E2D;"), lines("A&B中")},
		{"tabs of a paragraph's properties", p(`<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>` + tx("x")), lines("x")},
		{"other prefixes", `<ns0:p><ns0:r><ns0:t>x</ns0:t></ns0:r></ns0:p>`, lines("x")},
		// Wrapped text.
		{"hyperlink", p(`<w:hyperlink r:id="x">` + tx("www.a.cn") + `</w:hyperlink>`), lines("www.a.cn")},
		{"smart tag", p(`<w:smartTag><w:smartTagPr/>` + tx("济南") + `</w:smartTag>`), lines("济南")},
		{"simple field", p(`<w:fldSimple w:instr="DATE">` + tx("2021年") + `</w:fldSimple>`), lines("2021年")},
		{"ruby", p(r(`<w:ruby><w:rubyPr/><w:rt>` + tx("jǐ") + `</w:rt><w:rubyBase>` + tx("济") + `</w:rubyBase></w:ruby>`)), lines("济")},
		{"formula", p(`<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>`), lines("1/2")},
		{"superscript", p(tx("10") + r(`<w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>6</w:t>`)), lines("10⁶")},
		// Fields.
		{"complex field", p(fld("begin", "") + r(`<w:instrText>HYPERLINK "x"</w:instrText>`) + fld("separate", "") + tx("a@b.cn") + fld("end", "") + tx("!")), lines("a@b.cn!")},
		{"field in a field's code", p(fld("begin", "") + fld("begin", "") + fld("separate", "") + tx("no") + fld("end", "") + fld("separate", "") + tx("yes") + fld("end", "")), lines("yes")},
		{"field never closed", p(fld("begin", "")+tx("no")) + pt("yes"), lines("yes")},
		{"field over paragraphs", p(fld("begin", "")+fld("separate", "")+tx("a")) + p(tx("b")+fld("end", "")), lines("a", "b")},
		{"end without begin", p(fld("end", "") + tx("a")), lines("a")},
		{"drop-down field", p(fld("begin", `<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData>`) + fld("end", "")), lines("乙")},
		// Tracked changes.
		{"inserted and deleted", p(tx("a") + `<w:ins>` + tx("b") + `</w:ins><w:del>` + r(`<w:delText>c</w:delText>`) + tx("d") + `</w:del>`), lines("ab")},
		{"moved", p(`<w:moveFrom>`+tx("no")+`</w:moveFrom>`) + p(`<w:moveTo>`+tx("yes")+`</w:moveTo>`), lines("yes")},
		{"deleted inside inserted", p(`<w:ins><w:del>` + tx("no") + `</w:del>` + tx("yes") + `</w:ins>`), lines("yes")},
		{"deleted text outside its element", p(r(`<w:delText>no</w:delText>`) + tx("yes")), lines("yes")},
		{"deleted end of paragraph", p(`<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>`+tx("企业")) + pt("名称"), lines("企业名称")},
		{"deleted end of the last paragraph", p(`<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + tx("企业")), lines("企业")},
		{"old properties do not count", p(r(`<w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>a</w:t>`)), lines("a")},
		// Comments and notes.
		{"comment and note marks", p(`<w:commentRangeStart w:id="1"/>` + tx("a") + `<w:commentRangeEnd w:id="1"/>` + r(`<w:commentReference w:id="1"/>`) + r(`<w:footnoteReference w:id="2"/>`) + tx("b")), lines("ab")},
		// Hidden text.
		{"hidden", p(r(`<w:rPr><w:vanish/></w:rPr><w:t>no</w:t>`) + tx("yes")), lines("yes", "! hidden_text")},
		{"not hidden", p(r(`<w:rPr><w:vanish w:val="0"/></w:rPr><w:t>yes</w:t>`)), lines("yes")},
		{"hidden end of paragraph", p(`<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>` + tx("yes")), lines("yes")},
		// Content controls.
		{"block control", `<w:sdt><w:sdtPr/><w:sdtContent>` + pt("a") + `</w:sdtContent></w:sdt>`, lines("a")},
		{"run control", p(tx("a") + `<w:sdt><w:sdtContent>` + tx("b") + `</w:sdtContent></w:sdt>`), lines("ab")},
		{"control with its prompt", p(tx("姓名：") + `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>` + tx("单击输入") + `</w:sdtContent></w:sdt>`), lines("姓名：", "! prompt_text")},
		// Text boxes.
		{"text box twice", p(tx("a") + r(`<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>`+txbx(pt("in"))+`</w:drawing></mc:Choice><mc:Fallback><w:pict>`+txbx(pt("in"))+`</w:pict></mc:Fallback></mc:AlternateContent>`) + tx("b")), lines("ab", "in")},
		{"text box only in the fallback", p(r(`<mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice><mc:Fallback><w:pict>` + txbx(pt("in")) + `</w:pict></mc:Fallback></mc:AlternateContent>`)), lines("in")},
		{"text box in a field and a hidden run", p(fld("begin", "")+fld("separate", "")+r(`<w:rPr><w:vanish/></w:rPr><w:pict>`+txbx(pt("in"))+`</w:pict>`)+fld("end", "")) + pt("b"), lines("in", "b")},
		// Ticks.
		{"check box controls", p(box("1", tx("☒")) + tx("基础软件 ") + box("0", tx("☐")) + tx("工业软件")), lines("☑基础软件 □工业软件")},
		{"control in a symbol font", p(box("1", sym("Wingdings", "F0FE")) + tx("基础软件 ") + box("0", sym("Wingdings", "F0A8")) + tx("工业软件")), lines("☑基础软件 □工业软件")},
		{"control ticked by typing", p(box("0", tx("√")) + tx("基础软件")), lines("☑基础软件")},
		{"control shown empty against its state", p(box("1", tx("☐")) + tx("基础软件")), lines("☑基础软件", "doubt 0:0")},
		{"control with nothing in it", p(box("true", "") + tx("基础软件")), lines("☑基础软件")},
		{"control with a word in it", p(box("0", tx("☐其他"))), lines("□其他")},
		{"legacy check boxes", p(fld("begin", `<w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>`) + fld("end", "") + tx("是 ") + fld("begin", `<w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>`) + fld("end", "") + tx("否 ") + fld("begin", `<w:ffData><w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox></w:ffData>`) + fld("end", "") + tx("无")), lines("☑是 ☑否 □无")},
		{"symbols", p(sym("Wingdings", "F0FE") + tx("a ") + sym("Wingdings", "F0FD") + tx("b ") + sym("Wingdings", "F0A8") + tx("c ") + sym("Wingdings", "F06F") + tx("d ") + sym("Wingdings", "F0FC") + tx("e ") + sym("Wingdings 2", "F052") + tx("f ") + sym("Wingdings 2", "0052") + tx("g")), lines("☑a ☑b □c □d ☑e ☑f ☑g", "doubt 0:3")},
		{"text in a symbol font", p(r(`<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>þ</w:t>`) + tx("基础软件")), lines("☑基础软件")},
		{"unknown symbol", p(tx("a") + sym("Wingdings", "F021")), lines("a\uFFFD", "! unknown_symbol")},
		{"Greek", p(sym("Symbol", "F0A3") + tx("5%")), lines("≤5%")},
		{"glyph beside its box over runs", p(tx("□") + tx("√") + tx("基础软件 □工业软件")), lines("☑基础软件 □工业软件")},
		{"boxes line by line in a cell", tbl(tr(`<w:tc>` + pt("□基础软件") + pt("√工业软件") + `</w:tc>`)), lines("□基础软件", "☑工业软件", "table 1×1", "0,0 1×1: □基础软件/☑工业软件")},
		{"signs in running text", pt("误差小于√2，■为重点"), lines("误差小于√2，■为重点")},
		// What cannot be read.
		{"other document", pt("a") + `<w:altChunk r:id="x"/>`, lines("a", "! embedded_document")},
		{"object", p(tx("a") + r(`<w:object><o:OLEObject ProgID="Acrobat.Document.DC"/></w:object>`)), lines("a", "! embedded_object")},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := mustRead(t, docxOf(t, c.body))
			if got := dump(d); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			checkDocument(t, d)
		})
	}
}

// checkDocument holds for every Document.
func checkDocument(t testing.TB, d *extract.Document) {
	t.Helper()
	for i, k := range d.Ticks {
		want := extract.TickOff
		if k.On {
			want = extract.TickOn
		}
		if k.Line >= len(d.Lines) || k.Rune >= len([]rune(d.Lines[k.Line].Text)) || []rune(d.Lines[k.Line].Text)[k.Rune] != want {
			t.Fatalf("tick %d %+v does not point at its rune", i, k)
		}
	}
	for i, tb := range d.Tables {
		taken := map[[2]int]bool{}
		for j, c := range tb.Cells {
			if c.Row+c.RowSpan > tb.Rows || c.Col+c.ColSpan > tb.Cols || c.RowSpan < 1 || c.ColSpan < 1 {
				t.Fatalf("table %d of %d×%d: cell %+v", i, tb.Rows, tb.Cols, c)
			}
			if j > 0 && (c.Row < tb.Cells[j-1].Row || c.Row == tb.Cells[j-1].Row && c.Col <= tb.Cells[j-1].Col) {
				t.Fatalf("table %d: cell %+v out of order", i, c)
			}
			for y := c.Row; y < c.Row+c.RowSpan; y++ {
				for x := c.Col; x < c.Col+c.ColSpan; x++ {
					if taken[[2]int{y, x}] {
						t.Fatalf("table %d: place %d,%d taken twice", i, y, x)
					}
					taken[[2]int{y, x}] = true
				}
			}
			for n, l := range c.Lines {
				if l >= len(d.Lines) || n > 0 && l <= c.Lines[n-1] {
					t.Fatalf("table %d: cell %+v has bad lines", i, c)
				}
			}
		}
	}
}

func TestTables(t *testing.T) {
	span := func(n string) string { return `<w:gridSpan w:val="` + n + `"/>` }
	const start, goOn = `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`
	for _, c := range []struct{ name, body, want string }{
		{"plain, without a grid", tbl(tr(tc("a"), tc("b")), tr(tc("c"), tc("d"))),
			lines("a", "b", "c", "d", "table 2×2", "0,0 1×1: a", "0,1 1×1: b", "1,0 1×1: c", "1,1 1×1: d")},
		{"spans", tbl(gridOf(3), tr(tcx(span("2"), pt("a")), tc("b")), tr(tc("c"), tcx(span("2"), pt("d")))),
			lines("a", "b", "c", "d", "table 2×3", "0,0 1×2: a", "0,2 1×1: b", "1,0 1×1: c", "1,1 1×2: d")},
		{"cells merged down", tbl(tr(tcx(start, pt("a")), tc("b")), tr(tcx(goOn, p("")), tc("c")), tr(tcx(goOn, p("")), tc("d")), tr(tc("e"), tc("f"))),
			lines("a", "b", "c", "d", "e", "f", "table 4×2", "0,0 3×1: a", "0,1 1×1: b", "1,1 1×1: c", "2,1 1×1: d", "3,0 1×1: e", "3,1 1×1: f")},
		{"merged down and across", tbl(gridOf(3), tr(tcx(span("2")+start, pt("a")), tc("b")), tr(tcx(span("2")+goOn, p("")), tc("c"))),
			lines("a", "b", "c", "table 2×3", "0,0 2×2: a", "0,2 1×1: b", "1,2 1×1: c")},
		{"two merges one below the other", tbl(tr(tcx(start, pt("a"))), tr(tcx(goOn, p(""))), tr(tcx(start, pt("b"))), tr(tcx(goOn, p("")))),
			lines("a", "b", "table 4×1", "0,0 2×1: a", "2,0 2×1: b")},
		{"continued without a beginning", tbl(tr(tcx(goOn, pt("a")), tc("b")), tr(tcx(goOn, p("")), tc("c"))),
			lines("a", "b", "c", "table 2×2", "0,0 2×1: a", "0,1 1×1: b", "1,1 1×1: c")},
		{"continued at another width", tbl(gridOf(2), tr(tcx(start, pt("a")), tc("b")), tr(tcx(span("2")+goOn, pt("c")))),
			lines("a", "b", "c", "table 2×2", "0,0 1×1: a", "0,1 1×1: b", "1,0 1×2: c")},
		{"text in a continuation is not lost", tbl(tr(tcx(start, pt("a"))), tr(tcx(goOn, pt("b")))),
			lines("a", "b", "table 2×1", "0,0 2×1: a/b")},
		{"old horizontal merge", tbl(tr(tcx(`<w:hMerge w:val="restart"/>`, pt("a")), tcx(`<w:hMerge/>`, p("")), tc("b"))),
			lines("a", "b", "table 1×3", "0,0 1×2: a", "0,2 1×1: b")},
		{"old horizontal merge beside a vertical one", tbl(tr(tcx(start, pt("a")), tc("b")), tr(tcx(goOn, p("")), tcx(`<w:hMerge/>`, pt("c")))),
			lines("a", "b", "c", "table 2×2", "0,0 2×1: a", "0,1 1×1: b", "1,1 1×1: c")},
		{"gap before", tbl(gridOf(2), tr(tc("a"), tc("b")), tr(`<w:trPr><w:gridBefore w:val="1"/></w:trPr>`, tc("c"))),
			lines("a", "b", "c", "table 2×2", "0,0 1×1: a", "0,1 1×1: b", "1,1 1×1: c")},
		{"span beyond the grid", tbl(gridOf(2), tr(tc("a"), tcx(span("2147483647"), pt("b")))),
			lines("a", "b", "table 1×2", "0,0 1×1: a", "0,1 1×1: b")},
		{"span beyond everything, no grid", tbl(tr(tcx(span("99999"), pt("a")), tcx(span("-3"), pt("b")))),
			lines("a", "b", "table 1×64", "0,0 1×63: a", "0,63 1×1: b")},
		{"more cells than the grid", tbl(gridOf(1), tr(tc("a"), tc("b"))),
			lines("a", "b", "table 1×2", "0,0 1×1: a", "0,1 1×1: b")},
		{"empty cells", tbl(tr(tc(""), `<w:tc/>`, tc("a"))),
			lines("a", "table 1×3", "0,0 1×1: ", "0,1 1×1: ", "0,2 1×1: a")},
		{"nested", tbl(tr(`<w:tc>` + pt("a") + tbl(tr(tc("b"), tc("c"))) + pt("d") + `</w:tc>`)),
			lines("a", "b", "c", "d", "table 1×1", "0,0 1×1: a/b/c/d", "table 1×2", "0,0 1×1: b", "0,1 1×1: c")},
		{"two end to end", tbl(tr(tc("a"))) + tbl(tr(tc("b"))),
			lines("a", "b", "table 1×1", "0,0 1×1: a", "table 1×1", "0,0 1×1: b")},
		{"no rows", pt("a") + tbl(), lines("a")},
		{"controls around row and cell", tbl(`<w:sdt><w:sdtContent>` + tr(`<w:sdt><w:sdtPr/><w:sdtContent>`+tc("a")+`</w:sdtContent></w:sdt>`, tc("b")) + `</w:sdtContent></w:sdt>`),
			lines("a", "b", "table 1×2", "0,0 1×1: a", "0,1 1×1: b")},
		{"prompt in a cell's control", tbl(tr(tc("姓名"), `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>`+tc("请输入")+`</w:sdtContent></w:sdt>`)),
			lines("姓名", "table 1×2", "0,0 1×1: 姓名", "0,1 1×1: ", "! prompt_text")},
		{"deleted row and cell", tbl(tr(tc("a")), tr(`<w:trPr><w:del/></w:trPr>`, tc("no")), tr(tcx(`<w:cellDel/>`, pt("no")), tc("b"))),
			lines("a", "b", "table 2×1", "0,0 1×1: a", "1,0 1×1: b")},
		{"breaks in a cell", tbl(tr(`<w:tc>` + p(tx("a")+r(`<w:br/>`)+tx("b")) + pt("c") + `</w:tc>`)),
			lines("a", "b", "c", "table 1×1", "0,0 1×1: a/b/c")},
		{"text box in a cell", tbl(tr(`<w:tc>` + p(r(`<w:pict>`+txbx(pt("in"))+`</w:pict>`)+tx("a")) + `</w:tc>`)),
			lines("a", "in", "table 1×1", "0,0 1×1: a/in")},
		{"table in a text box", p(tx("a") + r(`<w:pict>`+txbx(tbl(tr(tc("b"))))+`</w:pict>`)),
			lines("a", "b", "table 1×1", "0,0 1×1: b")},
		{"deleted paragraph end at a cell's end", tbl(tr(`<w:tc>`+p(`<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>`+tx("a"))+`</w:tc>`, tc("b"))),
			lines("a", "b", "table 1×2", "0,0 1×1: a", "0,1 1×1: b")},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := mustRead(t, docxOf(t, c.body))
			if got := dump(d); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			checkDocument(t, d)
		})
	}
}

func TestOtherParts(t *testing.T) {
	style := func(id, more string) string {
		return `<w:style w:styleId="` + id + `">` + more + `</w:style>`
	}
	d := mustRead(t, docxOf(t,
		p(tx("正文")+r(`<w:footnoteReference w:id="2"/>`))+
			p(r(`<w:rPr><w:rStyle w:val="secret"/></w:rPr><w:t>no</w:t>`))+p(`<w:pPr><w:pStyle w:val="heir"/></w:pPr>`+tx("no")),
		rels("r1 header header1.xml", "r2 footnotes footnotes.xml", "r3 footer /word/footer1.xml", "r4 styles styles.xml", "r5 comments comments.xml", "r6 header missing.xml"),
		story("word/header1.xml", "hdr", pt("页眉")),
		story("word/footer1.xml", "ftr", pt("页脚")),
		story("word/footnotes.xml", "footnotes", `<w:footnote w:id="2">`+p(r(`<w:footnoteRef/>`)+tx("脚注"))+`</w:footnote>`),
		story("word/comments.xml", "comments", pt("批注")),
		story("word/styles.xml", "styles", style("secret", `<w:rPr><w:vanish/></w:rPr>`)+style("heir", `<w:basedOn w:val="secret"/>`)),
	))
	if got, want := dump(d), lines("正文", "脚注", "页眉", "页脚", "! hidden_text"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
