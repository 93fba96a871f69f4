package policy

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// accessKinds let callers in or keep them out.
func accessKinds() []*kind {
	texts := func(list, item string, required bool, attributes ...attribute) child {
		return child{name: list, required: required, attributes: attributes, children: []child{{name: item, many: true, required: true, content: requiredText}}}
	}
	return []*kind{
		{name: "cors", sections: in("inbound"), once: true, anyOrder: true, attributes: []attribute{may("allow-credentials", boolean()), may("terminate-unmatched-request", boolean())}, children: []child{
			texts("allowed-origins", "origin", true), texts("allowed-methods", "method", false, may("preflight-result-max-age", integer(0, unbounded))),
			texts("allowed-headers", "header", false), texts("expose-headers", "header", false),
		}, compile: cors},
		{name: "ip-filter", sections: in("inbound"), anyOrder: true, attributes: []attribute{need("action", oneOf("allow", "forbid"))}, children: []child{
			{name: "address", many: true, content: requiredText}, {name: "address-range", many: true, attributes: []attribute{need("from", text()), need("to", text())}},
		}, compile: ipFilter},
		{name: "check-header", sections: in("inbound"), attributes: []attribute{
			need("name", text()), need("failed-check-httpcode", integer(100, 999)), may("failed-check-error-message", text()), may("ignore-case", boolean()),
		}, children: []child{{name: "value", many: true, content: requiredText}}, compile: checkHeader},
	}
}

// corsRules is a <cors> policy.
type corsRules struct {
	credentials, terminate             *value
	origins, methods, headers, exposed []*value
	age                                *value
}

func cors(c *elementCompilation) runner {
	r := &corsRules{
		credentials: c.get("allow-credentials"), terminate: c.get("terminate-unmatched-request"), origins: c.texts("allowed-origins", "origin"),
		methods: c.texts("allowed-methods", "method"), headers: c.texts("allowed-headers", "header"), exposed: c.texts("expose-headers", "header"),
	}
	if each := c.first("allowed-methods"); each != nil {
		r.age = each.get("preflight-result-max-age")
	}
	c.step.detail = describeAll(r.origins)
	return r.run
}

func (r *corsRules) run(x *Execution) error {
	request := x.exchange.Request
	origin := request.Headers.Get("Origin")
	if origin == "" {
		return nil
	}
	// An operation of the method OPTIONS answers itself: no request of it is a preflight.
	own := request.Method == http.MethodOptions && x.exchange.Operation.Method == http.MethodOptions
	preflight := request.Method == http.MethodOptions && request.Headers.Has("Access-Control-Request-Method") && !own
	method := request.Method
	if preflight {
		method = request.Headers.Get("Access-Control-Request-Method")
	}
	allowed, err := r.allows(x, origin, method, preflight)
	if err != nil {
		return err
	}
	if !allowed && own {
		return nil
	}
	if !allowed {
		terminate, err := r.terminate.boolean(x, true)
		if err != nil {
			return err
		}
		x.tell("%s is not allowed", origin)
		if terminate {
			x.respond(&exchange.Response{StatusCode: http.StatusOK, Reason: "OK"})
			return errEnd
		}
		x.preflight = preflight
		return nil
	}
	add, err := r.answer(x, origin, preflight)
	if err != nil {
		return err
	}
	if preflight {
		x.respond(&exchange.Response{StatusCode: http.StatusOK, Reason: "OK"})
		add(x.exchange.Response)
		return errEnd
	}
	x.atEnd = append(x.atEnd, func(response *exchange.Response) {
		if response != nil {
			add(response)
		}
	})
	return nil
}

func (r *corsRules) allows(x *Execution, origin, method string, preflight bool) (bool, error) {
	origins, err := texts(x, r.origins)
	if err != nil {
		return false, err
	}
	if !slices.Contains(origins, "*") && !slices.ContainsFunc(origins, func(each string) bool { return sameOrigin(each, origin) }) {
		return false, nil
	}
	methods, err := texts(x, r.methods)
	if err != nil {
		return false, err
	}
	if len(methods) == 0 {
		methods = []string{http.MethodGet, http.MethodPost}
	}
	if !slices.Contains(methods, "*") && !slices.Contains(methods, method) {
		return false, nil
	}
	headers, err := texts(x, r.headers)
	if err != nil || !preflight || slices.Contains(headers, "*") {
		return err == nil, err
	}
	for name := range strings.SplitSeq(x.exchange.Request.Headers.Get("Access-Control-Request-Headers"), ",") {
		name = strings.TrimSpace(name)
		if name != "" && !slices.ContainsFunc(headers, func(each string) bool { return strings.EqualFold(each, name) }) {
			return false, nil
		}
	}
	return true, nil
}

// sameOrigin compares origins; without a port, that of the scheme is meant.
func sameOrigin(listed, origin string) bool {
	withPort := func(s string) string {
		s = strings.ToLower(strings.TrimSuffix(s, "/"))
		scheme, host, ok := strings.Cut(s, "://")
		if !ok || strings.Contains(host[strings.LastIndexByte(host, ']')+1:], ":") {
			return s
		}
		return s + map[string]string{"https": ":443", "http": ":80"}[scheme]
	}
	return withPort(listed) == withPort(origin)
}

