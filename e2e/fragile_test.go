package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// fragileSandbox is the variable that makes this binary a sandbox that stops at
// a point such as /folder|before|7.
const fragileSandbox = "AOAI_E2E_FRAGILE_SANDBOX"

func isWrite(r *http.Request) bool {
	return r.Method == http.MethodPut || r.Method == http.MethodDelete
}

// serveUntil is the fragile sandbox: it stops for good at its point, and says so.
func serveUntil(instructions string) int {
	parts := strings.Split(instructions, "|")
	dir, moment := parts[0], parts[1]
	last, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return 2
	}
	reached := func() {
		_, _ = io.WriteString(os.Stdout, "reached\n")
		select {}
	}
	var writes atomic.Int64
	_, err = sandbox.Join(context.Background(), sandbox.Options{
		Dir: dir, SeedFile: filepath.Join("..", "examples/front-door/seed.json"),
		Wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if !isWrite(r) {
					next.ServeHTTP(rw, r)
					return
				}
				here := writes.Add(1)
				if here > last || (here == last && moment == "before") {
					if here == last {
						reached()
					}
					select {} // the world has ended
				}
				if here < last {
					next.ServeHTTP(rw, r)
					return
				}
				next.ServeHTTP(httptest.NewRecorder(), r)
				reached()
			})
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("serving")
	select {}
}
