package library

// The adapters make a Func of an ordinary Go function. A reference that is null
// arrives as the zero value of its Go type; parameters that may not be null have
// been checked before. Those with an x return an error, too.

func to[T any](v any) T {
	t, _ := v.(T)
	return t
}

func constant(v any) Func { return func(*Call, []any) (any, error) { return v, nil } }

func f1[A, R any](f func(A) R) Func {
	return func(_ *Call, a []any) (any, error) { return f(to[A](a[0])), nil }
}

func f2[A, B, R any](f func(A, B) R) Func {
	return func(_ *Call, a []any) (any, error) { return f(to[A](a[0]), to[B](a[1])), nil }
}

func f3[A, B, C, R any](f func(A, B, C) R) Func {
	return func(_ *Call, a []any) (any, error) { return f(to[A](a[0]), to[B](a[1]), to[C](a[2])), nil }
}

func x1[A, R any](f func(A) (R, error)) Func {
	return func(_ *Call, a []any) (any, error) { return either(f(to[A](a[0]))) }
}

func x2[A, B, R any](f func(A, B) (R, error)) Func {
	return func(_ *Call, a []any) (any, error) { return either(f(to[A](a[0]), to[B](a[1]))) }
}

func x3[A, B, C, R any](f func(A, B, C) (R, error)) Func {
	return func(_ *Call, a []any) (any, error) { return either(f(to[A](a[0]), to[B](a[1]), to[C](a[2]))) }
}

func x4[A, B, C, D, R any](f func(A, B, C, D) (R, error)) Func {
	return func(_ *Call, a []any) (any, error) {
		return either(f(to[A](a[0]), to[B](a[1]), to[C](a[2]), to[D](a[3])))
	}
}

func either[R any](r R, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}
