package network_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// pieces answers five pieces, each flushed.
var pieces = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	for range 5 {
		_, _ = io.WriteString(w, "12345")
		_ = http.NewResponseController(w).Flush()
	}
})

func hosts() []network.Host {
	return []network.Host{
		{Name: "north.example", Kind: "account", Region: "swedencentral", Handler: pieces}, {Name: "south.example", Kind: "account", Region: "francecentral", Handler: pieces},
	}
}

func get(client *http.Client, address string) (int, string, error) {
	response, err := client.Get(address)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, string(data), err
}

// Each kind of fault does what it says, to the hosts that it names and to no others.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  network.Fault
		status int
		body   string
		fails  bool
		after  time.Duration
	}{
		"status":       {network.Fault{Kind: "status", Status: 418}, 418, "error", false, 0},
		"latency":      {network.Fault{Kind: "latency", DelayMS: 1500}, 200, "1234512345123451234512345", false, 1500 * time.Millisecond},
		"reset":        {network.Fault{Kind: "reset"}, 0, "", true, 0},
		"reset-stream": {network.Fault{Kind: "reset-stream", AfterBytes: 12}, 200, "123451234512", true, 0},
		"hang":         {network.Fault{Kind: "hang"}, 0, "", true, 30 * time.Second},
		"slow-stream":  {network.Fault{Kind: "slow-stream", DelayMS: 1000}, 200, "1234512345123451234512345", false, 5 * time.Second},
		"dns":          {network.Fault{Kind: "dns"}, 0, "", true, 0},
		"unreachable":  {network.Fault{Kind: "unreachable"}, 0, "", true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := network.New(&network.Memory{}, nil)
				require.NoError(t, n.Set(t.Context(), hosts()))
				transport := n.Transport()
				defer func() { transport.CloseIdleConnections(); require.NoError(t, n.Close()) }()
				client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
				c.fault.Host = "north"
				require.NoError(t, n.Faults.Order([]network.Fault{c.fault}))
				began := time.Now()
				status, body, err := get(client, "https://north.example/")
				require.Equal(t, c.fails, err != nil, "%v", err)
				require.Equal(t, c.status, status)
				require.Contains(t, body, c.body)
				require.Equal(t, c.after, time.Since(began))
				status, _, err = get(client, "https://south.example/")
				require.NoError(t, err)
				require.Equal(t, 200, status, "another host is not hit")
			})
		})
	}
}

// Errors of connections are those that clients know.
func TestConnectionErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := network.New(&network.Memory{}, nil)
		require.NoError(t, n.Set(t.Context(), hosts()))
		defer func() { require.NoError(t, n.Close()) }()
		_, err := n.Dial(t.Context(), "www.example.com")
		var unknown *net.DNSError
		require.ErrorAs(t, err, &unknown, "nothing leads out of the sandbox")
		require.True(t, unknown.IsNotFound)
		require.NoError(t, n.Faults.Order([]network.Fault{{Region: "francecentral", Kind: "unreachable"}}))
		_, err = n.Dial(t.Context(), "south.example")
		require.ErrorIs(t, err, syscall.EHOSTUNREACH)
		connection, err := n.Dial(t.Context(), "north.example")
		require.NoError(t, err)
		require.NoError(t, connection.Close())
	})
}

// Faults hit as often as they say: some times, after some requests, by chance, or on
// and off.
func TestHowOftenFaultsHit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault network.Fault
		want  string
	}{
		"always":      {network.Fault{}, "xxxxxx"},
		"times":       {network.Fault{Times: 2}, "xx...."},
		"skip":        {network.Fault{Skip: 2, Times: 3}, "..xxx."},
		"share":       {network.Fault{Share: 0.5}, "x.x.x."},
		"on and off":  {network.Fault{OnMS: 2000, OffMS: 1000}, "xx.xx."},
		"path":        {network.Fault{Path: "/elsewhere"}, "......"},
		"that region": {network.Fault{Region: "swedencentral"}, "xxxxxx"},
		"no region":   {network.Fault{Region: "francecentral"}, "......"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				turn := 0
				n := network.New(&network.Memory{}, func() float64 { turn++; return float64((turn+1)%2) * 0.9 })
				require.NoError(t, n.Set(t.Context(), hosts()))
				transport := n.Transport()
				defer func() { transport.CloseIdleConnections(); require.NoError(t, n.Close()) }()
				c.fault.Kind, c.fault.Status, c.fault.Host = "status", 503, "north.example"
				require.NoError(t, n.Faults.Order([]network.Fault{c.fault}))
				var seen strings.Builder
				for range 6 {
					status, _, err := get(&http.Client{Transport: transport}, "https://north.example/path")
					require.NoError(t, err)
					seen.WriteByte(map[int]byte{503: 'x', 200: '.'}[status])
					time.Sleep(time.Second)
				}
				require.Equal(t, c.want, seen.String())
			})
		})
	}
}

