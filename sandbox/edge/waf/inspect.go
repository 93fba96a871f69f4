package waf

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Request is what the rules look at.
type Request struct {
	*http.Request
	// Host is the name that the edge has, Source where the request comes from.
	Host   string
	Source netip.AddrPort
	Body   []byte
}

// Inspect runs the managed rules of a policy on a request.
func (f *Firewalls) Inspect(firewall *deployed.Firewall, r Request) (Verdict, error) {
	p, err := f.plan(firewall)
	if err != nil || p == nil {
		return Verdict{}, err
	}
	content := r.Body[:min(len(r.Body), firewall.Inspected, mostInspected)]
	prepared := p.prepare(r.Header.Get("Content-Type"), content, len(content) < len(r.Body))
	sight := fingerprint(r, prepared)
	if p.clean.has(sight) {
		return Verdict{Set: p.set}, nil
	}
	compiled, err := p.engine.compiled()
	if err != nil {
		return Verdict{}, err
	}
	found, err := run(compiled, r, prepared)
	if err != nil {
		return Verdict{}, err
	}
	parts := partsOf(r, prepared)
	var matches []Match
	for _, each := range found {
		if match, counts := p.match(each, parts); counts {
			matches = append(matches, match)
		}
	}
	if prepared.broken && p.wanted[unreadable] {
		matches = append(matches, p.describe(Match{Rule: unreadable, Message: "Failed to parse request body", severity: types.RuleSeverityCritical}))
	}
	if len(matches) == 0 {
		p.clean.add(sight)
	}
	return p.judge(matches), nil
}

// run takes a request through the engine.
func run(compiled coraza.WAF, r Request, prepared body) ([]types.MatchedRule, error) {
	tx := compiled.NewTransaction()
	defer func() { _ = tx.Close() }()
	tx.ProcessConnection(r.Source.Addr().String(), int(r.Source.Port()), "", 443)
	tx.ProcessURI(r.URL.RequestURI(), r.Method, r.Proto)
	tx.AddRequestHeader("Host", r.Host)
	for name, list := range r.Header {
		for _, value := range list {
			tx.AddRequestHeader(name, value)
		}
	}
	if r.ContentLength < 0 {
		tx.AddRequestHeader("Transfer-Encoding", "chunked")
	} else if r.Header.Get("Content-Length") == "" {
		tx.AddRequestHeader("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	tx.ProcessRequestHeaders()
	for _, each := range prepared.arguments {
		tx.AddPostRequestArgument(each.name, each.value)
	}
	if _, _, err := tx.WriteRequestBody(prepared.raw); err != nil {
		return nil, fmt.Errorf("giving a body to the firewall: %w", err)
	}
	if _, err := tx.ProcessRequestBody(); err != nil {
		return nil, fmt.Errorf("reading a body in the firewall: %w", err)
	}
	return tx.MatchedRules(), nil
}

// partsOf tells in which parts of a request the arguments of a name are.
func partsOf(r Request, prepared body) map[string][]deployed.Part {
	parts := map[string][]deployed.Part{}
	for _, each := range prepared.arguments {
		parts[each.name] = []deployed.Part{deployed.JSON}
	}
	for name := range r.URL.Query() {
		parts[name] = append(parts[name], deployed.Query)
	}
	return parts
}
