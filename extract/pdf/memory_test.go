package pdf

import (
	"errors"
	"strings"
	"testing"

	"dengji/extract"
)

// A page whose forms draw each other without end takes no more memory than it
// is given, costs itself alone, and is told of in one line.
func TestRunawayPage(t *testing.T) {
	b := &builder{}
	next := 0
	for range 8 {
		resources := ""
		if next > 0 {
			resources = strings.Replace("/Resources << /XObject << /X 0 0 R >> >>", "0 0 R", refTo(next), 1)
		}
		next = b.stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] "+resources, []byte(strings.Repeat("/X Do ", 100)))
	}
	hostile := pageSpec{resources: "/XObject << /X " + refTo(next) + " >>", content: "/X Do"}
	good := pageSpec{resources: b.helvetica(), content: "BT /F1 12 Tf 72 700 Td (Hello, this is a good page.) Tj ET"}
	sheets, errs, err := read(t, b.pdf(good, hostile, good), extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 2 || len(errs) != 1 {
		t.Fatalf("%d sheets and %d errors, want 2 and 1", len(sheets), len(errs))
	}
	var r *extract.Refusal
	if !errors.As(errs[0], &r) || r.Message != msgPage || strings.Contains(errs[0].Error(), "\n") {
		t.Errorf("the page's error is %q", errs[0])
	}
	if size := testEngine(t).memory.size.Load(); size > 2*parseMemory {
		t.Errorf("PDFium holds %d MiB", size>>20)
	}
}

func TestMemoryGrants(t *testing.T) {
	m := &memory{}
	m.grant(3 * memoryPage)
	l := m.Allocate(0, 1<<20)
	defer l.Free()
	b := l.Reallocate(2 * memoryPage)
	if len(b) != 2*memoryPage {
		t.Fatalf("got %d bytes", len(b))
	}
	b[len(b)-1] = 7
	if l.Reallocate(4*memoryPage) != nil {
		t.Error("more was given than granted")
	}
	m.grant(2 * memoryPage)
	c := l.Reallocate(4 * memoryPage)
	if len(c) != 4*memoryPage || c[2*memoryPage-1] != 7 || &c[0] != &b[0] {
		t.Error("memory moved while it grew")
	}
	m.grantAll()
	if l.Reallocate(2<<20) != nil {
		t.Error("more was given than reserved")
	}
}
