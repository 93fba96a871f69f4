package kusto

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// conversions turn values into types.
var conversions = map[string]function{
	"tostring": conversion(String), "tobool": conversion(Bool), "toint": conversion(Int), "tolong": conversion(Long), "todouble": conversion(Real), "toreal": conversion(Real),
	"todatetime": conversion(DateTime), "totimespan": conversion(TimeSpan), "parse_json": toJSON, "todynamic": toJSON,
}

func conversion(typ Type) function {
	return function{1, 1, func(_ *binder, _ *call, arguments []typed) typed {
		made := pure(typ, arguments, func(values []any) any { return convert(values[0], typ) })
		if typ == String {
			made.name = arguments[0].name
		}
		return made
	}}
}

var toJSON = function{1, 1, func(_ *binder, _ *call, arguments []typed) typed {
	return pure(Dynamic, arguments, func(values []any) any {
		if written, is := values[0].(string); is {
			return parseJSON(written)
		}
		return toDynamic(values[0])
	})
}}

// onText is a function whose first argument is a text.
func onText(typ Type, least, most int, of func(first string, rest []any) any) function {
	return function{least, most, func(b *binder, c *call, arguments []typed) typed {
		b.needText(c.arguments[0], arguments[0])
		return pure(typ, arguments, func(values []any) any { return of(text(values[0]), values[1:]) })
	}}
}

var textFunctions = map[string]function{
	"tolower": onText(String, 1, 1, func(first string, _ []any) any { return strings.ToLower(first) }),
	"toupper": onText(String, 1, 1, func(first string, _ []any) any { return strings.ToUpper(first) }),
	"strlen":  onText(Long, 1, 1, func(first string, _ []any) any { return int64(len([]rune(first))) }),
	"strcat": {1, -1, func(_ *binder, _ *call, arguments []typed) typed {
		return pure(String, arguments, func(values []any) any {
			var b strings.Builder
			for _, value := range values {
				b.WriteString(text(value))
			}
			return b.String()
		})
	}},
	"split": onText(Dynamic, 2, 2, func(first string, rest []any) any {
		items := []any{}
		for part := range strings.SplitSeq(first, text(rest[0])) {
			items = append(items, part)
		}
		return items
	}),
	"substring": onText(String, 2, 3, func(first string, rest []any) any {
		letters := []rune(first)
		from, _ := rest[0].(int64)
		from = min(max(from, 0), int64(len(letters)))
		until := int64(len(letters))
		if len(rest) > 1 {
			length, _ := rest[1].(int64)
			until = min(from+max(length, 0), until)
		}
		return string(letters[from:until])
	}),
	"indexof": onText(Long, 2, 2, func(first string, rest []any) any {
		at := strings.Index(first, text(rest[0]))
		if at < 0 {
			return int64(-1)
		}
		return int64(len([]rune(first[:at])))
	}),
	"replace_string": onText(String, 3, 3, func(first string, rest []any) any {
		return strings.ReplaceAll(first, text(rest[0]), text(rest[1]))
	}),
	"extract": {3, 3, func(b *binder, c *call, arguments []typed) typed {
		pattern := b.pattern(c.arguments[0], arguments[0])
		b.need(c.arguments[1], arguments[1], Int, Long)
		b.needText(c.arguments[2], arguments[2])
		return pure(String, arguments, func(values []any) any {
			groups := pattern.FindStringSubmatch(text(values[2]))
			if at, is := values[1].(int64); is && at >= 0 && at < int64(len(groups)) {
				return groups[at]
			}
			return ""
		})
	}},
	"replace_regex": {3, 3, func(b *binder, c *call, arguments []typed) typed {
		b.needText(c.arguments[0], arguments[0])
		pattern := b.pattern(c.arguments[1], arguments[1])
		with := dollars.ReplaceAllString(strings.ReplaceAll(b.literalText(c.arguments[2], arguments[2]), "$", "$$"), "$${$1}")
		return pure(String, arguments, func(values []any) any { return pattern.ReplaceAllString(text(values[0]), with) })
	}},
	"extract_all": {2, 2, func(b *binder, c *call, arguments []typed) typed {
		pattern := b.pattern(c.arguments[0], arguments[0])
		b.needText(c.arguments[1], arguments[1])
		if pattern.NumSubexp() < 1 {
			refuse(c.arguments[0].position(), "the regular expression has no group in brackets")
		}
		return pure(Dynamic, arguments, func(values []any) any { return groupsIn(pattern, text(values[1])) })
	}},
	"countof":   onText(Long, 2, 2, func(first string, rest []any) any { return int64(strings.Count(first, text(rest[0]))) }),
	"parse_url": onText(Dynamic, 1, 1, func(first string, _ []any) any { return parseURL(first) }),
}

