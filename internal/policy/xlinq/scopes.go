package xlinq

import (
	"slices"
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Prefix is a prefix of a namespace where e stands; ok is false where there is none.
func (e *Element) Prefix(space string) (prefix string, ok bool) {
	hidden := map[string]bool{}
	for each := e; each != nil; each, _ = each.Parent().(*Element) {
		for _, a := range each.Attributes {
			declared, is := a.Declares()
			if is && declared != "" && a.Value == space && !hidden[declared] {
				return declared, true
			}
			hidden[declared] = hidden[declared] || is
		}
	}
	switch space {
	case XMLNamespace:
		return "xml", true
	case XMLNSNamespace:
		return "xmlns", true
	}
	return "", false
}

// Space is the namespace of a prefix where e stands; "" is the default one.
func (e *Element) Space(prefix string) (space string, ok bool) {
	for each := e; each != nil; each, _ = each.Parent().(*Element) {
		for _, a := range each.Attributes {
			if declared, is := a.Declares(); is && declared == prefix {
				return a.Value, true
			}
		}
	}
	switch prefix {
	case "xml":
		return XMLNamespace, true
	case "xmlns":
		return XMLNSNamespace, true
	}
	return "", false
}

// binding is a prefix with its namespace. Those that no attribute declares have to
// be written.
type binding struct {
	prefix, space string
	missing       bool
}

// scopes finds the prefixes of names as an XmlWriter does: declared are the
// declarations of the elements around, which LINQ to XML asks first, bound all that
// the writer has in force.
type scopes struct {
	declared, bound []binding
	levels          []scope
}

type scope struct {
	declared, bound int
	name            string
}

// maxDeclared bounds the time that names take: each looks through all that are in
// force.
const maxDeclared = 1000

// tag is a start tag with the names that are written.
type tag struct {
	name       string
	attributes []written
}

type written struct{ name, value string }

// newScopes knows the declarations around n.
func newScopes(n Node) scopes {
	s := scopes{bound: []binding{{prefix: "xmlns", space: XMLNSNamespace}, {prefix: "xml", space: XMLNamespace}, {}}}
	for e, _ := n.Parent().(*Element); e != nil; e, _ = e.Parent().(*Element) {
		for _, a := range e.Attributes {
			if prefix, ok := a.Declares(); ok {
				s.declared = slices.Insert(s.declared, 0, binding{prefix: prefix, space: a.Value})
			}
		}
	}
	return s
}

// open enters an element: it is its start tag.
func (s *scopes) open(e *Element) (tag, error) {
	s.levels = append(s.levels, scope{declared: len(s.declared), bound: len(s.bound)})
	level := &s.levels[len(s.levels)-1]
	for _, a := range e.Attributes {
		if prefix, ok := a.Declares(); ok {
			s.declared = append(s.declared, binding{prefix: prefix, space: a.Value})
		}
	}
	if len(s.declared) > maxDeclared {
		return tag{}, dotnet.Throw("System.NotSupportedException", "XML with more than 1000 declarations of namespaces in force at one place cannot be written here.")
	}
	prefix, ok := s.known(e.Name.Space, true)
	if !ok {
		prefix, _ = s.prefixOf(e.Name.Space)
	}
	if err := s.use(prefix, e.Name.Space); err != nil {
		return tag{}, err
	}
	level.name = qualified(prefix, e.Name.Local)
	t := tag{name: level.name}
	for _, a := range e.Attributes {
		name, err := s.attribute(a)
		if err != nil {
			return tag{}, err
		}
		t.attributes = append(t.attributes, written{name, a.Value})
	}
	for i := len(s.bound) - 1; i >= level.bound; i-- {
		if each := s.bound[i]; each.missing {
			name := "xmlns"
			if each.prefix != "" {
				name += ":" + each.prefix
			}
			t.attributes = append(t.attributes, written{name, each.space})
		}
	}
	return t, nil
}

// attribute is the name that an attribute is written with.
func (s *scopes) attribute(a *Attribute) (string, error) {
	if prefix, ok := a.Declares(); ok {
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		return name, s.declare(prefix, a.Value)
	}
	if a.Name.Space == "" {
		return a.Name.Local, nil
	}
	prefix, ok := s.known(a.Name.Space, false)
	if !ok {
		prefix, ok = s.prefixOf(a.Name.Space)
		if !ok || prefix == "" {
			prefix = s.made()
		}
	}
	return qualified(prefix, a.Name.Local), s.use(prefix, a.Name.Space)
}

// leave ends the innermost element: it is its name as it was written.
func (s *scopes) leave() string {
	level := s.levels[len(s.levels)-1]
	s.declared, s.bound = s.declared[:level.declared], s.bound[:level.bound]
	s.levels = s.levels[:len(s.levels)-1]
	return level.name
}

func qualified(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}

// known is the prefix of a namespace that an attribute around declares.
func (s *scopes) known(space string, orDefault bool) (string, bool) {
	switch space {
	case "":
		return "", true
	case XMLNamespace:
		return "xml", true
	case XMLNSNamespace:
		return "xmlns", true
	}
	for i := len(s.declared) - 1; i >= 0; i-- {
		each := s.declared[i]
		if each.space != space || each.prefix == "" && !orDefault || hides(s.declared[i+1:], each.prefix) {
			continue
		}
		return each.prefix, true
	}
	return "", false
}

func hides(later []binding, prefix string) bool {
	return slices.ContainsFunc(later, func(b binding) bool { return b.prefix == prefix })
}

// prefixOf is the prefix of a namespace that is in force.
func (s *scopes) prefixOf(space string) (string, bool) {
	for i := len(s.bound) - 1; i >= 0; i-- {
		if each := s.bound[i]; each.space == space {
			return each.prefix, !hides(s.bound[i+1:], each.prefix)
		}
	}
	return "", false
}

// made is a prefix that nobody uses.
func (s *scopes) made() string {
	prefix := "p" + strconv.Itoa(len(s.bound)-3)
	for i, base := 0, prefix; hides(s.bound, prefix); i++ {
		prefix = base + strconv.Itoa(i)
	}
	return prefix
}

// find is the place of a prefix in force, or -1.
func (s *scopes) find(prefix string) int {
	for i := len(s.bound) - 1; i >= 0; i-- {
		if s.bound[i].prefix == prefix {
			return i
		}
	}
	return -1
}

// use notes that a name has a prefix, which has to be declared if it is not.
func (s *scopes) use(prefix, space string) error {
	at := s.find(prefix)
	if at >= s.levels[len(s.levels)-1].bound {
		return redefined(s.bound[at], space)
	}
	s.bound = append(s.bound, binding{prefix, space, at < 0 || s.bound[at].space != space})
	return nil
}

// declare notes a declaration that an attribute makes.
func (s *scopes) declare(prefix, space string) error {
	at := s.find(prefix)
	if at >= s.levels[len(s.levels)-1].bound {
		s.bound[at].missing = false
		return redefined(s.bound[at], space)
	}
	s.bound = append(s.bound, binding{prefix: prefix, space: space})
	return nil
}

func redefined(b binding, space string) error {
	if b.space == space {
		return nil
	}
	return xmlException("The prefix '" + b.prefix + "' cannot be redefined from '" + b.space + "' to '" + space + "' within the same start element tag.")
}
