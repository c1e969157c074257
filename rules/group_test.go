package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

func TestSegment(t *testing.T) {
	forms := loadForms(t)
	merged := sample(true)
	merged.page()
	merged.text("计算机软件著作权登记证书", "证书号：软著登字第8347956号", "软件名称：云岭政务协同平台", "著作权人：济南云岭软件有限公司", "权利取得方式：原始取得", "权利范围：全部权利", "登记号：2021SR1625330")
	merged.page()
	merged.text("计算机软件著作权登记证书", "证书号：软著登字第8347957号", "软件名称：云岭数据中台", "著作权人：济南云岭软件有限公司", "权利取得方式：原始取得", "权利范围：全部权利", "登记号：2021SR1625331")
	merged.page()
	merged.text("关于云岭政务协同平台的", "用户使用报告", "我单位自2021年起使用该平台，证书号、软件名称均已核对。")
	merged.page()
	merged.text("产品详细介绍", "本产品采用微服务架构。")

	tests := []struct {
		name string
		p    *paper
		want string
	}{
		{"merged", merged, "form[0] copyright_certificate[1] copyright_certificate[2] user_report[3] other[4]"},
		{"docx", sample(false), "form[0]"},
		{"nothing", newPaper(true), "other[0]"},
	}
	poor := newPaper(true) // no line is word for word
	poor.text("优秀软仵产晶登记表")
	poor.table(1, []c{{text: "企业各称（填写企业全称并盖草）：某某有限公司"}}, []c{{text: "通信地扯：某路"}}, []c{{text: "邮攻编码：250101"}}, []c{{text: "主营业夯（可多选）："}}, []c{{text: "软件产晶简述（500字以内）：好。"}})
	tests = append(tests, struct {
		name string
		p    *paper
		want string
	}{"poor scan", poor, "form[0]"})
	second := newPaper(true) // page two alone
	second.table(1, []c{{text: "应用案例简述（500字以内，突出应用成效和带动支撑作用）"}})
	tail(second)
	tests = append(tests, struct {
		name string
		p    *paper
		want string
	}{"second page alone", second, "form[0]"})
	closing := newPaper(true) // what the rest of the form pushed onto a page of its own
	closing.text("五、其他需要说明的材料(如产品详细介绍、视频展示等)", "- 3 -")
	remarked := newPaper(true) // with the remark to the section on the page before
	remarked.text("见附件2", "五、其他需要说明的材料(如产品详细介绍、视频展示等)", "见附件3")
	mentions := newPaper(true)
	mentions.text("五、其他需要说明的材料", "产品详细介绍见后。")
	for name, p := range map[string]struct {
		p    *paper
		want string
	}{"a closing section alone": {closing, "form[0]"}, "a closing section with remarks": {remarked, "form[0]"}, "a closing section with text": {mentions, "other[0]"}} {
		tests = append(tests, struct {
			name string
			p    *paper
			want string
		}{name, p.p, p.want})
	}
	broken := newPaper(true) // footnotes at the first page's foot, one heading on the second
	broken.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
	broken.table(7, top()...)
	broken.table(7, bottom()...)
	broken.text("注：每家企业报送优秀创新产品不得超过2个。", "三、产品相关著作权证明、知识产权证明等", "1 基础软件：能够对硬件资源进行调度和管理、为应用软件提供运行支撑的软件。", "其他软件：未列明的软件开发")
	broken.page()
	broken.text("五、其他需要说明的材料（如产品详细介绍、视频展示等）")
	broken.page()
	broken.text("产品详细介绍", "本产品采用微服务架构。")
	for i := range broken.doc.Pages {
		broken.doc.Pages[i].Source = extract.SourceText
	}
	tests = append(tests, struct {
		name string
		p    *paper
		want string
	}{"footnotes before the last heading", broken, "form[0 1] other[2]"})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range Segment(&tt.p.doc, forms) {
				got = append(got, fmt.Sprintf("%s%v", p.Kind, p.Pages))
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("%s, want %s", s, tt.want)
			}
		})
	}
}

