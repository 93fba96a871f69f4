package library

import (
	"slices"
	"sort"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareMoreCollections declares the members of lists, tokens and the like that
// few documents use.
func declareMoreCollections(l *Library) {
	list := l.again("List")
	last := func(c *Call, a []any) (int, error) {
		items := a[0].(*List).Items
		for i := len(items) - 1; i >= 0; i-- {
			if ok, err := c.says(a[1], items[i]); err != nil || ok {
				return i, err
			}
		}
		return -1, nil
	}
	list.method("T FindLast(Predicate<T> match)", func(c *Call, a []any) (any, error) {
		at, err := last(c, a)
		if err != nil || at < 0 {
			return c.Library.Zero(c.Types[0]), err
		}
		return a[0].(*List).Items[at], nil
	})
	list.method("int FindLastIndex(Predicate<T> match)", func(c *Call, a []any) (any, error) {
		at, err := last(c, a)
		return count(at), err
	})
	list.method("int LastIndexOf(T item)", f2(func(v *List, item any) int32 {
		for i := len(v.Items) - 1; i >= 0; i-- {
			if Equal(v.Items[i], item) {
				return count(i)
			}
		}
		return -1
	}))
	list.method("void InsertRange(int index, IEnumerable<T> collection)", func(c *Call, a []any) (any, error) {
		v, at := a[0].(*List), int(to[int32](a[1]))
		items, err := Collect(a[2])
		if err != nil {
			return nil, err
		}
		if at < 0 || at > len(v.Items) {
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
		}
		v.Items = slices.Insert(v.Items, at, items...)
		return nil, c.Take(16 * len(items))
	})
	list.method("IReadOnlyList<T> AsReadOnly()", func(_ *Call, a []any) (any, error) { return a[0], nil })
	list.method("int BinarySearch(T item)", func(_ *Call, a []any) (any, error) {
		items := a[0].(*List).Items
		var failed error
		at := sort.Search(len(items), func(i int) bool {
			order, err := Compare(items[i], a[1])
			if err != nil {
				failed = err
			}
			return order >= 0
		})
		if failed == nil && at < len(items) && Equal(items[at], a[1]) {
			return count(at), nil
		}
		return count(^at), failed
	})
	l.again("Array").fixed("void Clear(Array array, int index, int length)", func(c *Call, a []any) (any, error) {
		from, n := int(to[int32](a[1])), int(to[int32](a[2]))
		switch array := a[0].(type) {
		case *Array:
			if from < 0 || n < 0 || from > len(array.Items)-n {
				return nil, dotnet.IndexOutOfRange()
			}
			for i := from; i < from+n; i++ {
				array.Items[i] = c.Library.Zero(array.Element)
			}
		case *Bytes:
			if from < 0 || n < 0 || from > len(array.Data)-n {
				return nil, dotnet.IndexOutOfRange()
			}
			clear(array.Data[from : from+n])
		}
		return nil, nil //nolint:nilnil // no value
	})
	declareMoreTokens(l)
	l.again("Exception").property("int HResult", f1(func(e *dotnet.Exception) int32 { return resultCode(e.Type) }))
	l.again("Guid").fixed("Guid ParseExact(string input, string format)", x2(func(s, format string) (dotnet.Guid, error) {
		g, err := dotnet.ParseGuid(s)
		if err != nil {
			return g, err
		}
		if text, failed := g.Format(format); failed != nil || len(text) != len(s) {
			return g, dotnet.Format("Unrecognized Guid format.")
		}
		return g, nil
	}))
	l.again("TimeSpan").fixed("int Compare(TimeSpan t1, TimeSpan t2)", x2(compareValues))
	l.again("DateTimeOffset").fixed("int Compare(DateTimeOffset first, DateTimeOffset second)", x2(compareValues))
}

// resultCode is the HRESULT of an exception's type.
func resultCode(name string) int32 {
	switch name {
	case "System.ArgumentException":
		return -2147024809
	case "System.ArgumentNullException", "System.NullReferenceException":
		return -2147467261
	case "System.ArgumentOutOfRangeException":
		return -2146233086
	case "System.InvalidOperationException":
		return -2146233079
	case "System.InvalidCastException":
		return -2147467262
	case "System.FormatException":
		return -2146233033
	case "System.IndexOutOfRangeException":
		return -2146233080
	case "System.Collections.Generic.KeyNotFoundException":
		return -2146232969
	case "System.OverflowException":
		return -2146233066
	case "System.DivideByZeroException":
		return -2147352558
	}
	return -2146233088
}

// declareMoreTokens declares what stands beside a token.
func declareMoreTokens(l *Library) {
	t := l.again("JToken")
	for name, after := range map[string]bool{"AfterSelf": true, "BeforeSelf": false} {
		t.method("IEnumerable<JToken> "+name+"()", func(_ *Call, a []any) (any, error) {
			list := &List{Element: l.Token}
			self := a[0].(Token)
			if self.parent() == nil {
				return list, nil
			}
			beside := children(self.parent())
			at := slices.Index(beside, any(self))
			if after {
				list.Items = append(list.Items, beside[at+1:]...)
			} else {
				list.Items = append(list.Items, beside[:at]...)
			}
			return list, nil
		})
	}
	for name, step := range map[string]int{"AddAfterSelf": 1, "AddBeforeSelf": 0} {
		t.method("void "+name+"(object? content)", charged(func(_ *Call, a []any) (any, error) {
			self := a[0].(Token)
			if self.parent() == nil {
				return nil, dotnet.InvalidOperation("The parent is missing.")
			}
			token, err := l.fromContent(a[1])
			if err != nil {
				return nil, err
			}
			switch parent := self.parent().(type) {
			case *JArray:
				return nil, insert(parent, slices.Index(parent.items, self)+step, token)
			case *JObject:
				at := parent.place(self.(*JProperty).Name) + step
				if err := l.addContent(parent, token); err != nil {
					return nil, err
				}
				parent.moveLastTo(at)
				return nil, nil //nolint:nilnil // no value
			}
			return nil, dotnet.Throw("Newtonsoft.Json.JsonException", "Newtonsoft.Json.Linq.JProperty cannot have multiple values.")
		}))
	}
	t.method("IEnumerable<JToken> AncestorsAndSelf()", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.Token}
		for each := a[0].(Token); each != nil; each = each.parent() {
			list.Items = append(list.Items, each)
		}
		return list, nil
	})
	v := l.again("JValue")
	v.fixed("JValue CreateUndefined()", func(*Call, []any) (any, error) { return &JValue{undefined: true}, nil })
	v.fixed("JValue CreateComment(string? value)", f1(func(s string) *JValue { return &JValue{Value: s, comment: true} }))
}

// declareFormats declares ToString with a culture, which may only be null: no
// culture is on Microsoft's list.
func declareFormats(l *Library) {
	for _, name := range []string{"DateTime", "DateTimeOffset", "TimeSpan", "Int32", "Int64", "Double", "Decimal", "Single", "Guid"} {
		l.again(name).method("string ToString(string? format, IFormatProvider? provider)", func(c *Call, a []any) (any, error) {
			return either(c.Format(c.Library, a[0], to[string](a[1])))
		})
	}
}
