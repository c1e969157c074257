package store

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"time"
)

// stamp is how times stand in the database and in records.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func pack(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return compress(data)
}

func compress(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

func decompress(blob []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(blob))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func unpack(blob []byte, v any) error {
	data, err := decompress(blob)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// encode is JSON on one line, ended by a newline, with <, > and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
