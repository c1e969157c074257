package review

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"dengji/cmd/dengji/outtest"
)

// payloads set a global, or open a dialog, where one of them is run.
var payloads = []string{
	`<script>window.__ran=1</script>`, `"><script>window.__ran=1</script>`, `</title><script>window.__ran=1</script>`, `<img src=x onerror=window.__ran=1>`,
	`<svg onload=window.__ran=1>`, `<svg><script>window.__ran=1</script></svg>`, `<iframe srcdoc="<script>parent.__ran=1</script>"></iframe>`, `<body onload=window.__ran=1>`,
	`<details open ontoggle=window.__ran=1>`, `<input autofocus onfocus=window.__ran=1>`, `<a href="javascript:window.__ran=1">x</a>`, `javascript:window.__ran=1`,
	`" onmouseover="window.__ran=1`, `' onclick='window.__ran=1`, `'-alert(1)-'`, `";alert(1)//`, `</script><script>alert(1)</script>`, `${alert(1)}`, `{{constructor.constructor('alert(1)')()}}`,
	`<style>@import'//evil.example'</style>`, `<link rel=stylesheet href=//evil.example>`, `<meta http-equiv=refresh content="0;url=javascript:alert(1)">`, `<base href=//evil.example>`,
	`<form action=//evil.example><button>x`, `<object data="data:text/html,<script>alert(1)</script>">`, `<math><mtext></p><script>window.__ran=1</script>`, `<!--><img src=x onerror=alert(1)>-->`,
	`\u003cscript\u003ealert(1)\u003c/script\u003e`, `&lt;script&gt;alert(1)&lt;/script&gt;`, "=cmd|'/C calc'!A0", `<template><img src=x onerror=window.__ran=1></template>`, `%3Cscript%3Ealert(1)%3C/script%3E`,
}

// A document full of markup is shown as the text it is: nothing of it runs,
// in no view of the page.
func TestHostileText(t *testing.T) {
	if len(payloads) < 30 {
		t.Fatalf("only %d payloads", len(payloads))
	}
	s := newSite(t, outtest.Options{Submissions: 12, Plants: payloads})
	b := newTab(t, s, `<img src=x onerror=window.__ran=1>`)
	seen := map[string]bool{}
	look := func(where string) {
		t.Helper()
		// Elements that only a document's text could have made, attributes that only it could have set.
		made := eval[[]string](b, `[...document.querySelectorAll('script, style, iframe, object, embed, base, form[action], link, svg, math, template, meta[http-equiv], details, body [onerror], body [onload]')]
			.filter((e) => !(e.tagName === 'SCRIPT' && e.src === location.origin + '/assets/main.js') && !(e.tagName === 'LINK' && e.href.startsWith(location.origin + '/assets/')))
			.map((e) => e.outerHTML.slice(0, 100)).concat([...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => a.name.startsWith('on') || /^\s*javascript:/i.test(a.value) && ['href', 'src', 'action'].includes(a.name)).map((a) => a.name + '=' + a.value))`)
		if len(made) > 0 {
			t.Errorf("%s: a document's text became %q", where, made)
		}
		if ran := eval[bool](b, `'__ran' in window || [...document.images].some((i) => !i.src.startsWith(location.origin + '/pages/'))`); ran {
			t.Errorf("%s: a payload ran", where)
		}
		text := eval[string](b, `document.documentElement.textContent + [...document.querySelectorAll('[title]')].map((e) => e.title).join()`)
		for _, p := range payloads {
			if strings.Contains(text, p) {
				seen[p] = true
			}
		}
	}
	b.open("/")
	b.until(`document.querySelectorAll('.inner .row').length === 12`)
	look("list")
	b.shoot("hostile-list")
	for i, id := range s.out.IDs {
		b.open("/s/" + id)
		b.until(`document.querySelector('.card') && document.querySelector('#checks .check')`)
		look(fmt.Sprint("submission ", i))
		// Every field's card, with its flags and witnesses.
		n := eval[int](b, `document.querySelectorAll('.fields .line').length`)
		for range n / 6 {
			b.press("j", "j", "j", "j", "j", "j")
			look(fmt.Sprint("a card of submission ", i))
		}
		for range 4 {
			b.press(kb.PageDown)
		}
		look(fmt.Sprint("papers of submission ", i))
	}
	b.shoot("hostile")
	// A reviewer's own text comes back from the server: value, reason, name.
	b.open("/s/" + s.out.IDs[0])
	b.until(`document.querySelector('.card')`)
	b.eval(`[...document.querySelectorAll('.line')].find((e) => e.dataset.path === 'contact.title').click()`)
	b.at("contact.title")
	b.press(kb.Backspace, payloads[0])
	b.until(`document.querySelector('.answer:not(.stale)')?.textContent.includes('__ran')`)
	b.press(kb.Enter)
	b.saved()
	b.until(`document.querySelector('#history').textContent.includes('<script>') || !location.pathname.endsWith('` + s.out.IDs[0] + `')`)
	b.open("/s/" + s.out.IDs[0])
	b.until(`document.querySelector('#history').textContent.includes('onerror')`)
	look("history")
	for _, p := range payloads {
		if !seen[p] {
			t.Errorf("%s was never shown: nothing is proved of it", p)
		}
	}
	// The hook itself works: a script that does run is noticed.
	b.eval(`window.__ran = 1`)
	if !eval[bool](b, `'__ran' in window`) {
		t.Error("the hook does not hold")
	}
	b.calm()
}
