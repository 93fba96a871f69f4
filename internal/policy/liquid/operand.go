package liquid

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// operand is what a fragment stands for: a value, a range, or a path of names.
type operand struct {
	value    any
	isPath   bool
	path     []part
	from, to *operand
}

// part is one name of a path, or what stands in brackets.
type part struct {
	name    string
	bracket *operand
}

var (
	integer = regexp.MustCompile(`^[+-]?\d+$`)
	span    = regexp.MustCompile(`^\((\S+)\.\.(\S+)\)$`)
	number  = regexp.MustCompile(`^[+-]?\d[\d.|,]+$`)
	parts   = regexp.MustCompile(`\[[^\]]+\]|[\p{L}\p{Mn}\p{Nd}\p{Pc}\-]+\??`)
)

// maxNested bounds brackets in brackets, and tags in tags.
const maxNested = 100

func readOperand(s string) *operand { return readNested(s, 0) }

func readNested(s string, depth int) *operand {
	switch s {
	case "", "nil", "null":
		return &operand{}
	case "true", "false":
		return &operand{value: s == "true"}
	case "blank", "empty":
		return &operand{value: symbol{}}
	}
	if len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		return &operand{value: s[1 : len(s)-1]}
	}
	if integer.MatchString(s) {
		if n, err := strconv.ParseInt(s, 10, 32); err == nil {
			return &operand{value: int32(n)}
		}
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return &operand{value: n}
		}
	}
	if depth > maxNested {
		return &operand{}
	}
	if m := span.FindStringSubmatch(s); m != nil {
		return &operand{from: readNested(m[1], depth+1), to: readNested(m[2], depth+1)}
	}
	if number.MatchString(s) {
		if d, err := dotnet.ParseDecimal(s, numberStyle, dotnet.Invariant()); err == nil {
			return &operand{value: d}
		}
	}
	o := &operand{isPath: true}
	for _, each := range parts.FindAllString(s, -1) {
		if strings.HasPrefix(each, "[") {
			o.path = append(o.path, part{bracket: readNested(each[1:len(each)-1], depth+1)})
		} else {
			o.path = append(o.path, part{name: each})
		}
	}
	return o
}

// of is the operand's value.
func (r *renderer) of(o *operand) (any, error) {
	switch {
	case o.from != nil:
		return r.span(o)
	case !o.isPath:
		return o.value, nil
	case len(o.path) == 0:
		return nil, fail("Value cannot be null.\nParameter name: input")
	}
	first := o.path[0].name
	if inner := o.path[0].bracket; inner != nil {
		v, err := r.of(inner)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return nil, fail("Object reference not set to an instance of an object.")
		}
		first = text(v)
	}
	v, err := r.variable(first)
	if err != nil {
		return nil, err
	}
	for _, p := range o.path[1:] {
		if v == nil {
			return null()
		}
		if v, err = r.member(v, p); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (r *renderer) span(o *operand) (any, error) {
	from, err := r.wholeNumber(o.from)
	if err != nil {
		return nil, err
	}
	to, err := r.wholeNumber(o.to)
	if err != nil {
		return nil, err
	}
	l := &List{}
	for n := int64(from); n <= int64(to); n++ {
		if err := r.count(perItem); err != nil {
			return nil, err
		}
		l.Items = append(l.Items, int32(n)) //nolint:gosec // between two that are
	}
	return l, nil
}

// wholeNumber is an operand's value as an Int32.
func (r *renderer) wholeNumber(o *operand) (int32, error) {
	v, err := r.of(o)
	if err != nil {
		return 0, err
	}
	return toInt32(v)
}

func (r *renderer) member(v any, p part) (any, error) {
	var key any = p.name
	if p.bracket != nil {
		var err error
		if key, err = r.of(p.bracket); err != nil {
			return nil, err
		}
	}
	switch x := v.(type) {
	case Pair:
		switch key {
		case "Key", int32(0):
			return x.Key, nil
		case "Value", int32(1):
			return x.Value, nil
		}
		return null()
	case *Hash:
		if key == nil {
			return nil, fail("Value cannot be null.\nParameter name: key")
		}
		if name, ok := key.(string); ok {
			if found, has := x.Get(name); has {
				return found, nil
			}
		}
	case *List:
		if at, ok := wholeIndex(key); ok {
			if at < 0 || at >= int64(len(x.Items)) {
				return nil, fail("Index was out of range. Must be non-negative and less than the size of the collection.\nParameter name: index")
			}
			return x.Items[at], nil
		}
	}
	if p.bracket != nil {
		return null()
	}
	return command(v, p.name), nil
}

func wholeIndex(key any) (int64, bool) {
	switch n := key.(type) {
	case int32:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

// command is what .size, .first and .last give.
func command(v any, name string) any {
	items, ok := itemsOf(v)
	switch {
	case !ok:
		return nil
	case name == "size":
		return countOf(v)
	case len(items) == 0:
		return nil
	case name == "first":
		return items[0]
	case name == "last":
		return items[len(items)-1]
	}
	return nil
}
