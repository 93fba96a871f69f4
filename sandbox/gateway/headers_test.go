package gateway_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// Over HTTP/1.1 the headers that a policy sets have the spelling of the policy.
func TestHeaderNamesKeepTheirSpelling(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		putAPI(t, l, "spelled", nobody, `<return-response><set-status code="200" /><set-header name="x-ms-myHeader" exists-action="override"><value>a</value></set-header>`+
			`<set-header name="content-TYPE" exists-action="override"><value>text/plain</value></set-header><set-body>done</set-body></return-response>`, "", operation{"get", "GET", "/a", nil})
		transport, is := l.Client().Transport.(*http.Transport)
		require.True(t, is)
		connection, err := transport.DialTLSContext(t.Context(), "tcp", lab.Gateway+":443")
		require.NoError(t, err)
		_, err = io.WriteString(connection, "GET /spelled/a HTTP/1.1\r\nHost: "+lab.Gateway+"\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		raw, err := io.ReadAll(connection)
		require.NoError(t, err)
		require.NoError(t, connection.Close())
		require.Contains(t, string(raw), "\r\nx-ms-myHeader: a\r\n")
		require.Equal(t, 1, bytes.Count(bytes.ToLower(raw), []byte("content-type:")), "%s", raw)
	})
}
