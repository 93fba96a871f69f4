package exchange

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// URL is where a request goes.
type URL struct {
	Scheme, Host string
	Port         int
	// Path is as sent, escapes included.
	Path string
	// RawQuery is as sent, without the question mark.
	RawQuery string
}

// ParseURL reads an absolute URL. The error names what is wrong with it.
func ParseURL(text string) (URL, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return URL{}, fmt.Errorf("reading a URL: %w", err)
	}
	if parsed.Scheme == "" || parsed.Host == "" {
		return URL{}, fmt.Errorf("reading a URL: %q is not absolute, such as https://host/path", text)
	}
	u := URL{Scheme: strings.ToLower(parsed.Scheme), Host: parsed.Hostname(), Path: parsed.EscapedPath(), RawQuery: parsed.RawQuery}
	u.Port = defaultPort(u.Scheme)
	if port := parsed.Port(); port != "" {
		if u.Port, err = strconv.Atoi(port); err != nil {
			return URL{}, fmt.Errorf("reading the port of a URL: %w", err)
		}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

func defaultPort(scheme string) int {
	if scheme == "http" {
		return 80
	}
	return 443
}

// Base is scheme and authority, without a path.
func (u URL) Base() string {
	host := u.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if u.Port != defaultPort(u.Scheme) {
		host += ":" + strconv.Itoa(u.Port)
	}
	return u.Scheme + "://" + host
}

// QueryString is the query with its question mark, or "".
func (u URL) QueryString() string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}

func (u URL) String() string { return u.Base() + u.Path + u.QueryString() }

// Query are the parameters, in order. What cannot be unescaped stays as it is.
func (u URL) Query() *Parameters {
	p := &Parameters{}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		p.Add(unescape(name), unescape(value))
	}
	return p
}

func unescape(s string) string {
	if unescaped, err := url.QueryUnescape(s); err == nil {
		return unescaped
	}
	return s
}

// Parameters are names with values, like those of a query or a form. Names are
// compared without case.
type Parameters struct{ Headers }

// Encode prints the parameters as a query.
func (p *Parameters) Encode() string {
	var b strings.Builder
	for _, field := range p.Fields() {
		for _, value := range field.Values {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(escapeQuery(field.Name) + "=" + escapeQuery(value))
		}
	}
	return b.String()
}

func escapeQuery(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
