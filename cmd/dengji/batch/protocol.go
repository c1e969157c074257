package batch

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"dengji/extract"
)

// Parent and child speak JSON, one message a line: the parent writes a Setup
// and then requests, the child answers the Setup with a hello and each
// request with any number of progress messages and one answer.

// Setup says how a child reads; it is the first line the child gets.
type Setup struct {
	Reader     string         `json:"reader"` // auto, ppocr, tesseract
	Models     Models         `json:"models"`
	Limits     extract.Limits `json:"limits"`
	CacheDir   string         `json:"cache_dir,omitempty"`
	PageImages string         `json:"page_images,omitempty"` // folder for upright page pictures
	DebugDir   string         `json:"debug_dir,omitempty"`
	Parallel   int            `json:"parallel"`   // pages of one file read side by side
	DataLimit  uint64         `json:"data_limit"` // bytes of writable memory, 0 for no limit
}

// Models names the files of the PP-OCR reader; empty ones are looked for.
type Models struct {
	Dir         string `json:"dir,omitempty"`
	Library     string `json:"library,omitempty"`
	Detection   string `json:"detection,omitempty"`
	Recognition string `json:"recognition,omitempty"`
	Dictionary  string `json:"dictionary,omitempty"`
}

type request struct {
	ID   int    `json:"id"`
	Path []byte `json:"path"` // bytes, not text: a file name need not be UTF-8
}

type message struct {
	Hello    *Hello            `json:"hello,omitempty"`
	ID       int               `json:"id,omitempty"`
	Page     int               `json:"page,omitempty"` // progress: pages read so far
	Document *extract.Document `json:"document,omitempty"`
	Status   extract.Status    `json:"status,omitempty"`
	Reason   string            `json:"reason,omitempty"` // 中文
	Detail   string            `json:"detail,omitempty"` // the error, English
	Last     bool              `json:"last,omitempty"`   // the child is worn and wants to be replaced
	Stop     string            `json:"stop,omitempty"`   // the disk is full: the file is not to blame, and the run ends
}

// Hello says what a child can read with.
type Hello struct {
	Readers []string `json:"readers"`           // with versions
	Missing string   `json:"missing,omitempty"` // why PP-OCR is not among them
	Error   string   `json:"error,omitempty"`   // why the child cannot work at all
}

// maxMessage bounds one line of the protocol: a document of 500 dense pages
// with a score per character stays far under it.
const maxMessage = 512 << 20

var errTooLong = errors.New("message is longer than the protocol allows")

// readMessage reads one line into v.
func readMessage(r *bufio.Reader, v any) error {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxMessage {
			return errTooLong
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && len(line) > 0:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		if err := json.Unmarshal(line, v); err != nil {
			return fmt.Errorf("message is not JSON: %w", err)
		}
		return nil
	}
}

func writeMessage(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
