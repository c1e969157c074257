package outtest

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"

	"dengji/fixtures/gen/draw"
)

// pictureName is the name of a page's picture, as a run gives it.
func pictureName(sha256 string, page int) string { return fmt.Sprintf("%s-%d.jpg", sha256[:16], page) }

const pictureDPI = 110

var sealInk = color.RGBA{0xd0, 0x20, 0x28, 0xff}

// artist draws the pages of some papers; of others it takes one drawn before,
// because a thousand drawings take minutes and nobody looks at them.
type artist struct {
	dir   string // OUT/pages
	fonts *draw.Set
	drawn map[string]string // by the kind of paper
}

func newArtist(dir string) (*artist, error) {
	fonts, err := draw.LoadFonts()
	if err != nil {
		return nil, fmt.Errorf("drawing pages: %w", err)
	}
	return &artist{dir: dir, fonts: fonts, drawn: map[string]string{}}, nil
}

// draw puts the pictures of a paper's pages into OUT/pages. Others like it may
// have them too.
func (a *artist) draw(p *paper, like string) error {
	for i := range p.pages {
		path := filepath.Join(a.dir, p.doc.Pages[i].Image)
		if err := writePicture(path, func(f *os.File) error {
			return jpeg.Encode(f, a.page(&p.pages[i]), &jpeg.Options{Quality: 70})
		}); err != nil {
			return err
		}
		a.drawn[fmt.Sprint(like, i)] = path
	}
	return nil
}

// lend gives a paper's pages pictures that were drawn for one like it; a paper
// of which none was drawn yet is drawn.
func (a *artist) lend(p *paper, like string) error {
	for i := range p.pages {
		from, ok := a.drawn[fmt.Sprint(like, i)]
		if !ok {
			return a.draw(p, like)
		}
		path := filepath.Join(a.dir, p.doc.Pages[i].Image)
		if err := os.Link(from, path); err == nil || os.IsExist(err) {
			continue
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return fmt.Errorf("taking a page picture: %w", err)
		}
		if err := writePicture(path, func(f *os.File) error { _, err := f.Write(data); return err }); err != nil {
			return err
		}
	}
	return nil
}

func writePicture(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("making a page picture: %w", err)
	}
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("making the page picture %s: %w", path, err)
	}
	return f.Close()
}

// page renders one page.
func (a *artist) page(s *sheet) image.Image {
	pg := &draw.Page{W: pageWidth, H: pageHeight}
	for _, b := range s.rules {
		for _, l := range [][4]float64{{b.X0, b.Y0, b.X1, b.Y0}, {b.X0, b.Y1, b.X1, b.Y1}, {b.X0, b.Y0, b.X0, b.Y1}, {b.X1, b.Y0, b.X1, b.Y1}} {
			pg.Ops = append(pg.Ops, draw.Op{Line: &draw.Line{X0: l[0], Y0: l[1], X1: l[2], Y1: l[3], Width: 0.6, Color: draw.Black}})
		}
	}
	for _, t := range s.ops {
		op := &draw.Text{X: t.x, Y: t.y, Size: t.size, Color: draw.Black}
		at := t.x
		for _, r := range t.text {
			if f := a.fonts.For(a.fonts.Font(draw.Serif), r); r > ' ' && f != nil {
				op.Runes = append(op.Runes, draw.Glyph{R: r, Font: f, X: at})
			}
			at += advance(r, t.size)
		}
		pg.Ops = append(pg.Ops, draw.Op{Text: op})
	}
	img := pg.Render(pictureDPI)
	for _, seal := range s.seals {
		seal.Font, seal.Ink = a.fonts.Font(draw.SerifB), sealInk
		seal.Stamp(img, pictureDPI)
	}
	return img
}
