package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/serve"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

func serveCommand() *cobra.Command {
	s := serving{policy: serve.DefaultPolicy()}
	cmd := &cobra.Command{
		Use:   "serve OUT",
		Short: "Hand the records to other systems: an HTTP API, and a webhook when one changes",
		Long: `Serve the records of OUT read-only over HTTP, on this machine unless --listen says
otherwise: /v1/openapi.json describes it. A run and the review page may go on beside it.

--notify URL has every change of a record sent to that URL, from the first one on: at
least once, those of one record in order, tried again where they fail. What was not yet
sent stands in OUT/dengji.db, so a restart loses nothing. Each is signed with the secret
in --notify-secret-file or $DENGJI_NOTIFY_SECRET; docs/INTEGRATION.md shows how to check
it. "dengji notify" lists what was given up and sends it again. Ctrl-C ends it.

Beyond 127.0.0.1 it listens only with a password in $DENGJI_PASSWORD, which programs give
as HTTP Basic: ` + listenMeans,
		Example: "  dengji serve out\n  dengji serve out --listen 127.0.0.1:8765 --notify https://hooks.example/dengji --notify-secret-file secret.txt",
		Args:    exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.out, s.log = args[0], logger(cmd.ErrOrStderr())
			return s.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&s.listen, "listen", "127.0.0.1:8765", "host:port to listen at; port 0 takes a free one")
	fl.StringArrayVar(&s.notify, "notify", nil, "URL that is told of every change; may be given several times")
	fl.StringVar(&s.secretFile, "notify-secret-file", "", "file that holds the secret which changes are signed with [$DENGJI_NOTIFY_SECRET holds the secret itself]")
	fl.IntVar(&s.policy.Tries, "notify-tries", s.policy.Tries, "tries after which a change is given up")
	fl.DurationVar(&s.policy.First, "notify-wait", s.policy.First, "wait after the first try; it doubles with each one, up to an hour")
	fl.DurationVar(&s.policy.Timeout, "notify-timeout", s.policy.Timeout, "time one request may take")
	return cmd
}

// listenMeans says what it means to listen beyond loopback.
const listenMeans = `everybody in the network who knows it can read all
records and page pictures, with names and telephone numbers. The connection is plain http:
who can listen in on the network reads all of it, the password too. Do this only in a
network you trust, or behind a server that speaks https.`

// serving is one call of the command.
type serving struct {
	out, listen string
	notify      []string
	secretFile  string
	policy      serve.Policy
	log         *slog.Logger
}

func (s *serving) run(ctx context.Context, stdout io.Writer) (err error) {
	secret, err := s.check()
	if err != nil {
		return err
	}
	st, err := openOut(ctx, s.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if len(s.notify) > 0 {
		held, err := batch.LockNotify(s.out)
		if err != nil {
			return err
		}
		defer held.Close()
	}
	reader, err := store.OpenReader(ctx, filepath.Join(s.out, "dengji.db"), 4)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	gallery, err := web.OpenGallery(reader, s.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gallery.Close()) }()
	feed := serve.NewFeed()
	api, err := serve.NewAPI(serve.Config{Store: reader, Gallery: gallery, Feed: feed, Out: s.out, Version: programVersion(), Log: s.log})
	if err != nil {
		return err
	}
	server, err := openServer(ctx, web.Config{Listen: s.listen, Basic: true, Around: serve.Problems}, listenMeans)
	if err != nil {
		return err
	}
	if !server.Loopback() {
		s.log.Warn("listening beyond this machine: the connection is plain http, and who knows the password reads all records")
	}
	if _, err := fmt.Fprintln(stdout, server.URL()+"v1/openapi.json"); err != nil {
		return errors.Join(err, server.Close())
	}
	// Whichever of them fails ends the others.
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { feed.Watch(ctx, reader, 200*time.Millisecond, s.log); return nil })
	group.Go(func() error { return server.Serve(ctx, api) })
	group.Go(func() error {
		hook := &serve.Hook{Store: st, Feed: feed, Secret: secret, Policy: s.policy, Now: time.Now, Jitter: rand.Float64, Log: s.log}
		return hook.Run(ctx, s.notify)
	})
	return group.Wait()
}

// check reads the secret and makes the URLs what they are kept as.
func (s *serving) check() (secret []byte, err error) {
	switch {
	case s.policy.Tries < 1:
		return nil, usageError("--notify-tries must be at least 1")
	case s.policy.First <= 0 || s.policy.First > s.policy.Longest:
		return nil, usageError("--notify-wait must be above 0 and at most %s", s.policy.Longest)
	case s.policy.Timeout <= 0:
		return nil, usageError("--notify-timeout must be above 0, for instance 15s")
	}
	for i, u := range s.notify {
		if s.notify[i], err = serve.ParseReceiver(u); err != nil {
			return nil, usageError("--notify: %v", err)
		}
	}
	slices.Sort(s.notify)
	s.notify = slices.Compact(s.notify)
	if len(s.notify) == 0 {
		return nil, nil
	}
	secret = []byte(os.Getenv("DENGJI_NOTIFY_SECRET"))
	if s.secretFile != "" {
		if secret, err = os.ReadFile(s.secretFile); err != nil {
			return nil, usageError("--notify-secret-file: %v", err)
		}
	}
	secret = bytes.TrimSpace(secret)
	if len(secret) < minSecret {
		return nil, usageError("--notify needs a secret of at least %d characters, by which receivers know that it is us: put one into a file (openssl rand -hex 32 > secret.txt) and give it with --notify-secret-file, or set DENGJI_NOTIFY_SECRET", minSecret)
	}
	return secret, nil
}

// minSecret is the length of a secret that nobody guesses.
const minSecret = 16
