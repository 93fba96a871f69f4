package library

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/dlclark/regexp2/syntax"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// matchTimeout bounds one match: .NET's engine backtracks, and so does this one.
// The service's own bound is not documented.
const matchTimeout = 2 * time.Second

type (
	// RegexValue is a Regex.
	RegexValue struct {
		self    *Type
		pattern string
		re      *regexp2.Regexp
	}
	// MatchValue is a Match.
	MatchValue struct {
		self *Type
		m    *regexp2.Match // nil where there is none
	}
	// GroupValue is a Group or a Capture.
	GroupValue struct {
		self          *Type
		text          string
		index, length int
		success       bool
		captures      []*GroupValue
		name          string
	}
	groupList struct {
		self   *Type
		groups []*GroupValue
	}
	matchList struct {
		self    *Type
		matches []any
	}
)

func (r *RegexValue) typeIn(*Library) *Type     { return r.self }
func (r *RegexValue) text(*Env) (string, error) { return r.pattern, nil } //nolint:unparam // others may fail
func (m *MatchValue) typeIn(*Library) *Type     { return m.self }
func (g *GroupValue) typeIn(*Library) *Type     { return g.self }
func (g *groupList) typeIn(*Library) *Type      { return g.self }
func (m *matchList) typeIn(*Library) *Type      { return m.self }

func (m *MatchValue) text(*Env) (string, error) { return m.value(), nil } //nolint:unparam // others may fail

func (m *MatchValue) value() string {
	if m.m == nil {
		return ""
	}
	return m.m.String()
}

func (g *groupList) each(do func(any) error) error {
	for _, group := range g.groups {
		if err := do(group); err != nil {
			return err
		}
	}
	return nil
}

func (m *matchList) each(do func(any) error) error { return eachOf(m.matches, do) }

func declareRegex(l *Library) {
	const namespace = "System.Text.RegularExpressions"
	l.enum(namespace, "RegexOptions", EnumValue{"None", 0}, EnumValue{"IgnoreCase", 1}, EnumValue{"Multiline", 2}, EnumValue{"ExplicitCapture", 4}, EnumValue{"Compiled", 8},
		EnumValue{"Singleline", 16}, EnumValue{"IgnorePatternWhitespace", 32}, EnumValue{"RightToLeft", 64}, EnumValue{"ECMAScript", 256}, EnumValue{"CultureInvariant", 512})
	group := l.class(namespace, "Group", "")
	match := l.class(namespace, "Match", "").from("Group")
	declareGroups(l, group, match)
	c := l.class(namespace, "Regex", "")
	x := &regexes{regex: c.self, match: match.self, group: group.self, groups: l.class(namespace, "GroupCollection", ""), matches: l.class(namespace, "MatchCollection", "")}
	declareMatchLists(x)
	c.make("(string pattern)", x1(func(p string) (*RegexValue, error) { return x.compile(p, 0) }))
	c.make("(string pattern, RegexOptions options)", x2(func(p string, o Enum) (*RegexValue, error) { return x.compile(p, o.Value) }))
	for _, options := range []string{"", ", RegexOptions options"} {
		with := func(a []any, at int) (*RegexValue, error) {
			o := int32(0)
			if options != "" {
				o = to[Enum](a[len(a)-1]).Value
			}
			return x.compile(to[string](a[at]), o)
		}
		c.fixed("bool IsMatch(string input, string pattern"+options+")", func(_ *Call, a []any) (any, error) {
			re, err := with(a, 1)
			if err != nil {
				return nil, err
			}
			return x.isMatch(re, to[string](a[0]))
		})
		c.fixed("Match Match(string input, string pattern"+options+")", func(_ *Call, a []any) (any, error) {
			re, err := with(a, 1)
			if err != nil {
				return nil, err
			}
			return x.find(re, to[string](a[0]))
		})
		c.fixed("MatchCollection Matches(string input, string pattern"+options+")", func(_ *Call, a []any) (any, error) {
			re, err := with(a, 1)
			if err != nil {
				return nil, err
			}
			return x.findAll(re, to[string](a[0]))
		})
		c.fixed("string Replace(string input, string pattern, string replacement"+options+")", func(_ *Call, a []any) (any, error) {
			re, err := with(a, 1)
			if err != nil {
				return nil, err
			}
			return x.replace(re, to[string](a[0]), to[string](a[2]))
		})
		c.fixed("string Replace(string input, string pattern, Func<Match, string> evaluator"+options+")", func(_ *Call, a []any) (any, error) {
			re, err := with(a, 1)
			if err != nil {
				return nil, err
			}
			return x.replaceFunc(re, to[string](a[0]), a[2].(*Delegate))
		})
		c.fixed("string[] Split(string input, string pattern"+options+")", func(_ *Call, a []any) (any, error) {
			re, err := with(a, 1)
			if err != nil {
				return nil, err
			}
			return x.split(l, re, to[string](a[0]))
		})
	}
	c.method("bool IsMatch(string input)", x2(func(re *RegexValue, s string) (any, error) { return x.isMatch(re, s) }))
	c.method("Match Match(string input)", x2(func(re *RegexValue, s string) (any, error) { return x.find(re, s) }))
	c.method("MatchCollection Matches(string input)", x2(func(re *RegexValue, s string) (any, error) { return x.findAll(re, s) }))
	c.method("string Replace(string input, string replacement)", x3(func(re *RegexValue, s, by string) (any, error) { return x.replace(re, s, by) }))
	c.method("string Replace(string input, Func<Match, string> evaluator)", x3(func(re *RegexValue, s string, by *Delegate) (any, error) { return x.replaceFunc(re, s, by) }))
	c.method("string[] Split(string input)", x2(func(re *RegexValue, s string) (any, error) { return x.split(l, re, s) }))
	c.fixed("string Unescape(string str)", x1(regexp2.Unescape))
	c.forbidden("Escape", "MatchTimeout", "Options", "GetGroupNames", "GetGroupNumbers", "GroupNameFromNumber", "GroupNumberFromName", "RightToLeft")
}