// company makes the files of one applicant: a scan, a copy, a certificate and
// a report.
func company(name, software string) []*extract.Document {
	var docs []*extract.Document
	for _, scan := range []bool{true, false} {
		p := sample(scan)
		for i := range p.doc.Lines {
			p.doc.Lines[i].Text = strings.NewReplacer("济南云岭软件有限公司", name, "云岭政务协同\n平台V1.0", software, "云岭政务协同", software, "平台V1.0", "V1.0").Replace(p.doc.Lines[i].Text)
			p.doc.Lines[i].Chars = nil
		}
		docs = append(docs, &p.doc)
	}
	cert := certificatePage(software, "V1.0", name, "2021年05月10日", "未发表", "2021SR16"+fmt.Sprintf("%05d", len(name)*7+len(software)))
	report := newPaper(true)
	report.text("用户使用报告", "我单位使用"+name+"研发的"+software+"，运行稳定。")
	return append(docs, &cert.doc, &report.doc)
}

var companies = [][2]string{{"济南云岭软件有限公司", "云岭政务协同平台"}, {"青岛海天信息技术有限公司", "海天港口调度系统"}, {"烟台东方数据股份有限公司", "东方渔业监测平台"}, {"潍坊智农科技有限公司", "智农大棚控制软件"}}

func TestGroupFlat(t *testing.T) {
	forms := loadForms(t)
	var inputs []Input
	owner := map[string]string{}
	for i, co := range companies {
		for k, d := range company(co[0], co[1]) {
			path := fmt.Sprintf("%03d.pdf", (i*17+k*29)%97) // names say nothing
			d.SHA256 = path
			inputs = append(inputs, Input{Path: path, Doc: d})
			owner[path] = co[0]
		}
	}
	stray := newPaper(true)
	stray.text("会议通知", "请各单位参会。")
	inputs = append(inputs, Input{Path: "通知.pdf", Doc: &stray.doc})
	rng := rand.New(rand.NewPCG(1, 2))
	var first string
	for range 5 {
		rng.Shuffle(len(inputs), func(i, j int) { inputs[i], inputs[j] = inputs[j], inputs[i] })
		subs, lost := Group(inputs, forms)
		if len(subs) != len(companies) {
			t.Fatalf("%d submissions, want %d", len(subs), len(companies))
		}
		for _, s := range subs {
			if len(s.Inputs) != 4 {
				t.Errorf("%s has %d files", s.Enterprise, len(s.Inputs))
			}
			for _, in := range s.Inputs {
				if owner[in.Path] != s.Enterprise {
					t.Errorf("%s of %s is with %s", in.Path, owner[in.Path], s.Enterprise)
				}
			}
		}
		if len(lost) != 1 || lost[0].Input.Path != "通知.pdf" || lost[0].Why == "" {
			t.Errorf("unassigned: %+v", lost)
		}
		text := fmt.Sprint(keys(subs))
		if first == "" {
			first = text
		} else if text != first {
			t.Errorf("order of files matters: %s and %s", first, text)
		}
	}
}

func keys(subs []Submission) []string {
	var out []string
	for _, s := range subs {
		var paths []string
		for _, in := range s.Inputs {
			paths = append(paths, in.Path)
		}
		out = append(out, s.Key+"="+strings.Join(paths, ","))
	}
	return out
}

func TestGroupFolders(t *testing.T) {
	forms := loadForms(t)
	var inputs []Input
	add := func(docs []*extract.Document, names ...string) {
		for i, n := range names {
			inputs = append(inputs, Input{Path: n, Doc: docs[i]})
		}
	}
	add(company(companies[0][0], companies[0][1]), "001-云岭/扫描件.pdf", "001-云岭/电子版/登记表.docx", "001-云岭/软著.pdf", "001-云岭/报告.pdf")
	// an association's folder with a folder for each company
	add(company(companies[1][0], companies[1][1]), "省协会/海天/a.pdf", "省协会/海天/b.docx", "省协会/海天/c.pdf", "省协会/海天/d.pdf")
	add(company(companies[2][0], companies[2][1]), "省协会/东方/a.pdf", "省协会/东方/b.docx", "省协会/东方/c.pdf", "省协会/东方/d.pdf")
	// a file that could not be read stays with its folder
	inputs = append(inputs, Input{Path: "001-云岭/坏.pdf"})
	subs, lost := Group(inputs, forms)
	var got []string
	for _, s := range subs {
		got = append(got, fmt.Sprintf("%s %s %d", s.Key, s.Enterprise, len(s.Inputs)))
	}
	want := []string{"001-云岭 济南云岭软件有限公司 5", "省协会/东方 烟台东方数据股份有限公司 4", "省协会/海天 青岛海天信息技术有限公司 4"}
	if !slices.Equal(got, want) || len(lost) > 0 {
		t.Errorf("%q, unassigned %v", got, lost)
	}
}

