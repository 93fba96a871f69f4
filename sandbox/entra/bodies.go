package entra

// openIDConfiguration is where clients find what a tenant has. Source: OpenID Connect Discovery
// 1.0, section 3.
type openIDConfiguration struct {
	Issuer                   string   `json:"issuer"`
	AuthorizationEndpoint    string   `json:"authorization_endpoint"`
	TokenEndpoint            string   `json:"token_endpoint"`
	JWKSURI                  string   `json:"jwks_uri"`
	IDTokenSigningAlgorithms []string `json:"id_token_signing_alg_values_supported"`
	SubjectTypes             []string `json:"subject_types_supported"`
	ResponseTypes            []string `json:"response_types_supported"`
	TokenEndpointAuthMethods []string `json:"token_endpoint_auth_methods_supported"`
}

// instanceDiscovery tells Microsoft's own libraries that a host is Entra's.
type instanceDiscovery struct {
	TenantDiscoveryEndpoint string            `json:"tenant_discovery_endpoint"`
	APIVersion              string            `json:"api-version"`
	Metadata                []instanceAliases `json:"metadata"`
}

type instanceAliases struct {
	PreferredNetwork string   `json:"preferred_network"`
	PreferredCache   string   `json:"preferred_cache"`
	Aliases          []string `json:"aliases"`
}

// issued and tokenError are the answers of the token endpoint. Source: RFC 6749, sections 5.1 and
// 5.2.
type issued struct {
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	AccessToken string `json:"access_token"`
}

type tokenError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}
