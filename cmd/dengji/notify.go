package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/serve"
	"dengji/cmd/dengji/store"
)

func notifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "notify", Short: "Look after the webhook: what waits, what was given up, send it again",
		Long: `Look after what "dengji serve --notify" sends. A change that was given up holds up the
later changes of its own record, so that they never arrive in another order: send it
again with retry once the receiver is mended, or let go of it with drop. It may be done
while serve is running.`,
		Example: "  dengji notify list out\n  dengji notify retry out\n  dengji notify drop out --url https://hooks.example/dengji",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(notifyListCommand(), notifyRetryCommand(), notifyDropCommand())
	return cmd
}

// withOut runs f on an OUT's database.
func withOut(ctx context.Context, out string, f func(*store.Store) error) error {
	st, err := openOut(ctx, out)
	if err != nil {
		return err
	}
	return errors.Join(f(st), st.Close())
}

// givenUp is a change in the dead-letter list.
type givenUp struct {
	URL string `json:"url"`
	store.Event
	Tries int    `json:"tries"`
	Tried string `json:"tried_at"`
	Error string `json:"error"`
}

func notifyListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list OUT", Short: "List the receivers, how many changes wait for each, and those that were given up",
		Example: "  dengji notify list out --json", Args: exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withOut(cmd.Context(), args[0], func(st *store.Store) error {
				receivers, failed, err := deliveries(cmd.Context(), st)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), map[string]any{"receivers": receivers, "given_up": failed})
				}
				return printDeliveries(cmd.OutOrStdout(), receivers, failed)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func deliveries(ctx context.Context, st *store.Store) ([]store.Receiver, []givenUp, error) {
	receivers, err := st.Receivers(ctx)
	if err != nil {
		return nil, nil, err
	}
	all, err := st.Failed(ctx)
	if err != nil {
		return nil, nil, err
	}
	urls := map[int64]string{}
	for _, r := range receivers {
		urls[r.ID] = r.URL
	}
	failed := []givenUp{}
	for _, d := range all {
		failed = append(failed, givenUp{urls[d.Receiver], d.Event, d.Tries, d.TriedAt, d.Error})
	}
	return receivers, failed, nil
}

func printDeliveries(w io.Writer, receivers []store.Receiver, failed []givenUp) error {
	t := table{head: []string{"receiver", "since", "waiting", "given up", ""}, right: []bool{false, false, true, true, false}}
	for _, r := range receivers {
		note := ""
		if r.Stopped {
			note = "stopped: it answered 410"
		}
		t.add(r.URL, r.Since, fmt.Sprint(r.Pending), fmt.Sprint(r.Failed), note)
	}
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(w, "Nobody is told of changes; `dengji serve OUT --notify URL` begins to.")
		return err
	}
	if err := t.print(w); err != nil {
		return err
	}
	dead := table{head: []string{"given up", "record", "revision", "kind", "tries", "last", "error"}, right: []bool{true, false, true, false, true}}
	for _, d := range failed {
		dead.add(fmt.Sprint(d.Seq), d.Submission, fmt.Sprint(d.Revision), d.Kind, fmt.Sprint(d.Tries), d.Tried, shorten(d.Error, 80))
	}
	return printSection(w, dead)
}

func notifyRetryCommand() *cobra.Command {
	var url string
	cmd := &cobra.Command{
		Use: "retry OUT", Short: "Send again what was given up, and go on with receivers that had stopped",
		Example: "  dengji notify retry out --url https://hooks.example/dengji", Args: exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withOut(cmd.Context(), args[0], func(st *store.Store) error {
				known, err := knownReceiver(cmd.Context(), st, url, false)
				if err != nil {
					return err
				}
				n, err := st.Retry(cmd.Context(), known)
				if err == nil {
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d changes will be sent again\n", n)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&url, "url", "", "this receiver's alone (default: all)")
	return cmd
}

func notifyDropCommand() *cobra.Command {
	var url string
	cmd := &cobra.Command{
		Use: "drop OUT --url URL", Short: "Let go of what was given up: it is never sent, and what came after it goes out",
		Example: "  dengji notify drop out --url https://hooks.example/dengji", Args: exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withOut(cmd.Context(), args[0], func(st *store.Store) error {
				known, err := knownReceiver(cmd.Context(), st, url, true)
				if err != nil {
					return err
				}
				n, err := st.Drop(cmd.Context(), known)
				if err == nil {
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d changes will not be sent\n", n)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&url, "url", "", "the receiver's URL")
	return cmd
}

// knownReceiver is a URL as it is kept; it refuses one that was never told of
// anything.
func knownReceiver(ctx context.Context, st *store.Store, url string, needed bool) (string, error) {
	if url == "" && !needed {
		return "", nil
	}
	receivers, err := st.Receivers(ctx)
	if err != nil {
		return "", err
	}
	if parsed, err := serve.ParseReceiver(url); err == nil {
		for _, r := range receivers {
			if r.URL == parsed {
				return parsed, nil
			}
		}
	}
	return "", usageError("there is no receiver %q; `dengji notify list OUT` names them", url)
}
