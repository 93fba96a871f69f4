package gateway_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// A policy signs with the key of a certificate that is deployed, whose file nobody gets back.
func TestPoliciesSignWithDeployedCertificates(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../internal/policy/expression/testdata/signing.pfx")
	require.NoError(t, err)
	read, err := exchange.ReadPKCS12(file, "x")
	require.NoError(t, err)
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		id := lab.ServiceID + "/certificates/signing"
		encoded := base64.StdEncoding.EncodeToString(file)
		require.ErrorContains(t, l.Put(id, map[string]any{"properties": map[string]any{"data": encoded, "password": "wrong"}}), "Invalid certificate or password")
		require.NoError(t, l.Put(id, map[string]any{"properties": map[string]any{"data": encoded, "password": "x"}}))
		got, err := l.Get(id)
		require.NoError(t, err)
		properties := got["properties"].(map[string]any)
		require.NotContains(t, properties, "data")
		require.NotContains(t, properties, "password")
		putPolicy(t, l, forward("north", `<return-response><set-body>@(Convert.ToBase64String(context.Deployment.Certificates["`+properties["thumbprint"].(string)+
			`"].GetRSAPrivateKey().SignData(Encoding.UTF8.GetBytes("hello"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))</set-body></return-response>`))
		answer := ask(t, l, chatPath)
		require.Equal(t, http.StatusOK, answer.status, answer.body)
		signature, err := base64.StdEncoding.DecodeString(answer.body)
		require.NoError(t, err)
		digest := sha256.Sum256([]byte("hello"))
		require.NoError(t, rsa.VerifyPKCS1v15(read.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature))
	})
}
