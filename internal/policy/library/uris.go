package library

import (
	"net/netip"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// part is a property that only absolute URIs have.
func part[R any](f func(*URIValue) R) Func {
	return x1(func(u *URIValue) (R, error) {
		if !u.absolute {
			var none R
			return none, dotnet.InvalidOperation("This operation is not supported for a relative URI.")
		}
		return f(u), nil
	})
}

func declareUris(l *Library) {
	l.enum("System", "UriKind", counted("RelativeOrAbsolute", "Absolute", "Relative")...)
	l.enum("System", "UriPartial", counted("Scheme", "Authority", "Path", "Query")...)
	l.enum("System", "UriHostNameType", counted("Unknown", "Basic", "Dns", "IPv4", "IPv6")...)
	c := l.class("System", "Uri", "")
	l.parseURI = func(s string, kind int32) (*URIValue, error) { return readURI(c.self, s, kind) }
	resolve := func(base *URIValue, relative string) (*URIValue, error) {
		if !base.absolute {
			return nil, dotnet.ArgumentOutOfRange("This operation is not supported for a relative URI.", "baseUri")
		}
		return base.resolve(relative)
	}
	c.make("(string uriString)", x1(func(s string) (*URIValue, error) { return l.parseURI(s, uriAbsolute) }))
	c.make("(string uriString, UriKind uriKind)", x2(func(s string, kind Enum) (*URIValue, error) { return l.parseURI(s, kind.Value) }))
	c.make("(Uri baseUri, string? relativeUri)", x2(resolve))
	c.make("(Uri baseUri, Uri relativeUri)", x2(func(base, relative *URIValue) (*URIValue, error) { return resolve(base, relative.original) }))
	c.fixed("bool TryCreate(string? uriString, UriKind uriKind, out Uri result)", func(_ *Call, a []any) (any, error) {
		read, err := l.parseURI(to[string](a[0]), to[Enum](a[1]).Value)
		return created(a, read, err == nil && a[0] != nil), nil
	})
	for _, relative := range []string{"string? relativeUri", "Uri? relativeUri"} {
		c.fixed("bool TryCreate(Uri? baseUri, "+relative+", out Uri result)", func(_ *Call, a []any) (any, error) {
			base, ok := a[0].(*URIValue)
			if !ok || a[1] == nil || !base.absolute {
				return created(a, nil, false), nil
			}
			text, isText := a[1].(string)
			if !isText {
				text = a[1].(*URIValue).original
			}
			read, err := base.resolve(text)
			return created(a, read, err == nil), nil
		})
	}
	c.fixed("bool IsWellFormedUriString(string? uriString, UriKind uriKind)", func(_ *Call, a []any) (any, error) {
		s := to[string](a[0])
		u, err := l.parseURI(s, to[Enum](a[1]).Value)
		// A fragment holds no second #.
		return err == nil && a[0] != nil && isEscaped(s) && !strings.Contains(strings.TrimPrefix(u.fragment, "#"), "#"), nil
	})
	declareEscapes(c)
	declareURIParts(l, c)
	declareURIRest(l, c)
}

// created puts the result of TryCreate into its last argument.
func created(a []any, u *URIValue, ok bool) bool {
	a[2] = nil
	if ok {
		a[2] = u
	}
	return ok
}

// isEscaped tells text in which nothing has to be escaped any more.
func isEscaped(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if _, ok := hexByte(s[i:]); ok {
			i += 2
		} else if !isUnreserved(c) && strings.IndexByte(reservedMarks, c) < 0 && c < 0x80 {
			return false
		}
	}
	return true
}

func escapeText(s, keep string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			writeEscaped(&b, c)
		}
	}
	return b.String()
}

func declareEscapes(c *class) {
	c.fixed("string EscapeDataString(string stringToEscape)", f1(func(s string) string { return escapeText(s, "") }))
	c.fixed("string EscapeUriString(string stringToEscape)", f1(func(s string) string { return escapeText(s, reservedMarks) }))
	c.fixed("string UnescapeDataString(string stringToUnescape)", f1(func(s string) string { return unescapeBut(s, "") }))
	c.fixed("string HexEscape(char character)", x1(func(v Char) (string, error) {
		if v > 0xff {
			return "", dotnet.ArgumentOutOfRange("", "character")
		}
		var b strings.Builder
		writeEscaped(&b, byte(v))
		return b.String(), nil
	}))
	c.fixed("bool IsHexDigit(char character)", f1(func(v Char) bool { return v < 0x80 && strings.ContainsRune("0123456789abcdefABCDEF", rune(v)) }))
	for name, scheme := range map[string]string{"Http": "http", "Https": "https", "Ftp": "ftp", "File": "file", "Mailto": "mailto"} {
		c.fixed("string UriScheme"+name, constant(scheme))
	}
	c.fixed("string SchemeDelimiter", constant("://"))
	c.fixed("bool CheckSchemeName(string? schemeName)", f1(isScheme))
}

