package liquid

import (
	"regexp"
	"strings"
	"unicode/utf16"
)

var (
	tags    = regexp.MustCompile(`<[^\n]*?>`)
	newline = regexp.MustCompile(`(\r?\n)`)
)

// part of a string, in UTF-16 units.
func units(s string, from, to int) string {
	return string(utf16.Decode(utf16.Encode([]rune(s))[from:to]))
}

func slice(_ *renderer, in any, args []any) (any, error) {
	s, ok := in.(string)
	if !ok {
		return null()
	}
	start, size := integerOf(args[0]), integerOf(args[1])
	length := int(countOf(s))
	if start < 0 {
		if start += length; start < 0 {
			size, start = max(0, size+start), 0
		}
	}
	if start > length {
		return "", nil
	}
	if size = min(size, length-start); size < 0 {
		return nil, fail("Length cannot be less than zero.\nParameter name: length")
	}
	return units(s, start, start+size), nil
}

func integerOf(v any) int {
	n, _ := v.(int32)
	return int(n)
}

func truncate(_ *renderer, in any, args []any) (any, error) {
	s, ok := in.(string)
	if !ok || s == "" {
		return in, nil
	}
	most, end := integerOf(args[0]), text(args[1])
	if int(countOf(s)) <= most {
		return s, nil
	}
	return units(s, 0, min(int(countOf(s)), max(0, most-int(countOf(end))))) + end, nil
}

func truncateWords(_ *renderer, in any, args []any) (any, error) {
	s, ok := in.(string)
	if !ok || s == "" {
		return in, nil
	}
	words := strings.Split(s, " ")
	most := max(0, integerOf(args[0]))
	if len(words) <= most {
		return s, nil
	}
	return strings.Join(words[:most], " ") + text(args[1]), nil
}
