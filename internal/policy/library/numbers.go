package library

import (
	"math"
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// number describes a numeric type for declareNumbers.
type number struct {
	name, keyword string
	min, max      any
	parse         func(s string, styles dotnet.NumberStyles, c *dotnet.Culture) (any, error)
}

func signed[T int8 | int16 | int32 | int64](bits int) func(string, dotnet.NumberStyles, *dotnet.Culture) (any, error) {
	return func(s string, styles dotnet.NumberStyles, c *dotnet.Culture) (any, error) {
		v, err := dotnet.ParseInt(s, bits, styles, c)
		return T(v), err
	}
}

func unsigned[T uint8 | uint16 | uint32 | uint64](bits int) func(string, dotnet.NumberStyles, *dotnet.Culture) (any, error) {
	return func(s string, styles dotnet.NumberStyles, c *dotnet.Culture) (any, error) {
		v, err := dotnet.ParseUint(s, bits, styles, c)
		return T(v), err
	}
}

// The styles that Parse uses without being told (.NET's own defaults).
const (
	integerStyle dotnet.NumberStyles = 7
	floatStyle   dotnet.NumberStyles = 231 // Float and AllowThousands
	numberStyle  dotnet.NumberStyles = 111
)

func declareNumbers(l *Library) {
	boolean := l.value("System", "Boolean", "bool").from("IComparable")
	boolean.fixed("bool Parse(string value)", x1(parseBool))
	boolean.fixed("bool TryParse(string? value, out bool result)", func(_ *Call, a []any) (any, error) {
		parsed, err := parseBool(to[string](a[0]))
		a[1] = err == nil && parsed
		return err == nil, nil
	})
	boolean.fixed("string TrueString", constant("True")).fixed("string FalseString", constant("False"))
	boolean.method("string ToString()", f1(func(v bool) string {
		if v {
			return "True"
		}
		return "False"
	}))
	boolean.method("int CompareTo(bool value)", x2(compareValues)).method("bool Equals(bool obj)", f2(Equal))

	for _, n := range []number{
		{"SByte", "sbyte", int8(math.MinInt8), int8(math.MaxInt8), signed[int8](8)},
		{"Int16", "short", int16(math.MinInt16), int16(math.MaxInt16), signed[int16](16)},
		{"Int32", "int", int32(math.MinInt32), int32(math.MaxInt32), signed[int32](32)},
		{"Int64", "long", int64(math.MinInt64), int64(math.MaxInt64), signed[int64](64)},
		{"Byte", "byte", uint8(0), uint8(math.MaxUint8), unsigned[uint8](8)},
		{"UInt16", "ushort", uint16(0), uint16(math.MaxUint16), unsigned[uint16](16)},
		{"UInt32", "uint", uint32(0), uint32(math.MaxUint32), unsigned[uint32](32)},
		{"UInt64", "ulong", uint64(0), uint64(math.MaxUint64), unsigned[uint64](64)},
		{"Single", "float", float32(-math.MaxFloat32), float32(math.MaxFloat32), func(s string, styles dotnet.NumberStyles, c *dotnet.Culture) (any, error) {
			v, err := dotnet.ParseSingle(s, styles, c)
			return v, err
		}},
		{"Double", "double", -math.MaxFloat64, math.MaxFloat64, func(s string, styles dotnet.NumberStyles, c *dotnet.Culture) (any, error) {
			return dotnet.ParseDouble(s, styles, c)
		}},
		{"Decimal", "decimal", minDecimal(), maxDecimal(), func(s string, styles dotnet.NumberStyles, c *dotnet.Culture) (any, error) {
			return dotnet.ParseDecimal(s, styles, c)
		}},
	} {
		declareNumber(l, n)
	}
}

func maxDecimal() dotnet.Decimal {
	d, _ := dotnet.ParseDecimal("79228162514264337593543950335", numberStyle, dotnet.Invariant())
	return d
}

func minDecimal() dotnet.Decimal { return maxDecimal().Neg() }

func declareNumber(l *Library, n number) {
	c := l.value("System", n.name, n.keyword).from("IComparable", "IFormattable")
	styles := integerStyle
	switch n.name {
	case "Single", "Double":
		styles = floatStyle
	case "Decimal":
		styles = numberStyle
	}
	parse := func(call *Call, a []any, styles dotnet.NumberStyles) (any, error) {
		return n.parse(to[string](a[0]), styles, call.Culture)
	}
	c.fixed(n.keyword+" Parse(string? s)", func(call *Call, a []any) (any, error) {
		if a[0] == nil {
			// The .NET Framework names the type, not the parameter.
			return nil, dotnet.ArgumentNull("String")
		}
		return parse(call, a, styles)
	})
	c.fixed("bool TryParse(string? s, out "+n.keyword+" result)", func(call *Call, a []any) (any, error) {
		v, err := parse(call, a, styles)
		if err != nil || a[0] == nil {
			a[1] = l.Zero(c.self)
			return false, nil //nolint:nilerr // Try... tells it by false
		}
		a[1] = v
		return true, nil
	})
	c.fixed(n.keyword+" MaxValue", constant(n.max)).fixed(n.keyword+" MinValue", constant(n.min))
	c.method("string ToString()", func(call *Call, a []any) (any, error) { return either(call.Text(l, a[0])) })
	c.method("string ToString(string? format)", func(call *Call, a []any) (any, error) {
		return either(call.Format(l, a[0], to[string](a[1])))
	})
	c.method("int CompareTo("+n.keyword+" value)", x2(compareValues)).method("bool Equals("+n.keyword+" obj)", f2(Equal))
	switch n.name {
	case "Single":
		c.fixed("bool IsNaN(float f)", f1(func(f float32) bool { return f != f })).fixed("bool IsInfinity(float f)", f1(func(f float32) bool { return math.IsInf(float64(f), 0) }))
		c.fixed("float NaN", constant(float32(math.NaN()))).fixed("float PositiveInfinity", constant(float32(math.Inf(1)))).fixed("float NegativeInfinity", constant(float32(math.Inf(-1))))
		c.fixed("float Epsilon", constant(float32(math.SmallestNonzeroFloat32)))
	case "Double":
		c.fixed("bool IsNaN(double d)", f1(math.IsNaN)).fixed("bool IsInfinity(double d)", f1(func(d float64) bool { return math.IsInf(d, 0) }))
		c.fixed("double NaN", constant(math.NaN())).fixed("double PositiveInfinity", constant(math.Inf(1))).fixed("double NegativeInfinity", constant(math.Inf(-1)))
		c.fixed("double Epsilon", constant(math.SmallestNonzeroFloat64))
	case "Decimal":
		for name, do := range map[string]func(a, z dotnet.Decimal) (dotnet.Decimal, error){
			"Add": dotnet.Decimal.Add, "Subtract": dotnet.Decimal.Sub, "Multiply": dotnet.Decimal.Mul, "Divide": dotnet.Decimal.Div, "Remainder": dotnet.Decimal.Rem,
		} {
			c.fixed("decimal "+name+"(decimal d1, decimal d2)", x2(do))
		}
		c.fixed("decimal Negate(decimal d)", f1(dotnet.Decimal.Neg))
		c.fixed("int Compare(decimal d1, decimal d2)", f2(func(a, z dotnet.Decimal) int32 { return int32(a.Cmp(z)) })) //nolint:gosec // -1, 0 or 1
		for name, keyword := range map[string]string{"Int32": "int", "Int64": "long", "Double": "double", "Byte": "byte", "Int16": "short", "UInt32": "uint", "UInt64": "ulong", "Single": "float"} {
			c.fixed(keyword+" To"+name+"(decimal d)", func(_ *Call, a []any) (any, error) {
				converted, _, err := toNumber(a[0].(dotnet.Decimal).Truncate(), name, true)
				return converted, err
			})
		}
		c.fixed("decimal Zero", constant(dotnet.NewDecimal(0))).fixed("decimal One", constant(dotnet.NewDecimal(1))).fixed("decimal MinusOne", constant(dotnet.NewDecimal(-1)))
		c.fixed("decimal Round(decimal d)", x1(func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(0, false) }))
		c.fixed("decimal Round(decimal d, int decimals)", x2(func(d dotnet.Decimal, n int32) (dotnet.Decimal, error) { return d.Round(int(n), false) }))
		c.fixed("decimal Floor(decimal d)", f1(dotnet.Decimal.Floor)).fixed("decimal Ceiling(decimal d)", f1(dotnet.Decimal.Ceiling)).fixed("decimal Truncate(decimal d)", f1(dotnet.Decimal.Truncate))
		c.beyond("FromOACurrency", "ToOACurrency")
	}
	c.beyond("TryFormat")
}

