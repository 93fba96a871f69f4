package library

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// within is a part of a text in which something is looked for.
type within struct{ start, count int32 }

func indexFault() error {
	return dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex")
}

func countFault() error {
	return dotnet.ArgumentOutOfRange("Count must be positive and count must refer to a location within the string/array/collection.", "count")
}

// forward checks where a search starts, and how far it goes.
func forward(n int32, a []any) (within, error) {
	w := within{count: n}
	if len(a) > 0 {
		if w.start = to[int32](a[0]); w.start < 0 || w.start > n {
			return w, indexFault()
		}
		w.count = n - w.start
	}
	if len(a) > 1 {
		if w.count = to[int32](a[1]); w.count < 0 || w.count > n-w.start {
			return w, countFault()
		}
	}
	return w, nil
}

// backward is the part that a search from its end goes through; start is where it
// begins.
func backward(n int32, a []any) (within, error) {
	if n == 0 {
		if len(a) > 0 && (to[int32](a[0]) < -1 || to[int32](a[0]) > 0) {
			return within{}, indexFault()
		}
		return within{}, nil
	}
	w := within{count: n}
	last := n - 1
	if len(a) > 0 {
		if last = to[int32](a[0]); last < 0 || last > n {
			return w, indexFault()
		}
		last = min(last, n-1)
		w.count = last + 1
	}
	if len(a) > 1 {
		if w.count = to[int32](a[1]); w.count < 0 || last-w.count+1 < 0 {
			return w, countFault()
		}
	}
	w.start = last - w.count + 1
	return w, nil
}

// declareStringIndices declares IndexOf and its siblings, whose forms differ only
// in where they look and whether case counts.
func declareStringIndices(s *class) {
	for _, places := range []string{"", ", int startIndex", ", int startIndex, int count"} {
		for _, value := range []string{"string value", "char value"} {
			comparisons := []string{""}
			if value == "string value" {
				comparisons = []string{"", ", StringComparison comparisonType"}
			}
			for _, comparison := range comparisons {
				for _, last := range []bool{false, true} {
					declareStringIndex(s, value, places, comparison, last)
				}
			}
		}
		s.method("int IndexOfAny(char[] anyOf"+places+")", func(_ *Call, a []any) (any, error) { return either(indexOfAny(a, false)) })
		s.method("int LastIndexOfAny(char[] anyOf"+places+")", func(_ *Call, a []any) (any, error) { return either(indexOfAny(a, true)) })
	}
}

func declareStringIndex(s *class, value, places, comparison string, last bool) {
	name := "IndexOf"
	if last {
		name = "LastIndexOf"
	}
	if value == "string value" && comparison == "" && strings.Contains(places, "count") && !last {
		// Here .NET looks at the places first.
		value = "string? value"
	}
	s.method("int "+name+"("+value+places+comparison+")", func(_ *Call, a []any) (any, error) {
		v := to[string](a[0])
		if a[1] == nil {
			if _, err := forward(length(v), a[2:]); err != nil {
				return nil, err
			}
			return nil, dotnet.ArgumentNull("value")
		}
		part, isText := a[1].(string)
		if !isText {
			part = charText(to[Char](a[1]))
		}
		rest := a[2:]
		if comparison != "" {
			by := to[Enum](rest[len(rest)-1])
			if by.Value < 0 || by.Value > 5 {
				return nil, unknownComparison()
			}
			rest = rest[:len(rest)-1]
			v, part = folded(by, v), folded(by, part)
		}
		return either(indexIn(v, part, rest, last))
	})
}

func indexIn(v, part string, places []any, last bool) (int32, error) {
	n := length(v)
	if last {
		w, err := backward(n, places)
		switch {
		case err != nil:
			return 0, err
		case part == "":
			// .NET Framework finds nothing at the last character.
			return max(0, w.start+w.count-1), nil
		}
		return foundAt(slice(v, w.start, w.start+w.count), strings.LastIndex, part, w.start), nil
	}
	w, err := forward(n, places)
	if err != nil {
		return 0, err
	}
	return foundAt(slice(v, w.start, w.start+w.count), strings.Index, part, w.start), nil
}

func foundAt(v string, search func(string, string) int, part string, start int32) int32 {
	at := search(v, part)
	if at < 0 {
		return -1
	}
	return start + length(v[:at])
}

func indexOfAny(a []any, last bool) (int32, error) {
	all := units(to[string](a[0]))
	wanted := a[1].(*Array).Items
	isWanted := func(at int32) bool { return slices.Contains(wanted, any(Char(all[at]))) }
	n := int32(len(all)) //nolint:gosec // texts are bounded
	if last {
		w, err := backward(n, a[2:])
		for at := w.start + w.count - 1; err == nil && at >= w.start; at-- {
			if isWanted(at) {
				return at, nil
			}
		}
		return -1, err
	}
	w, err := forward(n, a[2:])
	for at := w.start; err == nil && at < w.start+w.count; at++ {
		if isWanted(at) {
			return at, nil
		}
	}
	return -1, err
}
