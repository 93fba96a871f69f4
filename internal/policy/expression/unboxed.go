package expression

import "github.com/aoai-gateway/aoai-gateway/internal/policy/library"

// A value in an interface takes memory of its own. Numbers and bools are therefore computed as
// what they are in Go wherever their static type is known: a node of such a type has, beside the
// evaluator that all nodes have, an unboxed one. Who needs a T asks opened; who computes a T makes
// its node by computed.

// unboxed computes a value as the Go type that holds it.
type unboxed[T any] func(f *frame) (T, error)

// form is the unboxed evaluator of some type.
type form interface {
	boxed(f *frame) (any, error)
	statement() statement
}

func (u unboxed[T]) boxed(f *frame) (any, error) { return either(u(f)) }

// statement computes the value for what happens meanwhile.
func (u unboxed[T]) statement() statement {
	return func(f *frame) (signal, error) {
		_, err := u(f)
		return goOn, err
	}
}

// statement computes a node whose value nobody needs.
func (n *node) statement() statement {
	if n.form != nil {
		return n.form.statement()
	}
	return unboxed[any](n.eval).statement()
}

func either[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// computed is a node that computes its value without a box.
func computed[T any](at int, t *library.Type, run unboxed[T]) *node {
	return &node{at: at, typ: t, eval: run.boxed, form: run}
}

// direct gives n an evaluator without a box.
func (n *node) direct(run form) { n.eval, n.form = run.boxed, run }

// opened is how n, whose type is held as a T, gives its value without a box.
func opened[T any](n *node) unboxed[T] {
	if direct, ok := n.form.(unboxed[T]); ok {
		return direct
	}
	if v, ok := n.value.(T); ok && n.constant {
		return func(*frame) (T, error) { return v, nil }
	}
	eval := n.eval
	return func(f *frame) (v T, err error) {
		boxed, err := eval(f)
		if err != nil {
			return v, err
		}
		return boxed.(T), nil
	}
}

// predefined is what a predefined operator does to two values that are not null.
type predefined struct {
	compute compute
	// join makes one node of two, without boxes; nil where it takes boxes.
	join func(at int, t *library.Type, x, y *node) *node
}

// over is an operator that computes with boxes.
func over(do compute) *predefined {
	if do == nil {
		return nil
	}
	return &predefined{compute: do}
}

// apply is the operator over two nodes of its operands' type.
func (o *predefined) apply(at int, t *library.Type, x, y *node) *node {
	if o.join != nil {
		return o.join(at, t, x, y)
	}
	return &node{at: at, typ: t, eval: pairwise(x.eval, y.eval, o.compute)}
}

// joined is an operator that cannot fail, written out for two operands and for a constant right one.
func joined[T, R any](do func(a, z T) R, two func(x, y unboxed[T]) unboxed[R], constant func(x unboxed[T], z T) unboxed[R]) *predefined {
	return &predefined{
		compute: func(x, y any) (any, error) { return do(x.(T), y.(T)), nil },
		join: func(at int, t *library.Type, x, y *node) *node {
			if z, ok := y.value.(T); ok && y.constant {
				return computed(at, t, constant(opened[T](x), z))
			}
			return computed(at, t, two(opened[T](x), opened[T](y)))
		},
	}
}

// always is an operator that cannot fail.
func always[T, R any](do func(a, z T) R) *predefined {
	return joined(do,
		func(x, y unboxed[T]) unboxed[R] {
			return func(f *frame) (r R, err error) {
				a, z, err := both(f, x, y)
				if err != nil {
					return r, err
				}
				return do(a, z), nil
			}
		},
		func(x unboxed[T], z T) unboxed[R] {
			return func(f *frame) (r R, err error) {
				a, err := x(f)
				if err != nil {
					return r, err
				}
				return do(a, z), nil
			}
		},
	)
}

// both are the values of two operands.
func both[T any](f *frame, x, y unboxed[T]) (a, z T, err error) {
	if a, err = x(f); err != nil {
		return a, z, err
	}
	z, err = y(f)
	return a, z, err
}

// perhaps is an operator that may throw; over a harmless constant, which is written out, it cannot.
func perhaps[T any](do func(a, z T) (T, error), harmless func(z T) bool, constant func(x unboxed[T], z T) unboxed[T]) *predefined {
	return &predefined{
		compute: func(x, y any) (any, error) { return either(do(x.(T), y.(T))) },
		join: func(at int, t *library.Type, x, y *node) *node {
			left, right := opened[T](x), opened[T](y)
			if z, ok := y.value.(T); ok && y.constant && harmless != nil && harmless(z) {
				return computed(at, t, constant(left, z))
			}
			return computed(at, t, func(f *frame) (v T, err error) {
				a, z, err := both(f, left, right)
				if err != nil {
					return v, err
				}
				return do(a, z)
			})
		},
	}
}

// widened converts between the numbers that are computed unboxed; nil where it takes boxes.
func widened(n *node, from, to string) form {
	switch from + " " + to {
	case "int long":
		return through(n, func(v int32) int64 { return int64(v) })
	case "int double":
		return through(n, func(v int32) float64 { return float64(v) })
	case "long double":
		return through(n, func(v int64) float64 { return float64(v) })
	}
	return nil
}

func through[T, R any](n *node, convert func(T) R) unboxed[R] {
	run := opened[T](n)
	return func(f *frame) (r R, err error) {
		v, err := run(f)
		if err != nil {
			return r, err
		}
		return convert(v), nil
	}
}
