package network

import (
	"io"
	"net"
	"net/http"
	"sync"
)

// Proxy answers CONNECT for the public names of the network, and for nothing else:
// with HTTPS_PROXY set to it, clients use the very URLs that they would use on
// Azure.
func (n *Network) Proxy() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "This proxy answers CONNECT, for hosts of the sandbox.", http.StatusMethodNotAllowed)
			return
		}
		name, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		far, err := n.Dial(r.Context(), name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer func() { _ = far.Close() }()
		w.WriteHeader(http.StatusOK)
		near, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = near.Close() }()
		var both sync.WaitGroup
		both.Go(func() { pass(far, buffered) })
		both.Go(func() { pass(near, far) })
		both.Wait()
	})
}

// pass carries one direction, and then tells the other side that no more comes.
func pass(to net.Conn, from io.Reader) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
}
