package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

// rename puts other words for a document's, wherever they stand.
func rename(d *extract.Document, pairs ...string) *extract.Document {
	for i := range d.Lines {
		d.Lines[i].Text, d.Lines[i].Chars = strings.NewReplacer(pairs...).Replace(d.Lines[i].Text), nil
	}
	return d
}

// A form whose company name was misread, cut off or not read belongs to the
// form that agrees in all else; a form of another company does not, whatever
// else they share.
func TestMisreadApplicant(t *testing.T) {
	forms := loadForms(t)
	const name, software = "济南云岭软件有限公司", "云岭政务协同平台"
	for _, tt := range []struct {
		what string
		scan []string // what the scan says instead
		want int
	}{
		{"misread", []string{name, "济南去崎软仵有艮公"}, 1},
		{"cut off", []string{name, "济南云岭"}, 1},
		{"wholly misread", []string{name, "浒甫厶今欠什有限公司"}, 1},
		{"misread, and the product too", []string{name, "济南去崎软仵有艮公", "云岭政务", "厶岭政夯"}, 1},
		{"sister firm with the same contact and texts", []string{name, "济南海天软件有限公司", software, "海天渔业监测系统"}, 2},
		{"other firm with the same contact and texts", []string{name, "青岛港口信息技术股份有限公司", software, "港口调度系统"}, 2},
		{"other firm with the same product alone", []string{name, "青岛港口信息技术股份有限公司", "13800000000", "13911112222", "li@yunling.cn", "wang@gangkou.com", "www.yunling.cn", "www.gangkou.com",
			"王建国", "赵海", "李明", "孙波", "250101", "266000", "山东省济南市高新区舜华路1号", "山东省青岛市市南区东海路88号", summary, "港口设备的调度与排程。", caseText, "三家码头使用。"}, 2},
	} {
		t.Run(tt.what, func(t *testing.T) {
			docs := company(name, software)
			rename(docs[0], tt.scan...)
			inputs := []Input{{Path: "07.pdf", Doc: docs[0]}, {Path: "31.docx", Doc: docs[1]}, {Path: "55.pdf", Doc: docs[2]}}
			for range 2 {
				subs, lost := Group(inputs, forms)
				if len(subs) != tt.want || len(lost) != 0 {
					t.Fatalf("%v, unassigned %+v", keys(subs), lost)
				}
				slices.Reverse(inputs)
			}
			for i := range inputs { // one folder each
				inputs[i].Path = fmt.Sprintf("%d/%s", i, inputs[i].Path)
			}
			if subs, _ := Group(inputs, forms); len(subs) != tt.want {
				t.Errorf("in folders: %v", keys(subs))
			}
		})
	}
}

// Two text files say two names: a shared product and contact do not make one
// applicant of them.
func TestTwoSureNames(t *testing.T) {
	a, b := company("济南云岭软件一厂有限公司", "云岭政务协同平台")[1], company("济南云岭软件二厂有限公司", "云岭物业收费系统")[1]
	subs, _ := Group([]Input{{Path: "1.docx", Doc: a}, {Path: "2.docx", Doc: b}}, loadForms(t))
	if len(subs) != 2 {
		t.Errorf("%v", keys(subs))
	}
}

// A scan on which no name can be made out goes to the copy that has its text,
// unless that has a scan of its own.
func TestIllegibleApplicant(t *testing.T) {
	forms := loadForms(t)
	texts := []string{"在三个地市应用，成效显著，节约经费百万元。", "港口作业时间缩短三成，船舶周转加快。"}
	for _, tt := range []struct {
		what  string
		whole bool // the copy's company has a legible scan too
		text  string
		want  int
	}{
		{"a copy has its text", false, texts[1], 2},
		{"that company has a scan", true, texts[1], 3},
		{"nobody has its text", false, "渔场监测覆盖率大幅提高，预警及时。", 3},
	} {
		t.Run(tt.what, func(t *testing.T) {
			var inputs []Input
			for i := range 2 {
				docs := company(companies[i][0], companies[i][1])
				inputs = append(inputs, Input{Path: fmt.Sprintf("%d.docx", i), Doc: rename(docs[1], caseText, texts[i])})
				if i == 0 || tt.whole {
					inputs = append(inputs, Input{Path: fmt.Sprintf("%d.pdf", i), Doc: rename(docs[0], caseText, texts[i])})
				}
			}
			scan := rename(&sample(true).doc, caseText, tt.text, "济南云岭软件有限公司", "司n年容强", "云岭政务协同", "行是政年", "平台V1.0", "各安P", "13800000000", "138", "li@yunling.cn", "", "山东省济南市高新区舜华路1号", "", "李明", "", "王建国", "", summary, "")
			inputs = append(inputs, Input{Path: "9.pdf", Doc: scan})
			subs, _ := Group(inputs, forms)
			if len(subs) != tt.want {
				t.Fatalf("%v", keys(subs))
			}
			for _, s := range subs {
				has := slices.ContainsFunc(s.Inputs, func(in Input) bool { return in.Path == "9.pdf" })
				if tt.want == 2 && has != (s.Enterprise == companies[1][0]) {
					t.Errorf("%v", keys(subs))
				}
			}
		})
	}
}

