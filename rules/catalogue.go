package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dengji/normalize"
)

// Catalogue is a list of products that were in before: last year's
// catalogue, as its workbook has them.
type Catalogue struct {
	File    string // name of the workbook
	SHA256  string
	Entries []CatalogueEntry
}

// CatalogueEntry is one row.
type CatalogueEntry struct {
	Sheet      string
	Row        int // in the sheet, from 1
	Product    string
	Version    string // "" where the row has none beside the name
	Enterprise string // "" where the list does not say
}

// CatalogueSheet is one sheet's cells as text, rows and columns from 0.
type CatalogueSheet struct {
	Name string
	Rows [][]string
}

// columnWords are the headings under which a list has its columns, the most
// telling first.
var columnWords = [...][]string{
	columnProduct:    {"软件产品名称", "产品名称", "软件名称", "项目名称", "产品", "软件"},
	columnVersion:    {"版本号", "版本"},
	columnEnterprise: {"企业名称", "单位名称", "公司名称", "申报单位", "申报企业", "所属企业", "开发单位", "企业", "单位", "公司"},
}

const (
	columnProduct = iota
	columnVersion
	columnEnterprise
	columnCount
)

// headingDepth is how many rows of a sheet may stand above its headings.
const headingDepth = 20

// NewCatalogue finds the columns of a workbook's sheets by their headings and
// takes their rows. It is an error when no sheet has a column of products, or
// no rows beneath it.
func NewCatalogue(sheets []CatalogueSheet) (*Catalogue, error) {
	c := &Catalogue{}
	headed := false
	for _, s := range sheets {
		head, cols, ok := findColumns(s.Rows)
		if !ok {
			continue
		}
		headed = true
		for i := head + 1; i < len(s.Rows); i++ {
			at := func(col int) string {
				if k := cols[col]; k >= 0 && k < len(s.Rows[i]) {
					return strings.Join(strings.Fields(s.Rows[i][k]), " ")
				}
				return ""
			}
			if at(columnProduct) == "" || normalize.NameKey(at(columnProduct), false) == "" {
				continue
			}
			c.Entries = append(c.Entries, CatalogueEntry{Sheet: s.Name, Row: i + 1, Product: at(columnProduct),
				Version: at(columnVersion), Enterprise: at(columnEnterprise)})
		}
	}
	switch {
	case !headed:
		return nil, fmt.Errorf("no sheet has a column headed %s", strings.Join(columnWords[columnProduct][:3], ", "))
	case len(c.Entries) == 0:
		return nil, fmt.Errorf("there is no product beneath the headings")
	}
	return c, nil
}

// findColumns looks for the row of headings: one that has a column of
// products.
func findColumns(rows [][]string) (head int, cols [columnCount]int, ok bool) {
	for i, row := range rows[:min(len(rows), headingDepth)] {
		for c := range cols {
			cols[c] = headedBy(row, columnWords[c], cols[:c])
		}
		if cols[columnProduct] >= 0 {
			return i, cols, true
		}
	}
	return 0, cols, false
}

// headedBy finds the column with one of the headings, alone or with a remark
// in brackets, that is not taken; else one whose heading has such words and
// few more: 产品名称及版本号, 申报产品名称. -1 for none.
func headedBy(row, words []string, taken []int) int {
	const more = 4 // characters that a heading may have beside the words
	find := func(fits func(key, word string) bool) int {
		for _, w := range words {
			for k, text := range row {
				core, _ := splitLabel(text)
				if !slices.Contains(taken, k) && fits(normalize.NameKey(core, false), w) {
					return k
				}
			}
		}
		return -1
	}
	if k := find(func(key, w string) bool { return key == w }); k >= 0 {
		return k
	}
	return find(func(key, w string) bool {
		n := utf8.RuneCountInString(w)
		return n >= 4 && strings.Contains(key, w) && utf8.RuneCountInString(key) <= n+more
	})
}

// listing is what a catalogue says of one product.
type listing struct {
	entry CatalogueEntry
	sure  bool // the same name, version as far as both have one, and enterprise
	alike float64
	why   string // Chinese: how it is like the product
}

// Likeness of names from which a row of the catalogue is worth a look: of the
// same enterprise, and of one that the list does not name.
const (
	alikeOwn   = 0.85
	alikeAlone = 0.92
)

// look finds the row that is most like a product.
func (c *Catalogue) look(product, enterprise string) (best listing, found bool) {
	name, version := normalize.SplitVersion(product)
	key := normalize.NameKey(name, false)
	if key == "" {
		return best, false
	}
	for _, e := range c.Entries {
		l, ok := e.like(key, version, enterprise)
		if ok && (!found || l.sure && !best.sure || l.sure == best.sure && l.alike > best.alike) {
			best, found = l, true
		}
	}
	return best, found
}