func declareGroups(l *Library, group, match *class) {
	group.property("string Value", func(_ *Call, a []any) (any, error) { return valueOf(a[0]), nil })
	group.property("bool Success", func(_ *Call, a []any) (any, error) {
		if m, ok := a[0].(*MatchValue); ok {
			return m.m != nil, nil
		}
		return a[0].(*GroupValue).success, nil
	})
	group.property("int Index", func(_ *Call, a []any) (any, error) { i, _ := placeOf(a[0]); return int32(i), nil })  //nolint:gosec // strings are shorter
	group.property("int Length", func(_ *Call, a []any) (any, error) { _, n := placeOf(a[0]); return int32(n), nil }) //nolint:gosec // strings are shorter
	group.property("IReadOnlyList<Group> Captures", func(_ *Call, a []any) (any, error) {
		g, ok := a[0].(*GroupValue)
		if !ok {
			return &List{group.self, []any{a[0]}}, nil
		}
		items := make([]any, len(g.captures))
		for i, each := range g.captures {
			items[i] = each
		}
		return &List{group.self, items}, nil
	})
	group.property("string Name", func(_ *Call, a []any) (any, error) {
		if g, ok := a[0].(*GroupValue); ok {
			return g.name, nil
		}
		return "0", nil
	})
	group.method("string ToString()", func(_ *Call, a []any) (any, error) { return valueOf(a[0]), nil })
	match.property("GroupCollection Groups", func(_ *Call, a []any) (any, error) { return groupsOf(l, a[0].(*MatchValue)), nil })
	match.fixed("Match Empty", constant(&MatchValue{self: match.self}))
	match.beyond("Result", "NextMatch")
}

func valueOf(v any) string {
	if m, ok := v.(*MatchValue); ok {
		return m.value()
	}
	return v.(*GroupValue).text
}

func placeOf(v any) (index, size int) {
	switch v := v.(type) {
	case *MatchValue:
		if v.m == nil {
			return 0, 0
		}
		return v.m.Index, v.m.Length
	case *GroupValue:
		return v.index, v.length
	}
	return 0, 0
}

func groupsOf(l *Library, m *MatchValue) *groupList {
	list := &groupList{self: l.named("GroupCollection")}
	if m.m == nil {
		return list
	}
	for _, g := range m.m.Groups() {
		group := &GroupValue{self: l.named("Group"), text: g.String(), index: g.Index, length: g.Length, success: len(g.Captures) > 0, name: g.Name}
		for _, capture := range g.Captures {
			group.captures = append(group.captures, &GroupValue{self: group.self, text: capture.String(), index: capture.Index, length: capture.Length, success: true})
		}
		list.groups = append(list.groups, group)
	}
	return list
}

func declareMatchLists(x *regexes) {
	g := x.groups.from("IEnumerable<Group>")
	missing := func() *GroupValue { return &GroupValue{self: x.group} }
	g.property("int Count", f1(func(list *groupList) int32 { return int32(len(list.groups)) })) //nolint:gosec // a few
	g.property("Group this[int groupnum]", f2(func(list *groupList, i int32) *GroupValue {
		if i < 0 || int(i) >= len(list.groups) {
			return missing()
		}
		return list.groups[i]
	}))
	g.property("Group this[string groupname]", f2(func(list *groupList, name string) *GroupValue {
		for i, group := range list.groups {
			if group.name == name || strconv.Itoa(i) == name {
				return group
			}
		}
		return missing()
	}))
	m := x.matches.from("IEnumerable<Match>")
	m.property("int Count", f1(func(list *matchList) int32 { return int32(len(list.matches)) })) //nolint:gosec // a few
	m.property("Match this[int i]", x2(func(list *matchList, i int32) (any, error) {
		if i < 0 || int(i) >= len(list.matches) {
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "i")
		}
		return list.matches[i], nil
	}))
}

