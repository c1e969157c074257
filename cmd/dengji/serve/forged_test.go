package serve

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"dengji/cmd/dengji/web"
)

// What the guard refuses is a problem too.
func TestForged(t *testing.T) {
	s := open(t, 1)
	for _, tt := range []struct {
		name, password string
		headers        []string
		want           int
	}{
		{"as it should be", "", nil, 200},
		{"a foreign host", "", []string{"Host", "evil.example"}, 421},
		{"a host that is made to look like ours", "", []string{"Host", "127.0.0.1.evil.example"}, 421},
		{"a foreign origin", "", []string{"Origin", "http://evil.example"}, 403},
		{"no origin at all", "", []string{"Origin", "null"}, 403},
		{"from another site's script", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"without password", "correct horse", nil, 401},
		{"with another one", "correct horse", []string{"Authorization", "Basic ZGVuZ2ppOndyb25n"}, 401},
		{"with a token of one's own", "correct horse", []string{"Authorization", "Bearer x", web.TokenHeader, "x"}, 401},
		{"with the password", "correct horse", []string{"Authorization", "Basic ZGVuZ2ppOmNvcnJlY3QgaG9yc2U="}, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server, err := web.Open(t.Context(), web.Config{Listen: "127.0.0.1:0", Password: tt.password, Basic: true, Around: Problems})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- server.Serve(ctx, s) }()
			defer func() {
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}()
			r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL()+"v1/health", nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(tt.headers); i += 2 {
				if tt.headers[i] == "Host" {
					r.Host = tt.headers[i+1] + ":" + r.URL.Port()
				}
				r.Header.Set(tt.headers[i], tt.headers[i+1])
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != tt.want {
				t.Errorf("%d %s (%v), want %d", resp.StatusCode, body, err, tt.want)
			}
			if tt.want != 200 && (resp.Header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(body, []byte("urn:dengji:problem:refused"))) {
				t.Errorf("the refusal is %v %s", resp.Header, body)
			}
		})
	}
}
