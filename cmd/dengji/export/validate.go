package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"dengji/rules"
)

// input is a cell to fill in, in a row, for a field of a definition. All of
// them take text: Excel makes 2021-06-01 of a 2021-06 that is typed into any
// other cell, and takes a telephone's leading zero away.
type input struct {
	row int
	def rules.FieldDef
}

// rule is what a cell to fill in offers and what it warns of. Cells of one
// rule share it.
type rule struct {
	words   string // to choose from, separated by newlines
	formula string // holds for what needs no warning; %[1]s is the cell
	prompt  string
}

// ruleOf is the rule of a field, from its definition alone.
func ruleOf(d *rules.FieldDef) rule {
	r := rule{prompt: "没有错填“" + ConfirmWords[0] + "”；没有填“无”"}
	switch {
	case d.Type == "choices" && len(d.Vocabulary) > 0:
		r.words, r.prompt = strings.Join(d.Vocabulary, "\n"), "可选一项；多项用顿号隔开："+strings.Join(d.Vocabulary, "、")
	case len(d.Vocabulary) > 0:
		r.words = strings.Join(d.Vocabulary, "\n")
	case d.Type == "date":
		r.formula, r.prompt = "IFERROR(AND(VALUE(LEFT(%[1]s,4))>=1980,VALUE(LEFT(%[1]s,4))<2100),LEN(%[1]s)<=2)", "日期，例如 2021-06-15；只知年月填 2021-06"
	case d.Type == "percent":
		low, high := 0.0, 100.0
		if d.Min != nil {
			low = *d.Min
		}
		if d.Max != nil {
			high = *d.Max
		}
		r.formula, r.prompt = fmt.Sprintf(`IFERROR(AND(VALUE(SUBSTITUTE(%%[1]s,"%%%%",""))>=%g,VALUE(SUBSTITUTE(%%[1]s,"%%%%",""))<=%g),LEN(%%[1]s)<=2)`, low, high), fmt.Sprintf("百分数，%g 到 %g，例如 35.2 或 35.2%%", low, high)
	case d.MaxRunes > 0:
		r.formula, r.prompt = fmt.Sprintf("LEN(%%[1]s)<=%d", d.MaxRunes), fmt.Sprintf("不超过 %d 字", d.MaxRunes)
	}
	return r
}

// perRule is how many cells one rule may name in the file: Excel gives up on
// very long lists.
const perRule = 200

// choices gives the cells to fill in their lists, warnings and prompts. They
// warn only, and not of words of two characters (确认, 无, 空白): `dengji apply`
// has the last say.
func (b *Book) choices(s *sheet) error {
	column := s.at(HeadCorrection)
	var order []rule
	cells := map[rule][]string{}
	for i := range s.inputs {
		r := ruleOf(&s.inputs[i].def)
		if cells[r] == nil {
			order = append(order, r)
		}
		cells[r] = append(cells[r], name(column, s.inputs[i].row))
	}
	lists, err := b.wordLists(order)
	if err != nil {
		return err
	}
	for _, r := range order {
		for part := range slices.Chunk(cells[r], perRule) {
			v := excelize.NewDataValidation(true)
			v.SetSqref(strings.Join(part, " "))
			v.SetInput(HeadCorrection, r.prompt)
			switch {
			case r.words != "":
				v.SetSqrefDropList(lists[r.words])
				v.ShowErrorMessage = false
			case r.formula != "":
				// excelize writes it as it stands.
				formula := strings.ReplaceAll(fmt.Sprintf(r.formula, part[0]), "<", "&lt;")
				if err := v.SetRange(formula, "", excelize.DataValidationTypeCustom, excelize.DataValidationOperatorBetween); err != nil {
					return err
				}
				v.SetError(excelize.DataValidationErrorStyleWarning, HeadCorrection, "看起来不对："+r.prompt)
			default:
				v.Type = "none"
			}
			if err := b.file.AddDataValidation(s.name, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// wordLists writes what the lists of rules offer on a hidden sheet, a column
// each, and returns where: a list in place is limited to 255 characters and
// may hold no comma.
func (b *Book) wordLists(order []rule) (map[string]string, error) {
	at := map[string]string{}
	for _, r := range order {
		if r.words == "" || at[r.words] != "" {
			continue
		}
		if len(at) == 0 {
			if _, err := b.file.NewSheet(sheetWords); err != nil {
				return nil, err
			}
			if err := b.file.SetSheetVisible(sheetWords, false); err != nil {
				return nil, err
			}
		}
		words := append([]string{ConfirmWords[0]}, strings.Split(r.words, "\n")...)
		from, to := name(len(at), -1), name(len(at), len(words)-2)
		for i, w := range words {
			if err := b.file.SetCellStr(sheetWords, name(len(at), i-1), w); err != nil {
				return nil, err
			}
		}
		at[r.words] = fmt.Sprintf("'%s'!%s:%s", sheetWords, absolute(from), absolute(to))
	}
	return at, nil
}

// absolute is $A$1 of A1.
func absolute(at string) string {
	i := strings.IndexAny(at, "0123456789")
	return "$" + at[:i] + "$" + at[i:]
}
