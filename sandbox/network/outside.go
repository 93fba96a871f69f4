package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// OutsideKind is the kind of hosts that stand for a user's own server.
const OutsideKind = "backend"

var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Outside is a host that a server on this machine answers for, which the sandbox did not deploy.
// It is ordered as HOST=URL, such as orders.contoso.com=http://127.0.0.1:8080.
func Outside(order string) (Host, error) {
	name, address, _ := strings.Cut(order, "=")
	name = strings.ToLower(name)
	host, err := outside(name, address)
	if err != nil {
		return Host{}, fmt.Errorf("backend %q: %w; it is written as HOST=http://127.0.0.1:PORT", order, err)
	}
	return host, nil
}

func outside(name, address string) (Host, error) {
	if !hostName.MatchString(name) || len(name) > 253 {
		return Host{}, fmt.Errorf("%q is no host name such as orders.contoso.com", name)
	}
	if slices.ContainsFunc(azureDomains(), func(domain string) bool { return name == domain || strings.HasSuffix(name, "."+domain) }) {
		return Host{}, fmt.Errorf("%s is a name that Azure gives out: choose one of your own domain, and name it in the backend that you deploy", name)
	}
	target, err := url.Parse(address)
	if err != nil {
		return Host{}, fmt.Errorf("%q is no URL", address)
	}
	switch {
	case target.Scheme != "http":
		return Host{}, fmt.Errorf("%q is no URL that begins with http://", address)
	case target.User != nil || target.RawQuery != "" || target.Fragment != "" || (target.Path != "" && target.Path != "/"):
		return Host{}, fmt.Errorf("%q has more than host and port: paths belong to the backend that you deploy", address)
	case target.Port() == "":
		return Host{}, fmt.Errorf("%q names no port", address)
	case !isLoopback(target.Hostname()):
		return Host{}, fmt.Errorf("%s is not this machine: the sandbox reaches 127.0.0.1, ::1 and localhost only", target.Hostname())
	}
	return Host{Name: name, Kind: OutsideKind, HTTP: true, Handler: passOn(target)}, nil
}

// azureDomains are those that the sandbox's own hosts stand in.
func azureDomains() []string {
	return slices.DeleteFunc(slices.Clone(domains), func(domain string) bool { return domain == "localhost" || domain == "example" })
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && address.IsLoopback())
}

// passOn hands requests over to a server of this machine, as they are.
func passOn(target *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Transport: localTransport(), FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			// ReverseProxy takes them off; the gateway's are meant for the server.
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, sent := r.In.Header[name]; sent {
					r.Out.Header[name] = values
				}
			}
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {
			panic(http.ErrAbortHandler) // a server that is not there answers nobody
		},
	}
}

// localTransport connects to this machine alone, whatever a name resolves to and a proxy is set.
func localTransport() *http.Transport {
	var dialer net.Dialer
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if remote, ok := connection.RemoteAddr().(*net.TCPAddr); !ok || !remote.IP.IsLoopback() {
			return nil, errors.Join(fmt.Errorf("%s is not this machine", address), connection.Close())
		}
		return connection, nil
	}
	return &http.Transport{DialContext: dial, DisableCompression: true, MaxIdleConnsPerHost: 1024, IdleConnTimeout: 90 * time.Second}
}

// CheckOutside refuses orders of two servers for one host.
func CheckOutside(hosts []Host) error {
	seen := map[string]bool{}
	for _, host := range hosts {
		seen[host.Name] = true
	}
	if len(seen) < len(hosts) {
		return fmt.Errorf("two backends have the same name; the names are %s", strings.Join(slices.Sorted(maps.Keys(seen)), ", "))
	}
	return nil
}
