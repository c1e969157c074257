// Package crop cuts places out of page pictures. Most of a page is never
// turned into pixels: a page picture is a JPEG of two megapixels, of which a
// field is a hundredth.
package crop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/image/draw"
)

// Spot is a place on a page picture.
type Spot struct {
	File          string     // in the folder of pictures
	Width, Height float64    // of the page, points
	Box           [4]float64 // x0, y0, x1, y1: points from the page's top left
}

// Piece is a place cut out of its picture, with some margin. It is zero where
// there was nothing to cut it from.
type Piece struct {
	JPEG          []byte
	Width, Height int // pixels
}

// Options bound pieces, in pixels; larger ones are scaled down.
type Options struct{ MaxWidth, MaxHeight int }

// Margins around a spot, in points: enough to see where on the form it lies,
// and that nothing of it was cut off.
const (
	MarginX = 8
	MarginY = 4
)

const (
	quality  = 75
	maxBytes = 64 << 20 // of a picture's file
)

// Cut cuts spots out of the pictures in a folder, on all cores, each picture
// opened once. Pieces stand in the order of spots. Pictures that are missing
// or broken cost their own pieces and are counted; the error is the context's.
func Cut(ctx context.Context, pictures *os.Root, spots []Spot, opt Options) (pieces []Piece, missing int, err error) {
	of := map[string][]int{}
	for i, s := range spots {
		of[s.File] = append(of[s.File], i)
	}
	pieces = make([]Piece, len(spots))
	work := make(chan string)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range runtime.NumCPU() {
		wg.Go(func() {
			c := cutter{opt: opt}
			for file := range work {
				if c.page(pictures, file, spots, of[file], pieces) != nil {
					mu.Lock()
					missing++
					mu.Unlock()
				}
			}
		})
	}
	for _, file := range slices.Sorted(maps.Keys(of)) {
		if ctx.Err() != nil {
			break
		}
		work <- file
	}
	close(work)
	wg.Wait()
	return pieces, missing, ctx.Err()
}

// cutter is one worker with its buffers.
type cutter struct {
	opt  Options
	jpeg baseline
	file bytes.Buffer
}

// page cuts the spots of one picture, which are those of these indices.
func (c *cutter) page(pictures *os.Root, name string, spots []Spot, indices []int, pieces []Piece) error {
	if err := c.read(pictures, name); err != nil {
		return fmt.Errorf("reading the page picture %s: %w", name, err)
	}
	size, err := c.parse()
	if err != nil {
		return fmt.Errorf("reading the page picture %s: %w", name, err)
	}
	areas := make([]image.Rectangle, len(indices))
	for i, k := range indices {
		areas[i] = spots[k].area(size)
	}
	picture, err := c.decode(areas)
	if err != nil {
		return fmt.Errorf("decoding the page picture %s: %w", name, err)
	}
	done := map[image.Rectangle]Piece{}
	for i, k := range indices {
		if areas[i].Empty() {
			continue
		}
		p, ok := done[areas[i]]
		if !ok {
			if p, err = c.piece(picture, areas[i]); err != nil {
				return fmt.Errorf("cutting %s: %w", name, err)
			}
			done[areas[i]] = p
		}
		pieces[k] = p
	}
	return nil
}

func (c *cutter) read(pictures *os.Root, name string) (err error) {
	f, err := pictures.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxBytes {
		return fmt.Errorf("it is no picture of a page (%s, %d bytes)", info.Mode(), info.Size())
	}
	c.file.Reset()
	_, err = c.file.ReadFrom(io.LimitReader(f, maxBytes))
	return err
}

// parse reads the picture's headers and returns its size.
func (c *cutter) parse() (size image.Point, err error) {
	if err := c.jpeg.parse(c.file.Bytes()); err == nil {
		return image.Pt(c.jpeg.width, c.jpeg.height), nil
	} else if !errors.Is(err, errOther) {
		return size, err
	}
	c.jpeg.scan = nil
	config, err := jpeg.DecodeConfig(bytes.NewReader(c.file.Bytes()))
	if err != nil {
		return size, err
	}
	if config.Width*config.Height > maxPixels {
		return size, fmt.Errorf("%d × %d pixels are too many", config.Width, config.Height)
	}
	return image.Pt(config.Width, config.Height), nil
}

func (c *cutter) decode(areas []image.Rectangle) (image.Image, error) {
	if c.jpeg.scan != nil {
		return c.jpeg.decode(areas)
	}
	return jpeg.Decode(bytes.NewReader(c.file.Bytes()))
}

// area is the spot with its margin in pixels of a picture of some size; empty
// where it does not lie on it.
func (s *Spot) area(size image.Point) image.Rectangle {
	if s.Width <= 0 || s.Height <= 0 {
		return image.Rectangle{}
	}
	fx, fy := float64(size.X)/s.Width, float64(size.Y)/s.Height
	x0, y0 := (s.Box[0]-MarginX)*fx, (s.Box[1]-MarginY)*fy
	x1, y1 := (s.Box[2]+MarginX)*fx, (s.Box[3]+MarginY)*fy
	whole := image.Rectangle{Max: size}
	if !(x1 > x0 && y1 > y0 && x0 < float64(size.X) && y0 < float64(size.Y) && x1 > 0 && y1 > 0) {
		return image.Rectangle{}
	}
	limit := func(f, most float64) int { return int(min(most, max(0, f))) }
	w, h := float64(size.X), float64(size.Y)
	return image.Rect(limit(x0, w), limit(y0, h), limit(math.Ceil(x1), w), limit(math.Ceil(y1), h)).Intersect(whole)
}

func (c *cutter) piece(picture image.Image, area image.Rectangle) (Piece, error) {
	f := min(1, float64(c.opt.MaxWidth)/float64(area.Dx()), float64(c.opt.MaxHeight)/float64(area.Dy()))
	w, h := max(1, int(f*float64(area.Dx()))), max(1, int(f*float64(area.Dy())))
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	if f == 1 {
		draw.Draw(small, small.Rect, picture, area.Min, draw.Src)
	} else {
		draw.BiLinear.Scale(small, small.Rect, picture, area, draw.Src, nil)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: quality}); err != nil {
		return Piece{}, err
	}
	return Piece{b.Bytes(), w, h}, nil
}
