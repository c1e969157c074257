package review

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
	"dengji/normalize"
	"dengji/rules"
)

// word is what a reviewer says of a field.
type word struct {
	ID     string `json:"id"`
	Path   string `json:"path"`
	Action string `json:"action"` // confirm, value, undo
	Value  string `json:"value"`
	Seen   string `json:"seen"`   // name of what the page showed of the field
	Expect int64  `json:"expect"` // the decision on the field that the page showed, 0 for none
	By     string `json:"by"`
	Why    string `json:"why"`
}

// answer is what became of it.
type answer struct {
	Submission *submission `json:"submission,omitempty"` // as it is now
	Conflict   *conflict   `json:"conflict,omitempty"`
	Complaint  string      `json:"complaint,omitempty"` // why the word cannot be taken
	Problem    string      `json:"problem,omitempty"`   // what went wrong after it was kept
}

// conflict says that the field is no longer as the reviewer saw it.
type conflict struct {
	Kind     string    `json:"kind"`               // decided: somebody else did; changed: a newer paper or reading
	Decision *decision `json:"decision,omitempty"` // that holds now
	Shown    string    `json:"shown"`              // what the field says now
}

// errChanged says that the field shows something else by now.
var errChanged = errors.New("the field changed meanwhile")

// nameLength bounds a reviewer's name, in characters.
const nameLength = 40

func (q *word) check() string {
	q.By, q.Why = strings.TrimSpace(q.By), strings.TrimSpace(q.Why)
	switch {
	case q.By == "":
		return "请先填写审核人姓名"
	case utf8.RuneCountInString(q.By) > nameLength:
		return "审核人姓名过长"
	case q.Action != store.ActionConfirm && q.Action != store.ActionValue && q.Action != store.ActionUndo:
		return "unknown action"
	}
	return ""
}

// decide keeps a reviewer's word and has the record made anew. It goes on when
// the reviewer's browser has gone away.
func (p *page) decide(w http.ResponseWriter, r *http.Request) {
	var q word
	if err := web.ReadJSON(r, &q); err != nil {
		p.bad(w, err)
		return
	}
	if complaint := q.check(); complaint != "" {
		web.WriteJSON(w, http.StatusUnprocessableEntity, answer{Complaint: complaint})
		return
	}
	ctx := context.WithoutCancel(r.Context())
	cfg, err := p.Config(ctx)
	if err != nil {
		p.failed(w, r, err)
		return
	}
	err = p.keep(ctx, cfg.Forms, &q)
	var bad *batch.BadWord
	switch {
	case errors.As(err, &bad):
		web.WriteJSON(w, http.StatusUnprocessableEntity, answer{Complaint: bad.Message})
		return
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNothing), errors.Is(err, errChanged):
		p.conflict(ctx, w, r, cfg.Forms, &q)
		return
	case err != nil:
		p.failed(w, r, err)
		return
	}
	a := answer{}
	if _, err := batch.Rebuild(ctx, p.Store, cfg, q.ID); err != nil {
		p.Log.Error("a decision was kept, and its record could not be made anew", "submission", q.ID, "error", err)
		a.Problem = "决定已保存，但记录未能重新生成，请运行 dengji check"
	}
	p.writer.poke()
	if a.Submission, err = p.view(ctx, cfg.Forms, q.ID); err != nil {
		p.failed(w, r, err)
		return
	}
	web.WriteJSON(w, http.StatusOK, a)
}

// keep puts a word into the database.
func (p *page) keep(ctx context.Context, forms *rules.Forms, q *word) error {
	if q.Action == store.ActionUndo {
		_, err := p.Store.Undo(ctx, q.ID, q.Path, q.By, q.Why, q.Expect, p.Now())
		return err
	}
	said, err := batch.Word(ctx, p.Store, forms, q.ID, q.Path, q.Value, q.Action == store.ActionConfirm)
	if err != nil {
		return err
	}
	rec, err := p.Store.Record(ctx, q.ID)
	if err != nil {
		return err
	}
	for i := range rec.Fields {
		if f := &rec.Fields[i]; f.Path == q.Path && f.Seen() != q.Seen {
			return errChanged
		}
	}
	said.By, said.Why = q.By, q.Why
	_, err = p.Store.Decide(ctx, q.ID, said, q.Expect, p.Now())
	return err
}

