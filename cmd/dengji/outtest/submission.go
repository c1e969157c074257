package outtest

import (
	"fmt"
	"slices"
	"strings"

	"dengji/fixtures/gen/content"
)

// kinds of submissions; submission i is of kind i modulo their number. Each
// says what is wrong with its papers.
const (
	kindClean       = iota // scan, copy, certificates, report: nothing to look at
	kindWeak               // weak characters, no copy
	kindCopyDiffers        // the copy has another telephone
	kindSealed             // a seal over the name, readers who disagree
	kindCertDiffers        // the form has another date than the certificate
	kindPapers             // certificate and report are missing
	kindAmbiguous          // a share and a date that can be read in two ways
	kindLong               // very long names, two products
	kindCopyOnly           // no scan: no pages to look at
	kindForeign            // another company's seal
	kindUnreadable         // a telephone that is none
	kindSecond             // two products, weak ones
	kinds
)

// submission is one applicant's papers.
type submission struct {
	n      int
	kind   int
	key    string // its folder
	say    *content.Submission
	plant  func(string) string // puts hostile text into every text
	papers []*paper
	names  []string // paths, side by side with papers
}

const seed = 515253

// newSubmission makes up submission n.
func newSubmission(n int, plants []string) *submission {
	r := content.NewRng(seed, uint64(n))
	s := &submission{n: n, kind: n % kinds, plant: func(t string) string { return t }}
	if len(plants) > 0 {
		at := n
		s.plant = func(t string) string {
			at++
			return t + plants[at%len(plants)]
		}
	}
	products := 1
	if s.kind == kindLong || s.kind == kindSecond {
		products = 2
	}
	s.say = content.NewSubmission(r, content.Options{Products: products, Certs: true, Reports: true})
	c := &s.say.Company
	if s.kind == kindLong {
		c.Name = c.City + c.Trade + "新一代人工智能与工业互联网信息安全技术研究开发（集团）股份有限公司"
		s.say.Products[0].Name.Raw = "面向新型工业化的多源异构数据采集治理与智能分析一体化协同管理平台软件" + s.say.Products[0].Version
		for i := range s.say.Certs {
			s.say.Certs[i].Owners = []string{c.Name}
		}
	}
	s.key = fmt.Sprintf("%03d-%s", n+1, s.plant(c.Name))
	s.key = strings.ReplaceAll(s.key, "/", "∕")
	s.write()
	return s
}

// doubts is what a reader is unsure of on the scan.
func (s *submission) doubts() []doubt {
	c, p := &s.say.Company, &s.say.Products[0]
	name := []rune(c.Name)
	switch s.kind {
	case kindWeak:
		return []doubt{{text: c.ContactName.Raw, score: 0.62}, {text: c.Address.Raw[:9], score: 0.7, other: "山末省"}, {text: p.Field.Raw, score: 0.8}}
	case kindSealed:
		return []doubt{{text: string(name[2:5]), score: 0.55, other: string(name[2:4]) + "口", seal: true},
			{text: c.Email.Raw, score: 0.83, other: strings.Replace(c.Email.Raw, "@", "a@", 1)}, {text: c.Legal.Raw, score: 0.5, other: c.Legal.Raw + "、"}}
	case kindLong:
		return []doubt{{text: string(name[len(name)-6:]), score: 0.66, seal: true}, {text: c.Postal.Raw, score: 0.7, other: "1" + c.Postal.Raw[1:]}}
	case kindForeign:
		return []doubt{{text: c.Phone.Raw, score: 0.7, other: c.Phone.Raw[:len(c.Phone.Raw)-1] + "8"}}
	case kindSecond:
		return []doubt{{text: s.say.Products[1].Field.Raw, score: 0.6}, {text: c.Title.Raw, score: 0.6}, {text: c.Website.Raw, score: 0.8, other: c.Website.Raw + "."}}
	}
	return nil
}

// write makes the papers.
func (s *submission) write() {
	if s.kind != kindCopyOnly {
		s.add("登记表（盖章扫描件）.pdf", s.formScan("登记表.pdf", s.doubts()))
	}
	if s.kind == kindClean || s.kind == kindCopyDiffers || s.kind == kindCopyOnly || s.kind == kindCertDiffers {
		s.add("登记表.docx", s.formCopy())
	}
	if s.kind == kindPapers || s.kind == kindCopyOnly {
		return
	}
	for i := range s.say.Certs {
		s.add(fmt.Sprintf("软件著作权证书%d.pdf", i+1), s.certificate(i))
	}
	if s.kind != kindAmbiguous {
		s.add("用户使用报告.pdf", s.report())
	}
}

func (s *submission) add(name string, p *paper) {
	s.papers, s.names = append(s.papers, p), append(s.names, s.key+"/"+strings.ReplaceAll(s.plant(name[:len(name)-4]), "/", "∕")+name[len(name)-4:])
}

// byPath lists the papers in the order of their paths, as a run has them.
func (s *submission) byPath() []int {
	order := make([]int, len(s.papers))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(s.names[a], s.names[b]) })
	return order
}

// like names paper i among those that look like it.
func (s *submission) like(i int) string { return fmt.Sprintf("%d-%d-", s.kind, i) }

