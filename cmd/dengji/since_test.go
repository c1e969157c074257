package main

import (
	"testing"
	"time"
)

func TestIncrementParse(t *testing.T) {
	midnight := time.Date(2022, 9, 20, 0, 0, 0, 0, time.Local).UTC().Format(time.RFC3339)
	for text, want := range map[string]increment{
		"": {}, "0": {}, "12": {seq: 12}, "2022": {seq: 2022},
		"2022-09-20T08:00:00+08:00": {at: "2022-09-20T00:00:00Z"}, "2022-09-20T08:00:00.9Z": {at: "2022-09-20T08:00:00Z"}, "2022-09-20": {at: midnight},
	} {
		var got increment
		if err := got.parse(text, "--since"); err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"x", "-1", "2022-13-01", "2022-09-20 08:00", "1.5"} {
		if err := new(increment).parse(text, "--since"); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
