package batch

import (
	"slices"
	"testing"
)

// Submissions of one applicant for one form name one another; others, and
// those of nobody, name none.
func TestNameSiblings(t *testing.T) {
	subs := []SubmissionReport{
		{ID: "a", Enterprise: "济南云岭（山东）软件有限公司", Form: "f"}, {ID: "b", Enterprise: "济南云岭(山东)软件有限公司", Form: "f"},
		{ID: "c", Enterprise: "济南云岭（山东）软件有限公司", Form: "g"}, {ID: "d", Enterprise: "青岛海天信息技术有限公司", Form: "f"}, {ID: "e", Form: "f"}, {ID: "f", Form: "f"},
	}
	nameSiblings(subs)
	want := map[string][]string{"a": {"b"}, "b": {"a"}}
	for _, s := range subs {
		if !slices.Equal(s.Also, want[s.ID]) {
			t.Errorf("%s: %v, want %v", s.ID, s.Also, want[s.ID])
		}
	}
}
