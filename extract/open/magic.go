package open

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/extract/opc"
)

func isZip(h []byte) bool { return bytes.HasPrefix(h, []byte("PK\x03\x04")) }

func isOLE2(h []byte) bool { return bytes.HasPrefix(h, []byte("\xd0\xcf\x11\xe0")) }

// zipHas reports whether a package has an entry below a folder; a damaged
// package, or one with too many entries, has none.
func zipHas(path, folder string, lim extract.Limits) bool {
	entries, err := opc.Entries(path, lim)
	return err == nil && slices.ContainsFunc(entries, func(e opc.Entry) bool {
		return strings.HasPrefix(strings.ReplaceAll(strings.ToLower(e.Name), `\`, "/"), folder)
	})
}

// pictureMagic are the first bytes of pictures that extract/raster reads.
var pictureMagic = [...]string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "II*\x00", "MM\x00*", "BM", "GIF87a", "GIF89a"}

func isPicture(h []byte) bool {
	for _, m := range pictureMagic {
		if bytes.HasPrefix(h, []byte(m)) {
			return true
		}
	}
	return len(h) >= 12 && string(h[:4]) == "RIFF" && string(h[8:12]) == "WEBP"
}

// unsupported names formats that are often sent and not read, each with what
// to send instead.
var unsupported = [...]struct{ magic, name, message string }{
	{"PK\x03\x04", "zip", "压缩包或不认识的 Office 文件无法读取；请解压后发送其中的 DOCX、PDF 或图片"},
	{"Rar!", "RAR", "压缩包无法读取；请解压后发送其中的 DOCX、PDF 或图片"},
	{"7z\xbc\xaf", "7z", "压缩包无法读取；请解压后发送其中的 DOCX、PDF 或图片"},
	{"MZ", "executable", "这是可执行程序，不是登记材料，未读取；请发送 DOCX、PDF 或图片，并留意邮件来源"},
	{"\x7fELF", "executable", "这是可执行程序，不是登记材料，未读取；请发送 DOCX、PDF 或图片，并留意邮件来源"},
	{"{\\rtf", "RTF", "RTF 文件无法读取；请另存为 .docx 或 PDF 后再发送"},
}

// readable are name endings that promise a format of the table.
const readable = ".pdf .docx .xlsx .jpg .jpeg .png .tif .tiff .bmp .webp .gif "

// recognise finds the row of the table of formats for a file.
func recognise(head []byte, path string, lim extract.Limits) (format, error) {
	for _, f := range formats() {
		if f.match(head, path, lim) {
			return f, nil
		}
	}
	status, message := extract.StatusUnsupported, "不支持的文件格式；请发送 DOCX、PDF、XLSX 或图片（JPG、PNG、TIFF）"
	if ext := strings.ToLower(filepath.Ext(path)); strings.Contains(readable, ext+" ") && ext != "" {
		status, message = extract.StatusDamaged, "文件名以 "+ext+" 结尾，但内容不是这种格式，可能已损坏或改过名；请用原来的软件打开后另存，再发送"
	}
	for _, u := range unsupported {
		if bytes.HasPrefix(head, []byte(u.magic)) {
			status, message = extract.StatusUnsupported, u.message
			break
		}
	}
	var err error
	if isZip(head) {
		err = contents(path, lim)
	}
	if errors.Is(err, opc.ErrEntries) {
		status, message = extract.StatusTooLarge, "压缩包或 Office 文件内的条目过多，未读取；请发送其中的 DOCX、PDF 或图片"
	}
	return format{}, extract.Refuse(status, message, err)
}

// contents lists what an archive that is not read holds, as the cause of its
// refusal: whoever unpacks it should know of names that would land elsewhere.
func contents(path string, lim extract.Limits) error {
	entries, err := opc.Entries(path, lim)
	if err != nil {
		return fmt.Errorf("zip: %w", err)
	}
	// Refused names first, so that they are not what is left out.
	slices.SortStableFunc(entries, func(a, b opc.Entry) int { return strings.Compare(b.Refused, a.Refused) })
	const shown = 30
	var names []string
	for i, e := range entries {
		switch {
		case i == shown:
			names = append(names, "…")
		case i > shown:
		case e.Refused != "":
			names = append(names, fmt.Sprintf("REFUSED %s (%s)", opc.Shorten(e.Name), e.Refused))
		default:
			names = append(names, opc.Shorten(e.Name))
		}
	}
	return fmt.Errorf("zip archive of %d entries: %s", len(entries), strings.Join(names, ", "))
}