func compareValues(a, b any) (int32, error) {
	order, err := Compare(a, b)
	return int32(order), err //nolint:gosec // -1, 0 or 1
}

func parseBool(s string) (bool, error) {
	switch fold(trimAny(s, true, true)) {
	case "TRUE":
		return true, nil
	case "FALSE":
		return false, nil
	}
	return false, dotnet.Format("String was not recognized as a valid Boolean.")
}

func declareMath(l *Library) {
	m := l.static("System", "Math")
	m.fixed("double PI", constant(math.Pi)).fixed("double E", constant(math.E))
	for name, do := range map[string]func(float64) float64{
		"Sqrt": math.Sqrt, "Exp": math.Exp, "Log": math.Log, "Log10": math.Log10, "Sin": math.Sin, "Cos": math.Cos, "Tan": math.Tan, "Asin": math.Asin, "Acos": math.Acos, "Atan": math.Atan,
		"Floor": math.Floor, "Ceiling": math.Ceil, "Truncate": math.Trunc,
	} {
		m.fixed("double "+name+"(double d)", f1(do))
	}
	m.fixed("decimal Floor(decimal d)", f1(dotnet.Decimal.Floor)).fixed("decimal Ceiling(decimal d)", f1(dotnet.Decimal.Ceiling)).fixed("decimal Truncate(decimal d)", f1(dotnet.Decimal.Truncate))
	m.fixed("double Pow(double x, double y)", f2(math.Pow)).fixed("double Atan2(double y, double x)", f2(math.Atan2)).fixed("double Log(double a, double newBase)", f2(func(a, base float64) float64 { return math.Log(a) / math.Log(base) }))
	m.fixed("double Round(double a)", f1(math.RoundToEven))
	m.fixed("double Round(double value, int digits)", x2(func(v float64, digits int32) (float64, error) { return round(v, digits, false) }))
	m.fixed("double Round(double value, MidpointRounding mode)", x2(func(v float64, mode Enum) (float64, error) { return roundBy(v, 0, mode) }))
	m.fixed("double Round(double value, int digits, MidpointRounding mode)", x3(roundBy))
	m.fixed("decimal Round(decimal d)", x1(func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(0, false) }))
	m.fixed("decimal Round(decimal d, int decimals)", x2(func(d dotnet.Decimal, n int32) (dotnet.Decimal, error) { return d.Round(int(n), false) }))
	m.fixed("decimal Round(decimal d, MidpointRounding mode)", x2(func(d dotnet.Decimal, mode Enum) (dotnet.Decimal, error) { return roundDecimalBy(d, 0, mode) }))
	m.fixed("decimal Round(decimal d, int decimals, MidpointRounding mode)", x3(roundDecimalBy))
	l.enum("System", "MidpointRounding", counted("ToEven", "AwayFromZero")...)
	for _, t := range []string{"int", "long", "double", "decimal", "float", "short", "sbyte", "byte", "ushort", "uint", "ulong"} {
		m.fixed(t+" Max("+t+" val1, "+t+" val2)", x2(func(a, b any) (any, error) { return pick(a, b, 1) }))
		m.fixed(t+" Min("+t+" val1, "+t+" val2)", x2(func(a, b any) (any, error) { return pick(a, b, -1) }))
	}
	declareSigns(m)
	declareMathRest(m)
	m.beyond("Clamp", "Cbrt")
}

