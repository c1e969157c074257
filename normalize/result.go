package normalize

import (
	"fmt"
	"maps"
	"slices"
)

func valueOf(v any) Result { return Result{Value: v, State: StateValue} }

// undecided is a text that says something which is no single value.
func undecided(format string, args ...any) Result {
	return Result{State: StateValue}.doubt(CodeAmbiguous, format, args...)
}

func unreadable(code, format string, args ...any) Result {
	return Result{State: StateUnreadable}.doubt(code, format, args...)
}

// doubt returns r with one doubt more; the same code and message are not
// said twice.
func (r Result) doubt(code, format string, args ...any) Result {
	d := Doubt{Code: code, Message: fmt.Sprintf(format, args...)}
	if slices.ContainsFunc(r.Doubts, func(o Doubt) bool { return o.Code == d.Code && o.Message == d.Message }) {
		return r
	}
	r.Doubts = append(slices.Clip(r.Doubts), d)
	return r
}

// doubtWith is doubt with a detail.
func (r Result) doubtWith(code string, detail map[string]any, format string, args ...any) Result {
	r = r.doubt(code, format, args...)
	r.Doubts[len(r.Doubts)-1].Detail = detail
	return r
}

// detail returns r with one detail more; an empty text adds nothing.
func (r Result) detail(key string, v any) Result {
	if s, ok := v.(string); ok && s == "" {
		return r
	}
	m := maps.Clone(r.Detail)
	if m == nil {
		m = map[string]any{}
	}
	m[key] = v
	r.Detail = m
	return r
}