// Two companies' files in one folder are two submissions.
func TestGroupMixedFolder(t *testing.T) {
	forms := loadForms(t)
	var inputs []Input
	for i, co := range companies[:2] {
		for k, d := range company(co[0], co[1]) {
			inputs = append(inputs, Input{Path: fmt.Sprintf("一起/%d%d.pdf", k, i), Doc: d})
		}
	}
	subs, lost := Group(inputs, forms)
	if len(subs) != 2 || len(lost) != 0 || len(subs[0].Inputs) != 4 || len(subs[1].Inputs) != 4 {
		t.Errorf("%v %v", keys(subs), lost)
	}
}

// One company's folders are one submission, and a folder of certificates or
// of reports alone gives its papers to those they name.
func TestGroupAcrossFolders(t *testing.T) {
	forms := loadForms(t)
	var inputs []Input
	for i, co := range companies[:3] {
		docs := company(co[0], co[1])
		for k, folder := range []string{fmt.Sprintf("登记表/%d-扫描", i), fmt.Sprintf("登记表/%d-电子版", i), "软著", "报告"} {
			inputs = append(inputs, Input{Path: fmt.Sprintf("%s/%d.pdf", folder, i), Doc: docs[k]})
		}
	}
	stray := newPaper(true)
	stray.text("会议通知", "请各单位参会。")
	inputs = append(inputs, Input{Path: "报告/通知.pdf", Doc: &stray.doc})
	alone := certificatePage("无人申报的系统", "V1.0", "某某无关有限公司", "2021年05月10日", "未发表", "2021SR1600001")
	inputs = append(inputs, Input{Path: "其他/证书.pdf", Doc: &alone.doc})
	subs, lost := Group(inputs, forms)
	if len(subs) != 4 {
		t.Fatalf("%v", keys(subs))
	}
	for _, s := range subs {
		want := 4
		if s.Key == "其他" {
			want = 1
		}
		if len(s.Inputs) != want {
			t.Errorf("%s has %d files: %v", s.Key, len(s.Inputs), keys([]Submission{s}))
		}
	}
	if len(lost) != 1 || lost[0].Input.Path != "报告/通知.pdf" || lost[0].Why == "" {
		t.Errorf("unassigned: %+v", lost)
	}
}

// A page scanned by itself that names nobody goes to the form whose copy has
// its text.
func TestGroupPageByText(t *testing.T) {
	forms := loadForms(t)
	var inputs []Input
	for i, co := range companies {
		docs := company(co[0], co[1])
		for k := range docs[1].Lines {
			docs[1].Lines[k].Text = strings.ReplaceAll(docs[1].Lines[k].Text, caseText, []string{"在三个地市应用，成效显著，节约经费百万元。", "港口作业时间缩短三成，船舶周转加快。", "渔场监测覆盖率大幅提高，预警及时。", "大棚能耗下降两成，亩产提高。"}[i])
		}
		inputs = append(inputs, Input{Path: fmt.Sprintf("%d.pdf", 10+i), Doc: docs[0]}, Input{Path: fmt.Sprintf("%d.docx", 50-i), Doc: docs[1]})
	}
	page := newPaper(true)
	page.text("作业时间缩短三成，船舶周转加快。", "注：每家企业报送优秀创新产品不得超过2个。")
	inputs = append(inputs, Input{Path: "IMG_0042.jpg", Doc: &page.doc})
	subs, lost := Group(inputs, forms)
	for _, s := range subs {
		has := slices.ContainsFunc(s.Inputs, func(in Input) bool { return in.Path == "IMG_0042.jpg" })
		if has != (s.Enterprise == companies[1][0]) {
			t.Errorf("%v", keys(subs))
		}
	}
	if len(lost) > 0 {
		t.Errorf("unassigned: %+v", lost)
	}
}
