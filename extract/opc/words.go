package opc

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf16"

	"dengji/extract"
)

// Words are what messages to the secretariat call one kind of package.
type Words struct {
	Name string // Word 文档
	Save string // what to save it as: DOCX
	Old  string // what an OLE2 file of that kind is: 旧版 Word 文档（.doc）
}

const (
	oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	zipMagic = "PK"
)

func (w Words) damaged(err error) error {
	return extract.Refuse(extract.StatusDamaged,
		fmt.Sprintf("%s已损坏或不完整，无法打开；请重新导出为 %s 或 PDF 后再发送", w.Name, w.Save), err)
}

// Damaged is the refusal of a package whose parts make no sense.
func (w Words) Damaged(err error) error { return w.damaged(err) }

// TooLarge is the refusal of a package beyond a limit.
func (w Words) TooLarge(err error) error { return w.tooLarge(err) }

func (w Words) tooLarge(err error) error {
	return extract.Refuse(extract.StatusTooLarge,
		fmt.Sprintf("%s过大或内容异常；请删去多余内容、压缩图片，或导出为 PDF 后再发送", w.Name), err)
}

func (w Words) encrypted(err error) error {
	return extract.Refuse(extract.StatusEncrypted,
		fmt.Sprintf("%s有密码保护，无法打开；请取消密码后另存为 %s 再发送", w.Name, w.Save), err)
}

// notZip says what a file is that is no zip, nil for one that may be.
func (w Words) notZip(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte(zipMagic)):
		return nil
	// MS-OFFCRYPTO 2.1.1: an encrypted package is an OLE2 file with a stream
	// of this name; OLE2 keeps names as UTF-16LE.
	case bytes.HasPrefix(data, []byte(oleMagic)) && bytes.Contains(data, utf16LE("EncryptedPackage")):
		return w.encrypted(errors.New("OLE2 file with a stream EncryptedPackage"))
	case bytes.HasPrefix(data, []byte(oleMagic)):
		return extract.Refuse(extract.StatusUnsupported,
			fmt.Sprintf("文件是%s；请用 Word 或 WPS 另存为 %s 或导出为 PDF 后再发送", w.Old, w.Save), errors.New("OLE2 file"))
	}
	return extract.Refuse(extract.StatusDamaged,
		fmt.Sprintf("文件不是有效的%s（可能只是改了扩展名）；请重新另存为 %s 或导出为 PDF 后再发送", w.Name, w.Save), errors.New("not a zip"))
}

func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
