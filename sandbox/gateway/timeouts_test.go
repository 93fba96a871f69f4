package gateway_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// The time of forward-request counts to the headers of an answer, that of send-request to
// its end. Sources: https://learn.microsoft.com/azure/api-management/forward-request-policy
// and https://learn.microsoft.com/azure/api-management/send-request-policy
func TestWhatTimeoutsCover(t *testing.T) {
	t.Parallel()
	// The copy of the caller's request has his stream, and the token that the policy has set.
	copied := `<send-request mode="copy" timeout="10" response-variable-name="r" ignore-error="true"><set-url>https://south.openai.azure.com` + chatPath + `</set-url></send-request>
		<return-response><set-body>@(context.Variables["r"] == null ? "gave up" : "waited")</set-body></return-response>`
	for _, c := range []struct {
		reason, document string
		delay            time.Duration
		status           int
		body             string
		took             time.Duration
	}{
		{"forward-request gets its headers in time", forward("south", ""), 9 * time.Second, 200, "[DONE]", 0},
		{"forward-request gets no headers in time", forward("south", ""), 11 * time.Second, 500, "", 10 * time.Second},
		{"send-request gets all in time", forward("south", copied), 10 * time.Millisecond, 200, "waited", 0},
		{"send-request gets its headers alone in time", forward("south", copied), time.Second, 200, "gave up", 10 * time.Second},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			inLab(t, lab.Options{Document: c.document}, func(t *testing.T, l *lab.Lab) {
				order(t, l, network.Fault{Host: "south", Kind: "slow-stream", DelayMS: int(c.delay.Milliseconds())})
				began := time.Now()
				got, err := tryTo(t, l.Client(), "POST", "https://"+lab.Gateway+chatPath, streamed, "api-key: "+l.Key)
				require.NoError(t, err)
				require.Equal(t, c.status, got.status)
				require.Contains(t, got.body, c.body)
				if c.took > 0 {
					require.Equal(t, c.took, time.Since(began))
				}
			})
		})
	}
}
