package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareCollectionForms declares the members of arrays, lists and sets that few
// documents use.
func declareCollectionForms(l *Library) {
	declareArrayForms(l)
	declareListForms(l)
	h := l.again("HashSet")
	h.method("int RemoveWhere(Predicate<T> match)", func(c *Call, a []any) (any, error) {
		s := a[0].(*set)
		n := int32(0)
		for _, pair := range slices.Clone(s.pairs) {
			ok, err := c.says(a[1], pair.Key)
			if err != nil {
				return nil, err
			}
			if ok {
				s.remove(pair.Key)
				n++
			}
		}
		return n, nil
	})
	h.method("void SymmetricExceptWith(IEnumerable<T> other)", func(c *Call, a []any) (any, error) {
		s := a[0].(*set)
		seen := &set{l.newDictionary(s.self), s.own}
		seen.ignoreCase = s.ignoreCase
		items, err := Collect(a[1])
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if _, again := seen.get(item); again {
				continue
			}
			seen.set(item, nil)
			if !s.remove(item) {
				s.set(item, nil)
			}
		}
		return nil, c.Take(48 * len(items))
	})
	for name, of := range map[string]func(s, with *Dictionary) bool{
		"IsProperSubsetOf":   func(s, with *Dictionary) bool { return s.count() < with.count() && holds(with, s) },
		"IsProperSupersetOf": func(s, with *Dictionary) bool { return s.count() > with.count() && holds(s, with) },
	} {
		h.method("bool "+name+"(IEnumerable<T> other)", func(_ *Call, a []any) (any, error) {
			s := a[0].(*set)
			with := l.newDictionary(s.self)
			with.ignoreCase = s.ignoreCase
			err := Each(a[1], func(item any) error { with.set(item, nil); return nil })
			return of(s.Dictionary, with), err
		})
	}
	h.method("void TrimExcess()", constant(nil)).method("void CopyTo(T[] array)", copyTo).method("void CopyTo(T[] array, int arrayIndex)", copyTo)
	for _, name := range []string{"Queue", "Stack"} {
		c := l.again(name)
		c.method("void TrimExcess()", constant(nil)).method("void CopyTo(T[] array, int arrayIndex)", copyTo)
		c.make("(int capacity)", func(call *Call, a []any) (any, error) {
			if to[int32](a[0]) < 0 {
				return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "capacity")
			}
			return &line{newType(c.def, call.Types[:1]), nil, name == "Stack"}, nil
		})
	}
}

// copyTo copies the items of a collection into an array.
func copyTo(_ *Call, a []any) (any, error) {
	at := 0
	if len(a) > 2 {
		at = int(to[int32](a[2]))
	}
	into, _ := Collect(a[1])
	items, err := Collect(a[0])
	switch {
	case err != nil:
		return nil, err
	case at < 0:
		return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "arrayIndex")
	case at > len(into)-len(items):
		return nil, dotnet.Argument("Destination array is not long enough to copy all the items in the collection. Check array index and length.", "")
	}
	for i, item := range items {
		storeItem(a[1], at+i, item)
	}
	return nil, nil //nolint:nilnil // it has no value
}

// holds tells whether all keys of one dictionary are in another.
func holds(all, some *Dictionary) bool {
	return !slices.ContainsFunc(some.pairs, func(pair Pair) bool {
		_, ok := all.get(pair.Key)
		return !ok
	})
}

