package opc

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/htmlindex"
)

// ErrDepth says that elements nest deeper than Limits.XMLDepth.
var ErrDepth = errors.New("elements nest too deep")

// Reader walks the elements of one XML part. Names are local names: prefixes
// differ between programs, and Office's vocabularies, strict or transitional,
// have no two elements of one local name that we would have to tell apart.
type Reader struct {
	dec   *xml.Decoder
	open  []string // names of the open elements
	limit int
}

// NewReader reads XML that nests at most depth elements.
func NewReader(data []byte, depth int) *Reader {
	dec := xml.NewDecoder(bytes.NewReader(UTF8(data)))
	dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // UTF8 has been there
		}
		enc, err := htmlindex.Get(label)
		if err != nil {
			return nil, fmt.Errorf("charset %q: %w", label, err)
		}
		return enc.NewDecoder().Reader(in), nil
	}
	return &Reader{dec: dec, limit: depth}
}

// UTF8 turns UTF-16, which OPC allows beside UTF-8, into UTF-8.
func UTF8(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// token is the decoder's RawToken with nesting checked: RawToken spares the
// look-up of name spaces, which is most of Token's time.
func (x *Reader) token() (xml.Token, error) {
	t, err := x.dec.RawToken()
	switch {
	case err == io.EOF && len(x.open) > 0:
		return nil, fmt.Errorf("element %s is not closed: %w", x.open[len(x.open)-1], io.ErrUnexpectedEOF)
	case err != nil:
		return nil, err
	}
	switch e := t.(type) {
	case xml.StartElement:
		if len(x.open) >= x.limit {
			return nil, fmt.Errorf("%w: more than %d", ErrDepth, x.limit)
		}
		x.open = append(x.open, e.Name.Local)
	case xml.EndElement:
		if n := len(x.open); n == 0 || x.open[n-1] != e.Name.Local {
			return nil, fmt.Errorf("unexpected </%s>", e.Name.Local)
		}
		x.open = x.open[:len(x.open)-1]
	}
	return t, nil
}

// Children calls visit for every child of the element that was opened last,
// until that element ends. What visit leaves unread of a child is skipped.
func (x *Reader) Children(visit func(name string, attrs []xml.Attr) error) error {
	depth := len(x.open)
	for {
		t, err := x.token()
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if err := visit(e.Name.Local, e.Attr); err != nil {
				return err
			}
			for len(x.open) > depth {
				if _, err := x.token(); err != nil {
					return err
				}
			}
		case xml.EndElement:
			return nil
		}
	}
}

// Root opens the document element and calls visit for its children.
func (x *Reader) Root(visit func(name string, attrs []xml.Attr) error) error {
	for {
		t, err := x.token()
		if err == io.EOF {
			return errors.New("no document element")
		}
		if err != nil {
			return err
		}
		if _, ok := t.(xml.StartElement); ok {
			return x.Children(visit)
		}
	}
}

// Text is the character data of the element that was opened last.
func (x *Reader) Text() (string, error) {
	depth := len(x.open)
	var s strings.Builder // comments may cut a text into millions of pieces
	for len(x.open) >= depth {
		t, err := x.token()
		if err != nil {
			return "", err
		}
		if c, ok := t.(xml.CharData); ok && len(x.open) == depth {
			s.Write(c)
		}
	}
	return s.String(), nil
}

// Attr is the value of an attribute by its local name, "" where it is missing.
func Attr(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// On reads a toggle (ECMA-376 part 1, 17.17.4): true unless its val says no.
func On(attrs []xml.Attr) bool {
	switch Attr(attrs, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}
