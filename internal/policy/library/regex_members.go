package library

import (
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// bounded gives a pattern a time limit of its own, which is at most that of all.
func (r *RegexValue) bounded(limit span) (*RegexValue, error) {
	const infinite = -span(dotnet.TicksPerMillisecond)
	if limit == infinite {
		return r, nil
	}
	if limit <= 0 {
		return nil, dotnet.ArgumentOutOfRange("", "matchTimeout")
	}
	const perTick = 100
	r.limit = min(matchTimeout, time.Duration(min(int64(limit), int64(matchTimeout)/perTick)*perTick))
	r.re.MatchTimeout = r.limit
	return r, nil
}

// unescapeRegex is Regex.Unescape.
func unescapeRegex(s string) (string, error) {
	for i := 0; i < len(s)-1; i++ {
		if s[i] != '\\' {
			continue
		}
		i++
		if s[i] == 'c' && i == len(s)-1 {
			return "", dotnet.Throw("System.ArgumentException", `parsing "`+s+`" - Missing control character.`)
		}
		if c := s[i]; (isLetterByte(c) || c == '_') && !strings.ContainsRune("abefnrtvxcu", rune(c)) {
			return "", dotnet.Throw("System.ArgumentException", `parsing "`+s+`" - Unrecognized escape sequence \`+string(rune(c))+".")
		}
	}
	text, err := regexp2.Unescape(s)
	if err != nil {
		return strings.TrimSuffix(s, `\`), nil //nolint:nilerr // .NET takes what stands there as it is
	}
	return text, nil
}

func (x *regexes) find(re *RegexValue, s string, start int) (any, error) {
	in := subjectOf(s)
	m, err := re.first(in, start)
	return &MatchValue{x.match, m, re.pattern, in}, err
}

func (x *regexes) findAll(c *Call, re *RegexValue, s string, start int) (any, error) {
	list, in := &matchList{self: x.matches.self}, subjectOf(s)
	err := re.matches(in, start, func(m *regexp2.Match) error {
		list.matches = append(list.matches, &MatchValue{x.match, m, re.pattern, in})
		return c.Take(objectSize)
	})
	return list, err
}

// objectSize is what a match counts for, in bytes.
const objectSize = 128

func (x *regexes) evaluator(re *RegexValue, by *Delegate) func(subject, *regexp2.Match) (string, error) {
	return func(in subject, m *regexp2.Match) (string, error) {
		text, err := by.Invoke([]any{&MatchValue{x.match, m, re.pattern, in}})
		return to[string](text), err
	}
}

// declareRegexStatics declares the static forms, which take the pattern, and
// constructors: with options and a time limit or without.
func declareRegexStatics(l *Library, x *regexes, c *class) {
	type compiler func(written string, options int32) (*pattern, error)
	for _, rest := range []string{"", ", RegexOptions options", ", RegexOptions options, TimeSpan matchTimeout"} {
		limited := strings.Contains(rest, "TimeSpan")
		with := func(compile compiler, a []any, at int) (*RegexValue, error) {
			options, last := int32(0), len(a)-1
			if limited {
				last--
			}
			if rest != "" {
				options = to[Enum](a[last]).Value
			}
			p, err := compile(to[string](a[at]), options)
			if err != nil {
				return nil, err
			}
			re := &RegexValue{x.regex, p}
			if !limited {
				return re, nil
			}
			return re.bounded(to[span](a[len(a)-1]))
		}
		static := func(signature string, do func(call *Call, re *RegexValue, a []any) (any, error)) {
			c.fixed(signature+rest+")", func(call *Call, a []any) (any, error) {
				compile := compileRegex
				if !limited {
					compile = func(written string, options int32) (*pattern, error) {
						return x.cache.compiled(to[string](a[0]), written, options)
					}
				}
				re, err := with(compile, a, 1)
				if err != nil {
					return nil, err
				}
				return do(call, re, a)
			})
		}
		c.make("(string pattern"+rest+")", func(_ *Call, a []any) (any, error) { return either(with(compileRegex, a, 0)) })
		static("bool IsMatch(string input, string pattern", func(_ *Call, re *RegexValue, a []any) (any, error) { return either(re.isMatch(to[string](a[0]))) })
		static("Match Match(string input, string pattern", func(_ *Call, re *RegexValue, a []any) (any, error) { return x.find(re, to[string](a[0]), 0) })
		static("MatchCollection Matches(string input, string pattern", func(call *Call, re *RegexValue, a []any) (any, error) {
			return x.findAll(call, re, to[string](a[0]), 0)
		})
		static("string Replace(string input, string pattern, string replacement", func(call *Call, re *RegexValue, a []any) (any, error) {
			return either(re.replaced(call, to[string](a[0]), 0, -1, re.replacement(to[string](a[2]))))
		})
		static("string Replace(string input, string pattern, Func<Match, string> evaluator", func(call *Call, re *RegexValue, a []any) (any, error) {
			return either(re.replaced(call, to[string](a[0]), 0, -1, x.evaluator(re, a[2].(*Delegate))))
		})
		static("string[] Split(string input, string pattern", func(_ *Call, re *RegexValue, a []any) (any, error) {
			parts, err := re.split(to[string](a[0]), 0, 0)
			return l.Strings(parts), err
		})
	}
}

// placeIn is the start of a search, which has to lie within the text.
func placeIn(s string, a []any, at int) (int, error) {
	if len(a) <= at {
		return 0, nil
	}
	start := to[int32](a[at])
	if start < 0 || start > length(s) {
		return 0, dotnet.ArgumentOutOfRange("Start index cannot be less than 0 or greater than input length.", "startat")
	}
	return int(start), nil
}

func countAt(a []any, at, otherwise int) (int, error) {
	if len(a) <= at {
		return otherwise, nil
	}
	n := int(to[int32](a[at]))
	if n < otherwise {
		return 0, dotnet.ArgumentOutOfRange("Count cannot be less than -1.", "count")
	}
	return n, nil
}

// declareRegexMethods declares the methods of a Regex that is there.
func declareRegexMethods(l *Library, x *regexes, c *class) {
	for _, at := range []string{"", ", int startat"} {
		c.method("bool IsMatch(string input"+at+")", func(_ *Call, a []any) (any, error) {
			start, err := placeIn(to[string](a[1]), a, 2)
			if err != nil {
				return nil, err
			}
			m, err := a[0].(*RegexValue).first(subjectOf(to[string](a[1])), start)
			return m != nil, err
		})
		c.method("Match Match(string input"+at+")", func(_ *Call, a []any) (any, error) {
			start, err := placeIn(to[string](a[1]), a, 2)
			if err != nil {
				return nil, err
			}
			return x.find(a[0].(*RegexValue), to[string](a[1]), start)
		})
		c.method("MatchCollection Matches(string input"+at+")", func(call *Call, a []any) (any, error) {
			start, err := placeIn(to[string](a[1]), a, 2)
			if err != nil {
				return nil, err
			}
			return x.findAll(call, a[0].(*RegexValue), to[string](a[1]), start)
		})
	}
	for _, count := range []string{"", ", int count", ", int count, int startat"} {
		for _, by := range []string{"string replacement", "Func<Match, string> evaluator"} {
			c.method("string Replace(string input, "+by+count+")", func(call *Call, a []any) (any, error) {
				re, s := a[0].(*RegexValue), to[string](a[1])
				most, failed := countAt(a, 3, -1)
				start, err := placeIn(s, a, 4)
				if err := firstOf(failed, err); err != nil {
					return nil, err
				}
				if delegate, ok := a[2].(*Delegate); ok {
					return either(re.replaced(call, s, start, most, x.evaluator(re, delegate)))
				}
				return either(re.replaced(call, s, start, most, re.replacement(to[string](a[2]))))
			})
		}
		c.method("string[] Split(string input"+count+")", func(_ *Call, a []any) (any, error) {
			re, s := a[0].(*RegexValue), to[string](a[1])
			most, failed := countAt(a, 2, 0)
			start, err := placeIn(s, a, 3)
			if err := firstOf(failed, err); err != nil {
				return nil, err
			}
			parts, err := re.split(s, start, most)
			return l.Strings(parts), err
		})
	}
}
