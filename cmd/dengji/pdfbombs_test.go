package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"compress/zlib"

	"dengji/extract"
)

// pdfOf writes a PDF of the given objects, the first of which is its catalog.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

func streamOf(dict string, data []byte) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

const pdfCatalog = "<< /Type /Catalog /Pages 2 0 R >>"

// onePage is a PDF with a single page that shows content; more are the
// objects from 5 on.
func onePage(entries, content string, more ...string) []byte {
	return pdfOf(append([]string{pdfCatalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /Contents 4 0 R " + entries + " >>", streamOf("", []byte(content))}, more...)...)
}

// zlibOf deflates what a reader gives.
func zlibOf(r io.Reader) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	io.Copy(w, r)
	w.Close()
	return b.Bytes()
}

const a4 = "/MediaBox [0 0 595 842] "

// pdfBombs are PDFs whose objects lead back to themselves, or claim or unpack
// to far more than there is.
func pdfBombs() []bomb {
	const tooLarge, damaged, empty, noText = extract.StatusTooLarge, extract.StatusDamaged, extract.StatusEmpty, extract.StatusNoText
	of := func(name string, status extract.Status, data func() []byte) bomb {
		return bomb{name + ".pdf", func(testing.TB) []byte { return data() }, status}
	}
	return []bomb{
		of("page-of-a-million-points", tooLarge, func() []byte { return onePage("/MediaBox [0 0 1000000 1000000]", "") }),
		of("page-of-a-million-points-by-unit", noText, func() []byte { return onePage("/MediaBox [0 0 14000 14000] /UserUnit 75", "") }),
		of("pages-lead-back", damaged, func() []byte {
			return pdfOf(pdfCatalog, "<< /Type /Pages /Kids [3 0 R] /Count 10 >>", "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 10 >>")
		}),
		of("pages-claim-two-thousand-million", noText, func() []byte {
			return pdfOf(pdfCatalog, "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", "<< /Type /Page /Parent 2 0 R "+a4+">>")
		}),
		of("pages-share-children", empty, func() []byte { // 10^12 pages in 13 nodes
			objects := []string{pdfCatalog}
			for i := range 12 {
				objects = append(objects, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Repeat(fmt.Sprintf("%d 0 R ", i+3), 10), 1_000_000_000))
			}
			return pdfOf(append(objects, "<< /Type /Page /Parent 13 0 R "+a4+">>")...)
		}),
		of("form-draws-itself", damaged, func() []byte {
			return onePage(a4+"/Resources << /XObject << /X 5 0 R >> >>", strings.Repeat("/X Do ", 1000),
				streamOf("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >>", []byte(strings.Repeat("/X Do ", 1000))))
		}),
		of("forms-draw-a-thousand-each", damaged, func() []byte { // 100^8 drawings
			var forms []string
			for i := range 8 {
				forms = append(forms, streamOf(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X %d 0 R >> >>", i+6), []byte(strings.Repeat("/X Do ", 100))))
			}
			forms = append(forms, streamOf("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", []byte("0 0 10 10 re f ")))
			return onePage(a4+"/Resources << /XObject << /X 5 0 R >> >>", "/X Do", forms...)
		}),
		of("xref-leads-back", damaged, func() []byte {
			data := pdfOf(pdfCatalog, "<< /Type /Pages /Kids [] /Count 0 >>")
			at := bytes.LastIndex(data, []byte("xref\n0"))
			return bytes.Replace(data, []byte("/Root 1 0 R"), fmt.Appendf(nil, "/Root 1 0 R /Prev %d", at), 1)
		}),
		of("object-stream-in-itself", damaged, func() []byte {
			var b bytes.Buffer
			b.WriteString("%PDF-1.7\n")
			one := b.Len()
			b.WriteString("1 0 obj\n" + streamOf("/Type /ObjStm /N 2 /First 8 /Extends 1 0 R", []byte("1 0 2 3 null null")) + "\nendobj\n")
			xref := b.Len()
			entries := []byte{0, 0, 0, 0, 1, byte(one >> 8), byte(one), 0, 2, 0, 1, 1, 2, 0, 1, 0, 1, byte(xref >> 8), byte(xref), 0}
			b.WriteString("4 0 obj\n" + streamOf("/Type /XRef /Size 5 /W [1 2 1] /Root 2 0 R", entries) + "\nendobj\n")
			fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", xref)
			return b.Bytes()
		}),
		of("object-streams-in-each-other", damaged, func() []byte {
			var b bytes.Buffer
			b.WriteString("%PDF-1.7\n")
			xref := b.Len()
			entries := []byte{0, 0, 0, 0, 2, 0, 2, 0, 2, 0, 1, 0, 2, 0, 1, 1, 1, byte(xref >> 8), byte(xref), 0}
			b.WriteString("4 0 obj\n" + streamOf("/Type /XRef /Size 5 /W [1 2 1] /Root 3 0 R", entries) + "\nendobj\n")
			fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", xref)
			return b.Bytes()
		}),
		of("length-is-its-own", noText, func() []byte {
			data := onePage(a4, "BT ET")
			return bytes.Replace(data, []byte("/Length 5"), []byte("/Length 4 0 R"), 1)
		}),
		of("content-1000-to-1", damaged, func() []byte {
			return pdfOf(pdfCatalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /Contents 4 0 R "+a4+">>",
				streamOf("/Filter /FlateDecode", zlibOf(io.LimitReader(filler("0 0 m "), 300<<20))))
		}),
		of("content-deflated-twice", damaged, func() []byte {
			return pdfOf(pdfCatalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /Contents 4 0 R "+a4+">>",
				streamOf("/Filter [/FlateDecode /FlateDecode]", zlibOf(bytes.NewReader(zlibOf(io.LimitReader(filler("\x00"), 400<<20))))))
		}),
		of("dictionaries-in-dictionaries", noText, func() []byte {
			return pdfOf(pdfCatalog, strings.Repeat("<< /A ", 1_000_000)+"null"+strings.Repeat(" >>", 1_000_000))
		}),
		of("huge-picture", damaged, func() []byte {
			return onePage(a4+"/Resources << /XObject << /X 5 0 R >> >>", "595 0 0 842 0 0 cm /X Do",
				streamOf("/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", zlibOf(io.LimitReader(filler("\x00"), 1<<20))))
		}),
	}
}
