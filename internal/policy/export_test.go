package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Specimen is one policy with one of its attributes set to one value.
type Specimen struct {
	Kind, Attribute, Value string
	Section                string
	Text                   string
}

// Specimens are all policies that can be run, each with every attribute that its
// table has, and every choice of it. Given are the values of attributes whose
// tables say no more than that they are text, by policy/attribute or attribute; the
// content of elements, by policy>; and attributes that one of several is needed of,
// by policy+: with these each specimen is there once more.
func Specimens(given map[string]string) []Specimen {
	var found []Specimen
	table := kinds()
	for _, name := range slices.Sorted(maps.Keys(table)) {
		k := table[name]
		if k.unsupported != "" {
			continue
		}
		w := &specimenWriter{given, table, name}
		add := func(attribute, value string) {
			text := w.element(name, name, k.attributes, k.children, k.content, k.policies, attribute, value)
			found = append(found, Specimen{name, attribute, value, k.sections[0], text})
			for more := range strings.SplitSeq(given[name+"+"], ";") {
				if written, _, _ := strings.Cut(more, "="); more != "" && written != attribute {
					found = append(found, Specimen{name, attribute, value, k.sections[0], strings.Replace(text, "<"+name, "<"+name+" "+more, 1)})
				}
			}
		}
		add("", "")
		for _, a := range k.attributes {
			for _, value := range w.values(name, a) {
				add(a.name, value)
			}
		}
	}
	return found
}

type specimenWriter struct {
	given map[string]string
	table map[string]*kind
	kind  string
}

// values are what an attribute may be.
func (w *specimenWriter) values(path string, a attribute) []string {
	if value, ok := w.given[path+"/"+a.name]; ok {
		return strings.Split(value, "|")
	}
	switch a.check.kind {
	case isBoolean:
		return []string{"true", "false", "1", "0"}
	case isChoice:
		return a.check.choices
	case isInteger, isNumber:
		return []string{strconv.Itoa(int(max(a.check.min, 1)))}
	case isText, isObject:
	}
	if value, ok := w.given[a.name]; ok {
		return strings.Split(value, "|")
	}
	return []string{"1"}
}

func (w *specimenWriter) element(name, path string, attributes []attribute, children []child, content content, policies bool, attribute, value string) string {
	var b strings.Builder
	b.WriteString("<" + name)
	for _, a := range attributes {
		switch {
		case a.name == attribute:
			fmt.Fprintf(&b, ` %s="%s"`, a.name, value)
		case a.required:
			fmt.Fprintf(&b, ` %s="%s"`, a.name, w.values(path, a)[0])
		}
	}
	b.WriteString(">")
	inner, ok := w.given[path+">"]
	switch {
	case ok:
		b.WriteString(inner)
	case policies:
		b.WriteString(`<set-header name="a"><value>1</value></set-header>`)
	case content == requiredText:
		b.WriteString("1")
	default:
		for _, each := range children {
			if each.required {
				b.WriteString(w.element(each.name, path+"/"+each.name, each.attributes, each.children, each.content, each.policies, "", ""))
			}
		}
	}
	return b.String() + "</" + name + ">"
}

// AttributeRow is what the table says of an attribute.
type AttributeRow struct {
	Required bool
	Choices  []string
	// Type is what the value has to be: text, boolean, whole, number or choice.
	Type  string
	Least float64
}

// ChildRow is what the table says of a child.
type ChildRow struct {
	Required, Many bool
	Most           int
}

// ChildTable is the table of children, by element (policy/child) and name. Elements of which
// any children are taken are not in it.
func ChildTable() (table map[string]map[string]ChildRow, anyOrder map[string]bool) {
	table, anyOrder = map[string]map[string]ChildRow{}, map[string]bool{}
	for name, k := range kinds() {
		if k.content != anyXML && !k.policies {
			addChildren(table, name, k.children)
			anyOrder[name] = k.anyOrder
		}
	}
	return table, anyOrder
}

func addChildren(table map[string]map[string]ChildRow, path string, children []child) {
	table[path] = map[string]ChildRow{}
	for _, each := range children {
		table[path][each.name] = ChildRow{each.required, each.many, each.most}
		if !each.policy && !each.policies && each.content != anyXML {
			addChildren(table, path+"/"+each.name, each.children)
		}
	}
}

func (c check) typeName() string {
	switch c.kind {
	case isBoolean:
		return "boolean"
	case isChoice:
		return "choice"
	case isInteger:
		return "whole"
	case isNumber:
		if c.whole {
			return "whole"
		}
		return "number"
	case isText, isObject:
	}
	return "text"
}

// AttributeTable is the table of attributes, by element (policy/child) and name.
func AttributeTable() map[string]map[string]AttributeRow {
	table := map[string]map[string]AttributeRow{}
	for name, k := range kinds() {
		addRows(table, name, k.attributes, k.children)
	}
	return table
}

func addRows(table map[string]map[string]AttributeRow, path string, attributes []attribute, children []child) {
	table[path] = map[string]AttributeRow{}
	for _, a := range attributes {
		table[path][a.name] = AttributeRow{a.required, a.check.choices, a.check.typeName(), a.check.min}
	}
	for _, each := range children {
		if !each.policy {
			addRows(table, path+"/"+each.name, each.attributes, each.children)
		}
	}
}

// Beyond are the attributes that cannot be run here, as "policy attribute", with the reason.
func Beyond() map[string]string {
	found := map[string]string{}
	for name, k := range kinds() {
		for _, a := range k.attributes {
			if k.unsupported == "" && a.unsupported != "" {
				found[name+" "+a.name] = a.unsupported
			}
		}
	}
	return found
}

// Attributes are those that a policy takes, without id.
func Attributes(name string) []string {
	var found []string
	if k := kinds()[name]; k != nil {
		for _, a := range k.attributes {
			found = append(found, a.name)
		}
	}
	return found
}
