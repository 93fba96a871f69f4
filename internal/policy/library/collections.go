package library

import (
	"slices"
	"sort"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func outOfRange() error {
	return dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
}

func count(n int) int32 { return int32(n) } //nolint:gosec // collections are bounded by the memory budget

func declareCollections(l *Library) {
	const namespace = "System.Collections.Generic"
	// The non-generic IEnumerable has no members that expressions use.
	l.iface("System.Collections", "IEnumerable")
	l.iface(namespace, "IEnumerable", "T").from("IEnumerable")
	l.iface(namespace, "IOrderedEnumerable", "T").from("IEnumerable<T>")
	l.iface(namespace, "IEnumerator", "T")
	l.iface(namespace, "IEqualityComparer", "T")
	l.iface(namespace, "IComparer", "T")
	for _, name := range []string{"IReadOnlyCollection", "ICollection"} {
		l.iface(namespace, name, "T").from("IEnumerable<T>").property("int Count", countOf)
	}
	collection := &class{l, l.byName["ICollection"][0], newType(l.byName["ICollection"][0], typeParameters(l.byName["ICollection"][0]))}
	l.iface(namespace, "IReadOnlyList", "T").from("IReadOnlyCollection<T>").property("T this[int index]", itemAt)
	declareShared(collection, l.iface(namespace, "IList", "T").from("ICollection<T>").mutable("T this[int index]", itemAt, setItem))
	declareArray(l)
	list := l.class(namespace, "List", "", "T").from("IList<T>", "IReadOnlyList<T>")
	list.make("()", func(c *Call, _ []any) (any, error) { return &List{Element: c.Types[0]}, nil })
	list.make("(int capacity)", func(c *Call, a []any) (any, error) {
		if to[int32](a[0]) < 0 {
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "capacity")
		}
		return &List{Element: c.Types[0]}, nil
	})
	list.make("(IEnumerable<T> collection)", func(c *Call, a []any) (any, error) {
		items, err := Collect(a[0])
		if err != nil {
			return nil, err
		}
		return &List{Element: c.Types[0], Items: slices.Clone(items)}, c.Take(16 * len(items))
	})
	list.mutable("T this[int index]", itemAt, setItem).property("int Count", countOf).mutable("int Capacity", countOf, func(*Call, []any) (any, error) { return nil, nil }) //nolint:nilnil // it has no value
	list.method("void Add(T item)", addItem)
	list.method("void AddRange(IEnumerable<T> collection)", func(c *Call, a []any) (any, error) {
		items, err := Collect(a[1])
		if err != nil {
			return nil, err
		}
		v := a[0].(*List)
		v.Items = append(v.Items, items...)
		return nil, c.Take(16 * len(items))
	})
	list.method("void Insert(int index, T item)", func(c *Call, a []any) (any, error) {
		v, at := a[0].(*List), int(to[int32](a[1]))
		if at < 0 || at > len(v.Items) {
			return nil, dotnet.ArgumentOutOfRange("Index must be within the bounds of the List.", "index")
		}
		v.Items = slices.Insert(v.Items, at, a[2])
		return nil, c.Take(16)
	})
	list.method("void Clear()", func(_ *Call, a []any) (any, error) { a[0].(*List).Items = nil; return nil, nil }) //nolint:nilnil // it has no value
	list.method("bool Remove(T item)", f2(func(v *List, item any) bool {
		at := indexOfItem(v, item)
		if at >= 0 {
			v.Items = slices.Delete(v.Items, int(at), int(at)+1)
		}
		return at >= 0
	}))
	list.method("void RemoveAt(int index)", func(_ *Call, a []any) (any, error) {
		v, at := a[0].(*List), int(to[int32](a[1]))
		if at < 0 || at >= len(v.Items) {
			return nil, outOfRange()
		}
		v.Items = slices.Delete(v.Items, at, at+1)
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	list.method("int RemoveAll(Predicate<T> match)", x2(func(v *List, match *Delegate) (int32, error) {
		kept, err := filter(v.Items, match, false)
		removed := len(v.Items) - len(kept)
		v.Items = kept
		return count(removed), err
	}))
	list.method("bool Contains(T item)", f2(func(v *List, item any) bool { return indexOfItem(v, item) >= 0 }))
	list.method("int IndexOf(T item)", f2(indexOfItem))
	list.method("T Find(Predicate<T> match)", func(c *Call, a []any) (any, error) {
		found, err := filter(a[0].(*List).Items, a[1].(*Delegate), true)
		if err != nil || len(found) == 0 {
			return c.Library.Zero(c.Types[0]), err
		}
		return found[0], nil
	})
	list.method("List<T> FindAll(Predicate<T> match)", func(c *Call, a []any) (any, error) {
		found, err := filter(a[0].(*List).Items, a[1].(*Delegate), true)
		return &List{Element: c.Types[0], Items: found}, err
	})
	list.method("int FindIndex(Predicate<T> match)", x2(func(v *List, match *Delegate) (int32, error) { return findIndex(v.Items, match) }))
	list.method("bool Exists(Predicate<T> match)", x2(func(v *List, match *Delegate) (bool, error) {
		at, err := findIndex(v.Items, match)
		return at >= 0, err
	}))
	list.method("bool TrueForAll(Predicate<T> match)", x2(func(v *List, match *Delegate) (bool, error) {
		found, err := filter(v.Items, match, true)
		return len(found) == len(v.Items), err
	}))
	list.method("void ForEach(Action<T> action)", func(_ *Call, a []any) (any, error) {
		return nil, Each(a[0], func(item any) error {
			_, err := a[1].(*Delegate).Invoke([]any{item})
			return err
		})
	})
	list.method("List<T> GetRange(int index, int count)", x3(func(v *List, at, n int32) (*List, error) {
		if at < 0 || n < 0 || int(at)+int(n) > len(v.Items) {
			return nil, dotnet.Throw("System.ArgumentException", "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.")
		}
		return &List{Element: v.Element, Items: slices.Clone(v.Items[at : at+n])}, nil
	}))
	list.method("void RemoveRange(int index, int count)", x3(func(v *List, at, n int32) (any, error) {
		if at < 0 || n < 0 || int(at)+int(n) > len(v.Items) {
			return nil, dotnet.Throw("System.ArgumentException", "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.")
		}
		v.Items = slices.Delete(v.Items, int(at), int(at+n))
		return nil, nil //nolint:nilnil // null is the value, or there is none
	}))
	list.method("void Reverse()", func(_ *Call, a []any) (any, error) { slices.Reverse(a[0].(*List).Items); return nil, nil }) //nolint:nilnil // it has no value
	list.method("void Sort()", func(_ *Call, a []any) (any, error) { return nil, sortItems(a[0].(*List).Items, Compare) })
	list.method("void Sort(Comparison<T> comparison)", func(_ *Call, a []any) (any, error) {
		return nil, sortItems(a[0].(*List).Items, func(x, y any) (int, error) {
			order, err := a[1].(*Delegate).Invoke([]any{x, y})
			return int(to[int32](order)), err
		})
	})
	list.method("T[] ToArray()", func(c *Call, a []any) (any, error) {
		return c.Library.NewArray(c.Types[0], slices.Clone(a[0].(*List).Items)), nil
	})
	list.method("List<U> ConvertAll<U>(Func<T, U> converter)", func(c *Call, a []any) (any, error) {
		made := &List{Element: c.Types[len(c.Types)-1]}
		return made, Each(a[0], func(item any) error {
			v, err := c.call(a[1], item)
			made.Items = append(made.Items, v)
			return err
		})
	})
	list.beyond("GetEnumerator")
}

func countOf(_ *Call, a []any) (any, error) {
	switch v := a[0].(type) {
	case *List:
		return count(len(v.Items)), nil
	case *Array:
		return count(len(v.Items)), nil
	case *Bytes:
		return count(len(v.Data)), nil
	case interface{ count() int }:
		return count(v.count()), nil
	}
	items, err := Collect(a[0])
	return count(len(items)), err
}

func itemAt(c *Call, a []any) (any, error) {
	i := int(to[int32](a[1]))
	switch v := a[0].(type) {
	case *JArray:
		return tokenAt(c, a)
	case *List:
		if i < 0 || i >= len(v.Items) {
			return nil, outOfRange()
		}
		return v.Items[i], nil
	case *Array:
		if i < 0 || i >= len(v.Items) {
			return nil, dotnet.IndexOutOfRange()
		}
		return v.Items[i], nil
	case *Bytes:
		if i < 0 || i >= len(v.Data) {
			return nil, dotnet.IndexOutOfRange()
		}
		return v.Data[i], nil
	}
	items, err := Collect(a[0])
	if err == nil && (i < 0 || i >= len(items)) {
		err = outOfRange()
	}
	if err != nil {
		return nil, err
	}
	return items[i], nil
}

func setItem(c *Call, a []any) (any, error) {
	i := int(to[int32](a[1]))
	switch v := a[0].(type) {
	case *JArray:
		return setTokenAt(c, a)
	case *List:
		if i < 0 || i >= len(v.Items) {
			return nil, outOfRange()
		}
		v.Items[i] = a[2]
		v.changes++
	case *Array:
		if i < 0 || i >= len(v.Items) {
			return nil, dotnet.IndexOutOfRange()
		}
		v.Items[i] = a[2]
	case *Bytes:
		if i < 0 || i >= len(v.Data) {
			return nil, dotnet.IndexOutOfRange()
		}
		v.Data[i] = to[byte](a[2])
	}
	return nil, nil //nolint:nilnil // null is the value, or there is none
}

func addItem(c *Call, a []any) (any, error) {
	v, ok := a[0].(*List)
	if !ok {
		return nil, dotnet.Throw("System.NotSupportedException", "Collection was of a fixed size.")
	}
	v.Items = append(v.Items, a[1])
	return nil, c.Take(16)
}

func indexOfItem(v, item any) int32 {
	items, err := Collect(v)
	if err != nil {
		return -1
	}
	return count(slices.IndexFunc(items, func(each any) bool { return Equal(each, item) }))
}

// filter keeps what a predicate says, or what it does not say.
func filter(items []any, match *Delegate, wanted bool) ([]any, error) {
	var kept []any
	for _, item := range items {
		ok, err := match.Invoke([]any{item})
		if err != nil {
			return nil, err
		}
		if to[bool](ok) == wanted {
			kept = append(kept, item)
		}
	}
	return kept, nil
}

func findIndex(items []any, match *Delegate) (int32, error) {
	for i, item := range items {
		ok, err := match.Invoke([]any{item})
		if err != nil || to[bool](ok) {
			return count(i), err
		}
	}
	return -1, nil
}

// sortItems is Sort of a list or array, which has words of its own for what does
// not compare.
func sortItems(items []any, compare func(a, b any) (int, error)) error {
	err := orderItems(items, compare)
	if thrown, ok := err.(*dotnet.Exception); ok { //nolint:errorlint // only what was thrown itself
		outer := dotnet.InvalidOperation("Failed to compare two elements in the array.")
		outer.Inner = thrown
		return outer
	}
	return err
}

func orderItems(items []any, compare func(a, b any) (int, error)) error {
	var failed error
	sort.SliceStable(items, func(i, j int) bool {
		order, err := compare(items[i], items[j])
		if err != nil && failed == nil {
			failed = err
		}
		return order < 0
	})
	return failed
}
