package normalize

import (
	"regexp"
	"slices"
	"strings"
)

// topDomains are the ends of addresses that Chinese companies really use.
// Another end is kept, but doubted: readers make .com into .corn and people
// type .con.
const topDomains = " com cn net org gov edu mil int info biz name pro top xyz vip ltd group tech cloud shop site online store club fun ink wang win link" +
	" work live art plus host press website space io ai co me tv cc so app dev hk mo tw sg jp kr us uk de fr ru kz kg uz tj in pk ir by mn eu au ca asia mobi email icu red pub" +
	" 中国 公司 网络 中文网 集团 政务 公益 网址 在线 我爱你 商城 信息 "

func knownTop(domain string) bool {
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	return strings.Contains(topDomains, " "+strings.ToLower(top)+" ")
}

// repairTop puts letters that readers take for figures right in the last part
// of a host (.c0m): no top domain has figures. What then is still no end that
// is really used stays as it was.
func repairTop(host string) string {
	i := strings.LastIndexByte(host, '.')
	fixed := strings.NewReplacer("0", "o", "1", "i").Replace(strings.ToLower(host[i+1:]))
	if i < 0 || !strings.ContainsAny(host[i+1:], "01") || !knownTop(fixed) {
		return host
	}
	return host[:i+1] + fixed
}

