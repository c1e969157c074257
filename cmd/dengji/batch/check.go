package batch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // page pictures
	_ "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// Finding is one thing that is not as it should be.
type Finding struct {
	What   string `json:"what"` // database, reading, record, file, picture, inbox, leftover
	Where  string `json:"where"`
	Wrong  string `json:"wrong"`
	Mend   string `json:"mend"` // what puts it right
	Mended bool   `json:"mended,omitempty"`
	// Broken is false for what is only worth knowing, such as a file of the
	// inbox that changed since the last run.
	Broken bool `json:"broken"`
}

// How things are put right.
const (
	mendByCheck = "dengji check --mend writes it again from the database"
	mendByRun   = "dengji check --mend drops it, and the next dengji run reads the file anew"
	mendByCopy  = "put back a copy of OUT; without one, run into a new folder with -o: the inbox is read anew"
	seenByRun   = "the next dengji run takes it up"
)

// checker looks through one OUT.
type checker struct {
	st       *store.Store
	out      string
	mend     bool
	findings []Finding
}

// Check verifies database, files and hashes of OUT, which it locks meanwhile.
// inbox may be "", then its files are not looked at. With mend, files are
// written again from the database, and readings that cannot be unpacked are
// dropped, so that the next run reads them anew.
func Check(ctx context.Context, out, inbox string, mend bool) ([]Finding, error) {
	held, err := lock(out)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	st, err := store.Open(ctx, filepath.Join(out, "dengji.db"))
	if err != nil {
		return nil, err
	}
	c := &checker{st: st, out: out, mend: mend}
	err = c.all(ctx, inbox)
	return c.findings, errors.Join(err, st.Close())
}

func (c *checker) all(ctx context.Context, inbox string) error {
	wrong, err := c.st.Integrity(ctx)
	if err != nil {
		return err
	}
	for _, w := range wrong {
		c.find("database", "dengji.db", w, mendByCopy)
	}
	for _, part := range []func(context.Context) error{c.leftovers, c.readings, c.records, c.files} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	if inbox == "" {
		return nil
	}
	return c.inbox(ctx, inbox)
}

func (c *checker) find(what, where, wrong, mend string) {
	c.findings = append(c.findings, Finding{What: what, Where: where, Wrong: wrong, Mend: mend, Broken: true})
}

// mended marks the last finding as put right.
func (c *checker) mended() { c.findings[len(c.findings)-1].Mended = true }

// leftovers are temporary files of runs that were killed.
func (c *checker) leftovers(context.Context) error {
	for _, dir := range outFolders(c.out) {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("looking for leftovers: %w", err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), tempMark) || strings.HasPrefix(e.Name(), childTempMark) {
				c.find("leftover", c.rel(filepath.Join(dir, e.Name())), "a temporary file of a run that was killed", "dengji check --mend or the next run removes it")
				c.findings[len(c.findings)-1].Broken = false
				if c.mend {
					if err := ignoreMissing(os.Remove(filepath.Join(dir, e.Name()))); err != nil {
						return fmt.Errorf("removing a leftover: %w", err)
					}
					c.mended()
				}
			}
		}
	}
	return nil
}