// conflict answers with what stands there now.
func (p *page) conflict(ctx context.Context, w http.ResponseWriter, r *http.Request, forms *rules.Forms, q *word) {
	v, err := p.view(ctx, forms, q.ID)
	if err != nil {
		p.failed(w, r, err)
		return
	}
	c := &conflict{Kind: "changed"}
	for i := range v.Fields {
		if f := &v.Fields[i]; f.Path == q.Path {
			c.Shown, c.Decision = f.Shown, f.Decision
			if f.Decision != nil && f.Decision.ID != q.Expect || f.Decision == nil && q.Expect != 0 {
				c.Kind = "decided"
			}
		}
	}
	web.WriteJSON(w, http.StatusConflict, answer{Submission: v, Conflict: c})
}

// understanding is what the field's normaliser makes of a text.
type understanding struct {
	Shown     string          `json:"shown"`
	State     normalize.State `json:"state,omitempty"`
	Doubts    []string        `json:"doubts,omitempty"`
	Complaint string          `json:"complaint,omitempty"`
}

// understand answers while a reviewer types.
func (p *page) understand(w http.ResponseWriter, r *http.Request) {
	var q struct {
		ID    string `json:"id"`
		Path  string `json:"path"`
		Value string `json:"value"`
	}
	if err := web.ReadJSON(r, &q); err != nil {
		p.bad(w, err)
		return
	}
	cfg, err := p.Config(r.Context())
	if err != nil {
		p.failed(w, r, err)
		return
	}
	sub, found, err := p.Store.Submission(r.Context(), q.ID)
	if err == nil && !found {
		err = store.ErrNoSubmission
	}
	if err != nil {
		p.failed(w, r, err)
		return
	}
	got, err := cfg.Forms.Understand(sub.Form, q.Path, q.Value)
	if err != nil {
		web.WriteJSON(w, http.StatusOK, understanding{Complaint: err.Error()})
		return
	}
	u := understanding{State: got.State, Shown: written(layoutOf(cfg.Forms, sub.Form).of(q.Path).Type, got.Value, got.State, got.Detail)}
	for _, d := range got.Doubts {
		u.Doubts = append(u.Doubts, d.Message)
	}
	web.WriteJSON(w, http.StatusOK, u)
}

// pulse is a tab's sign of life; it answers with what changed.
func (p *page) pulse(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Since int64  `json:"since"`
		Tab   string `json:"tab"`
		By    string `json:"by"`
		ID    string `json:"id"`
		Field string `json:"field"`
	}
	if err := web.ReadJSON(r, &q); err != nil {
		p.bad(w, err)
		return
	}
	cfg, err := p.Config(r.Context())
	if err == nil {
		err = p.index.refresh(r.Context(), cfg.Forms)
	}
	if err != nil {
		p.failed(w, r, err)
		return
	}
	if len(q.Tab) > 0 && len(q.Tab) <= 64 && len(q.ID) <= 64 && len(q.Field) <= 200 && utf8.RuneCountInString(q.By) <= nameLength {
		p.present.note(q.Tab, visit{by: q.By, id: q.ID, field: q.Field})
	}
	rows, seq := p.index.since(q.Since)
	web.WriteJSON(w, http.StatusOK, struct {
		Seq    int64               `json:"seq"`
		Rows   []row               `json:"rows"`
		Others map[string][]person `json:"others"`
		Now    string              `json:"now"`
	}{seq, rows, p.present.others(q.Tab), p.Now().UTC().Format(time.RFC3339)})
}
