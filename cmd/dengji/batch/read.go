package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/rules"
)

// ReadingRevision is part of the reading cache's key. It goes up whenever the
// same file with the same models would be read differently.
const ReadingRevision = 2

// read fills r.readings, from the cache or by children.
func (r *run) read(ctx context.Context) error {
	if err := r.greet(ctx); err != nil {
		return err
	}
	todo, err := r.lookUp(ctx)
	if err != nil {
		return err
	}
	if len(todo) > 0 {
		// What was remembered of the readers may be out of date.
		changed, err := r.greetAgain(ctx)
		if err != nil {
			return err
		}
		if changed {
			if todo, err = r.lookUp(ctx); err != nil {
				return err
			}
		}
	}
	// The largest first: the last file of a run is then a small one, and no
	// core waits long for it.
	sort.SliceStable(todo, func(i, j int) bool { return todo[i].Size > todo[j].Size })
	pool := r.Pool
	if len(todo) > 0 && len(todo) < pool.Workers {
		pool.Setup.Parallel = pool.Workers / len(todo)
	}
	r.report.Reading = ReadingReport{Mode: pool.Setup.Reader, Readers: r.hello.Readers, Missing: r.hello.Missing,
		Workers: pool.Workers, Key: r.setup, Older: r.older}
	r.report.Counts.Read = len(todo)
	if len(r.files) > 0 {
		r.tell(Progress{Total: len(todo), Missing: r.hello.Missing})
	}
	if len(todo) == 0 {
		return nil
	}
	return r.readAll(ctx, pool, todo)
}

