package document

import (
	"regexp"
	"strings"
)

// Placeholder is a {{name}} in a document.
type Placeholder struct {
	Name     string
	Position Position
	// Substituted says whether its value was known.
	Substituted bool
	// Liquid says that it stands in a Liquid template, where it is Liquid's own.
	Liquid bool

	offset int
}

// HasReference reports whether a value may refer to a named value: {{name}} stands in it.
func HasReference(value string) bool { return strings.Contains(value, "{{") }

// IsReference reports whether a value is a reference to a named value and nothing else.
func IsReference(value string) bool {
	return placeholderPattern.FindString(value) == value && value != ""
}

// placeholderPattern is a reference to a named value; display names consist of
// letters, digits and -._ (the pattern of the ARM contract).
var placeholderPattern = regexp.MustCompile(`\{\{\s*([A-Za-z0-9._-]+)\s*\}\}`)

// substitute puts the values of named values where they are mentioned. What
// lookup does not know stays as it is. Values are not searched again.
func substitute(source string, lookup func(name string) (string, bool)) (Text, []Placeholder) {
	var placeholders []Placeholder
	var b textBuilder
	positions := newLines(source)
	at := 0
	if strings.Contains(source, "{{") {
		for _, found := range placeholderPattern.FindAllStringSubmatchIndex(source, -1) {
			placeholder := Placeholder{Name: source[found[2]:found[3]], Position: positions.position(found[0]), offset: found[0]}
			b.add(source[at:found[0]], at)
			at = found[0]
			if lookup != nil {
				if value, ok := lookup(placeholder.Name); ok {
					placeholder.Substituted = true
					begin := b.value.Len()
					b.add(value, found[0])
					b.inserted = append(b.inserted, [2]int{begin, b.value.Len()})
					at = found[1]
				}
			}
			placeholders = append(placeholders, placeholder)
		}
	}
	b.add(source[at:], at)
	return b.text(), placeholders
}
