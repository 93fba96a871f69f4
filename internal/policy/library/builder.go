package library

import "strings"

// class is a type while it is declared.
type class struct {
	library *Library
	def     *definition
	self    *Type
}

// class declares a class; keyword is its C# keyword, or "".
func (l *Library) class(namespace, name, keyword string, parameters ...string) *class {
	def := &definition{namespace: namespace, name: name, keyword: keyword, parameters: parameters, members: map[string][]*Member{}}
	l.byName[name] = append(l.byName[name], def)
	if namespace != "" {
		l.byName[namespace+"."+name] = append(l.byName[namespace+"."+name], def)
	}
	if keyword != "" {
		l.byName[keyword] = append(l.byName[keyword], def)
	}
	if len(parameters) == 0 {
		def.plain = newType(def, nil)
	}
	c := &class{l, def, newType(def, typeParameters(def))}
	if name != "Object" {
		l.later(func() {
			if def.base == nil && !def.isInterface {
				def.base = l.Object
			}
		})
	}
	return c
}

func (l *Library) value(namespace, name, keyword string, parameters ...string) *class {
	c := l.class(namespace, name, keyword, parameters...)
	c.def.isValue = true
	return c
}

func (l *Library) iface(namespace, name string, parameters ...string) *class {
	c := l.class(namespace, name, "", parameters...)
	c.def.isInterface = true
	return c
}

// static declares a class without instances.
func (l *Library) static(namespace, name string) *class {
	c := l.class(namespace, name, "")
	c.def.isStatic = true
	return c
}

// enum declares an enumeration; its constants count from 0, or as they are set.
func (l *Library) enum(namespace, name string, values ...EnumValue) {
	c := l.value(namespace, name, "").from("Enum")
	c.def.isEnum, c.def.enum = true, values
	for _, v := range values {
		c.def.members[v.Name] = []*Member{{Name: v.Name, Declaring: c.self, Static: true, Result: c.self, Do: constant(Enum{c.self, v.Value})}}
	}
}

// counted numbers the constants of an enumeration from 0.
func counted(names ...string) []EnumValue {
	values := make([]EnumValue, len(names))
	for i, name := range names {
		values[i] = EnumValue{name, int32(i)}
	}
	return values
}

// delegate declares a delegate type by the signature of its Invoke.
func (l *Library) delegate(name, invoke string, parameters ...string) {
	c := l.class("System", name, "", parameters...)
	l.later(func() {
		c.def.delegate = l.signature(invoke, c.self)
		m := *c.def.delegate
		m.Name = "Invoke"
		m.Do = func(_ *Call, arguments []any) (any, error) { return arguments[0].(*Delegate).Invoke(arguments[1:]) }
		c.def.members["Invoke"] = []*Member{&m}
	})
}

// later runs resolve once all types are declared.
func (l *Library) later(resolve func()) { l.pending = append(l.pending, resolve) }

// whenAsked runs resolve when somebody first asks for a member of the type, in the order of declaration.
func (c *class) whenAsked(resolve func()) { c.def.declared = append(c.def.declared, resolve) }

// from sets base type and interfaces, in C#.
func (c *class) from(supertypes ...string) *class {
	c.library.later(func() {
		for _, written := range supertypes {
			t := c.library.signature(written+" x", c.self).Result
			if t.def.isInterface {
				c.def.interfaces = append(c.def.interfaces, t)
			} else {
				c.def.base = t
			}
		}
	})
	return c
}

func (c *class) add(signature string, static bool, do, set Func) *class {
	return c.declare(signature, Member{Static: static, Do: do, Set: set})
}

// declare declares a member by its signature and what it does.
func (c *class) declare(signature string, as Member) *class {
	if strings.Contains(signature, "(this ") {
		c.library.noteExtensions(c.def)
	}
	c.whenAsked(func() {
		m := c.library.signature(signature, c.self)
		m.Static, m.Do, m.Set, m.Path = as.Static, as.Do, as.Set, as.Path
		switch m.Name {
		case "this":
			c.def.indexers = append(c.def.indexers, m)
		case "new":
			m.Result, m.Static = c.self, true
			c.def.constructors = append(c.def.constructors, m)
		default:
			if !m.Callable && !m.Static {
				c.def.order = append(c.def.order, m.Name)
			}
			c.def.members[m.Name] = append(c.def.members[m.Name], m)
		}
	})
	return c
}

// method, property and indexer declare members of instances, fixed those of the
// type, make a constructor.
func (c *class) method(signature string, do Func) *class { return c.add(signature, false, do, nil) }

func (c *class) property(signature string, do Func) *class { return c.add(signature, false, do, nil) }

func (c *class) mutable(signature string, do, set Func) *class {
	return c.add(signature, false, do, set)
}

func (c *class) fixed(signature string, do Func) *class { return c.add(signature, true, do, nil) }

func (c *class) make(signature string, do Func) *class { return c.add(signature, true, do, nil) }

// implicit and explicit declare conversion operators, in the form "string to JToken".
func (c *class) implicit(from, to string, do Func) {
	c.whenAsked(func() { c.def.implicit = append(c.def.implicit, c.conversion(from, to, do)) })
}

func (c *class) explicit(from, to string, do Func) {
	c.whenAsked(func() { c.def.explicit = append(c.def.explicit, c.conversion(from, to, do)) })
}

func (c *class) conversion(from, to string, do Func) *Conversion {
	return &Conversion{c.library.signature(from+" x", c.self).Result, c.library.signature(to+" x", c.self).Result, do}
}

// beyond names members that .NET has and this library lacks.
func (c *class) beyond(names ...string) {
	c.def.beyond = append(c.def.beyond, names...)
}

// forbidden names members that .NET has and Microsoft's reference leaves out of
// its list for expressions.
func (c *class) forbidden(names ...string) {
	c.def.forbidden = append(c.def.forbidden, names...)
}
