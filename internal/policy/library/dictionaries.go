package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Dictionary is a Dictionary<K, V>; it keeps the order of what was added.
type Dictionary struct {
	self       *Type
	key, value *Type
	pair       *Type
	ignoreCase bool
	index      map[any]int
	pairs      []Pair
	// version counts the changes.
	version int
}

func (l *Library) newDictionary(self *Type) *Dictionary {
	key, value := self.args[0], self.args[1]
	return &Dictionary{self: self, key: key, value: value, pair: l.PairOf(key, value), index: map[any]int{}}
}

func (d *Dictionary) typeIn(*Library) *Type { return d.self }
func (d *Dictionary) count() int            { return len(d.index) }

// norm is a key as the index holds it.
func (d *Dictionary) norm(key any) any {
	if s, ok := key.(string); ok && d.ignoreCase {
		return fold(s)
	}
	switch v := key.(type) {
	case dotnet.DateTime:
		return v.Ticks
	case Enum:
		return v.Value
	case *Tuple:
		return v.norm(d)
	case *Anonymous:
		text, _ := (&Env{Culture: dotnet.Invariant()}).anonymous(nil, v)
		return text
	}
	return key
}

func (d *Dictionary) get(key any) (any, bool) {
	i, ok := d.index[d.norm(key)]
	if !ok {
		return nil, false
	}
	return d.pairs[i].Value, true
}

func (d *Dictionary) set(key, value any) {
	norm := d.norm(key)
	d.version++
	if i, ok := d.index[norm]; ok {
		d.pairs[i].Value = value
		return
	}
	d.index[norm] = len(d.pairs)
	d.pairs = append(d.pairs, Pair{d.pair, key, value})
}

func (d *Dictionary) remove(key any) bool {
	norm := d.norm(key)
	at, ok := d.index[norm]
	if !ok {
		return false
	}
	d.version++
	delete(d.index, norm)
	d.pairs = append(d.pairs[:at:at], d.pairs[at+1:]...)
	for k, i := range d.index {
		if i > at {
			d.index[k] = i - 1
		}
	}
	return true
}

func (d *Dictionary) clear() {
	d.version++
	d.index, d.pairs = map[any]int{}, nil
}

func (d *Dictionary) each(do func(any) error) error {
	version := d.version
	for _, pair := range d.pairs {
		if err := do(pair); err != nil {
			return err
		}
		if d.version != version {
			return modified()
		}
	}
	return nil
}

// mapping is what the dictionary interfaces need of a value.
type mapping interface {
	get(key any) (any, bool)
	each(do func(any) error) error
}

