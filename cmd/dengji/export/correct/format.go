package correct

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"dengji/extract/opc"
)

// format is what a number format makes of a number, as far as it matters.
type format byte

const (
	plainNumber format = iota
	percentage
	dayDate
	monthDate // a date shown without its day
)

// builtIn are the formats that have a number instead of a code (ECMA-376 part
// 1, 18.8.30, with those of Chinese Excel).
var builtIn = map[int]format{9: percentage, 10: percentage,
	14: dayDate, 15: dayDate, 16: dayDate, 17: monthDate, 22: dayDate,
	27: monthDate, 28: dayDate, 29: dayDate, 30: dayDate, 31: dayDate, 36: monthDate,
	50: monthDate, 51: dayDate, 52: monthDate, 53: dayDate, 54: dayDate, 57: monthDate, 58: dayDate}

// styles reads which number format each style has.
func (r *reader) styles(x *opc.Reader) error {
	codes := map[int]format{}
	return x.Root(func(name string, _ []xml.Attr) error {
		switch name {
		case "numFmts":
			return x.Children(func(_ string, attrs []xml.Attr) error {
				if id, err := strconv.Atoi(opc.Attr(attrs, "numFmtId")); err == nil {
					codes[id] = formatOf(opc.Attr(attrs, "formatCode"))
				}
				return nil
			})
		case "cellXfs":
			return x.Children(func(name string, attrs []xml.Attr) error {
				if name != "xf" {
					return nil
				}
				id, err := strconv.Atoi(opc.Attr(attrs, "numFmtId"))
				f, own := codes[id]
				if err == nil && !own {
					f = builtIn[id]
				}
				r.formats = append(r.formats, f)
				return nil
			})
		}
		return nil
	})
}

// formatOf reads a format's code: yyyy"年"m"月"d"日".
func formatOf(code string) format {
	code, _, _ = strings.Cut(code, ";")
	var bare strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[c])
			if end < 0 {
				return plainNumber
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		default:
			bare.WriteByte(c | 0x20)
		}
	}
	switch text := bare.String(); {
	case strings.Contains(text, "general"):
		return plainNumber
	case strings.Contains(text, "%"):
		return percentage
	case strings.Contains(text, "d"):
		return dayDate
	case strings.Contains(text, "y"):
		return monthDate
	}
	return plainNumber
}

// dateOf is the date of a day's number, as precise as its format shows it.
func dateOf(n, from int, f format) string {
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from == 1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	at := start.AddDate(0, 0, n)
	if f == monthDate {
		return at.Format("2006-01")
	}
	return at.Format(time.DateOnly)
}
