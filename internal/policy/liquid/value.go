package liquid

import (
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// The values of a template are nil, bool, int32, int64, float64, dotnet.Decimal,
// string, Char, dotnet.DateTime, *Hash, *List, Pair and the two symbols blank and
// empty.

// Char is one character of a string.
type Char rune

// Hash is an object: members in the order in which they were set.
type Hash struct {
	names  []string
	values map[string]any
	// FoldNames finds a member by its name in other letters, too, where no member
	// has exactly that name.
	FoldNames bool
	// Typed says that every value is a list of strings, as of headers.
	Typed bool
}

// NewHash is an object without members.
func NewHash() *Hash { return &Hash{values: map[string]any{}} }

// Set sets a member.
func (h *Hash) Set(name string, value any) *Hash {
	if _, ok := h.values[name]; !ok {
		h.names = append(h.names, name)
	}
	h.values[name] = value
	return h
}

// Get is a member.
func (h *Hash) Get(name string) (value any, ok bool) {
	value, ok = h.values[name]
	if !ok && h.FoldNames {
		for _, each := range h.names {
			if strings.EqualFold(each, name) {
				return h.Get(each)
			}
		}
	}
	if later, isLater := value.(Later); isLater {
		value = later()
		h.values[name] = value
	}
	return value, ok
}

// Later is a member's value that is made when the template asks for it.
type Later func() any

// pairs are the members as a loop sees them.
func (h *Hash) pairs() []any {
	all := make([]any, len(h.names))
	for i, name := range h.names {
		v, _ := h.Get(name)
		all[i] = Pair{name, v, h.Typed}
	}
	return all
}

// Pair is a member of an object.
type Pair struct {
	Key   string
	Value any
	// Typed says that it is one of an object of lists of strings.
	Typed bool
}

// List is a list or an array.
type List struct {
	Items []any
	// Strings says that it is an array of strings.
	Strings bool
}

// Strings is an array of strings.
func Strings(items ...string) *List {
	l := &List{Items: make([]any, len(items)), Strings: true}
	for i, item := range items {
		l.Items[i] = item
	}
	return l
}

// null is the value null.
func null() (any, error) { return nil, nil } //nolint:nilnil // null is a value

// symbol is what blank and empty stand for: they are equal to anything that can
// be counted and has no items.
type symbol struct{}

// output is a value as {{ }} prints it.
func output(v any) string {
	switch x := v.(type) {
	case bool:
		return strconv.FormatBool(x)
	case dotnet.Decimal:
		return trimZeros(x.String())
	case *List, *Hash:
		var b strings.Builder
		items, _ := itemsOf(x)
		for _, item := range items {
			b.WriteString(text(item))
		}
		return b.String()
	}
	return text(v)
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// text is ToString.
func text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case Char:
		return string(x)
	case bool:
		if x {
			return "True"
		}
		return "False"
	case int32:
		return strconv.Itoa(int(x))
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		s, _ := dotnet.FormatDouble(x, "", dotnet.Invariant())
		return s
	case dotnet.Decimal:
		return x.String()
	case dotnet.DateTime:
		s, _ := x.Format("", dotnet.Invariant())
		return s
	case Pair:
		return "[" + x.Key + ", " + text(x.Value) + "]"
	}
	return typeName(v)
}

// typeName is the full name of a value's .NET type.
func typeName(v any) string {
	switch x := v.(type) {
	case string:
		return "System.String"
	case Char:
		return "System.Char"
	case bool:
		return "System.Boolean"
	case int32:
		return "System.Int32"
	case int64:
		return "System.Int64"
	case float64:
		return "System.Double"
	case dotnet.Decimal:
		return "System.Decimal"
	case dotnet.DateTime:
		return "System.DateTime"
	case *Hash:
		return "DotLiquid.Hash"
	case *List:
		if x.Strings {
			return "System.String[]"
		}
		return "System.Collections.Generic.List`1[System.Object]"
	case symbol:
		return "DotLiquid.Util.Symbol"
	}
	return "System.Object"
}

// itemsOf are the items of what a loop can go through.
func itemsOf(v any) (items []any, ok bool) {
	switch x := v.(type) {
	case *List:
		return x.Items, true
	case *Hash:
		return x.pairs(), true
	case string:
		for _, r := range x {
			items = append(items, Char(r))
		}
		return items, true
	}
	return nil, false
}

// isEmpty tells whether a value can be counted and has no items.
func isEmpty(v any) bool {
	switch x := v.(type) {
	case string:
		return x == ""
	case *List:
		return len(x.Items) == 0
	case *Hash:
		return len(x.names) == 0
	}
	return false
}

// Names are the names of the members, in the order in which they were set.
func (h *Hash) Names() []string { return h.names }
