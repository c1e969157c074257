package scan

import (
	"image"

	"dengji/extract/page"
)

// treatment is a way to make the picture of a line.
type treatment struct {
	name    string // as it stands in extract.Reading
	picture func(*work, image.Rectangle) *image.Gray
	print   bool // it shows the black print alone, which is strengthened where it is pale
}

// Treatments. Which of those under a seal reads best depends on the seal's
// colour and the light: on evenly scanned pages the ink can be taken away
// whole, on photographs that takes thin strokes along.
var (
	asScanned   = treatment{"", func(w *work, b image.Rectangle) *image.Gray { return crop(w.planes.Gray, b, 0) }, false}
	blackPrint  = treatment{"", func(w *work, b image.Rectangle) *image.Gray { return crop(w.planes.Clean, b, 0) }, true}
	inkFaded    = treatment{"ink_faded", blackPrint.picture, true}
	inkRemoved  = treatment{"ink_removed", (*work).withoutInk, false}
	sealDivided = treatment{"seal_divided", blackPrint.picture, true}
	// Broken print of a bad copy hangs together again when it is out of focus:
	// of 87 doubtful lines of poor scans 41 read right as scanned, 50 softened.
	softened     = treatment{"softened", func(w *work, b image.Rectangle) *image.Gray { return soften(crop(w.planes.Clean, b, 0), 0.04) }, true}
	softenedMore = treatment{"softened_more", func(w *work, b image.Rectangle) *image.Gray { return soften(crop(w.planes.Clean, b, 0), 0.056) }, true}
	widened      = treatment{"widened", func(w *work, b image.Rectangle) *image.Gray {
		return page.Resize(crop(w.planes.Clean, b, 0), b.Dx()*13/10, b.Dy())
	}, false}
)

func (w *work) treatments(l readLine) []treatment {
	switch {
	case !l.seal:
		return []treatment{blackPrint, softened, softenedMore}
	case w.planes.Ink == nil:
		return []treatment{sealDivided, asScanned, softened}
	}
	return []treatment{inkRemoved, inkFaded, asScanned}
}

// soften blurs the picture of a line by a standard deviation given as a share
// of a character's width: passes of the binomial kernel 1 2 1, each of which
// adds half a pixel's variance.
func soften(img *image.Gray, share float64) *image.Gray {
	sigma := share * emShare * float64(img.Rect.Dy())
	for range max(1, int(2*sigma*sigma+0.5)) {
		img = page.Binomial(img)
	}
	return img
}

// Print is pale where it is darker than the paper by less than this, in grey
// levels; paper alone is no print.
const (
	palePrint = 110
	paperOnly = 20
	blackened = 60   // the level that pale print is given
	inkShare  = 0.03 // share of a line's pixels that are surely strokes
)

// printLevels are the grey levels of a line's strokes and of its paper.
func printLevels(img *image.Gray) (ink, paper int) {
	var hist [256]int
	for _, v := range img.Pix {
		hist[v]++
	}
	at := func(share float64) int {
		left := int(share * float64(len(img.Pix)))
		for v, n := range hist {
			if left -= n; left < 0 {
				return v
			}
		}
		return 255
	}
	return at(inkShare), at(0.5)
}

// strengthen stretches the picture of pale print so that its strokes are dark
// and its paper is white, and reports whether it was pale: readers make less of
// grey on grey.
func strengthen(img *image.Gray) bool {
	ink, paper := printLevels(img)
	if paper-ink >= palePrint || paper-ink <= paperOnly {
		return false
	}
	for i, v := range img.Pix {
		img.Pix[i] = uint8(max(0, min(255, blackened+(int(v)-ink)*(255-blackened)/(paper-ink))))
	}
	return true
}

// lift stretches a picture so that level becomes white: the grey of a seal
// fades, black print stays.
func lift(img *image.Gray, level int) *image.Gray {
	for i, v := range img.Pix {
		img.Pix[i] = uint8(min(255, int(v)*255/level))
	}
	return img
}

// withoutInk cuts a line out of the clean plane and stretches it so that the
// seal's own level becomes white: a red seal is not quite white in its
// brightest channel, and the grey ghost of a stroke still misleads a reader.
func (w *work) withoutInk(b image.Rectangle) *image.Gray {
	img := crop(w.planes.Clean, b, 0)
	if w.planes.Ink == nil {
		return img
	}
	var hist [256]int
	n := 0
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			p := image.Pt((b.Min.X+x)/page.InkScale, (b.Min.Y+y)/page.InkScale)
			if p.In(w.planes.Ink.Rect) && w.planes.Ink.Pix[p.Y*w.planes.Ink.Stride+p.X] >= 128 {
				if v := img.Pix[y*img.Stride+x]; v > 120 { // darker is print
					hist[v]++
					n++
				}
			}
		}
	}
	if n < 50 {
		return img
	}
	level := 255
	for seen, v := 0, 0; v < 256; v++ {
		if seen += hist[v]; seen > n/8 {
			level = max(v, 150)
			break
		}
	}
	return lift(img, level)
}
