package library

import (
	"encoding/base64"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// compares holds two tokens together. Only values compare; everything else is
// unequal.
func compares(operator string, left, right Token) (bool, error) {
	x, isX := left.(*JValue)
	y, isY := right.(*JValue)
	if !isX || !isY {
		return operator == "!=" || operator == "<>", nil
	}
	switch operator {
	case "==":
		return equalsText(x, y)
	case "!=", "<>":
		ok, err := equalsText(x, y)
		return !ok, err
	case "===":
		return equalsStrictly(x, y)
	case "!==":
		ok, err := equalsStrictly(x, y)
		return !ok, err
	case "=~":
		return matchesPattern(x, y)
	}
	order, err := compareTokens(x, y)
	switch operator {
	case "<":
		return order < 0, err
	case ">":
		return order > 0, err
	case "<=":
		return order <= 0, err
	}
	return order >= 0, err
}

func mixed(x, y *JValue) bool {
	a, b := typeName(x), typeName(y)
	return a == "Integer" && b == "Float" || a == "Float" && b == "Integer"
}

func equalsStrictly(x, y *JValue) (bool, error) {
	if mixed(x, y) {
		order, err := compareTokens(x, y)
		return order == 0, err
	}
	return x.equals(y), nil
}

// equalsText is ==: a date or the like equals its text.
func equalsText(x, y *JValue) (bool, error) {
	if x.equals(y) || mixed(x, y) {
		return equalsStrictly(x, y)
	}
	text, ok := y.Value.(string)
	if !ok {
		return false, nil
	}
	switch v := x.Value.(type) {
	case dotnet.DateTime, dotnet.DateTimeOffset:
		return `"`+text+`"` == JSON(x), nil
	case *Bytes:
		return text == base64.StdEncoding.EncodeToString(v.Data), nil
	case dotnet.Guid:
		return text == v.String(), nil
	case dotnet.TimeSpan:
		return text == v.String(), nil
	case *URIValue:
		return text == v.original, nil
	}
	return false, nil
}

func matchesPattern(x, y *JValue) (bool, error) {
	input, isText := x.Value.(string)
	written, isPattern := y.Value.(string)
	if !isText || !isPattern {
		return false, nil
	}
	last := strings.LastIndexByte(written, '/')
	if last <= 0 {
		return false, nil
	}
	options := int32(0)
	for _, c := range written[last+1:] {
		options |= map[rune]int32{'i': 1, 'm': 2, 's': 16, 'x': 32}[c]
	}
	re, err := compileRegex(written[1:last], options)
	if err != nil {
		return false, err
	}
	return re.isMatch(input)
}

// compareTokens is JValue.CompareTo.
func compareTokens(x, y *JValue) (int, error) {
	kind := typeName(x)
	if kind == "String" {
		kind = typeName(y)
	}
	a, b := x.Value, y.Value
	switch {
	case a == nil && b == nil:
		return 0, nil
	case b == nil:
		return 1, nil
	case a == nil:
		return -1, nil
	}
	env := &Env{Culture: dotnet.Invariant()}
	switch kind {
	case "String", "Comment", "Raw":
		s, err := env.Format(nil, a, "")
		if err != nil {
			return 0, err
		}
		z, err := env.Format(nil, b, "")
		return int(compareOrdinal(s, z, false)), err
	case "Integer", "Float", "Boolean", "Date":
		return compareValuesOf(kind, a, b)
	case "Bytes", "Guid", "Uri", "TimeSpan":
		if typeName(y) != kind {
			return 0, dotnet.Throw("System.ArgumentException", "Object must be of type "+map[string]string{"Bytes": "byte[]"}[kind]+".")
		}
	}
	return Compare(a, b)
}

func compareValuesOf(kind string, a, b any) (int, error) {
	target := map[string]string{"Integer": "Int64", "Float": "Double", "Boolean": "Boolean", "Date": "DateTime"}[kind]
	_, isReal := b.(float64)
	if kind == "Integer" && isReal {
		target = "Double"
	}
	x, err := convertLoosely(a, target)
	if err != nil {
		return 0, err
	}
	y, err := convertLoosely(b, target)
	if err != nil {
		return 0, err
	}
	if f, ok := x.(float64); ok && nearlyEqual(f, to[float64](y)) {
		return 0, nil
	}
	return Compare(x, y)
}

// convertLoosely is System.Convert for the values that JSON holds.
func convertLoosely(v any, target string) (any, error) {
	invariant := dotnet.Invariant()
	if d, ok := v.(dotnet.DateTimeOffset); ok && target == "DateTime" {
		return dotnet.DateTime{Ticks: d.Clock}, nil
	}
	if s, ok := v.(string); ok {
		switch target {
		case "Int64":
			return either(dotnet.ParseInt(s, 64, dotnet.StyleInteger, invariant))
		case "Double":
			return either(dotnet.ParseDouble(s, dotnet.StyleFloat|dotnet.AllowThousands, invariant))
		case "Boolean":
			return either(parseBool(s))
		}
		return either(dotnet.ParseDateTime(s, invariant, 0))
	}
	if _, ok := v.(dotnet.DateTime); ok && target == "DateTime" {
		return v, nil
	}
	converted, err := changeType(v, target)
	if err == nil && converted == nil {
		err = dotnet.InvalidCast("Unable to cast the value to '" + target + "'.")
	}
	return converted, err
}