// A scan of whose applicant's name much is guessed is that of the copy in its
// folder; beside a legible scan it is a form of its own. Where it stands alone,
// copies near it may be its.
func TestGuessedApplicant(t *testing.T) {
	forms := loadForms(t)
	scrawl := func() *extract.Document {
		d := rename(&sample(true).doc, "济南云岭软件有限公司", "哈东滨日建六计算集团有", "云岭政务协同", "启键企业织档系", "平台V1.0", "数字V6", "13800000000", "138", "li@yunling.cn", "",
			"山东省济南市高新区舜华路1号", "", "李明", "", "王建国", "", summary, "", caseText, "")
		for i := range d.Lines {
			l := &d.Lines[i]
			for range []rune(l.Text) {
				l.Chars = append(l.Chars, extract.Char{X0: l.Box.X0, X1: l.Box.X1, Score: 0.4})
			}
		}
		return d
	}
	docs := company("哈尔滨启捷云计算集团有限公司", "启捷企业级档案数字化软件")
	for _, tt := range []struct {
		what   string
		inputs []Input
		want   int
		beside string // keys of those told that a scan near them may be theirs
	}{
		{"a copy in its folder", []Input{{Path: "a/1.pdf", Doc: scrawl()}, {Path: "a/2.docx", Doc: docs[1]}}, 1, ""},
		{"a scan in its folder", []Input{{Path: "a/1.pdf", Doc: scrawl()}, {Path: "a/2.pdf", Doc: docs[0]}}, 2, "a/2.pdf"},
		{"copies in a flat folder", []Input{{Path: "1.pdf", Doc: scrawl()}, {Path: "2.docx", Doc: docs[1]}, {Path: "3.docx", Doc: company(companies[1][0], companies[1][1])[1]}}, 3, "2.docx 3.docx"},
		{"a copy in another folder", []Input{{Path: "a/1.pdf", Doc: scrawl()}, {Path: "b/2.docx", Doc: docs[1]}}, 2, ""},
	} {
		subs, _ := Group(tt.inputs, forms)
		if len(subs) != tt.want {
			t.Errorf("%s: %v", tt.what, keys(subs))
			continue
		}
		PlaceIllegible(subs)
		var told []string
		for _, s := range subs {
			if len(s.Beside.Loose) > 0 {
				told = append(told, s.Key)
			}
		}
		if got := strings.Join(told, " "); got != tt.beside {
			t.Errorf("%s: told %q, want %q", tt.what, got, tt.beside)
		}
	}
}

// firstPage is a form without its closing sections.
func firstPage(name, software string) *extract.Document {
	p := newPaper(true)
	p.doc.Format = "jpg"
	p.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
	p.table(7, top()...)
	p.text("二、优秀创新产品信息（没有的请填“无”）")
	p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}, bottom()...)...)
	return rename(&p.doc, "济南云岭软件有限公司", name, "云岭政务协同平台", software, "13800000000", fmt.Sprintf("138%08d", len(software)))
}

// A page that names nobody follows the form that lacks its end, by its file's
// name or because there is only one.
func TestTailPages(t *testing.T) {
	forms := loadForms(t)
	end := func(format string) *extract.Document {
		p := newPaper(true)
		p.doc.Format = format
		tail(p)
		return &p.doc
	}
	rest := func() *extract.Document {
		p := newPaper(true)
		p.doc.Format = "jpg"
		p.text("系统运行稳定，用户反映良好。")
		return &p.doc
	}
	first := func(i int) *extract.Document { return firstPage(companies[i][0], companies[i][1]) }
	whole := company(companies[3][0], companies[3][1])[0]
	for _, tt := range []struct {
		what  string
		files map[string]*extract.Document
		want  string // key of the submission that the page 尾 is in, "" for none
		page  string
	}{
		{"the only form without an end", map[string]*extract.Document{"甲.jpg": first(0), "乙.pdf": whole, "尾.jpg": end("jpg")}, "甲.jpg", "尾.jpg"},
		{"two of them", map[string]*extract.Document{"甲.jpg": first(0), "乙.jpg": first(1), "尾.jpg": end("jpg")}, "", "尾.jpg"},
		{"two of them, and the page's name follows one", map[string]*extract.Document{"甲-1.jpg": first(0), "乙-1.jpg": first(1), "乙-2.jpg": end("jpg")}, "乙-1.jpg", "乙-2.jpg"},
		{"pictures numbered by a camera", map[string]*extract.Document{"IMG_0041.jpg": first(0), "IMG_0044.jpg": first(1), "IMG_0045.jpg": end("jpg")}, "IMG_0044.jpg", "IMG_0045.jpg"},
		{"another format", map[string]*extract.Document{"甲.jpg": first(0), "尾.pdf": end("pdf")}, "", "尾.pdf"},
		{"the rest of a text, by its name", map[string]*extract.Document{"甲.jpg": first(0), "乙.jpg": first(1), "甲-2.jpg": rest()}, "甲.jpg", "甲-2.jpg"},
		{"the rest of a text, without", map[string]*extract.Document{"甲.jpg": first(0), "尾.jpg": rest()}, "", "尾.jpg"},
		{"no form lacks its end", map[string]*extract.Document{"乙.pdf": whole, "乙-2.pdf": end("pdf")}, "", "乙-2.pdf"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			var inputs []Input
			for path, d := range tt.files {
				inputs = append(inputs, Input{Path: path, Doc: d})
			}
			subs, lost := Group(inputs, forms)
			got := ""
			for _, s := range subs {
				if slices.ContainsFunc(s.Inputs, func(in Input) bool { return in.Path == tt.page }) {
					got = s.Key
				}
			}
			if got != tt.want || (got == "") != (len(lost) == 1) {
				t.Errorf("in %q of %v, unassigned %d", got, keys(subs), len(lost))
			}
		})
	}
}
