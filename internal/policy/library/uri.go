package library

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// URIValue is a System.Uri. Of a relative one only the original text counts.
type URIValue struct {
	self     *Type
	original string
	absolute bool

	scheme, userInfo, host string
	// hasAuthority tells scheme://host from scheme:path.
	hasAuthority bool
	port         int
	// path, query and fragment are escaped; the latter two begin with ? and #.
	path, query, fragment string
}

// The values of UriKind.
const (
	uriAny int32 = iota
	uriAbsolute
	uriRelative
)

func uriFault(message string) error {
	return dotnet.Throw("System.UriFormatException", message)
}

var (
	errNoFormat    = "Invalid URI: The format of the URI could not be determined."
	errNoHost      = "Invalid URI: The hostname could not be parsed."
	dosPath        = "Invalid URI: A Dos path must be rooted, for example, 'c:\\\\'."
	errNoAuthority = "Invalid URI: The Authority/Host could not be parsed."
)

// webSchemes are those with a host, a path of segments, and backslashes taken for
// slashes; with their default ports.
var webSchemes = map[string]int{"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443, "file": -1}

func defaultPort(scheme string) int {
	if port, ok := webSchemes[scheme]; ok {
		return port
	}
	switch scheme {
	case "mailto":
		return 25
	case "ldap":
		return 389
	case "net.tcp":
		return 808
	}
	return -1
}

// readURI is the constructor of Uri.
func readURI(self *Type, s string, kind int32) (*URIValue, error) {
	u := &URIValue{self: self, original: s}
	text := strings.TrimFunc(s, unicode.IsSpace)
	scheme, rest, message := cutScheme(text)
	switch {
	case message != "" && kind != uriAbsolute && message != dosPath:
		return u, nil
	case message != "":
		return nil, uriFault(message)
	}
	u.absolute, u.scheme, u.port = true, scheme, defaultPort(scheme)
	message = u.read(rest)
	if message == "" && kind == uriRelative {
		return nil, uriFault("A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.")
	}
	if message != "" {
		if kind != uriAbsolute && !strings.HasPrefix(rest, "//") {
			return &URIValue{self: self, original: s}, nil
		}
		return nil, uriFault(message)
	}
	return u, nil
}

// cutScheme finds the scheme, or tells why there is none.
func cutScheme(text string) (scheme, rest, message string) {
	if text == "" {
		return "", "", "Invalid URI: The URI is empty."
	}
	if len(text) > 2 && isLetterByte(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/') {
		return "file", "///" + strings.ReplaceAll(text, `\`, "/"), ""
	}
	if (strings.HasPrefix(text, `\\`) || strings.HasPrefix(text, "//")) && len(text) > 2 {
		// The name of a share on Windows.
		return "file", strings.ReplaceAll(text, `\`, "/"), ""
	}
	at := strings.IndexAny(text, ":/?#")
	if at <= 0 || text[at] != ':' {
		return "", "", errNoFormat
	}
	if at == 1 && isLetterByte(text[0]) {
		return "", "", dosPath
	}
	if !isScheme(text[:at]) {
		return "", "", "Invalid URI: The URI scheme is not valid."
	}
	return strings.ToLower(text[:at]), text[at+1:], ""
}

func isLetterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isLetterByte(c) && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

// read reads what stands behind the scheme.
func (u *URIValue) read(rest string) (message string) {
	_, isWeb := webSchemes[u.scheme]
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	if hasFragment {
		u.fragment = "#" + escapePart(fragment)
	}
	if hasQuery {
		u.query = "?" + escapePart(query)
	}
	switch {
	case strings.HasPrefix(rest, "//"):
		authority := rest[2:]
		if isWeb {
			authority = strings.ReplaceAll(authority, `\`, "/")
		}
		authority, path, _ := strings.Cut(authority, "/")
		u.hasAuthority = true
		if message := u.readAuthority(authority); message != "" {
			return message
		}
		u.path = "/" + escapePart(path)
		if !isWeb && u.scheme != "gopher" && !strings.Contains(rest[2:], "/") {
			u.path = ""
		}
	case u.scheme == "mailto":
		u.userInfo, u.host, _ = strings.Cut(rest, "@")
		if u.host == "" {
			u.userInfo, u.path = "", escapePart(rest)
		}
		return ""
	case isWeb:
		return errNoAuthority
	default:
		u.path = escapePart(rest)
		return ""
	}
	if isWeb || u.hasAuthority {
		u.path = withoutDots(u.path)
	}
	if u.scheme == "file" && isDrive(u.path) {
		u.path = u.path[1:]
	}
	return ""
}

func isDrive(path string) bool {
	return len(path) > 2 && isLetterByte(path[1]) && path[2] == ':'
}

func (u *URIValue) readAuthority(authority string) (message string) {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		u.userInfo, authority = escapePart(authority[:at]), authority[at+1:]
	}
	host, port := authority, ""
	if at := strings.LastIndexByte(authority, ':'); at >= 0 && !strings.Contains(authority[at:], "]") {
		host, port = authority[:at], authority[at+1:]
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return "Invalid URI: Invalid port specified."
		}
		u.port = int(n)
	}
	u.host = canonicalHost(strings.ToLower(host))
	if host == "" && u.scheme != "file" || strings.ContainsAny(host, " \"<>{}|^`%,;\\") && u.scheme != "file" || strings.HasPrefix(host, "[") != strings.HasSuffix(host, "]") || strings.Contains(host, "..") || strings.HasPrefix(host, ".") {
		return errNoHost
	}
	return ""
}

// canonicalHost writes an IPv4 address as four numbers: it may be written as fewer, of which the
// last one fills the rest, in octal and in hexadecimal.
func canonicalHost(host string) string {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return host
	}
	var address uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		last := i == len(parts)-1
		if err != nil || strings.Contains(part, "_") || strings.HasPrefix(part, "0b") || strings.HasPrefix(part, "0o") || !last && n > 255 {
			return host
		}
		if !last {
			address |= n << (8 * (3 - i))
			continue
		}
		if n >= 1<<(8*(4-i)) {
			return host
		}
		address |= n
	}
	return fmt.Sprintf("%d.%d.%d.%d", address>>24, address>>16&255, address>>8&255, address&255)
}

