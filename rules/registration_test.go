package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

// registration makes the papers of one form of a company: scan, copy,
// certificate, report; its texts speak of its product.
func registration(owner, product string) []*extract.Document {
	docs := company(owner, product)
	for _, d := range docs[:2] {
		for i := range d.Lines {
			l := &d.Lines[i]
			l.Text = strings.NewReplacer(summary, product+"有自己的简述文字。", caseText, "关于"+product+"的应用案例。").Replace(l.Text)
			if l.Chars != nil {
				l.Chars = make([]extract.Char, len([]rune(l.Text)))
			}
		}
	}
	return docs
}

// A company that fills in a form for each of two products has registered
// twice, in one folder or two, and every paper goes to its product.
func TestTwoRegistrations(t *testing.T) {
	const owner = "济南云岭软件有限公司"
	forms := loadForms(t)
	for _, folder := range []string{"云岭/%s", "云岭/%[1]s", "%s"} {
		var inputs []Input
		for i, product := range []string{"云岭政务协同平台", "智慧港口调度系统"} {
			for k, d := range registration(owner, product) {
				inputs = append(inputs, Input{Path: fmt.Sprintf(folder, fmt.Sprintf("%d%d.pdf", k, i)), Doc: d})
			}
		}
		subs, lost := Group(inputs, forms)
		if len(subs) != 2 || len(lost) > 0 {
			t.Fatalf("%s: %v, unassigned %v", folder, keys(subs), lost)
		}
		for i, s := range subs {
			if len(s.Inputs) != 4 || s.Enterprise != owner {
				t.Errorf("%s: %v", folder, keys(subs))
			}
			for _, in := range s.Inputs {
				if !strings.HasSuffix(in.Path, fmt.Sprintf("%d.pdf", i)) {
					t.Errorf("%s lies with %s", in.Path, s.Key)
				}
			}
		}
	}
}

// Forms that may be one submission's stay together: a scan and a copy that
// name different products, forms with a product in common, and a form that was
// replaced.
func TestOneRegistration(t *testing.T) {
	forms := loadForms(t)
	const owner = "济南云岭软件有限公司"
	a, b := registration(owner, "云岭政务协同平台"), registration(owner, "智慧港口调度系统")
	for name, inputs := range map[string][]Input{
		"scan and copy": {{Path: "x/a.pdf", Doc: a[0]}, {Path: "x/b.docx", Doc: b[1]}, {Path: "x/c.pdf", Doc: a[2]}},
		"replaced":      {{Path: "x/a.pdf", Doc: a[0], Seen: 1, Replaced: "ff"}, {Path: "x/b.pdf", Doc: b[0], Seen: 2}},
	} {
		subs, lost := Group(slices.Clone(inputs), forms)
		if len(subs) != 1 || len(lost) > 0 || len(subs[0].Inputs) != len(inputs) {
			t.Errorf("%s: %v, unassigned %v", name, keys(subs), lost)
		}
	}
}

// A certificate of another applicant's product goes to that one, from a folder
// too; one that nobody claims belongs to nobody, whatever else its page says.
func TestMisfiledCertificate(t *testing.T) {
	forms := loadForms(t)
	var inputs []Input
	for i, co := range companies[:2] {
		for k, d := range company(co[0], co[1]) {
			folder := i
			if k == 2 {
				folder = 1 - i
			}
			inputs = append(inputs, Input{Path: fmt.Sprintf("%d/%d%d.pdf", folder, k, i), Doc: d})
		}
	}
	own := certificatePage("海天集装箱识别软件", "V1.0", companies[1][0], "2021年05月10日", "未发表", "2021SR1600002") // of no form
	inputs = append(inputs, Input{Path: "0/别的产品.pdf", Doc: &own.doc})
	subs, lost := Group(inputs, forms)
	if len(subs) != 2 || len(lost) > 0 {
		t.Fatalf("%v, unassigned %v", keys(subs), lost)
	}
	for i, want := range []string{"0=0/00.pdf,0/10.pdf,0/30.pdf,0/别的产品.pdf,1/20.pdf", "1=0/21.pdf,1/01.pdf,1/11.pdf,1/31.pdf"} {
		slices.SortFunc(subs[i].Inputs, func(a, b Input) int { return strings.Compare(a.Path, b.Path) })
		if got := keys(subs[i : i+1])[0]; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	alone := certificatePage("无人申报的系统", "V1.0", "某某无关有限公司", "2021年05月10日", "未发表", "2021SR1600001")
	alone.text("本证书所载软件与应用案例简述一致，成效显著，在三个地市应用。")
	inputs = []Input{{Path: "证书.pdf", Doc: &alone.doc}}
	for k, d := range company(companies[0][0], companies[0][1]) {
		inputs = append(inputs, Input{Path: fmt.Sprintf("%d.pdf", k), Doc: d})
	}
	if subs, lost := Group(inputs, forms); len(lost) != 1 || lost[0].Input.Path != "证书.pdf" {
		t.Errorf("%v, unassigned %v", keys(subs), lost)
	}
}