func declareDictionaries(l *Library) {
	const namespace = "System.Collections.Generic"
	pair := l.value(namespace, "KeyValuePair", "", "TKey", "TValue")
	pair.make("(TKey key, TValue value)", func(c *Call, a []any) (any, error) { return Pair{l.PairOf(c.Types[0], c.Types[1]), a[0], a[1]}, nil })
	pair.property("TKey Key", f1(func(p Pair) any { return p.Key })).property("TValue Value", f1(func(p Pair) any { return p.Value }))
	pair.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(l, a[0])) })

	readOnly := l.iface(namespace, "IReadOnlyDictionary", "TKey", "TValue").from("IReadOnlyCollection<KeyValuePair<TKey, TValue>>")
	plain := l.iface(namespace, "IDictionary", "TKey", "TValue").from("ICollection<KeyValuePair<TKey, TValue>>")
	d := l.class(namespace, "Dictionary", "", "TKey", "TValue").from("IDictionary<TKey, TValue>", "IReadOnlyDictionary<TKey, TValue>")
	for _, c := range []*class{readOnly, plain, d} {
		c.method("bool ContainsKey(TKey key)", containsKey)
		c.method("bool TryGetValue(TKey key, out TValue value)", tryGetValue)
	}
	readOnly.property("TValue this[TKey key]", valueAt).property("IEnumerable<TKey> Keys", keysOf).property("IEnumerable<TValue> Values", valuesOf)
	plain.property("ICollection<TKey> Keys", keysOf).property("ICollection<TValue> Values", valuesOf)
	d.property("ICollection<TKey> Keys", keysOf).property("ICollection<TValue> Values", valuesOf).property("int Count", countOf)
	for _, c := range []*class{plain, d} {
		c.mutable("TValue this[TKey key]", valueAt, setValueAt)
		c.method("void Add(TKey key, TValue value)", addPair)
		c.method("bool Remove(TKey key)", func(_ *Call, a []any) (any, error) {
			if v, ok := a[0].(*Dictionary); ok {
				return v.remove(a[1]), nil
			}
			return nil, readOnlyError()
		})
		c.method("void Clear()", func(_ *Call, a []any) (any, error) {
			v, ok := a[0].(*Dictionary)
			if !ok {
				return nil, readOnlyError()
			}
			v.clear()
			return nil, nil //nolint:nilnil // null is the value, or there is none
		})
	}
	d.method("bool ContainsValue(TValue value)", f2(func(v *Dictionary, value any) bool {
		for _, each := range v.pairs {
			if Equal(each.Value, value) {
				return true
			}
		}
		return false
	}))
	fresh := func(c *Call) *Dictionary {
		return l.newDictionary(newType(d.def, []*Type{c.Types[0], c.Types[1]}))
	}
	d.make("()", func(c *Call, _ []any) (any, error) { return fresh(c), nil })
	d.make("(int capacity)", func(c *Call, _ []any) (any, error) { return fresh(c), nil })
	d.make("(IEqualityComparer<TKey> comparer)", func(c *Call, a []any) (any, error) {
		v := fresh(c)
		v.ignoreCase = to[Comparer](a[0]).ignore
		return v, nil
	})
	copied := func(c *Call, a []any) (any, error) {
		v := fresh(c)
		if len(a) > 1 {
			v.ignoreCase = to[Comparer](a[1]).ignore
		}
		err := Each(a[0], func(item any) error {
			v.set(item.(Pair).Key, item.(Pair).Value)
			return c.Take(48)
		})
		return v, err
	}
	d.make("(IDictionary<TKey, TValue> dictionary)", copied).make("(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)", copied)
	d.beyond("EnsureCapacity", "TrimExcess", "TryAdd", "Comparer", "GetEnumerator")
}

func readOnlyError() error {
	return dotnet.Throw("System.NotSupportedException", "Collection is read-only.")
}

func containsKey(_ *Call, a []any) (any, error) {
	if a[1] == nil {
		return nil, dotnet.ArgumentNull("key")
	}
	_, ok := a[0].(mapping).get(a[1])
	return ok, nil
}

func tryGetValue(c *Call, a []any) (any, error) {
	if a[1] == nil {
		return nil, dotnet.ArgumentNull("key")
	}
	value, ok := a[0].(mapping).get(a[1])
	if !ok && len(c.Types) > 1 {
		value = c.Library.Zero(c.Types[1])
	}
	a[2] = value
	return ok, nil
}

func valueAt(_ *Call, a []any) (any, error) {
	if a[1] == nil {
		return nil, dotnet.ArgumentNull("key")
	}
	value, ok := a[0].(mapping).get(a[1])
	if !ok {
		return nil, dotnet.KeyNotFound()
	}
	return value, nil
}

func setValueAt(c *Call, a []any) (any, error) {
	v, ok := a[0].(*Dictionary)
	switch {
	case !ok:
		return nil, readOnlyError()
	case a[1] == nil:
		return nil, dotnet.ArgumentNull("key")
	}
	v.set(a[1], a[2])
	return nil, c.Take(48)
}

func addPair(c *Call, a []any) (any, error) {
	v, ok := a[0].(*Dictionary)
	switch {
	case !ok:
		return nil, readOnlyError()
	case a[1] == nil:
		return nil, dotnet.ArgumentNull("key")
	}
	if _, exists := v.get(a[1]); exists {
		return nil, dotnet.Throw("System.ArgumentException", "An item with the same key has already been added.")
	}
	v.set(a[1], a[2])
	return nil, c.Take(48)
}

func keysOf(c *Call, a []any) (any, error) {
	list := &List{Element: typeArgument(c, 0)}
	err := a[0].(mapping).each(func(item any) error {
		list.Items = append(list.Items, item.(Pair).Key)
		return nil
	})
	return list, err
}

func valuesOf(c *Call, a []any) (any, error) {
	list := &List{Element: typeArgument(c, 1)}
	err := a[0].(mapping).each(func(item any) error {
		list.Items = append(list.Items, item.(Pair).Value)
		return nil
	})
	return list, err
}

func typeArgument(c *Call, i int) *Type {
	if i < len(c.Types) {
		return c.Types[i]
	}
	return c.Library.Object
}
