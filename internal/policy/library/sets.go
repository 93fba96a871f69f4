package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

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
	declareSharedSets(l.iface(namespace, "ISet", "T").from("ICollection<T>"))
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
		a[0].(*set).clear()
		return nil, nil //nolint:nilnil // null is the value, or there is none
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
	h.beyond("Comparer", "GetEnumerator")
	declareSetOperations(h, func(like *set) *set { return &set{l.newDictionary(like.self), like.own} })
	declareQueues(l)
}

// declareSetOperations declares what compares a set with other items, or keeps a
// part of it; empty makes a set that compares as another one does.
func declareSetOperations(h *class, empty func(like *set) *set) {
	other := func(s *set, items any) (*set, error) {
		made := empty(s)
		made.ignoreCase = s.ignoreCase
		return made, Each(items, func(item any) error {
			made.set(item, nil)
			return nil
		})
	}
	keep := func(wanted bool) Func {
		return func(_ *Call, a []any) (any, error) {
			s := a[0].(*set)
			with, err := other(s, a[1])
			if err != nil {
				return nil, err
			}
			for _, pair := range slices.Clone(s.pairs) {
				if _, ok := with.get(pair.Key); ok != wanted {
					s.remove(pair.Key)
				}
			}
			return nil, nil
		}
	}
	h.method("void IntersectWith(IEnumerable<T> other)", keep(true)).method("void ExceptWith(IEnumerable<T> other)", keep(false))
	within := func(x, y *set) bool {
		return !slices.ContainsFunc(x.pairs, func(pair Pair) bool {
			_, ok := y.get(pair.Key)
			return !ok
		})
	}
	for name, test := range map[string]func(s, with *set) bool{
		"IsSubsetOf":   within,
		"IsSupersetOf": func(s, with *set) bool { return within(with, s) },
		"SetEquals":    func(s, with *set) bool { return within(s, with) && within(with, s) },
	} {
		h.method("bool "+name+"(IEnumerable<T> other)", func(_ *Call, a []any) (any, error) {
			s := a[0].(*set)
			with, err := other(s, a[1])
			return test(s, with), err
		})
	}
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
		c.make("(IEnumerable<T> collection)", func(call *Call, a []any) (any, error) {
			items, err := Collect(a[0])
			return &line{newType(c.def, call.Types[:1]), slices.Clone(items), name == "Stack"}, err
		})
		c.method("bool Contains(T item)", f2(func(q *line, item any) bool {
			return slices.ContainsFunc(q.items, func(each any) bool { return Equal(each, item) })
		}))
		c.method("T[] ToArray()", func(call *Call, a []any) (any, error) {
			var items []any
			err := Each(a[0], func(item any) error {
				items = append(items, item)
				return nil
			})
			return l.NewArray(call.Types[0], items), err
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
		c.method("void Clear()", func(_ *Call, a []any) (any, error) { a[0].(*line).items = nil; return nil, nil }) //nolint:nilnil // it has no value
		c.beyond("GetEnumerator")
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
