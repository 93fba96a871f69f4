package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Only servers of this machine can stand behind a name, and no name of Azure's is taken.
func TestOutside(t *testing.T) {
	t.Parallel()
	for order, wrong := range map[string]string{
		"orders.contoso.com=http://127.0.0.1:8080":       "",
		"Orders.Contoso.com=http://localhost:8080/":      "",
		"orders.contoso.com=http://[::1]:8080":           "",
		"orders.contoso.com=http://127.0.0.2:8080":       "",
		"orders.contoso.com":                             `"" is no URL that begins with http://`,
		"=http://127.0.0.1:8080":                         `"" is no host name such as orders.contoso.com`,
		"orders=http://127.0.0.1:8080":                   `"orders" is no host name`,
		"127.0.0.1=http://127.0.0.1:8080":                `"127.0.0.1" is no host name`,
		"*.contoso.com=http://127.0.0.1:8080":            `"*.contoso.com" is no host name`,
		"orders.contoso.com:443=http://127.0.0.1:8080":   `"orders.contoso.com:443" is no host name`,
		"models.openai.azure.com=http://127.0.0.1:8080":  "models.openai.azure.com is a name that Azure gives out",
		"login.microsoftonline.com=http://127.0.0.1:80":  "login.microsoftonline.com is a name that Azure gives out",
		"orders.contoso.com=https://127.0.0.1:8080":      "is no URL that begins with http://",
		"orders.contoso.com=http://127.0.0.1":            "names no port",
		"orders.contoso.com=http://127.0.0.1:8080/v1":    "has more than host and port",
		"orders.contoso.com=http://u:p@127.0.0.1:8080":   "has more than host and port",
		"orders.contoso.com=http://192.168.0.1:8080":     "192.168.0.1 is not this machine",
		"orders.contoso.com=http://169.254.169.254:80":   "169.254.169.254 is not this machine",
		"orders.contoso.com=http://orders.internal:8080": "orders.internal is not this machine",
	} {
		host, err := network.Outside(order)
		if wrong == "" {
			require.NoError(t, err, order)
			require.Equal(t, "orders.contoso.com", host.Name)
			continue
		}
		require.ErrorContains(t, err, wrong, order)
		require.ErrorContains(t, err, "HOST=http://127.0.0.1:PORT", order)
	}
	require.Error(t, network.CheckOutside([]network.Host{{Name: "orders.contoso.com"}, {Name: "orders.contoso.com"}}))
	require.NoError(t, network.CheckOutside([]network.Host{{Name: "a.contoso.com"}, {Name: "b.contoso.com"}}))
}