// Marks that are never escaped, and those that keep their escape when a URI is
// shown.
const (
	unreservedMarks = "-_.~"
	reservedMarks   = ":/?#[]@!$&'()*+,;="
)

func (u *URIValue) typeIn(*Library) *Type     { return u.self }
func (u *URIValue) text(*Env) (string, error) { return u.String(), nil } //nolint:unparam // others may fail

// String is the URI as Uri.ToString shows it: unescaped where that is safe.
func (u *URIValue) String() string {
	if !u.absolute {
		return u.original
	}
	return u.left(2) + unescapeBut(u.shownPath()+u.query+u.fragment, reservedMarks+"%\\")
}

// shownPath is the path with the slash that stands before a drive.
func (u *URIValue) shownPath() string {
	if u.scheme == "file" && u.hasAuthority && !strings.HasPrefix(u.path, "/") {
		return "/" + u.path
	}
	return u.path
}

func (u *URIValue) absoluteURI() string {
	return u.left(2) + u.shownPath() + u.query + u.fragment
}

// left is the scheme (1) and the authority (2).
func (u *URIValue) left(parts int) string {
	text := u.scheme + ":"
	if u.hasAuthority {
		text += "//"
	}
	if parts > 1 {
		if u.userInfo != "" {
			text += u.userInfo + "@"
		}
		text += u.authority()
	}
	return text
}

// authority is the host with a port that is not the scheme's own.
func (u *URIValue) authority() string {
	if u.port == defaultPort(u.scheme) || u.port < 0 {
		return u.host
	}
	return u.host + ":" + strconv.Itoa(u.port)
}

// same is Uri.Equals: the fragment and who asks do not count.
func (u *URIValue) same(other *URIValue) bool {
	if !u.absolute || !other.absolute {
		return u.absolute == other.absolute && u.original == other.original
	}
	return u.scheme == other.scheme && u.authority() == other.authority() && u.path+u.query == other.path+other.query
}

// resolve is new Uri(base, relative).
func (u *URIValue) resolve(relative string) (*URIValue, error) {
	relative = strings.TrimFunc(relative, unicode.IsSpace)
	_, isWeb := webSchemes[u.scheme]
	scheme, rest, message := cutScheme(relative)
	switch {
	case message == dosPath:
		return nil, uriFault(dosPath)
	case message != "" || strings.HasPrefix(relative, "//"):
	case isWeb && scheme == u.scheme && scheme != "file" && !strings.HasPrefix(rest, "//"):
		// What has the scheme of the base and no authority is relative to it.
		relative = rest
	default:
		return readURI(u.self, relative, uriAbsolute)
	}
	if isWeb {
		path, rest := relative, ""
		if at := strings.IndexAny(relative, "?#"); at >= 0 {
			path, rest = relative[:at], relative[at:]
		}
		relative = strings.ReplaceAll(path, `\`, "/") + rest
	}
	base := u.left(2)
	switch {
	case relative == "":
		return readURI(u.self, base+u.shownPath()+u.query+u.fragment, uriAbsolute)
	case strings.HasPrefix(relative, "//"):
		return readURI(u.self, u.scheme+":"+relative, uriAbsolute)
	case relative[0] == '/':
		return readURI(u.self, base+relative, uriAbsolute)
	case relative[0] == '?':
		return readURI(u.self, base+u.shownPath()+relative, uriAbsolute)
	case relative[0] == '#':
		return readURI(u.self, base+u.shownPath()+u.query+relative, uriAbsolute)
	}
	path := u.shownPath()
	return readURI(u.self, base+path[:strings.LastIndexByte(path, '/')+1]+relative, uriAbsolute)
}
