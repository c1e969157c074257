package docx

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"dengji/extract"
	"dengji/extract/opc"
	"dengji/extract/tick"
)

// checkBox is an open check box control (w14:checkbox).
type checkBox struct {
	on   bool // its state
	done bool // its rune is in the text
}

// show gives the text that stands for the control's content s. The control's
// rune follows its state, or a tick that somebody typed over the printed box;
// a box that is shown empty against its state is doubtful.
func (c *checkBox) show(p *paragraph, s string) string {
	shows := false
	rest := strings.Map(func(r rune) rune {
		ticked, ok := tick.State(r)
		if !ok {
			return r
		}
		shows = true
		if ticked {
			c.on = true
		} else if c.on {
			p.doubt = true
		}
		return -1
	}, s)
	if c.done || !shows {
		return rest
	}
	c.done = true
	return c.rune() + rest
}

func (c *checkBox) rune() string {
	if c.on {
		return string(extract.TickOn)
	}
	return string(extract.TickOff)
}

// contentControl reads a w:sdt; content reads what stands in it, which may be
// blocks, runs, rows or cells.
func (b *builder) contentControl(content func() error) error {
	var box *checkBox
	prompt := false
	return b.x.Children(func(name string, _ []xml.Attr) error {
		switch name {
		case "sdtPr":
			return b.x.Children(func(name string, attrs []xml.Attr) error {
				switch name {
				case "showingPlcHdr":
					prompt = opc.On(attrs)
				case "checkbox":
					box = &checkBox{}
					return b.x.Children(func(name string, attrs []xml.Attr) error {
						if name == "checked" {
							box.on = opc.On(attrs)
						}
						return nil
					})
				}
				return nil
			})
		case "sdtContent":
			switch {
			case box != nil:
				return b.checkBoxContent(box, content)
			case prompt:
				b.blank++
				defer func() { b.blank-- }()
			}
			return content()
		}
		return nil
	})
}

func (b *builder) checkBoxContent(box *checkBox, content func() error) error {
	outer := b.control
	b.control = box
	err := content()
	b.control = outer
	if !box.done && b.para != nil && b.visible("") {
		b.para.text.WriteString(box.rune()) // a control without content
	}
	return err
}

// maxFields bounds open fields: every piece of text asks all of them whether it
// is shown.
const maxFields = 256

// fieldChar reads a w:fldChar: begin, separate or end of a field. A legacy form
// field keeps its value in the begin.
func (b *builder) fieldChar(kind string) error {
	value := ""
	err := b.x.Children(func(name string, _ []xml.Attr) error {
		if name != "ffData" {
			return nil
		}
		return b.x.Children(func(name string, _ []xml.Attr) (err error) {
			switch name {
			case "checkBox":
				value, err = b.legacyBox()
			case "ddList":
				value, err = b.legacyList()
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	switch n := len(b.fields); {
	case kind == "begin":
		b.put(value)
		if n == maxFields {
			return fmt.Errorf("%w: more than %d fields", opc.ErrDepth, maxFields)
		}
		b.fields = append(b.fields, field{code: true})
	case n == 0: // an end without a beginning
	case kind == "separate":
		b.fields[n-1].code = false
	case kind == "end":
		b.fields = b.fields[:n-1]
	}
	return nil
}

// legacyBox reads a w:checkBox: its state, or its default where it has none.
func (b *builder) legacyBox() (string, error) {
	box, said := checkBox{}, false
	err := b.x.Children(func(name string, attrs []xml.Attr) error {
		switch name {
		case "checked":
			box.on, said = opc.On(attrs), true
		case "default":
			if !said {
				box.on = opc.On(attrs)
			}
		}
		return nil
	})
	return box.rune(), err
}

// legacyList reads a w:ddList: the chosen entry.
func (b *builder) legacyList() (string, error) {
	var entries []string
	chosen := "0"
	err := b.x.Children(func(name string, attrs []xml.Attr) error {
		switch name {
		case "result":
			chosen = opc.Attr(attrs, "val")
		case "listEntry":
			entries = append(entries, opc.Attr(attrs, "val"))
		}
		return nil
	})
	if i, e := strconv.Atoi(chosen); e == nil && i >= 0 && i < len(entries) {
		return entries[i], err
	}
	return "", err
}

// addPicture notes a picture part. A group's extent is not the size of its
// pictures, so the second one in a drawing has none.
func (b *builder) addPicture(part string) {
	b.pictures = append(b.pictures, opc.Picture{Part: part, Width: b.extent})
	b.extent = 0
}

func emu(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// vmlUnits are EMU per unit of a VML length.
var vmlUnits = map[string]float64{"pt": 12700, "in": 914400, "cm": 360000, "mm": 36000, "px": 9525, "": 9525}

// styleWidth reads the width out of a VML shape's style, in EMU.
func styleWidth(style string) int64 {
	for item := range strings.SplitSeq(style, ";") {
		k, v, _ := strings.Cut(item, ":")
		if strings.TrimSpace(k) != "width" {
			continue
		}
		v = strings.TrimSpace(v)
		n := strings.TrimRight(v, "abcdefghijklmnopqrstuvwxyz%")
		unit, ok := vmlUnits[v[len(n):]]
		f, err := strconv.ParseFloat(n, 64)
		if !ok || err != nil || !(f > 0 && f < 1e6) {
			return 0
		}
		return int64(f * unit)
	}
	return 0
}
