package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/extract"
	"dengji/extract/ocr/ppocr"
	"dengji/extract/open"
)

// workerCommand is the child that opens, renders and reads files. It is
// hidden: only the program itself calls it.
func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "worker", Hidden: true, Short: "Read files on behalf of another dengji", Args: exactly(),
		RunE: func(*cobra.Command, []string) error {
			// Not the command's context: Ctrl-C is the parent's business, who
			// ends the worker by closing its input or by killing it.
			return batch.Work(context.Background(), startEngine)
		},
	}
}

// startEngine loads the readers that a setup asks for.
func startEngine(s batch.Setup) (*batch.Engine, error) {
	models, missing := findModels(s.Models)
	if missing != nil && s.Reader == open.PPOCR {
		return nil, fmt.Errorf("loading PP-OCR: %w", missing)
	}
	var onPage func(int) // of the file being read: one at a time
	engine, err := open.New(open.Options{Limits: s.Limits, Reader: s.Reader, Models: models, CacheDir: s.CacheDir,
		Parallel: s.Parallel, PageImages: s.PageImages, DebugDir: s.DebugDir,
		OnPage: func(done int) { onPage(done) }})
	if err != nil {
		return nil, err
	}
	hello := batch.Hello{Readers: engine.Readers()}
	if gone := engine.Missing(); gone != nil {
		hello.Missing = gone.Error()
		if missing != nil {
			hello.Missing = missing.Error()
		}
	}
	return &batch.Engine{
		Hello: hello,
		File: func(ctx context.Context, path string, page func(int)) (*extract.Document, error) {
			onPage = page
			detected, recognized, _ := engine.ModelTime()
			doc, err := engine.File(ctx, path)
			if err == nil && doc.Timings != nil {
				// One file at a time is read here, so the difference is this file's.
				d, r, _ := engine.ModelTime()
				doc.Timings["model.detect"] = (d - detected).Seconds()
				doc.Timings["model.recognize"] = (r - recognized).Seconds()
			}
			return doc, err
		},
		Close: engine.Close,
		Worn:  engine.Worn,
	}, nil
}

// findModels looks for what the flags leave open: in the environment, then in
// the folder named models beside the program.
func findModels(m batch.Models) (ppocr.Config, error) {
	getenv := func(name string) string {
		if name == "DENGJI_MODELS" && m.Dir != "" {
			return m.Dir
		}
		return os.Getenv(name)
	}
	exeDir := ""
	if self, err := os.Executable(); err == nil {
		exeDir = filepath.Dir(self)
	}
	if m.Dir != "" {
		if info, err := os.Stat(m.Dir); err != nil || !info.IsDir() {
			return ppocr.Config{}, fmt.Errorf("there is no folder of models %s (--models); run `make models`, or name the folder that holds them", m.Dir)
		}
	}
	return ppocr.Find(ppocr.Config{Library: m.Library, Detection: m.Detection, Recognition: m.Recognition,
		Dictionary: m.Dictionary, Untuned: os.Getenv("DENGJI_PPOCR_UNTUNED") != ""}, getenv, exeDir)
}
