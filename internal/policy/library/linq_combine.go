package library

import (
	"math"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// grouping is an IGrouping<K, T>.
type grouping struct {
	self  *Type
	key   any
	items []any
}

func (g *grouping) typeIn(*Library) *Type         { return g.self }
func (g *grouping) each(do func(any) error) error { return eachOf(g.items, do) }
func (g *grouping) count() int                    { return len(g.items) }

func declareCombining(l *Library, e *class) {
	e.fixed("IEnumerable<T> Concat<T>(this IEnumerable<T> first, IEnumerable<T> second)", func(c *Call, a []any) (any, error) {
		first, second := a[0], a[1]
		return lazy(c.Types[0], func(yield func(any) error) error {
			if err := Each(first, yield); err != nil {
				return err
			}
			return Each(second, yield)
		}), nil
	})
	for _, comparer := range []string{"", ", IEqualityComparer<T>? comparer"} {
		for name, keep := range map[string]bool{"Except": false, "Intersect": true} {
			e.fixed("IEnumerable<T> "+name+"<T>(this IEnumerable<T> first, IEnumerable<T> second"+comparer+")", func(c *Call, a []any) (any, error) {
				return common(c, a, keep), nil
			})
		}
		e.fixed("IEnumerable<T> Union<T>(this IEnumerable<T> first, IEnumerable<T> second"+comparer+")", union)
	}
	e.fixed("IEnumerable<R> Zip<A, B, R>(this IEnumerable<A> first, IEnumerable<B> second, Func<A, B, R> resultSelector)", func(c *Call, a []any) (any, error) {
		first, second, selector := a[0], a[1], a[2]
		return lazy(c.Types[2], func(yield func(any) error) error {
			others, err := Collect(second)
			if err != nil {
				return err
			}
			i := 0
			return stopped(Each(first, func(item any) error {
				if i >= len(others) {
					return errStop
				}
				v, err := c.call(selector, item, others[i])
				i++
				if err != nil {
					return err
				}
				return yield(v)
			}))
		}), nil
	})
	e.fixed("IEnumerable<int> Range(int start, int count)", func(c *Call, a []any) (any, error) {
		start, n := to[int32](a[0]), to[int32](a[1])
		if n < 0 || int64(start)+int64(n)-1 > math.MaxInt32 {
			return nil, dotnet.ArgumentOutOfRange("Specified argument was out of the range of valid values.", "count")
		}
		return lazy(l.Int32, func(yield func(any) error) error {
			for i := range n {
				if err := firstThen(c.Step(1), func() error { return yield(start + i) }); err != nil {
					return err
				}
			}
			return nil
		}), nil
	})
	e.fixed("IEnumerable<T> Repeat<T>(T element, int count)", func(c *Call, a []any) (any, error) {
		item, n := a[0], to[int32](a[1])
		if n < 0 {
			return nil, dotnet.ArgumentOutOfRange("Specified argument was out of the range of valid values.", "count")
		}
		return lazy(c.Types[0], func(yield func(any) error) error {
			for range n {
				if err := firstThen(c.Step(1), func() error { return yield(item) }); err != nil {
					return err
				}
			}
			return nil
		}), nil
	})
	e.fixed("IEnumerable<T> Empty<T>()", func(c *Call, _ []any) (any, error) { return &List{Element: c.Types[0]}, nil })
	declareGrouping(l, e)
}

// common are the different items of the first sequence that are in the second one, or that are
// not.
func common(c *Call, a []any, keep bool) *Sequence {
	first, second, by := a[0], a[1], to[Comparer](lastOf(a, 3))
	return lazy(c.Types[0], func(yield func(any) error) error {
		others, err := Collect(second)
		if err != nil {
			return err
		}
		var given []any
		return Each(first, func(item any) error {
			same := func(each any) bool { return by.same(each, item) }
			if slices.ContainsFunc(others, same) != keep || slices.ContainsFunc(given, same) {
				return nil
			}
			given = append(given, item)
			return yield(item)
		})
	})
}

func union(c *Call, a []any) (any, error) {
	first, second, by := a[0], a[1], to[Comparer](lastOf(a, 3))
	return lazy(c.Types[0], func(yield func(any) error) error {
		var given []any
		once := func(item any) error {
			if slices.ContainsFunc(given, func(each any) bool { return by.same(each, item) }) {
				return nil
			}
			given = append(given, item)
			return yield(item)
		}
		return firstThen(Each(first, once), func() error { return Each(second, once) })
	}), nil
}

// toDictionary is ToDictionary in all its forms: V is a type of those with an elementSelector.
func toDictionary(c *Call, a []any) (any, error) {
	value, selects := c.Types[0], len(c.Types) > 2
	if selects {
		value = c.Types[2]
	}
	d := c.Library.newDictionary(newType(c.Library.Dictionary.def, []*Type{c.Types[1], value}))
	d.ignoreCase = to[Comparer](a[len(a)-1]).ignore
	source, keySelector, elementSelector := a[0], a[1], lastOf(a, 3)
	return d, Each(source, func(item any) error {
		key, err := c.call(keySelector, item)
		if err != nil {
			return err
		}
		v := item
		if selects {
			if v, err = c.call(elementSelector, item); err != nil {
				return err
			}
		}
		_, err = addPair(c, []any{d, key, v})
		return err
	})
}

func declareGrouping(l *Library, e *class) {
	e.fixed("IEnumerable<IGrouping<K, T>> GroupBy<T, K>(this IEnumerable<T> source, Func<T, K> keySelector)", func(c *Call, a []any) (any, error) {
		return c.grouped(a[0], a[1], nil, l.named("IGrouping", c.Types[1], c.Types[0])), nil
	})
	for _, comparer := range []string{"", ", IEqualityComparer<K>? comparer"} {
		e.fixed("Dictionary<K, T> ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> keySelector"+comparer+")", toDictionary)
		e.fixed("Dictionary<K, V> ToDictionary<T, K, V>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, V> elementSelector"+comparer+")", toDictionary)
	}
	e.fixed("List<T> ToList<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		items, err := Collect(a[0])
		if err != nil {
			return nil, err
		}
		return &List{Element: c.Types[0], Items: slices.Clone(items)}, c.Take(16 * len(items))
	})
	e.fixed("T[] ToArray<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		items, err := Collect(a[0])
		if err != nil {
			return nil, err
		}
		return l.NewArray(c.Types[0], slices.Clone(items)), c.Take(16 * len(items))
	})
	e.fixed("R Aggregate<T, R>(this IEnumerable<T> source, R seed, Func<R, T, R> func)", func(c *Call, a []any) (any, error) {
		total := a[1]
		err := Each(a[0], func(item any) (err error) {
			total, err = c.call(a[2], total, item)
			return err
		})
		return total, err
	})
	e.fixed("T Aggregate<T>(this IEnumerable<T> source, Func<T, T, T> func)", func(c *Call, a []any) (any, error) {
		var total any
		started := false
		err := Each(a[0], func(item any) (err error) {
			if !started {
				total, started = item, true
				return nil
			}
			total, err = c.call(a[1], total, item)
			return err
		})
		if err == nil && !started {
			err = dotnet.InvalidOperation("Sequence contains no elements")
		}
		return total, err
	})
}
