package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/extract"
)

// File is one regular file of the inbox.
type File struct {
	Path    string // relative to the inbox, with /, valid UTF-8, unique in one walk
	Raw     string // as the file system names it, absolute
	Size    int64
	ModTime time.Time
	SHA256  string         // "" until hashed
	Problem string         // why it could not be hashed or read, in Chinese; "" when it could
	Status  extract.Status // with a Problem; "" is StatusUnreadable
}

// Skipped is an entry of the inbox that is not read.
type Skipped struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`           // symlink, device, hidden, lock_file, system_file, output, unreadable
	Detail string `json:"detail,omitempty"` // 中文
}

// Reasons an entry is skipped for. Only those of refused entries are listed
// with a message; the rest is nobody's document.
const (
	skipLink       = "symlink"
	skipDevice     = "device"
	skipHidden     = "hidden"
	skipLockFile   = "lock_file"
	skipSystemFile = "system_file"
	skipOutput     = "output"
	skipUnreadable = "unreadable"
)

// systemFiles are what Windows and macOS leave in folders, in lower case.
var systemFiles = map[string]bool{"thumbs.db": true, "desktop.ini": true, "ehthumbs.db": true, "__macosx": true}

// Walk lists the regular files under inbox, sorted by path, and what it
// passed over. It follows no link and opens nothing. out is skipped where it
// lies inside inbox.
func Walk(ctx context.Context, inbox, out string) ([]File, []Skipped, error) {
	w := walker{inbox: inbox, names: map[string]bool{}, folders: map[string]string{}}
	if info, err := os.Stat(out); err == nil {
		w.out = info
	}
	err := filepath.WalkDir(inbox, func(raw string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return w.visit(raw, entry, err)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("walking the inbox %s: %w", inbox, err)
	}
	sort.Slice(w.files, func(i, j int) bool { return w.files[i].Path < w.files[j].Path })
	sort.Slice(w.skipped, func(i, j int) bool { return w.skipped[i].Path < w.skipped[j].Path })
	return w.files, w.skipped, nil
}

type walker struct {
	inbox   string
	out     fs.FileInfo
	names   map[string]bool
	folders map[string]string // readable paths by raw ones
	files   []File
	skipped []Skipped
}

func (w *walker) visit(raw string, entry fs.DirEntry, walkErr error) error {
	if raw == w.inbox {
		return walkErr
	}
	rel, err := filepath.Rel(w.inbox, raw)
	if err != nil {
		return err
	}
	path, again := w.folders[rel] // a folder that cannot be listed comes twice
	if !again {
		path = extract.UniqueName(filepath.ToSlash(rel), w.names)
	}
	if entry != nil && entry.IsDir() {
		w.folders[rel] = path
	}
	if walkErr != nil {
		w.skip(path, skipUnreadable, "无法打开："+walkErr.Error())
		return nil
	}
	if reason := nobodysDocument(entry.Name()); reason != "" {
		w.skip(path, reason, "")
		return skipTree(entry)
	}
	info, err := entry.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist): // deleted while we walked
		return nil
	case err != nil:
		w.skip(path, skipUnreadable, "无法打开："+err.Error())
	case entry.IsDir():
		if w.out != nil && os.SameFile(info, w.out) {
			w.skip(path, skipOutput, "")
			return fs.SkipDir
		}
	case info.Mode()&fs.ModeSymlink != 0:
		w.skip(path, skipLink, "符号链接不读取；请把文件本身放进来")
	case !info.Mode().IsRegular():
		w.skip(path, skipDevice, "不是普通文件，不读取")
	default:
		w.files = append(w.files, File{Path: path, Raw: raw, Size: info.Size(), ModTime: info.ModTime()})
	}
	return nil
}

func (w *walker) skip(path, reason, detail string) {
	w.skipped = append(w.skipped, Skipped{Path: path, Reason: reason, Detail: detail})
}

func skipTree(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// nobodysDocument returns why a name is passed over: hidden files, the lock
// files Office leaves beside an open document, what systems put in folders.
func nobodysDocument(name string) string {
	switch {
	case strings.HasPrefix(name, "~$"), strings.HasPrefix(name, ".~lock."):
		return skipLockFile
	case strings.HasPrefix(name, "."):
		return skipHidden
	case systemFiles[strings.ToLower(name)]:
		return skipSystemFile
	}
	return ""
}

// extension is that of the name, in lower case with its dot.
func (f *File) extension() string { return strings.ToLower(filepath.Ext(f.Path)) }

// content tells apart what is read once: bytes and extension, by which a file
// that is not what its name says is refused.
func (f *File) content() store.Content {
	return store.Content{SHA256: f.SHA256, Extension: f.extension()}
}

// hash fills in a file's SHA-256. It refuses what became a link since the
// walk (O_NOFOLLOW), and notes what cannot be opened instead of failing. A file
// of more than most bytes (0 for any number) is not read through: it may be
// larger than the disk. buf is scratch space.
func (f *File) hash(ctx context.Context, buf []byte, most int64) {
	sum, err := hashFile(ctx, f.Raw, buf, most)
	if ctx.Err() != nil {
		return // interrupted: nothing is wrong with the file
	}
	switch {
	case errors.Is(err, errTooMany):
		f.Status, f.Problem = extract.StatusTooLarge, "文件过大；请压缩或分成几个文件后再发送"
	case err != nil:
		f.Problem = "无法打开文件：" + plainError(err)
	}
	f.SHA256 = sum
}

var errTooMany = errors.New("file is beyond the limit")

func hashFile(ctx context.Context, path string, buf []byte, most int64) (string, error) {
	f, err := openNoFollow(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && most > 0 && info.Size() > most {
		return "", errTooMany
	}
	h := sha256.New()
	size := int64(0)
	for {
		if most > 0 && size > most {
			return "", errTooMany
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		n, err := f.Read(buf)
		h.Write(buf[:n])
		size += int64(n)
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// plainError drops the path from an error about a file: the reader of the
// message has it in the next column.
func plainError(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
