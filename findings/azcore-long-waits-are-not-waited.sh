#!/usr/bin/env bash
# What Azure's SDK for Go makes of Retry-After, with its default options, where Resource
# Manager throttles (429).
#
# Guess: 90 seconds are waited, 1.5 seconds are waited as such, 0 asks again at once.
# Seen (azcore 1.24.0): a wait above MaxRetryDelay (60 s) is not waited: the caller gets the 429
# at once, after one request. Fractions and 0 count as no header: the first retry comes after
# its own 0.6 to 1.1 seconds.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init finding >/dev/null 2>&1
go get github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.24.0 >/dev/null 2>&1
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

func main() {
	for _, header := range []string{"90", "1.5", "0"} {
		var asked []time.Time
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked = append(asked, time.Now()); len(asked) == 1 {
				w.Header().Set("Retry-After", header)
				w.WriteHeader(http.StatusTooManyRequests)
			}
		}))
		request, err := runtime.NewRequest(context.Background(), http.MethodGet, server.URL)
		if err != nil {
			panic(err)
		}
		answer, err := runtime.NewPipeline("finding", "1", runtime.PipelineOptions{}, &policy.ClientOptions{}).Do(request)
		if err != nil {
			panic(err)
		}
		waited := "nothing"
		if len(asked) == 2 {
			waited = "its own backoff"
			if wait := asked[1].Sub(asked[0]); wait < 500*time.Millisecond || wait > 1300*time.Millisecond {
				waited = wait.String()
			}
		}
		fmt.Printf("%s: status %d after %d requests, waited %s\n", header, answer.StatusCode, len(asked), waited)
		server.Close()
	}
}
GO
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff - seen <<'END'
90: status 429 after 1 requests, waited nothing
1.5: status 200 after 2 requests, waited its own backoff
0: status 200 after 2 requests, waited its own backoff
END
