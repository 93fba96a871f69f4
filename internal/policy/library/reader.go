package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Reader reads a value that is reached from context through properties alone, such as
// context.Response.StatusCode, as what it is in Go.
type Reader[T any] func(*Env) (T, error)

// Null reads whether a reference is null.
func (r Reader[T]) Null(e *Env) (bool, error) {
	v, err := r(e)
	var null T
	return any(v) == any(null), err
}

// ContextReader reads context itself.
func ContextReader() Reader[*exchange.Context] {
	return func(e *Env) (*exchange.Context, error) { return e.Exchange, nil }
}

// step is the Path of a property that reads its instance.
func step[T, R any](read func(T) (R, error)) func(of any) any {
	return func(of any) any {
		instance, ok := of.(Reader[T])
		if !ok {
			return nil
		}
		return Reader[R](func(e *Env) (r R, err error) {
			v, err := instance(e)
			if err != nil {
				return r, err
			}
			return read(v)
		})
	}
}

// plain declares a property of a view that only reads: a number, a bool or, as any, a reference.
func plain[T, R any](c *class, signature string, read func(*T) R) *class {
	return c.declare(signature, Member{Do: get(read), Path: stepInto(read)})
}

// stepInto is the Path of a property that no null has.
func stepInto[T, R any](read func(*T) R) func(of any) any {
	return step(func(v *T) (r R, err error) {
		if v == nil {
			return r, dotnet.NullReference()
		}
		return read(v), nil
	})
}
