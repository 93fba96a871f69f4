package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

// Detach is a value that shares nothing with the request that made it: what the
// cache keeps. Sequences are computed, collections and JSON are copied; what
// cannot outlive its request, such as a lambda, is refused.
func (l *Library) Detach(v any) (any, error) {
	switch v := v.(type) {
	case Token:
		return clone(v), nil
	case xlinq.Node:
		return xlinq.Clone(v), nil
	case *xlinq.Attribute:
		return &xlinq.Attribute{Name: v.Name, Value: v.Value}, nil
	case *Bytes:
		return &Bytes{append([]byte(nil), v.Data...)}, nil
	case *Array:
		items, err := l.detachAll(v.Items)
		return &Array{v.Element, items}, err
	case *List:
		items, err := l.detachAll(v.Items)
		return &List{Element: v.Element, Items: items}, err
	case *Sequence:
		items, err := Collect(v)
		if err != nil {
			return nil, err
		}
		items, err = l.detachAll(items)
		return &List{Element: v.Element, Items: items}, err
	case *Dictionary:
		copied := l.newDictionary(v.self)
		copied.ignoreCase = v.ignoreCase
		for _, pair := range v.pairs {
			value, err := l.Detach(pair.Value)
			if err != nil {
				return nil, err
			}
			copied.set(pair.Key, value)
		}
		return copied, nil
	case *Anonymous:
		values, err := l.detachAll(v.Values)
		return &Anonymous{v.Type, v.Names, values}, err
	case *Delegate, *StringBuilder, *RandomValue, *Hasher, mapping:
		return nil, dotnet.Throw("System.NotSupportedException", "A value of type "+l.TypeOf(v).FullName()+" cannot be kept in the cache.")
	}
	return v, nil
}

func (l *Library) detachAll(items []any) ([]any, error) {
	copied := make([]any, len(items))
	for i, item := range items {
		v, err := l.Detach(item)
		if err != nil {
			return nil, err
		}
		copied[i] = v
	}
	return copied, nil
}
