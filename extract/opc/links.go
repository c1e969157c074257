package opc

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"path"

	"dengji/extract"
)

// Link is one relationship of a part (ECMA-376 part 2, 6.5).
type Link struct {
	ID       string
	Kind     string // last segment of the type's URI: styles, image, header
	Target   string // a part's name, or a URI where External
	External bool
}

// LinksOf is the name of the part that holds a part's relationships.
func LinksOf(part string) string {
	return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
}

// Links reads the relationships of a part, or of the package for part "". A
// part without any is fine.
func (p *Package) Links(part string) ([]Link, error) {
	name := "_rels/.rels"
	if part != "" {
		name = LinksOf(part)
	}
	if !p.Has(name) {
		return nil, nil
	}
	data, err := p.Read(name)
	if err != nil {
		return nil, err
	}
	var links []Link
	err = NewReader(data, p.lim.XMLDepth).Root(func(name string, attrs []xml.Attr) error {
		if name == "Relationship" {
			l := Link{ID: Attr(attrs, "Id"), Kind: path.Base(Attr(attrs, "Type")), Target: Attr(attrs, "Target"), External: Attr(attrs, "TargetMode") == "External"}
			if !l.External {
				l.Target = Resolve(part, l.Target)
			}
			links = append(links, l)
		}
		return nil
	})
	if err != nil {
		return nil, p.words.Part(name, err)
	}
	return links, nil
}

// Part words what went wrong while a part was parsed. A context's end and an
// error that is a refusal already stay what they are.
func (w Words) Part(name string, err error) error {
	err = fmt.Errorf("%s: %w", name, err)
	var r *extract.Refusal
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &r):
		return err
	case errors.Is(err, ErrDepth):
		return w.TooLarge(err)
	}
	return w.Damaged(err)
}
