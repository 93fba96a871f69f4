package library

import "github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"

// declareShared declares what every collection has through ICollection and IList.
func declareShared(collection, list *class) {
	for name, signature := range map[string]string{
		"Add": "void Add(T item)", "Clear": "void Clear()", "Contains": "bool Contains(T item)", "Remove": "bool Remove(T item)",
		"CopyTo": "void CopyTo(T[] array, int arrayIndex)",
	} {
		collection.method(signature, throughOwn(name))
	}
	for name, signature := range map[string]string{"IndexOf": "int IndexOf(T item)", "Insert": "void Insert(int index, T item)", "RemoveAt": "void RemoveAt(int index)"} {
		list.method(signature, throughOwn(name))
	}
	collection.property("bool IsReadOnly", f1(func(v any) bool { return !canChange(v) }))
}

// declareSharedSets declares what every set has through ISet.
func declareSharedSets(sets *class) {
	sets.method("bool Add(T item)", throughOwn("Add"))
	for _, name := range []string{"UnionWith", "IntersectWith", "ExceptWith", "SymmetricExceptWith"} {
		sets.method("void "+name+"(IEnumerable<T> other)", throughOwn(name))
	}
	for _, name := range []string{"IsSubsetOf", "IsSupersetOf", "IsProperSubsetOf", "IsProperSupersetOf", "Overlaps", "SetEquals"} {
		sets.method("bool "+name+"(IEnumerable<T> other)", throughOwn(name))
	}
}

// throughOwn is a method of an interface: it does what the method of that name does that the
// collection itself has.
func throughOwn(name string) Func {
	return func(c *Call, a []any) (any, error) {
		if _, isList := a[0].(*List); isList && name == "Add" {
			return addItem(c, a)
		}
		if own := ownMethod(c.Library.TypeOf(a[0]), name, len(a)-1); own != nil {
			return own.Do(&Call{c.Env, c.Library, own.Of}, a)
		}
		return withoutOwn(c, name, a)
	}
}

// ownMethod is a method that a collection's class has itself; nil where only an interface has it.
func ownMethod(t *Type, name string, parameters int) *Member {
	for _, m := range t.Members(name, false) {
		if m.Callable && len(m.Parameters) == parameters && !m.Declaring.IsInterface() && m.Declaring.String() != "Array" {
			return m
		}
	}
	return nil
}

// withoutOwn does for arrays and dictionaries what their classes have only through the interface.
func withoutOwn(c *Call, name string, a []any) (any, error) {
	if d, ok := a[0].(*Dictionary); ok {
		return pairIn(c, d, name, a)
	}
	switch name {
	case "Contains":
		return indexOfItem(a[0], a[1]) >= 0, nil
	case "IndexOf":
		return indexOfItem(a[0], a[1]), nil
	case "CopyTo":
		return copyTo(c, a)
	case "Clear":
		return nil, readOnlyError()
	}
	return nil, dotnet.Throw("System.NotSupportedException", "Collection was of a fixed size.")
}

// pairIn is a dictionary as a collection of its pairs.
func pairIn(c *Call, d *Dictionary, name string, a []any) (any, error) {
	if len(a) != 2 {
		return nil, readOnlyError()
	}
	pair, _ := a[1].(Pair)
	if name == "Add" {
		return addPair(c, []any{d, pair.Key, pair.Value})
	}
	value, exists := d.get(pair.Key)
	same := exists && Equal(value, pair.Value)
	if name == "Remove" && same {
		d.remove(pair.Key)
	}
	return same, nil
}

// canChange tells whether items can be added to a collection.
func canChange(v any) bool {
	switch v.(type) {
	case *List, *set, *Dictionary, *JArray, *JObject:
		return true
	}
	return false
}
