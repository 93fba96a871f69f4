package library

import (
	"math"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

const xmlNamespace = "System.Xml.Linq"

// xmlType is the name of the type that a value of System.Xml.Linq has; "" of every
// other value.
func xmlType(v any) string {
	switch v := v.(type) {
	case *xlinq.Element:
		return "XElement"
	case *xlinq.Document:
		return "XDocument"
	case *xlinq.Text:
		if v.CData {
			return "XCData"
		}
		return "XText"
	case *xlinq.Comment:
		return "XComment"
	case *xlinq.Instruction:
		return "XProcessingInstruction"
	case *xlinq.DocumentType:
		return "XDocumentType"
	case *xlinq.Attribute:
		return "XAttribute"
	case *xlinq.Declaration:
		return "XDeclaration"
	case xlinq.Name:
		return "XName"
	case xlinq.Namespace:
		return "XNamespace"
	}
	return ""
}

// xmlText is ToString of a value of System.Xml.Linq.
func (e *Env) xmlText(v any) (string, error) {
	switch v := v.(type) {
	case xlinq.Node:
		return xlinq.String(v, true, e.Take)
	case interface{ String() (string, error) }:
		return v.String()
	case interface{ String() string }:
		return v.String(), nil
	}
	return "", nil
}

// xmlValue is a value as XML writes it.
func (e *Env) xmlValue(l *Library, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case float64:
		return e.xmlReal(l, v, v)
	case float32:
		return e.xmlReal(l, v, float64(v))
	case dotnet.DateTime:
		return v.Format("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", dotnet.Invariant())
	case dotnet.DateTimeOffset:
		text, err := v.Format("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", dotnet.Invariant())
		return strings.Replace(text, "+00:00", "Z", 1), err
	case dotnet.TimeSpan:
		return duration(v), nil
	case *xlinq.Declaration:
	default:
		if xmlType(v) != "" && !isXMLName(v) {
			return "", dotnet.Argument("An XObject cannot be used as a value.", "")
		}
	}
	return e.Text(l, v)
}

func isXMLName(v any) bool {
	switch v.(type) {
	case xlinq.Name, xlinq.Namespace:
		return true
	}
	return false
}

func (e *Env) xmlReal(l *Library, v any, f float64) (string, error) {
	switch {
	case math.IsInf(f, 1):
		return "INF", nil
	case math.IsInf(f, -1):
		return "-INF", nil
	case f == 0 && math.Signbit(f):
		return "-0", nil
	}
	return e.Format(l, v, "R")
}

// duration is a TimeSpan in the form of XML Schema.
func duration(span dotnet.TimeSpan) string {
	ticks := uint64(span) //nolint:gosec // the sign is kept apart
	text := "P"
	if span < 0 {
		ticks, text = -ticks, "-P"
	}
	part := func(size int64) uint64 {
		n := ticks / uint64(size) //nolint:gosec // a size is positive
		ticks %= uint64(size)     //nolint:gosec // a size is positive
		return n
	}
	add := func(n uint64, unit string) {
		if n > 0 {
			text += strconv.FormatUint(n, 10) + unit
		}
	}
	add(part(dotnet.TicksPerDay), "D")
	if ticks > 0 {
		text += "T"
		add(part(dotnet.TicksPerHour), "H")
		add(part(dotnet.TicksPerMinute), "M")
		seconds := part(dotnet.TicksPerSecond)
		if ticks > 0 {
			fraction := strconv.FormatUint(ticks+uint64(dotnet.TicksPerSecond), 10)[1:]
			text += strconv.FormatUint(seconds, 10) + "." + strings.TrimRight(fraction, "0") + "S"
		} else {
			add(seconds, "S")
		}
	}
	if strings.HasSuffix(text, "P") {
		return "PT0S"
	}
	return text
}

// parseDuration reads a TimeSpan in the form of XML Schema: a year has 365 days, a
// month 30.
func parseDuration(s string) (dotnet.TimeSpan, error) {
	invalid := dotnet.Format("The string '" + s + "' is not a valid TimeSpan value.")
	rest, negative := strings.CutPrefix(strings.Trim(s, " \t\r\n"), "-")
	rest, ok := strings.CutPrefix(rest, "P")
	if !ok || rest == "" || strings.HasSuffix(rest, "T") {
		return 0, invalid
	}
	units := "YMD"
	sizes := map[byte]int64{'Y': 365 * dotnet.TicksPerDay, 'M': 30 * dotnet.TicksPerDay, 'D': dotnet.TicksPerDay}
	total := 0.0
	ticks := int64(0)
	for rest != "" {
		if rest[0] == 'T' && len(units) < 4 {
			units, rest = "HMS.", rest[1:]
			sizes = map[byte]int64{'H': dotnet.TicksPerHour, 'M': dotnet.TicksPerMinute, 'S': dotnet.TicksPerSecond}
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if end <= 0 {
			return 0, invalid
		}
		unit := strings.IndexByte(units, rest[end])
		whole, fraction, isReal := strings.Cut(rest[:end], ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if unit < 0 || err != nil || rest[end] == '.' || isReal && (rest[end] != 'S' || len(units) < 4) {
			return 0, invalid
		}
		size := sizes[rest[end]]
		total += float64(n) * float64(size)
		ticks += n * size
		if isReal {
			f, _ := strconv.ParseInt((fraction + "0000000")[:7], 10, 64)
			ticks += f
		}
		units = strings.Repeat(" ", unit+1) + units[unit+1:]
		rest = rest[end+1:]
	}
	if total > math.MaxInt64 {
		return 0, dotnet.Overflow("The string '" + s + "' was either too large or too small for TimeSpan.")
	}
	if negative {
		ticks = -ticks
	}
	return dotnet.TimeSpan(ticks), nil
}
