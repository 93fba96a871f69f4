package azurenative

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server is a provider listening on loopback for an engine to attach.
type Server struct {
	Port int
	done <-chan error
}

// Serve answers engines at a port of loopback until ctx ends; 0 takes any free one. The engine
// finds the port through PULUMI_DEBUG_PROVIDERS.
func Serve(ctx context.Context, provider plugin.Provider, port int) (*Server, error) {
	cancel := make(chan bool)
	context.AfterFunc(ctx, func() { close(cancel) })
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel, Port: port,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, plugin.NewProviderServer(provider))
			return nil
		},
	})
	if err != nil {
		return nil, fmt.Errorf("listening for engines: %w", err)
	}
	return &Server{Port: handle.Port, done: handle.Done}, nil
}

// Wait returns when the server has stopped.
func (s *Server) Wait() error { return <-s.done }
