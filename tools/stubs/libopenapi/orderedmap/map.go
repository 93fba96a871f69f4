// Package orderedmap has maps that keep the order of their keys.
package orderedmap

import (
	"iter"
	"slices"
)

// Map keeps the order in which keys were set.
type Map[K comparable, V any] struct {
	keys   []K
	values map[K]V
}

// New makes an empty map.
func New[K comparable, V any]() *Map[K, V] { return &Map[K, V]{values: map[K]V{}} }

// Len is the number of keys; 0 of no map.
func Len[K comparable, V any](m *Map[K, V]) int {
	if m == nil {
		return 0
	}
	return len(m.keys)
}

// Set sets the value of a key.
func (m *Map[K, V]) Set(key K, value V) {
	if _, known := m.values[key]; !known {
		m.keys = append(m.keys, key)
	}
	m.values[key] = value
}

// Delete takes a key out, and returns its value.
func (m *Map[K, V]) Delete(key K) (V, bool) {
	value, known := m.Get(key)
	if known {
		delete(m.values, key)
		m.keys = slices.DeleteFunc(m.keys, func(other K) bool { return other == key })
	}
	return value, known
}

// Get is the value of a key, if there is one.
func (m *Map[K, V]) Get(key K) (V, bool) {
	if m == nil {
		var none V
		return none, false
	}
	value, known := m.values[key]
	return value, known
}

// GetOrZero is the value of a key, or the zero value.
func (m *Map[K, V]) GetOrZero(key K) V {
	value, _ := m.Get(key)
	return value
}

// FromOldest goes through the map in its order.
func (m *Map[K, V]) FromOldest() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil {
			return
		}
		for _, key := range m.keys {
			if !yield(key, m.values[key]) {
				return
			}
		}
	}
}

// KeysFromOldest goes through the keys in their order.
func (m *Map[K, V]) KeysFromOldest() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.FromOldest() {
			if !yield(key) {
				return
			}
		}
	}
}
