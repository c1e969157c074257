package store

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"time"
)

// States of a path in the inventory.
const (
	Present  = "present"
	Moved    = "moved"    // the content now stands under another path
	Replaced = "replaced" // another content now stands under the path
	Gone     = "gone"     // neither path nor content is in the inbox
	Dropped  = "dropped"  // gone, and the user wants records without it
)

// Sighting is one file of the inbox.
type Sighting struct {
	Path    string
	SHA256  string // "" where it could not be read: what is known of the path stays as it is
	Size    int64
	ModTime time.Time
}

// Sighted is one path that a content was ever found at.
type Sighted struct {
	Path    string
	SHA256  string
	ModTime time.Time // when it was first found there
	Seen    int       // number of the sighting that found it there first
	State   string
}

// Inventory is every path that a content was ever found at, by path, then in
// the order in which contents came to stand there.
type Inventory []Sighted

// Sight compares what is in the inbox with what is known and keeps the
// difference, all at once: what is found for the first time gets one number,
// higher than all before, whether or not the run goes on from here. With drop,
// what is gone no longer counts.
func (s *Store) Sight(ctx context.Context, found []Sighting, drop bool, at time.Time) (Inventory, error) {
	var inv Inventory
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		old, err := loadInventory(ctx, tx)
		if err != nil {
			return err
		}
		var changes []Sighted
		inv, changes = old.Compare(found, drop)
		sizes := map[string]int64{}
		for _, f := range found {
			sizes[f.SHA256] = f.Size
		}
		for _, c := range changes {
			if size, ok := sizes[c.SHA256]; ok {
				if err := putDocument(ctx, tx, c.SHA256, size, at); err != nil {
					return err
				}
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO inventory (path, sha256, mtime, seen, state, since) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET state = excluded.state, since = excluded.since`,
				c.Path, c.SHA256, c.ModTime.UnixNano(), c.Seen, c.State, stamp(at)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("noting what is in the inbox: %w", err)
	}
	return inv, nil
}

// Inventory returns what is known of the inbox.
func (s *Store) Inventory(ctx context.Context) (inv Inventory, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		inv, err = loadInventory(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing what was in the inbox: %w", err)
	}
	return inv, nil
}

func loadInventory(ctx context.Context, tx *sql.Tx) (Inventory, error) {
	rows, err := tx.QueryContext(ctx, `SELECT path, sha256, mtime, seen, state FROM inventory ORDER BY path, seen, sha256`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var inv Inventory
	for rows.Next() {
		var e Sighted
		var mtime int64
		if err := rows.Scan(&e.Path, &e.SHA256, &mtime, &e.Seen, &e.State); err != nil {
			return nil, err
		}
		e.ModTime = time.Unix(0, mtime)
		inv = append(inv, e)
	}
	return inv, rows.Err()
}

// Compare returns the inventory as it is after a sighting, and the entries
// that are new or changed.
func (inv Inventory) Compare(found []Sighting, drop bool) (after Inventory, changes []Sighted) {
	type place struct{ path, sha256 string }
	next := 1
	known := map[place]bool{}
	for _, e := range inv {
		known[place{e.Path, e.SHA256}] = true
		next = max(next, e.Seen+1)
	}
	at, contents := map[string]string{}, map[string]bool{}
	for _, f := range found {
		at[f.Path] = f.SHA256
		contents[f.SHA256] = true
	}
	for _, e := range inv {
		now, there := at[e.Path]
		state := Gone
		switch {
		case there && now == e.SHA256:
			state = Present
		case there && now == "": // it cannot be opened just now
			state = e.State
		case contents[e.SHA256]:
			state = Moved
		case there:
			state = Replaced
		case drop || e.State == Dropped:
			state = Dropped
		case e.State == Replaced: // and what replaced it is gone too
			state = Replaced
		}
		if state != e.State {
			e.State = state
			changes = append(changes, e)
		}
		after = append(after, e)
	}
	for _, f := range found {
		if f.SHA256 == "" || known[place{f.Path, f.SHA256}] {
			continue
		}
		e := Sighted{Path: f.Path, SHA256: f.SHA256, ModTime: f.ModTime, Seen: next, State: Present}
		changes = append(changes, e)
		after = append(after, e)
	}
	sort.SliceStable(after, func(i, j int) bool { return after[i].Path < after[j].Path })
	return after, changes
}

// Seen returns when a content was first met and the time of the file it was
// first met in.
func (inv Inventory) Seen() map[string]Sighted {
	first := map[string]Sighted{}
	for _, e := range inv {
		if f, ok := first[e.SHA256]; !ok || e.Seen < f.Seen {
			first[e.SHA256] = e
		}
	}
	return first
}

// Copies returns, of every present path whose content is known from another
// one, that other path: of paths first found in one sighting, one in each
// folder is no copy, because two applicants may have sent the same paper.
// folder says which folder a path counts for.
func (inv Inventory) Copies(folder func(path string) string) map[string]string {
	oldest := map[string]int{}
	for _, e := range inv {
		if n, ok := oldest[e.SHA256]; e.State == Present && (!ok || e.Seen < n) {
			oldest[e.SHA256] = e.Seen
		}
	}
	first, inFolder := map[string]string{}, map[string]string{}
	copies := map[string]string{}
	for _, e := range inv {
		if e.State == Present && e.Seen == oldest[e.SHA256] {
			where := folder(e.Path) + "\x00" + e.SHA256
			if inFolder[where] != "" {
				copies[e.Path] = inFolder[where]
				continue
			}
			inFolder[where] = e.Path
			if first[e.SHA256] == "" {
				first[e.SHA256] = e.Path
			}
		}
	}
	for _, e := range inv {
		if e.State == Present && e.Seen > oldest[e.SHA256] {
			copies[e.Path] = first[e.SHA256]
		}
	}
	return copies
}
