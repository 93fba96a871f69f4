package expression

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) literal(x *csharp.Literal) *node {
	at := x.Offset()
	switch v := x.Value.(type) {
	case nil:
		return constantNode(at, b.library.Null, nil)
	case string:
		return constantNode(at, b.library.String, v)
	case bool:
		return constantNode(at, b.library.Boolean, v)
	case rune:
		if v > 0xFFFF {
			b.fail(at, "CS1012: too many characters in character literal")
		}
		return constantNode(at, b.library.Char, library.Char(v)) //nolint:gosec // checked above
	case csharp.Number:
		return b.number10(at, v)
	}
	b.fail(at, "unknown literal")
	return nil
}

func (b *binder) number10(at int, n csharp.Number) *node {
	l := b.library
	switch {
	case n.Suffix == "M":
		d, err := dotnet.ParseDecimal(n.Digits, dotnet.NumberStyles(167), dotnet.Invariant())
		if err != nil {
			b.fail(at, "CS0594: the number is out of the range of decimal")
		}
		return constantNode(at, l.Decimal, d)
	case n.Real || n.Suffix == "D" || n.Suffix == "F":
		f, err := strconv.ParseFloat(n.Digits, 64)
		if err != nil {
			b.fail(at, "CS0594: the number is out of the range of double")
		}
		if n.Suffix == "F" {
			if math.IsInf(float64(float32(f)), 0) {
				b.fail(at, "CS0594: the floating-point constant is outside the range of type 'float'")
			}
			return constantNode(at, l.Single, float32(f))
		}
		return constantNode(at, l.Double, f)
	}
	v, err := strconv.ParseUint(strings.ToLower(n.Digits), base(n.Digits), 64)
	if err != nil {
		b.fail(at, "CS1021: the number is out of the range of ulong")
	}
	switch {
	case n.Suffix == "UL" || v > math.MaxInt64:
		return constantNode(at, l.UInt64, v)
	case n.Suffix == "L" || v > math.MaxUint32:
		return constantNode(at, l.Int64, int64(v))
	case n.Suffix == "U" || v > math.MaxInt32:
		return constantNode(at, l.UInt32, uint32(v))
	}
	return constantNode(at, l.Int32, int32(v))
}

func base(digits string) int {
	if len(digits) > 1 && digits[0] == '0' && strings.ContainsAny(digits[1:2], "xXbB") {
		return 0
	}
	return 10
}

func (b *binder) interpolated(x *csharp.Interpolated) *node {
	type part struct {
		text      string
		eval      evaluator
		alignment int
		format    string
	}
	parts := make([]part, len(x.Parts))
	l := b.library
	for i, each := range x.Parts {
		parts[i].text = each.Text
		if each.Value == nil {
			continue
		}
		n := b.value(each.Value)
		if n.typ == nil {
			b.fail(each.Value.Offset(), "CS0029: the hole of the interpolated string has no value")
		}
		parts[i] = part{"", n.eval, each.Alignment, each.Format}
	}
	return &node{at: x.Offset(), typ: l.String, eval: func(f *frame) (any, error) {
		var text strings.Builder
		for _, each := range parts {
			if each.eval == nil {
				text.WriteString(each.text)
				continue
			}
			v, err := each.eval(f)
			if err != nil {
				return nil, err
			}
			formatted, err := f.env.Format(l, v, each.format)
			if err != nil {
				return nil, err
			}
			if formatted, err = align(f.env, formatted, each.alignment); err != nil {
				return nil, err
			}
			text.WriteString(formatted)
		}
		return text.String(), f.env.Take(text.Len())
	}}
}

// align pads with spaces to a width in UTF-16 code units, on the right where it
// is negative.
func align(env *library.Env, s string, width int) (string, error) {
	missing := max(width, -width) - len(utf16.Encode([]rune(s)))
	if missing <= 0 {
		return s, nil
	}
	if err := env.Take(missing); err != nil {
		return "", err
	}
	if width < 0 {
		return s + strings.Repeat(" ", missing), nil
	}
	return strings.Repeat(" ", missing) + s, nil
}
