package rules

import (
	"fmt"
	"strings"

	"dengji/normalize"
)

// Fields of one submission that speak of the same thing without being the
// same field.

// compareAddresses lets the form's web and e-mail addresses speak for one
// another: a domain that both have was read twice, two that are nearly the
// same are one that was misread.
func (b *builder) compareAddresses() {
	var sites, mails []*field
	for _, f := range b.fields {
		if _, ok := f.Value.(string); !ok || f.sure {
			continue
		}
		switch f.ref.def.Type {
		case "url":
			sites = append(sites, f)
		case "email":
			mails = append(mails, f)
		}
	}
	for _, site := range sites {
		for _, mail := range mails {
			_, domain, _ := strings.Cut(strings.ToLower(mail.Value.(string)), "@")
			host := hostName(site.Value.(string))
			switch {
			case domain == host:
				site.agree(false)
				mail.agree(false)
			case lostDouble(host, domain):
				site.restore(host, domain, mail)
			case lostDouble(domain, host):
				mail.restore(domain, host, site)
			case normalize.Similarity(domain, host) >= matchSimilarity:
				site.features[featDiffer], mail.features[featDiffer] = 1, 1
			}
		}
	}
}

// restore gives an address the letters that its domain lost of a pair, from
// another address of the same domain.
func (f *field) restore(short, long string, by *field) {
	text, _ := f.Value.(string)
	lower := strings.ToLower(text)
	at := strings.LastIndex(lower, short)
	if at < 0 || len(lower) != len(text) {
		return
	}
	f.Value = text[:at] + long + text[at+len(short):]
	f.features[featRepaired] = 1
	f.flag(normalize.CodeRepaired, fmt.Sprintf("读作“%s”，按“%s”“%v”的域名补全", text, by.Label, by.Value), map[string]any{"values": []any{text, by.Value}})
	f.agree(false)
	by.agree(false)
}

// comparePlaces lets the address, the postal code and the area code of the
// telephone speak for one another. Of a code two or three digits are the
// place's, so agreement says little of the rest and counts for nothing; another
// province is a contradiction that names both. Another city of the same
// province is none, nor is a mobile telephone.
func (b *builder) comparePlaces() {
	var place, address string
	for _, f := range b.fields {
		if text, _ := f.Value.(string); f.row < 0 && f.ref.def.Type == "text" && address == "" {
			if p, ok := normalize.AddressProvince(text); ok && f.ref.def.MaxRunes == 0 {
				place, address = p, text
			}
		}
	}
	if place == "" {
		return
	}
	for _, f := range b.fields {
		text, _ := f.Value.(string)
		other, what := "", ""
		switch {
		case f.row >= 0 || text == "":
		case f.ref.def.Type == "postal_code":
			other, _ = normalize.PostalProvince(text)
			what = "邮政编码"
		case f.ref.def.Type == "phone":
			other, _ = normalize.AreaProvince(text)
			what = "电话区号"
		}
		if other != "" && other != place {
			f.features[featContradict] = 1
			f.flag(normalize.CodeAmbiguous, fmt.Sprintf("%s“%s”属%s，通信地址“%s”在%s", what, text, other, address, place),
				map[string]any{"values": []any{text, address}, "places": []any{other, place}})
		}
	}
}

// compareShares doubts shares of revenue that cannot be true together, or
// against the day of release: what is not yet out has earned nothing, and what
// earns nothing exports nothing.
func (b *builder) compareShares() {
	rule := b.form.Shares
	if rule == nil {
		return
	}
	last := b.opt.Received
	if last == "" {
		last = b.form.deadline()
	}
	for _, path := range b.expand(rule.Whole) {
		f := b.find(path)
		share, earns := f.Value.(float64)
		for _, pattern := range rule.Parts {
			part := b.find(strings.Replace(pattern, "[]", fmt.Sprintf("[%d]", f.row), 1))
			if v, ok := numberIn(part); ok && v > 0 && earns && share == 0 {
				part.flag(normalize.CodeOutOfRange, fmt.Sprintf("“%s”为0，而“%s”为%v%%", f.Label, part.Label, v), nil)
			}
		}
		day := b.text(strings.Replace(b.form.Identity.Date, "[]", fmt.Sprintf("[%d]", f.row), 1))
		if inWindow(day, "", last) != Fail {
			continue
		}
		for _, pattern := range append([]string{rule.Whole}, rule.Parts...) {
			part := b.find(strings.Replace(pattern, "[]", fmt.Sprintf("[%d]", f.row), 1))
			if v, ok := numberIn(part); ok && v > 0 {
				part.flag(normalize.CodeOutOfRange, fmt.Sprintf("产品%s才发布，申报时（%s前）“%s”却为%v%%", day, last, part.Label, v),
					map[string]any{"release": day, "until": last, "value": v})
			}
		}
	}
}

func numberIn(f *field) (float64, bool) {
	if f == nil {
		return 0, false
	}
	v, ok := f.Value.(float64)
	return v, ok
}

// deadline is the last day on which a submission can arrive, "" for none.
func (f *Form) deadline() string {
	for _, c := range f.Checks {
		if p, ok := c.predicate(); ok && p.name == "received_until" {
			return c.Until
		}
	}
	return ""
}

// hostName is the host of a web address without www.
func hostName(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if i := strings.IndexAny(address, "/?#:"); i >= 0 {
		address = address[:i]
	}
	return strings.TrimPrefix(strings.ToLower(address), "www.")
}

// orderDates doubts dates of a certificate that cannot be true together: a
// work is completed before it is published, registered after both, and the
// number it is registered under begins with the year.
func (b *builder) orderDates() {
	for _, c := range b.certs {
		day := map[string]*field{}
		for _, r := range c.form.Release {
			if f := c.fields[r.Path]; f != nil && f.State == normalize.StateValue {
				day[r.Basis] = f
			}
		}
		done, published, issued := day["certificate.completion"], day["certificate.first_publication"], day["certificate.issue"]
		after(done, published)
		after(done, issued)
		after(published, issued)
		if number := c.value(c.form.Identity.Number); issued != nil && len(number) > 4 {
			if d, _ := issued.Value.(string); len(d) >= 4 && (d[:4] < number[:4] || d[:4] > fmt.Sprint(yearOf(number[:4])+1)) {
				issued.flag(normalize.CodeAmbiguous, fmt.Sprintf("日期%s与登记号%s的年份不符", d, number), nil)
			}
		}
	}
}

// after doubts both dates where the second lies before the first.
func after(first, second *field) {
	if first == nil || second == nil {
		return
	}
	a, _ := first.Value.(string)
	z, _ := second.Value.(string)
	n := min(len(a), len(z))
	if a[:n] <= z[:n] {
		return
	}
	for _, f := range []*field{first, second} {
		f.flag(normalize.CodeAmbiguous, fmt.Sprintf("%s%s晚于%s%s", first.Label, a, second.Label, z), nil)
	}
}

// yearOf is a year as a number, 0 for none.
func yearOf(year string) int {
	n := 0
	for _, r := range year {
		if !isDigit(r) {
			return 0
		}
		n = 10*n + int(r-'0')
	}
	return n
}
