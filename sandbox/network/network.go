// Package network is the sandbox's part of the internet: public host names, with
// somebody who answers under each. Nothing in it reaches beyond this machine: a
// name that nobody has is not known.
package network

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/loopback"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// Host is somebody who answers under a public name.
type Host struct {
	// Name is the public host name, in lower case.
	Name string
	// Kind is what answers there: front-door, application-gateway, gateway, account, entra,
	// event-hub, workflow, resource-manager or backend (OutsideKind).
	Kind string
	// Region is where it stands, such as swedencentral; "" for everywhere.
	Region  string
	Handler http.Handler
	// Certificate is what the host shows over TLS; nil for one of the sandbox's own.
	Certificate *tls.Certificate
	// HTTP says that the host answers without TLS, too; OnlyHTTP that it has no TLS.
	HTTP, OnlyHTTP bool
	// Admit decides who may connect, by the address that calls; nil lets everybody in.
	// Who may not gets no answer at all.
	Admit func(netip.Addr) bool
}

// Medium carries connections: loopback ports, or memory.
type Medium interface {
	// Listen waits for connections to a public name. Over TLS it shows the certificate that shown
	// returns at that moment, and one of the sandbox's own for nil.
	Listen(ctx context.Context, name string, shown func() *tls.Certificate) (net.Listener, error)
	// Dial connects to a listener of this medium.
	Dial(ctx context.Context, listener net.Listener) (net.Conn, error)
	// Transport makes a transport for HTTP that gets its connections from dial, which
	// takes host names.
	Transport(dial func(ctx context.Context, name string) (net.Conn, error)) *http.Transport
	// Trusted sign the certificates that listeners show; nil where they speak no TLS.
	Trusted() *x509.CertPool
	// URL is where a user reaches a listener.
	URL(listener net.Listener) string
}

// Network is a set of hosts that changes with what is deployed.
type Network struct {
	medium Medium
	Faults *Faults
	// Recent remembers what clients asked, nil for nothing. It is set before there are hosts.
	Recent *recent.Log

	mu      sync.RWMutex
	hosts   map[string]*server
	counts  map[string]*Counts
	closed  bool
	secret  string
	serving sync.WaitGroup
	rooms   rooms
	// answering are the requests that are being answered.
	answering sync.WaitGroup
}

// server is a host that listens.
type server struct {
	host Host
	// handler is the host's, with what the network puts before it.
	handler  http.Handler
	listener net.Listener
	http     *http.Server
	cancel   context.CancelFunc

	mu          sync.Mutex
	connections map[net.Conn]bool
}

// follow keeps account of the connections that are open.
func (s *server) follow(connection net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.connections[connection] = true
	case http.StateClosed, http.StateHijacked:
		delete(s.connections, connection)
	case http.StateActive, http.StateIdle: // it stays
	}
}

// cut closes all connections; what they carry is lost.
func (s *server) cut() {
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.connections))
	s.mu.Unlock()
	for _, connection := range open {
		_ = connection.Close()
	}
}

// cut ends the connections of hosts that are lost.
func (n *Network) cut(lost func(Host) bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for _, held := range n.hosts {
		if lost(held.host) {
			held.cut()
		}
	}
}

func (s *server) close() error {
	s.cancel()
	return s.http.Close()
}

// New is a network without any host. Random decides what faults hit a share of the
// requests; nil takes the system's.
func New(medium Medium, random func() float64) *Network {
	if random == nil {
		random = rand.Float64
	}
	n := &Network{medium: medium, hosts: map[string]*server{}, counts: map[string]*Counts{}, secret: newSecret()}
	n.Faults = &Faults{random: random, cut: n.cut}
	return n
}

