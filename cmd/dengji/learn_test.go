package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"dengji/extract"
	"dengji/extract/docx"
	"dengji/fixtures/gen/content"
	word "dengji/fixtures/gen/office"
	"dengji/rules"
)

// opened reads a Word document of these bytes.
func opened(t *testing.T, data []byte) *extract.Document {
	t.Helper()
	path := filepath.Join(t.TempDir(), "form.docx")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	doc, _, err := docx.Open(context.Background(), path, extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	doc.SHA256 = fmt.Sprintf("%064d", len(data))
	return doc
}

// A definition that was learned from the blank form reads the form filled in,
// however the office that made it laid it out.
func TestLearnRoundTrip(t *testing.T) {
	values, right := 0, 0
	for seed := range uint64(12) {
		blank, err := word.DOCX(content.NewRng(71, seed), &content.Submission{Products: make([]content.Product, 1), SecondRow: content.RowEmpty}, nil)
		if err != nil {
			t.Fatal(err)
		}
		draft, err := rules.Learn(opened(t, blank), "excellent-software-product")
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "form.yaml"), draft, 0o644); err != nil {
			t.Fatal(err)
		}
		forms, err := rules.LoadForms(dir)
		if err != nil {
			t.Fatal(err)
		}
		said := content.NewSubmission(content.NewRng(72, seed), content.Options{Products: 1})
		filled, err := word.DOCX(content.NewRng(71, seed), said, nil)
		if err != nil {
			t.Fatal(err)
		}
		rec, _, err := rules.Build(rules.Submission{Key: "1", Inputs: []rules.Input{{Path: "1/form.docx", Doc: opened(t, filled)}}}, forms, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, p := &said.Company, &said.Products[0]
		var ticked []string
		for i, on := range c.Categories {
			if on {
				ticked = append(ticked, content.Categories[i])
			}
		}
		for path, want := range map[string]any{
			"enterprise.name": c.Name, "enterprise.legal_representative": c.Legal.Value, "enterprise.website": c.Website.Value, "enterprise.address": c.Address.Value,
			"enterprise.postal_code": c.Postal.Value, "contact.name": c.ContactName.Value, "contact.phone": c.Phone.Value, "contact.email": c.Email.Value, "contact.title": c.Title.Value,
			"choices": ticked, "rows[0].name": p.Name.Value, "rows[0].date": p.Date.Value, "rows[0].field": p.Field.Value, "rows[0].column": p.Category.Value, "rows[0].share": p.Shares[0].Value,
			"rows[0].share_2": p.Shares[1].Value, "rows[0].share_3": p.Shares[2].Value, "summary": said.Summary.Value, "summary_2": said.Case.Value,
		} {
			values++
			got, _ := rec.Data.Get(path)
			if reflect.DeepEqual(got, want) {
				right++
			} else {
				t.Errorf("seed %d: %s is %v, want %v", seed, path, got, want)
			}
		}
		if t.Failed() {
			t.Fatalf("the draft is\n%s", draft)
		}
	}
	t.Logf("%d of %d values are right", right, values)
}
