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
	delete(d.index, norm)
	d.pairs = append(d.pairs[:at:at], d.pairs[at+1:]...)
	for k, i := range d.index {
		if i > at {
			d.index[k] = i - 1
		}
	}
	return true
}

func (d *Dictionary) each(do func(any) error) error {
	for i := 0; i < len(d.pairs); i++ { //nolint:intrange // pairs may change while they are gone through
		if err := do(d.pairs[i]); err != nil {
			return err
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
			v.index, v.pairs = map[any]int{}, nil
			return nil, nil
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
	make := func(c *Call) *Dictionary {
		return l.newDictionary(newType(d.def, []*Type{c.Types[0], c.Types[1]}))
	}
	d.make("()", func(c *Call, _ []any) (any, error) { return make(c), nil })
	d.make("(int capacity)", func(c *Call, _ []any) (any, error) { return make(c), nil })
	d.make("(IEqualityComparer<TKey> comparer)", func(c *Call, a []any) (any, error) {
		v := make(c)
		v.ignoreCase = to[Comparer](a[0]).ignore
		return v, nil
	})
	copied := func(c *Call, a []any) (any, error) {
		v := make(c)
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

// set is a HashSet<T>: a dictionary without values.
type set struct {
	*Dictionary
	own *Type
}

func (s *set) typeIn(*Library) *Type { return s.own }

func (s *set) each(do func(any) error) error {
	return s.Dictionary.each(func(item any) error { return do(item.(Pair).Key) })
}

func declareSets(l *Library) {
	const namespace = "System.Collections.Generic"
	l.iface(namespace, "ISet", "T").from("ICollection<T>")
	h := l.class(namespace, "HashSet", "", "T").from("ISet<T>", "IReadOnlyCollection<T>")
	fresh := func(c *Call, comparer any) *set {
		s := &set{l.newDictionary(newType(l.Dictionary.def, []*Type{c.Types[0], l.Object})), newType(h.def, c.Types[:1])}
		s.ignoreCase = to[Comparer](comparer).ignore
		return s
	}
	fill := func(c *Call, s *set, items any) (any, error) {
		return s, Each(items, func(item any) error {
			s.set(item, nil)
			return c.Take(48)
		})
	}
	h.make("()", func(c *Call, _ []any) (any, error) { return fresh(c, nil), nil })
	h.make("(IEqualityComparer<T> comparer)", func(c *Call, a []any) (any, error) { return fresh(c, a[0]), nil })
	h.make("(IEnumerable<T> collection)", func(c *Call, a []any) (any, error) { return fill(c, fresh(c, nil), a[0]) })
	h.make("(IEnumerable<T> collection, IEqualityComparer<T> comparer)", func(c *Call, a []any) (any, error) { return fill(c, fresh(c, a[1]), a[0]) })
	h.method("bool Add(T item)", func(c *Call, a []any) (any, error) {
		s := a[0].(*set)
		_, exists := s.get(a[1])
		s.set(a[1], nil)
		return !exists, c.Take(48)
	})
	h.method("bool Contains(T item)", f2(func(s *set, item any) bool { _, ok := s.get(item); return ok }))
	h.method("bool Remove(T item)", f2(func(s *set, item any) bool { return s.remove(item) }))
	h.property("int Count", countOf)
	h.method("void Clear()", func(_ *Call, a []any) (any, error) {
		s := a[0].(*set)
		s.index, s.pairs = map[any]int{}, nil
		return nil, nil
	})
	h.method("void UnionWith(IEnumerable<T> other)", func(c *Call, a []any) (any, error) {
		_, err := fill(c, a[0].(*set), a[1])
		return nil, err
	})
	h.method("bool Overlaps(IEnumerable<T> other)", x2(func(s *set, other any) (bool, error) {
		items, err := Collect(other)
		for _, item := range items {
			if _, ok := s.get(item); ok {
				return true, nil
			}
		}
		return false, err
	}))
	h.beyond("IntersectWith", "ExceptWith", "SymmetricExceptWith", "IsSubsetOf", "IsSupersetOf", "IsProperSubsetOf", "IsProperSupersetOf", "SetEquals", "RemoveWhere", "CopyTo", "TrimExcess", "Comparer", "GetEnumerator")
	declareQueues(l)
}

// declareQueues declares Queue and Stack; both are held as lists.
func declareQueues(l *Library) {
	const namespace = "System.Collections.Generic"
	for name, take := range map[string]func(items []any) (any, []any){
		"Queue": func(items []any) (any, []any) { return items[0], items[1:] },
		"Stack": func(items []any) (any, []any) { return items[len(items)-1], items[:len(items)-1] },
	} {
		c := l.class(namespace, name, "", "T").from("IEnumerable<T>", "IReadOnlyCollection<T>")
		add, remove := "Enqueue", "Dequeue"
		if name == "Stack" {
			add, remove = "Push", "Pop"
		}
		c.make("()", func(call *Call, _ []any) (any, error) {
			return &line{newType(c.def, call.Types[:1]), nil, name == "Stack"}, nil
		})
		c.method("void "+add+"(T item)", func(call *Call, a []any) (any, error) {
			q := a[0].(*line)
			q.items = append(q.items, a[1])
			return nil, call.Take(16)
		})
		next := func(remove bool) Func {
			return x1(func(q *line) (any, error) {
				if len(q.items) == 0 {
					return nil, dotnet.InvalidOperation(name + " empty.")
				}
				item, rest := take(q.items)
				if remove {
					q.items = rest
				}
				return item, nil
			})
		}
		c.method("T "+remove+"()", next(true)).method("T Peek()", next(false)).property("int Count", countOf)
		c.method("void Clear()", func(_ *Call, a []any) (any, error) { a[0].(*line).items = nil; return nil, nil })
		c.beyond("Contains", "CopyTo", "ToArray", "TrimExcess", "GetEnumerator")
	}
}

type line struct {
	self     *Type
	items    []any
	reversed bool
}

func (q *line) typeIn(*Library) *Type { return q.self }
func (q *line) count() int            { return len(q.items) }

func (q *line) each(do func(any) error) error {
	for i := range q.items {
		item := q.items[i]
		if q.reversed {
			item = q.items[len(q.items)-1-i]
		}
		if err := do(item); err != nil {
			return err
		}
	}
	return nil
}