func (c *checker) rel(path string) string {
	if rel, err := filepath.Rel(c.out, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

// readings unpacks what was read of every content, and looks at its pictures.
func (c *checker) readings(ctx context.Context) error {
	all, err := c.st.Readings(ctx)
	if err != nil {
		return err
	}
	for content, list := range all {
		for _, r := range list {
			if r.Status != extract.StatusRead {
				continue
			}
			doc, err := c.st.Document(ctx, r.ID)
			wrong := ""
			switch {
			case errors.Is(err, store.ErrDamaged):
				wrong = err.Error()
			case err != nil:
				return err
			case doc.SHA256 != "" && doc.SHA256 != content.SHA256:
				wrong = "it is of another content: " + doc.SHA256
			}
			if wrong != "" {
				c.find("reading", content.SHA256+content.Extension, wrong, mendByRun)
				if c.mend {
					if err := c.st.ForgetReading(ctx, r.ID); err != nil {
						return err
					}
					c.mended()
				}
				continue
			}
			if err := c.pictures(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checker) pictures(r store.Reading) error {
	for _, p := range r.Pictures {
		name := p.File
		path := filepath.Join(c.out, "pages", name)
		wrong := ""
		f, err := os.Open(path)
		if err != nil {
			wrong = plainError(err)
		} else {
			if _, _, err := image.DecodeConfig(f); err != nil {
				wrong = "it is no picture: " + err.Error()
			}
			f.Close()
		}
		if wrong == "" {
			continue
		}
		c.find("picture", "pages/"+name, wrong, mendByRun)
		if c.mend {
			if err := ignoreMissing(os.Remove(path)); err != nil {
				return fmt.Errorf("removing a broken picture: %w", err)
			}
			c.mended()
		}
	}
	return nil
}

// records unpacks every record and checks it against schema and digest.
func (c *checker) records(ctx context.Context) error {
	infos, err := c.st.Records(ctx)
	if err != nil {
		return err
	}
	for _, info := range infos {
		line, err := c.st.RecordLine(ctx, info.ID)
		if err != nil {
			c.find("record", info.ID, err.Error(), "dengji check --mend has the next dengji run build it anew")
		} else if info.Digest != "" && store.Digest(line) != info.Digest {
			c.find("record", info.ID, "it is not what was kept", "dengji check --mend has the next dengji run build it anew")
		} else if err := rules.Validate(line); err != nil {
			c.find("record", info.ID, err.Error(), "the next dengji run with this program builds it anew")
			continue
		} else {
			continue
		}
		if c.mend {
			if err := c.st.Unbuild(ctx, info.ID); err != nil {
				return err
			}
			c.mended()
		}
	}
	return nil
}

// files compares what lies in OUT with what the database says.
func (c *checker) files(ctx context.Context) error {
	infos, err := c.st.Records(ctx)
	if err != nil {
		return err
	}
	found := len(c.findings)
	wanted := map[string]bool{}
	all := sha256.New()
	for _, info := range infos {
		name := "records/" + info.ID + ".json"
		wanted[name] = true
		line, err := c.st.RecordLine(ctx, info.ID)
		if err != nil {
			continue // found above
		}
		all.Write(line)
		whole, err := indented(line)
		if err != nil {
			continue
		}
		if data, err := os.ReadFile(filepath.Join(c.out, name)); err != nil {
			c.find("file", name, plainError(err), mendByCheck)
		} else if !bytes.Equal(data, whole) {
			c.find("file", name, "it is not what was written", mendByCheck)
		}
	}
	if data, err := os.ReadFile(filepath.Join(c.out, "records.jsonl")); err != nil {
		c.find("file", "records.jsonl", plainError(err), mendByCheck)
	} else if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hex.EncodeToString(all.Sum(nil)) {
		c.find("file", "records.jsonl", "it is not what was written", mendByCheck)
	}
	if data, err := os.ReadFile(filepath.Join(c.out, "run.json")); err != nil {
		c.find("file", "run.json", plainError(err), "the next dengji run writes it")
	} else if !json.Valid(data) {
		c.find("file", "run.json", "it is no JSON", "the next dengji run writes it")
	}
	entries, err := os.ReadDir(filepath.Join(c.out, "records"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("listing the records: %w", err)
	}
	for _, e := range entries {
		if name := "records/" + e.Name(); strings.HasSuffix(name, ".json") && !wanted[name] {
			c.find("file", name, "no record of the database is called so", "dengji check --mend removes it")
		}
	}
	if !c.mend || len(c.findings) == found {
		return nil
	}
	if err := c.st.ForgetOutputs(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(c.out, "records"), 0o755); err != nil {
		return fmt.Errorf("making the records' folder: %w", err)
	}
	if err := WriteRecords(ctx, c.st, c.out); err != nil {
		return err
	}
	for i := found; i < len(c.findings); i++ {
		c.findings[i].Mended = c.findings[i].Where != "run.json"
	}
	return nil
}

// inbox compares the files of the inbox with what the last run saw.
func (c *checker) inbox(ctx context.Context, inbox string) error {
	files, _, err := Walk(ctx, inbox, c.out)
	if err != nil {
		return err
	}
	buf := make([]byte, hashBuffer)
	for i := range files {
		files[i].hash(ctx, buf, 0)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	known, err := c.st.Inventory(ctx)
	if err != nil {
		return err
	}
	_, changes := known.Compare(sightings(files), false)
	for _, e := range changes {
		wrong := map[string]string{store.Present: "it is new or changed since the last run", store.Gone: "it is no longer in the inbox",
			store.Moved: "it was moved", store.Replaced: "its content was replaced"}[e.State]
		c.findings = append(c.findings, Finding{What: "inbox", Where: e.Path, Wrong: wrong, Mend: seenByRun})
	}
	return nil
}
