package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Reader reads a value that is reached from context through properties alone, such as
// context.Response.StatusCode, as what it is in Go.
type Reader[T any] func(*Env) (T, error)

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

// plain declares a property of a view that is a number or a bool.
func plain[T any, R int32 | bool](c *class, signature string, read func(*T) R) *class {
	return c.declare(signature, Member{
		Do: get(read),
		Path: step(func(v *T) (r R, err error) {
			if v == nil {
				return r, dotnet.NullReference()
			}
			return read(v), nil
		}),
	})
}
