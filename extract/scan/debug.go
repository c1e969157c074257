package scan

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"dengji/extract"
)

// Overlay draws what was seen over the page picture: cells in blue, lines from
// green (sure) to red (doubtful) with the score of their weakest character,
// seals in magenta, ticks in orange. Mistakes are found by looking.
func Overlay(pic image.Image, r *Result) image.Image {
	b := pic.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, pic, b.Min, draw.Src)
	f := float64(b.Dx()) / max(1, r.Page.Width)
	px := func(b extract.Box) image.Rectangle {
		return image.Rect(int(b.X0*f), int(b.Y0*f), int(b.X1*f), int(b.Y1*f))
	}
	for _, t := range r.Tables {
		for _, c := range t.Cells {
			frame(out, px(c.Box).Inset(2), color.RGBA{40, 80, 255, 255})
			label(out, px(c.Box).Min.Add(image.Pt(4, 12)), fmt.Sprintf("%d,%d", c.Row, c.Col), color.RGBA{40, 80, 255, 255})
		}
	}
	for _, l := range r.Lines {
		m := 1.0
		for _, c := range l.Chars {
			m = min(m, c.Score)
		}
		col := color.RGBA{uint8(255 * (1 - m)), uint8(160 * m), 0, 255}
		box := px(l.Box)
		frame(out, box, col)
		label(out, image.Pt(box.Max.X-28, box.Min.Y+1), fmt.Sprintf("%.2f", m), col)
	}
	for _, s := range r.Seals {
		frame(out, px(s.Box), color.RGBA{255, 0, 255, 255})
	}
	for _, t := range r.Ticks {
		col := color.RGBA{255, 140, 0, 255}
		frame(out, px(t.Box).Inset(-2), col)
		if t.On {
			frame(out, px(t.Box).Inset(-3), col)
		}
	}
	return out
}

func frame(img *image.RGBA, r image.Rectangle, c color.RGBA) {
	for x := r.Min.X; x < r.Max.X; x++ {
		img.SetRGBA(x, r.Min.Y, c)
		img.SetRGBA(x, r.Max.Y-1, c)
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		img.SetRGBA(r.Min.X, y, c)
		img.SetRGBA(r.Max.X-1, y, c)
	}
}

func label(img *image.RGBA, at image.Point, s string, c color.RGBA) {
	d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: fixed.P(at.X, at.Y)}
	d.DrawString(s)
}
