package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dengji/extract"
	"dengji/rules"
)

// Content is what is read once: bytes, under a name's extension.
type Content struct {
	SHA256    string
	Extension string // lower case, with its dot
}

// Reading is what became of one content.
type Reading struct {
	Content
	ID      int64  // another reading of the same content has another one
	Setup   string // key of readers, versions and settings
	Size    int64  // bytes
	Status  extract.Status
	Reason  string // 中文
	Detail  string
	Seconds float64
	Strikes int // times in a row a child died of it
	Facts
}

// Facts are what one wants to know of a document without unpacking it.
type Facts struct {
	Format   string            `json:"format,omitempty"`
	Pages    int               `json:"pages,omitempty"`
	Pictures []Picture         `json:"pictures,omitempty"` // of its pages
	Problems []extract.Problem `json:"problems,omitempty"`
}

// Picture is a page as people look at it. Boxes in points lie on it after they
// are multiplied by the picture's pixels over Width and Height.
type Picture struct {
	File   string  `json:"file"`  // name in OUT/pages
	Page   int     `json:"page"`  // from 1
	Width  float64 `json:"width"` // points, upright
	Height float64 `json:"height"`
}

func factsOf(doc *extract.Document) Facts {
	if doc == nil {
		return Facts{}
	}
	f := Facts{Format: doc.Format, Pages: len(doc.Pages), Problems: doc.Problems}
	for _, p := range doc.Pages {
		if p.Image != "" {
			f.Pictures = append(f.Pictures, Picture{p.Image, p.Number, p.Width, p.Height})
		}
	}
	return f
}

// MaxStrikes is how often a file may kill its child before it is left alone
// until it changes or is asked for again.
const MaxStrikes = 3

// Struck reports whether a reading failed in a way that may have been the
// machine's fault, not the file's, and is worth another try.
func (r *Reading) Struck() bool { return struck(r.Status) && r.Strikes < MaxStrikes }

func struck(s extract.Status) bool {
	return s == extract.StatusTimeout || s == extract.StatusCrashed
}

// Readings returns the readings of every content, the newest last.
func (s *Store) Readings(ctx context.Context) (map[Content][]Reading, error) {
	list, err := s.everyReading(ctx)
	if err != nil {
		return nil, err
	}
	all := map[Content][]Reading{}
	for _, r := range list {
		all[r.Content] = append(all[r.Content], r)
	}
	return all, nil
}

