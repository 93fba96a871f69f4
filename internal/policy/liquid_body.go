package policy

import (
	"errors"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/liquid"
)

// liquidBody compiles <set-body template="liquid">.
func (c *elementCompilation) liquidBody(hasBody bool) func(x *Execution) ([]byte, error) {
	content := c.content
	if content.compiled != nil || c.failed {
		c.note(content.at(0), Unsupported, "liquid", "a Liquid template that is an expression cannot be run here; write the template itself")
		return nil
	}
	template, err := liquid.Parse(content.text, liquid.Options{ArrayTag: true})
	var mistake *liquid.SyntaxError
	if errors.As(err, &mistake) {
		c.note(content.at(mistake.Offset), Refused, "liquid", "the Liquid template cannot be read: %s", mistake.Message)
		return nil
	}
	for _, culture := range template.Cultures {
		c.note(content.at(0), Unsupported, "liquid", "amounts of the culture '%s' cannot be written here; Currency takes en-US, en-GB and de-DE", culture)
	}
	if at := strings.Index(content.text, "ClientCertificates"); at >= 0 {
		c.note(content.at(at), Unsupported, "liquid", "a template cannot read ClientCertificates here; set a variable from context.Request.Certificate, and use that")
	}
	input := bodyInput{dates: c.flag("parse-date", true), hasBody: hasBody}
	if c.literal("xsi-nil", "blank") == "blank" {
		input.nilled = ""
	}
	return func(x *Execution) ([]byte, error) {
		text, err := template.Render(liquid.Input{
			Variables: liquid.NewHash().Set("context", x.liquidContext()), Body: func() (any, error) { return input.read(x) },
			Now: x.world.Clock.Now, Budget: &library.Env{Limits: x.limits},
		})
		if err != nil {
			return nil, expressionFailure(err)
		}
		return []byte(text), nil
	}
}

// bodyInput is how a template sees the body of the message under way.
type bodyInput struct {
	dates, hasBody bool
	// nilled is the value of an element with xsi:nil="true".
	nilled any
}

// read reads the body by its content type: JSON or XML. There is none of any other
// type.
func (b bodyInput) read(x *Execution) (any, error) {
	if !b.hasBody {
		return nil, nil //nolint:nilnil // no body is null
	}
	headers, body := &x.exchange.Request.Headers, x.exchange.Request.Body
	if x.outward() {
		headers, body = &x.exchange.Response.Headers, x.exchange.Response.Body
	}
	written := headers.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(written)
	if err != nil {
		kind = strings.ToLower(strings.TrimSpace(written))
	}
	isJSON := strings.HasSuffix(kind, "/json") || strings.HasSuffix(kind, "+json")
	isXML := strings.HasSuffix(kind, "/xml") || strings.HasSuffix(kind, "+xml")
	if !isJSON && !isXML {
		return nil, nil //nolint:nilnil // the same
	}
	data, err := body.Bytes(x.world.BodyLimit)
	if err != nil || len(data) == 0 {
		return nil, err
	}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(data), "\ufffd"), "\ufeff")
	if isXML {
		return liquid.FromXML(text, b.nilled, b.dates)
	}
	v, err := liquid.FromJSON(text, b.dates)
	var thrown *dotnet.Exception
	if errors.As(err, &thrown) {
		thrown.Message = "The message body is not a valid JSON. " + thrown.Message
	}
	return v, err
}

// liquidContext is context as Microsoft's reference of set-body lists it, and
// Variables, which many public templates use.
func (x *Execution) liquidContext() *liquid.Hash {
	e := x.exchange
	matched := liquid.NewHash()
	for _, name := range slices.Sorted(maps.Keys(e.Request.MatchedParameters)) {
		matched.Set(name, e.Request.MatchedParameters[name])
	}
	request := liquid.NewHash().Set("Url", liquidURL(e.Request.URL)).Set("Method", e.Request.Method).Set("OriginalMethod", e.Request.Method).
		Set("OriginalUrl", liquidURL(e.Request.OriginalURL)).Set("IpAddress", e.Request.IPAddress).Set("MatchedParameters", matched).
		Set("HasBody", e.Request.Body != nil).Set("Headers", liquidFields(&e.Request.Headers))
	found := liquid.NewHash().Set("Request", request).Set("Variables", x.liquidVariables())
	if e.Response != nil {
		found.Set("Response", liquid.NewHash().Set("StatusCode", int32(e.Response.StatusCode)).Set("Method", e.Request.Method).Set("Headers", liquidFields(&e.Response.Headers))) //nolint:gosec // three digits
	}
	return found
}

func liquidURL(u exchange.URL) *liquid.Hash {
	return liquid.NewHash().Set("Scheme", u.Scheme).Set("Host", u.Host).Set("Port", int32(u.Port)).Set("Path", u.Path). //nolint:gosec // a port
																Set("Query", liquidFields(&u.Query().Headers)).Set("QueryString", u.QueryString()).Set("ToUri", u.String()).Set("ToString", u.String())
}

func liquidFields(headers *exchange.Headers) *liquid.Hash {
	h := liquid.NewHash()
	h.Typed, h.FoldNames = true, true
	for _, field := range headers.Fields() {
		h.Set(field.Name, liquid.Strings(field.Values...))
	}
	return h
}

func (x *Execution) liquidVariables() *liquid.Hash {
	h := liquid.NewHash()
	for _, name := range slices.Sorted(maps.Keys(x.exchange.Variables)) {
		v := x.exchange.Variables[name]
		h.Set(name, liquid.Later(func() any { return x.liquidValue(v, 0) }))
	}
	return h
}

// maxLiquid bounds objects in objects.
const maxLiquid = 64

// liquidValue is a variable's value as a template sees it.
func (x *Execution) liquidValue(v any, depth int) any {
	if token, ok := v.(library.Token); ok {
		return liquid.FromToken(token)
	}
	switch value := v.(type) {
	case nil, bool, int32, int64, float64, string, dotnet.Decimal, dotnet.DateTime:
		return value
	case float32:
		return float64(value)
	case library.Char:
		return liquid.Char(value)
	case *library.Dictionary, *library.List, *library.Array, *library.Sequence:
		if depth < maxLiquid {
			return x.liquidItems(value, depth)
		}
	}
	text, err := x.env.Text(x.library, v)
	if err != nil {
		return nil
	}
	return text
}

func (x *Execution) liquidItems(v any, depth int) any {
	h, l := liquid.NewHash(), &liquid.List{}
	_, isHash := v.(*library.Dictionary)
	err := library.Each(v, func(item any) error {
		pair, isPair := item.(library.Pair)
		if !isPair {
			l.Items = append(l.Items, x.liquidValue(item, depth+1))
			return nil
		}
		name, err := x.env.Text(x.library, pair.Key)
		h.Set(name, x.liquidValue(pair.Value, depth+1))
		return err
	})
	switch {
	case err != nil:
		return nil
	case isHash:
		return h
	}
	return l
}
