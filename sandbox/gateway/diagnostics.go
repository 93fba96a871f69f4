package gateway

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// byName finds diagnostics by their names in lower case.
func byName(list []*deployed.Diagnostic) map[string]*deployed.Diagnostic {
	found := map[string]*deployed.Diagnostic{}
	for _, each := range list {
		found[strings.ToLower(each.ID)] = each
	}
	return found
}

// kept are the headers of a message that a diagnostic keeps; credentials never are.
func (c *config) kept(m deployed.Message, headers *exchange.Headers) map[string]string {
	found := map[string]string{}
	for _, name := range m.Headers {
		if value := strings.Join(headers.Values(name), ", "); value != "" {
			if c.secrets[strings.ToLower(name)] {
				value = "***"
			}
			found[name] = value
		}
	}
	return found
}

// findSecrets are the headers that open doors: those that everybody knows, the keys of
// all APIs, and what backends add.
func (c *config) findSecrets() {
	c.secrets = map[string]bool{}
	for _, name := range []string{"authorization", "proxy-authorization", "cookie", "set-cookie", "api-key", "ocp-apim-subscription-key"} {
		c.secrets[name] = true
	}
	for _, a := range c.apis {
		c.secrets[strings.ToLower(a.KeyHeader)] = true
	}
	for _, b := range c.backends {
		for _, field := range b.target.Headers.Fields() {
			c.secrets[strings.ToLower(field.Name)] = true
		}
	}
}

// cut is the beginning of a body, as far as it is kept.
func cut(body []byte, kept int) string { return string(body[:min(len(body), kept)]) }
