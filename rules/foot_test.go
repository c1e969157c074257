package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

// Under a seal the first reading of a certificate's date may be none where
// another one is.
func TestFootTakesAnotherReadingsDate(t *testing.T) {
	cert := certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR1625330")
	at := -1
	for i, l := range cert.doc.Lines {
		if strings.HasPrefix(l.Text, "2021年") {
			at = i // the last one is the date of issue
		}
	}
	if at < 0 {
		t.Fatal("the certificate has no date")
	}
	l := &cert.doc.Lines[at]
	date := l.Text
	garbled := strings.Replace(date, "2021年", "2（年", 1)
	l.Text, l.Chars = garbled, l.Chars[:len([]rune(garbled))]
	if rec, _ := build(t, &cert.doc); field1(t, rec, "certificates[0].issue_date").Value != nil {
		t.Fatal("a garbled date was read")
	}
	l.Other = []extract.Reading{{Reader: extract.ReaderPPOCR, Text: date, Score: 0.9}}
	rec, _ := build(t, &cert.doc)
	f := field1(t, rec, "certificates[0].issue_date")
	if f.Value != "2021-11-03" || !f.Review {
		t.Errorf("got %v, review %v, want the other reading's date for review", f.Value, f.Review)
	}
}
