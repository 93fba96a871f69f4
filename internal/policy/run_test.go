package policy_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
)

// One Program serves many requests at once: the race detector sees them share
// nothing.
func TestConcurrentRuns(t *testing.T) {
	t.Parallel()
	compiler := policy.NewCompiler()
	for _, name := range []string{"control/round-robin", "control/retry-next-backend", "headers/body", "cache/values-are-copies", "identity/validate-jwt"} {
		read := readCase(t, name)
		program, findings := compiler.Compile(read.Documents, read.Options)
		require.NotNil(t, program, findings)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 20 {
					written, err := script.Parse(read.Script)
					if err != nil {
						t.Error(err)
						return
					}
					request, err := script.ParseRequest(read.Requests[0])
					if err != nil {
						t.Error(err)
						return
					}
					record, err := script.New(written).Run(context.Background(), program, request, &policy.Trace{})
					if err != nil || !strings.Contains(record, "= 200 OK") {
						t.Error(err, record)
						return
					}
				}
			})
		}
		all.Wait()
	}
}

// A caller who leaves ends the run with the context's error, and no policy after
// that point runs.
func TestCancelledRun(t *testing.T) {
	t.Parallel()
	read := readCase(t, "control/round-robin")
	program, findings := policy.NewCompiler().Compile(read.Documents, read.Options)
	require.NotNil(t, program, findings)
	written, err := script.Parse("answer * => 200")
	require.NoError(t, err)
	request, err := script.ParseRequest("GET /")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	world := script.New(written)
	_, err = world.Run(ctx, program, request, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, world.Record(), "nothing was sent or stored")
}
