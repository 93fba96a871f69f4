package library

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// URIValue is a System.Uri.
type URIValue struct {
	self     *Type
	parsed   *url.URL
	original string
}

func (u *URIValue) typeIn(*Library) *Type     { return u.self }
func (u *URIValue) text(*Env) (string, error) { return u.String(), nil } //nolint:unparam // others may fail

// String is the URI as Uri.ToString prints it.
func (u *URIValue) String() string {
	if !u.parsed.IsAbs() {
		return u.original
	}
	if plain, err := url.PathUnescape(u.absolute()); err == nil && !strings.Contains(u.absolute(), "%2") {
		return plain
	}
	return u.absolute()
}

func (u *URIValue) absolute() string {
	normal := *u.parsed
	normal.Scheme, normal.Host = strings.ToLower(normal.Scheme), u.host(false)
	if normal.Path == "" {
		normal.Path = "/"
	}
	return normal.String()
}

// host is the authority without a default port.
func (u *URIValue) host(alwaysPort bool) string {
	host := strings.ToLower(u.parsed.Host)
	if port := u.parsed.Port(); !alwaysPort && port != "" && strconv.Itoa(defaultPort(u.parsed.Scheme)) == port {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return host
}

func defaultPort(scheme string) int {
	switch strings.ToLower(scheme) {
	case "https", "wss":
		return 443
	case "http", "ws":
		return 80
	case "ftp":
		return 21
	}
	return -1
}

func (u *URIValue) port() int32 {
	if port, err := strconv.ParseInt(u.parsed.Port(), 10, 32); err == nil {
		return int32(port)
	}
	return int32(defaultPort(u.parsed.Scheme)) //nolint:gosec // a port
}

// part is a property that only absolute URIs have.
func part[R any](f func(*URIValue) R) Func {
	return x1(func(u *URIValue) (R, error) {
		if !u.parsed.IsAbs() {
			var none R
			return none, dotnet.InvalidOperation("This operation is not supported for a relative URI.")
		}
		return f(u), nil
	})
}

// The values of UriKind.
const (
	uriAny int32 = iota
	uriAbsolute
	uriRelative
)

func declareUris(l *Library) {
	l.enum("System", "UriKind", counted("RelativeOrAbsolute", "Absolute", "Relative")...)
	l.enum("System", "UriPartial", counted("Scheme", "Authority", "Path", "Query")...)
	c := l.class("System", "Uri", "")
	l.parseURI = func(s string, kind int32) (*URIValue, error) {
		parsed, err := url.Parse(s)
		switch {
		case err != nil:
			return nil, dotnet.Throw("System.UriFormatException", "Invalid URI: The format of the URI could not be determined.")
		case kind == 1 && (!parsed.IsAbs() || parsed.Opaque == "" && parsed.Host == "" && parsed.Scheme != "file"):
			return nil, dotnet.Throw("System.UriFormatException", "Invalid URI: The format of the URI could not be determined.")
		case kind == 2 && parsed.IsAbs():
			return nil, dotnet.Throw("System.UriFormatException", "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.")
		}
		return &URIValue{c.self, parsed, s}, nil
	}
	c.make("(string uriString)", x1(func(s string) (*URIValue, error) { return l.parseURI(s, uriAbsolute) }))
	c.make("(string uriString, UriKind uriKind)", x2(func(s string, kind Enum) (*URIValue, error) { return l.parseURI(s, kind.Value) }))
	resolve := func(base *URIValue, relative string) (*URIValue, error) {
		reference, err := url.Parse(relative)
		if err != nil {
			return nil, dotnet.Throw("System.UriFormatException", "Invalid URI: The format of the URI could not be determined.")
		}
		resolved := base.parsed.ResolveReference(reference)
		return &URIValue{c.self, resolved, resolved.String()}, nil
	}
	c.make("(Uri baseUri, string relativeUri)", x2(resolve))
	c.make("(Uri baseUri, Uri relativeUri)", x2(func(base, relative *URIValue) (*URIValue, error) { return resolve(base, relative.original) }))
	c.fixed("bool TryCreate(string? uriString, UriKind uriKind, out Uri result)", func(_ *Call, a []any) (any, error) {
		parsed, err := l.parseURI(to[string](a[0]), to[Enum](a[1]).Value)
		if err != nil || a[0] == nil {
			a[2] = nil
			return false, nil //nolint:nilerr // Try... tells it by false
		}
		a[2] = parsed
		return true, nil
	})
	c.fixed("bool IsWellFormedUriString(string? uriString, UriKind uriKind)", func(_ *Call, a []any) (any, error) {
		_, err := l.parseURI(to[string](a[0]), to[Enum](a[1]).Value)
		return err == nil && a[0] != nil && !strings.ContainsAny(to[string](a[0]), " <>\"{}|\\^`"), nil
	})
	c.fixed("string EscapeDataString(string stringToEscape)", f1(func(s string) string {
		return strings.NewReplacer("+", "%20").Replace(url.QueryEscape(s))
	}))
	c.fixed("string UnescapeDataString(string stringToUnescape)", f1(func(s string) string {
		if plain, err := url.PathUnescape(s); err == nil {
			return plain
		}
		return s
	}))
	c.fixed("string EscapeUriString(string stringToEscape)", f1(escapeURI))
	for name, constantScheme := range map[string]string{"UriSchemeHttp": "http", "UriSchemeHttps": "https"} {
		c.fixed("string "+name, constant(constantScheme))
	}
	c.property("string Scheme", part(func(u *URIValue) string { return strings.ToLower(u.parsed.Scheme) }))
	c.property("string Host", part(func(u *URIValue) string { return strings.ToLower(u.parsed.Hostname()) }))
	c.property("string DnsSafeHost", part(func(u *URIValue) string { return strings.ToLower(u.parsed.Hostname()) }))
	c.property("int Port", part((*URIValue).port))
	c.property("string Authority", part(func(u *URIValue) string { return u.host(false) }))
	c.property("string AbsolutePath", part(func(u *URIValue) string {
		if path := u.parsed.EscapedPath(); path != "" {
			return path
		}
		return "/"
	}))
	c.property("string LocalPath", part(func(u *URIValue) string {
		if u.parsed.Path != "" {
			return u.parsed.Path
		}
		return "/"
	}))
	c.property("string Query", part(func(u *URIValue) string { return prefixed("?", u.parsed.RawQuery) }))
	c.property("string Fragment", part(func(u *URIValue) string { return prefixed("#", u.parsed.EscapedFragment()) }))
	c.property("string PathAndQuery", part(func(u *URIValue) string {
		path := u.parsed.EscapedPath()
		if path == "" {
			path = "/"
		}
		return path + prefixed("?", u.parsed.RawQuery)
	}))
	c.property("string AbsoluteUri", part((*URIValue).absolute))
	c.property("string OriginalString", f1(func(u *URIValue) string { return u.original }))
	c.property("string UserInfo", part(func(u *URIValue) string {
		if u.parsed.User == nil {
			return ""
		}
		return u.parsed.User.String()
	}))
	c.property("bool IsAbsoluteUri", f1(func(u *URIValue) bool { return u.parsed.IsAbs() }))
	c.property("bool IsDefaultPort", part(func(u *URIValue) bool { return int(u.port()) == defaultPort(u.parsed.Scheme) }))
	c.property("bool IsLoopback", part(func(u *URIValue) bool {
		host := u.parsed.Hostname()
		return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1"
	}))
	c.property("string[] Segments", part(func(u *URIValue) *Array {
		path := u.parsed.EscapedPath()
		if path == "" {
			path = "/"
		}
		segments := strings.SplitAfter(path, "/")
		if last := len(segments) - 1; segments[last] == "" {
			segments = segments[:last]
		}
		return l.Strings(segments)
	}))
	c.method("string GetLeftPart(UriPartial part)", f2(func(u *URIValue, p Enum) string {
		left := strings.ToLower(u.parsed.Scheme) + "://"
		for _, piece := range []string{u.host(false), u.parsed.EscapedPath(), prefixed("?", u.parsed.RawQuery)}[:p.Value] {
			left += piece
		}
		return left
	}))
	c.method("string ToString()", f1((*URIValue).String))
	c.beyond("MakeRelativeUri", "IsBaseOf", "CheckHostName", "CheckSchemeName", "GetComponents", "HostNameType", "IdnHost", "IsFile", "IsUnc", "Compare", "HexEscape", "HexUnescape")
}

func prefixed(mark, s string) string {
	if s == "" {
		return ""
	}
	return mark + s
}

// escapeURI escapes what may not stand in a URI and leaves its separators.
func escapeURI(s string) string {
	const reserved = ";/?:@&=+$,#[]!'()*-._~%"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(reserved, c) >= 0 && c != '%' {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
	}
	return b.String()
}