// dollars are what a replacement names its groups by in Kusto: \1.
var dollars = regexp.MustCompile(`\\(\d)`)

// groupsIn are the groups of all matches: texts where there is one, else lists of them.
func groupsIn(pattern *regexp.Regexp, from string) any {
	matches := pattern.FindAllStringSubmatch(from, -1)
	if matches == nil {
		return nil
	}
	found := make([]any, len(matches))
	for i, match := range matches {
		if len(match) == 2 {
			found[i] = match[1]
			continue
		}
		groups := make([]any, len(match)-1)
		for j, group := range match[1:] {
			groups[j] = group
		}
		found[i] = groups
	}
	return found
}

// parseURL gives the parts under the names of the language's page on parse_url.
func parseURL(from string) any {
	parsed, err := url.Parse(from)
	if err != nil {
		return nil
	}
	password, _ := parsed.User.Password()
	queries := map[string]any{}
	for name, values := range parsed.Query() {
		queries[name] = values[0]
	}
	return map[string]any{
		"Scheme": parsed.Scheme, "Host": parsed.Hostname(), "Port": parsed.Port(), "Path": parsed.EscapedPath(), "Username": parsed.User.Username(), "Password": password,
		"Query Parameters": queries, "Fragment": parsed.Fragment,
	}
}

var timeFunctions = map[string]function{
	"now": {0, 1, bindNow}, "ago": {1, 1, bindNow}, "bin": {2, 2, bindBin}, "floor": {2, 2, bindBin},
	"startofhour": startOf(func(t time.Time) time.Time { return t.Truncate(time.Hour) }),
	"startofday": startOf(func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}),
	"startofmonth": startOf(func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }),
}

func startOf(of func(time.Time) time.Time) function {
	return function{1, 1, func(b *binder, c *call, arguments []typed) typed {
		b.need(c.arguments[0], arguments[0], DateTime)
		return pure(DateTime, arguments, func(values []any) any {
			moment, is := values[0].(time.Time)
			if !is {
				return nil
			}
			return of(moment.UTC())
		})
	}}
}

func bindNow(b *binder, c *call, arguments []typed) typed {
	now := b.options.Now
	if len(arguments) == 0 {
		return constant(DateTime, now)
	}
	b.need(c.arguments[0], arguments[0], TimeSpan)
	return pure(DateTime, arguments, func(values []any) any {
		span, is := values[0].(time.Duration)
		if !is {
			return nil
		}
		if c.name == "ago" {
			span = -span
		}
		return now.Add(span)
	})
}

func bindBin(b *binder, c *call, arguments []typed) typed {
	of, size := arguments[0], arguments[1]
	switch of.typ {
	case DateTime, TimeSpan:
		b.need(c.arguments[1], size, TimeSpan)
	default:
		b.need(c.arguments[0], of, Int, Long, Real)
		b.need(c.arguments[1], size, Int, Long, Real)
	}
	typ := of.typ
	if isNumber(typ) {
		typ = wider(typ, size.typ)
	}
	made := pure(typ, arguments, func(values []any) any { return binOf(values[0], values[1]) })
	made.name = of.name
	return made
}

