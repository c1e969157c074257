// Command dengji turns a folder of received registration forms into records.
// See the README for its commands and docs/DESIGN.md for how it works.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"dengji/cmd/dengji/batch"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program at once.
	context.AfterFunc(ctx, stop)
	cmd := rootCommand()
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	err := cmd.ExecuteContext(ctx)
	if err == nil {
		return batch.ExitDone
	}
	code := exitCode(err)
	var quiet *exitError
	if errors.As(err, &quiet) && quiet.err == nil {
		return code
	}
	if code == batch.ExitInterrupted {
		fmt.Fprintln(stderr, "dengji: interrupted; what was read is kept, run the same command again to go on")
		return code
	}
	fmt.Fprintf(stderr, "dengji: %v\n", err)
	return code
}

// exitError carries an exit code; with a nil err everything was already said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError marks wrong use of a command.
func usageError(format string, args ...any) error {
	return &exitError{batch.ExitUsage, fmt.Errorf(format, args...)}
}

// exitCode gives an error its exit code as the contract has them.
func exitCode(err error) int {
	var e *exitError
	switch {
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, batch.ErrLocked):
		return batch.ExitLocked
	case errors.Is(err, context.Canceled):
		return batch.ExitInterrupted
	}
	return batch.ExitFailed
}