func (s *submission) salt() string { return fmt.Sprintf("%d %s", s.n, s.key) }

func (s *submission) formScan(name string, doubts []doubt) *paper {
	p := newPaper(name, s.salt(), true, doubts)
	s.form(p)
	ring := s.say.Company.Name
	if s.kind == kindForeign {
		ring = "宁波甬诚精密机械制造有限公司"
	}
	p.seal(470, 140, s.plant(ring))
	return p
}

func (s *submission) formCopy() *paper {
	p := newPaper("登记表.docx", s.salt(), false, nil)
	if s.kind == kindCopyDiffers {
		before := s.say.Company.Phone
		s.say.Company.Phone.Raw = "13900001234"
		defer func() { s.say.Company.Phone = before }()
	}
	s.form(p)
	return p
}

// form is the registration form, filled in.
func (s *submission) form(p *paper) {
	c, t := &s.say.Company, s.plant
	p.lines("附件2：")
	p.heading("优秀软件产品登记表")
	p.lines("一、企业基本信息")
	phone := c.Phone.Raw
	if s.kind == kindUnreadable {
		phone = "1380000000"
	}
	boxes := ""
	for i, on := range c.Categories {
		box := "□"
		if on {
			box = "☑"
		}
		boxes += box + content.Categories[i] + " "
	}
	p.table(one("企业名称（填写企业全称并盖章）："+t(c.Name)),
		[]cell{{"法人代表姓名：" + t(c.Legal.Raw), 3}, {"企业网址：" + t(c.Website.Raw), 4}},
		[]cell{{"通信地址：" + t(c.Address.Raw), 5}, {"邮政编码：" + t(c.Postal.Raw), 2}},
		one("主营业务（可多选）：\n"+boxes),
		[]cell{{"项目联系人：" + t(c.ContactName.Raw), 3}, {"联系电话：" + t(phone), 4}},
		[]cell{{"邮箱：" + t(c.Email.Raw), 4}, {"部门与职务：" + t(c.Title.Raw), 3}})
	p.lines("二、优秀创新产品信息（没有的请填“无”）")
	rows := [][]cell{row("产品名称", "发布时间（以软著上的时间为准或其他相关证明）", "细分类别1（参照主营业务类别）", "应用领域", "产品收入占企业主营业务收入比重（%）", "市场占有率（%）", "产品出口额占产品总收入比重（%）")}
	for i := range s.say.Products {
		rows = append(rows, s.product(i))
	}
	rows = append(rows, one("软件产品简述（500字以内，突出软件产品的创新性和竞争力）：\n"+t(s.say.Summary.Raw)),
		one("应用案例简述（500字以内，突出应用成效和带动支撑作用）：\n"+t(s.say.Case.Raw)))
	p.table(rows...)
	p.lines("注：每家企业报送优秀创新产品不得超过2个。", "三、产品相关著作权证明、知识产权证明等", "四、用户使用报告（加盖用户单位公章或使用人签字）", "五、其他需要说明的材料（如产品详细介绍、视频展示等）")
}

func (s *submission) product(i int) []cell {
	p, t := &s.say.Products[i], s.plant
	date, share := "", p.Shares[0].Raw
	if p.Cert >= 0 {
		d, _ := s.say.Certs[p.Cert].ReleaseDate()
		date = d.Chinese()
		if s.kind == kindCertDiffers {
			date = d.Add(200).Chinese()
		}
	}
	if s.kind == kindAmbiguous {
		date, share = "21年上半年", "0.35"
	}
	return row(t(p.Name.Raw), t(date), t(p.Category.Raw), t(p.Field.Raw), t(share), t(p.Shares[1].Raw), t(p.Shares[2].Raw))
}

func (s *submission) certificate(i int) *paper {
	c, t := &s.say.Certs[i], s.plant
	p := newPaper(fmt.Sprintf("证书%d.pdf", i+1), s.salt(), true, nil)
	date := func(d content.Day) string {
		if d == (content.Day{}) {
			return "未发表"
		}
		return d.Padded()
	}
	p.lines("中华人民共和国国家版权局")
	p.heading("计算机软件著作权登记证书")
	p.lines("证书号："+c.Number, "软件名称："+t(c.Software), c.Version, "著作权人："+t(strings.Join(c.Owners, "；")))
	if !c.Electronic {
		p.lines("开发完成日期："+date(c.Completed), "首次发表日期："+date(c.Published))
	}
	p.lines("权利取得方式："+c.Acquisition, "权利范围："+c.Scope, "登记号："+c.Registration,
		"根据《计算机软件保护条例》和《计算机软件著作权登记办法》的规定，经中国版权保护中心审核，对以上事项予以登记。", c.Issued.Padded())
	p.seal(430, p.y-10, "中国版权保护中心")
	return p
}

func (s *submission) report() *paper {
	r, t := &s.say.Reports[0], s.plant
	p := newPaper("报告.pdf", s.salt(), true, nil)
	p.heading("用户使用报告")
	p.lines(t(r.Body), "", "用户单位（盖章）："+t(r.User), "日期："+r.Date.Chinese())
	p.seal(430, p.y-20, t(r.User))
	return p
}
