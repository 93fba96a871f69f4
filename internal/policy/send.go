package policy

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// outcall compiles the request of send-request and its like.
func (c *elementCompilation) outcall() func(x *Execution) (*Call, error) {
	mode, timeout := c.get("mode"), c.get("timeout")
	var url, method *value
	if each := c.first("set-url"); each != nil {
		url = each.content
	}
	if each := c.first("set-method"); each != nil {
		method = each.content
	}
	c.step.detail = describe(method) + " " + describe(url)
	for name, v := range map[string]*value{"set-method": method, "set-url": url} {
		if v == nil && c.literal("mode", "new") == "new" {
			c.note(c.element.Position(), Refused, "missing-element", "<%s> needs <%s>, unless mode is copy", c.element.Name, name)
		}
	}
	var headers []*assignment
	for _, each := range c.children["set-header"] {
		headers = append(headers, each.assignment())
	}
	var body func(x *Execution) ([]byte, error)
	if each := c.first("set-body"); each != nil {
		body = each.bodyValue(true)
	}
	authenticate := c.outcallAuthentication()
	return func(x *Execution) (*Call, error) {
		call, err := x.newCall(mode, timeout, url, method)
		if err != nil {
			return nil, err
		}
		for _, a := range headers {
			if err := a.apply(x, &call.Request.Headers, true); err != nil {
				return nil, err
			}
		}
		if body != nil {
			data, err := body(x)
			if err != nil {
				return nil, err
			}
			call.Request.Body = exchange.NewBody(data)
		}
		return call, authenticate(x, call)
	}
}

// outcallAuthentication compiles the authentication-* and proxy elements inside.
func (c *elementCompilation) outcallAuthentication() func(x *Execution, call *Call) error {
	var parts []func(x *Execution, call *Call) error
	if each := c.first("authentication-managed-identity"); each != nil {
		token := each.managedIdentity()
		parts = append(parts, func(x *Execution, call *Call) error { return token(x, &call.Request.Headers) })
	}
	if each := c.first("authentication-basic"); each != nil {
		credentials := each.basicCredentials()
		parts = append(parts, func(x *Execution, call *Call) error { return credentials(x, &call.Request.Headers) })
	}
	if each := c.first("authentication-certificate"); each != nil {
		id := each.certificateID()
		parts = append(parts, func(x *Execution, call *Call) (err error) {
			call.Certificate, err = id.string(x)
			return err
		})
	}
	if each := c.first("proxy"); each != nil {
		url := each.get("url")
		parts = append(parts, func(x *Execution, call *Call) (err error) {
			call.Proxy, err = url.string(x)
			return err
		})
	}
	return func(x *Execution, call *Call) error {
		for _, part := range parts {
			if err := part(x, call); err != nil {
				return err
			}
		}
		return nil
	}
}

// defaultSendTimeout is that of send-request (Microsoft's reference).
const defaultSendTimeout = 60

func (x *Execution) newCall(mode, timeout, url, method *value) (*Call, error) {
	call := &Call{Request: &exchange.Request{Method: http.MethodGet}, BufferResponse: true, HTTPVersion: "1"}
	kind, err := mode.trimmed(x)
	if err != nil {
		return nil, err
	}
	if kind == "copy" {
		copied := *x.exchange.Request
		copied.Headers = x.exchange.Request.Headers.Clone()
		if copied.Body, err = x.exchange.Request.Body.Clone(x.world.BodyLimit); err != nil {
			return nil, err
		}
		call.Request = &copied
	}
	if url != nil {
		text, err := url.required(x, "url")
		if err != nil {
			return nil, err
		}
		if call.Request.URL, err = exchange.ParseURL(strings.TrimSpace(text)); err != nil {
			return nil, invalidValue("The url '" + strings.TrimSpace(text) + "' is not a valid absolute URL.")
		}
	}
	if method != nil {
		if call.Request.Method, err = method.trimmed(x); err != nil {
			return nil, err
		}
	}
	call.Timeout.Covers = WholeAnswer
	call.Timeout.After, err = timeout.seconds(x, defaultSendTimeout)
	return call, err
}

func sendRequest(c *elementCompilation) runner {
	compilation, variable, ignore := c.outcall(), c.literal("response-variable-name", ""), c.flag("ignore-error", false)
	c.noteVariable(variable, nil)
	return func(x *Execution) error {
		call, err := compilation(x)
		if err != nil {
			return err
		}
		if x.world.Sender == nil {
			return missingWorld("a network")
		}
		x.tell("%s %s", call.Request.Method, call.Request.URL)
		response, err := x.world.Sender.Send(x.ctx, call)
		if err != nil {
			if !ignore {
				return transportFailure(err)
			}
			x.tell("ignored: %v", err)
			x.setResponse(variable, nil)
			return nil
		}
		x.tell("answered %d", response.StatusCode)
		x.setResponse(variable, response)
		return nil
	}
}

// setResponse keeps a response in a variable, as expressions see it.
func (x *Execution) setResponse(variable string, response *exchange.Response) {
	if variable != "" {
		x.exchange.Variables[variable] = x.library.ResponseValue(response)
	}
}

// response is the response in a variable.
func (x *Execution) response(variable string) (*exchange.Response, bool) {
	return x.library.ResponseOf(x.exchange.Variables[variable])
}

func sendOneWay(c *elementCompilation) runner {
	compilation := c.outcall()
	return func(x *Execution) error {
		call, err := compilation(x)
		if err != nil {
			return err
		}
		call.Unanswered = true
		if x.world.Sender == nil {
			return missingWorld("a network")
		}
		x.tell("%s %s", call.Request.Method, call.Request.URL)
		// Nobody waits for the answer, and nobody hears of an error.
		if _, err := x.world.Sender.Send(x.ctx, call); err != nil {
			x.tell("ignored: %v", err)
		}
		return nil
	}
}

func proxy(c *elementCompilation) runner {
	url := c.get("url")
	c.step.detail = describe(url)
	return func(x *Execution) (err error) {
		x.proxy, err = url.required(x, "url")
		return err
	}
}
