package serve

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Headers of a webhook request.
const (
	HeaderTimestamp = "Dengji-Timestamp" // seconds since 1970 when it was sent
	HeaderSignature = "Dengji-Signature" // v1= and Sign, hex
	HeaderKey       = "Idempotency-Key"  // the same for every try of a change at a receiver
)

// Sign is the HMAC-SHA256 of a timestamp, a full stop and the body, in hex.
func Sign(secret []byte, timestamp string, body []byte) string {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(timestamp))
	m.Write([]byte("."))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// ParseReceiver checks that a text is a URL that can be told of changes: http
// or https, any host that the operator names, no user name in it.
func ParseReceiver(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q is no URL: %w", text, errors.Unwrap(err))
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.Hostname() == "":
		return "", fmt.Errorf("%q is no URL that begins with http:// or https:// and a host", text)
	case u.User != nil:
		return "", fmt.Errorf("the URL for %s holds a user name or password; receivers tell us by the signature", u.Host)
	case u.Fragment != "":
		return "", fmt.Errorf("%q holds a fragment (#), which is never sent", text)
	}
	return u.String(), nil
}

// shown is a URL without its query, which may hold a secret of the receiver's.
func shown(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "?"
	}
	u.RawQuery = ""
	return u.String()
}

// errStopped says that a receiver answered 410: it wants no more.
var errStopped = errors.New("it answered 410 Gone and is told no more until `dengji notify retry`")

// refusal is an answer that is no success.
type refusal struct {
	status int
	after  time.Duration // that it asked to wait
}

func (r *refusal) Error() string {
	return fmt.Sprintf("it answered %d %s", r.status, http.StatusText(r.status))
}

// longestWait bounds what a receiver may ask for with Retry-After.
const longestWait = 24 * time.Hour

// newClient is a client that goes where the operator said and nowhere else: no
// proxy of the environment, no redirect to another host, nothing longer than
// timeout.
func newClient(timeout time.Duration, parallel int) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: timeout}).DialContext,
			TLSHandshakeTimeout:    timeout,
			MaxIdleConnsPerHost:    parallel,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			first := via[0]
			if len(via) > 3 || req.Method != first.Method || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// post sends a change's body once. The error is a *refusal, errStopped, or
// says why there was no answer.
func post(ctx context.Context, client *http.Client, to, key string, secret, body []byte, now time.Time) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := strconv.FormatInt(now.Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "dengji")
	req.Header.Set(HeaderTimestamp, at)
	req.Header.Set(HeaderSignature, "v1="+Sign(secret, at, body))
	req.Header.Set(HeaderKey, `"`+key+`"`)
	resp, err := client.Do(req)
	if err != nil {
		var e *url.Error // it holds the URL
		if errors.As(err, &e) {
			err = e.Err
		}
		return err
	}
	defer resp.Body.Close()
	// What it says does not matter; a short answer lets the connection be used again.
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
		return nil
	case resp.StatusCode == http.StatusGone:
		return errStopped
	}
	return &refusal{resp.StatusCode, retryAfter(resp.Header.Get("Retry-After"), now)}
}

// retryAfter is how long a receiver asks to wait: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, longestWait))
}
