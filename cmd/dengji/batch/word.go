package batch

import (
	"context"
	"fmt"
	"slices"

	"dengji/cmd/dengji/store"
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
	f := fieldAt(rec, path)
	if f == nil {
		return rules.Decision{}, &BadWord{fmt.Sprintf("the record %s has no field %s; its fields stand in records/%s.json", id, path, id)}
	}
	return wordOn(forms, rec.Form, f, value, confirm)
}

func fieldAt(rec *rules.Record, path string) *rules.Field {
	i := slices.IndexFunc(rec.Fields, func(f rules.Field) bool { return f.Path == path })
	if i < 0 {
		return nil
	}
	return &rec.Fields[i]
}

// wordOn is Word of a field at hand. The error is a *BadWord.
func wordOn(forms *rules.Forms, form string, f *rules.Field, value string, confirm bool) (rules.Decision, error) {
	if confirm {
		d, err := rules.Confirm(f)
		if err != nil {
			return d, &BadWord{err.Error()}
		}
		return d, nil
	}
	r, err := forms.Understand(form, f.Path, value)
	if err != nil {
		return rules.Decision{}, &BadWord{err.Error()}
	}
	return rules.Decision{Path: f.Path, Seen: f.Evidence, Value: r.Value, State: r.State, Raw: value, Detail: r.Detail}, nil
}
