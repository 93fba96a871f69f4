package hops_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/hops"
)

func TestPassed(t *testing.T) {
	t.Parallel()
	require.Equal(t, http.Header{"Accept": {"a", "b"}}, hops.Passed(http.Header{
		"Accept": {"a", "b"}, "Connection": {"close, x-one", "X-Two"}, "X-One": {"1"}, "X-Two": {"2"}, "Te": {"trailers"}, "Upgrade": {"h2c"},
	}))
}
