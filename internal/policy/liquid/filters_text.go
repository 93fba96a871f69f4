package liquid

import (
	"html"
	"strings"
	"time"
	"unicode"

	"github.com/dlclark/regexp2"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// onText is a filter of text without parameters; null stays null.
func onText(do func(string) string) *filter {
	return &filter{input: textKind, do: func(_ *renderer, in any, _ []any) (any, error) {
		if s, ok := in.(string); ok {
			return do(s), nil
		}
		return null()
	}}
}

// withText is the same with one parameter, which is text.
func withText(name string, do func(s, argument string) any) *filter {
	return &filter{input: textKind, parameters: []parameter{must(name, textKind)}, do: func(_ *renderer, in any, args []any) (any, error) {
		s, ok := in.(string)
		if !ok {
			return null()
		}
		return do(s, text(args[0])), nil
	}}
}

func textFilter(name string) *filter {
	switch name {
	case "Upcase":
		return onText(strings.ToUpper)
	case "Downcase":
		return onText(strings.ToLower)
	case "Capitalize":
		return onText(titleCase)
	case "Append":
		return withText("string", func(s, argument string) any { return s + argument })
	case "Prepend":
		return withText("string", func(s, argument string) any { return argument + s })
	case "Escape", "H":
		return onText(dotnet.EncodeHTML)
	case "EscapeOnce":
		return onText(func(s string) string { return dotnet.EncodeHTML(html.UnescapeString(s)) })
	case "UrlEncode":
		return onText(dotnet.EncodeURL)
	case "UrlDecode":
		return onText(dotnet.DecodeURL)
	case "Strip":
		return onText(strings.TrimSpace)
	case "Lstrip":
		return onText(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) })
	case "Rstrip":
		return onText(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) })
	case "Default":
		return &filter{input: textKind, parameters: []parameter{must("defaultValue", textKind)}, do: func(_ *renderer, in any, args []any) (any, error) {
			if in == nil || strings.TrimSpace(text(in)) == "" && text(in) == "" {
				return args[0], nil
			}
			return in, nil
		}}
	case "Date":
		return &filter{parameters: []parameter{must("format", textKind)}, do: formatDate}
	}
	return nil
}

// titleCase is TextInfo.ToTitleCase: the first letter of a word becomes a capital
// and the others small, but a word of capitals stays.
func titleCase(s string) string {
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		if !unicode.IsLetter(runes[i]) {
			continue
		}
		end, small := i, false
		for ; end < len(runes) && (unicode.IsLetter(runes[end]) || unicode.IsDigit(runes[end]) || unicode.IsMark(runes[end]) || runes[end] == '\''); end++ {
			small = small || unicode.IsLower(runes[end])
		}
		for j := i + 1; small && j < end; j++ {
			runes[j] = unicode.ToLower(runes[j])
		}
		runes[i] = unicode.ToTitle(runes[i])
		i = end
	}
	return string(runes)
}

func formatDate(r *renderer, in any, args []any) (any, error) {
	format := text(args[0])
	if in == nil {
		return null()
	}
	written := text(in)
	if strings.TrimSpace(format) == "" {
		return written, nil
	}
	date, ok := in.(dotnet.DateTime)
	if !ok {
		if low := strings.ToLower(written); low == "now" || low == "today" {
			date = dotnet.FromTime(r.input.Now())
		} else {
			var err error
			if date, err = dotnet.ParseDateTime(written, dotnet.Invariant(), 0); err != nil {
				return written, nil //nolint:nilerr // what is no date stays as it is
			}
		}
	}
	return either(date.Format(format, dotnet.Invariant()))
}

// matchTimeout bounds one replacement: the engine backtracks as .NET's does.
const matchTimeout = 2 * time.Second

// replace replaces what a .NET regular expression matches, at most count times.
func replace(s, pattern, replacement string, count int) (any, error) {
	if s == "" || pattern == "" {
		return s, nil
	}
	re, err := regexp2.Compile(pattern, regexp2.None)
	if err != nil {
		return nil, fail("parsing '" + pattern + "' - " + err.Error())
	}
	re.MatchTimeout = matchTimeout
	replaced, err := re.Replace(s, replacement, -1, count)
	if err != nil {
		return nil, fail(err.Error())
	}
	return replaced, nil
}

func replacement(count int) *filter {
	return &filter{input: textKind, parameters: []parameter{must("string", textKind), may("replacement", textKind, "")}, do: func(_ *renderer, in any, args []any) (any, error) {
		if in == nil {
			return null()
		}
		return replace(text(in), text(args[0]), text(args[1]), count)
	}}
}

func cutFilter(name string) *filter {
	switch name {
	case "Replace":
		return replacement(-1)
	case "ReplaceFirst":
		return replacement(1)
	case "Remove", "RemoveFirst":
		return &filter{input: textKind, parameters: []parameter{must("string", textKind)}, do: func(_ *renderer, in any, args []any) (any, error) {
			s := text(in)
			switch {
			case strings.TrimSpace(s) == "":
				return in, nil
			case name == "RemoveFirst":
				return replace(s, text(args[0]), "", 1)
			case args[0] == nil:
				return nil, fail("Value cannot be null.\nParameter name: oldValue")
			case args[0] == "":
				return nil, fail("String cannot be of zero length.\nParameter name: oldValue")
			}
			return strings.ReplaceAll(s, text(args[0]), ""), nil
		}}
	case "StripHtml":
		return onText(func(s string) string { return tags.ReplaceAllString(s, "") })
	case "StripNewlines":
		return onText(func(s string) string { return strings.NewReplacer("\r\n", "", "\n", "").Replace(s) })
	case "NewlineToBr":
		return onText(func(s string) string { return newline.ReplaceAllString(s, "<br />$1") })
	case "Slice":
		return &filter{input: textKind, parameters: []parameter{must("start", integerKind), may("len", integerKind, int32(1))}, do: slice}
	case "Truncate":
		return &filter{input: textKind, parameters: []parameter{may("length", integerKind, int32(50)), may("truncateString", textKind, "...")}, do: truncate}
	case "TruncateWords":
		return &filter{input: textKind, parameters: []parameter{may("words", integerKind, int32(15)), may("truncateString", textKind, "...")}, do: truncateWords}
	}
	return nil
}
