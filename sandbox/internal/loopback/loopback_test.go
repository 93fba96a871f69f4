package loopback_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/loopback"
)

func TestMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		host   string
		meant  bool
		reason string
	}{
		{"127.0.0.1:8080", true, "a loopback address"},
		{"[::1]:8080", true, "a loopback address of IPv6"},
		{"localhost", true, "localhost"},
		{"API.example", true, "the server's name, in any case"},
		{"api.example:443", true, "the server's name with a port"},
		{"other.example", false, "a name that a page made to lead here"},
		{"10.0.0.1", false, "another address"},
		{"", false, "no host"},
	} {
		require.Equal(t, c.meant, loopback.Meant(&http.Request{Host: c.host}, "api.example"), c.reason)
	}
}
