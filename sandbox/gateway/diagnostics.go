package gateway

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// diagnostic says what a logger is told of each request.
type diagnostic struct {
	logger *azure.Resource
	// share is the part of the requests that is told, 0 to 1; errors always are where
	// allErrors says so.
	share     float64
	allErrors bool
	// verbosity is the least severity of traces that it is told; empty is verbose.
	verbosity   string
	clientIP    bool
	metrics     bool
	models      bool
	prompts     message
	completions message
	frontendIn  message
	frontendOut message
	backendIn   message
	backendOut  message
}

// message is what is kept of one message.
type message struct {
	headers []string
	bytes   int
}

// readDiagnostics are those of a service or of an API, by their names in lower case.
func (c *config) readDiagnostics(list []*azure.Resource) map[string]diagnostic {
	found := map[string]diagnostic{}
	for _, each := range list {
		properties := each.Properties()
		sampling := inner(properties, "sampling")
		percentage, given := sampling["percentage"].(float64)
		if !given {
			percentage = 100
		}
		llm := inner(properties, "largeLanguageModel")
		d := diagnostic{
			logger: c.held.Get(text(properties, "loggerId")), share: percentage / 100, allErrors: text(properties, "alwaysLog") == "allErrors",
			clientIP: flag(properties, "logClientIp"), verbosity: strings.ToLower(text(properties, "verbosity")), metrics: flag(properties, "metrics"), models: text(llm, "logs") == "enabled",
			prompts: readText(inner(llm, "requests")), completions: readText(inner(llm, "responses")),
			frontendIn: readMessage(inner(properties, "frontend"), "request"), frontendOut: readMessage(inner(properties, "frontend"), "response"),
			backendIn: readMessage(inner(properties, "backend"), "request"), backendOut: readMessage(inner(properties, "backend"), "response"),
		}
		if d.logger != nil {
			found[strings.ToLower(each.Name())] = d
		}
	}
	return found
}

func readMessage(side map[string]any, name string) message {
	held := inner(side, name)
	var m message
	list, _ := held["headers"].([]any)
	for _, each := range list {
		header, _ := each.(string)
		m.headers = append(m.headers, header)
	}
	bytes, _ := inner(held, "body")["bytes"].(float64)
	m.bytes = int(bytes)
	return m
}

// defaultTextBytes is how much of a model's text is kept where the diagnostic does not
// say. Source: the service's REST reference.
const defaultTextBytes = 32 << 10

// readText is how much of the text of prompts or completions is kept.
func readText(side map[string]any) message {
	if text(side, "messages") != "all" {
		return message{}
	}
	bytes, given := side["maxSizeInBytes"].(float64)
	if !given {
		return message{bytes: defaultTextBytes}
	}
	return message{bytes: int(bytes)}
}

// category reports whether a category of the service's logs goes anywhere: it takes a
// diagnostic setting.
func (c *config) category(name string) bool {
	for _, setting := range c.held.OfType("Microsoft.Insights/diagnosticSettings") {
		if !strings.HasPrefix(arm.Fold(setting.ID), arm.Fold(c.service.ID)+"/") {
			continue
		}
		logs, _ := setting.Properties()["logs"].([]any)
		for _, each := range logs {
			entry, _ := each.(map[string]any)
			if flag(entry, "enabled") && (strings.EqualFold(text(entry, "category"), name) || strings.EqualFold(text(entry, "categoryGroup"), "allLogs")) {
				return true
			}
		}
	}
	return false
}

// kept are the headers of a message that a diagnostic keeps; credentials never are.
func (c *config) kept(m message, headers *exchange.Headers) map[string]string {
	found := map[string]string{}
	for _, name := range m.headers {
		if value := strings.Join(headers.Values(name), ", "); value != "" {
			if c.secrets[strings.ToLower(name)] {
				value = "***"
			}
			found[name] = value
		}
	}
	return found
}

// readSecrets are the headers that open doors: those that everybody knows, the keys of
// all APIs, and what backends add.
func (c *config) readSecrets() {
	c.secrets = map[string]bool{}
	for _, name := range []string{"authorization", "proxy-authorization", "cookie", "set-cookie", "api-key", "ocp-apim-subscription-key"} {
		c.secrets[name] = true
	}
	for _, a := range c.apis {
		c.secrets[strings.ToLower(a.keyHeader)] = true
	}
	for _, b := range c.backends {
		for _, field := range b.target.Headers.Fields() {
			c.secrets[strings.ToLower(field.Name)] = true
		}
	}
}

// cut is the beginning of a body, as far as it is kept.
func (m message) cut(body []byte) string { return string(body[:min(len(body), m.bytes)]) }
