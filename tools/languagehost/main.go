// Command pulumi-language-go is a stand-in for the Go language host that every
// official Pulumi install brings along and that no module proxy carries. It
// builds the program of a `runtime: go` project and runs it; it never downloads
// plugins, because the sandbox's providers are attached by address.
//
// The engine uses it only where no official host is found beside the CLI or on
// PATH.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := serve(ctx, os.Args[1:], lookForEngine)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-go:", err)
		os.Exit(1)
	}
}

// lookForEngine is how often the host looks whether its engine is still there.
const lookForEngine = 10 * time.Second

// serve answers the engine until ctx ends, or the engine is gone without having stopped
// it: one that was killed. The engine passes its own address as the last argument and
// reads the port from the first line of standard output.
func serve(ctx context.Context, args []string, every time.Duration) error {
	if len(args) == 0 {
		return errors.New("missing the engine's address (this program is started by the Pulumi CLI)")
	}
	engine := args[len(args)-1]
	ctx, gone := context.WithCancel(ctx)
	defer gone()
	if err := rpcutil.Healthcheck(ctx, engine, every, gone); err != nil {
		return fmt.Errorf("watching the engine: %w", err)
	}
	cancel := make(chan bool)
	go func() {
		<-ctx.Done()
		close(cancel)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(srv *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(srv, &host{engineAddress: engine})
			return nil
		},
		Options: rpcutil.OpenTracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return fmt.Errorf("serving the language runtime: %w", err)
	}
	fmt.Printf("%d\n", handle.Port)
	return <-handle.Done
}
