package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareArray(l *Library) {
	c := l.class("System", "Array", "").from("System.Collections.IEnumerable")
	c.property("int Length", countOf).property("int Rank", constant(int32(1)))
	c.property("long LongLength", func(call *Call, a []any) (any, error) {
		n, err := countOf(call, a)
		return int64(to[int32](n)), err
	})
	c.method("object GetValue(int index)", itemAt)
	c.method("object Clone()", func(_ *Call, a []any) (any, error) {
		switch v := a[0].(type) {
		case *Array:
			return &Array{v.Element, slices.Clone(v.Items)}, nil
		case *Bytes:
			return &Bytes{slices.Clone(v.Data)}, nil
		}
		return a[0], nil
	})
	c.fixed("int IndexOf<T>(T[] array, T value)", f2(indexOfItem))
	c.fixed("bool Exists<T>(T[] array, Predicate<T> match)", func(_ *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		at, err := findIndex(items, a[1].(*Delegate))
		return at >= 0, err
	})
	c.fixed("T Find<T>(T[] array, Predicate<T> match)", func(call *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		found, err := filter(items, a[1].(*Delegate), true)
		if err != nil || len(found) == 0 {
			return call.Library.Zero(call.Types[0]), err
		}
		return found[0], nil
	})
	c.fixed("T[] FindAll<T>(T[] array, Predicate<T> match)", func(call *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		found, err := filter(items, a[1].(*Delegate), true)
		return call.Library.NewArray(call.Types[0], found), err
	})
	c.fixed("int FindIndex<T>(T[] array, Predicate<T> match)", func(_ *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		return either(findIndex(items, a[1].(*Delegate)))
	})
	c.fixed("bool TrueForAll<T>(T[] array, Predicate<T> match)", func(_ *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		found, err := filter(items, a[1].(*Delegate), true)
		return len(found) == len(items), err
	})
	c.fixed("U[] ConvertAll<T, U>(T[] array, Func<T, U> converter)", func(call *Call, a []any) (any, error) {
		items, _ := Collect(a[0])
		converted := make([]any, len(items))
		for i, item := range items {
			v, err := a[1].(*Delegate).Invoke([]any{item})
			if err != nil {
				return nil, err
			}
			converted[i] = v
		}
		return call.Library.NewArray(call.Types[1], converted), nil
	})
	c.fixed("void Reverse(Array array)", func(_ *Call, a []any) (any, error) {
		switch v := a[0].(type) {
		case *Array:
			slices.Reverse(v.Items)
		case *Bytes:
			slices.Reverse(v.Data)
		}
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	c.fixed("void Sort<T>(T[] array)", func(_ *Call, a []any) (any, error) {
		if v, ok := a[0].(*Array); ok {
			return nil, sortItems(v.Items, Compare)
		}
		slices.Sort(a[0].(*Bytes).Data)
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	c.fixed("void ForEach<T>(T[] array, Action<T> action)", func(_ *Call, a []any) (any, error) {
		return nil, Each(a[0], func(item any) error {
			_, err := a[1].(*Delegate).Invoke([]any{item})
			return err
		})
	})
	c.fixed("T[] Empty<T>()", func(call *Call, _ []any) (any, error) { return call.Library.NewArray(call.Types[0], nil), nil })
	c.fixed("void Copy(Array sourceArray, Array destinationArray, int length)", func(_ *Call, a []any) (any, error) {
		return nil, copyItems(a[0], 0, a[1], 0, int(to[int32](a[2])))
	})
	c.fixed("void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)", func(_ *Call, a []any) (any, error) {
		return nil, copyItems(a[0], int(to[int32](a[1])), a[2], int(to[int32](a[3])), int(to[int32](a[4])))
	})
	c.method("void CopyTo(Array array, int index)", func(_ *Call, a []any) (any, error) {
		items, err := Collect(a[0])
		if err != nil {
			return nil, err
		}
		return nil, copyItems(a[0], 0, a[1], int(to[int32](a[2])), len(items))
	})
	c.beyond("CreateInstance", "Resize", "GetEnumerator", "AsReadOnly")
}

func copyItems(from any, fromAt int, target any, targetAt, n int) error {
	source, err := Collect(from)
	if err != nil {
		return err
	}
	size := 0
	switch v := target.(type) {
	case *Array:
		size = len(v.Items)
	case *Bytes:
		size = len(v.Data)
	}
	if n < 0 || fromAt < 0 || targetAt < 0 || fromAt+n > len(source) || targetAt+n > size {
		return dotnet.Throw("System.ArgumentException", "Source array was not long enough. Check srcIndex and length, and the array's lower bounds.")
	}
	for i, item := range slices.Clone(source[fromAt : fromAt+n]) {
		switch v := target.(type) {
		case *Array:
			v.Items[targetAt+i] = item
		case *Bytes:
			v.Data[targetAt+i] = to[byte](item)
		}
	}
	return nil
}
