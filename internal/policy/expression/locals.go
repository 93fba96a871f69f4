package expression

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// local is where a variable of type int, long, double or bool lives: unboxed, in a word of its
// function's frame; in a cell once a lambda shares it.
type local interface {
	// node reads the variable.
	node(at int, t *library.Type) *node
	// assign gives it a value and is that value; step is ++ or -- with the value from before.
	assign(at int, t *library.Type, value *node) *node
	step(at int, t *library.Type, changed *node) *node
	// set and start give it a boxed value, and its first one.
	set(f *frame, value any) error
	start(f *frame, value any)
	// declare gives it its first value.
	declare(value *node) func(*frame) error
}

// localFor is where a variable lives whose owner keeps it in a word; nil of other types.
func localFor(v *variable, word int) local {
	switch v.typ.Keyword() {
	case "int":
		return newIntegerLocal[int32](v, word)
	case "long":
		return newIntegerLocal[int64](v, word)
	case "double":
		return newLocal(v, func(f *frame) float64 { return math.Float64frombits(uint64(f.words[word])) }, //nolint:gosec // the bits count
			func(f *frame, value float64) { f.words[word] = int64(math.Float64bits(value)) }) //nolint:gosec // the bits count
	case "bool":
		return newLocal(v, func(f *frame) bool { return f.words[word] != 0 }, func(f *frame, value bool) { f.words[word] = int64(bitOf(value)) })
	}
	return nil
}

// localOf is a local held as a T.
type localOf[T any] struct {
	variable *variable
	read     unboxed[T]
	write    func(*frame, T)
}

// integers are locals whose assignment is written out: counters are what loops change.
type integerLocal[T int32 | int64] struct {
	*localOf[T]
	word int
}

func (l *integerLocal[T]) node(at int, t *library.Type) *node {
	n := l.localOf.node(at, t)
	n.local = l
	return n
}

func (l *integerLocal[T]) assign(at int, t *library.Type, value *node) *node {
	run, v, word := opened[T](value), l.variable, l.word
	return computed(at, t, func(f *frame) (T, error) {
		value, err := run(f)
		if err != nil {
			return value, err
		}
		if v.captured {
			l.write(f, value)
		} else {
			f.words[word] = int64(value)
		}
		return value, nil
	})
}

func newIntegerLocal[T int32 | int64](v *variable, word int) *integerLocal[T] {
	return &integerLocal[T]{word: word, localOf: &localOf[T]{
		variable: v,
		read: func(f *frame) (T, error) {
			if v.captured {
				return inCell[T](f, v), nil
			}
			return T(f.words[word]), nil
		},
		write: func(f *frame, value T) {
			if v.captured {
				sharedCell(f, v.slot).value = value
				return
			}
			f.words[word] = int64(value)
		},
	}}
}

func newLocal[T any](v *variable, load func(*frame) T, store func(*frame, T)) *localOf[T] {
	return &localOf[T]{
		variable: v,
		read: func(f *frame) (T, error) {
			if v.captured {
				return inCell[T](f, v), nil
			}
			return load(f), nil
		},
		write: func(f *frame, value T) {
			if v.captured {
				sharedCell(f, v.slot).value = value
				return
			}
			store(f, value)
		},
	}
}

// unbox opens a box; nothing at all is the type's default, as of an out argument at its start.
func unbox[T any](v any) (opened T) {
	if v == nil {
		return opened
	}
	return v.(T)
}

// inCell is what the variable's cell holds; before the variable begins, its type's default.
func inCell[T any](f *frame, v *variable) T {
	return unbox[T](sharedCell(f, v.slot).value)
}

func (l *localOf[T]) node(at int, t *library.Type) *node {
	n := computed(at, t, l.read)
	n.local, n.set = l, l.set
	return n
}

func (l *localOf[T]) set(f *frame, value any) error {
	l.write(f, unbox[T](value))
	return nil
}

func (l *localOf[T]) start(f *frame, value any) {
	if l.variable.captured {
		startCell(f, l.variable.slot, value)
		return
	}
	l.write(f, unbox[T](value))
}

func (l *localOf[T]) assign(at int, t *library.Type, value *node) *node {
	run, write := opened[T](value), l.write
	return computed(at, t, func(f *frame) (T, error) {
		v, err := run(f)
		if err == nil {
			write(f, v)
		}
		return v, err
	})
}

func (l *localOf[T]) step(at int, t *library.Type, changed *node) *node {
	before, run, write := l.read, opened[T](changed), l.write
	return computed(at, t, func(f *frame) (T, error) {
		old, err := before(f)
		if err != nil {
			return old, err
		}
		v, err := run(f)
		if err == nil {
			write(f, v)
		}
		return old, err
	})
}

func (l *localOf[T]) declare(value *node) func(*frame) error {
	run := opened[T](value)
	return func(f *frame) error {
		v, err := run(f)
		switch {
		case err != nil:
		case l.variable.captured:
			startCell(f, l.variable.slot, v)
		default:
			l.write(f, v)
		}
		return err
	}
}
