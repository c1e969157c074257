// Package correct reads what reviewers filled into a workbook's 复核清单, and
// believes nothing else of it: columns are found by their heads, rows may be
// sorted, filtered or gone, and the workbook may have been saved by any
// program. It is opened within limits, as a stranger's file would be.
package correct

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"dengji/cmd/dengji/export"
	"dengji/extract"
	"dengji/extract/opc"
)

// Correction is what stands in the column 更正 of one row.
type Correction struct {
	Row     int    // of the sheet, from 1
	Column  string // of 更正: F
	ID      string
	Path    string
	Item    string // the field as people call it
	Value   string // as filled in; not of a confirmation
	Confirm bool
	Why     string
	Seen    string // rules.Field.Seen of what was shown
	Last    int64  // last decision on the field that was known

	Refused string // why the row cannot be understood, in Chinese; "" if it can
}

// Filled is what was read from a workbook.
type Filled struct {
	Rows        int // with a field
	Corrections []Correction
	OnlyWhy     []int // rows with a remark but no correction
}

// BadWorkbook is a workbook that cannot be read. Its message is Chinese and
// says what to do.
type BadWorkbook struct{ Message string }

func (b *BadWorkbook) Error() string { return b.Message }

func bad(format string, args ...any) error { return &BadWorkbook{fmt.Sprintf(format, args...)} }

// What a workbook may cost: one of 10,000 crops has as many parts. Its sheets
// are read one after another, as text.
func limits() extract.Limits {
	l := extract.DefaultLimits()
	l.ZipEntries = 200_000
	l.FileBytes = 512 << 20
	l.InflatedBytes = 1 << 30
	return l
}

var words = opc.Words{Name: "工作簿", Save: "XLSX", Old: "旧版 Excel 工作簿（.xls）或其他旧版 Office 文件"}

// Read reads a workbook's corrections. The error is a *BadWorkbook, or that of
// a file that cannot be opened.
func Read(file string) (*Filled, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	p, err := opc.Open(file, limits(), words)
	if err != nil {
		return nil, inWords(err)
	}
	g, err := readSheet(p, export.SheetReview)
	if err != nil {
		return nil, inWords(err)
	}
	if g == nil {
		return nil, bad("工作簿里没有“%s”这张表；请用 dengji export 导出的工作簿", export.SheetReview)
	}
	return g.filled()
}

// inWords says what is wrong with a file to who filled it in; he was not the
// one who sent it.
func inWords(err error) error {
	var r *extract.Refusal
	if !errors.As(err, &r) {
		return err
	}
	switch r.Status {
	case extract.StatusEncrypted:
		return bad("工作簿有密码；请取消密码后再保存")
	case extract.StatusTooLarge:
		return bad("工作簿过大或内容异常（%v）；请用 dengji export 重新导出", r)
	}
	return bad("不是能打开的 XLSX 工作簿（%v）；请在 Excel、WPS 或 LibreOffice 中另存为 .xlsx", r)
}

// needed are the columns without which nobody knows what a row speaks of.
var needed = []string{export.HeadID, export.HeadPath, export.HeadCorrection, export.HeadLast, export.HeadSeen}

// headRows is how far down the row of heads is looked for.
const headRows = 50

// heads finds the row of heads and the columns under them.
func (g *grid) heads() (at int, columns map[string]int, err error) {
	var lost []string
	for i, row := range g.rows[:min(headRows, len(g.rows))] {
		found := map[string]int{}
		for _, c := range row.cells {
			head := strings.TrimSpace(c.text)
			if _, twice := found[head]; twice && slices.Contains(needed, head) {
				return 0, nil, bad("“%s”里有两列“%s”；请只留一列", export.SheetReview, head)
			}
			if _, twice := found[head]; !twice {
				found[head] = c.column
			}
		}
		var missing []string
		for _, h := range needed {
			if _, ok := found[h]; !ok {
				missing = append(missing, h)
			}
		}
		if len(missing) == 0 {
			return i, found, nil
		}
		if lost == nil || len(missing) < len(lost) {
			lost = missing
		}
	}
	if lost == nil {
		lost = needed
	}
	return 0, nil, bad("“%s”里找不到列：%s；请保留各列标题和隐藏的列，或重新导出", export.SheetReview, strings.Join(lost, "、"))
}

// filled reads the rows under the heads.
func (g *grid) filled() (*Filled, error) {
	at, columns, err := g.heads()
	if err != nil {
		return nil, err
	}
	f := &Filled{}
	for _, row := range g.rows[at+1:] {
		get := func(head string) gridCell {
			column, ok := columns[head]
			if !ok {
				return gridCell{}
			}
			return row.at(column)
		}
		text := func(head string) string { return strings.TrimSpace(get(head).text) }
		if text(export.HeadPath) != "" {
			f.Rows++
		}
		said := get(export.HeadCorrection)
		if strings.TrimSpace(said.text) == "" && said.refused == "" {
			if text(export.HeadWhy) != "" && text(export.HeadPath) != "" {
				f.OnlyWhy = append(f.OnlyWhy, row.number)
			}
			continue
		}
		c := Correction{Row: row.number, Column: columnName(columns[export.HeadCorrection]), ID: text(export.HeadID), Path: text(export.HeadPath),
			Item: text(export.HeadItem), Why: text(export.HeadWhy), Seen: text(export.HeadSeen), Refused: said.refused}
		switch v := strings.TrimSpace(said.text); {
		case slices.Contains(export.ConfirmWords, v):
			c.Confirm = true
		case v != export.WordBlank:
			c.Value = v
		}
		var number error
		c.Last, number = strconv.ParseInt(text(export.HeadLast), 10, 64)
		switch {
		case c.ID == "":
			c.Refused = cmp.Or(c.Refused, "这一行没有编号")
		case c.Path == "":
			c.Refused = cmp.Or(c.Refused, "这一行的隐藏列“"+export.HeadPath+"”是空的，不知道是哪个字段")
		case c.Seen == "" || number != nil:
			c.Refused = cmp.Or(c.Refused, "这一行的隐藏列被改动了，不知道导出时是什么；请重新导出")
		}
		f.Corrections = append(f.Corrections, c)
	}
	return f, nil
}
