package expression

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// explain says why no method fits.
func (b *binder) explain(at int, name string, group []*library.Member, args []argument, closest *Problem, ambiguous bool) {
	if closest != nil && closest.Beyond {
		panic(closest)
	}
	if ambiguous {
		b.fail(at, "CS0121: the call of '%s' is ambiguous for (%s)", name, describeArguments(args))
	}
	// A mistake inside of a lambda is the reason, wherever the lambda goes.
	if closest != nil {
		for _, arg := range args {
			if arg.node != nil && arg.node.lambda != nil && closest.Offset > arg.node.at {
				panic(closest)
			}
		}
	}
	forms := make([]string, 0, len(group))
	for _, m := range group {
		form := m.Signature()
		if len(forms) < 6 && !strings.Contains(strings.Join(forms, ";"), form) {
			forms = append(forms, form)
		}
	}
	if closest != nil && len(group) == 1 {
		b.fail(closest.Offset, "%s (for %s)", asArgument(closest.Message), forms[0])
	}
	b.fail(at, "%s: no form of '%s' takes (%s); there is %s", b.noForm(group, args), name, describeArguments(args), strings.Join(forms, "; "))
}

// asArgument gives a conversion's message the code that it has for an argument.
func asArgument(message string) string {
	for _, code := range []string{"CS0029", "CS0266", "CS0037"} {
		if rest, ok := strings.CutPrefix(message, code); ok {
			return "CS1503" + rest
		}
	}
	return message
}

// noForm is the compiler's code for a call that no method takes: wrong types, or
// a wrong number of arguments.
func (b *binder) noForm(group []*library.Member, args []argument) string {
	for _, m := range group {
		all := args
		if m.Extension {
			all = append([]argument{{}}, args...)
		}
		last := len(m.Parameters) - 1
		if placeArguments(m, all, false) != nil || last >= 0 && m.Parameters[last].Params && placeArguments(m, all, true) != nil {
			return "CS1503"
		}
	}
	switch {
	case group[0].Name == "new":
		return "CS1729"
	case len(group) == 1 && len(args) < len(group[0].Parameters):
		return "CS7036"
	}
	return "CS1501"
}
