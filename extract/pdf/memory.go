package pdf

import (
	"sync/atomic"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// Bounds of PDFium's memory, in bytes.
const (
	// maxMemory is five times the largest file and ten times a rendered page.
	maxMemory = 1 << 30
	// parseMemory is what opening a file or a page may take beside the file
	// itself. 20,000 objects of a page take 20 MB; forms that draw each other
	// take all they can get, and a content stream may inflate a thousandfold.
	parseMemory = 128 << 20
)

// memory makes PDFium's memory: address space that is reserved whole and made
// usable piece by piece. Go's own slices would be copied whenever PDFium wants
// more, and the old ones lie about until the next collection: a page of 1 GiB
// took 2 GiB.
type memory struct {
	ceiling atomic.Int64 // bytes PDFium may have now
	size    atomic.Int64 // bytes it has
}

// grant lets PDFium grow by so many bytes, and no further than maxMemory.
func (m *memory) grant(more int64) { m.ceiling.Store(min(m.size.Load()+more, maxMemory)) }

// grantAll lets PDFium grow to maxMemory.
func (m *memory) grantAll() { m.ceiling.Store(maxMemory) }

// Allocate implements experimental.MemoryAllocator. One instance is alive at a
// time. It panics where the system has no address space left, which
// Engine.instance catches.
func (m *memory) Allocate(_, most uint64) experimental.LinearMemory {
	reserved, err := unix.Mmap(-1, 0, int(most), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		panic("reserve PDFium's memory: " + err.Error())
	}
	m.size.Store(0)
	return &linear{memory: m, reserved: reserved}
}

// linear is one instance's memory.
type linear struct {
	memory   *memory
	reserved []byte
	usable   int
}

// Reallocate implements experimental.LinearMemory; nil makes PDFium's own
// allocation fail, which ends the instance.
func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(len(l.reserved)) || int64(size) > l.memory.ceiling.Load() {
		return nil
	}
	if int(size) > l.usable {
		if err := unix.Mprotect(l.reserved[l.usable:size], unix.PROT_READ|unix.PROT_WRITE); err != nil {
			return nil
		}
		l.usable = int(size)
		l.memory.size.Store(int64(size))
	}
	return l.reserved[:size:size]
}

// Free implements experimental.LinearMemory. Whatever was taken out of
// PDFium's memory was copied: nothing may point into it any more.
func (l *linear) Free() {
	if l.reserved != nil {
		_ = unix.Munmap(l.reserved)
		l.reserved = nil
	}
}