var (
	emailForm   = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$`)
	emailLabel  = regexp.MustCompile(`(?i)^(?:mailto|e-?mail|电子邮箱|电子邮件|邮箱)\s*[:]?\s*`)
	emailBreak  = regexp.MustCompile(`[;,、/|\\\s]+|或者?|和`)
	aroundAt    = regexp.MustCompile(`\s*([@._-])\s*`)
	insideLocal = regexp.MustCompile(`[A-Za-z0-9]\s+[A-Za-z0-9]`)
	misreadDots = strings.NewReplacer(",", ".", "·", ".", "。", ".", "、", ".", "©", "@", "®", "@")
)

// Email reads an e-mail address. The domain is written in lower case, the
// part before the @ as the form has it (in text read from pixels a lone capital
// of a small letter's shape is one, repaired). Of several addresses the first is the
// value, the others are detail.others. Blanks inside an address go, which is
// doubted (repaired) where they may have been an underscore. In text read from
// pixels a comma in the place of a dot is repaired. An end that no address has
// (.con) is kept with the doubt format_invalid; nothing is guessed.
func Email(raw string, opt Options) Result {
	s, r, done := readEmptyCode(raw, opt)
	if done {
		return r
	}
	if CountRunes(s) > maxCode {
		return unreadable(CodeFormatInvalid, "文字过长，不是邮箱地址")
	}
	if opt.OCR {
		if local, domain, ok := strings.Cut(s, "@"); ok && lowerAlike(local) != local {
			fixed := lowerAlike(local) + "@" + domain
			return Email(fixed, opt).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
		}
	}
	if opt.OCR {
		if fixed, host := nearMailHost(s); fixed != "" {
			return Email(fixed, opt).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
		} else if host != "" {
			opt.OCR = false
			return Email(s, opt).doubt(CodeAmbiguous, "“%s”的域名与常见的“%s”只差一个字符，可能有误读", s, host)
		}
	}
	if local, _, ok := strings.Cut(s, "@"); ok && opt.OCR {
		if box := nearMailbox(strings.TrimSpace(local)); box != "" {
			opt.OCR = false
			return Email(s, opt).doubt(CodeAmbiguous, "“%s”与常见的“%s”只差一个字母，可能有误读", strings.TrimSpace(local), box)
		}
	}
	text, notes := splitNotes(foldSigns(s))
	text = strings.Trim(emailLabel.ReplaceAllString(strings.TrimSpace(text), ""), " .,;:。<>\"'")
	if found := validEmails(emailBreak.Split(text, -1)); len(found) > 0 && strings.Count(text, "@") == len(found) && wholeEmails(text, found) {
		return emails(found).detail("note", notes)
	}
	joined := dropSpaces(aroundAt.ReplaceAllString(text, "$1"))
	if found := validEmails([]string{joined}); len(found) > 0 {
		r = emails(found).detail("note", notes)
		if insideLocal.MatchString(text) {
			r = r.doubt(CodeRepaired, "“%s”中的空格已去掉，也可能是下划线", s)
		}
		return r
	}
	if opt.OCR {
		if found := validEmails([]string{repairTop(misreadDots.Replace(joined))}); len(found) > 0 {
			return emails(found).detail("note", notes).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, found[0])
		}
	}
	if found := validEmails(emailBreak.Split(text, -1)); len(found) > 0 {
		return emails(found).detail("note", notes).doubt(CodeAmbiguous, "“%s”中还有不能识别的内容", s)
	}
	if m := emailInside.FindStringSubmatch(text); m != nil && opt.OCR && strings.Count(text, "@") == 1 && emailForm.MatchString(m[1]) && knownTop(m[1]) {
		return emails(m[1:]).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, m[1])
	}
	return unreadable(CodeFormatInvalid, "“%s”不是邮箱地址", s)
}

// mailHosts are the hosts of the mailboxes that most people have.
var mailHosts = []string{"qq.com", "163.com", "126.com", "139.com", "189.cn", "sina.com", "sina.cn", "sohu.com", "aliyun.com", "foxmail.com", "gmail.com", "outlook.com", "hotmail.com", "icloud.com", "yeah.net", "21cn.com", "263.net", "vip.qq.com", "vip.163.com", "vip.126.com", "vip.sina.com", "msn.com", "live.cn"}

// PublicMailHost reports whether a mail domain is one that anybody may have a
// mailbox at: it says nothing of a firm.
func PublicMailHost(domain string) bool { return slices.Contains(mailHosts, strings.ToLower(domain)) }

// mailboxes are names of mailboxes that offices have.
var mailboxes = []string{"office", "info", "service", "services", "contact", "contacts", "market", "marketing", "admin", "sales", "support", "business", "project", "projects", "manager", "finance", "software", "xiangmu", "shichang", "bangong", "kefu"}

// nearMailbox is the common mailbox that one misses by a letter (ofice), "" for none.
func nearMailbox(local string) string {
	const least = 6 // shorter words have too many neighbours
	if slices.Contains(mailboxes, strings.ToLower(local)) {
		return ""
	}
	for _, box := range mailboxes {
		if len(box) >= least && oneAway([]rune(strings.ToLower(local)), []rune(box)) {
			return box
		}
	}
	return ""
}

// longHost is the length from which a host that is one character away from a
// common one is no other firm's.
const longHost = 9

// nearMailHost finds a common mail host that an address misses by one character,
// another one (aliyum.com) or a lost one (q.com). A long host makes the address as
// it was meant, a short one may be a firm's own and is named alone.
func nearMailHost(s string) (fixed, host string) {
	local, domain, ok := strings.Cut(s, "@")
	domain = strings.ToLower(strings.TrimRight(domain, " .,;:：。"))
	if !ok || slices.Contains(mailHosts, domain) || !emailForm.MatchString(local+"@"+domain) {
		return "", ""
	}
	seen := []rune(domain)
	for _, h := range mailHosts {
		if !oneAway(seen, []rune(h)) {
			continue
		}
		if len(h) >= longHost {
			return local + "@" + h, h
		}
		host = h
	}
	return "", host
}

// oneAway reports whether a text is a name but for one other character, or for one
// that it lost.
func oneAway(s, name []rune) bool {
	if len(s) == len(name) {
		return differing(s, name) == 1
	}
	if len(s)+1 != len(name) {
		return false
	}
	i := 0
	for i < len(s) && s[i] == name[i] {
		i++
	}
	return slices.Equal(s[i:], name[i+1:])
}

// splitNotes takes bracketed remarks out of a text.
func splitNotes(s string) (text, notes string) {
	var found []string
	text = bracketed.ReplaceAllStringFunc(s, func(m string) string {
		found = append(found, strings.Trim(m, "() "))
		return " "
	})
	if strings.TrimSpace(text) == "" {
		return strings.NewReplacer("(", " ", ")", " ").Replace(s), ""
	}
	return text, strings.Join(nonEmpty(found), "；")
}

// wholeEmails reports whether found is all there is in text.
func wholeEmails(text string, found []string) bool {
	return CountRunes(emailBreak.ReplaceAllString(text, "")) == CountRunes(emailBreak.ReplaceAllString(strings.Join(found, ""), ""))
}

func validEmails(parts []string) []string {
	var out []string
	for _, p := range parts {
		p = strings.TrimSpace(p)
		if len(p) <= 254 && emailForm.MatchString(p) {
			local, domain, _ := strings.Cut(p, "@")
			out = append(out, local+"@"+strings.ToLower(domain))
		}
	}
	return out
}

// lowerAlike writes capitals that differ from their small letters in size alone
// small, where no other capital says that the text has any: a reader sees one
// size in a picture of one line, and no address depends on it.
func lowerAlike(s string) string {
	const alike = "CKOSUVWXZ"
	small := false
	for _, c := range s {
		if c >= 'A' && c <= 'Z' && !strings.ContainsRune(alike, c) {
			return s
		}
		small = small || c >= 'a' && c <= 'z'
	}
	if !small {
		return s
	}
	return strings.ToLower(s)
}

func emails(found []string) Result {
	r := valueOf(found[0])
	if others := uniqueAfter(found); len(others) > 0 {
		r = r.detail("others", others)
	}
	for _, e := range found {
		if !knownTop(e) {
			r = r.doubt(CodeFormatInvalid, "“%s”的后缀少见，可能有误", e)
		}
	}
	return r
}

// cutEnding is what is left of .com, .net, .org, .gov, .edu and .html without
// their last letter: rare as endings of their own.
var cutEnding = regexp.MustCompile(`(?i)\.(?:co|ne|or|go|ed|htm)$`)

// lostPoint is the name of a page without the point before its ending, or of a
// host without the point in .com.cn.
var lostPoint = regexp.MustCompile(`(?i)/[a-z0-9_-]*[a-z0-9](?:html?|jsp|php|aspx?)$|[a-z0-9]{3}(?:com|org|gov|edu)\.cn(?:[/:?#]|$)`)

// endsInCom are hosts that end so by themselves.
var endsInCom = regexp.MustCompile(`(?i)(?:telecom|unicom|[a-z]ecom|dotcom|intercom)\.cn`)

// Confusable reports whether an address has a 1, l, I or O where nothing
// around it tells a letter from a digit (a 0 is narrower than an o in print): at the edge of a run of digits
// (wang.1278766 or wang.l278766), or alone among letters of a name with digits;
// or ends like a common ending that lost its last letter.
// It is, too, where its page's name (indexhtml) or host (softcom.cn) has lost its point.
func Confusable(address string) bool {
	if cutEnding.MatchString(address) || lostPoint.MatchString(address) && !endsInCom.MatchString(address) {
		return true
	}
	r := []rune(address)
	for i, c := range r {
		if !strings.ContainsRune("1lIO", c) {
			continue
		}
		before, after := i > 0 && digit(r[i-1]), i+1 < len(r) && digit(r[i+1])
		switch {
		case digit(c) && before != after, // at the edge of a number
			digit(c) && !before && !after,
			c == 'I' || c == 'O',
			!digit(c) && (before || after):
			return true
		}
	}
	return false
}
