// Package xlinq is the tree of System.Xml.Linq: reading, changing and writing XML
// as .NET does, with .NET's exceptions. It knows nothing of expressions.
package xlinq

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Namespaces that XML itself reserves.
const (
	XMLNamespace   = "http://www.w3.org/XML/1998/namespace"
	XMLNSNamespace = "http://www.w3.org/2000/xmlns/"
)

// Name is an XName; Space is the URI of its namespace.
type Name struct{ Space, Local string }

// Namespace is an XNamespace.
type Namespace struct{ URI string }

// String is the expanded name: {uri}local.
func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// String is the URI.
func (n Namespace) String() string { return n.URI }

// ParseName reads an expanded name, as the conversion from string does.
func ParseName(expanded string) (Name, error) {
	invalid := dotnet.Argument("'"+expanded+"' is an invalid expanded name.", "")
	switch {
	case expanded == "":
		return Name{}, invalid
	case expanded[0] != '{':
		return NewName("", expanded)
	}
	end := strings.LastIndexByte(expanded, '}')
	if end <= 1 || end == len(expanded)-1 {
		return Name{}, invalid
	}
	return NewName(expanded[1:end], expanded[end+1:])
}

// NewName is a name of a namespace; the local part has to be one.
func NewName(space, local string) (Name, error) {
	if err := checkName(local); err != nil {
		return Name{}, err
	}
	return Name{space, local}, nil
}

// checkName says what keeps a text from being a name without a colon.
func checkName(local string) error {
	if local == "" {
		return dotnet.Argument("The empty string '' is not a valid local name.", "")
	}
	for i, r := range local {
		switch {
		case i == 0 && !startsName(r):
			return badName("Name cannot begin with the '%s' character, hexadecimal value 0x%s.", r)
		case !continuesName(r):
			return badName("The '%s' character, hexadecimal value 0x%s, cannot be included in a name.", r)
		}
	}
	return nil
}

func badName(format string, r rune) *dotnet.Exception {
	return xmlException(fmt.Sprintf(format, shown(r), fmt.Sprintf("%02X", r)))
}

// shown is a character as messages show it: NUL as a dot.
func shown(r rune) string {
	if r == 0 {
		return "."
	}
	return string(r)
}

func xmlException(message string) *dotnet.Exception {
	return dotnet.Throw("System.Xml.XmlException", message)
}

func startsName(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r)
}

func continuesName(r rune) bool {
	switch {
	case startsName(r):
		return true
	case r < utf8.RuneSelf:
		return r == '-' || r == '.' || '0' <= r && r <= '9'
	}
	return r == 0xB7 || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r) || unicode.IsDigit(r)
}

// isChar tells a character that XML 1.0 allows.
func isChar(r rune) bool {
	return r >= 0x20 && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isBlank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
