package exchange_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// recorded is a stream that knows whether it was closed.
type recorded struct {
	io.Reader
	closed bool
}

func (r *recorded) Close() error {
	r.closed = true
	return nil
}

// A body that is larger than somebody may read is still whole for whoever passes
// it on.
func TestTooLargeBodyStaysWhole(t *testing.T) {
	t.Parallel()
	body := exchange.NewStream(&recorded{Reader: strings.NewReader("0123456789")})
	for range 2 {
		_, err := body.Bytes(4)
		require.ErrorIs(t, err, exchange.ErrTooLarge)
	}
	stream, ok := body.Stream()
	require.True(t, ok)
	data, err := io.ReadAll(stream)
	require.NoError(t, err)
	require.Equal(t, "0123456789", string(data))
}

// A stream that breaks is not taken for a shorter body.
func TestBrokenBodyStaysBroken(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	body := exchange.NewStream(&recorded{Reader: io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))})
	for range 2 {
		data, err := body.Bytes(0)
		require.ErrorIs(t, err, broken)
		require.Empty(t, data)
	}
}

// Watching never holds a stream up, and sees its end however long it is.
func TestWatchSeesTheEnd(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", 5<<20) + "\ndata: last"
	source := &recorded{Reader: strings.NewReader(text)}
	body := exchange.NewStream(source)
	var seen string
	body.Watch(func(data []byte) { seen = string(data) })
	stream, ok := body.Stream()
	require.True(t, ok)
	data, err := io.ReadAll(stream)
	require.NoError(t, err)
	require.Len(t, data, len(text))
	require.True(t, strings.HasSuffix(seen, "\ndata: last"))
	require.Less(t, len(seen), 4<<20+65<<10)
}

// What is given up is closed, and counted up to there.
func TestDiscardCloses(t *testing.T) {
	t.Parallel()
	source := &recorded{Reader: strings.NewReader("never read")}
	body := exchange.NewStream(source)
	watched := false
	body.Watch(func([]byte) { watched = true })
	body.Discard()
	require.True(t, source.closed)
	require.True(t, watched)
	require.False(t, body.Streaming())
}
