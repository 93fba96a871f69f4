package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// while is TakeWhile or SkipWhile: up to the first item of which its predicate does not hold, or
// from there on.
func while(take, placed bool) Func {
	return func(c *Call, a []any) (any, error) {
		source, predicate := a[0], a[1]
		return lazy(c.Types[0], func(yield func(any) error) error {
			passed, i := false, int32(-1)
			return stopped(Each(source, func(item any) error {
				i++
				if !passed {
					asked := []any{item}
					if placed {
						asked = append(asked, i)
					}
					ok, err := c.says(predicate, asked...)
					if err != nil {
						return err
					}
					passed = !ok
				}
				switch {
				case passed != take:
					return yield(item)
				case take:
					return errStop
				}
				return nil
			}))
		}), nil
	}
}

// declareSequences declares what takes or gives whole sequences and is used
// less.
func declareSequences(l *Library) {
	e := &class{l, l.byName["Enumerable"][0], l.named("Enumerable")}
	e.fixed("IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, int, bool> predicate)", func(c *Call, a []any) (any, error) {
		source, predicate := a[0], a[1]
		return lazy(c.Types[0], func(yield func(any) error) error {
			i := int32(-1)
			return Each(source, func(item any) error {
				i++
				ok, err := c.says(predicate, item, i)
				if err != nil || !ok {
					return err
				}
				return yield(item)
			})
		}), nil
	})
	for name, take := range map[string]bool{"TakeWhile": true, "SkipWhile": false} {
		for _, predicate := range []string{"Func<T, bool>", "Func<T, int, bool>"} {
			e.fixed("IEnumerable<T> "+name+"<T>(this IEnumerable<T> source, "+predicate+" predicate)", while(take, predicate == "Func<T, int, bool>"))
		}
	}
	e.fixed("IEnumerable<R> OfType<R>(this IEnumerable source)", func(c *Call, a []any) (any, error) {
		source, target := a[0], c.Types[0]
		return lazy(target, func(yield func(any) error) error {
			return Each(source, func(item any) error {
				if !c.Library.IsInstance(item, target) {
					return nil
				}
				return yield(item)
			})
		}), nil
	})
	orDefault := func(c *Call, a []any) (any, error) {
		source, other := a[0], c.Library.Zero(c.Types[0])
		if len(a) > 1 {
			other = a[1]
		}
		return lazy(c.Types[0], func(yield func(any) error) error {
			found := false
			err := Each(source, func(item any) error {
				found = true
				return yield(item)
			})
			if err != nil || found {
				return err
			}
			return yield(other)
		}), nil
	}
	e.fixed("IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source)", orDefault).fixed("IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source, T defaultValue)", orDefault)
	for name, first := range map[string]bool{"Prepend": true, "Append": false} {
		e.fixed("IEnumerable<T> "+name+"<T>(this IEnumerable<T> source, T element)", func(c *Call, a []any) (any, error) {
			source, item := a[0], a[1]
			return lazy(c.Types[0], func(yield func(any) error) error {
				if first {
					return firstThen(yield(item), func() error { return Each(source, yield) })
				}
				return firstThen(Each(source, yield), func() error { return yield(item) })
			}), nil
		})
	}
	for _, comparer := range []string{"", ", IEqualityComparer<T>? comparer"} {
		e.fixed("bool SequenceEqual<T>(this IEnumerable<T> first, IEnumerable<T> second"+comparer+")", func(_ *Call, a []any) (any, error) {
			x, err := Collect(a[0])
			if err != nil {
				return nil, err
			}
			y, err := Collect(a[1])
			if err != nil {
				return nil, err
			}
			return slices.EqualFunc(x, y, to[Comparer](lastOf(a, 3)).same), nil
		})
	}
	e.fixed("long LongCount<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		n, err := countOf(c, a)
		return int64(to[int32](n)), err
	})
	e.fixed("long LongCount<T>(this IEnumerable<T> source, Func<T, bool> predicate)", func(c *Call, a []any) (any, error) {
		n := int64(0)
		err := Each(a[0], func(item any) error {
			ok, err := c.says(a[1], item)
			n += int64(bit(ok))
			return err
		})
		return n, err
	})
	e.fixed("IEnumerable<R> SelectMany<T, C, R>(this IEnumerable<T> source, Func<T, IEnumerable<C>> collectionSelector, Func<T, C, R> resultSelector)", func(c *Call, a []any) (any, error) {
		source, collection, result := a[0], a[1], a[2]
		return lazy(c.Types[2], func(yield func(any) error) error {
			return Each(source, func(item any) error {
				inner, err := c.call(collection, item)
				if err != nil {
					return err
				}
				return Each(inner, func(each any) error {
					v, err := c.call(result, item, each)
					if err != nil {
						return err
					}
					return yield(v)
				})
			})
		}), nil
	})
	e.fixed("IEnumerable<R> GroupBy<T, K, R>(this IEnumerable<T> source, Func<T, K> keySelector, Func<K, IEnumerable<T>, R> resultSelector)", func(c *Call, a []any) (any, error) {
		groups := c.grouped(a[0], a[1], nil, l.named("IGrouping", c.Types[1], c.Types[0]))
		result := a[2]
		return lazy(c.Types[2], func(yield func(any) error) error {
			return Each(groups, func(each any) error {
				v, err := c.call(result, each.(*grouping).key, each)
				if err != nil {
					return err
				}
				return yield(v)
			})
		}), nil
	})
	e.fixed("IEnumerable<T> AsEnumerable<T>(this IEnumerable<T> source)", func(_ *Call, a []any) (any, error) { return a[0], nil })
	e.fixed("HashSet<T> ToHashSet<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		return l.named("HashSet", c.Types[0]).def.resolved().constructors[2].Do(c, a)
	})
	e.fixed("U Aggregate<T, R, U>(this IEnumerable<T> source, R seed, Func<R, T, R> func, Func<R, U> resultSelector)", func(c *Call, a []any) (any, error) {
		total := a[1]
		err := Each(a[0], func(item any) (err error) {
			total, err = c.call(a[2], total, item)
			return err
		})
		if err != nil {
			return nil, err
		}
		return c.call(a[3], total)
	})
	declareJoins(l, e)
}

