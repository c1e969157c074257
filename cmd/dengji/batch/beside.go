package batch

import (
	"context"
	"path"
	"slices"
	"strings"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/normalize"
	"dengji/rules"
)

// Why a file is not understood, in few words.
var whyLoose = map[extract.Status]string{
	extract.StatusUnsupported: "格式不支持", extract.StatusDamaged: "文件损坏", extract.StatusEncrypted: "需要密码", extract.StatusTooLarge: "文件过大",
	extract.StatusNoText: "没有可读的文字", extract.StatusTimeout: "读取超时", extract.StatusCrashed: "读取出错", extract.StatusChanged: "读取时被改动",
	StatusUnreadable: "无法打开",
}

// notPapers are endings of files that hold no paper: product videos, notes and
// programs are sent too, and no reader is missed for them.
var notPapers = []string{".mp4", ".avi", ".mov", ".wmv", ".mkv", ".flv", ".mpg", ".mpeg", ".m4v", ".mp3", ".wav", ".m4a", ".exe", ".msi", ".apk", ".dll", ".txt", ".lnk", ".url"}

// loose lists the files of the inbox that could not be read and may hold a
// paper. An empty one holds none.
func (r *run) loose() []rules.Loose {
	var out []rules.Loose
	copies := r.inventory.Copies(topFolder)
	add := func(file, why string) {
		if !slices.Contains(notPapers, strings.ToLower(path.Ext(file))) {
			out = append(out, rules.Loose{Path: file, Why: why})
		}
	}
	for _, f := range r.files {
		status := f.Status
		if reading, ok := r.readings[f.content()]; ok && f.SHA256 != "" {
			status = reading.Status
		} else if status == "" {
			status = StatusUnreadable
		}
		if why := whyLoose[status]; why != "" && copies[f.Path] == "" {
			add(f.Path, why)
		}
	}
	for _, s := range r.report.Skipped {
		if s.Reason == skipUnreadable {
			add(s.Path, whyLoose[StatusUnreadable])
		}
	}
	return out
}

// offer tells the submission that an unassigned file fits best of it.
func offer(subs []rules.Submission, u rules.Unassigned) {
	for i := range subs {
		s := &subs[i]
		if u.Guess == "" || s.Key != u.Guess && !slices.ContainsFunc(s.Inputs, func(in rules.Input) bool { return in.Path == u.Guess }) {
			continue
		}
		s.Beside.Loose = append(s.Beside.Loose, rules.Loose{Path: u.Input.Path, Pages: numbers(u.Input.Pages), Why: "未能确定归属"})
		return
	}
}

// numbers are pages as people count them.
func numbers(pages []int) []int {
	var out []int
	for _, p := range pages {
		out = append(out, p+1)
	}
	return out
}

// nameSiblings tells every submission of the others that its applicant sent
// for the same form: those that grouping parted, and those of the same name.
// found are the first of plans.
func nameSiblings(plans []plan, found []rules.Submission) {
	type who struct{ name, form string }
	byKey, byName := map[string]int{}, map[who][]int{}
	for i := range plans {
		p := &plans[i]
		byKey[p.key] = i
		if w := (who{normalize.NameKey(p.enterprise, false), p.form}); w.name != "" {
			byName[w] = append(byName[w], i)
		}
	}
	tell := func(i, k int) {
		p, o := &plans[i], &plans[k]
		if i != k && p.form == o.form && !slices.Contains(p.also, o.id) {
			p.also = append(p.also, o.id)
		}
	}
	for i := range found {
		for _, key := range found[i].Also {
			if k, ok := byKey[key]; ok {
				tell(i, k)
			}
		}
	}
	for _, same := range byName {
		for _, i := range same {
			for _, k := range same {
				tell(i, k)
			}
		}
	}
	for i := range plans {
		slices.Sort(plans[i].also)
	}
}

// meet lets the submissions of one applicant know of each other's products,
// which a limit counts together. A sibling of which no record can be made is
// unknown to the others.
func meet(ctx context.Context, st *store.Store, cfg Config, plans []plan) error {
	at := map[string]*plan{}
	for i := range plans {
		at[plans[i].id] = &plans[i]
	}
	known := map[string]*rules.Sibling{}
	for i := range plans {
		p := &plans[i]
		for _, id := range p.also {
			if _, ok := known[id]; !ok {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				known[id] = nil
				if rec, _, _, err := at[id].record(ctx, st, cfg); err == nil {
					rec.ID = id
					s := rules.SiblingOf(rec, cfg.Forms)
					known[id] = &s
				}
			}
			if s := known[id]; s != nil {
				p.beside.Also = append(p.beside.Also, *s)
			}
		}
	}
	return nil
}