func binOf(value, size any) any {
	switch by := size.(type) {
	case time.Duration:
		if by <= 0 {
			return nil
		}
		switch value := value.(type) {
		case time.Time:
			return value.UTC().Truncate(by)
		case time.Duration:
			return time.Duration(math.Floor(float64(value)/float64(by))) * by
		}
	case int64:
		if whole, is := value.(int64); is && by > 0 {
			return whole - ((whole%by)+by)%by
		}
	}
	a, isNumber := toReal(value).(float64)
	by, _ := toReal(size).(float64)
	if !isNumber || by <= 0 {
		return nil
	}
	return math.Floor(a/by) * by
}

// onNumber is a function of a number that gives one of its type.
func onNumber(of func(value float64) float64) function {
	return function{1, 1, func(b *binder, c *call, arguments []typed) typed {
		b.need(c.arguments[0], arguments[0], Int, Long, Real)
		return pure(arguments[0].typ, arguments, func(values []any) any {
			value, is := toReal(values[0]).(float64)
			if !is {
				return nil
			}
			return convert(of(value), arguments[0].typ)
		})
	}}
}

var mathFunctions = map[string]function{
	"abs": onNumber(math.Abs), "ceiling": onNumber(math.Ceil),
	"round": {1, 2, func(b *binder, c *call, arguments []typed) typed {
		for i, argument := range arguments {
			b.need(c.arguments[i], argument, Int, Long, Real)
		}
		return pure(Real, arguments, func(values []any) any {
			value, is := toReal(values[0]).(float64)
			if !is {
				return nil
			}
			digits := int64(0)
			if len(values) > 1 {
				digits, _ = values[1].(int64)
			}
			by := math.Pow10(int(digits))
			return math.RoundToEven(value*by) / by
		})
	}},
}

var dynamicFunctions = map[string]function{
	"array_length": {1, 1, func(b *binder, c *call, arguments []typed) typed {
		b.need(c.arguments[0], arguments[0], Dynamic)
		return pure(Long, arguments, func(values []any) any {
			items, is := values[0].([]any)
			if !is {
				return nil
			}
			return int64(len(items))
		})
	}},
	"strcat_array": {2, 2, func(b *binder, c *call, arguments []typed) typed {
		b.need(c.arguments[0], arguments[0], Dynamic)
		return pure(String, arguments, func(values []any) any {
			items, _ := values[0].([]any)
			parts := make([]string, len(items))
			for i, item := range items {
				parts[i] = text(item)
			}
			return strings.Join(parts, text(values[1]))
		})
	}},
	"pack_array": {1, -1, func(_ *binder, _ *call, arguments []typed) typed {
		return pure(Dynamic, arguments, func(values []any) any {
			items := make([]any, len(values))
			for i, value := range values {
				items[i] = toDynamic(value)
			}
			return items
		})
	}},
	"bag_pack": bagPack, "pack": bagPack,
	"bag_keys": {1, 1, func(b *binder, c *call, arguments []typed) typed {
		b.need(c.arguments[0], arguments[0], Dynamic)
		return pure(Dynamic, arguments, func(values []any) any {
			bag, is := values[0].(map[string]any)
			if !is {
				return nil
			}
			keys := make([]any, 0, len(bag))
			for key := range bag {
				keys = append(keys, key)
			}
			slices.SortFunc(keys, compare)
			return keys
		})
	}},
}

var bagPack = function{2, -1, func(_ *binder, c *call, arguments []typed) typed {
	if len(arguments)%2 != 0 {
		refuse(c.position(), "%s(…) takes names and values in turn", c.name)
	}
	return pure(Dynamic, arguments, func(values []any) any {
		bag := map[string]any{}
		for i := 0; i < len(values); i += 2 {
			bag[text(values[i])] = toDynamic(values[i+1])
		}
		return bag
	})
}}