// pick is Max or Min; what is no number is both.
func pick(a, b any, wanted int) (any, error) {
	for _, each := range []any{a, b} {
		if isNaN(each) {
			return each, nil
		}
	}
	order, err := Compare(a, b)
	if err != nil {
		return nil, err
	}
	if order == wanted {
		return a, nil
	}
	return b, nil
}

func isNaN(v any) bool {
	switch v := v.(type) {
	case float64:
		return math.IsNaN(v)
	case float32:
		return math.IsNaN(float64(v))
	}
	return false
}

// awayFromZero is what a MidpointRounding says of halves.
func awayFromZero(mode Enum) (bool, error) {
	if mode.Value != 0 && mode.Value != 1 {
		return false, dotnet.Argument("The value '"+strconv.Itoa(int(mode.Value))+"' is not valid for this usage of the type MidpointRounding.", "mode")
	}
	return mode.Value == 1, nil
}

func roundBy(v float64, digits int32, mode Enum) (float64, error) {
	away, badMode := awayFromZero(mode)
	rounded, err := round(v, digits, away)
	return rounded, firstOf(err, badMode)
}

func roundDecimalBy(d dotnet.Decimal, digits int32, mode Enum) (dotnet.Decimal, error) {
	away, badMode := awayFromZero(mode)
	rounded, err := d.Round(int(digits), away)
	return rounded, firstOf(err, badMode)
}

