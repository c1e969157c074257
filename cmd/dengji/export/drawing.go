package export

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// picture is a JPEG in a row's cell, shown at a size in a screen's pixels.
type picture struct {
	jpeg          []byte
	width, height int
}

const emu = 9525 // English metric units of a screen's pixel

// draw puts a sheet's pictures into their cells, so that they are sorted,
// filtered and sized with their rows. excelize looks through all pictures for
// each one it adds, and takes seconds for thousands: it adds the first, with
// all that a drawing needs around it, and the drawing itself is written here.
func (b *Book) draw(s *sheet) error {
	var drawing, rels strings.Builder
	drawing.WriteString(xml.Header + `<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">`)
	rels.WriteString(xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	column, n := s.at(headCrop), 0
	parts := map[string][]byte{}
	for row, p := range s.pictures {
		if p.jpeg == nil {
			continue
		}
		if n == 0 {
			if err := b.file.AddPictureFromBytes(s.name, name(column, row), &excelize.Picture{Extension: ".jpeg", File: p.jpeg}); err != nil {
				return err
			}
		}
		n++
		parts[fmt.Sprintf("xl/media/image%d.jpeg", n)] = p.jpeg
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="../media/image%d.jpeg"/>`, n, n)
		top := max(cropInset, (int(s.heights[row]/points(1))-p.height)/2)
		fmt.Fprintf(&drawing, `<xdr:twoCellAnchor editAs="twoCell">`+
			`<xdr:from><xdr:col>%d</xdr:col><xdr:colOff>%d</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>%d</xdr:rowOff></xdr:from>`+
			`<xdr:to><xdr:col>%d</xdr:col><xdr:colOff>%d</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>%d</xdr:rowOff></xdr:to>`,
			column, cropInset*emu, row+1, top*emu, column, (cropInset+p.width)*emu, row+1, (top+p.height)*emu)
		fmt.Fprintf(&drawing, `<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="%d" name="crop %d"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>`+
			`<xdr:blipFill><a:blip r:embed="rId%d"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>`+
			`<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>`,
			n+1, n, n, p.width*emu, p.height*emu)
	}
	if n == 0 {
		return nil
	}
	drawing.WriteString(`</xdr:wsDr>`)
	rels.WriteString(`</Relationships>`)
	const part, partRels = "xl/drawings/drawing1.xml", "xl/drawings/_rels/drawing1.xml.rels"
	if _, ok := b.file.Drawings.LoadAndDelete(part); !ok {
		return fmt.Errorf("the drawing of the pictures is not at %s", part)
	}
	b.file.Relationships.Delete(partRels)
	b.file.Pkg.Store(part, []byte(drawing.String()))
	b.file.Pkg.Store(partRels, []byte(rels.String()))
	for name, data := range parts {
		b.file.Pkg.Store(name, data)
	}
	return nil
}