// Set makes these hosts answer, and no others. A host that stays keeps its port and
// its connections; its handler is replaced.
func (n *Network) Set(ctx context.Context, hosts []Host) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return net.ErrClosed
	}
	wanted := map[string]Host{}
	for _, host := range hosts {
		wanted[host.Name] = host
	}
	var errs []error
	for name, held := range n.hosts {
		if _, stays := wanted[name]; !stays {
			delete(n.hosts, name)
			errs = append(errs, held.close())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if held, ok := n.hosts[name]; ok {
			held.host, held.handler = wanted[name], n.guarded(wanted[name])
			continue
		}
		if err := n.open(ctx, wanted[name]); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// open starts a host. The lock is held.
func (n *Network) open(ctx context.Context, host Host) error {
	listener, err := n.medium.Listen(ctx, host.Name, func() *tls.Certificate {
		_, now := n.find(host.Name)
		return now.Certificate
	})
	if err != nil {
		return fmt.Errorf("listening for %s: %w", host.Name, err)
	}
	// Requests end with their host, also those that wait.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	made := &server{host: host, handler: n.guarded(host), listener: listener, cancel: cancel, connections: map[net.Conn]bool{}}
	made.http = &http.Server{
		Handler: n.answer(host.Name), ReadHeaderTimeout: 30 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: withConnection, ConnState: made.follow,
		// What a client breaks off is no news.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	n.hosts[host.Name] = made
	if n.counts[host.Name] == nil {
		n.counts[host.Name] = &Counts{byStatus: map[int]int64{}}
	}
	n.serving.Go(func() { _ = made.http.Serve(listener) })
	return nil
}

// find is who answers under a name now.
func (n *Network) find(name string) (*server, Host) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	held := n.hosts[strings.ToLower(name)]
	if held == nil {
		return nil, Host{}
	}
	return held, held.host
}

// Region is where a host stands, "" for everywhere or where there is no such host.
func (n *Network) Region(name string) string {
	_, host := n.find(name)
	return host.Region
}

// guarded is a host's handler with bounds and faults before it.
func (n *Network) guarded(host Host) http.Handler {
	return n.bounded(host, n.Faults.around(host, host.Handler))
}

// answer is the handler of a host: whoever answers there when a request comes. Its frame is
// small, as a stream keeps it for long.
func (n *Network) answer(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counter, r, handler := n.arrive(name, w, r)
		if counter == nil {
			return
		}
		defer counter.leave()
		handler.ServeHTTP(counter, r)
		// A handler that writes nothing answers 200; one that breaks off does not get here.
		counter.status = cmp.Or(counter.status, http.StatusOK)
	})
}

// arrive begins a request to a host; there is no counter where it is answered already.
func (n *Network) arrive(name string, w http.ResponseWriter, r *http.Request) (*counted, *http.Request, http.Handler) {
	host, counts, handler := n.enter(name)
	if handler == nil {
		panic(http.ErrAbortHandler) // the host has gone
	}
	begun := false
	defer func() {
		if !begun {
			n.answering.Done()
		}
	}()
	if !loopback.Meant(r, name) {
		http.Error(w, "The sandbox answers loopback hosts and "+name+" only.", http.StatusMisdirectedRequest)
		return nil, nil, nil
	}
	inside, key := n.takeSource(r)
	if host.Admit != nil && !host.Admit(Source(r)) {
		panic(http.ErrAbortHandler) // a firewall lets connections wait in vain; here they break off
	}
	if insecure := Insecure(r); insecure && !host.HTTP && !host.OnlyHTTP {
		http.Error(w, "This host speaks HTTPS only.", http.StatusBadRequest)
		return nil, nil, nil
	}
	if host.OnlyHTTP && secure(r) {
		panic(http.ErrAbortHandler) // nobody listens for TLS
	}
	counter := counts.begin(w)
	r, counter.visit = n.watch(host, r, inside, key)
	counter.network, begun = n, true
	return counter, r, handler
}

// enter begins a request to a host, unless there is no such host any more.
func (n *Network) enter(name string) (host Host, counts *Counts, handler http.Handler) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	held := n.hosts[name]
	if held == nil || n.closed {
		return Host{}, nil, nil
	}
	n.answering.Add(1)
	return held.host, n.counts[name], held.handler
}

// Dial connects to a public name, as a client in the cloud does.
func (n *Network) Dial(ctx context.Context, name string) (net.Conn, error) {
	found, host := n.find(name)
	if found == nil {
		return nil, &net.DNSError{Err: "no such host in the sandbox", Name: name, IsNotFound: true}
	}
	if err := n.Faults.dialing(ctx, host); err != nil {
		return nil, err
	}
	connection, err := n.medium.Dial(ctx, found.listener)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", name, err)
	}
	return connection, nil
}

// Transport carries HTTP to the hosts of this network, by their public names.
func (n *Network) Transport() *http.Transport { return n.medium.Transport(n.Dial) }

// Address is one host as users see it.
type Address struct {
	Host   string `json:"host"`
	Kind   string `json:"kind"`
	Region string `json:"region,omitempty"`
	// URL is where the host answers on this machine.
	URL string `json:"url"`
	// Counts are what it was asked since the sandbox began.
	Counts Tally `json:"counts"`
}

// Addresses are all hosts, in order of their names.
func (n *Network) Addresses() []Address {
	n.mu.RLock()
	defer n.mu.RUnlock()
	list := make([]Address, 0, len(n.hosts))
	for _, name := range slices.Sorted(maps.Keys(n.hosts)) {
		held := n.hosts[name]
		url := n.medium.URL(held.listener)
		if held.host.OnlyHTTP {
			url = "http" + strings.TrimPrefix(strings.TrimPrefix(url, "https"), "http")
		}
		list = append(list, Address{name, held.host.Kind, held.host.Region, url, n.counts[name].tally()})
	}
	return list
}

// Close ends all hosts, and waits for the requests that they are answering.
func (n *Network) Close() error {
	n.mu.Lock()
	n.closed = true
	var errs []error
	for _, held := range n.hosts {
		errs = append(errs, held.close())
	}
	n.hosts = map[string]*server{}
	n.mu.Unlock()
	n.serving.Wait()
	n.answering.Wait()
	return errors.Join(errs...)
}
