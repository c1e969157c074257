package serve

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// listed is a record in short.
type listed struct {
	ID            string          `json:"id"`
	Revision      int             `json:"revision"`
	Form          string          `json:"form"`
	Status        string          `json:"status"`
	Folder        string          `json:"folder"`
	Enterprise    string          `json:"enterprise"`
	Fields        int             `json:"fields"`
	ToReview      int             `json:"fields_to_review"`
	ChecksFailed  int             `json:"checks_failed"`
	ChecksUnknown int             `json:"checks_unknown"`
	Missing       int             `json:"missing"`
	ETag          string          `json:"etag"` // as /v1/records/{id} has it
	Seq           int64           `json:"seq"`  // of its last change
	ChangedAt     string          `json:"changed_at"`
	Record        json.RawMessage `json:"record,omitempty"`
}

// page is a part of the list. Who goes on with Next until it is null, and then
// asks for the changes since the Seq of the first page, has missed nothing.
type page struct {
	Records []listed `json:"records"`
	Next    *string  `json:"next"`
	Seq     int64    `json:"seq"`
}

func (a *api) list(w http.ResponseWriter, r *http.Request) error {
	full, limit, err := limits(r)
	if err != nil {
		return err
	}
	f := store.Filter{Limit: limit + 1}
	for name, into := range map[string]*string{"form": &f.Form, "q": &f.Text, "after": &f.After} {
		if *into, err = text(r, name); err != nil {
			return err
		}
	}
	if f.Status, err = oneOf(r, "status", rules.StatusClean, rules.StatusReview); err != nil {
		return err
	}
	answer := page{Records: []listed{}}
	// The cursor first: what changes meanwhile is told by it again.
	if answer.Seq, err = a.Store.Cursor(r.Context()); err != nil {
		return err
	}
	all, err := a.Store.List(r.Context(), f)
	if err != nil {
		return err
	}
	if len(all) > limit {
		all = all[:limit]
		answer.Next = &all[limit-1].ID
	}
	for _, l := range all {
		row, err := short(l)
		if err != nil {
			return err
		}
		if full {
			row.Record = json.RawMessage(l.Record)
		}
		answer.Records = append(answer.Records, row)
	}
	return a.answer(w, r, answer)
}

// short sums a record up.
func short(l store.Listed) (listed, error) {
	row := listed{ID: l.ID, Folder: l.Folder, Enterprise: l.Enterprise, ETag: store.Digest([]byte(l.Record + "\n")), Seq: l.Seq, ChangedAt: l.ChangedAt}
	var rec struct {
		Revision int
		Form     string
		Status   string
		Fields   []struct{ Review bool }
		Checks   []struct{ Outcome string }
		Missing  []struct{}
	}
	if err := json.Unmarshal([]byte(l.Record), &rec); err != nil {
		return row, fmt.Errorf("reading the record %s: %w", l.ID, err)
	}
	row.Revision, row.Form, row.Status, row.Fields, row.Missing = rec.Revision, rec.Form, rec.Status, len(rec.Fields), len(rec.Missing)
	for _, f := range rec.Fields {
		if f.Review {
			row.ToReview++
		}
	}
	for _, c := range rec.Checks {
		switch c.Outcome {
		case rules.Fail:
			row.ChecksFailed++
		case rules.Unknown:
			row.ChecksUnknown++
		}
	}
	return row, nil
}

// recordID is the id in a path.
func recordID(r *http.Request) (string, error) {
	id, ok := hexPart(r, "id", 12)
	if !ok {
		return "", notFound("no_such_record", "an id is twelve hex digits")
	}
	return id, nil
}

func (a *api) record(w http.ResponseWriter, r *http.Request) error {
	id, err := recordID(r)
	if err != nil {
		return err
	}
	line, err := a.Store.Current(r.Context(), id)
	if err != nil {
		return err
	}
	a.send(w, r, "application/json", store.Digest(line), line)
	return nil
}

func (a *api) revisions(w http.ResponseWriter, r *http.Request) error {
	id, err := recordID(r)
	if err != nil {
		return err
	}
	all, err := a.Store.History(r.Context(), id)
	if err != nil {
		return err
	}
	return a.answer(w, r, struct {
		ID        string           `json:"id"`
		Revisions []rules.Revision `json:"revisions"`
	}{id, all})
}

func (a *api) revision(w http.ResponseWriter, r *http.Request) error {
	id, err := recordID(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("revision"))
	if err != nil || n < 1 || n > math.MaxInt32 {
		return notFound("no_such_revision", "revisions are counted from 1")
	}
	line, err := a.Store.RecordAt(r.Context(), id, n)
	if err != nil {
		return err
	}
	a.send(w, r, "application/json", store.Digest(line), line)
	return nil
}

// document is an entry of a record's documents with the pictures of its pages.
type document struct {
	rules.Source
	Pictures []picture `json:"pictures"`
}

// picture is a page as people look at it. A box of the record, in points, lies
// on it after it is multiplied by the picture's pixels over Width and Height.
type picture struct {
	Page   int     `json:"page"`   // from 1
	Width  float64 `json:"width"`  // points, upright
	Height float64 `json:"height"` //
	Href   string  `json:"href"`
}

func (a *api) documents(w http.ResponseWriter, r *http.Request) error {
	id, err := recordID(r)
	if err != nil {
		return err
	}
	line, err := a.Store.Current(r.Context(), id)
	if err != nil {
		return err
	}
	var rec struct {
		Documents []rules.Source `json:"documents"`
	}
	if err := json.Unmarshal(line, &rec); err != nil {
		return fmt.Errorf("reading the record %s: %w", id, err)
	}
	docs := []document{}
	for _, src := range rec.Documents {
		d := document{Source: src, Pictures: []picture{}}
		for _, n := range src.Pages {
			p, ok, err := a.Gallery.Picture(r.Context(), store.PageOf{SHA256: src.SHA256, Page: n})
			if err != nil {
				return err
			}
			if ok {
				d.Pictures = append(d.Pictures, picture{n, p.Width, p.Height, fmt.Sprintf("/v1/documents/%s/pages/%d", src.SHA256, n)})
			}
		}
		docs = append(docs, d)
	}
	return a.answer(w, r, struct {
		ID        string     `json:"id"`
		Documents []document `json:"documents"`
	}{id, docs})
}

// page serves a page's picture.
func (a *api) page(w http.ResponseWriter, r *http.Request) error {
	none := notFound("no_such_page", "there is no picture of that page")
	sum, ok := hexPart(r, "sha256", 64)
	n, err := strconv.Atoi(r.PathValue("page"))
	if !ok || err != nil {
		return none
	}
	p, ok, err := a.Gallery.Picture(r.Context(), store.PageOf{SHA256: sum, Page: n})
	if err != nil {
		return err
	}
	if !ok {
		return none
	}
	r.SetPathValue("file", p.File)
	a.Gallery.ServeHTTP(w, r)
	return nil
}

func (a *api) recordSchema(w http.ResponseWriter, r *http.Request) error {
	schema := rules.Schema()
	a.send(w, r, "application/schema+json", store.Digest(schema), schema)
	return nil
}

func (a *api) eventSchema(w http.ResponseWriter, r *http.Request) error {
	a.send(w, r, "application/schema+json", store.Digest(a.event), a.event)
	return nil
}
