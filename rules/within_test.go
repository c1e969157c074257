package rules

import "testing"

// A report typed into the form's own document is one; whether it is sealed
// cannot be seen. A word on where it is, or a heading without text, is none.
func TestReportWithinTheForm(t *testing.T) {
	const text = "我单位自2021年起使用该平台，系统运行稳定，界面友好，特此证明。"
	const five = "五、其他需要说明的材料（如产品详细介绍、视频展示等）"
	for _, tt := range []struct {
		what         string
		lines        []string
		in, endorsed string
	}{
		{"title and text", []string{"关于云岭平台的用户使用报告", text, "使用单位：某市政务局", five}, Pass, Unknown},
		{"nothing", []string{five}, Fail, Unknown},
		{"a word on where it is", []string{"用户使用报告见附件3", five}, Fail, Unknown},
		{"a title without text", []string{"用户使用报告", five, "产品采用微服务架构，部署灵活，易于扩展，性能优良。"}, Fail, Unknown},
		{"text without a title", []string{text, five}, Fail, Unknown},
	} {
		t.Run(tt.what, func(t *testing.T) {
			p := newPaper(false)
			p.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
			p.table(7, top()...)
			p.text("二、优秀创新产品信息（没有的请填“无”）")
			p.table(7, bottom()...)
			p.text("三、产品相关著作权证明、知识产权证明等", "四、用户使用报告（加盖用户单位公章或使用人签字）")
			p.text(tt.lines...)
			rec, _ := build(t, &p.doc)
			if c := outcome(t, rec, "in_use"); c.Outcome != tt.in {
				t.Errorf("in_use %s: %s", c.Outcome, c.Message)
			}
			if c := outcome(t, rec, "user_report_endorsed"); c.Outcome != tt.endorsed {
				t.Errorf("user_report_endorsed %s: %s", c.Outcome, c.Message)
			}
		})
	}
}