func (r *run) readAll(ctx context.Context, pool Pool, todo []File) error {
	paths := make([]string, len(todo))
	for i, f := range todo {
		paths[i] = f.Raw
	}
	done, storeErr := 0, error(nil)
	pool.OnPage = func(i, pages int) {
		r.tell(Progress{Done: done, Total: len(todo), Path: todo[i].Path, Pages: pages})
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.Pool.warm = nil // the pool ends it
	stats, err := pool.Read(ctx, paths, func(i int, a Answer) {
		done++
		if err := r.keep(ctx, todo[i], a); err != nil {
			storeErr = err
			cancel()
			return
		}
		r.tell(Progress{Done: done, Total: len(todo), Path: todo[i].Path, Status: a.Status, Reason: a.Reason,
			Pages: pages(a.Document), Seconds: a.Seconds})
	})
	r.report.Memory.Child, r.report.Memory.Children = stats.PeakEach, stats.PeakSum
	if storeErr != nil {
		return storeErr
	}
	return err
}

// greet finds out what children read with. Starting one takes longer than all
// else of a run with nothing to do, so what they said is remembered.
func (r *run) greet(ctx context.Context) error {
	if r.Readers != "" {
		said, err := r.store.Hello(ctx, r.Readers)
		if err != nil {
			return err
		}
		if said != nil && json.Unmarshal(said, &r.hello) == nil {
			r.setup, err = setupKey(r.Pool.Setup, r.hello.Readers)
			return err
		}
	}
	if len(r.files) == 0 {
		return nil
	}
	_, err := r.greetAgain(ctx)
	return err
}

// greetAgain starts a child, which will read the first file, and says whether
// it reads with something else than was thought.
func (r *run) greetAgain(ctx context.Context) (changed bool, err error) {
	if r.Pool.warm != nil {
		return false, nil
	}
	if r.hello, err = r.Pool.Warm(ctx); err != nil {
		return false, err
	}
	key, err := setupKey(r.Pool.Setup, r.hello.Readers)
	if err != nil {
		return false, err
	}
	changed, r.setup = key != r.setup, key
	if r.Readers == "" {
		return changed, nil
	}
	said, err := json.Marshal(r.hello)
	if err != nil {
		return changed, fmt.Errorf("keeping the readers: %w", err)
	}
	return changed, r.store.PutHello(ctx, r.Readers, said)
}

// lookUp takes what the cache knows and returns one file for each content
// that has to be read.
func (r *run) lookUp(ctx context.Context) ([]File, error) {
	var err error
	if r.known, err = r.store.Readings(ctx); err != nil {
		return nil, err
	}
	choices, err := r.choose(ctx)
	if err != nil {
		return nil, err
	}
	clear(r.readings)
	r.report.Counts.Cached, r.older = 0, 0
	var todo []File
	for _, c := range choices {
		if c.why != "" {
			todo = append(todo, c.file)
			continue
		}
		r.readings[c.file.content()] = c.reading
		r.report.Counts.Cached++
		if c.reading.Setup != r.setup {
			r.older++
		}
	}
	return todo, nil
}

// choice is what is done about one content: it is read for a reason, or a
// reading is taken as it is.
type choice struct {
	file    File
	why     string // "" where reading will do
	reading store.Reading
}

// Reasons to read a content.
const (
	whyNew      = "not read before"
	whyAsked    = "asked for again"
	whyDied     = "an earlier reading did not end well"
	whyRefused  = "could not be read by older readers or settings"
	whyDoubtful = "a field is doubtful, and the readers are newer"
	whyPictures = "page pictures are missing"
)

// choose decides about every content of the inbox. A new reader or model does
// not read again what an older one has read, unless a person would have to
// look at it anyway, or it is asked for.
func (r *run) choose(ctx context.Context) ([]choice, error) {
	var doubtful map[string]bool // by sha256; found when needed
	seen := map[store.Content]bool{}
	var choices []choice
	for _, f := range r.files {
		if f.SHA256 == "" || seen[f.content()] {
			continue
		}
		seen[f.content()] = true
		c := choice{file: f}
		c.reading, c.why = r.pick(f.content())
		if c.why == "" && (r.Reread || slices.Contains(r.RereadOnly, f.Path)) {
			c.why = whyAsked
		}
		if c.why == "" && c.reading.Setup != r.setup && r.setup != "" {
			if doubtful == nil {
				var err error
				if doubtful, err = r.doubtful(ctx); err != nil {
					return nil, err
				}
			}
			switch {
			case c.reading.Status != extract.StatusRead:
				c.why = whyRefused
			case doubtful[f.SHA256]:
				c.why = whyDoubtful
			}
		}
		if c.why == "" && !r.hasPictures(c.reading.Facts) {
			c.why = whyPictures
		}
		choices = append(choices, c)
	}
	return choices, nil
}

// pick takes the reading of a content made with the present readers, else the
// newest one.
func (r *run) pick(c store.Content) (store.Reading, string) {
	all := r.known[c]
	if len(all) == 0 {
		return store.Reading{}, whyNew
	}
	best := all[len(all)-1]
	for _, known := range all {
		if known.Setup == r.setup {
			best = known
		}
	}
	if best.Struck() {
		return best, whyDied
	}
	return best, ""
}

// doubtful is the set of contents on which a field rests that a person should
// look at.
func (r *run) doubtful(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	infos, err := r.store.Records(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		line, err := r.store.RecordLine(ctx, info.ID)
		if err != nil {
			return nil, err
		}
		var rec rules.Record
		if err := json.Unmarshal(line, &rec); err != nil {
			return nil, fmt.Errorf("reading the record %s: %w", info.ID, err)
		}
		for _, f := range rec.Fields {
			if f.Review && len(f.Evidence) > 0 && len(f.Evidence[0].Document) > len("sha256:") {
				out[f.Evidence[0].Document[len("sha256:"):]] = true
			}
		}
	}
	return out, nil
}

// hasPictures reports whether the page pictures of a reading still exist.
func (r *run) hasPictures(facts store.Facts) bool {
	if r.Pool.Setup.PageImages == "" {
		return true
	}
	for _, p := range facts.Pictures {
		if _, err := os.Stat(filepath.Join(r.Pool.Setup.PageImages, p.File)); err != nil {
			return false
		}
	}
	return true
}

// keep notes an answer in the store as soon as it is there, so that an
// interrupted run does not read the file again.
func (r *run) keep(ctx context.Context, f File, a Answer) error {
	if a.Document != nil {
		for stage, seconds := range a.Document.Timings {
			r.report.Timings["read."+stage] += seconds
		}
	}
	if a.changed(f.SHA256) {
		// Whatever was read, it is not what stands under this hash.
		for i := range r.files {
			if r.files[i].content() == f.content() {
				r.files[i].Problem = reasonChanged
			}
		}
		return nil
	}
	reading := store.Reading{Content: f.content(), Setup: r.setup, Size: f.Size, Status: a.Status, Reason: a.Reason, Detail: a.Detail,
		Seconds: a.Seconds}
	// What is done is kept even when the run is being interrupted.
	reading, err := r.store.PutReading(context.WithoutCancel(ctx), reading, a.Document, r.Now())
	r.readings[f.content()], r.fresh[f.content()] = reading, true
	return err
}

func pages(doc *extract.Document) int {
	if doc == nil {
		return 0
	}
	return len(doc.Pages)
}

// setupKey names everything beside a file's content that its reading depends
// on.
func setupKey(s Setup, readers []string) (string, error) {
	data, err := json.Marshal(struct {
		Revision int
		Readers  []string
		Mode     string
		Limits   extract.Limits
	}{ReadingRevision, readers, s.Reader, s.Limits})
	if err != nil {
		return "", fmt.Errorf("making the reading cache's key: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), nil
}