func (s *Store) everyReading(ctx context.Context) ([]Reading, error) {
	list, bare, err := s.listReadings(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing what was read: %w", err)
	}
	for _, i := range bare { // kept by an older program
		r := &list[i]
		doc, err := s.Document(ctx, r.ID)
		if err != nil && !errors.Is(err, ErrDamaged) {
			return nil, err
		}
		r.Facts = factsOf(doc)
		if s.reads {
			continue
		}
		if err := s.putFacts(ctx, r.ID, r.Facts); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// PageOf names a page of a content.
type PageOf struct {
	SHA256 string
	Page   int // from 1
}

// Pictures returns the pictures of all pages that were read. A page that
// several readings saw has the picture of the last one, for they share a file.
func (s *Store) Pictures(ctx context.Context) (map[PageOf]Picture, error) {
	list, err := s.everyReading(ctx)
	if err != nil {
		return nil, err
	}
	all := map[PageOf]Picture{}
	for _, r := range list {
		for _, p := range r.Pictures {
			all[PageOf{r.SHA256, p.Page}] = p
		}
	}
	return all, nil
}

// listReadings lists the readings; bare are those whose facts are still in
// the document.
func (s *Store) listReadings(ctx context.Context) (list []Reading, bare []int, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT r.id, sha256, extension, setup, size, status, reason, detail, seconds, strikes, facts
		FROM readings AS r JOIN documents USING (sha256) ORDER BY r.id`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Reading
		var facts sql.NullString
		if err := rows.Scan(&r.ID, &r.SHA256, &r.Extension, &r.Setup, &r.Size, &r.Status, &r.Reason, &r.Detail, &r.Seconds, &r.Strikes, &facts); err != nil {
			return nil, nil, err
		}
		if !facts.Valid && r.Status == extract.StatusRead {
			bare = append(bare, len(list))
		} else if facts.Valid {
			if err := json.Unmarshal([]byte(facts.String), &r.Facts); err != nil {
				return nil, nil, fmt.Errorf("facts of reading %d: %w", r.ID, err)
			}
		}
		list = append(list, r)
	}
	return list, bare, rows.Err()
}

func (s *Store) putFacts(ctx context.Context, id int64, f Facts) error {
	text, err := json.Marshal(f)
	if err == nil {
		_, err = s.db.ExecContext(ctx, `UPDATE readings SET facts = ? WHERE id = ?`, string(text), id)
	}
	if err != nil {
		return fmt.Errorf("keeping the facts of reading %d: %w", id, err)
	}
	return nil
}

// ErrDamaged says that what the database holds of a reading cannot be
// unpacked; reading the file again mends it.
var ErrDamaged = errors.New("what was read is damaged")

// Document returns what a reading saw. The error wraps ErrDamaged where it
// cannot be unpacked.
func (s *Store) Document(ctx context.Context, reading int64) (*extract.Document, error) {
	var blob []byte
	err := s.db.QueryRowContext(ctx, `SELECT document FROM readings WHERE id = ?`, reading).Scan(&blob)
	if err != nil {
		return nil, fmt.Errorf("fetching reading %d: %w", reading, err)
	}
	doc := new(extract.Document)
	if err := unpack(blob, doc); err != nil {
		return nil, fmt.Errorf("fetching reading %d: %w: %w", reading, ErrDamaged, err)
	}
	return doc, nil
}

// PutReading keeps a reading and its document (nil unless it was read), and
// returns it with its id, facts and strikes.
func (s *Store) PutReading(ctx context.Context, r Reading, doc *extract.Document, at time.Time) (Reading, error) {
	var blob []byte
	r.Facts = factsOf(doc)
	facts, err := json.Marshal(r.Facts)
	if err == nil && doc != nil {
		blob, err = pack(doc)
	}
	if err != nil {
		return r, fmt.Errorf("packing the reading of %s: %w", r.SHA256, err)
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if err := putDocument(ctx, tx, r.SHA256, r.Size, at); err != nil {
			return err
		}
		if r.Strikes = 0; struck(r.Status) {
			err := tx.QueryRowContext(ctx, `SELECT strikes FROM readings WHERE sha256 = ? AND extension = ? AND setup = ?`,
				r.SHA256, r.Extension, r.Setup).Scan(&r.Strikes)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			r.Strikes++
		}
		res, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO readings
			(sha256, extension, setup, status, reason, detail, seconds, strikes, read_at, facts, document)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.SHA256, r.Extension, r.Setup, string(r.Status), r.Reason, r.Detail, r.Seconds, r.Strikes, stamp(at), string(facts), blob)
		if err != nil {
			return err
		}
		r.ID, err = res.LastInsertId()
		return err
	})
	if err != nil {
		return r, fmt.Errorf("keeping the reading of %s: %w", r.SHA256, err)
	}
	return r, nil
}

func putDocument(ctx context.Context, tx *sql.Tx, sha256 string, size int64, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO documents (sha256, size, first_seen) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		sha256, size, stamp(at))
	return err
}

// ForgetReading drops a reading, so that its content is read again.
func (s *Store) ForgetReading(ctx context.Context, id int64) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM readings WHERE id = ?`, id); err != nil {
		return fmt.Errorf("dropping reading %d: %w", id, err)
	}
	return nil
}

// Hello returns what children of a fingerprint said they read with, nil where
// none was asked yet.
func (s *Store) Hello(ctx context.Context, fingerprint string) ([]byte, error) {
	var hello string
	err := s.db.QueryRowContext(ctx, `SELECT hello FROM setups WHERE fingerprint = ?`, fingerprint).Scan(&hello)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the readers: %w", err)
	}
	return []byte(hello), nil
}

// PutHello keeps what the children of a fingerprint say.
func (s *Store) PutHello(ctx context.Context, fingerprint string, hello []byte) error {
	if _, err := s.db.ExecContext(ctx, `INSERT OR REPLACE INTO setups (fingerprint, hello) VALUES (?, ?)`, fingerprint, string(hello)); err != nil {
		return fmt.Errorf("keeping the readers: %w", err)
	}
	return nil
}

// Clues returns what readings say about where their files belong, by reading,
// as far as rules of this key found it.
func (s *Store) Clues(ctx context.Context, rulesKey string) (map[int64]*rules.Clues, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT reading, clues FROM clues WHERE rules = ?`, rulesKey)
	if err != nil {
		return nil, fmt.Errorf("listing the clues: %w", err)
	}
	defer rows.Close()
	all := map[int64]*rules.Clues{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, fmt.Errorf("listing the clues: %w", err)
		}
		c := new(rules.Clues)
		if err := json.Unmarshal([]byte(text), c); err != nil {
			continue // they are found again
		}
		all[id] = c
	}
	return all, rows.Err()
}

// PutClues keeps the clues of some readings.
func (s *Store) PutClues(ctx context.Context, rulesKey string, clues map[int64]*rules.Clues) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for id, c := range clues {
			text, err := json.Marshal(c)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO clues (reading, rules, clues) VALUES (?, ?, ?)`, id, rulesKey, string(text)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping the clues: %w", err)
	}
	return nil
}
