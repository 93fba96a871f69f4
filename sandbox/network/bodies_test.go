package network_test

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// slow is a body that pauses before its last byte.
type slow struct {
	left  int
	pause time.Duration
}

func (s *slow) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), max(1, s.left-1))
	if s.left == 1 {
		time.Sleep(s.pause)
	}
	s.left -= n
	return n, nil
}

// untold hides how long a body is, so that it is sent in chunks.
type untold struct{ io.Reader }

func post(client *http.Client, body io.Reader) (int, error) {
	response, err := client.Post("https://north.example/", "application/octet-stream", body)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

// Bodies are neither too large nor too slow, whatever a host makes of its failure to read
// one.
func TestBodies(t *testing.T) {
	t.Parallel()
	reads := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(data[:1])
	})
	for _, c := range []struct {
		reason string
		body   func() io.Reader
		status int
	}{
		{"as large as a body may be", func() io.Reader { return bytes.NewReader(make([]byte, network.MaxBody)) }, 200},
		{"larger, and it says so", func() io.Reader { return bytes.NewReader(make([]byte, network.MaxBody+1)) }, 413},
		{"larger, and it does not say so", func() io.Reader { return untold{bytes.NewReader(make([]byte, network.MaxBody+1))} }, 413},
		{"a pause", func() io.Reader { return &slow{1000, 20 * time.Second} }, 200},
		{"a pause that is too long", func() io.Reader { return &slow{1000, 40 * time.Second} }, 408},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := network.New(&network.Memory{}, nil)
				require.NoError(t, n.Set(t.Context(), []network.Host{{Name: "north.example", Kind: "account", Handler: reads}}))
				transport := n.Transport()
				status, err := post(&http.Client{Transport: transport}, c.body())
				require.NoError(t, err)
				require.Equal(t, c.status, status)
				time.Sleep(time.Minute) // the sender wakes up
				transport.CloseIdleConnections()
				require.NoError(t, n.Close())
			})
		})
	}
}

// A request that waits long for its answer keeps its connection: the time for its body is no
// time for the answer.
func TestBodyTimeIsNotTheAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := network.New(&network.Memory{}, nil)
		thinks := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-time.After(10 * time.Minute):
			case <-r.Context().Done():
				w.WriteHeader(http.StatusTeapot)
			}
		})
		require.NoError(t, n.Set(t.Context(), []network.Host{{Name: "north.example", Kind: "account", Handler: thinks}}))
		transport := n.Transport()
		status, err := post(&http.Client{Transport: transport}, &slow{1000, time.Second})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status)
		transport.CloseIdleConnections()
		require.NoError(t, n.Close())
	})
}

// Large bodies wait for each other, and all are answered.
func TestLargeBodiesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var large, most atomic.Int64
		reads := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.CopyN(io.Discard, r.Body, 2<<20)
			now := large.Add(1)
			defer large.Add(-1)
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
			time.Sleep(time.Second)
			_, _ = io.Copy(io.Discard, r.Body)
		})
		n := network.New(&network.Memory{}, nil)
		require.NoError(t, n.Set(t.Context(), []network.Host{{Name: "north.example", Kind: "account", Handler: reads}}))
		transport := n.Transport()
		client := &http.Client{Transport: transport}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				status, err := post(client, bytes.NewReader(make([]byte, 20<<20)))
				if err != nil || status != http.StatusOK {
					t.Errorf("%d %v", status, err)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 2, most.Load(), "48 MiB hold two bodies of 20 MiB")
		transport.CloseIdleConnections()
		require.NoError(t, n.Close())
	})
}

// A body that breaks off is none that has ended.
func TestReadAll(t *testing.T) {
	t.Parallel()
	whole := bytes.Repeat([]byte("abc"), 1<<20)
	got, err := network.ReadAll(iotest.HalfReader(bytes.NewReader(whole)))
	require.NoError(t, err)
	require.Equal(t, whole, got)
	_, err = network.ReadAll(io.MultiReader(bytes.NewReader(whole), iotest.ErrReader(io.ErrUnexpectedEOF)))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	none, err := network.ReadAll(bytes.NewReader(nil))
	require.NoError(t, err)
	require.Empty(t, none)
}
