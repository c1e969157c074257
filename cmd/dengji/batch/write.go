package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"dengji/cmd/dengji/store"
)

// tempMark is part of every temporary file's name, so that what a killed run
// left behind is known as such.
const tempMark = ".dengji-tmp-"

// childTempMark is the same of the page pictures, which children write.
const childTempMark = ".tmp-"

// WriteFile puts data at path whole or not at all: a temporary file beside it
// is written, synced and renamed over it, and the folder is synced. A file
// that already holds data is left untouched.
func WriteFile(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := writeWhole(path, data); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func writeWhole(path string, data []byte) error {
	_, err := writeFrom(path, bytes.NewReader(data))
	return err
}

// writeFrom is WriteFile of what a reader gives; it returns its SHA-256.
func writeFrom(path string, from io.Reader) (sum string, err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, tempMark+"*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(f.Name())))
		}
	}()
	h := sha256.New()
	if _, err = io.Copy(io.MultiWriter(f, h), from); err != nil {
		return "", errors.Join(err, f.Close())
	}
	if err = errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return "", err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), syncDir(dir)
}

// outOfRoom reports whether an error is for want of room on the disk.
func outOfRoom(err error) bool {
	for _, full := range []error{unix.ENOSPC, unix.EDQUOT, unix.EFBIG, errChildFull} {
		if errors.Is(err, full) {
			return true
		}
	}
	return store.IsFull(err)
}

// errChildFull says that a child found the disk full.
var errChildFull = errors.New("a worker could not write")

// makeRoom adds to an error about a full disk what to do.
func makeRoom(err error) error {
	if !outOfRoom(err) {
		return err
	}
	return fmt.Errorf("%w; there is no room left: make room, and run the same command again: what is done is kept", err)
}

// syncDir makes a rename in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// removeLeftovers deletes temporary files that a killed run left in dir.
func removeLeftovers(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("looking for leftovers in %s: %w", dir, err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() && (strings.HasPrefix(e.Name(), tempMark) || strings.HasPrefix(e.Name(), childTempMark)) {
			if err := ignoreMissing(os.Remove(filepath.Join(dir, e.Name()))); err != nil {
				return fmt.Errorf("removing a leftover of an earlier run: %w", err)
			}
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
