package open

import (
	"archive/zip"
	"bytes"

	"dengji/extract"
)

func isZip(h []byte) bool { return bytes.HasPrefix(h, []byte("PK\x03\x04")) }

// zipHas reports whether a package has an entry; a damaged package has none.
func zipHas(path, entry string) bool {
	z, err := zip.OpenReader(path)
	if err != nil {
		return false
	}
	defer z.Close()
	for _, f := range z.File {
		if f.Name == entry {
			return true
		}
	}
	return false
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
	{"\xd0\xcf\x11\xe0", "OLE2", "旧版 Office 文件（.doc/.xls）或加密的 Office 文件无法读取；请另存为不加密的 .docx 或 PDF 后再发送"},
	{"PK\x03\x04", "zip", "压缩包或不认识的 Office 文件无法读取；请解压后发送其中的 DOCX、PDF 或图片"},
	{"Rar!", "RAR", "压缩包无法读取；请解压后发送其中的 DOCX、PDF 或图片"},
	{"7z\xbc\xaf", "7z", "压缩包无法读取；请解压后发送其中的 DOCX、PDF 或图片"},
	{"MZ", "executable", "这是可执行程序，不是登记材料，未读取；请发送 DOCX、PDF 或图片，并留意邮件来源"},
	{"\x7fELF", "executable", "这是可执行程序，不是登记材料，未读取；请发送 DOCX、PDF 或图片，并留意邮件来源"},
	{"{\\rtf", "RTF", "RTF 文件无法读取；请另存为 .docx 或 PDF 后再发送"},
}

// recognise finds the row of the table of formats for a file.
func recognise(head []byte, path string) (format, error) {
	for _, f := range formats() {
		if f.match(head, path) {
			return f, nil
		}
	}
	message := "不支持的文件格式；请发送 DOCX、PDF、XLSX 或图片（JPG、PNG、TIFF）"
	for _, u := range unsupported {
		if bytes.HasPrefix(head, []byte(u.magic)) {
			message = u.message
			break
		}
	}
	return format{}, extract.Refuse(extract.StatusUnsupported, message, nil)
}
