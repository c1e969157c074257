package scan

import (
	"context"
	"image"
	"math"

	"dengji/extract/page"
	"dengji/extract/seal"
)

// ringWork is a round seal while its text is read.
type ringWork struct {
	*work
	ring    seal.Ring // in the coordinates of the pictures
	place   seal.Ring // in those of the page
	box     image.Rectangle
	through *image.Gray // without print
	covered []bool      // where print was
	arc     seal.Arc    // of the first reading
	pitch   float64     // between characters, once the name's own places are read
	axis    float64     // direction in which the seal stands upright, radians
	upright bool        // whether the axis is known
	// Of an oval seal, whose places are those of a strip.
	flat   bool
	span   float64   // radians on either side of the top
	hidden []float64 // share of each of the strip's columns that print covers
	seen   []arcReading
	lines  []phrase // of the page, once asked for
}

func (w *work) newRing(c seal.Ring) *ringWork {
	r := &ringWork{work: w, place: c, box: w.sealBox(c)}
	r.ring = c
	r.ring.X -= float64(r.box.Min.X)
	r.ring.Y -= float64(r.box.Min.Y)
	r.through, r.covered = seal.Through(w.planes.Gray, r.box, r.print())
	r.axis, r.upright = seal.Axis(r.through, r.ring)
	return r
}

// print tells the points of the seal's box that print covers: what is not the
// seal's ink by colour, or without colour what lies on ruling lines and what
// is darker than the ring.
func (r *ringWork) print() func(x, y int) bool {
	if r.planes.Ink != nil {
		return seal.PrintOver(r.planes.Gray, r.planes.Clean, r.box, r.place)
	}
	ruled, darker := r.ruled(r.box), seal.DarkerThan(r.planes.Gray, r.place)
	return func(x, y int) bool { return ruled(x, y) || darker(x, y) }
}

// attempt is one way of reading the ring: a picture of it, where the feet of
// the characters are looked for (see seal.FindArc), and how much characters
// are widened, for long names are written narrow.
type attempt struct {
	picture func(r *ringWork) *image.Gray
	feet    float64
	wide    float64
}

// wholeTurn as an attempt's feet reads all the ring from the foot on, for where
// print misleads the search for the text's ends.
const wholeTurn = -1

// ownExtent as an attempt's feet reads the name's own places alone, as far as
// the readings before tell them, its characters made square: what stands beside
// them on the arc spoils the first and the last one.
const ownExtent = -2

// attempts are tried in turn until two sure readings say the same.
func attempts() []attempt {
	return []attempt{
		{(*ringWork).throughPrint, 0, 1},
		{(*ringWork).withoutPrint, 0, 1.15},
		{(*ringWork).throughPrint, ownExtent, 1},
		{(*ringWork).withoutPrint, ownExtent, 1.1},
		{(*ringWork).throughPrint, seal.ShortFeet, 1.3},
		{(*ringWork).asScanned, 0, 1.15},
		{(*ringWork).throughPrint, seal.LongFeet, 1},
		{(*ringWork).throughPrint, wholeTurn, 1.15},
	}
}

func (r *ringWork) throughPrint() *image.Gray { return r.through }

// withoutPrint is the seal with paper where print was.
func (r *ringWork) withoutPrint() *image.Gray {
	return seal.Plain(r.planes.Gray, r.box, func(x, y int) bool {
		return r.covered[(y-r.box.Min.Y)*r.box.Dx()+x-r.box.Min.X]
	})
}

func (r *ringWork) asScanned() *image.Gray {
	return seal.Plain(r.planes.Gray, r.box, func(int, int) bool { return false })
}

