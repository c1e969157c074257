package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/store"
)

// What a run was given is kept in OUT, so that commands which go on with it
// make records by the same rules.

// given is what a run was given beside the inbox's files.
type given struct {
	Inbox     string   `json:"inbox"`
	Forms     []string `json:"forms,omitempty"`
	Catalogue string   `json:"catalogue,omitempty"`
	Received  string   `json:"received,omitempty"`
}

const settingGiven = "given"

// remember has a run keep what it was given.
func remember(cfg *batch.Config, forms []string, k *known) error {
	g := given{Inbox: cfg.Inbox, Received: k.received}
	for _, dir := range forms {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return fmt.Errorf("finding the forms: %w", err)
		}
		g.Forms = append(g.Forms, abs)
	}
	if k.catalogue != "" {
		abs, err := filepath.Abs(k.catalogue)
		if err != nil {
			return fmt.Errorf("finding the catalogue: %w", err)
		}
		g.Catalogue = abs
	}
	text, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("keeping what the run was given: %w", err)
	}
	cfg.Settings = map[string]string{settingGiven: string(text)}
	return nil
}

// openOut opens an OUT that an earlier run made.
func openOut(ctx context.Context, out string) (*store.Store, error) {
	path := filepath.Join(out, "dengji.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, usageError("%s holds no results (no dengji.db); give the folder that `dengji run INBOX -o OUT` made", out)
	}
	return store.Open(ctx, path)
}

// lastGiven is what the last run was given, empty where nothing is known.
func lastGiven(ctx context.Context, st *store.Store) (g given, err error) {
	text, err := st.Setting(ctx, settingGiven)
	if err != nil || text == "" {
		return g, err
	}
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		return g, fmt.Errorf("reading what the last run was given: %w", err)
	}
	return g, nil
}

// goOn is the configuration of a command that goes on with what a run left.
func goOn(ctx context.Context, st *store.Store, out string) (batch.Config, error) {
	cfg := batch.Config{Out: out, Version: programVersion(), Now: time.Now}
	g, err := lastGiven(ctx, st)
	if err != nil {
		return cfg, err
	}
	cfg.Inbox = g.Inbox
	if cfg.Forms, err = loadForms(g.Forms); err != nil {
		return cfg, err
	}
	k := known{catalogue: g.Catalogue, received: g.Received}
	if cfg.Options, err = k.options(); err != nil {
		return cfg, err
	}
	cfg.RulesKey, err = rulesKey(g.Forms)
	return cfg, err
}
