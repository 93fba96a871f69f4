package library

import (
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// fields are headers, query parameters or claims: names with values.
type fields struct {
	library *Library
	headers *exchange.Headers
}

func (f fields) typeIn(l *Library) *Type {
	return l.named("IReadOnlyDictionary", l.String, l.ArrayOf(l.String))
}

func (f fields) get(key any) (any, bool) {
	name := to[string](key)
	if !f.headers.Has(name) {
		return nil, false
	}
	return f.library.Strings(f.headers.Values(name)), true
}

func (f fields) count() int { return len(f.headers.Fields()) }

func (f fields) each(do func(any) error) error {
	pair := f.library.PairOf(f.library.String, f.library.ArrayOf(f.library.String))
	for _, field := range f.headers.Fields() {
		if err := do(Pair{pair, field.Name, f.library.Strings(field.Values)}); err != nil {
			return err
		}
	}
	return nil
}

// plainFields are names with one value each, such as MatchedParameters.
type plainFields struct {
	library *Library
	values  map[string]string
}

func (f plainFields) typeIn(l *Library) *Type {
	return l.named("IReadOnlyDictionary", l.String, l.String)
}

func (f plainFields) get(key any) (any, bool) {
	value, ok := f.values[to[string](key)]
	return value, ok
}

func (f plainFields) count() int { return len(f.values) }

func (f plainFields) each(do func(any) error) error {
	pair := f.library.PairOf(f.library.String, f.library.String)
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if err := do(Pair{pair, name, f.values[name]}); err != nil {
			return err
		}
	}
	return nil
}

func declareMessages(l *Library) {
	type (
		request  = *exchange.Request
		response = *exchange.Response
	)
	bodies := viewsOf[exchange.Body](l, "IMessageBody")
	r := l.iface("", "IRequest")
	r.property("string Method", get(func(v request) string { return v.Method })).property("string IpAddress", get(func(v request) string { return v.IPAddress }))
	r.property("IUrl Url", get(func(v request) any { return view[exchange.URL]{l.named("IUrl"), v.URL} }))
	r.property("IUrl OriginalUrl", get(func(v request) any { return view[exchange.URL]{l.named("IUrl"), v.OriginalURL} }))
	plain(r, "IReadOnlyDictionary<string, string[]> Headers", func(v request) any { return fields{l, &v.Headers} })
	plain(r, "IReadOnlyDictionary<string, string> MatchedParameters", func(v request) any { return plainFields{l, v.MatchedParameters} })
	r.property("X509Certificate2 Certificate", get(func(v request) any { return certificate(l, exchange.Certificate{Certificate: v.Certificate}) }))
	plain(r, "IMessageBody Body", func(v request) any { return bodies(v.Body) })
	r.beyond("PrivateEndpointConnection", "Foundry", "AzureVnetInfo")
	s := l.iface("", "IResponse")
	plain(s, "int StatusCode", func(v response) int32 { return count(v.StatusCode) }).property("string StatusReason", get(func(v response) string { return v.Reason }))
	plain(s, "IReadOnlyDictionary<string, string[]> Headers", func(v response) any { return fields{l, &v.Headers} })
	plain(s, "IMessageBody Body", func(v response) any { return bodies(v.Body) })
	declareURL(l)
	declareBody(l)
	declareFields(l)
	declareCertificate(l)
}

func declareURL(l *Library) {
	type u = exchange.URL
	c := l.iface("", "IUrl")
	c.property("string Host", get(func(v u) string { return v.Host })).property("string Path", get(func(v u) string { return v.Path })).property("string Scheme", get(func(v u) string { return v.Scheme }))
	c.property("int Port", get(func(v u) int32 { return count(v.Port) })).property("string QueryString", get(u.QueryString))
	c.property("IReadOnlyDictionary<string, string[]> Query", get(func(v u) any { return fields{l, &v.Query().Headers} }))
	c.method("string ToString()", get(u.String)).method("Uri ToUri()", func(call *Call, a []any) (any, error) {
		return l.named("Uri").def.resolved().constructors[0].Do(call, []any{a[0].(view[u]).value.String()})
	})
}

