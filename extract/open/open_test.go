package open

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr/ppocr"
)

const samples = "../../fixtures/samples"

// engine loads the readers as the program does; `make test` has fetched the
// models to bin/models. PDFium's compiled code is kept between runs: to
// compile it takes seconds.
func engine(t *testing.T, reader string) *Engine {
	t.Helper()
	opt := Options{Limits: extract.DefaultLimits(), Reader: reader, CacheDir: filepath.Join(os.TempDir(), "dengji-test-pdfium")}
	if reader != Tesseract {
		models, err := ppocr.Find(ppocr.Config{}, os.Getenv, "../../bin")
		if err != nil {
			t.Fatalf("models are missing, run `make models`: %v", err)
		}
		opt.Models = models
	}
	e, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestRefusals(t *testing.T) {
	e := engine(t, Auto)
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	broken := func(name string) string { return filepath.Join(samples, "broken", name) }
	tests := []struct {
		path   string
		status extract.Status
		hint   string // a word of the message
	}{
		{broken("空文件.pdf"), extract.StatusEmpty, "空"},
		{broken("截断.pdf"), extract.StatusDamaged, "重新发送"},
		{broken("加密.pdf"), extract.StatusEncrypted, "密码"},
		{broken("登记表.exe.pdf"), extract.StatusUnsupported, "可执行"},
		{broken("登记表（不是压缩包）.docx"), extract.StatusDamaged, ".docx"},
		{broken("零页.pdf"), extract.StatusEmpty, "页"},
		{broken("猫.jpg"), extract.StatusNoText, "没有读到文字"},
		{write("说明.txt", "just text"), extract.StatusUnsupported, "DOCX"},
		{write("照片.jpg", "just text"), extract.StatusDamaged, ".jpg"},
		{write("旧.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 600)), extract.StatusUnsupported, "DOCX"},
		{write("材料.rar", "Rar!\x1a\x07\x00"), extract.StatusUnsupported, "解压"},
		{filepath.Join(dir, "没有这个文件.pdf"), extract.StatusDamaged, "打不开"},
		{dir, extract.StatusUnsupported, "不是普通文件"},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.path), func(t *testing.T) {
			_, err := e.File(context.Background(), tt.path)
			status, message := extract.StatusOf(err)
			if status != tt.status {
				t.Errorf("status %q (%v), want %q", status, err, tt.status)
			}
			if !strings.Contains(message, tt.hint) {
				t.Errorf("message %q does not speak of %q", message, tt.hint)
			}
		})
	}
}

func TestFileSize(t *testing.T) {
	e := engine(t, Tesseract)
	e.opt.Limits.FileBytes = 10
	path := filepath.Join(t.TempDir(), "big.pdf")
	if err := os.WriteFile(path, []byte("%PDF-1.4 and more"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := e.File(context.Background(), path)
	if status, _ := extract.StatusOf(err); status != extract.StatusTooLarge {
		t.Errorf("status %q, want %q", status, extract.StatusTooLarge)
	}
}

// sample finds one file of the committed samples.
func sample(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(samples, "inbox", pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: found %v, %v", pattern, found, err)
	}
	return found[0]
}

func text(doc *extract.Document) string {
	var b strings.Builder
	for _, l := range doc.Lines {
		b.WriteString(strings.ReplaceAll(l.Text, " ", ""))
		b.WriteByte('\n')
	}
	return b.String()
}

func TestScanBecomesDocument(t *testing.T) {
	e := engine(t, Auto)
	e.opt.PageImages, e.opt.DebugDir = t.TempDir(), t.TempDir()
	doc, err := e.File(context.Background(), sample(t, "008-*/扫描件_20220721-1.png"))
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Pages) != 1 || doc.Pages[0].Source != extract.SourceScan {
		t.Fatalf("pages %+v", doc.Pages)
	}
	for _, want := range []string{"优秀软件产品登记表", "天津博图软件技术有限公司"} {
		if !strings.Contains(text(doc), want) {
			t.Errorf("%q was not read", want)
		}
	}
	if len(doc.Ticks) != 5 {
		t.Errorf("%d tick boxes, want 5", len(doc.Ticks))
	}
	for _, tick := range doc.Ticks {
		r := []rune(doc.Lines[tick.Line].Text)[tick.Rune]
		if (r == extract.TickOn) != tick.On || (r != extract.TickOn && r != extract.TickOff) {
			t.Errorf("tick %+v has the rune %q", tick, r)
		}
	}
	if len(doc.Seals) == 0 || doc.Seals[0].Text != "天津博图软件技术有限公司" {
		t.Errorf("seals %+v", doc.Seals)
	}
	cells := 0
	for _, table := range doc.Tables {
		for _, c := range table.Cells {
			cells++
			for _, i := range c.Lines {
				if inter := c.Box.Intersect(doc.Lines[i].Box); inter.Area()*2 < doc.Lines[i].Box.Area() {
					t.Errorf("line %q does not lie in its cell", doc.Lines[i].Text)
				}
			}
		}
	}
	if cells < 20 {
		t.Errorf("%d cells, the form has more", cells)
	}
	for _, dir := range []string{e.opt.PageImages, e.opt.DebugDir} {
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("%s holds %v, %v", dir, files, err)
		}
	}
}

func TestTesseractAlone(t *testing.T) {
	e := engine(t, Tesseract)
	doc, err := e.File(context.Background(), sample(t, "008-*/扫描件_20220721-1.png"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text(doc), "天津博图软件技术") {
		t.Errorf("the company was not read:\n%s", text(doc))
	}
	if len(doc.Readers) != 1 || !strings.HasPrefix(doc.Readers[0], extract.ReaderTesseract) {
		t.Errorf("readers %v", doc.Readers)
	}
}

func TestPagesSideBySideAreInOrder(t *testing.T) {
	path := sample(t, "013-*/天津宏腾飞-登记表.pdf")
	e := engine(t, Auto)
	one, err := e.File(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	e.opt.Parallel = 3
	three, err := e.File(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if text(one) != text(three) {
		t.Errorf("one page at a time reads\n%s\nthree side by side read\n%s", text(one), text(three))
	}
}

func TestCancelledFile(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := engine(t, Auto).File(ctx, sample(t, "013-*/天津宏腾飞-登记表.pdf")); err == nil {
		t.Error("a cancelled file was read")
	}
}
