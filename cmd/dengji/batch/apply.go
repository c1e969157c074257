package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// Ask is a reviewer's word on one field, said elsewhere (in a workbook) of
// what the record showed then.
type Ask struct {
	ID, Path string
	Value    string // as one would write it on the form; not of a confirmation
	Confirm  bool
	Why      string
	Seen     string // rules.Field.Seen of what was shown
	Last     int64  // id of the last decision on the field that was known then, 0 for none
}

// Judgement says what becomes of an Ask: it is refused, or already so, or taken.
type Judgement struct {
	Refused  string // why, in Chinese
	Already  bool   // the same was decided before
	Decision rules.Decision
}

// ApplyOptions say how to take asks.
type ApplyOptions struct {
	By      string
	Partial bool // take what can be taken although something is refused
	DryRun  bool // change nothing
}

// Apply takes many asks as decisions, in one transaction, and has their
// records made anew. Where one is refused nothing is changed, unless
// opt.Partial. The answers stand in the order of the asks; problems are
// records that could not be made anew, in words. It does not write OUT.
func Apply(ctx context.Context, st *store.Store, cfg Config, asks []Ask, opt ApplyOptions) (answers []Judgement, problems []string, err error) {
	for {
		if answers, err = judgeAll(ctx, st, cfg.Forms, asks); err != nil {
			return nil, nil, err
		}
		refused := slices.ContainsFunc(answers, func(a Judgement) bool { return a.Refused != "" })
		if opt.DryRun || refused && !opt.Partial {
			return answers, nil, nil
		}
		_, err = st.DecideAll(ctx, verdicts(asks, answers, opt.By), cfg.Now())
		if !errors.Is(err, store.ErrConflict) || ctx.Err() != nil {
			break
		} // somebody decided this very moment: judge anew
	}
	if err != nil || len(asks) == 0 {
		return answers, nil, err
	}
	// Not only those decided now: an earlier call may have been cut off here.
	ids, err := st.Undecided(ctx)
	if err != nil {
		return nil, nil, err
	}
	problems, err = RebuildAll(ctx, st, cfg, ids)
	return answers, problems, err
}

func verdicts(asks []Ask, answers []Judgement, by string) []store.Verdict {
	var list []store.Verdict
	for i, a := range answers {
		if a.Refused != "" || a.Already {
			continue
		}
		a.Decision.By, a.Decision.Why = by, asks[i].Why
		list = append(list, store.Verdict{Submission: asks[i].ID, Decision: a.Decision, Last: asks[i].Last})
	}
	return list
}

// judgeAll answers asks as the database is now.
func judgeAll(ctx context.Context, st *store.Store, forms *rules.Forms, asks []Ask) ([]Judgement, error) {
	answers := make([]Judgement, len(asks))
	of := map[string]*judge{}
	for i, a := range asks {
		j, ok := of[a.ID]
		if !ok {
			rec, err := lastRecord(ctx, st, a.ID)
			if err != nil {
				return nil, err
			}
			all, err := st.Decisions(ctx, a.ID)
			if err != nil {
				return nil, err
			}
			j = &judge{forms: forms, rec: rec, decisions: all, first: map[string]int{}}
			of[a.ID] = j
		}
		answers[i] = j.answer(a)
		if answers[i].Refused != "" {
			continue
		}
		first, again := j.first[a.Path]
		if !again {
			j.first[a.Path] = i
			continue
		}
		if answers[first].Refused == "" && sameWord(answers[first].Decision, answers[i].Decision) {
			answers[i].Already = true
			continue
		}
		answers[i].Refused = "同一字段有两个不同的更正"
		answers[first].Refused = answers[i].Refused
	}
	return answers, nil
}

// judge answers asks on one submission.
type judge struct {
	forms     *rules.Forms
	rec       *rules.Record // nil where there is none
	decisions []store.Decision
	first     map[string]int // path → the first ask on it that is not refused
}

func (j *judge) answer(a Ask) Judgement {
	if j.rec == nil {
		return Judgement{Refused: fmt.Sprintf("结果中没有编号 %s；请用同一个结果文件夹导出的工作簿", a.ID)}
	}
	f := fieldAt(j.rec, a.Path)
	if f == nil {
		return Judgement{Refused: fmt.Sprintf("编号 %s 现在没有字段 %s（材料可能已更新）；请重新导出", a.ID, a.Path)}
	}
	if _, ok := j.forms.Definition(j.rec.Form, a.Path); !ok {
		return Judgement{Refused: fmt.Sprintf("表格定义 %s 中没有字段 %s；请用处理时的表格定义", j.rec.Form, a.Path)}
	}
	word, err := wordOn(j.forms, j.rec.Form, f, a.Value, a.Confirm)
	last := j.last(a.Path)
	if holds := store.Holding(j.decisions)[a.Path]; err == nil && last != nil && last.ID != a.Last && last.ID == holds.ID && sameWord(holds.Decision, word) && (!a.Confirm || f.Seen() == a.Seen) {
		return Judgement{Already: true, Decision: word}
	}
	switch {
	case last != nil && last.ID != a.Last:
		return Judgement{Refused: fmt.Sprintf("导出之后，%s；请重新导出，看过再定", told(last))}
	case last == nil && a.Last != 0, f.Seen() != a.Seen:
		return Judgement{Refused: fmt.Sprintf("导出之后材料或读数已变，现在是%s；请重新导出，看过再定", rules.Said(f))}
	case err != nil:
		return Judgement{Refused: err.Error()}
	}
	return Judgement{Decision: word}
}

// last is the last row on a field, be it an undo; nil for none.
func (j *judge) last(path string) *store.Decision {
	for i := len(j.decisions) - 1; i >= 0; i-- {
		if j.decisions[i].Path == path {
			return &j.decisions[i]
		}
	}
	return nil
}

// told says in Chinese who decided what and when.
func told(d *store.Decision) string {
	at := d.At
	if t, err := time.Parse(time.RFC3339, d.At); err == nil {
		at = t.Local().Format("2006-01-02 15:04")
	}
	switch d.Action {
	case store.ActionUndo:
		return fmt.Sprintf("%s 于 %s 撤销了决定", d.By, at)
	case store.ActionConfirm:
		return fmt.Sprintf("%s 于 %s 确认为%s", d.By, at, rules.Said(&rules.Field{Value: d.Decision.Value, State: d.Decision.State}))
	}
	return fmt.Sprintf("%s 于 %s 更正为%s", d.By, at, rules.Said(&rules.Field{Value: d.Decision.Value, State: d.Decision.State}))
}

// sameWord says whether two decisions give a field the same value.
func sameWord(a, b rules.Decision) bool {
	text := func(d rules.Decision) string {
		t, err := json.Marshal([]any{d.State, d.Value, d.Detail["qualifier"], d.Detail["min"], d.Detail["max"]})
		if err != nil {
			return ""
		}
		return string(t)
	}
	return text(a) == text(b)
}
