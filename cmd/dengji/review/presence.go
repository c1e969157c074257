package review

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// away is how long after its last pulse a tab counts as gone.
const away = 12 * time.Second

// visit is one tab that shows a submission.
type visit struct {
	by, id string
	field  string // path of the field it is at
	seen   time.Time
}

// presence knows who looks at what. It is of one server: two that serve the
// same OUT know nothing of each other's, and meet as conflicts.
type presence struct {
	now  func() time.Time
	mu   sync.Mutex
	tabs map[string]visit
}

func newPresence(now func() time.Time) *presence {
	return &presence{now: now, tabs: map[string]visit{}}
}

// tabsKept bounds what made-up tabs can take.
const tabsKept = 1000

// note keeps where a tab is; "" as id says that it shows no submission.
func (p *presence) note(tab string, v visit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v.seen = p.now()
	for t, o := range p.tabs {
		if v.seen.Sub(o.seen) > away {
			delete(p.tabs, t)
		}
	}
	if _, known := p.tabs[tab]; v.id == "" || !known && len(p.tabs) >= tabsKept {
		delete(p.tabs, tab)
		return
	}
	p.tabs[tab] = v
}

// person is somebody else at a submission.
type person struct {
	By    string `json:"by"`
	Field string `json:"field,omitempty"`
}

// others lists who is at which submission, beside one tab.
func (p *presence) others(tab string) map[string][]person {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string][]person{}
	for t, v := range p.tabs {
		if t != tab && p.now().Sub(v.seen) <= away {
			all[v.id] = append(all[v.id], person{v.by, v.field})
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b person) int {
			if a.By != b.By {
				return strings.Compare(a.By, b.By)
			}
			return strings.Compare(a.Field, b.Field)
		})
	}
	return all
}
