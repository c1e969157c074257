package serve

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// known refuses a query that cannot be read, or has parameters not in the
// list, or one of them twice.
func known(r *http.Request, params []string) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return badRequest("bad_query", "the query cannot be read: %v", err)
	}
	for name, values := range q {
		switch {
		case !slices.Contains(params, name):
			return badRequest("unknown_parameter", "there is no parameter %q here", name)
		case len(values) > 1:
			return badRequest("bad_parameter", "the parameter %s is given twice", name)
		}
	}
	return nil
}

// number reads a parameter from low to high.
func number(r *http.Request, name string, otherwise, low, high int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, badRequest("bad_parameter", "%s is a whole number from %d to %d", name, low, high)
	}
	return n, nil
}

// limits reads full and limit.
func limits(r *http.Request) (full bool, limit int, err error) {
	high := int64(maxLimit)
	switch r.URL.Query().Get("full") {
	case "", "false":
	case "true":
		full, high = true, maxFull
	default:
		return false, 0, badRequest("bad_parameter", "full is true or false")
	}
	n, err := number(r, "limit", defaultLimit, 1, high)
	return full, int(n), err
}

// oneOf reads a parameter that has a few values.
func oneOf(r *http.Request, name string, values ...string) (string, error) {
	v := r.URL.Query().Get(name)
	if v != "" && !slices.Contains(values, v) {
		return "", badRequest("bad_parameter", "%s is %s", name, strings.Join(values, " or "))
	}
	return v, nil
}

// text reads a parameter of some characters.
func text(r *http.Request, name string) (string, error) {
	v := r.URL.Query().Get(name)
	if !utf8.ValidString(v) || utf8.RuneCountInString(v) > maxText {
		return "", badRequest("bad_parameter", "%s is UTF-8 of up to %d characters", name, maxText)
	}
	return v, nil
}

// waiting reads how long to wait for a change, in seconds.
func waiting(r *http.Request) (time.Duration, error) {
	n, err := number(r, "wait", 0, 0, int64(maxWait.Seconds()))
	return time.Duration(n) * time.Second, err
}

// hexPart reads a part of the path that is n lower-case hex digits.
func hexPart(r *http.Request, name string, n int) (string, bool) {
	v := r.PathValue(name)
	return v, len(v) == n && strings.Trim(v, "0123456789abcdef") == ""
}

// matches says whether an If-None-Match names a tag, weak or not.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == `"`+tag+`"` {
			return true
		}
	}
	return false
}

// minPacked is the length below which packing gains nothing.
const minPacked = 1 << 10

// takesGzip reads an Accept-Encoding.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "gzip" && name != "*" {
			continue
		}
		weight, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !ok || err == nil && q > 0
	}
	return false
}

func pack(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is one
	_, _ = w.Write(data)                            // a buffer takes all
	_ = w.Close()
	return b.Bytes()
}