// readRing reads the text on the ring and returns the name's places.
func (r *ringWork) readRing(ctx context.Context) ([]ringPlace, error) {
	for _, a := range attempts() {
		arc, ok := r.find(a.feet)
		if !ok || !arc.Whole(r.through, r.ring) {
			continue
		}
		if r.arc == (seal.Arc{}) {
			r.arc = arc
		}
		strip := seal.Unroll(a.picture(r), r.ring, arc, a.wide*r.squareness(a, arc))
		got, err := r.readers.First.ReadLine(ctx, strip)
		if err != nil {
			return nil, err
		}
		r.seen = append(r.seen, newArcReading(got, strip.Rect.Dx(), arc))
		switch {
		case len(r.seen) >= manyReadings:
			if ps := r.completed(r.nameOnRing()); allSure(ps) {
				return ps, nil
			}
		case agreed(r.seen):
			if ps := r.nameOnRing(); allSure(ps) {
				return ps, nil
			}
		}
	}
	return r.completed(r.nameOnRing()), nil
}

// manyReadings is how often a ring is read before the page's print is asked
// what it cannot tell.
const manyReadings = 3

// completed fills what print hides on the ring from the page's own lines, and
// from what is said on any seal.
func (r *ringWork) completed(ps []ringPlace) []ringPlace {
	if allSure(ps) {
		return ps
	}
	return complete(complete(ps, r.page()), fixedPhrases())
}

// page is the page's own lines.
func (r *ringWork) page() []phrase {
	if r.lines == nil {
		r.lines = r.phrases()
	}
	return r.lines
}

// name is the ring's text; "" where it is not sure.
func (r *ringWork) name(ps []ringPlace) (text string, score float64, filled int) {
	if !allSure(ps) {
		return "", 0, 0
	}
	if text, score, filled = textOf(ps); oneOff(text, r.page()) {
		return "", 0, 0
	}
	return text, score, filled
}

func (r *ringWork) find(feet float64) (seal.Arc, bool) {
	if feet == wholeTurn {
		foot := math.Pi / 2
		if r.upright {
			foot = r.axis - math.Pi
		}
		return seal.Arc{Inner: seal.ShortFeet * r.ring.R, Outer: 0.945 * r.ring.R, Start: foot, End: foot + 2*math.Pi}, true
	}
	if feet == ownExtent {
		return r.ownArc()
	}
	return seal.FindArc(r.through, r.ring, feet)
}

// ownArc is the arc of the name's own places with a rim of an eighth of a
// character on either side.
func (r *ringWork) ownArc() (seal.Arc, bool) {
	const rim = 0.62 // of a place, from its middle
	ps := r.nameOnRing()
	if len(ps) < leastName {
		return seal.Arc{}, false
	}
	r.pitch = (ps[len(ps)-1].angle - ps[0].angle) / float64(len(ps)-1)
	out := r.arc
	out.Start, out.End = ps[0].angle-rim*r.pitch, ps[len(ps)-1].angle+rim*r.pitch
	if out.End-out.Start > 2*math.Pi {
		return seal.Arc{}, false
	}
	return out, true
}

// squareness is how much an attempt at the name's own places widens its
// characters to be as wide as high: long names are written narrow.
func (r *ringWork) squareness(a attempt, arc seal.Arc) float64 {
	const least, most = 0.8, 1.7
	if a.feet != ownExtent {
		return 1
	}
	return max(least, min(most, (arc.Outer-arc.Inner)/(r.pitch*(arc.Outer+arc.Inner)/2)))
}

func (w *work) sealBox(c seal.Ring) image.Rectangle {
	return c.Box().Inset(-int(c.R / 15)).Intersect(w.planes.Gray.Rect)
}

// ruled tells the points of a box that lie on ruling lines.
func (w *work) ruled(box image.Rectangle) func(x, y int) bool {
	free := page.NewBitmap(w.planes.Gray.Rect.Dx(), w.planes.Gray.Rect.Dy())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			free.Pix[y*free.W+x] = 1
		}
	}
	page.EraseRulings(free, w.rulings)
	return func(x, y int) bool { return free.Pix[y*free.W+x] == 0 }
}
