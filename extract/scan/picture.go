package scan

import (
	"image"

	"dengji/extract"
	"dengji/extract/page"
)

// pictureSide caps the long side of the picture people look at, in pixels:
// A4 at 150 dots an inch, and photographs with a margin around the page.
const pictureSide = 2000

// picture makes the upright, flat page in its own colours for people to look
// at: what was done to the planes is done to the file's picture again, at a
// smaller size.
func (w *work) picture(sheet extract.Sheet) image.Image {
	planes := page.Channels(sheet.Image, pictureSide)
	for i, g := range planes {
		if w.quad != nil {
			g = w.flattenTo(g)
		}
		planes[i] = page.Turn(page.Rotate(g, w.skew), w.turned/90)
	}
	return page.Merge(planes)
}

// flattenTo flattens a plane of another scale by the quad found on the worked
// planes, whose own scale Split chose.
func (w *work) flattenTo(g *image.Gray) *image.Gray {
	f := float64(max(g.Rect.Dx(), g.Rect.Dy())) / w.quadSide
	q := *w.quad
	for i := range q {
		q[i].X *= f
		q[i].Y *= f
	}
	pw, ph := q.Size()
	return page.Flatten(g, q, pw, ph)
}
