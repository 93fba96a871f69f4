package library

import (
	"strconv"

	"github.com/dlclark/regexp2"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

type (
	// RegexValue is a Regex.
	RegexValue struct {
		self *Type
		*pattern
	}
	// MatchValue is a Match.
	MatchValue struct {
		self *Type
		m    *regexp2.Match // nil where there is none
		of   *pattern
		in   subject
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
func (r *RegexValue) text(*Env) (string, error) { return r.written, nil } //nolint:unparam // others may fail
func (m *MatchValue) typeIn(*Library) *Type     { return m.self }
func (g *GroupValue) typeIn(*Library) *Type     { return g.self }
func (g *groupList) typeIn(*Library) *Type      { return g.self }
func (m *matchList) typeIn(*Library) *Type      { return m.self }

func (m *MatchValue) text(*Env) (string, error) { return m.value(), nil } //nolint:unparam // others may fail

func (m *MatchValue) value() string {
	if m.m == nil {
		return ""
	}
	return textOfUnits(m.m.Runes())
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
	declareRegexStatics(l, x, c)
	declareRegexMethods(l, x, c)
	c.fixed("string Unescape(string str)", x1(unescapeRegex))
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
			return &List{Element: group.self, Items: []any{a[0]}}, nil
		}
		items := make([]any, len(g.captures))
		for i, each := range g.captures {
			items[i] = each
		}
		return &List{Element: group.self, Items: items}, nil
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
	match.method("Match NextMatch()", x1(func(m *MatchValue) (any, error) {
		if m.m == nil {
			return m, nil
		}
		next, err := m.of.next(m.m)
		return &MatchValue{m.self, next, m.of, m.in}, err
	}))
	match.method("string Result(string replacement)", x2(func(m *MatchValue, by string) (string, error) {
		if m.m == nil {
			return "", dotnet.Throw("System.NotSupportedException", "Result cannot be called on a failed Match.")
		}
		return m.of.replacement(by)(m.in, m.m)
	}))
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
		list.groups = []*GroupValue{{self: l.named("Group"), name: "0"}}
		return list
	}
	for _, g := range m.m.Groups() {
		group := &GroupValue{self: l.named("Group"), text: textOfUnits(g.Runes()), index: g.Index, length: g.Length, success: len(g.Captures) > 0, name: g.Name}
		for _, capture := range g.Captures {
			group.captures = append(group.captures, &GroupValue{self: group.self, text: textOfUnits(capture.Runes()), index: capture.Index, length: capture.Length, success: true})
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
	cache               regexCache
}
