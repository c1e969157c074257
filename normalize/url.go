package normalize

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	urlScheme  = regexp.MustCompile(`(?i)^(https?|ftp)\s*(?:[:;.]?\s*[/\\]{1,3}|[:;])\s*`)
	urlLabel   = regexp.MustCompile(`^(?:企业|公司|官方)?(?:网址|网站|官网|主页)\s*:\s*`)
	urlBreak   = regexp.MustCompile(`[,、\s]+|或者?|和|;`)
	hostForm   = regexp.MustCompile(`^(?:[\pL\pN](?:[\pL\pN_-]{0,61}[\pL\pN])?\.)+(?:[a-z][a-z0-9-]{1,61}|\p{Han}{2,8}|[0-9]{1,3})$`)
	ipv4       = regexp.MustCompile(`^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$`)
	portForm   = regexp.MustCompile(`^\d{1,5}$`)
	spacedSign = regexp.MustCompile(`\s*([./:?=&_-])\s*`)
)

// URL reads a web address. Scheme and host are written in lower case, the rest
// as the form has it; nothing is added: www.example.cn stays without scheme.
// Blanks and punctuation behind the address go. Of several addresses the first
// is the value, the others are detail.others. Only http, https and ftp are web
// addresses. In text read from pixels a comma in the place of a dot and a
// semicolon in the place of the scheme's colon are repaired.
func URL(raw string, opt Options) Result {
	s, r, done := readEmptyCode(raw, opt)
	if done {
		return r
	}
	if CountRunes(s) > 2000 {
		return unreadable(CodeFormatInvalid, "文字过长，不是网址")
	}
	text, notes := strings.TrimSpace(foldSigns(s)), ""
	if !strings.ContainsAny(text, "?#") { // brackets in a query are its own
		text, notes = splitNotes(text)
	}
	text = urlLabel.ReplaceAllString(strings.TrimSpace(text), "")
	text = strings.TrimRight(text, " .,;:、。!>\"'_-")
	if !strings.Contains(text, "(") {
		text = strings.TrimRight(text, ")")
	}
	if opt.OCR {
		if fixed := repairHost(text); fixed != text {
			return URL(fixed, opt).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
		}
	}
	found, bad := validURLs(nonEmpty(urlBreak.Split(text, -1)))
	if len(found) > 0 && !bad {
		return urls(found).detail("note", notes)
	}
	joined := dropSpaces(spacedSign.ReplaceAllString(text, "$1"))
	if one, bad := validURLs([]string{joined}); len(one) > 0 && !bad {
		return urls(one).detail("note", notes)
	}
	if opt.OCR {
		fixed := repairURL(joined)
		if one, bad := validURLs([]string{fixed}); len(one) > 0 && !bad {
			return urls(one).detail("note", notes).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, one[0])
		}
	}
	if len(found) > 0 {
		return urls(found).detail("note", notes).doubt(CodeAmbiguous, "“%s”中还有不能识别的内容", s)
	}
	if opt.OCR && (noneAndMore.MatchString(s) || loneHan.MatchString(s)) {
		return Result{State: StateNone}.doubt(CodeRepaired, "读到“%s”，按“无”处理", s)
	}
	return unreadable(CodeFormatInvalid, "“%s”不是网址", s)
}

// noneAndMore is 无 with what a seal's strokes were read as behind it.
var noneAndMore = regexp.MustCompile(`^无[^.]{1,3}$`)

// loneHan is an ideograph alone: no address, and 无 is what is written in its place. A
// few others are answers of their own.
var loneHan = regexp.MustCompile(`^[^\P{Han}有是见详附同否在]$`)

// repairHost puts the end of an address's host right, whatever stands behind it.
func repairHost(s string) string {
	from := 0
	if i := strings.Index(s, "://"); i >= 0 {
		from = i + len("://")
	}
	to := from + len(s[from:])
	if i := strings.IndexAny(s[from:], "/:?# "); i >= 0 {
		to = from + i
	}
	if !strings.Contains(s[from:to], ".") {
		return s
	}
	return s[:from] + repairTop(s[from:to]) + s[to:]
}

// repairURL puts right what readers do to addresses.
func repairURL(s string) string {
	s = urlScheme.ReplaceAllString(s, "${1}://")
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	} else {
		scheme += "://"
	}
	host, path, slash := strings.Cut(rest, "/")
	host = strings.NewReplacer(",", ".", "·", ".", "。", ".", "、", ".", ";", ".").Replace(host)
	if slash {
		path = "/" + path
	}
	return scheme + host + path
}

// validURLs keeps the addresses among parts; bad tells that others were left
// out.
func validURLs(parts []string) (out []string, bad bool) {
	for _, p := range parts {
		if u, ok := validURL(p); ok {
			out = append(out, u)
		} else {
			bad = true
		}
	}
	return out, bad
}

func validURL(s string) (string, bool) {
	scheme, rest := "", s
	if i := strings.Index(s, "://"); i >= 0 {
		scheme, rest = strings.ToLower(s[:i]), s[i+len("://"):]
		if scheme != "http" && scheme != "https" && scheme != "ftp" {
			return "", false
		}
		scheme += "://"
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, port, hasPort := strings.Cut(strings.ToLower(rest[:end]), ":")
	if hasPort && !portForm.MatchString(port) || !hostForm.MatchString(host) && !ipv4.MatchString(host) {
		return "", false
	}
	if digitsOnly(strings.ReplaceAll(host, ".", "")) && !ipv4.MatchString(host) {
		return "", false // a number, not a host
	}
	if hasPort {
		host += ":" + port
	}
	if _, err := url.Parse("http://" + host + rest[end:]); err != nil || strings.ContainsAny(rest[end:], " \"<>`") {
		return "", false
	}
	return scheme + host + rest[end:], true
}

// plainStart says whether a host begins with www, or with a word that is not
// likely to be a misread www.
func plainStart(host string) bool {
	first, rest, _ := strings.Cut(host, ".")
	if first == "www" {
		return true
	}
	return !strings.HasPrefix(first, "www") && (!strings.Contains(rest, ".") || CountRunes(first) > 6 || strings.Count(first, "w") < 2)
}

func urls(found []string) Result {
	r := valueOf(found[0])
	if others := uniqueAfter(found); len(others) > 0 {
		r = r.detail("others", others)
	}
	for _, u := range found {
		_, host, ok := strings.Cut(u, "://")
		if !ok {
			host = u
		}
		if i := strings.IndexAny(host, "/?#:"); i >= 0 {
			host = host[:i]
		}
		if !plainStart(host) {
			r = r.doubt(CodeFormatInvalid, "“%s”的开头不像www", u)
		}
		if !knownTop(host) && !ipv4.MatchString(host) {
			r = r.doubt(CodeFormatInvalid, "“%s”的后缀少见，可能有误", u)
		}
	}
	return r
}
