package review

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dengji/cmd/dengji/outtest"
	"dengji/cmd/dengji/store"
)

// held is who decided what on a field, "" for nobody.
func (s *site) held(t testing.TB, id, path string) string {
	t.Helper()
	all, err := s.st.Decisions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := store.Holding(all)[path]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s %s %v", d.By, d.Action, d.Decision.Value)
}

// Confirming, correcting, taking a witness's value, undoing, and coming back
// after a reload: with the keyboard alone.
func TestReviewByKeyboard(t *testing.T) {
	s := newSite(t, outtest.Options{Submissions: 12})
	b := newTab(t, s, "")
	sealed, copied := s.out.IDs[3], s.out.IDs[2]

	b.open("/s/" + sealed)
	b.until(`document.querySelector('dialog #name')`)
	b.shoot("name")
	b.press("赵敏", kb.Enter)
	b.until(`!document.querySelector('dialog')`)
	b.at("enterprise.name")
	b.shoot("seal")
	name := eval[string](b, `document.querySelector('.card .shown').textContent`)
	b.press(kb.Enter) // confirms, on to the next doubtful field
	b.at("contact.email")
	b.saved()
	if got := s.held(t, sealed, "enterprise.name"); got != "赵敏 confirm "+name {
		t.Errorf("after Enter: %q", got)
	}
	mail := eval[string](b, `document.querySelector('.card .shown').textContent`)
	other := eval[string](b, `document.querySelector('[data-offer="2"] .text').textContent`)
	b.press("2") // what the other reader saw; that was the last doubtful field, so on to the next submission
	b.until(`!location.pathname.endsWith('` + sealed + `')`)
	b.saved()
	if got := s.held(t, sealed, "contact.email"); got != "赵敏 value "+other || other == mail {
		t.Errorf("after 2: %q, want %q", got, other)
	}
	b.press("u") // back to it, and taken back
	b.at("contact.email")
	b.until(`location.pathname.endsWith('` + sealed + `') && document.querySelector('.card.doubt')`)
	b.saved()
	if got := s.held(t, sealed, "contact.email"); got != "" {
		t.Errorf("after u: %q", got)
	}

	// A reload comes back to the same field, and what is decided stays so; one is not one's own company.
	b.do(chromedp.Reload())
	b.at("contact.email")
	b.until(`document.querySelector('.line[data-path="enterprise.name"].green')`)
	b.until(`document.querySelector('.title .quiet').textContent !== ''`) // the first pulse was answered
	if text := b.text(".submission .title .people"); text != "" {
		t.Errorf("alone, and the page says %q", text)
	}

	// A correction that is none is complained of at once, and Enter keeps it here.
	b.open("/s/" + copied)
	b.at("contact.phone")
	b.press(kb.Backspace, "1390000")
	b.until(`document.querySelector('.answer.bad:not(.stale)')?.textContent.includes('1390000')`)
	b.shoot("complaint")
	b.press(kb.Enter)
	b.at("contact.phone")
	if got := s.held(t, copied, "contact.phone"); got != "" || !eval[bool](b, `document.activeElement.classList.contains('edit')`) {
		t.Errorf("a correction that is no telephone: %q", got)
	}
	b.press("1 234")
	b.until(`document.querySelector('.answer.good:not(.stale)')?.textContent.includes('13900001234')`)
	b.shoot("correction")
	b.press(kb.Enter)
	b.until(`!location.pathname.endsWith('` + copied + `')`)
	b.saved()
	if got := s.held(t, copied, "contact.phone"); got != "赵敏 value 13900001234" {
		t.Errorf("after the correction: %q", got)
	}
	b.open("/s/" + copied)
	b.at("enterprise.name")
	b.press("h")
	b.until(`document.querySelector('#history').textContent.includes('赵敏')`)
	b.shoot("history")
	b.press(kb.Escape)
	b.until(`location.pathname === '/' && document.querySelector('.row.selected')`)
	b.calm()
}