func declareURIParts(l *Library, c *class) {
	c.property("string Scheme", part(func(u *URIValue) string { return u.scheme }))
	c.property("string Host", part(func(u *URIValue) string { return u.host }))
	c.property("string DnsSafeHost", part(func(u *URIValue) string { return strings.Trim(u.host, "[]") }))
	c.property("int Port", part(func(u *URIValue) int32 { return int32(u.port) })) //nolint:gosec // a port
	c.property("bool UserEscaped", part(func(*URIValue) bool { return false }))
	c.property("string Authority", part((*URIValue).authority))
	c.property("string AbsolutePath", part(func(u *URIValue) string { return u.path }))
	c.property("string LocalPath", part(func(u *URIValue) string {
		plain := unescapeBut(u.path, "")
		if u.scheme == "file" && !strings.HasPrefix(u.path, "/") {
			return strings.ReplaceAll(plain, "/", `\`)
		}
		return plain
	}))
	c.property("string Query", part(func(u *URIValue) string { return u.query }))
	c.property("string Fragment", part(func(u *URIValue) string { return u.fragment }))
	c.property("string PathAndQuery", part(func(u *URIValue) string { return u.path + u.query }))
	c.property("string AbsoluteUri", part((*URIValue).absoluteURI))
	c.property("string OriginalString", f1(func(u *URIValue) string { return u.original }))
	c.property("string UserInfo", part(func(u *URIValue) string { return u.userInfo }))
	c.property("bool IsAbsoluteUri", f1(func(u *URIValue) bool { return u.absolute }))
	c.property("bool IsDefaultPort", part(func(u *URIValue) bool { return u.port == defaultPort(u.scheme) }))
	c.property("bool IsFile", part(func(u *URIValue) bool { return u.scheme == "file" }))
	c.property("bool IsUnc", part(func(u *URIValue) bool { return u.scheme == "file" && u.host != "" }))
	c.property("bool IsLoopback", part(func(u *URIValue) bool {
		return u.host == "localhost" || u.host == "loopback" || strings.HasPrefix(u.host, "127.") || u.host == "[::1]" || u.scheme == "file" && u.host == ""
	}))
	c.property("string[] Segments", part(func(u *URIValue) *Array {
		segments := strings.SplitAfter(u.shownPath(), "/")
		if last := len(segments) - 1; segments[last] == "" {
			segments = segments[:last]
		}
		return l.Strings(segments)
	}))
	hostType := l.named("UriHostNameType")
	c.property("UriHostNameType HostNameType", part(func(u *URIValue) Enum {
		if u.host == "" {
			return Enum{hostType, 1}
		}
		return Enum{hostType, hostKind(u.host)}
	}))
	c.fixed("UriHostNameType CheckHostName(string? name)", f1(func(name string) Enum { return Enum{hostType, hostKind(name)} }))
}

// hostKind is the UriHostNameType of a host.
func hostKind(host string) int32 {
	if address, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if address.Is4() {
			return 3
		}
		return 4
	}
	if host == "" || len(host) > 255 || strings.ContainsAny(host, " /\\:?#[]@!$&'()*+,;=\"<>^`{|}%") {
		return 0
	}
	return 2
}

func declareURIRest(l *Library, c *class) {
	c.method("string GetLeftPart(UriPartial part)", x2(func(u *URIValue, p Enum) (string, error) {
		if !u.absolute {
			return "", dotnet.InvalidOperation("This operation is not supported for a relative URI.")
		}
		switch {
		case p.Value == 0:
			return u.left(1), nil
		case p.Value == 1 && (!u.hasAuthority || u.scheme == "file" && u.host == "" && isDrive("/"+strings.TrimPrefix(u.path, "/"))):
			return "", nil
		case p.Value == 1:
			return u.left(2), nil
		case p.Value == 2:
			return u.left(2) + u.shownPath(), nil
		}
		return u.left(2) + u.shownPath() + u.query, nil
	}))
	c.method("bool Equals(object? comparand)", func(_ *Call, a []any) (any, error) {
		u := a[0].(*URIValue)
		switch other := a[1].(type) {
		case *URIValue:
			return u.same(other), nil
		case string:
			read, err := l.parseURI(other, uriAny)
			return err == nil && u.same(read), nil
		}
		return false, nil
	})
	c.method("bool IsBaseOf(Uri uri)", f2(func(base, u *URIValue) bool {
		return base.scheme == u.scheme && base.authority() == u.authority() && strings.HasPrefix(u.path, base.path[:strings.LastIndexByte(base.path, '/')+1])
	}))
	c.method("Uri MakeRelativeUri(Uri uri)", x2(func(base, u *URIValue) (*URIValue, error) {
		if base.scheme != u.scheme || base.authority() != u.authority() {
			return u, nil
		}
		return l.parseURI(relativePath(base.path, u.path)+u.query+u.fragment, uriAny)
	}))
	c.method("string ToString()", f1((*URIValue).String))
	c.beyond("GetComponents", "IdnHost", "Compare", "HexUnescape")
}

// relativePath leads from one path to another.
func relativePath(from, to string) string {
	common := 0
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			common = i + 1
		}
	}
	if from == to {
		return ""
	}
	return strings.Repeat("../", strings.Count(from[common:], "/")) + to[common:]
}
