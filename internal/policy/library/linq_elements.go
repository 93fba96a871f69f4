package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// find goes through a collection to the first (or last) item that a predicate
// accepts; without a predicate any item does.
func (c *Call) find(source, predicate any, last bool) (found any, ok bool, err error) {
	err = Each(source, func(item any) error {
		if predicate != nil {
			accepted, failed := c.says(predicate, item)
			if failed != nil || !accepted {
				return failed
			}
		}
		found, ok = item, true
		if last {
			return nil
		}
		return errStop
	})
	return found, ok, stopped(err)
}

func (c *Call) element(name string, source, predicate any) (any, error) {
	isLast, isSingle := name[0] == 'L', name[0] == 'S'
	orDefault := len(name) > len("Single")
	if isSingle {
		return c.single(source, predicate, orDefault)
	}
	found, ok, err := c.find(source, predicate, isLast)
	if err != nil {
		return nil, err
	}
	if ok {
		return found, nil
	}
	return c.none(predicate, orDefault)
}

// none is the answer where no item was found.
func (c *Call) none(predicate any, orDefault bool) (any, error) {
	switch {
	case orDefault:
		return c.Library.Zero(c.Types[0]), nil
	case predicate != nil:
		return nil, dotnet.InvalidOperation("Sequence contains no matching element")
	}
	return nil, dotnet.InvalidOperation("Sequence contains no elements")
}

func matching(predicate any) string {
	if predicate != nil {
		return "matching element"
	}
	return "element"
}

// single is Single, which goes through everything once.
func (c *Call) single(source, predicate any, orDefault bool) (any, error) {
	var found any
	n := 0
	err := Each(source, func(item any) error {
		accepted := true
		var err error
		if predicate != nil {
			accepted, err = c.says(predicate, item)
		}
		if accepted && err == nil {
			found = item
			n++
		}
		if n > 1 && predicate == nil {
			return errStop
		}
		return err
	})
	switch {
	case ignoreStop(err) != nil:
		return nil, err
	case n > 1:
		return nil, dotnet.InvalidOperation("Sequence contains more than one " + matching(predicate))
	case n == 1:
		return found, nil
	}
	return c.none(predicate, orDefault)
}