// regexes are the types that a regular expression's members need.
type regexes struct {
	regex, match, group *Type
	groups, matches     *class
}

func (x *regexes) compile(pattern string, options int32) (*RegexValue, error) {
	// CultureInvariant and Compiled change nothing here.
	re, err := regexp2.Compile(pattern, regexp2.RegexOptions(options&^(512|8)))
	if err != nil {
		return nil, dotnet.Throw("System.ArgumentException", `parsing "`+pattern+`" - `+regexMistake(err))
	}
	re.MatchTimeout = matchTimeout
	return &RegexValue{x.regex, pattern, re}, nil
}

// regexMistake is .NET's text of what is wrong with a pattern.
func regexMistake(err error) string {
	var mistake *syntax.Error
	if !errors.As(err, &mistake) {
		return err.Error()
	}
	switch mistake.Code {
	case syntax.ErrMissingParen:
		return "Not enough )'s."
	case syntax.ErrUnexpectedParen:
		return "Too many )'s."
	case syntax.ErrUnterminatedBracket:
		return "Unterminated [] set."
	case syntax.ErrMissingRepeatArgument:
		return "Quantifier {x,y} following nothing."
	case syntax.ErrInvalidRepeatOp:
		return "Nested quantifier " + fmt.Sprint(mistake.Args...) + "."
	case syntax.ErrInvalidRepeatSize:
		return "Illegal {x,y} with x > y."
	case syntax.ErrIllegalEndEscape:
		return "Illegal \\ at end of pattern."
	case syntax.ErrUnrecognizedGrouping:
		return "Unrecognized grouping construct."
	case syntax.ErrReversedCharRange:
		return "[x-y] range in reverse order."
	case syntax.ErrUnrecognizedEscape:
		return "Unrecognized escape sequence \\" + fmt.Sprint(mistake.Args...) + "."
	default:
	}
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

func timedOut(err error) error {
	return dotnet.Throw("System.Text.RegularExpressions.RegexMatchTimeoutException", "The RegEx engine has timed out while trying to match a pattern to an input string. ("+err.Error()+")")
}

func (x *regexes) isMatch(re *RegexValue, s string) (any, error) {
	found, err := re.re.MatchString(s)
	if err != nil {
		return nil, timedOut(err)
	}
	return found, nil
}

func (x *regexes) find(re *RegexValue, s string) (any, error) {
	m, err := re.re.FindStringMatch(s)
	if err != nil {
		return nil, timedOut(err)
	}
	return &MatchValue{x.match, m}, nil
}

func (x *regexes) findAll(re *RegexValue, s string) (any, error) {
	list := &matchList{self: x.matches.self}
	m, err := re.re.FindStringMatch(s)
	for m != nil && err == nil {
		list.matches = append(list.matches, &MatchValue{x.match, m})
		m, err = re.re.FindNextMatch(m)
	}
	if err != nil {
		return nil, timedOut(err)
	}
	return list, nil
}

func (x *regexes) replace(re *RegexValue, s, by string) (any, error) {
	replaced, err := re.re.Replace(s, by, -1, -1)
	if err != nil {
		return nil, timedOut(err)
	}
	return replaced, nil
}

func (x *regexes) replaceFunc(re *RegexValue, s string, by *Delegate) (any, error) {
	var failed error
	replaced, err := re.re.ReplaceFunc(s, func(m regexp2.Match) string {
		text, err := by.Invoke([]any{&MatchValue{x.match, &m}})
		if err != nil && failed == nil {
			failed = err
		}
		return to[string](text)
	}, -1, -1)
	switch {
	case failed != nil:
		return nil, failed
	case err != nil:
		return nil, timedOut(err)
	}
	return replaced, nil
}

func (x *regexes) split(l *Library, re *RegexValue, s string) (any, error) {
	var parts []string
	runes := []rune(s)
	at := 0
	m, err := re.re.FindStringMatch(s)
	for m != nil && err == nil {
		parts = append(parts, string(runes[at:m.Index]))
		for _, group := range m.Groups()[1:] {
			if len(group.Captures) > 0 {
				parts = append(parts, group.String())
			}
		}
		at = m.Index + m.Length
		m, err = re.re.FindNextMatch(m)
	}
	if err != nil {
		return nil, timedOut(err)
	}
	return l.Strings(append(parts, string(runes[at:]))), nil
}
