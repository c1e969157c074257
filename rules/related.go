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
			case normalize.Similarity(domain, host) >= matchSimilarity:
				site.features[featDiffer], mail.features[featDiffer] = 1, 1
			}
		}
	}
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
