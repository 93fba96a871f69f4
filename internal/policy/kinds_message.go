package policy

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// messageKinds change requests and responses.
func messageKinds() []*kind {
	action := may("exists-action", oneOf("override", "skip", "append", "delete"))
	value := child{name: "value", many: true, content: optionalText}
	return []*kind{
		{name: "set-header", sections: all(), attributes: []attribute{need("name", text()), action}, children: []child{value}, compile: setHeader},
		{name: "set-query-parameter", sections: in("inbound", "backend"), attributes: []attribute{need("name", text()), action}, children: []child{value}, compile: setQueryParameter},
		{name: "set-method", sections: in("inbound", "on-error", "backend"), content: requiredText, compile: setMethod},
		{name: "set-status", sections: all(), attributes: []attribute{need("code", integer(100, 999)), may("reason", text())}, compile: setStatus},
		{name: "set-body", sections: all(), attributes: []attribute{
			may("template", oneOf("liquid", "none")).fixed(), may("xsi-nil", oneOf("blank", "null")).fixed(), may("parse-date", boolean()).fixed(), may("html-decode-expression", boolean()).fixed().undocumented(),
		}, content: anyXML, compile: setBody},
		{name: "rewrite-uri", sections: in("inbound"), attributes: []attribute{need("template", text()), may("copy-unmatched-params", boolean())}, compile: rewriteURI},
		{name: "find-and-replace", sections: all(), attributes: []attribute{need("from", text()), need("to", text())}, compile: findAndReplace},
	}
}

// headers are those that set-header changes: the request's on the way in, the
// response's on the way out.
func (x *Execution) headers() *exchange.Headers {
	if x.outward() {
		return &x.exchange.Response.Headers
	}
	return &x.exchange.Request.Headers
}

// outward tells whether policies work on the response.
func (x *Execution) outward() bool {
	return x.exchange.Response != nil && (x.section == "outbound" || x.section == "on-error")
}

// notChangeable are headers that belong to the connection (Microsoft's reference
// of set-header).
func notChangeable(name string) bool {
	return slices.Contains([]string{"connection", "content-length", "keep-alive", "transfer-encoding"}, strings.ToLower(name))
}

// notJoined are headers whose values stay apart; all others are joined by commas
// into one (the same).
func notJoined(name string) bool {
	return slices.Contains([]string{
		"user-agent", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie", "warning", "date", "expires", "if-modified-since", "if-unmodified-since",
		"last-modified", "retry-after",
	}, strings.ToLower(name))
}

// assignment is set-header or set-query-parameter: a name, values, and what to
// do where it is there.
type assignment struct {
	name, action *value
	values       []*value
}

func (c *elementCompilation) assignment() *assignment {
	a := &assignment{name: c.get("name"), action: c.get("exists-action"), values: c.texts("", "value")}
	if a.name != nil && a.name.compiled == nil && c.element.Name == "set-header" && notChangeable(strings.TrimSpace(a.name.text)) {
		c.note(a.name.at(0), Refused, "value", "the header %s belongs to the connection and cannot be changed", strings.TrimSpace(a.name.text))
	}
	if a.name != nil && a.name.compiled == nil && c.element.Name == "set-header" {
		c.lintTold(a.name.text, a.values)
	}
	return a
}

func (a *assignment) apply(x *Execution, to *exchange.Headers, isHeader bool) error {
	name, err := a.name.trimmed(x)
	if err != nil {
		return err
	}
	if name == "" || isHeader && (notChangeable(name) || strings.ContainsAny(name, " \t\r\n:")) {
		return invalidValue("Header name is invalid or restricted from modification.")
	}
	action, err := a.action.trimmed(x)
	if err != nil {
		return err
	}
	values := make([]string, len(a.values))
	for i, v := range a.values {
		if values[i], err = v.trimmed(x); err != nil {
			return err
		}
	}
	if isHeader && len(values) > 1 && !notJoined(name) {
		values = []string{strings.Join(values, ",")}
	}
	switch action {
	case "", "override":
		to.Set(name, values...)
	case "skip":
		if !to.Has(name) {
			to.Set(name, values...)
		}
	case "append":
		if isHeader && to.Has(name) && !notJoined(name) {
			to.Set(name, strings.Join(append(slices.Clone(to.Values(name)), values...), ","))
		} else {
			to.Add(name, values...)
		}
	case "delete":
		to.Delete(name)
	default:
		return invalidValue("exists-action is override, skip, append or delete.")
	}
	if x.trace != nil {
		x.tell("%s: %s", name, strings.Join(to.Values(name), ","))
	}
	return nil
}

func setHeader(c *elementCompilation) runner {
	a := c.assignment()
	c.step.detail = describe(a.name) + " = " + describeAll(a.values)
	return func(x *Execution) error { return a.apply(x, x.headers(), true) }
}

func setQueryParameter(c *elementCompilation) runner {
	a := c.assignment()
	c.step.detail = describe(a.name) + " = " + describeAll(a.values)
	return func(x *Execution) error {
		query := x.exchange.Request.URL.Query()
		if err := a.apply(x, &query.Headers, false); err != nil {
			return err
		}
		x.exchange.Request.URL.RawQuery = query.Encode()
		return nil
	}
}

func setMethod(c *elementCompilation) runner {
	method := c.content
	c.step.detail = describe(method)
	return func(x *Execution) error {
		name, err := method.trimmed(x)
		if err != nil {
			return err
		}
		if name == "" {
			return invalidValue("The method field is required.")
		}
		x.exchange.Request.Method = strings.ToUpper(name)
		x.tell("%s", x.exchange.Request.Method)
		return nil
	}
}

