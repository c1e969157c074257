package serve

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// TestMain makes the test program a sender or a receiver of changes where the
// environment asks for it: those that TestKilled kills.
func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "sender":
		os.Exit(asProgram(sendAsProgram))
	case "receiver":
		os.Exit(asProgram(receiveAsProgram))
	}
	os.Exit(m.Run())
}

func asProgram(run func() error) int {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

var day = time.Date(2022, 9, 1, 8, 0, 0, 0, time.UTC)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func openTemp(t *testing.T) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dengji.db")
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st, path
}

// id is that of the nth submission.
func id(n int) string { return fmt.Sprintf("%012x", n) }

// change gives submission n another record; phone is what is new in it.
func change(t testing.TB, st *store.Store, n int, phone string) {
	t.Helper()
	if err := changeRecord(context.Background(), st, n, phone); err != nil {
		t.Fatal(err)
	}
}

func changeRecord(ctx context.Context, st *store.Store, n int, phone string) error {
	sub, _, err := st.Submission(ctx, id(n))
	if err != nil {
		return err
	}
	data := rules.NewData()
	if err := data.Set("contact.phone", phone); err != nil {
		return err
	}
	field := rules.Field{Path: "contact.phone", Label: "联系电话", Value: phone, Raw: phone, State: "value", Confidence: 0.9, Detail: map[string]any{}, Flags: []rules.Flag{}, Evidence: []rules.Evidence{}}
	rec := &rules.Record{Schema: rules.RecordSchema, Form: "form", Status: rules.StatusClean, Data: data, Fields: []rules.Field{field},
		Checks: []rules.Check{}, Missing: []rules.Missing{}, Documents: []rules.Source{}}
	return st.Keep(ctx, []store.Draft{{ID: id(n), Key: fmt.Sprintf("%03d-公司", n), Enterprise: fmt.Sprintf("第%d公司", n), Version: sub.Version, Record: rec, Trace: &rules.Trace{}}}, day)
}
