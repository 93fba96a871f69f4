package guardrails

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// resource is one that is to be registered, with what is known of its inputs.
type resource struct {
	token, name string
	inputs      map[string]any
}

// is reports whether the resource is of an azure-native type, of whichever API version:
// cdn:Profile stands for azure-native:cdn/v20240901:Profile.
func (r resource) is(kinds ...string) bool { return slices.Contains(kinds, arm.Unversioned(r.token)) }

// at is the input at a path such as properties.disableLocalAuth; nil where there is none.
func (r resource) at(path string) any { return at(r.inputs, path) }

func at(inputs map[string]any, path string) any {
	var value any = inputs
	for _, name := range strings.Split(path, ".") {
		if _, unknown := value.(arm.Unknown); unknown {
			return value
		}
		members, _ := value.(map[string]any)
		value = members[name]
	}
	return value
}

// text is the input at a path as a text; "" where it is none, or not known yet.
func (r resource) text(path string) string {
	text, _ := r.at(path).(string)
	return text
}

// list is the input at a path as a list.
func (r resource) list(path string) []any {
	list, _ := r.at(path).([]any)
	return list
}

// unknown reports whether an input is not known before the deployment.
func unknown(value any) bool {
	_, is := value.(arm.Unknown)
	return is
}