func TestList(t *testing.T) {
	s := newSite(t, outtest.Options{Submissions: 500})
	b := newTab(t, s, "赵敏")
	b.open("/")
	b.until(`document.querySelector('.count')?.textContent.startsWith('500 ')`)
	if n := eval[int](b, `document.querySelectorAll('.inner .row').length`); n < 10 || n > 60 {
		t.Errorf("%d rows of 500 are in the page", n)
	}
	b.shoot("list")
	first := func() string { return eval[string](b, `document.querySelector('.inner .row .name b').textContent`) }
	count := func() int { return eval[int](b, `parseInt(document.querySelector('.count').textContent)`) }

	// A filter and an order stand in the address and survive a reload.
	b.do(chromedp.Click(chromedp.CSS(`[data-show="failed"]`)))
	b.until(`location.search === '?show=failed'`)
	failed := count()
	b.do(chromedp.Click(chromedp.CSS(`.row.head .number button`)))
	b.until(`location.search === '?show=failed&sort=review'`)
	top := first()
	b.do(chromedp.Reload())
	b.until(`document.querySelector('.count')?.textContent.startsWith('` + fmt.Sprint(failed) + ` ')`)
	if failed == 0 || failed >= 500 || first() != top {
		t.Errorf("%d failed; first %q, before the reload %q", failed, first(), top)
	}
	open := eval[[]int](b, `[...document.querySelectorAll('.inner .row .number:nth-child(2) b')].map((e) => parseInt(e.textContent) || 0)`)
	for i := 1; i < len(open); i++ {
		if open[i] > open[i-1] {
			t.Errorf("not in order of what is to review: %v", open)
			break
		}
	}
	b.press("/", strings.ToUpper("api"))
	b.until(`location.search.includes('q=API')`)
	b.press(kb.Escape)
	b.until(`!location.search.includes('q=')`)

	// The end of a long list is one key away.
	b.open("/")
	b.until(`document.querySelector('.count')?.textContent.startsWith('500 ')`)
	b.press(kb.End)
	b.until(`document.querySelector('.row.selected small')?.textContent.startsWith('500-')`)

	// On paper all of them stand, not those in sight.
	b.eval(`dispatchEvent(new Event('beforeprint'))`)
	if n := eval[int](b, `document.querySelectorAll('.inner .row').length`); n != 500 {
		t.Errorf("%d rows would be printed", n)
	}
	b.eval(`dispatchEvent(new Event('afterprint'))`)

	// What a run beside the page makes appears by itself.
	if err := s.out.Add(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	b.until(`document.querySelector('.count')?.textContent.startsWith('503 ')`)

	// With the filter on, Enter goes on in its order.
	b.open("/?show=open&sort=review")
	b.until(`document.querySelectorAll('.inner .row').length > 10`)
	b.press("n")
	b.until(`document.querySelector('.card.doubt')`)
	b.press("n")
	b.until(`document.querySelector('.title .quiet')?.textContent.startsWith('2/')`)
	b.calm()
}

func TestTwoReviewers(t *testing.T) {
	s := newSite(t, outtest.Options{Submissions: 4})
	id, path := s.out.IDs[2], "contact.phone"
	a, b := newTab(t, s, "赵敏"), newTab(t, s, "钱立")
	a.open("/s/" + id)
	a.at(path)
	b.open("/s/" + id)
	b.at(path)
	// They see each other.
	a.until(`document.querySelector('.title .people')?.textContent.includes('钱立')`)
	b.until(`document.querySelector('.title .people')?.textContent.includes('赵敏')`)
	b.shoot("presence")

	// B types while A decides.
	b.press(kb.Backspace, "13711112222")
	b.until(`document.querySelector('.answer.good:not(.stale)')`)
	a.press("2")
	a.saved()
	b.until(`document.querySelector('.correction .conflict:not([hidden])')?.textContent.includes('赵敏')`)
	if !eval[bool](b, `document.activeElement.value === '13711112222'`) {
		t.Error("what somebody else decided took the keyboard away from a correction")
	}
	b.eval(`document.querySelectorAll('.fields .line')[3].click()`) // a correction is not lost by a click
	b.at(path)
	b.press(kb.Enter)
	b.until(`document.querySelector('.card > .conflict')?.textContent.includes('13900001234')`)
	b.at(path)
	b.shoot("conflict")
	if got := s.held(t, id, path); got != "赵敏 value 13900001234" {
		t.Errorf("after the conflict: %q", got)
	}
	if text := b.text(".card > .conflict"); !strings.Contains(text, "赵敏") || !strings.Contains(text, "13711112222") {
		t.Errorf("the conflict says %q", text)
	}
	// No other key decides until it is settled.
	b.press(kb.Enter, "1", "u")
	b.until(`document.querySelector('#notes').textContent.includes('Esc')`)
	if got := s.held(t, id, path); got != "赵敏 value 13900001234" {
		t.Errorf("a key overwrote it: %q", got)
	}
	b.press("o") // knowingly
	b.until(`!document.querySelector('.conflict') && !document.querySelector('#bar .red')`)
	b.saved()
	if got := s.held(t, id, path); got != "钱立 value 13711112222" {
		t.Errorf("after using one's own: %q", got)
	}
	// A's page follows, and A keeps what B decided.
	a.open("/s/" + id + "#" + path)
	a.at(path)
	a.until(`document.querySelector('.card .shown')?.textContent === '13711112222'`)
	a.calm()
	b.calm()
}

// The page in English, at other zooms, turned, without boxes, and the papers
// of a submission.
func TestViewer(t *testing.T) {
	s := newSite(t, outtest.Options{Submissions: 12})
	b := newTab(t, s, "赵敏")
	b.open("/s/" + s.out.IDs[7])
	b.at("enterprise.postal_code")
	b.shoot("long")
	b.until(`document.querySelector('.stage img')?.complete`)
	wide := eval[float64](b, `document.querySelector('.turner').getBoundingClientRect().width`)
	b.press("+", "+")
	b.until(fmt.Sprintf(`document.querySelector('.turner').getBoundingClientRect().width > %f`, wide*1.2))
	b.press("r")
	b.until(`document.querySelector('.turner').style.transform.includes('90deg')`)
	b.press("0")
	b.until(`(() => { const w = document.querySelector('.turner').getBoundingClientRect().width, s = document.querySelector('.stage').clientWidth; return w <= s && w > s - 40; })()`)
	b.press("R", "j")
	// From field to box: the box of the field is in sight, and lies where the print is.
	b.until(`(() => { const r = document.querySelector('.box.on')?.getBoundingClientRect(), s = document.querySelector('.stage').getBoundingClientRect(); return r && r.top >= s.top && r.bottom <= s.bottom; })()`)
	// From box to field.
	b.eval(`[...document.querySelectorAll('.box')].find((e) => e.title.startsWith('邮箱')).click()`)
	b.at("contact.email")
	if n := eval[int](b, `document.querySelectorAll('.box.stamp').length`); n != 1 {
		t.Errorf("%d seals on the page", n)
	}
	b.press("b")
	b.until(`document.querySelectorAll('.box').length === 1`)
	b.press("b", kb.PageDown)
	b.until(`document.querySelector('.papers .on').textContent.includes('软著证书')`)
	b.do(chromedp.Click(chromedp.CSS(`#checks .places button`)))
	b.until(`document.querySelector('.box.proof')`)
	b.shoot("proof")
	b.eval(`[...document.querySelectorAll('#bar button')].find((e) => e.textContent === 'English').click()`)
	b.until(`document.querySelector('.card footer')?.textContent.includes('Confirm')`)
	b.shoot("english")
	b.open("/s/" + s.out.IDs[8])
	b.until(`document.querySelectorAll('.flow tr').length > 15`)
	b.shoot("copy-only")
	b.press("?")
	b.until(`document.querySelector('dialog.keys kbd')`)
	b.shoot("keys")
	b.calm()
}