func round(v float64, digits int32, awayFromZero bool) (float64, error) {
	if digits < 0 || digits > 15 {
		return 0, dotnet.ArgumentOutOfRange("Rounding digits must be between 0 and 15, inclusive.", "digits")
	}
	if math.Abs(v) >= 1e16 {
		return v, nil
	}
	power := math.Pow(10, float64(digits))
	if awayFromZero {
		return math.Round(v*power) / power, nil
	}
	return math.RoundToEven(v*power) / power, nil
}

func negatesNot() error {
	return dotnet.Overflow("Negating the minimum value of a twos complement number is invalid.")
}

func absolute[T int8 | int16 | int32 | int64](v T) (T, error) {
	if v < 0 && -v == v {
		return 0, negatesNot()
	}
	return max(v, -v), nil
}

func sign[T int8 | int16 | int32 | int64 | float32 | float64](v T) (int32, error) {
	if math.IsNaN(float64(v)) {
		return 0, dotnet.Throw("System.ArithmeticException", "Function does not accept floating point Not-a-Number values.")
	}
	return int32(bit(v > 0) - bit(v < 0)), nil //nolint:gosec // -1, 0 or 1
}

// declareSigns declares Abs and Sign, which each type of numbers has its own of.
func declareSigns(m *class) {
	m.fixed("sbyte Abs(sbyte value)", x1(absolute[int8])).fixed("short Abs(short value)", x1(absolute[int16]))
	m.fixed("int Abs(int value)", x1(absolute[int32])).fixed("long Abs(long value)", x1(absolute[int64]))
	m.fixed("float Abs(float value)", f1(func(v float32) float32 { return float32(math.Abs(float64(v))) }))
	m.fixed("double Abs(double value)", f1(math.Abs)).fixed("decimal Abs(decimal value)", f1(dotnet.Decimal.Abs))
	m.fixed("int Sign(sbyte value)", x1(sign[int8])).fixed("int Sign(short value)", x1(sign[int16]))
	m.fixed("int Sign(int value)", x1(sign[int32])).fixed("int Sign(long value)", x1(sign[int64]))
	m.fixed("int Sign(float value)", x1(sign[float32])).fixed("int Sign(double value)", x1(sign[float64]))
	m.fixed("int Sign(decimal value)", f1(func(v dotnet.Decimal) int32 { return int32(v.Cmp(dotnet.NewDecimal(0))) })) //nolint:gosec // -1, 0 or 1
}

func declareMathRest(m *class) {
	m.fixed("double Sinh(double value)", f1(math.Sinh)).fixed("double Cosh(double value)", f1(math.Cosh)).fixed("double Tanh(double value)", f1(math.Tanh))
	m.fixed("double IEEERemainder(double x, double y)", f2(math.Remainder))
	m.fixed("long BigMul(int a, int b)", f2(func(a, b int32) int64 { return int64(a) * int64(b) }))
	for _, t := range []string{"int", "long"} {
		m.fixed(t+" DivRem("+t+" a, "+t+" b, out "+t+" result)", func(_ *Call, a []any) (any, error) {
			x, _ := integer(a[0])
			y, _ := integer(a[1])
			switch {
			case y == 0:
				return nil, dotnet.DivideByZero()
			case y == -1 && (x == math.MinInt64 || t == "int" && x == math.MinInt32):
				return nil, dotnet.Overflow("")
			case t == "int":
				a[2] = int32(x % y)      //nolint:gosec // both are ints
				return int32(x / y), nil //nolint:gosec // both are ints
			}
			a[2] = x % y
			return x / y, nil
		})
	}
}
