package drift

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// path leads to a value: names of members, and positions in lists.
type path []any

// plainName is a name that a path can hold unquoted.
var plainName = regexp.MustCompile(`^[A-Za-z_$][\w$-]*$`)

// String writes a path as Pulumi does: rules[0].name, tags["a.b"].
func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case string:
			switch {
			case !plainName.MatchString(step):
				_, _ = fmt.Fprintf(&b, "[%q]", step)
			case b.Len() > 0:
				b.WriteString("." + step)
			default:
				b.WriteString(step)
			}
		case int:
			_, _ = fmt.Fprintf(&b, "[%d]", step)
		}
	}
	return b.String()
}

// in is the value to which the path leads; nil where there is none.
func (p path) in(value any) any {
	for _, step := range p {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// unknownIn reports whether the path leads to, or through, what a plan does not know yet.
func (p path) unknownIn(value any) bool {
	for i := range p {
		if p[:i+1].in(value) == any(unknown) {
			return true
		}
	}
	return false
}

// to is the path to a member, or to an element, of what the path leads to.
func (p path) to(step any) path { return append(slices.Clip(p), step) }

// inList reports whether the path leads to an element of a list.
func (p path) inList() bool {
	if len(p) == 0 {
		return false
	}
	_, position := p[len(p)-1].(int)
	return position
}

// differences are the paths, below one, at which two values differ: as deep as both have
// something there.
func differences(one, other any, at path) []path {
	if reflect.DeepEqual(one, other) {
		return nil
	}
	var found []path
	switch one := one.(type) {
	case map[string]any:
		if other, both := other.(map[string]any); both {
			for _, name := range names(one, other) {
				found = append(found, differences(one[name], other[name], at.to(name))...)
			}
		}
	case []any:
		if other, both := other.([]any); both {
			for i := range max(len(one), len(other)) {
				step := path{i}
				found = append(found, differences(step.in(one), step.in(other), at.to(i))...)
			}
		}
	}
	if len(found) == 0 {
		return []path{at}
	}
	return found
}

// secrets are the paths, below one, at which a plan shows a secret, which may differ all
// the same.
func secrets(value any, at path) []path {
	var found []path
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			found = append(found, secrets(value[name], at.to(name))...)
		}
	case []any:
		for i := range value {
			found = append(found, secrets(value[i], at.to(i))...)
		}
	case string:
		if value == secret {
			found = append(found, at)
		}
	}
	return found
}

// names are those of two objects' members, sorted.
func names(one, other map[string]any) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(one)), maps.Keys(other))
	slices.Sort(all)
	return slices.Compact(all)
}
