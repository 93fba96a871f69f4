package expression

import (
	"errors"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) throw(x *csharp.Throw) statement {
	if x.X == nil {
		if b.catches == 0 {
			b.fail(x.Offset(), "CS0156: a throw without an exception is not allowed outside of a catch clause")
		}
		return func(f *frame) (signal, error) {
			if f.caught == nil {
				return goOn, dotnet.InvalidOperation("throw stands outside of a catch")
			}
			return goOn, f.caught
		}
	}
	thrown := b.thrown(x.X)
	return func(f *frame) (signal, error) {
		_, err := thrown(f)
		return goOn, err
	}
}

func (b *binder) try(x *csharp.Try) statement {
	body := b.statement(x.Body)
	type handler struct {
		catches *library.Type
		start   func(*frame, any)
		guard   func(*frame) (bool, error)
		run     statement
	}
	handlers := make([]handler, len(x.Catches))
	for i, each := range x.Catches {
		done := b.open()
		h := handler{catches: b.library.Exception, start: func(*frame, any) {}}
		if each.Type != nil {
			h.catches = b.typeOf(each.Type)
			if !b.library.ReferenceConvertible(h.catches, b.library.Exception) {
				b.fail(each.Offset(), "CS0155: the type caught must be derived from Exception, and '%s' is not", h.catches)
			}
		}
		for _, earlier := range handlers[:i] {
			if earlier.guard == nil && b.library.ReferenceConvertible(h.catches, earlier.catches) {
				b.fail(each.Offset(), "CS0160: a previous catch clause already catches all exceptions of '%s'", h.catches)
			}
		}
		if each.Name != "" {
			h.start = begin(b.declare(each.Offset(), each.Name, h.catches))
		}
		if each.Guard != nil {
			h.guard = b.condition(each.Guard)
		}
		b.catches++
		h.run = b.statement(each.Body)
		b.catches--
		done()
		handlers[i] = h
	}
	var last statement
	if x.Finally != nil {
		csharp.Walk(x.Finally, func(inner csharp.Node) bool {
			if _, ok := inner.(*csharp.Return); ok {
				b.fail(inner.Offset(), "CS0157: control cannot leave the body of a finally clause")
			}
			_, isLambda := inner.(*csharp.Lambda)
			_, isFunction := inner.(*csharp.LocalFunction)
			return !isLambda && !isFunction
		})
		last = b.statement(x.Finally)
	}
	l := b.library
	return func(f *frame) (s signal, err error) {
		s, err = body(f)
		var exception *dotnet.Exception
		if errors.As(err, &exception) {
			for _, h := range handlers {
				if !l.IsInstance(exception, h.catches) {
					continue
				}
				h.start(f, exception)
				if h.guard != nil {
					if ok, failed := h.guard(f); failed != nil || !ok {
						continue
					}
				}
				outer := f.caught
				f.caught = exception
				s, err = h.run(f)
				f.caught = outer
				break
			}
		}
		if last != nil {
			result := f.result
			if ended, failed := last(f); failed != nil || ended != goOn {
				return ended, failed
			}
			f.result = result
		}
		return s, err
	}
}
