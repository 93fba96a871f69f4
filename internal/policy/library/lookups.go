package library

// lookup is what ToLookup gives: groups by their key, in the order in which the
// keys came.
type lookup struct {
	self   *Type
	groups []any
}

func (l *lookup) typeIn(*Library) *Type         { return l.self }
func (l *lookup) each(do func(any) error) error { return eachOf(l.groups, do) }
func (l *lookup) find(key any) (*grouping, bool) {
	for _, each := range l.groups {
		if g, ok := each.(*grouping); ok && Equal(g.key, key) {
			return g, true
		}
	}
	return nil, false
}

func declareLookups(l *Library) {
	i := l.iface("System.Linq", "ILookup", "K", "V").from("IEnumerable<IGrouping<K, V>>")
	i.property("int Count", f1(func(v *lookup) int32 { return count(len(v.groups)) }))
	i.method("bool Contains(K? key)", f2(func(v *lookup, key any) bool { _, ok := v.find(key); return ok }))
	i.property("IEnumerable<V> this[K? key]", func(c *Call, a []any) (any, error) {
		if g, ok := a[0].(*lookup).find(a[1]); ok {
			return g, c.Step(1 + len(a[0].(*lookup).groups)/16)
		}
		return &List{Element: c.Types[1]}, nil
	})
	e := l.again("Enumerable")
	made := func(c *Call, source, key, element any, k, v *Type) (any, error) {
		groups, err := Collect(c.grouped(source, key, element, l.named("IGrouping", k, v)))
		return &lookup{l.named("ILookup", k, v), groups}, err
	}
	e.fixed("ILookup<K, T> ToLookup<T, K>(this IEnumerable<T> source, Func<T, K> keySelector)", func(c *Call, a []any) (any, error) {
		return made(c, a[0], a[1], nil, c.Types[1], c.Types[0])
	})
	e.fixed("ILookup<K, V> ToLookup<T, K, V>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, V> elementSelector)", func(c *Call, a []any) (any, error) {
		return made(c, a[0], a[1], a[2], c.Types[1], c.Types[2])
	})
}
