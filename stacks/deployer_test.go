package stacks

import "testing"

// The type of who deploys follows from how the provider signs in: Azure refuses a role for a
// principal of another type.
func TestDeployerType(t *testing.T) {
	for _, c := range []struct {
		reason            string
		setting, variable map[string]string
		want              string
	}{
		{"the Azure CLI's user", nil, nil, "User"},
		{"a pipeline with a federated token", nil, map[string]string{"ARM_USE_OIDC": "true"}, "ServicePrincipal"},
		{"an application by the environment", nil, map[string]string{"ARM_CLIENT_ID": "11111111-2222-3333-4444-555555555555"}, "ServicePrincipal"},
		{"a managed identity by the stack", map[string]string{"useMsi": "true"}, nil, "ServicePrincipal"},
		{"the stack switches off what the environment says", map[string]string{"useOidc": "false"}, map[string]string{"ARM_USE_OIDC": "true"}, "User"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			for _, name := range []string{"ARM_CLIENT_ID", "ARM_USE_MSI", "ARM_USE_OIDC"} {
				t.Setenv(name, c.variable[name])
			}
			if got := deployerType(func(key string) string { return c.setting[key] }); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
