package library

import (
	"math"
	"slices"
)

// Token is a JToken: *JObject, *JArray, *JProperty or *JValue.
type Token interface {
	parent() Token
	setParent(Token)
	// stood is the text that the token was read from, and where it ended there.
	stood() (*jsonSource, int)
}

// child is what every token has.
type child struct {
	within Token
	source *jsonSource
	offset int
}

func (c *child) parent() Token             { return c.within }
func (c *child) setParent(p Token)         { c.within = p }
func (c *child) stood() (*jsonSource, int) { return c.source, c.offset }

// JObject is an object; its properties keep their order.
type JObject struct {
	child
	properties []*JProperty
	index      map[string]int
}

// JArray is an array.
type JArray struct {
	child
	items []Token
}

// JConstructor is new Name(...), which JavaScript has and Newtonsoft.Json reads.
type JConstructor struct {
	JArray
	name string
}

// JProperty is a name with its value.
type JProperty struct {
	child
	Name  string
	value Token
}

// JValue is everything else: null, string, bool, int64, uint64, float64,
// decimal, DateTime, Guid, TimeSpan, Uri or byte[].
type JValue struct {
	child
	Value any
	// raw is JSON that is written as it is (JRaw).
	raw bool
	// undefined is what is left out between two commas, or named so.
	undefined bool
	// isText is what (string)null has become: a null that is text.
	isText bool
	// comment is a comment that stands in the place of a value.
	comment bool
}

func (*JObject) typeIn(l *Library) *Type      { return l.named("JObject") }
func (*JArray) typeIn(l *Library) *Type       { return l.named("JArray") }
func (*JConstructor) typeIn(l *Library) *Type { return l.named("JConstructor") }
func (*JProperty) typeIn(l *Library) *Type    { return l.named("JProperty") }
func (v *JValue) typeIn(l *Library) *Type {
	if v.raw {
		return l.named("JRaw")
	}
	return l.named("JValue")
}

// nearlyEqual compares as Newtonsoft.Json does: the last bit does not count.
func nearlyEqual(x, y float64) bool {
	const epsilon = 2.2204460492503131e-16
	if x == y {
		return true
	}
	return math.Abs(x-y) < (math.Abs(x)+math.Abs(y)+10)*epsilon
}

func (v *JValue) equals(other *JValue) bool {
	kind := typeName(v)
	if kind != typeName(other) {
		return false
	}
	if kind == "Float" {
		x, _ := Float(v.Value)
		y, _ := Float(other.Value)
		return nearlyEqual(x, y)
	}
	x, isX := integer(v.Value)
	y, isY := integer(other.Value)
	if isX && isY {
		return x == y
	}
	if a, isBig := v.Value.(*BigInteger); isBig {
		b, both := other.Value.(*BigInteger)
		return both && a.value.Cmp(b.value) == 0
	}
	return Equal(v.Value, other.Value)
}

// NewObject is an empty JObject.
func NewObject() *JObject { return &JObject{} }

// searched is how many properties are looked through one by one; an object of
// more has an index.
const searched = 8

// place is where a property stands; -1 where there is none of the name.
func (o *JObject) place(name string) int {
	if len(o.properties) <= searched {
		for i, p := range o.properties {
			if p.Name == name {
				return i
			}
		}
		return -1
	}
	if o.index == nil {
		o.index = make(map[string]int, 2*len(o.properties))
		for i, p := range o.properties {
			o.index[p.Name] = i
		}
	}
	if i, ok := o.index[name]; ok {
		return i
	}
	return -1
}

// moved forgets the index: properties have changed their places.
func (o *JObject) moved() { o.index = nil }

// Names are the names of the properties, in their order.
func (o *JObject) Names() []string {
	names := make([]string, len(o.properties))
	for i, p := range o.properties {
		names[i] = p.Name
	}
	return names
}

// Get is the value of a property, or nil.
func (o *JObject) Get(name string) Token {
	if i := o.place(name); i >= 0 {
		return o.properties[i].value
	}
	return nil
}

// Set gives a property a value.
func (o *JObject) Set(name string, value Token) { o.put(name, owned(value, o), child{}) }

// put gives a property a token that stands nowhere else; where is where a new
// property was read.
func (o *JObject) put(name string, value Token, where child) {
	if i := o.place(name); i >= 0 {
		value.setParent(o.properties[i])
		o.properties[i].value = value
		return
	}
	p := &JProperty{child: where, Name: name, value: value}
	p.within = o
	value.setParent(p)
	if o.index != nil {
		o.index[name] = len(o.properties)
	}
	o.properties = append(o.properties, p)
}

func (o *JObject) remove(name string) bool {
	at := o.place(name)
	if at < 0 {
		return false
	}
	o.properties[at].within = nil
	o.properties = slices.Delete(o.properties, at, at+1)
	o.moved()
	return true
}

// Append adds an item to the array.
func (a *JArray) Append(item Token) {
	item = owned(item, a)
	item.setParent(a)
	a.items = append(a.items, item)
}

// Items are those of the array. The caller does not change them.
func (a *JArray) Items() []Token { return a.items }

// owned is a token that may be put somewhere: one that stands elsewhere already
// is copied, as Newtonsoft.Json does.
func owned(t, into Token) Token {
	switch {
	case t == nil:
		return &JValue{}
	case t.parent() != nil || t == rootOf(into):
		return clone(t)
	}
	return t
}

func rootOf(t Token) Token {
	for t.parent() != nil {
		t = t.parent()
	}
	return t
}

// charged counts the tokens among the arguments before it does something: they
// may be copied, as often as an expression asks for it.
func charged(do Func) Func {
	return func(c *Call, a []any) (any, error) {
		for _, v := range a {
			if err := c.Take(48 * weight(v)); err != nil {
				return nil, err
			}
		}
		return do(c, a)
	}
}

// each goes through the properties, and says so if their number changes.
func (o *JObject) each(do func(any) error) error {
	n := len(o.properties)
	return eachOf(children(o), func(item any) error {
		if err := do(item); err != nil {
			return err
		}
		if len(o.properties) != n {
			return modified()
		}
		return nil
	})
}

func (a *JArray) each(do func(any) error) error {
	n := len(a.items)
	return eachOf(children(a), func(item any) error {
		if err := do(item); err != nil {
			return err
		}
		if len(a.items) != n {
			return modified()
		}
		return nil
	})
}

func (p *JProperty) each(do func(any) error) error { return eachOf(children(p), do) }
func (v *JValue) each(func(any) error) error       { return nil }

func (o *JObject) count() int { return len(o.properties) }
func (a *JArray) count() int  { return len(a.items) }

func (o *JObject) text(e *Env) (string, error)      { return e.jsonText(o, true) }
func (a *JArray) text(e *Env) (string, error)       { return e.jsonText(a, true) }
func (p *JProperty) text(e *Env) (string, error)    { return e.jsonText(p, true) }
func (t *JConstructor) text(e *Env) (string, error) { return e.jsonText(t, true) }

func (v *JValue) text(e *Env) (string, error) { return e.Format(nil, v.Value, "") }
