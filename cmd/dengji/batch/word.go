package batch

import (
	"context"
	"fmt"

	"dengji/cmd/dengji/store"
	"dengji/normalize"
	"dengji/rules"
)

// BadWord is a reviewer's word that cannot be taken. Its message is for the
// reviewer.
type BadWord struct{ Message string }

func (b *BadWord) Error() string { return b.Message }

// Word makes a decision of what a reviewer says of a field: that what the
// record shows is right, or the value it should have, read by the field's own
// normaliser. The error wraps store.ErrNoSubmission, or is a *BadWord.
func Word(ctx context.Context, st *store.Store, forms *rules.Forms, id, path, value string, confirm bool) (rules.Decision, error) {
	rec, err := lastRecord(ctx, st, id)
	if err != nil {
		return rules.Decision{}, err
	}
	if rec == nil {
		return rules.Decision{}, fmt.Errorf("deciding on %s: %w", id, store.ErrNoSubmission)
	}
	for i := range rec.Fields {
		f := &rec.Fields[i]
		if f.Path != path {
			continue
		}
		d := rules.Decision{Path: path, Confirm: confirm, Seen: f.Evidence}
		if confirm {
			if f.State == normalize.StateUnreadable {
				return d, &BadWord{fmt.Sprintf("“%s”无法辨认，不能确认；请填写内容（--value）", f.Label)}
			}
			d.Value, d.State, d.Raw, d.Detail = f.Value, f.State, f.Raw, map[string]any{}
			for k, v := range f.Detail {
				if k != "decision" && k != "basis" {
					d.Detail[k] = v
				}
			}
			return d, nil
		}
		r, err := forms.Understand(rec.Form, path, value)
		if err != nil {
			return d, &BadWord{err.Error()}
		}
		d.Value, d.State, d.Raw, d.Detail = r.Value, r.State, value, r.Detail
		return d, nil
	}
	return rules.Decision{}, &BadWord{fmt.Sprintf("the record %s has no field %s; its fields stand in records/%s.json", id, path, id)}
}