func (e CatalogueEntry) like(key, version, enterprise string) (listing, bool) {
	name, v := normalize.SplitVersion(e.Product)
	if e.Version != "" {
		v = e.Version
	}
	other := normalize.NameKey(name, false)
	l := listing{entry: e}
	if l.alike = 1; key != other {
		// Most rows have nothing in common: their lengths tell before their
		// letters are compared.
		if n, m := len([]rune(key)), len([]rune(other)); 4*min(n, m) < 3*max(n, m) {
			return l, false
		}
		l.alike = normalize.Similarity(key, other)
	}
	who := 0.0
	if e.Enterprise != "" && enterprise != "" {
		who = nameSimilarity(e.Enterprise, enterprise)
	}
	sameVersion := version == "" || v == "" || versionKey(version) == versionKey(v)
	switch {
	case l.alike == 1 && who >= sameApplicant && sameVersion:
		l.sure, l.why = true, "名称、企业相同"
	case l.alike == 1 && who >= sameApplicant:
		l.why = fmt.Sprintf("名称、企业相同，版本不同（目录为%s）", v)
	case l.alike >= alikeOwn && who >= sameApplicant:
		l.why = "企业相同，名称相近"
	case e.Enterprise == "" && l.alike == 1:
		l.why = "名称相同，目录未列企业"
	case e.Enterprise == "" && l.alike >= alikeAlone:
		l.why = "名称相近，目录未列企业"
	case l.alike == 1 && who >= matchSimilarity:
		l.why = "名称相同，企业名称相近"
	default:
		return l, false
	}
	return l, true
}

// versionKey is a version without V and what a trailing zero adds.
func versionKey(v string) string {
	v = strings.TrimLeft(strings.ToLower(normalize.NameKey(v, false)), "v版本")
	for strings.HasSuffix(v, ".0") {
		v = strings.TrimSuffix(v, ".0")
	}
	return v
}

// where names a row to people.
func (e CatalogueEntry) where() string {
	s := fmt.Sprintf("第%d行“%s", e.Row, e.Product)
	if e.Version != "" && !strings.Contains(e.Product, e.Version) {
		s += e.Version
	}
	s += "”"
	if e.Enterprise != "" {
		s += "（" + e.Enterprise + "）"
	}
	if e.Sheet != "" {
		s = "工作表“" + e.Sheet + "”" + s
	}
	return s
}

// compareCatalogue looks every product up in the catalogue and flags those
// that it has, or nearly.
func (b *builder) compareCatalogue() {
	if b.opt.Catalogue == nil || b.form.Identity.Product == "" {
		return
	}
	b.listed = map[string]listing{}
	for _, path := range b.expand(b.form.Identity.Product) {
		f := b.find(path)
		name, _ := f.Value.(string)
		l, ok := b.opt.Catalogue.look(name, b.text(b.form.Identity.Applicant))
		if !ok {
			continue
		}
		b.listed[path] = l
		f.flag(FlagCatalogue, fmt.Sprintf("上一年度目录%s与该产品%s", l.entry.where(), l.why), map[string]any{
			"sheet": l.entry.Sheet, "row": l.entry.Row, "product": l.entry.Product, "version": l.entry.Version,
			"enterprise": l.entry.Enterprise, "similarity": round(l.alike), "same": l.sure})
	}
}

func checkCatalogue(b *builder, _ *Record, def CheckDef) verdict {
	if b.opt.Catalogue == nil {
		return verdict{Unknown, "尚未与上一年度目录核对，无法确认产品是否已入选。", b.paths(def), nil}
	}
	var t tally
	for _, path := range b.paths(def) {
		f := b.find(path)
		name, _ := f.Value.(string)
		l, found := b.listed[path]
		switch {
		case name == "":
			t.add(Unknown, path, "未能读出产品名称，无法与上一年度目录核对")
		case !found && f.Confidence < b.form.Threshold:
			t.add(Unknown, path, "“%s”的名称识别把握不足，请核对后再与上一年度目录比对", name)
		case !found:
			t.add(Pass, path, "")
		case l.sure:
			t.add(Fail, path, "“%s”已入选上一年度目录（%s），本次不能重复申报", name, l.entry.where())
		default:
			t.add(Unknown, path, "“%s”与上一年度目录%s%s，请说明是否为同一产品", name, l.entry.where(), l.why)
		}
	}
	return t.verdict("各产品均未见于上一年度目录。", "未读到产品，无法与上一年度目录核对。")
}
