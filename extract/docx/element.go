package docx

import (
	"encoding/xml"
	"strconv"
	"strings"

	"dengji/extract/opc"
	"dengji/extract/tick"
)

func (b *builder) children() error { return b.x.Children(b.element) }

// element reads one element wherever it stands. Elements that are not named
// here are looked through (hyperlinks, smart tags, insertions, simple fields,
// what next year's Word writes), so that no visible text is lost.
func (b *builder) element(name string, attrs []xml.Attr) error {
	switch name {
	// Not text, or not any more.
	case "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "rubyPr", "sectPr",
		"pPrChange", "rPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange", "numberingChange",
		"tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "fldData":
		return nil
	// Blocks.
	case "p":
		return b.paragraph()
	case "tbl":
		return b.table()
	case "txbxContent":
		return b.textBox()
	case "AlternateContent":
		return b.alternate()
	case "sdt":
		return b.contentControl(b.children)
	case "altChunk", "subDoc":
		b.problem("embedded_document", "文档内嵌了另一份文档，未读取；请将其单独发送")
		return nil
	case "OLEObject":
		b.problem("embedded_object", "文档内嵌了对象（"+opc.Shorten(opc.Attr(attrs, "ProgID"))+"），未读取；如其中有证书或报告，请单独发送")
		return nil
	// Properties.
	case "pPr":
		return b.paragraphProperties()
	case "r":
		return b.runElement()
	case "rPr":
		return b.runProperties()
	// Fields.
	case "fldChar":
		return b.fieldChar(opc.Attr(attrs, "fldCharType"))
	// Pictures.
	case "drawing", "pict":
		outer := b.extent
		b.extent = 0
		err := b.children()
		b.extent = outer
		return err
	case "extent":
		b.extent = emu(opc.Attr(attrs, "cx"))
		return nil
	case "shape":
		b.extent = styleWidth(opc.Attr(attrs, "style"))
		return b.children()
	case "blip":
		b.picture(opc.Attr(attrs, "embed"), opc.Attr(attrs, "link"))
		return nil
	case "imagedata":
		b.picture(opc.Attr(attrs, "id"), "")
		return nil
	}
	return b.inline(name, attrs)
}

// inline reads what stands in a run.
func (b *builder) inline(name string, attrs []xml.Attr) error {
	switch name {
	case "t":
		s, err := b.x.Text()
		if err != nil {
			return err
		}
		if opc.Attr(attrs, "space") != "preserve" {
			s = strings.Trim(s, " \t\r\n")
		}
		b.put(s)
		return nil
	case "tab", "ptab":
		b.put("\t")
	case "br", "cr":
		b.breakLine()
	case "noBreakHyphen":
		b.put("-")
	case "sym":
		b.symbol(opc.Attr(attrs, "font"), opc.Attr(attrs, "char"))
	// Formulas: a fraction and a power must not read as a longer number.
	case "den":
		b.put("/")
		return b.children()
	case "sup":
		b.put("^")
		return b.children()
	default:
		return b.children()
	}
	return nil
}

// visible reports whether text counts here, and notes hidden text.
func (b *builder) visible(s string) bool {
	if b.para == nil {
		return false
	}
	for _, f := range b.fields {
		if f.code {
			return false
		}
	}
	if b.run.hidden || b.para.hidden {
		if strings.TrimSpace(s) != "" {
			b.hidden++
		}
		return false
	}
	if b.blank > 0 {
		if s = strings.TrimSpace(s); s != "" {
			b.problem("prompt_text", "文档中的提示文字“"+opc.Shorten(s)+"”按未填写处理；请核对原件")
		}
		return false
	}
	return true
}

// put adds a run's text to the paragraph.
func (b *builder) put(s string) {
	if s == "" || !b.visible(s) {
		return
	}
	if b.run.symbol != "" {
		s = strings.Map(b.fromSymbolFont, s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r': // white space like any other in XML
			return ' '
		case b.run.super && r >= '0' && r <= '9':
			return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0']
		}
		return r
	}, s)
	if b.control != nil {
		s = b.control.show(b.para, s)
	}
	b.para.text.WriteString(s)
}

