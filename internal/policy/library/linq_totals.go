package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareLinqNumbers declares Sum, Average, Min and Max.
func declareLinqNumbers(l *Library) {
	e := &class{l, l.byName["Enumerable"][0], l.named("Enumerable")}
	for _, t := range []string{"int", "long", "double", "decimal", "float"} {
		average := t
		if t == "int" || t == "long" {
			average = "double"
		}
		e.fixed(t+" Sum(this IEnumerable<"+t+"> source)", func(c *Call, a []any) (any, error) { return c.sum(a[0], nil, t) })
		e.fixed(t+" Sum<T>(this IEnumerable<T> source, Func<T, "+t+"> selector)", func(c *Call, a []any) (any, error) { return c.sum(a[0], a[1], t) })
		e.fixed(average+" Average(this IEnumerable<"+t+"> source)", func(c *Call, a []any) (any, error) { return c.average(a[0], nil, average) })
		e.fixed(average+" Average<T>(this IEnumerable<T> source, Func<T, "+t+"> selector)", func(c *Call, a []any) (any, error) { return c.average(a[0], a[1], average) })
	}
	for name, wanted := range map[string]int{"Max": 1, "Min": -1} {
		e.fixed("T "+name+"<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) { return c.extreme(a[0], nil, wanted) })
		e.fixed("R "+name+"<T, R>(this IEnumerable<T> source, Func<T, R> selector)", func(c *Call, a []any) (any, error) { return c.extreme(a[0], a[1], wanted) })
	}
}

// selected goes through a collection, or through what a selector makes of it.
func (c *Call) selected(source, selector any, do func(any) error) error {
	return Each(source, func(item any) (err error) {
		if selector != nil {
			if item, err = c.call(selector, item); err != nil {
				return err
			}
		}
		return do(item)
	})
}

func (c *Call) sum(source, selector any, keyword string) (any, error) {
	target, _ := c.Library.Lookup(keyword, nil)
	total := dotnet.NewDecimal(0)
	fraction := 0.0
	isReal := keyword == "double" || keyword == "float"
	err := c.selected(source, selector, func(item any) (err error) {
		if isReal {
			f, _ := Float(item)
			fraction += f
			return nil
		}
		d, _, err := decimalOf(item)
		if err != nil {
			return err
		}
		total, err = total.Add(d.(dotnet.Decimal))
		return err
	})
	if err != nil {
		return nil, err
	}
	var sum any = total
	if isReal {
		sum = fraction
	}
	converted, _, err := ToNumber(sum, target, true)
	if err != nil {
		return nil, dotnet.Overflow("Arithmetic operation resulted in an overflow.")
	}
	return converted, nil
}

func (c *Call) average(source, selector any, keyword string) (any, error) {
	n := int64(0)
	counted := lazy(c.Library.Object, func(yield func(any) error) error {
		return c.selected(source, selector, func(item any) error {
			n++
			return yield(item)
		})
	})
	total, err := c.sum(counted, nil, keyword)
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return nil, dotnet.InvalidOperation("Sequence contains no elements")
	}
	switch total := total.(type) {
	case dotnet.Decimal:
		return either(total.Div(dotnet.NewDecimal(n)))
	case float32:
		return total / float32(n), nil
	}
	return total.(float64) / float64(n), nil
}

func (c *Call) extreme(source, selector any, wanted int) (any, error) {
	var best any
	found := false
	err := c.selected(source, selector, func(item any) error {
		if item == nil {
			return nil
		}
		if found {
			order, err := Compare(item, best)
			if err != nil || order != wanted {
				return err
			}
		}
		best, found = item, true
		return nil
	})
	result := c.Types[len(c.Types)-1]
	if err == nil && !found && result.IsValue() && !result.IsNullable() {
		err = dotnet.InvalidOperation("Sequence contains no elements")
	}
	return best, err
}
