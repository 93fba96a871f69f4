package library

// declareLinqForms declares the forms of LINQ's methods that few documents use:
// with the place of an item, with a comparer, with results that may be null.
func declareLinqForms(l *Library) {
	e := l.again("Enumerable")
	e.fixed("IEnumerable<R> SelectMany<T, R>(this IEnumerable<T> source, Func<T, int, IEnumerable<R>> selector)", func(c *Call, a []any) (any, error) {
		source, selector := a[0], a[1]
		return lazy(c.Types[1], func(yield func(any) error) error {
			i := int32(-1)
			return Each(source, func(item any) error {
				i++
				inner, err := c.call(selector, item, i)
				if err != nil {
					return err
				}
				return Each(inner, yield)
			})
		}), nil
	})
	for _, comparer := range []string{"", ", IEqualityComparer<K>? comparer"} {
		e.fixed("IEnumerable<R> GroupJoin<T, U, K, R>(this IEnumerable<T> outer, IEnumerable<U> inner, Func<T, K> outerKeySelector, Func<U, K> innerKeySelector, Func<T, IEnumerable<U>, R> resultSelector"+comparer+")", groupJoin)
	}
	for _, t := range []string{"int", "long", "double", "decimal", "float"} {
		average := t
		if t == "int" || t == "long" {
			average = "double"
		}
		e.fixed(t+"? Sum<T>(this IEnumerable<T> source, Func<T, "+t+"?> selector)", func(c *Call, a []any) (any, error) { return c.sum(c.known(a[0], a[1]), nil, t) })
		e.fixed(average+"? Average<T>(this IEnumerable<T> source, Func<T, "+t+"?> selector)", func(c *Call, a []any) (any, error) {
			known, err := Collect(c.known(a[0], a[1]))
			if err != nil || len(known) == 0 {
				return nil, err
			}
			return c.average(&List{Items: known}, nil, average)
		})
	}
	declareCompared(l, e)
}

// known is what a selector gives for the items, without null.
func (c *Call) known(source, selector any) *Sequence {
	return lazy(c.Library.Object, func(yield func(any) error) error {
		return c.selected(source, selector, func(item any) error {
			if item == nil {
				return nil
			}
			return yield(item)
		})
	})
}

// groupJoin pairs each outer item with the inner ones of the same key.
func groupJoin(c *Call, a []any) (any, error) {
	by := to[Comparer](lastOf(a, 6))
	outer, inner, outerKey, innerKey, result := a[0], a[1], a[2], a[3], a[4]
	return lazy(c.Types[3], func(yield func(any) error) error {
		var keys, items []any
		err := Each(inner, func(item any) error {
			key, err := c.call(innerKey, item)
			keys, items = append(keys, key), append(items, item)
			return err
		})
		if err != nil {
			return err
		}
		return Each(outer, func(item any) error {
			key, err := c.call(outerKey, item)
			if err != nil {
				return err
			}
			group := &List{Element: c.Types[1]}
			for i, each := range keys {
				if key != nil && by.same(each, key) {
					group.Items = append(group.Items, items[i])
				}
			}
			made, err := c.call(result, item, group)
			if err != nil {
				return err
			}
			return yield(made)
		})
	}), nil
}

// lastOf is the argument at a place counted from 1, or null where there are fewer.
func lastOf(a []any, n int) any {
	if len(a) < n {
		return nil
	}
	return a[n-1]
}

// same compares as the comparer does; one that was not given compares by value.
func (c Comparer) same(a, b any) bool {
	if c.self == nil {
		return Equal(a, b)
	}
	return c.equal(a, b)
}

// declareCompared declares the forms with an IEqualityComparer.
func declareCompared(l *Library, e *class) {
	e.fixed("IEnumerable<IGrouping<K, T>> GroupBy<T, K>(this IEnumerable<T> source, Func<T, K> keySelector, IEqualityComparer<K>? comparer)", func(c *Call, a []any) (any, error) {
		return c.groupedBy(a[0], a[1], nil, l.named("IGrouping", c.Types[1], c.Types[0]), to[Comparer](a[2])), nil
	})
	e.fixed("IEnumerable<IGrouping<K, V>> GroupBy<T, K, V>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, V> elementSelector, IEqualityComparer<K>? comparer)", func(c *Call, a []any) (any, error) {
		return c.groupedBy(a[0], a[1], a[2], l.named("IGrouping", c.Types[1], c.Types[2]), to[Comparer](a[3])), nil
	})
}
