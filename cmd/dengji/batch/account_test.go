package batch

import (
	"slices"
	"testing"

	"dengji/rules"
)

// An applicant that registered twice is told of on both records, under one
// name or where grouping parted one folder's forms, and nobody else is.
func TestNameSiblings(t *testing.T) {
	const form = "excellent-software-product"
	plans := []plan{
		{id: "a", key: "云岭", enterprise: "济南云岭（山东）软件有限公司", form: form}, {id: "b", key: "b.pdf", enterprise: "济南云岭(山东)软件有限公司", form: form}, {id: "c", key: "c", enterprise: "青岛海天信息技术有限公司", form: form},
		{id: "d", key: "d", enterprise: "济南云岭（山东）软件有限公司", form: "sco-cooperation-case"}, {id: "e", key: "e", form: form}, {id: "f", key: "f", form: form},
		{id: "g", key: "g", enterprise: "烟台东方数据股份有限公司", form: form}, {id: "h", key: "h.pdf", enterprise: "烟台东万数据股份有限公司", form: form},
	}
	found := make([]rules.Submission, len(plans))
	found[6].Also, found[7].Also = []string{"h.pdf"}, []string{"g"}
	nameSiblings(plans, found)
	want := map[string][]string{"a": {"b"}, "b": {"a"}, "g": {"h"}, "h": {"g"}}
	for _, p := range plans {
		if !slices.Equal(p.also, want[p.id]) {
			t.Errorf("%s: %v, want %v", p.id, p.also, want[p.id])
		}
	}
}
