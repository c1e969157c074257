package rules

import "testing"

// Without a grid a value that wraps goes on beneath its label where both share
// a cell, for a person to see; the two lines of a value beside a label in their
// middle are read from top to bottom, whichever begins further left.
func TestWrappedFreeValues(t *testing.T) {
	const whole = "山东省济南市高新区舜华路1号创新谷2号楼"
	for _, tt := range []struct {
		name   string
		draw   func(p *paper)
		want   any
		review bool
	}{
		{"goes on beneath its label", func(p *paper) {
			p.line(50, "通信地址：山东省济南市高新区舜华路1号")
			p.line(400, "邮政编码：250101")
			p.y += height
			p.line(50, "创新谷2号楼")
			p.y += height + 6
		}, whole, true},
		{"far beneath its label", func(p *paper) {
			p.line(50, "通信地址：山东省济南市高新区舜华路1号")
			p.line(400, "邮政编码：250101")
			p.y += 2 * height
			p.line(50, "创新谷2号楼")
			p.y += height + 6
		}, "山东省济南市高新区舜华路1号", false},
		{"two lines beside its label", func(p *paper) {
			p.y += 10
			p.line(131, "山东省济南市高新区舜华路1号")
			p.y += 6
			p.line(50, "通信地址")
			p.line(400, "邮政编码：250101")
			p.y += 6
			p.line(130, "创新谷2号楼")
			p.y += height + 6
		}, whole, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPaper(true)
			p.text("优秀软件产品登记表", "一、企业基本信息", "企业名称（填写企业全称并盖章）：济南云岭软件有限公司", "法人代表姓名：王建国")
			tt.draw(p)
			p.text("主营业务（可多选）：", "□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件", "项目联系人：李明")
			tail(p)
			p.table(1, one("附表")) // a page without any cell goes to a person whole
			rec, _ := build(t, &p.doc)
			if f := field1(t, rec, "enterprise.address"); f.Value != tt.want || f.Review != tt.review {
				t.Errorf("address is %v, review %v (%v); want %v, review %v", f.Value, f.Review, f.Confidence, tt.want, tt.review)
			}
		})
	}
}

// A line beneath a row that begins under its first label may as well be the rest
// of the row's last value.
func TestWrappedLineOfTheRowsLast(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表", "一、企业基本信息", "企业名称（填写企业全称并盖章）：济南云岭软件有限公司", "法人代表姓名：王建国", "主营业务（可多选）：", "□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件")
	p.line(50, "项目联系人：李明 联系电话：13800000000 邮箱：li@yunling.cn")
	p.line(420, "部门与职务：技术")
	p.y += height
	p.line(50, "部/经理")
	p.y += height + 6
	tail(p)
	p.table(1, one("附表"))
	rec, _ := build(t, &p.doc)
	for path, review := range map[string]bool{"contact.title": true, "contact.name": false} {
		if f := field1(t, rec, path); f.Review != review {
			t.Errorf("%s is %v, review %v", path, f.Value, f.Review)
		}
	}
}

// What stands beneath a postal code in the cell it shares with the address is
// more likely the address's end.
func TestSpilledBehindThePostalCode(t *testing.T) {
	for _, rest := range []string{"号", ""} {
		number := "376"
		if rest == "" {
			number = "376号"
		}
		p := newPaper(true)
		p.text("优秀软件产品登记表", "一、企业基本信息")
		p.table(1, one("企业名称（填写企业全称并盖章）：济南云岭软件有限公司"), one("法人代表姓名：王建国"),
			one("通信地址：山东省济南市高新区舜华路"+number+" 邮政编码：250101\n"+rest), one("主营业务（可多选）：□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件"), one("项目联系人：李明"))
		tail(p)
		rec, _ := build(t, &p.doc)
		if f := field1(t, rec, "enterprise.address"); f.Review != (rest != "") {
			t.Errorf("with %q beneath: %v, review %v", rest, f.Value, f.Review)
		}
	}
}