func declareArrayForms(l *Library) {
	c := l.again("Array")
	for name, of := range map[string]func(n int32) int32{
		"GetLength": func(n int32) int32 { return n }, "GetLowerBound": func(int32) int32 { return 0 }, "GetUpperBound": func(n int32) int32 { return n - 1 },
	} {
		c.method("int "+name+"(int dimension)", func(call *Call, a []any) (any, error) {
			if to[int32](a[1]) != 0 {
				return nil, dotnet.IndexOutOfRange()
			}
			n, err := countOf(call, a)
			return of(to[int32](n)), err
		})
	}
	c.method("void SetValue(object? value, int index)", func(_ *Call, a []any) (any, error) {
		n, err := Collect(a[0])
		at := int(to[int32](a[2]))
		if err != nil || at < 0 || at >= len(n) {
			return nil, firstError(err, dotnet.IndexOutOfRange())
		}
		element := l.Byte
		if array, ok := a[0].(*Array); ok {
			element = array.Element
		}
		if a[1] != nil && !l.IsInstance(a[1], element) {
			return nil, dotnet.InvalidCast("Object cannot be stored in an array of this type.")
		}
		if a[1] == nil {
			a[1] = l.Zero(element)
		}
		storeItem(a[0], at, a[1])
		return nil, nil //nolint:nilnil // no value
	})
	for _, last := range []bool{false, true} {
		name := "IndexOf"
		if last {
			name = "LastIndexOf"
		}
		for _, places := range []string{"", ", int startIndex", ", int startIndex, int count"} {
			if last || places != "" {
				c.fixed("int "+name+"<T>(T[] array, T value"+places+")", func(_ *Call, a []any) (any, error) { return either(indexWithin(a[0], a[1], a[2:], last)) })
			}
		}
	}
	c.fixed("T FindLast<T>(T[] array, Predicate<T> match)", func(call *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		at, err := lastWhere(call, items, a[1])
		if err != nil || at < 0 {
			return call.Library.Zero(call.Types[0]), err
		}
		return items[at], nil
	})
	c.fixed("int FindLastIndex<T>(T[] array, Predicate<T> match)", func(call *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		at, err := lastWhere(call, items, a[1])
		return count(at), err
	})
	c.fixed("void Reverse(Array array, int index, int length)", func(_ *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		from, n := int(to[int32](a[1])), int(to[int32](a[2]))
		if err := rangeFault(from, n, len(items), "length"); err != nil {
			return nil, err
		}
		part := slices.Clone(items[from : from+n])
		slices.Reverse(part)
		for i, item := range part {
			storeItem(a[0], from+i, item)
		}
		return nil, nil //nolint:nilnil // no value
	})
	for _, by := range []string{"Comparison<T> comparison", "IComparer<T>? comparer"} {
		c.fixed("void Sort<T>(T[] array, "+by+")", func(_ *Call, a []any) (any, error) {
			items, _ := Collect(a[0])
			sorted := slices.Clone(items)
			err := sortItems(sorted, comparison(a[1]))
			for i, item := range sorted {
				storeItem(a[0], i, item)
			}
			return nil, err
		})
	}
	c.fixed("int BinarySearch<T>(T[] array, T value)", func(_ *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		return either(binarySearch(items, a[1], Compare))
	})
}

// comparison is how a Comparison<T> or an IComparer<T> orders.
func comparison(by any) func(x, y any) (int, error) {
	switch by := by.(type) {
	case *Delegate:
		return func(x, y any) (int, error) {
			order, err := by.Invoke([]any{x, y})
			return int(to[int32](order)), err
		}
	case Comparer:
		return func(x, y any) (int, error) { return int(by.compare(x, y)), nil }
	}
	return Compare
}

