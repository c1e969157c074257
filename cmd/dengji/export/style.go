package export

import "github.com/xuri/excelize/v2"

// kind is how a cell looks and what its number means.
type kind int

const (
	plain  kind = iota // one line
	wrap               // several lines
	head               // of a column
	headIn             // of a column to fill in
	number
	day     // a full date
	share   // 0 … 1, shown as a percentage
	good    // passed, nothing to do
	bad     // failed
	warn    // a person should look
	muted   // what is said about a value rather than being one
	doubt   // a value that a person should look at
	linked  // leads to another sheet
	in      // to fill in
	unwrap  // a long text on one line
	dayWarn // a full date that a person should look at
	left    // a number that stands like a text
	kinds
)

const (
	dayFormat  = "yyyy-mm-dd"
	textFormat = 49 // @, a built-in format: what is typed stays as typed
)

// styles makes the workbook's styles.
func (b *Book) styles() error {
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	border := func(color string) (all []excelize.Border) {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			all = append(all, excelize.Border{Type: side, Style: 1, Color: color})
		}
		return all
	}
	date, percent := dayFormat, "0.0%"
	top := &excelize.Alignment{Vertical: "center"}
	lines := &excelize.Alignment{Vertical: "center", WrapText: true}
	middle := &excelize.Alignment{Vertical: "center", Horizontal: "center"}
	grid, input := border("D9DEE4"), border("C9A227")
	table := [kinds]excelize.Style{
		plain:   {Alignment: top},
		wrap:    {Alignment: lines},
		unwrap:  {Alignment: top},
		head:    {Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Font: &excelize.Font{Bold: true, Color: "1F3A57"}, Fill: fill("DDE6F0")},
		headIn:  {Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Font: &excelize.Font{Bold: true, Color: "7A5B00"}, Fill: fill("FFE699")},
		number:  {Alignment: top},
		day:     {Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left"}, CustomNumFmt: &date},
		share:   {Alignment: middle, CustomNumFmt: &percent},
		good:    {Alignment: middle, Font: &excelize.Font{Color: "1B6E35"}, Fill: fill("E3F4E6")},
		bad:     {Alignment: middle, Font: &excelize.Font{Bold: true, Color: "A61B1B"}, Fill: fill("FBE3E1")},
		warn:    {Alignment: middle, Font: &excelize.Font{Color: "8A5A00"}, Fill: fill("FFF3D6")},
		muted:   {Alignment: lines, Font: &excelize.Font{Color: "8A939E"}},
		doubt:   {Alignment: top, Fill: fill("FFF3D6")},
		dayWarn: {Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left"}, CustomNumFmt: &date, Fill: fill("FFF3D6")},
		left:    {Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left"}},
		linked:  {Alignment: middle, Font: &excelize.Font{Underline: "single", Color: "1F5FA8"}, Fill: fill("FFF3D6")},
		in:      {Alignment: lines, NumFmt: textFormat, Fill: fill("FFFBEA")},
	}
	for k := range table {
		s := table[k]
		s.Border = grid
		if kind(k) == in {
			s.Border = input
		}
		id, err := b.file.NewStyle(&s)
		if err != nil {
			return err
		}
		b.style[k] = id
	}
	return nil
}