func (b *builder) breakLine() {
	if b.visible("") {
		b.para.text.WriteByte('\n')
	}
}

// fromSymbolFont reads a character set in a symbol font. Han characters in
// such a run stand in the font for East Asian text.
func (b *builder) fromSymbolFont(r rune) rune {
	if r >= 0x100 && (r < 0xF000 || r > 0xF0FF) {
		return r
	}
	if s, ok := tick.Symbol(b.run.symbol, r); ok {
		return s
	}
	b.problem("unknown_symbol", "文档含有无法识别的符号（字体 "+opc.Shorten(b.run.symbol)+"）；请核对原件")
	return '\uFFFD'
}

// symbol reads a w:sym: a font and a code in hexadecimal.
func (b *builder) symbol(font, code string) {
	n, err := strconv.ParseUint(code, 16, 16)
	if err != nil {
		return
	}
	r := rune(n)
	if tick.IsSymbolFont(font) {
		outer := b.run.symbol
		b.run.symbol = font
		b.put(string(r))
		b.run.symbol = outer
		return
	}
	if r >= 0xE000 && r <= 0xF8FF {
		b.problem("unknown_symbol", "文档含有无法识别的符号（字体 "+opc.Shorten(font)+"）；请核对原件")
		r = '\uFFFD'
	}
	b.put(string(r))
}

func (b *builder) paragraphProperties() error {
	return b.x.Children(func(name string, attrs []xml.Attr) error {
		if b.para == nil {
			return nil
		}
		switch name {
		case "pStyle":
			b.para.hidden = b.hiddenStyles[opc.Attr(attrs, "val")]
		case "rPr": // of the paragraph's end
			return b.x.Children(func(name string, _ []xml.Attr) error {
				if name == "del" || name == "moveFrom" {
					b.para.joins = true
				}
				return nil
			})
		}
		return nil
	})
}

func (b *builder) runElement() error {
	outer := b.run
	b.run = run{}
	err := b.children()
	b.run = outer
	return err
}

func (b *builder) runProperties() error {
	said := false
	return b.x.Children(func(name string, attrs []xml.Attr) error {
		switch name {
		case "vanish":
			b.run.hidden, said = opc.On(attrs), true
		case "rStyle":
			if !said {
				b.run.hidden = b.hiddenStyles[opc.Attr(attrs, "val")]
			}
		case "vertAlign":
			b.run.super = opc.Attr(attrs, "val") == "superscript"
		case "rFonts":
			for _, a := range []string{"ascii", "hAnsi"} {
				if f := opc.Attr(attrs, a); tick.IsSymbolFont(f) {
					b.run.symbol = f
				}
			}
		}
		return nil
	})
}

// textBox reads a flow of its own that hangs on the open paragraph.
func (b *builder) textBox() error {
	para, carry, fields, r, control := b.para, b.carry, b.fields, b.run, b.control
	b.para, b.carry, b.fields, b.run, b.control = nil, nil, nil, run{}, nil
	err := b.children()
	b.flush()
	b.para, b.carry, b.fields, b.run, b.control = para, carry, fields, r, control
	return err
}

// alternate reads the first branch that has something to show: text boxes
// stand in both, as DrawingML and as VML.
func (b *builder) alternate() error {
	before, done := b.size(), false
	return b.x.Children(func(name string, _ []xml.Attr) error {
		if done {
			return nil
		}
		err := b.children()
		done = b.size() != before
		return err
	})
}

// size changes with everything that is found.
func (b *builder) size() [4]int {
	n := 0
	if b.para != nil {
		n = b.para.text.Len()
	}
	return [4]int{len(b.doc.Lines), len(b.pictures), n, b.hidden}
}

// picture notes a picture by the relationship that names it.
func (b *builder) picture(embed, linked string) {
	l, ok := b.links[embed]
	if !ok {
		l, ok = b.links[linked]
	}
	switch {
	case !ok:
	case l.External:
		b.problem("linked_picture", "文档引用了外部图片，未包含在文件中；请将图片嵌入文档后再发送")
	default:
		b.addPicture(l.Target)
	}
}
