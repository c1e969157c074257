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

// lock takes OUT for one run.
func lock(out string) (*os.File, error) {
	return take(out, ".lock", fmt.Errorf("%s is %w; wait for it to end, or give another folder with -o", out, ErrLocked))
}

// LockNotify takes OUT for one sender of changes: two would send everything
// twice and mix up its order. The error wraps ErrLocked where there is one.
func LockNotify(out string) (*os.File, error) {
	return take(out, ".notify", &lockedBy{"`dengji serve --notify` already tells of the changes of " + out + "; end it first, or give all receivers to one"})
}

// lockedBy is ErrLocked in other words.
type lockedBy struct{ text string }

func (l *lockedBy) Error() string        { return l.text }
func (l *lockedBy) Is(target error) bool { return target == ErrLocked }

// take locks a file of OUT. The kernel lets go of it when the process ends,
// however it ends; the file itself stays, because deleting it would let two
// processes lock two different files of one name.
func take(out, name string, busy error) (*os.File, error) {
	path := filepath.Join(out, name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w; give a folder that can be written", out, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, busy
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return f, nil
}
