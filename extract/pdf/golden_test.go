package pdf

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/signintech/gopdf"

	"dengji/extract"
)

var update = flag.Bool("update", false, "make testdata anew (needs Debian's fonts-arphic-gbsn00lp)")

const songFont = "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf"

// TestGolden reads the committed PDFs and compares lines and pages with what
// was read when they were looked at.
func TestGolden(t *testing.T) {
	if *update {
		write(t, "form.pdf", formPDF(t))
		write(t, "locked.pdf", lockedPDF(t, "secret"))
		write(t, "owner.pdf", lockedPDF(t, ""))
	}
	for _, name := range []string{"form", "owner"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", name+".pdf"))
			if err != nil {
				t.Fatal(err)
			}
			sheets, errs, err := read(t, data, extract.DefaultLimits())
			if err != nil || len(errs) > 0 {
				t.Fatal(err, errs)
			}
			type page struct {
				Page  extract.Page
				Trust bool
				Lines []extract.Line
			}
			var got []page
			for _, s := range sheets {
				for i := range s.Lines {
					round(s.Lines[i].Chars)
				}
				got = append(got, page{s.Page, s.Trust, s.Lines})
			}
			text, err := json.MarshalIndent(got, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				write(t, name+".json", text)
			}
			want, err := os.ReadFile(filepath.Join("testdata", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, want) {
				t.Errorf("%s.pdf is read otherwise than testdata/%s.json says:\n%s", name, name, text)
			}
		})
	}
}

// round keeps a tenth of a point.
func round(chars []extract.Char) {
	for i, c := range chars {
		chars[i].X0, chars[i].X1 = float64(int(c.X0*10+0.5))/10, float64(int(c.X1*10+0.5))/10
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("testdata", name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// formPDF is a ruled table with a subset of a Chinese font: cells that nearly
// touch, a footnote's digit, ticks, bold by drawing twice.
func formPDF(t *testing.T) []byte {
	var pdf gopdf.GoPdf
	pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	if err := pdf.AddTTFFont("song", songFont); err != nil {
		t.Fatal(err)
	}
	pdf.AddPage()
	put := func(x, y, size float64, s string) {
		if err := pdf.SetFont("song", "", size); err != nil {
			t.Fatal(err)
		}
		pdf.SetXY(x, y)
		if err := pdf.Text(s); err != nil {
			t.Fatal(err)
		}
	}
	put(200, 80, 18, "优秀软件产品登记表")
	put(200.3, 80, 18, "优秀软件产品登记表")
	pdf.SetLineWidth(0.5)
	for _, y := range []float64{100, 130, 160, 190} {
		pdf.Line(60, y, 530, y)
	}
	for _, x := range []float64{60, 200, 340, 530} {
		pdf.Line(x, 100, x, 190)
	}
	put(66, 119, 10.5, "企业名称：")
	put(206, 119, 10.5, "济南某某软件有限公司")
	put(346, 119, 10.5, "https://www.example.com/a?b=1")
	put(66, 149, 10.5, "产品名称")
	put(206, 149, 10.5, "细分类别")
	put(248, 145, 6, "1")
	put(252, 149, 10.5, "（参照主营）")
	put(346, 149, 10.5, "35.2%")
	put(66, 179, 10.5, "法人代表姓名：张三")
	put(202, 179, 10.5, "邮编250101")
	put(356.5, 179, 10.5, "工业软件  √基础软件      □其他软件")
	put(346, 179, 10.5, "□")
	put(60, 830, 9, "第 1 页")
	return pdf.GetBytesPdf()
}

// lockedPDF is encrypted with a user password; "" opens without asking.
func lockedPDF(t *testing.T, user string) []byte {
	var pdf gopdf.GoPdf
	pdf.Start(gopdf.Config{
		PageSize:   *gopdf.PageSizeA4,
		Protection: gopdf.PDFProtectionConfig{UseProtection: true, Permissions: gopdf.PermissionsPrint, UserPass: []byte(user), OwnerPass: []byte("owner")},
	})
	if err := pdf.AddTTFFont("song", songFont); err != nil {
		t.Fatal(err)
	}
	if err := pdf.SetFont("song", "", 12); err != nil {
		t.Fatal(err)
	}
	pdf.AddPage()
	pdf.SetXY(60, 80)
	if err := pdf.Text("软件产品用户使用报告，请勿修改"); err != nil {
		t.Fatal(err)
	}
	return pdf.GetBytesPdf()
}
