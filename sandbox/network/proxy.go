package network

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
)

// Proxy answers CONNECT, and requests for http URLs, for the public names of the network
// and for nothing else: with HTTPS_PROXY and HTTP_PROXY set to it, clients use the very
// URLs that they would use on Azure.
func (n *Network) Proxy() http.Handler {
	plain := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host }, Transport: n.Transport(), FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			if !r.URL.IsAbs() {
				http.Error(w, "This is a proxy for hosts of the sandbox.", http.StatusBadRequest)
				return
			}
			plain.ServeHTTP(w, r)
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
