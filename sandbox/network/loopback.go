package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"strconv"
)

// Loopback gives each host a port of its own on 127.0.0.1.
type Loopback struct {
	// CA signs the hosts' certificates; nil speaks plain HTTP.
	CA *CA
	// Outside signs for the hosts of users' own servers, for which CA may not; nil for none.
	Outside *CA
}

// FirstPort and LastPort bound where hosts listen, so that a host has the same port
// whenever it is free: below the range that systems hand out themselves.
const (
	FirstPort = 20000
	LastPort  = 31999
)

// Listen implements Medium.
func (l *Loopback) Listen(ctx context.Context, name string, shown func() *tls.Certificate) (net.Listener, error) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:"+strconv.Itoa(FirstPort+int(hash.Sum32()%(LastPort-FirstPort+1))))
	if err != nil {
		// Somebody has it: any other one.
		if listener, err = config.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
			return nil, err
		}
	}
	both := newBoth(listener)
	if l.CA == nil {
		return both, nil
	}
	signer := l.CA
	if l.Outside != nil && l.Outside.permits(name) {
		signer = l.Outside
	}
	certificate, err := signer.issue(name)
	if err != nil {
		return nil, fmt.Errorf("making the certificate of %s: %w", name, err)
	}
	show := func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if its := shown(); its != nil {
			return its, nil
		}
		return &certificate, nil
	}
	return &either{both, &tls.Config{GetCertificate: show, MinVersion: tls.VersionTLS12}}, nil
}

// Dial implements Medium; TLS is the transport's. Hosts are in this process, and so is the
// connection: the port is for everybody else.
func (*Loopback) Dial(ctx context.Context, listener net.Listener) (net.Conn, error) {
	if secured, ok := listener.(*either); ok {
		listener = secured.Listener
	}
	return listener.(*both).connect(ctx)
}

// Transport implements Medium.
func (l *Loopback) Transport(dial func(ctx context.Context, name string) (net.Conn, error)) *http.Transport {
	if l.CA == nil {
		return plainTransport(dial)
	}
	transport := newTransport(dial)
	transport.TLSClientConfig = &tls.Config{RootCAs: l.Trusted(), MinVersion: tls.VersionTLS12}
	return transport
}

// Trusted implements Medium.
func (l *Loopback) Trusted() *x509.CertPool {
	if l.CA == nil {
		return nil
	}
	trusted := l.CA.Pool()
	if l.Outside != nil {
		trusted.AddCert(l.Outside.certificate)
	}
	return trusted
}

// URL implements Medium.
func (l *Loopback) URL(listener net.Listener) string {
	scheme := "http"
	if l.CA != nil {
		scheme = "https"
	}
	return scheme + "://" + listener.Addr().String()
}
