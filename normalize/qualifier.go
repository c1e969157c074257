package normalize

import (
	"regexp"
	"strings"
)

// qualifierWords are removed from the text beside a number, the longer ones
// first; each gives the number a qualifier.
var qualifierWords = []struct{ word, qualifier string }{
	{"不超过", "less_than"}, {"不高于", "less_than"}, {"不大于", "less_than"}, {"不多于", "less_than"}, {"至多", "less_than"}, {"最多", "less_than"}, {"最高", "less_than"},
	{"不低于", "more_than"}, {"不少于", "more_than"}, {"不小于", "more_than"}, {"至少", "more_than"}, {"最少", "more_than"}, {"最低", "more_than"},
	{"不足", "less_than"}, {"低于", "less_than"}, {"小于", "less_than"}, {"少于", "less_than"}, {"不到", "less_than"}, {"未到", "less_than"}, {"未超过", "less_than"},
	{"以下", "less_than"}, {"以内", "less_than"}, {"之内", "less_than"}, {"<=", "less_than"}, {"≤", "less_than"}, {"≦", "less_than"}, {"<", "less_than"},
	{"超过", "more_than"}, {"大于", "more_than"}, {"高于", "more_than"}, {"多于", "more_than"}, {"突破", "more_than"}, {"以上", "more_than"}, {"逾", "more_than"}, {"超", "more_than"},
	{">=", "more_than"}, {"≥", "more_than"}, {"≧", "more_than"}, {">", "more_than"}, {"+", "more_than"}, {"余", "more_than"}, {"多", "more_than"},
	{"大约为", "about"}, {"大约", "about"}, {"约为", "about"}, {"约占", "about"}, {"约合", "about"}, {"大概", "about"}, {"大致", "about"}, {"左右", "about"}, {"上下", "about"},
	{"差不多", "about"}, {"将近", "about"}, {"接近", "about"}, {"预计", "about"}, {"估计", "about"}, {"约", "about"}, {"近", "about"}, {"≈", "about"}, {"~", "about"},
}

// plainWords add nothing to a share.
var plainWords = regexp.MustCompile(`占比|占有率|至|±|\+/-|市场|份额|比重|比例|所占|占|达到|可达|达|到|为|是|在|[\s,.;:、。=：]+`)

// foreignUnit are units behind a number that is no share. A # stands for the
// number.
var foreignUnit = regexp.MustCompile(`#\s*(?:[万亿元个家人款名位年月日套台户次项倍条件米吨]|分(?:[^之]|$))|第\s*#|[￥¥$]\s*#`)

// qualify reads the text around a number. words is what it does not know;
// known reports that there is no such word.
func qualify(rest []string) (qualifier string, words []string, known bool) {
	for _, part := range rest {
		for _, w := range qualifierWords {
			if !strings.Contains(part, w.word) {
				continue
			}
			part = strings.ReplaceAll(part, w.word, " ")
			switch {
			case qualifier == "" || qualifier == "about":
				qualifier = w.qualifier
			case qualifier != w.qualifier && w.qualifier != "about":
				qualifier = "more_than_less_than"
			}
		}
		words = append(words, trimWords(plainWords.ReplaceAllString(part, " ")))
	}
	words = nonEmpty(words)
	return qualifier, words, len(words) == 0
}
