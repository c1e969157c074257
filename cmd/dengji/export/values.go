package export

import (
	"fmt"
	"strings"
	"time"

	"dengji/normalize"
	"dengji/rules"
)

// firstDay is the first day that Excel's calendar has right: it takes 1900 for
// a leap year.
var firstDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)

// valueCell is a field's value as a cell: numbers are numbers, full dates are
// dates, all else is text. What a person should look at is marked.
func (b *Book) valueCell(r *rules.Record, f *rules.Field) cell {
	c := cell{flat(f.Value), plain}
	switch {
	case f.State == normalize.StateNone:
		c = cell{"无", muted}
	case f.State == normalize.StateUnreadable:
		c = cell{"（无法辨认）", muted}
	case f.State == normalize.StateValue && c.value == nil:
		c.value = span(f)
	}
	if def, _ := b.Forms.Definition(r.Form, f.Path); def.Type == "date" {
		if at, ok := fullDate(c.value); ok {
			c = cell{at, day}
		}
	}
	if f.Review {
		c.kind = map[kind]kind{plain: doubt, day: dayWarn, muted: doubt}[c.kind]
	}
	return c
}

// fullDate reads a date that names a day.
func fullDate(v any) (time.Time, bool) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, false
	}
	at, err := time.Parse(time.DateOnly, text)
	return at, err == nil && !at.Before(firstDay)
}

// span is what a value says that is no single one: a range's ends, else the
// text itself.
func span(f *rules.Field) any {
	low, high := f.Detail["min"], f.Detail["max"]
	if low != nil && high != nil {
		return fmt.Sprintf("%v 至 %v", low, high)
	}
	return f.Raw
}

// flat is a value for a table: lists joined by 、, null empty.
func flat(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case []string:
		return strings.Join(v, "、")
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = fmt.Sprint(e)
		}
		return strings.Join(parts, "、")
	}
	return v
}

// applicant is who sent a submission, as its form names it.
func (b *Book) applicant(r *rules.Record) any {
	form := b.lead[r]
	if form == nil {
		return nil
	}
	return value(r, form.Identity.Applicant)
}

// value is what a record's data has at a path, nil for nothing.
func value(r *rules.Record, path string) any {
	if r.Data == nil || path == "" {
		return nil
	}
	v, _ := r.Data.Get(path)
	return flat(v)
}

// contact is whom to ask, by the types of the form's own fields.
type contact struct{ name, phone, email any }

// contact finds the form's first telephone and e-mail address, and the last
// name before the telephone.
func (b *Book) contact(r *rules.Record) (c contact) {
	form := b.lead[r]
	if form == nil {
		return c
	}
	name, phone, email := "", "", ""
	for _, d := range form.Fields {
		switch {
		case d.Type == "name" && phone == "":
			name = d.Path
		case d.Type == "phone" && phone == "":
			phone = d.Path
		case d.Type == "email" && email == "":
			email = d.Path
		}
	}
	return contact{value(r, name), value(r, phone), value(r, email)}
}