func lastWhere(c *Call, items []any, match any) (int, error) {
	for i := len(items) - 1; i >= 0; i-- {
		if ok, err := c.says(match, items[i]); err != nil || ok {
			return i, err
		}
	}
	return -1, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func storeItem(array any, at int, item any) {
	switch v := array.(type) {
	case *Array:
		v.Items[at] = item
	case *Bytes:
		v.Data[at] = to[byte](item)
	}
}

// rangeFault tells what is wrong with a part of a collection.
func rangeFault(from, n, size int, second string) error {
	switch {
	case from < 0:
		return dotnet.ArgumentOutOfRange("Non-negative number required.", "index")
	case n < 0:
		return dotnet.ArgumentOutOfRange("Non-negative number required.", second)
	case from > size-n:
		return dotnet.Argument("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "")
	}
	return nil
}

// indexWithin is IndexOf or LastIndexOf with where to look: nothing, a start, or
// a start and a count.
func indexWithin(collection, item any, places []any, last bool) (int32, error) {
	items, err := Collect(collection)
	if err != nil {
		return 0, err
	}
	from, n := 0, len(items)
	if last {
		from = len(items) - 1
	}
	if len(places) > 0 {
		from = int(to[int32](places[0]))
		n = len(items) - from
		if last {
			n = from + 1
		}
	}
	switch {
	case last && len(items) == 0:
		return -1, nil
	case from < 0 || from > len(items) || last && from == len(items):
		return 0, outOfRangeOf("startIndex")
	}
	if len(places) > 1 {
		most := n
		if n = int(to[int32](places[1])); n < 0 || n > most {
			return 0, dotnet.ArgumentOutOfRange("Count must be positive and count must refer to a location within the string/array/collection.", "count")
		}
	}
	for i := range n {
		at := from + i
		if last {
			at = from - i
		}
		if Equal(items[at], item) {
			return count(at), nil
		}
	}
	return -1, nil
}

func binarySearch(items []any, item any, compare func(x, y any) (int, error)) (int32, error) {
	low, high := 0, len(items)-1
	for low <= high {
		at := low + (high-low)/2
		order, err := compare(items[at], item)
		switch {
		case err != nil:
			return 0, err
		case order == 0:
			return count(at), nil
		case order < 0:
			low = at + 1
		default:
			high = at - 1
		}
	}
	return count(^low), nil
}

func declareListForms(l *Library) {
	list := l.again("List")
	list.method("void Sort(IComparer<T>? comparer)", func(_ *Call, a []any) (any, error) {
		return nil, sortItems(a[0].(*List).Items, comparison(a[1]))
	})
	list.method("int BinarySearch(T item, IComparer<T>? comparer)", func(_ *Call, a []any) (any, error) {
		return either(binarySearch(a[0].(*List).Items, a[1], comparison(a[2])))
	})
	for _, places := range []string{", int index", ", int index, int count"} {
		list.method("int IndexOf(T item"+places+")", func(_ *Call, a []any) (any, error) { return either(listIndex(a, false)) })
		list.method("int LastIndexOf(T item"+places+")", func(_ *Call, a []any) (any, error) { return either(listIndex(a, true)) })
	}
	for _, places := range []string{"int startIndex, ", "int startIndex, int count, "} {
		list.method("int FindIndex("+places+"Predicate<T> match)", func(c *Call, a []any) (any, error) {
			items, from := a[0].(*List).Items, int(to[int32](a[1]))
			n := len(items) - from
			switch {
			case from < 0 || from > len(items):
				return nil, outOfRangeOf("startIndex")
			case len(a) > 3:
				if n = int(to[int32](a[2])); n < 0 || from > len(items)-n {
					return nil, dotnet.ArgumentOutOfRange("Count must be positive and count must refer to a location within the string/array/collection.", "count")
				}
			}
			for i, item := range items[from : from+n] {
				if ok, err := c.says(a[len(a)-1], item); ok || err != nil {
					return count(from + i), err
				}
			}
			return int32(-1), nil
		})
	}
	list.method("void Reverse(int index, int count)", func(_ *Call, a []any) (any, error) {
		items, from, n := a[0].(*List).Items, int(to[int32](a[1])), int(to[int32](a[2]))
		if err := rangeFault(from, n, len(items), "count"); err != nil {
			return nil, err
		}
		slices.Reverse(items[from : from+n])
		return nil, nil //nolint:nilnil // no value
	})
	for _, places := range []string{"T[] array", "T[] array, int arrayIndex"} {
		list.method("void CopyTo("+places+")", func(_ *Call, a []any) (any, error) {
			at := 0
			if len(a) > 2 {
				at = int(to[int32](a[2]))
			}
			into, _ := Collect(a[1])
			items := a[0].(*List).Items
			switch {
			case at < 0:
				return nil, dotnet.ArgumentOutOfRange("Number was less than the array's lower bound in the first dimension.", "dstIndex")
			case at > len(into)-len(items):
				return nil, dotnet.Argument("Destination array was not long enough. Check destIndex and length, and the array's lower bounds.", "")
			}
			for i, item := range items {
				storeItem(a[1], at+i, item)
			}
			return nil, nil //nolint:nilnil // no value
		})
	}
	list.method("void TrimExcess()", func(*Call, []any) (any, error) { return nil, nil }) //nolint:nilnil // no value
}

func listIndex(a []any, last bool) (int32, error) {
	at, err := indexWithin(a[0], a[1], a[2:], last)
	if fault, ok := err.(*dotnet.Exception); ok && fault.ParamName == "startIndex" { //nolint:errorlint // it was made here
		return 0, outOfRangeOf("index")
	}
	return at, err
}
