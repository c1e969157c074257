package review

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"dengji/cmd/dengji/outtest"
)

func TestShots(t *testing.T) {
	s := newSite(t, outtest.Options{Submissions: 36})
	b := newTab(t, s, "赵敏")
	b.open("/")
	b.until(`document.querySelectorAll('.inner .row').length > 10`)
	b.shoot("list")
	b.open("/s/" + s.out.IDs[3])
	b.until(`document.querySelector('.card')`)
	b.shoot("sealed")
	b.open("/s/" + s.out.IDs[7])
	b.until(`document.querySelector('.card')`)
	b.shoot("long")
	b.open("/s/" + s.out.IDs[2])
	b.until(`document.querySelector('.card')`)
	b.shoot("copy")
	b.press(kb.Backspace, "1390000")
	b.until(`document.querySelector('.answer.bad')`)
	b.shoot("complaint")
	b.press(kb.Escape)
	b.open("/s/" + s.out.IDs[8])
	b.until(`document.querySelector('.card')`)
	b.shoot("copyonly")
	b.press("?")
	b.until(`document.querySelector('dialog.keys')`)
	b.shoot("keys")
	b.calm()
}
