package policy

import (
	"errors"
	"mime"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// convertKinds turn bodies from one format into another.
func convertKinds() []*kind {
	sections := in("inbound", "outbound", "on-error")
	preserve := may("empty-values", oneOf("preserve", "as-null")).undocumented()
	return []*kind{
		{name: "xml-to-json", sections: sections, attributes: []attribute{
			need("kind", oneOf("javascript-friendly", "direct")), need("apply", oneOf("always", "content-type-xml")), may("consider-accept-header", boolean()),
			may("preserve-whitespace-nodes", boolean()).undocumented(), preserve, may("trim-values", boolean()).undocumented(), may("always-array-child-elements", boolean()),
		}, compile: xmlToJSON},
		{name: "json-to-xml", sections: sections, attributes: []attribute{
			need("apply", oneOf("always", "content-type-json")), may("consider-accept-header", boolean()), may("parse-date", boolean()).fixed(), may("attribute-block-name", text()),
			may("attribute-prefix", text()).fixed().undocumented(), may("namespace-block-name", text()).fixed().undocumented(), may("namespace-separator", text()), may("namespace-prefix", text()),
			may("invalid-character-replacement", text()).fixed().undocumented(), may("null-values", text()).fixed().undocumented(), may("trim-values", boolean()).fixed().undocumented(), preserve,
		}, compile: jsonToXML},
	}
}

// conversion is when a body is converted.
type conversion struct{ apply, accept *value }

func (c *elementCompilation) conversion() conversion {
	return conversion{c.get("apply"), c.get("consider-accept-header")}
}

// wanted tells whether a body is to be converted from one format to the other: by its
// Content-Type, and by what the caller takes (Microsoft's reference of xml-to-json and
// json-to-xml).
func (c *conversion) wanted(x *Execution, from, to string) (bool, error) {
	apply, err := c.apply.trimmed(x)
	if err != nil {
		return false, err
	}
	if apply != "always" && !isFormat(x.headers().Get("Content-Type"), from) {
		x.tell("the body is not %s", from)
		return false, nil
	}
	considered, err := c.accept.boolean(x, true)
	if err != nil || !considered {
		return err == nil, err
	}
	for _, line := range x.exchange.Request.Headers.Values("Accept") {
		for each := range strings.SplitSeq(line, ",") {
			if isFormat(each, to) {
				return true, nil
			}
		}
	}
	x.tell("the caller does not ask for %s", to)
	return false, nil
}

// isFormat tells whether a media type is json or xml: application/json, text/xml,
// application/hal+json.
func isFormat(mediaType, format string) bool {
	media, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return false
	}
	_, sub, _ := strings.Cut(media, "/")
	return sub == format || strings.HasSuffix(sub, "+"+format)
}

// convert replaces the body of the message that is under way.
func (x *Execution) convert(mediaType string, convert func(data []byte) ([]byte, error)) error {
	body := &x.exchange.Request.Body
	if x.outward() {
		body = &x.exchange.Response.Body
	}
	data, err := (*body).Content(x.world.BodyLimit)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		x.tell("there is no body")
		return nil
	}
	made, err := convert(data)
	var exception *dotnet.Exception
	if errors.As(err, &exception) {
		return &Error{Failure: failure("", "", "The body is not a valid JSON. "+exception.Message), cause: err}
	}
	if err != nil {
		return &Error{Failure: failure("", "", err.Error()), cause: err}
	}
	x.unpacked(*body)
	*body = exchange.NewBody(made)
	x.headers().Set("Content-Type", mediaType)
	x.tell("%d bytes of %s", len(made), mediaType)
	return nil
}

func xmlToJSON(c *elementCompilation) runner {
	when, kind, arrays := c.conversion(), c.get("kind"), c.get("always-array-child-elements")
	c.step.detail = describe(kind)
	return func(x *Execution) error {
		if ok, err := when.wanted(x, "xml", "json"); !ok {
			return err
		}
		mode, err := kind.trimmed(x)
		if err != nil {
			return err
		}
		always, err := arrays.boolean(x, false)
		if err != nil {
			return err
		}
		return x.convert("application/json", func(data []byte) ([]byte, error) {
			return jsonOfXML(data, xmlReading{friendly: mode == "javascript-friendly", arrays: always})
		})
	}
}

func jsonToXML(c *elementCompilation) runner {
	when, dates := c.conversion(), c.flag("parse-date", true)
	block, separator, prefix := c.get("attribute-block-name"), c.get("namespace-separator"), c.get("namespace-prefix")
	return func(x *Execution) error {
		if ok, err := when.wanted(x, "json", "xml"); !ok {
			return err
		}
		names, err := texts(x, []*value{block, separator, prefix})
		if err != nil {
			return err
		}
		w := &xmlWriter{x: x, attributes: names[0], separator: names[1], namespaces: names[2]}
		if w.separator == "" {
			w.separator = "_"
		}
		return x.convert("application/xml", func(data []byte) ([]byte, error) {
			read := library.ParseJSON
			if !dates {
				read = library.ParseJSONWithoutDates
			}
			token, err := read(string(data))
			if err != nil {
				return nil, err
			}
			return w.document(token)
		})
	}
}