// A list of faults is taken whole or not at all, with every mistake named.
func TestBadFaults(t *testing.T) {
	t.Parallel()
	n := network.New(&network.Memory{}, nil)
	good := []network.Fault{{Host: "north", Kind: "hang"}}
	require.NoError(t, n.Faults.Order(good))
	for reason, c := range map[string]struct{ body, says string }{
		"unknown kind":   {`[{"host":"a","kind":"fire"}]`, `[0]: kind "fire" is not known`},
		"no host":        {`[{"kind":"hang"}]`, "host, region and hostKind are missing"},
		"a bad status":   {`[{"host":"a","kind":"status","status":99}]`, "status 99 is out of range"},
		"no delay":       {`[{"host":"a","kind":"latency"}]`, "delayMs 0 must be above 0"},
		"a share over 1": {`[{"host":"a","kind":"hang","share":2}]`, "share 2 is out of range"},
		"half a period":  {`[{"host":"a","kind":"hang","onMs":5}]`, "onMs 5 and offMs 0 go together"},
		"a typo":         {`[{"hots":"a","kind":"hang"}]`, `unknown field "hots"`},
		"the second":     {`[{"host":"a","kind":"hang"},{"host":"a","kind":"hang","times":-1}]`, "[1]: times -1 is below 0"},
	} {
		answer := httptest.NewRecorder()
		n.Faults.ServeHTTP(answer, httptest.NewRequest(http.MethodPut, network.Path, strings.NewReader(c.body)))
		require.Equal(t, 400, answer.Code, reason)
		require.Contains(t, answer.Body.String(), c.says, reason)
		require.Equal(t, good, n.Faults.InForce(), "%s: nothing is taken", reason)
	}
	file := filepath.Join(t.TempDir(), "faults.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"region":"swedencentral","kind":"dns","times":3}]`), 0o600))
	require.NoError(t, n.Faults.OrderFile(file))
	require.Equal(t, []network.Fault{{Region: "swedencentral", Kind: "dns", Times: 3}}, n.Faults.InForce())
}

// A file that is followed is taken whenever it changes; what cannot be read is told,
// and what was there stays.
func TestFollowFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "faults.json")
		n := network.New(&network.Memory{}, nil)
		ctx, end := context.WithCancel(t.Context())
		told := make(chan error, 1)
		go n.Faults.Follow(ctx, file, time.Second, func(err error) { told <- err })
		require.NoError(t, os.WriteFile(file, []byte(`[{"host":"a","kind":"hang"}]`), 0o600))
		time.Sleep(1100 * time.Millisecond)
		require.Len(t, n.Faults.InForce(), 1)
		require.NoError(t, os.WriteFile(file, []byte(`[{`), 0o600))
		require.ErrorContains(t, <-told, "faults.json")
		require.Len(t, n.Faults.InForce(), 1)
		end()
		synctest.Wait()
	})
}

// On loopback each host has its own port and certificate; who trusts the CA reaches it
// there, and by its public name through the proxy.
func TestLoopback(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca, err := network.OpenCA(dir)
	require.NoError(t, err)
	again, err := network.OpenCA(dir)
	require.NoError(t, err)
	require.True(t, ca.Pool().Equal(again.Pool()), "the CA stays when the sandbox starts again")
	key, err := os.Stat(filepath.Join(dir, "ca-key.pem"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), key.Mode().Perm())

	n := network.New(&network.Loopback{CA: ca}, nil)
	require.NoError(t, n.Set(t.Context(), hosts()))
	defer func() { require.NoError(t, n.Close()) }()
	addresses := n.Addresses()
	require.Len(t, addresses, 2)
	require.NotEqual(t, addresses[0].URL, addresses[1].URL)
	trusting := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.Pool(), MinVersion: tls.VersionTLS12}}
	defer trusting.CloseIdleConnections()
	status, _, err := get(&http.Client{Transport: trusting}, addresses[0].URL+"/")
	require.NoError(t, err)
	require.Equal(t, 200, status)
	_, _, err = get(&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}}}, addresses[0].URL+"/")
	var untrusted *tls.CertificateVerificationError
	require.ErrorAs(t, err, &untrusted)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, addresses[0].URL+"/", nil)
	require.NoError(t, err)
	request.Host = "evil.example"
	response, err := trusting.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusMisdirectedRequest, response.StatusCode, "a browser that was tricked gets nothing")

	proxy := httptest.NewServer(n.Proxy())
	defer proxy.Close()
	where, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	through := &http.Transport{Proxy: http.ProxyURL(where), TLSClientConfig: trusting.TLSClientConfig}
	defer through.CloseIdleConnections()
	status, _, err = get(&http.Client{Transport: through}, "https://south.example/")
	require.NoError(t, err)
	require.Equal(t, 200, status)
	_, _, err = get(&http.Client{Transport: through}, "https://www.example.com/")
	require.ErrorContains(t, err, "Bad Gateway", "the proxy leads nowhere else")

	require.NoError(t, n.Set(t.Context(), hosts()[:1]))
	_, _, err = get(&http.Client{Transport: trusting}, addresses[1].URL+"/")
	require.True(t, errors.Is(err, syscall.ECONNREFUSED), "a host that is gone does not answer: %v", err)
}

// What a host is asked is counted, by what it answered.
func TestCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := network.New(&network.Memory{}, nil)
		require.NoError(t, n.Set(t.Context(), hosts()))
		transport := n.Transport()
		defer func() { transport.CloseIdleConnections(); require.NoError(t, n.Close()) }()
		require.NoError(t, n.Faults.Order([]network.Fault{{Host: "north", Kind: "status", Status: 503, Times: 2}, {Host: "north", Kind: "reset", Times: 1}}))
		for range 5 {
			// A POST: net/http asks again by itself for what may be repeated.
			if response, err := (&http.Client{Transport: transport}).Post("https://north.example/", "text/plain", strings.NewReader("x")); err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
				require.NoError(t, response.Body.Close())
			}
		}
		counts := n.Addresses()[0].Counts
		require.Equal(t, map[int]int64{503: 2, 0: 1, 200: 2}, counts.ByStatus)
		require.EqualValues(t, 5, counts.Requests)
		require.Zero(t, counts.InFlight)
	})
}
