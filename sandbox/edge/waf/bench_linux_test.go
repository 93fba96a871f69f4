package waf_test

import (
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
)

// BenchmarkInspect measures what the managed rules add to a request, by the length of its
// prompt, with and without the exclusion of prompts. The text is one that no rule matches.
func BenchmarkInspect(b *testing.B) {
	prompts := deployed.Exclusion{Where: []deployed.Part{deployed.JSON}, Operator: "StartsWith", Selector: "messages", Set: drs}
	for _, size := range []struct {
		name  string
		bytes int
	}{{"2kB", 2_000}, {"100kB", 100_000}} {
		body := chat(b, strings.Repeat("The harbour was quiet that morning and the boats lay still. ", size.bytes/60))
		for _, c := range []struct {
			name   string
			policy *deployed.Firewall
			// anew makes each request look different, apart from its prompt.
			anew bool
		}{{"excluded", firewall(drs, "2.1", prompts), false}, {"excluded-anew", firewall(drs, "2.1", prompts), true}, {"inspected", firewall(drs, "2.1"), true}} {
			b.Run(size.name+"/"+c.name, func(b *testing.B) {
				firewalls := &waf.Firewalls{}
				r := request(b, http.MethodPost, chatURL, "application/json", body)
				_, err := firewalls.Inspect(c.policy, r) // compiles
				require.NoError(b, err)
				b.ReportAllocs()
				before := spent(b)
				for i := 0; b.Loop(); i++ {
					if c.anew {
						r.Header.Set("X-Ms-Client-Request-Id", strconv.Itoa(i))
					}
					verdict, err := firewalls.Inspect(c.policy, r)
					if err != nil || verdict.Action != "" {
						b.Fatal(verdict, err)
					}
				}
				b.ReportMetric(float64((spent(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
			})
		}
	}
}

// spent is the time that processors have worked for this process.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkCompile measures what the first request of a policy waits for.
func BenchmarkCompile(b *testing.B) {
	r := request(b, http.MethodPost, chatURL, "application/json", chat(b, "Hello"))
	b.ReportAllocs()
	for b.Loop() {
		_, err := (&waf.Firewalls{}).Inspect(firewall(drs, "2.1"), r)
		require.NoError(b, err)
	}
}
