package guardrails

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Resource is one that is to be registered, with what is known of its inputs. Texts of secrets
// are among them; findings that quote one are masked.
type Resource struct {
	// Type is the whole type, such as azure-native:cdn/v20240901:Profile, and Name the name
	// in the stack.
	Type, Name string
	// Inputs are as JSON has them: objects, lists, texts, numbers and truths. See Unknown.
	Inputs map[string]any
}

// Is reports whether the resource is of an azure-native type, of whichever API version:
// cdn:Profile stands for azure-native:cdn/v20240901:Profile.
func (r Resource) Is(kinds ...string) bool { return slices.Contains(kinds, arm.Unversioned(r.Type)) }

// At is the input at a path such as properties.disableLocalAuth; nil where there is none.
func (r Resource) At(path string) any { return at(r.Inputs, path) }

func at(inputs map[string]any, path string) any {
	var value any = inputs
	for _, name := range strings.Split(path, ".") {
		if Unknown(value) {
			return value
		}
		members, _ := value.(map[string]any)
		value = members[name]
	}
	return value
}

// Text is the input at a path as a text; "" where it is none, or not known yet.
func (r Resource) Text(path string) string {
	text, _ := r.At(path).(string)
	return text
}

// List is the input at a path as a list; nil where it is none, or not known yet.
func (r Resource) List(path string) []any {
	list, _ := r.At(path).([]any)
	return list
}

// Unknown reports whether an input is not known before the deployment. A rule lets it pass:
// it is looked at once more when it is known.
func Unknown(value any) bool {
	_, is := value.(arm.Unknown)
	return is
}
