package batch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// ErrLocked says that another run holds OUT.
var ErrLocked = errors.New("in use by another run")

// lock takes OUT for one run. The kernel lets go of it when the process ends,
// however it ends; the file itself stays, because deleting it would let two
// runs lock two different files of one name.
func lock(out string) (*os.File, error) {
	path := filepath.Join(out, ".lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w; give a folder that can be written with -o", out, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is %w; wait for it to end, or give another folder with -o", out, ErrLocked)
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return f, nil
}
