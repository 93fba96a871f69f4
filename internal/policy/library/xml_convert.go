package library

import (
	"math"
	"regexp"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

// declareXMLConversions declares the casts of XElement and XAttribute.
func declareXMLConversions(c *class, parameter string) {
	for target, read := range xmlReaders {
		do := func(_ *Call, a []any) (any, error) {
			text, ok := xmlTextOf(a[0])
			if !ok {
				return nil, dotnet.ArgumentNull(parameter)
			}
			return read(text)
		}
		c.explicit(c.def.name, target, do)
		c.explicit(c.def.name, target+"?", func(call *Call, a []any) (any, error) {
			if _, ok := xmlTextOf(a[0]); !ok {
				return nil, nil //nolint:nilnil // null is the value
			}
			return do(call, a)
		})
	}
	c.explicit(c.def.name, "string", func(_ *Call, a []any) (any, error) {
		if text, ok := xmlTextOf(a[0]); ok {
			return text, nil
		}
		return nil, nil //nolint:nilnil // null is the value
	})
}

func xmlTextOf(v any) (text string, ok bool) {
	switch v := v.(type) {
	case *xlinq.Element:
		return xlinq.Value(v), true
	case *xlinq.Attribute:
		return v.Value, true
	}
	return "", false
}

const (
	xmlInteger  = dotnet.AllowLeadingSign | dotnet.AllowLeadingWhite | dotnet.AllowTrailingWhite
	xmlUnsigned = dotnet.AllowLeadingWhite | dotnet.AllowTrailingWhite
	xmlDecimal  = xmlInteger | dotnet.AllowDecimalPoint
	xmlReal     = xmlDecimal | dotnet.AllowExponent
)

// xmlReaders read the values that XmlConvert reads, by their types in C#.
var xmlReaders = map[string]func(s string) (any, error){
	"int": func(s string) (any, error) {
		v, err := dotnet.ParseInt(s, 32, xmlInteger, dotnet.Invariant())
		return int32(v), err
	},
	"long":  func(s string) (any, error) { return either(dotnet.ParseInt(s, 64, xmlInteger, dotnet.Invariant())) },
	"ulong": func(s string) (any, error) { return either(dotnet.ParseUint(s, 64, xmlUnsigned, dotnet.Invariant())) },
	"uint": func(s string) (any, error) {
		v, err := dotnet.ParseUint(s, 32, xmlUnsigned, dotnet.Invariant())
		return uint32(v), err
	},
	"decimal": func(s string) (any, error) { return either(dotnet.ParseDecimal(s, xmlDecimal, dotnet.Invariant())) },
	"double":  func(s string) (any, error) { return xmlDouble(s) },
	"float": func(s string) (any, error) {
		v, err := xmlDouble(s)
		if err == nil && !math.IsInf(v, 0) && math.IsInf(float64(float32(v)), 0) {
			return nil, dotnet.Overflow("Value was either too large or too small for a Single.")
		}
		return float32(v), err
	},
	"bool": func(s string) (any, error) {
		switch strings.ToLower(strings.Trim(s, " \t\r\n")) {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
		return nil, dotnet.Format("The string '" + strings.ToLower(s) + "' is not a valid Boolean value.")
	},
	"DateTime": func(s string) (any, error) {
		return either(dotnet.ParseDateTime(s, dotnet.Invariant(), dotnet.RoundtripKind))
	},
	"DateTimeOffset": func(s string) (any, error) {
		if !xmlDate.MatchString(s) {
			return nil, dotnet.Format("The string '" + s + "' is not a valid AllXsd value.")
		}
		return either(dotnet.ParseDateTimeOffset(strings.TrimSpace(s), dotnet.Invariant(), dotnet.DateTimeStylesNone))
	},
	"TimeSpan": func(s string) (any, error) { return either(parseDuration(s)) },
	"Guid":     func(s string) (any, error) { return either(dotnet.ParseGuid(s)) },
}

// xmlDate is a date, with a time or without.
var xmlDate = regexp.MustCompile(`^\s*\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?\s*$`)

func xmlDouble(s string) (float64, error) {
	switch strings.Trim(s, " \t\r\n") {
	case "INF":
		return math.Inf(1), nil
	case "-INF":
		return math.Inf(-1), nil
	case "-0":
		return math.Copysign(0, -1), nil
	}
	return dotnet.ParseDouble(s, xmlReal, dotnet.Invariant())
}