func setStatus(c *elementCompilation) runner {
	apply := c.status()
	c.step.detail = describe(c.get("code"))
	return func(x *Execution) error {
		if x.exchange.Response == nil {
			x.exchange.Response = &exchange.Response{StatusCode: http.StatusOK}
		}
		return apply(x, x.exchange.Response)
	}
}

// status compiles what set-status does to a response.
func (c *elementCompilation) status() func(x *Execution, response *exchange.Response) error {
	code, reason := c.get("code"), c.get("reason")
	return func(x *Execution, response *exchange.Response) error {
		n, err := code.number(x, 0)
		if err != nil {
			return err
		}
		if n < 100 || n > 999 {
			return invalidValue("The status code has to be between 100 and 999.")
		}
		response.StatusCode = int(n)
		response.Reason = http.StatusText(int(n))
		if reason != nil {
			if response.Reason, err = reason.string(x); err != nil {
				return err
			}
		}
		x.tell("%d %s", response.StatusCode, response.Reason)
		return nil
	}
}

func setBody(c *elementCompilation) runner {
	body := c.bodyValue(true)
	c.step.detail = describe(c.content)
	c.noteBodySet()
	return func(x *Execution) error {
		data, err := body(x)
		if err != nil {
			return err
		}
		if x.outward() {
			x.unpacked(x.exchange.Response.Body)
			x.exchange.Response.Body.Discard()
			x.exchange.Response.Body = exchange.NewBody(data)
		} else {
			x.unpacked(x.exchange.Request.Body)
			x.exchange.Request.Body.Discard()
			x.exchange.Request.Body = exchange.NewBody(data)
			x.sent = false
		}
		x.tell("%d bytes", len(data))
		return nil
	}
}

// unpacked takes the encoding off a message whose body another one takes the place of:
// what policies write is not packed.
func (x *Execution) unpacked(replaced *exchange.Body) {
	switch {
	case !replaced.Packed():
	case x.outward():
		x.exchange.Response.Headers.Delete("Content-Encoding")
	default:
		x.exchange.Request.Headers.Delete("Content-Encoding")
	}
}

// bodyValue compiles the content of set-body. hasBody says that a template may use
// the body of the message that is under way; inside of return-response it may not.
func (c *elementCompilation) bodyValue(hasBody bool) func(x *Execution) ([]byte, error) {
	if strings.EqualFold(c.literal("template", ""), "liquid") {
		return c.liquidBody(hasBody)
	}
	c.refuseComment()
	content := c.content
	return func(x *Execution) ([]byte, error) {
		v, err := content.object(x)
		if err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case string:
			return []byte(v), nil
		case *library.Bytes:
			return v.Data, nil
		}
		text, err := x.env.Text(x.library, v)
		if err != nil {
			return nil, expressionFailure(err)
		}
		return []byte(text), nil
	}
}

// refuseComment: a comment beside the expression of set-body makes the service
// refuse the document.
func (c *elementCompilation) refuseComment() {
	if c.content == nil || c.content.compiled == nil {
		return
	}
	for _, node := range c.element.Children {
		if _, ok := node.(*document.Comment); ok {
			c.note(c.element.Position(), Refused, "comment", "<set-body> cannot hold an XML comment beside its expression; write // inside of the expression")
			return
		}
	}
}

func rewriteURI(c *elementCompilation) runner {
	template, copied := c.get("template"), c.get("copy-unmatched-params")
	c.step.detail = describe(template)
	return func(x *Execution) error {
		path, err := template.required(x, "template")
		if err != nil {
			return err
		}
		keep, err := copied.boolean(x, true)
		if err != nil {
			return err
		}
		path, query, _ := strings.Cut(path, "?")
		// Parameters that the operation's own template names are matched ones.
		used := map[string]bool{}
		_, matched, _ := strings.Cut(x.exchange.Operation.URLTemplate, "?")
		for _, field := range (exchange.URL{RawQuery: matched}).Query().Fields() {
			used[strings.ToLower(field.Name)] = true
		}
		for name, v := range x.exchange.Request.MatchedParameters {
			path, query = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v)), strings.ReplaceAll(query, "{"+name+"}", url.QueryEscape(v))
		}
		x.rewrite(path, query, keep, used)
		x.tell("%s", x.exchange.Request.URL)
		return nil
	}
}

// rewrite changes path and query below the base of the backend.
func (x *Execution) rewrite(path, query string, keep bool, used map[string]bool) {
	target := &x.exchange.Request.URL
	parameters := (exchange.URL{RawQuery: query}).Query()
	if keep {
		for _, field := range target.Query().Fields() {
			if !parameters.Has(field.Name) && !used[strings.ToLower(field.Name)] {
				parameters.Set(field.Name, field.Values...)
			}
		}
	}
	target.Path = joinPath(x.base.Path, path)
	target.RawQuery = parameters.Encode()
}

// joinPath appends a path to the path of a base.
func joinPath(base, path string) string {
	base = strings.TrimSuffix(base, "/")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return base + path
}

func findAndReplace(c *elementCompilation) runner {
	from, to := c.get("from"), c.get("to")
	c.step.detail = describe(from) + " by " + describe(to)
	return func(x *Execution) error {
		old, err := from.string(x)
		if err != nil {
			return err
		}
		replacement, err := to.string(x)
		if err != nil {
			return err
		}
		if old == "" {
			return invalidValue("The from field is required.")
		}
		body := &x.exchange.Request.Body
		if x.outward() {
			body = &x.exchange.Response.Body
		}
		data, err := (*body).Content(x.world.BodyLimit)
		if err != nil {
			return err
		}
		if data != nil {
			x.unpacked(*body)
			*body = exchange.NewBody([]byte(strings.ReplaceAll(string(data), old, replacement)))
		}
		return nil
	}
}
