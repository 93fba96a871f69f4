package liquid

import (
	"math"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func numberFilter(name string) *filter {
	operation := func(o operator) *filter {
		return &filter{parameters: []parameter{must("operand", anyKind)}, do: func(r *renderer, in any, args []any) (any, error) { return r.calculate(o, in, args[0]) }}
	}
	switch name {
	case "Plus":
		return operation(plus)
	case "Minus":
		return operation(minus)
	case "Times":
		return operation(times)
	case "DividedBy":
		return operation(dividedBy)
	case "Modulo":
		return operation(modulo)
	case "Abs":
		return &filter{do: func(_ *renderer, in any, _ []any) (any, error) {
			if in == nil {
				return nil, fail("Object reference not set to an instance of an object.")
			}
			n, err := dotnet.ParseDouble(text(in), floatStyle, dotnet.Invariant())
			if err != nil {
				return float64(0), nil //nolint:nilerr // what is no number counts as 0
			}
			return math.Abs(n), nil
		}}
	case "Round":
		return &filter{parameters: []parameter{may("places", anyKind, nil)}, do: round}
	case "AtLeast":
		return &filter{parameters: []parameter{must("atLeast", anyKind)}, do: bounded(func(n, bound float64) bool { return n < bound })}
	case "AtMost":
		return &filter{parameters: []parameter{must("atMost", anyKind)}, do: bounded(func(n, bound float64) bool { return n > bound })}
	case "Currency":
		return &filter{parameters: []parameter{may("cultureInfo", textKind, nil)}, do: currency}
	}
	return nil
}

type operator uint8

const (
	plus operator = iota
	minus
	times
	dividedBy
	modulo
)

// errInvocation is what .NET says where a sum fails inside of a compiled lambda.
var errInvocation = fail("Exception has been thrown by the target of an invocation.")

// calculate is a sum of two values. A whole number takes the type of the number
// on the right, without a check whether it fits; a decimal fraction on either
// side makes it a sum of decimals.
func (r *renderer) calculate(o operator, left, right any) (any, error) {
	if left == nil || right == nil {
		return null()
	}
	if s, ok := left.(string); ok {
		return r.calculateText(o, s, right)
	}
	a, b := rankOf(left), rankOf(right)
	switch {
	case a == notNumber || b == notNumber:
		return nil, errCount
	case a == isDecimal || b == isDecimal || o <= times && (a == isDouble || b == isDouble):
		x, err := toDecimal(left)
		y, err2 := toDecimal(right)
		if err == nil && err2 == nil {
			if sum, err := decimals(o, x, y); err == nil {
				return sum, nil
			} else if o >= dividedBy {
				return nil, errInvocation
			}
		}
		fallthrough
	case a == isDouble || b == isDouble:
		x, _ := toFloat(left)
		y, _ := toFloat(right)
		return doubles(o, x, y), nil
	}
	x, _ := toInt64(left)
	y, _ := toInt64(right)
	if b == isInt32 {
		return integers(o, int64(int32(x)), y, math.MinInt32, math.MaxInt32, func(n int64) any { return int32(n) }) //nolint:gosec // as .NET converts
	}
	return integers(o, x, y, math.MinInt64, math.MaxInt64, func(n int64) any { return n })
}

// calculateText is a sum with a string on the left: + joins two, times repeats.
func (r *renderer) calculateText(o operator, s string, right any) (any, error) {
	if other, ok := right.(string); ok && o == plus {
		return s + other, nil
	}
	n, ok := wholeIndex(right)
	if !ok || o != times {
		return nil, errCount
	}
	if n < 0 {
		return nil, fail("Specified argument was out of the range of valid values.\nParameter name: count")
	}
	if err := r.input.Budget.Take(int(min(n, math.MaxInt32)) * (len(s) + perItem)); err != nil {
		return nil, err
	}
	l := &List{Items: make([]any, n)}
	for i := range l.Items {
		l.Items[i] = s
	}
	return l, nil
}

type rank uint8

const (
	notNumber rank = iota
	isInt32
	isInt64
	isDouble
	isDecimal
)

func rankOf(v any) rank {
	switch v.(type) {
	case int32:
		return isInt32
	case int64:
		return isInt64
	case float64:
		return isDouble
	case dotnet.Decimal:
		return isDecimal
	}
	return notNumber
}

func decimals(o operator, x, y dotnet.Decimal) (dotnet.Decimal, error) {
	switch o {
	case plus:
		return x.Add(y)
	case minus:
		return x.Sub(y)
	case times:
		return x.Mul(y)
	case dividedBy:
		return x.Div(y)
	case modulo:
	}
	return x.Rem(y)
}

func doubles(o operator, x, y float64) float64 {
	switch o {
	case plus:
		return x + y
	case minus:
		return x - y
	case times:
		return x * y
	case dividedBy:
		return x / y
	case modulo:
	}
	return math.Mod(x, y)
}

// integers is a checked sum of whole numbers.
func integers(o operator, x, y, least, most int64, as func(int64) any) (any, error) {
	var n int64
	ok := true
	switch o {
	case plus:
		n = x + y
		ok = (n > x) == (y > 0)
	case minus:
		n = x - y
		ok = (n < x) == (y > 0)
	case times:
		n = x * y
		ok = x == 0 || n/x == y && (x != -1 || y != math.MinInt64)
	case dividedBy, modulo:
		if y == 0 || y == -1 && x == least {
			return nil, errInvocation
		}
		if n = x / y; o == modulo {
			n = x % y
		}
	}
	if !ok || n < least || n > most {
		return nil, errInvocation
	}
	return as(n), nil
}

func round(_ *renderer, in any, args []any) (any, error) {
	places, err := toInt32(args[0])
	if err != nil || places < 0 || places > 28 {
		return null() // DotLiquid gives null, too
	}
	d, err := toDecimal(in)
	if err != nil {
		return null()
	}
	return either(d.Round(int(places), false))
}

func bounded(beyond func(n, bound float64) bool) func(*renderer, any, []any) (any, error) {
	return func(_ *renderer, in any, args []any) (any, error) {
		n, err := dotnet.ParseDouble(text(in), floatStyle, dotnet.Invariant())
		if err != nil {
			return in, nil //nolint:nilerr // what is no number stays
		}
		bound, err := dotnet.ParseDouble(text(args[0]), floatStyle, dotnet.Invariant())
		if err == nil && beyond(n, bound) {
			return args[0], nil
		}
		return in, nil
	}
}

// money is how a culture writes an amount.
type money struct {
	before, after string
	point, group  string
}

// currencies are the cultures whose amounts are known here.
var currencies = map[string]money{
	"": {before: "¤", point: ".", group: ","}, "en-us": {before: "$", point: ".", group: ","}, "en-gb": {before: "£", point: ".", group: ","},
	"de-de": {after: " €", point: ",", group: "."},
}

func currency(_ *renderer, in any, args []any) (any, error) {
	if in == nil {
		return nil, fail("Object reference not set to an instance of an object.")
	}
	d, err := dotnet.ParseDecimal(text(in), currencyStyle, dotnet.Invariant())
	if err != nil {
		return text(in), nil //nolint:nilerr // what is no amount stays
	}
	culture := strings.ToLower(text(args[0]))
	m, known := currencies[culture]
	if !known {
		return nil, fail("Culture '" + text(args[0]) + "' is not supported here")
	}
	s, err := dotnet.FormatDecimal(d.Abs(), "N2", dotnet.Invariant())
	if err != nil {
		return nil, err
	}
	s = m.before + strings.NewReplacer(",", m.group, ".", m.point).Replace(s) + m.after
	switch {
	case d.Sign() >= 0:
		return s, nil
	case culture == "de-de" || culture == "en-gb":
		return "-" + s, nil
	}
	return "(" + s + ")", nil
}
