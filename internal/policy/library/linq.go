package library

import (
	"errors"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// lazy is a sequence whose items produce makes when somebody goes through it.
func lazy(element *Type, produce func(yield func(any) error) error) *Sequence {
	return &Sequence{Element: element, Each: produce}
}

// call invokes a lambda and counts a step.
func (c *Call) call(f any, arguments ...any) (any, error) {
	if err := c.Step(1); err != nil {
		return nil, err
	}
	return f.(*Delegate).Invoke(arguments)
}

func (c *Call) says(f any, arguments ...any) (bool, error) {
	v, err := c.call(f, arguments...)
	return to[bool](v), err
}

// stopped turns the end of an iteration from inside into no error.
func stopped(err error) error {
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

func declareLinq(l *Library) {
	e := l.static("System.Linq", "Enumerable")
	l.iface("System.Linq", "IGrouping", "K", "T").from("IEnumerable<T>").property("K Key", f1(func(g *grouping) any { return g.key }))
	declareFilters(e)
	declareElements(e)
	declareOrdering(e)
	declareCombining(l, e)
	e.beyond("AsParallel", "Chunk", "MinBy", "MaxBy", "DistinctBy", "SkipLast", "TakeLast")
}

func declareFilters(e *class) {
	e.fixed("IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)", func(c *Call, a []any) (any, error) {
		source, predicate := a[0], a[1]
		return lazy(c.Types[0], func(yield func(any) error) error {
			return Each(source, func(item any) error {
				ok, err := c.says(predicate, item)
				if err != nil || !ok {
					return err
				}
				return yield(item)
			})
		}), nil
	})
	e.fixed("IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, R> selector)", func(c *Call, a []any) (any, error) {
		source, selector := a[0], a[1]
		return lazy(c.Types[1], func(yield func(any) error) error {
			return Each(source, func(item any) error {
				v, err := c.call(selector, item)
				if err != nil {
					return err
				}
				return yield(v)
			})
		}), nil
	})
	e.fixed("IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, int, R> selector)", func(c *Call, a []any) (any, error) {
		source, selector := a[0], a[1]
		return lazy(c.Types[1], func(yield func(any) error) error {
			i := int32(-1)
			return Each(source, func(item any) error {
				i++
				v, err := c.call(selector, item, i)
				if err != nil {
					return err
				}
				return yield(v)
			})
		}), nil
	})
	e.fixed("IEnumerable<R> SelectMany<T, R>(this IEnumerable<T> source, Func<T, IEnumerable<R>> selector)", func(c *Call, a []any) (any, error) {
		source, selector := a[0], a[1]
		return lazy(c.Types[1], func(yield func(any) error) error {
			return Each(source, func(item any) error {
				v, err := c.call(selector, item)
				if err != nil {
					return err
				}
				return Each(v, yield)
			})
		}), nil
	})
	limit := func(skip bool) Func {
		return func(c *Call, a []any) (any, error) {
			source, n := a[0], int(to[int32](a[1]))
			return lazy(c.Types[0], func(yield func(any) error) error {
				if !skip && n <= 0 {
					return nil
				}
				i := 0
				return stopped(Each(source, func(item any) error {
					i++
					if skip {
						if i <= n {
							return nil
						}
						return yield(item)
					}
					if err := yield(item); err != nil {
						return err
					}
					if i >= n {
						return errStop
					}
					return nil
				}))
			}), nil
		}
	}
	e.fixed("IEnumerable<T> Take<T>(this IEnumerable<T> source, int count)", limit(false))
	e.fixed("IEnumerable<T> Skip<T>(this IEnumerable<T> source, int count)", limit(true))
	e.fixed("IEnumerable<R> Cast<R>(this IEnumerable source)", func(c *Call, a []any) (any, error) {
		source, target := a[0], c.Types[0]
		return lazy(target, func(yield func(any) error) error {
			return Each(source, func(item any) error {
				v, err := c.Library.Unbox(item, target)
				if err != nil {
					return err
				}
				return yield(v)
			})
		}), nil
	})
	distinct := func(c *Call, a []any) (any, error) {
		source := a[0]
		ignore := len(a) > 1 && to[Comparer](a[1]).ignore
		return lazy(c.Types[0], func(yield func(any) error) error {
			seen := c.Library.newDictionary(newType(c.Library.Dictionary.def, []*Type{c.Library.Object, c.Library.Object}))
			seen.ignoreCase = ignore
			return Each(source, func(item any) error {
				if _, ok := seen.get(item); ok {
					return nil
				}
				seen.set(item, nil)
				return yield(item)
			})
		}), nil
	}
	e.fixed("IEnumerable<T> Distinct<T>(this IEnumerable<T> source)", distinct).fixed("IEnumerable<T> Distinct<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer)", distinct)
	e.fixed("IEnumerable<T> Reverse<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		source := a[0]
		return lazy(c.Types[0], func(yield func(any) error) error {
			items, err := Collect(source)
			if err != nil {
				return err
			}
			for i := range items {
				if err := yield(items[len(items)-1-i]); err != nil {
					return err
				}
			}
			return nil
		}), nil
	})
}

func declareElements(e *class) {
	for _, name := range []string{"First", "Last", "FirstOrDefault", "LastOrDefault", "Single", "SingleOrDefault"} {
		do := func(c *Call, a []any) (any, error) {
			var predicate any
			if len(a) > 1 {
				predicate = a[1]
			}
			return c.element(name, a[0], predicate)
		}
		e.fixed("T "+name+"<T>(this IEnumerable<T> source)", do)
		e.fixed("T "+name+"<T>(this IEnumerable<T> source, Func<T, bool> predicate)", do)
	}
	at := func(orDefault bool) Func {
		return func(c *Call, a []any) (any, error) {
			items, err := Collect(a[0])
			i := int(to[int32](a[1]))
			switch {
			case err != nil:
				return nil, err
			case i >= 0 && i < len(items):
				return items[i], nil
			case orDefault:
				return c.Library.Zero(c.Types[0]), nil
			}
			switch a[0].(type) {
			case *List, *Array, *Bytes, *JArray:
			default:
				return nil, dotnet.ArgumentOutOfRange("Specified argument was out of the range of valid values.", "index")
			}
			return nil, outOfRange()
		}
	}
	e.fixed("T ElementAt<T>(this IEnumerable<T> source, int index)", at(false)).fixed("T ElementAtOrDefault<T>(this IEnumerable<T> source, int index)", at(true))
	e.fixed("bool Any<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		_, ok, err := c.find(a[0], nil, false)
		return ok, err
	})
	e.fixed("bool Any<T>(this IEnumerable<T> source, Func<T, bool> predicate)", func(c *Call, a []any) (any, error) {
		_, ok, err := c.find(a[0], a[1], false)
		return ok, err
	})
	e.fixed("bool All<T>(this IEnumerable<T> source, Func<T, bool> predicate)", func(c *Call, a []any) (any, error) {
		all := true
		err := Each(a[0], func(item any) error {
			ok, err := c.says(a[1], item)
			if err == nil && !ok {
				all, err = false, errStop
			}
			return err
		})
		return all, stopped(err)
	})
	contains := func(_ *Call, a []any) (any, error) {
		ignore := len(a) > 2 && to[Comparer](a[2]).ignore
		found := false
		err := Each(a[0], func(item any) error {
			text, isText := item.(string)
			wanted, isWanted := a[1].(string)
			if Equal(item, a[1]) || ignore && isText && isWanted && fold(text) == fold(wanted) {
				found = true
				return errStop
			}
			return nil
		})
		return found, stopped(err)
	}
	e.fixed("bool Contains<T>(this IEnumerable<T> source, T value)", contains).fixed("bool Contains<T>(this IEnumerable<T> source, T value, IEqualityComparer<T> comparer)", contains)
	e.fixed("int Count<T>(this IEnumerable<T> source)", countOf)
	e.fixed("int Count<T>(this IEnumerable<T> source, Func<T, bool> predicate)", func(c *Call, a []any) (any, error) {
		n := 0
		err := Each(a[0], func(item any) error {
			ok, err := c.says(a[1], item)
			n += bit(ok)
			return err
		})
		return count(n), err
	})
}