// answer makes what adds the CORS headers to a response.
func (r *corsRules) answer(x *Execution, origin string, preflight bool) (func(*exchange.Response), error) {
	credentials, err := r.credentials.boolean(x, false)
	if err != nil {
		return nil, err
	}
	origins, err := texts(x, r.origins)
	if err != nil {
		return nil, err
	}
	exposed, err := texts(x, r.exposed)
	if err != nil {
		return nil, err
	}
	methods, err := texts(x, r.methods)
	if err != nil {
		return nil, err
	}
	age, err := r.age.number(x, 0)
	if err != nil {
		return nil, err
	}
	if slices.Contains(origins, "*") && !credentials {
		origin = "*"
	}
	return func(response *exchange.Response) {
		h := &response.Headers
		h.Set("Access-Control-Allow-Origin", origin)
		if credentials {
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		if len(exposed) > 0 && !preflight {
			h.Set("Access-Control-Expose-Headers", strings.Join(exposed, ","))
		}
		if !preflight {
			return
		}
		if len(methods) > 0 {
			h.Set("Access-Control-Allow-Methods", strings.Join(methods, ","))
		}
		if asked := x.exchange.Request.Headers.Get("Access-Control-Request-Headers"); asked != "" {
			h.Set("Access-Control-Allow-Headers", asked)
		}
		if age > 0 {
			h.Set("Access-Control-Max-Age", quoteJSON(int(age)))
		}
	}, nil
}

func ipFilter(c *elementCompilation) runner {
	action, addresses := c.get("action"), c.texts("", "address")
	type span struct{ from, to *value }
	var spans []span
	for _, each := range c.children["address-range"] {
		spans = append(spans, span{each.get("from"), each.get("to")})
	}
	if len(addresses)+len(spans) == 0 {
		c.note(c.element.Position(), Refused, "missing-element", "<ip-filter> needs <address> or <address-range>")
	}
	for _, v := range addresses {
		c.refuseAddress(v)
	}
	for _, each := range spans {
		c.refuseAddress(each.from)
		c.refuseAddress(each.to)
	}
	c.step.detail = describe(action)
	return func(x *Execution) error {
		mode, err := action.trimmed(x)
		if err != nil {
			return err
		}
		ip, err := netip.ParseAddr(x.exchange.Request.IPAddress)
		if err != nil {
			return refused(http.StatusForbidden, "FailedToParseCallerIP", "Failed to establish IP address for the caller. Access denied.")
		}
		matches := false
		for _, v := range addresses {
			text, err := v.trimmed(x)
			if err != nil {
				return err
			}
			address, err := netip.ParseAddr(text)
			if err != nil {
				return invalidValue("An address is an IP address.")
			}
			matches = matches || address.Unmap() == ip.Unmap()
		}
		for _, each := range spans {
			bounds, err := texts(x, []*value{each.from, each.to})
			if err != nil {
				return err
			}
			from, badFrom := netip.ParseAddr(bounds[0])
			to, badTo := netip.ParseAddr(bounds[1])
			if badFrom != nil || badTo != nil {
				return invalidValue("An address range goes from one IP address to another.")
			}
			matches = matches || from.Compare(ip) <= 0 && ip.Compare(to) <= 0
		}
		switch {
		case mode == "allow" && !matches:
			return refused(http.StatusForbidden, "CallerIpNotAllowed", "Caller IP address "+ip.String()+" is not allowed. Access denied.")
		case mode == "forbid" && matches:
			return refused(http.StatusForbidden, "CallerIpBlocked", "Caller IP address is blocked. Access denied.")
		}
		return nil
	}
}

// refuseAddress refuses a literal that is no IP address; ranges have an element
// of their own.
func (c *elementCompilation) refuseAddress(v *value) {
	if v == nil || v.broken || v.compiled != nil || strings.Contains(v.text, "{{") {
		return
	}
	if _, err := netip.ParseAddr(strings.TrimSpace(v.text)); err != nil {
		c.note(v.at(0), Refused, "value", "'%s' is no IP address; a range is written <address-range from=\"...\" to=\"...\" />", clip(v.text))
	}
}

func checkHeader(c *elementCompilation) runner {
	name, status, message, ignore := c.get("name"), c.get("failed-check-httpcode"), c.get("failed-check-error-message"), c.get("ignore-case")
	allowed := c.texts("", "value")
	c.step.detail = describe(name)
	return func(x *Execution) error {
		header, err := name.required(x, "name")
		if err != nil {
			return err
		}
		values, err := texts(x, allowed)
		if err != nil {
			return err
		}
		fold, err := ignore.boolean(x, true)
		if err != nil {
			return err
		}
		found := x.exchange.Request.Headers.Values(header)
		joined := strings.Join(found, ",")
		var f *Error
		switch {
		case found == nil:
			f = refused(0, "HeaderNotFound", "Header "+header+" was not found in the request. Access denied.")
		case len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return v == joined || fold && strings.EqualFold(v, joined) }):
			f = refused(0, "HeaderValueNotAllowed", "Header "+header+" value of "+joined+" is not allowed. Access denied.")
		default:
			return nil
		}
		code, err := status.number(x, http.StatusUnauthorized)
		if err != nil {
			return err
		}
		f.Status = int(code)
		if message != nil {
			if f.Public, err = message.string(x); err != nil {
				return err
			}
		}
		return f
	}
}