// firstThen goes on where the first step did not fail.
func firstThen(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

func declareJoins(l *Library, e *class) {
	e.fixed("IEnumerable<IGrouping<K, V>> GroupBy<T, K, V>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, V> elementSelector)", func(c *Call, a []any) (any, error) {
		return c.grouped(a[0], a[1], a[2], l.named("IGrouping", c.Types[1], c.Types[2])), nil
	})
	e.fixed("IEnumerable<R> Join<A, B, K, R>(this IEnumerable<A> outer, IEnumerable<B> inner, Func<A, K> outerKeySelector, Func<B, K> innerKeySelector, Func<A, B, R> resultSelector)", func(c *Call, a []any) (any, error) {
		outer, groups := a[0], c.grouped(a[1], a[3], nil, l.named("IGrouping", c.Types[2], c.Types[1]))
		outerKey, selector := a[2], a[4]
		return lazy(c.Types[3], func(yield func(any) error) error {
			lookup := l.newDictionary(newType(l.Dictionary.def, []*Type{l.Object, l.Object}))
			if err := groups.Each(func(group any) error {
				lookup.set(group.(*grouping).key, group)
				return nil
			}); err != nil {
				return err
			}
			return Each(outer, func(left any) error {
				key, err := c.call(outerKey, left)
				if err != nil {
					return err
				}
				group, ok := lookup.get(key)
				if !ok {
					return nil
				}
				return Each(group, func(right any) error {
					v, err := c.call(selector, left, right)
					if err != nil {
						return err
					}
					return yield(v)
				})
			})
		}), nil
	})
	declareOrNoneTotals(e)
}

// grouped is GroupBy; element, where there is one, chooses what the groups hold.
func (c *Call) grouped(source, selector, element any, self *Type) *Sequence {
	return c.groupedBy(source, selector, element, self, Comparer{})
}

// groupedBy is GroupBy with a comparer of keys.
func (c *Call) groupedBy(source, selector, element any, self *Type, by Comparer) *Sequence {
	l := c.Library
	return lazy(self, func(yield func(any) error) error {
		groups := l.newDictionary(newType(l.Dictionary.def, []*Type{self.args[0], l.Object}))
		groups.ignoreCase = by.ignore
		err := Each(source, func(item any) error {
			key, err := c.call(selector, item)
			if err != nil {
				return err
			}
			group, ok := groups.get(key)
			if !ok {
				group = &grouping{self: self, key: key}
				groups.set(key, group)
			}
			if element != nil {
				if item, err = c.call(element, item); err != nil {
					return err
				}
			}
			group.(*grouping).items = append(group.(*grouping).items, item)
			return c.Take(16)
		})
		if err != nil {
			return err
		}
		return groups.each(func(pair any) error { return yield(pair.(Pair).Value) })
	})
}

// declareOrNoneTotals declares Sum and Average over numbers that may be null,
// which they pass over.
func declareOrNoneTotals(e *class) {
	for _, t := range []string{"int", "long", "double", "decimal"} {
		average := t
		if t == "int" || t == "long" {
			average = "double"
		}
		present := func(c *Call, source any) *Sequence {
			return lazy(c.Library.Object, func(yield func(any) error) error {
				return Each(source, func(item any) error {
					if item == nil {
						return nil
					}
					return yield(item)
				})
			})
		}
		e.fixed(t+"? Sum(this IEnumerable<"+t+"?> source)", func(c *Call, a []any) (any, error) { return c.sum(present(c, a[0]), nil, t) })
		e.fixed(average+"? Average(this IEnumerable<"+t+"?> source)", func(c *Call, a []any) (any, error) {
			found, err := c.average(present(c, a[0]), nil, average)
			if _, isEmpty := err.(*dotnet.Exception); isEmpty { //nolint:errorlint // the very exception of an empty sequence
				return nil, nil //nolint:nilnil // null is the value
			}
			return found, err
		})
	}
}
