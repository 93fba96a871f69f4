package gateway

import (
	"bytes"
	"errors"
	"io"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// holdsBack reports whether the gateway gathers an answer, and passes it on only when it is
// complete: where a diagnostic that is in force for the API keeps bodies of responses, and
// on Consumption, which has no long-lived connections. Source: API Management's page on
// server-sent events. It says that such logs "can" buffer, and not what Consumption does
// with a stream: policy.Switches.StreamsPass is for the other reading.
func (v *visit) holdsBack() bool {
	switch {
	case v.config.policies.Switches.StreamsPass:
		return false
	case v.config.policies.Consumption:
		return true
	}
	for name, d := range v.config.diagnostics {
		// An API's own diagnostic takes the place of the service's.
		if _, own := v.api.diagnostics[name]; !own && keepsAnswers(d) {
			return true
		}
	}
	for _, d := range v.api.diagnostics {
		if keepsAnswers(d) {
			return true
		}
	}
	return false
}

// keepsAnswers reports whether bodies of responses are kept, those of backends or those
// that go to callers.
func keepsAnswers(d *deployed.Diagnostic) bool {
	return d.Frontend.Response.Bytes > 0 || d.Backend.Response.Bytes > 0
}

// gathered is a stream that was read to its end before anything of it is passed on.
type gathered struct {
	data *bytes.Reader
	// end is what the stream ended with.
	end error
	io.Closer
}

// gather waits for the end of a stream. A stream that breaks gives what came of it, and
// then its error.
func gather(stream io.ReadCloser) io.ReadCloser {
	data, err := io.ReadAll(stream)
	if err == nil {
		err = io.EOF
	}
	return &gathered{bytes.NewReader(data), err, stream}
}

// Read implements io.Reader.
func (g *gathered) Read(p []byte) (int, error) {
	n, err := g.data.Read(p)
	if errors.Is(err, io.EOF) {
		err = g.end
	}
	return n, err
}
