package policy

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// get is an attribute's value, or nil where it is not there.
func (c *elementCompilation) get(name string) *value { return c.values[name] }

// literal is the text of an attribute that takes no expressions, or a default.
func (c *elementCompilation) literal(name, fallback string) string {
	if v := c.values[name]; v != nil {
		return strings.TrimSpace(v.text)
	}
	return fallback
}

// flag is a boolean attribute that takes no expressions.
func (c *elementCompilation) flag(name string, fallback bool) bool {
	if v, ok := truth(c.literal(name, "")); ok {
		return v
	}
	return fallback
}

// nested compiles the policies inside of an element at a path below c's.
func (c *elementCompilation) nested(e *document.Element, path string) []*step {
	return c.policies(c.place.below(path), e.Children)
}

// first is the only child of a name, or nil.
func (c *elementCompilation) first(name string) *elementCompilation {
	if all := c.children[name]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// texts are the texts of the children of a name below a list: audiences/audience.
func (c *elementCompilation) texts(listed, name string) []*value {
	holder := c
	if listed != "" {
		if holder = c.first(listed); holder == nil {
			return nil
		}
	}
	var values []*value
	for _, each := range holder.children[name] {
		values = append(values, each.content)
	}
	return values
}
