package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"dengji/cmd/dengji/batch"
	"dengji/cmd/dengji/review"
	"dengji/cmd/dengji/store"
	"dengji/cmd/dengji/web"
)

func reviewCommand() *cobra.Command {
	var (
		listen, by string
		show       bool
	)
	cmd := &cobra.Command{
		Use:   "review OUT",
		Short: "Serve the review page: what is doubtful beside the page it was read from",
		Long: `Serve the review page of OUT on this machine: a list of the submissions, and for
each the page pictures beside the fields, doubtful ones first. Enter confirms, typing
corrects, a digit takes another witness's value, u undoes, ? shows all keys. Every
decision is kept in OUT/dengji.db at once, and OUT's records follow; a run may go on
beside it. Ctrl-C ends it.

Beyond 127.0.0.1 it listens only with a password in $DENGJI_PASSWORD:
` + web.OpenMeans,
		Example: "  dengji review 结果\n  dengji review out --listen 127.0.0.1:8080 --by 赵敏 --open\n" +
			"  DENGJI_PASSWORD=… dengji review out --listen 0.0.0.0:8080",
		Args: exactly("OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReview(cmd, args[0], listen, by, show)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&listen, "listen", "127.0.0.1:0", "host:port to listen at; port 0 takes a free one")
	fl.StringVar(&by, "by", env("DENGJI_REVIEWER", ""), "the reviewer's name that the page proposes [$DENGJI_REVIEWER]")
	fl.BoolVar(&show, "open", false, "open the page in the browser")
	return cmd
}

func runReview(cmd *cobra.Command, out, listen, by string, show bool) (err error) {
	ctx := cmd.Context()
	st, err := openOut(ctx, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	server, err := openServer(ctx, web.Config{Listen: listen}, web.OpenMeans)
	if err != nil {
		return err
	}
	if !server.Loopback() {
		fmt.Fprintln(cmd.ErrOrStderr(), "dengji: listening beyond this machine:", web.OpenMeans)
	}
	fmt.Fprintln(cmd.OutOrStdout(), server.URL())
	if show {
		showPage(ctx, cmd, server.URL())
	}
	cfg := &current{st: st, out: out}
	return review.Run(ctx, review.Options{Store: st, Config: cfg.get, Out: out, Server: server, By: by, Log: logger(cmd.ErrOrStderr()), Now: time.Now})
}

// openServer begins to listen, with the password of the environment. means
// says what it means to listen beyond this machine.
func openServer(ctx context.Context, cfg web.Config, means string) (*web.Server, error) {
	cfg.Password = os.Getenv("DENGJI_PASSWORD")
	server, err := web.Open(ctx, cfg)
	switch {
	case errors.Is(err, web.ErrPassword):
		return nil, usageError("%v; set DENGJI_PASSWORD, and know what it means: %s", err, means)
	case errors.Is(err, web.ErrAddress):
		return nil, usageError("%v", err)
	}
	return server, err
}

// showPage opens the browser. Where there is none, the address was printed.
func showPage(ctx context.Context, cmd *cobra.Command, url string) {
	program := exec.CommandContext(ctx, "xdg-open", url)
	if err := program.Start(); err != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "dengji: no browser could be opened (%v); open %s\n", err, url)
		return
	}
	go func() { _ = program.Wait() }() // it ends with the context at the latest
}

// current is the configuration of what goes on with OUT for a long time: it is
// made again when a run beside it was given something else.
type current struct {
	st  *store.Store
	out string

	mu    sync.Mutex
	given string
	cfg   batch.Config
}

func (c *current) get(ctx context.Context) (batch.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	given, err := c.st.Setting(ctx, settingGiven)
	if err != nil || c.cfg.Forms != nil && given == c.given {
		return c.cfg, err
	}
	cfg, err := goOn(ctx, c.st, c.out)
	if err != nil {
		return cfg, err
	}
	c.given, c.cfg = given, cfg
	return cfg, nil
}