// ordering is what OrderBy sorted by, for ThenBy to go on.
type ordering struct {
	source any
	keys   []orderKey
}

type orderKey struct {
	selector   *Delegate
	descending bool
	comparer   any
}

func declareOrdering(e *class) {
	for _, name := range []string{"OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending"} {
		then, descending := name[0] == 'T', len(name) > len("OrderBy")
		do := func(c *Call, a []any) (any, error) {
			order := &ordering{source: a[0]}
			if then {
				previous := a[0].(*Sequence).order
				order.source, order.keys = previous.source, slices.Clone(previous.keys)
			}
			var comparer any
			if len(a) > 2 {
				comparer = a[2]
			}
			order.keys = append(order.keys, orderKey{a[1].(*Delegate), descending, comparer})
			return &Sequence{Element: c.Types[0], Each: c.sorted(order), Name: "IOrderedEnumerable", order: order}, nil
		}
		source := "IEnumerable<T>"
		if then {
			source = "IOrderedEnumerable<T>"
		}
		e.fixed("IOrderedEnumerable<T> "+name+"<T, K>(this "+source+" source, Func<T, K> keySelector)", do)
		e.fixed("IOrderedEnumerable<T> "+name+"<T, K>(this "+source+" source, Func<T, K> keySelector, IComparer<K> comparer)", do)
	}
}

func (c *Call) sorted(order *ordering) func(yield func(any) error) error {
	return func(yield func(any) error) error {
		items, err := Collect(order.source)
		if err != nil {
			return err
		}
		rows := make([]any, len(items))
		for i, item := range items {
			row := []any{item}
			for _, key := range order.keys {
				v, err := c.call(key.selector, item)
				if err != nil {
					return err
				}
				row = append(row, v)
			}
			rows[i] = row
		}
		err = orderItems(rows, func(a, b any) (int, error) { return compareRows(order.keys, a.([]any), b.([]any)) })
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := yield(row.([]any)[0]); err != nil {
				return err
			}
		}
		return nil
	}
}

func compareRows(keys []orderKey, a, b []any) (int, error) {
	for i, key := range keys {
		x, y := a[i+1], b[i+1]
		var order int
		var err error
		if comparer, ok := key.comparer.(Comparer); ok {
			order = int(comparer.compare(to[string](x), to[string](y)))
		} else {
			order, err = Compare(x, y)
		}
		if key.descending {
			order = -order
		}
		if order != 0 || err != nil {
			return order, err
		}
	}
	return 0, nil
}