func declareFields(l *Library) {
	e := l.static("", "DictionaryExtensions")
	many := func(_ *Call, a []any) (any, error) {
		if of, ok := a[0].(fields); ok && of.headers.Has(to[string](a[1])) {
			return strings.Join(of.headers.Values(to[string](a[1])), ","), nil
		} else if value, found := a[0].(mapping).get(a[1]); found {
			return strings.Join(texts(value.(*Array)), ","), nil
		}
		if len(a) > 2 {
			return a[2], nil
		}
		return nil, nil //nolint:nilnil // null is the value
	}
	e.fixed("string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> headers, string headerName)", many)
	e.fixed("string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> headers, string headerName, string? defaultValue)", many)
	e.fixed("T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> variables, string variableName)", valueOrDefault)
	e.fixed("T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> variables, string variableName, T defaultValue)", valueOrDefault)
	e.fixed("object GetValueOrDefault(this IReadOnlyDictionary<string, object> variables, string variableName)", func(_ *Call, a []any) (any, error) {
		value, _ := a[0].(mapping).get(a[1])
		return value, nil
	})
	plain := func(_ *Call, a []any) (any, error) {
		if value, ok := a[0].(mapping).get(a[1]); ok {
			return value, nil
		}
		if len(a) > 2 {
			return a[2], nil
		}
		return nil, nil //nolint:nilnil // null is the value
	}
	for _, fallback := range []string{"", ", V defaultValue"} {
		e.fixed("V GetValueOrDefault<K, V>(this IDictionary<K, V> dictionary, K key"+fallback+")", func(c *Call, a []any) (any, error) {
			if v, ok := a[0].(*Dictionary).get(a[1]); ok {
				return v, nil
			}
			if len(a) > 2 {
				return a[2], nil
			}
			return c.Library.Zero(c.Types[1]), nil
		})
	}
	e.fixed("string GetValueOrDefault(this IReadOnlyDictionary<string, string> parameters, string name)", plain)
	e.fixed("string GetValueOrDefault(this IReadOnlyDictionary<string, string> parameters, string name, string? defaultValue)", plain)
	e.fixed("string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> form)", func(_ *Call, a []any) (any, error) {
		var p exchange.Parameters
		err := a[0].(mapping).each(func(item any) error {
			return Each(item.(Pair).Value, func(value any) error {
				p.Add(to[string](item.(Pair).Key), to[string](value))
				return nil
			})
		})
		return p.Encode(), err
	})
}

// valueOrDefault is Variables.GetValueOrDefault<T>: a value of another type is an
// InvalidCastException, not the default.
func valueOrDefault(c *Call, a []any) (any, error) {
	value, ok := a[0].(mapping).get(a[1])
	if !ok {
		if len(a) > 2 {
			return a[2], nil
		}
		return c.Library.Zero(c.Types[0]), nil
	}
	return c.Library.Unbox(value, c.Types[0])
}

func declareBody(l *Library) {
	type body = *exchange.Body
	c := l.iface("", "IMessageBody")
	c.method("T As<T>(bool preserveContent = false)", func(call *Call, a []any) (any, error) {
		data, err := call.read(a[0].(view[body]).value, to[bool](a[1]))
		if err != nil {
			return nil, err
		}
		return call.bodyAs(data, call.Types[0])
	})
	c.method("IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)", func(call *Call, a []any) (any, error) {
		data, err := call.read(a[0].(view[body]).value, to[bool](a[1]))
		if err != nil {
			return nil, err
		}
		list := l.named("IList", l.String)
		form := l.newDictionary(newType(l.Dictionary.def, []*Type{l.String, list}))
		for _, field := range (exchange.URL{RawQuery: strings.ReplaceAll(string(data), "\n", "")}).Query().Fields() {
			form.set(field.Name, &List{Element: l.String, Items: l.Strings(field.Values).Items})
		}
		return form, nil
	})
}

// read takes a body's bytes. Without preserveContent a second reading fails, as
// the stream behind it is gone.
func (c *Call) read(b *exchange.Body, preserve bool) ([]byte, error) {
	if b.Consumed() {
		return nil, dotnet.InvalidOperation("The message body has been read before, without preserveContent: true.")
	}
	data, err := b.Content(c.BodyLimit)
	if err != nil {
		return nil, dotnet.InvalidOperation(err.Error())
	}
	if !preserve {
		b.Consume()
	}
	return data, c.Take(len(data))
}

func (c *Call) bodyAs(data []byte, target *Type) (any, error) {
	l := c.Library
	if target.IsArray() && Same(target.Element(), l.Byte) {
		return &Bytes{slices.Clone(data)}, nil
	}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(data), "\ufffd"), "\ufeff")
	switch {
	case Same(target, l.String):
		return text, nil
	case l.ReferenceConvertible(target, l.Token):
		token, err := parseJSON(text, target.def.name)
		if thrown, ok := err.(*dotnet.Exception); ok { //nolint:errorlint // only what the reader threw
			// The service says so before the library's words.
			thrown.Message = "The message body is not a valid JSON. " + thrown.Message
		}
		return either(token, err)
	}
	switch target.String() {
	case "XElement":
		return c.bodyAsXML(text, true)
	case "XDocument", "XNode", "XContainer":
		return c.bodyAsXML(text, false)
	}
	return nil, dotnet.Throw("System.NotSupportedException", "A body cannot be read as "+target.FullName()+".")
}

// ResponseValue is a response as a variable holds it; null where there is none.
func (l *Library) ResponseValue(response *exchange.Response) any {
	if response == nil {
		return nil
	}
	return view[*exchange.Response]{l.named("IResponse"), response}
}

// ResponseOf is the response that a variable's value is.
func (l *Library) ResponseOf(value any) (*exchange.Response, bool) {
	v, ok := value.(view[*exchange.Response])
	return v.value, ok
}
