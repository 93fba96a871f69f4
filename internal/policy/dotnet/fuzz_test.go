package dotnet_test

import (
	"math"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func FuzzFormatDouble(f *testing.F) {
	for _, format := range []string{"", "R", "N2", "E99", "G17", "#,##0.00;(0)", "0.0E+00", "'a", `\`, "0,,.%‰", ";;", "E+", "D100"} {
		f.Add(-1234.5678, format)
		f.Add(0.0, format)
	}
	f.Fuzz(func(t *testing.T, v float64, format string) {
		_, err := dotnet.FormatDouble(v, format, dotnet.EnUS())
		noPanic(t, err)
		_, err = dotnet.FormatSingle(float32(v), format, nil)
		noPanic(t, err)
		_, err = dotnet.FormatInt(int64(math.Float64bits(v)), 32, format, nil)
		noPanic(t, err)
		decimal, err := dotnet.DecimalFromFloat64(v)
		noPanic(t, err)
		_, err = dotnet.FormatDecimal(decimal, format, nil)
		noPanic(t, err)
		text, err := dotnet.FormatDouble(v, "R", nil)
		noPanic(t, err)
		back, err := dotnet.ParseDouble(text, dotnet.StyleFloat, nil)
		if err != nil || back != v && !math.IsNaN(v) {
			t.Errorf("%v prints as %q and reads as %v (%v)", v, text, back, err)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{"1", "-1,234.50E+3", "(1)", "$1", "FF", "1e99999999999", "", "\x00", "0.0000", "Infinity"} {
		f.Add(text, int32(dotnet.StyleAny))
		f.Add(text, int32(dotnet.StyleHexNumber))
	}
	f.Fuzz(func(t *testing.T, text string, styles int32) {
		style := dotnet.NumberStyles(styles)
		for _, bits := range []int{8, 16, 32, 64} {
			_, err := dotnet.ParseInt(text, bits, style, nil)
			noPanic(t, err)
			_, err = dotnet.ParseUint(text, bits, style, dotnet.EnUS())
			noPanic(t, err)
		}
		_, err := dotnet.ParseDouble(text, style, nil)
		noPanic(t, err)
		value, err := dotnet.ParseDecimal(text, style, nil)
		noPanic(t, err)
		back, err := dotnet.ParseDecimal(value.String(), dotnet.StyleNumber, nil)
		if err != nil || back != value {
			t.Errorf("%s does not come back: %s (%v)", value, back, err)
		}
	})
}

func FuzzDecimal(f *testing.F) {
	f.Add("79228162514264337593543950335", "0.0000000000000000000000000001")
	f.Add("-1.50", "3")
	f.Fuzz(func(t *testing.T, left, right string) {
		a, err := dotnet.ParseDecimal(left, dotnet.StyleFloat, nil)
		noPanic(t, err)
		b, err := dotnet.ParseDecimal(right, dotnet.StyleFloat, nil)
		noPanic(t, err)
		for _, operation := range []func(dotnet.Decimal) (dotnet.Decimal, error){a.Add, a.Sub, a.Mul, a.Div, a.Rem} {
			value, err := operation(b)
			noPanic(t, err)
			_ = value.String() + value.Floor().String() + value.Ceiling().String()
		}
		if a.Cmp(b) != -b.Cmp(a) {
			t.Errorf("%s and %s do not compare alike both ways", a, b)
		}
	})
}

func FuzzParseDateTime(f *testing.F) {
	for _, text := range []string{
		"2009-06-15T13:45:30.6175425Z", "Mon, 15 Jun 2009 20:45:30 GMT", "6/15/2009 1:45:30 PM", "June 2009",
		"13:45", "2009-06-15T13:45:30-07:00", "9999-12-31", "0001-01-01", "1 PM", "T", "+", "a.m.",
	} {
		f.Add(text, "o", int32(0))
		f.Add(text, "yyyy-MM-ddTHH:mm:ss.FFFzzz", int32(dotnet.AdjustToUniversal|dotnet.AssumeUniversal))
	}
	f.Fuzz(func(t *testing.T, text, format string, styles int32) {
		style := dotnet.DateTimeStyles(styles)
		value, err := dotnet.ParseDateTime(text, nil, style)
		noPanic(t, err)
		printed, err := value.Format("o", nil)
		noPanic(t, err)
		back, err := dotnet.ParseDateTimeExact(printed, []string{"o"}, nil, dotnet.RoundtripKind)
		if err != nil || back != value {
			t.Errorf("%q does not come back: %v (%v)", printed, back, err)
		}
		_, err = dotnet.ParseDateTimeOffset(text, dotnet.EnUS(), style)
		noPanic(t, err)
		_, err = dotnet.ParseDateTimeExact(text, []string{format}, dotnet.EnUS(), style)
		noPanic(t, err)
		_, err = dotnet.ParseDateTimeOffsetExact(text, []string{format, "G"}, dotnet.EnUS(), style)
		noPanic(t, err)
	})
}

func FuzzDateTimeFormat(f *testing.F) {
	for _, format := range []string{"", "o", "yyyy-MM-dd", "%d", "'x", `\`, "ss.FFFFFFF", "zzz K", "gg tt"} {
		f.Add(dotnet.UnixEpochTicks, dotnet.TicksPerHour, format)
		f.Add(int64(math.MinInt64), int64(math.MinInt64), format)
	}
	f.Fuzz(func(t *testing.T, ticks, offset int64, format string) {
		for _, kind := range []dotnet.Kind{dotnet.Unspecified, dotnet.UTC, dotnet.Local} {
			_, err := dotnet.DateTime{Ticks: ticks, Kind: kind}.Format(format, dotnet.EnUS())
			noPanic(t, err)
		}
		_, err := dotnet.DateTimeOffset{Clock: ticks, Offset: dotnet.TimeSpan(offset)}.Format(format, nil)
		noPanic(t, err)
		_, err = dotnet.FormatTimeSpan(dotnet.TimeSpan(offset), format, nil)
		noPanic(t, err)
	})
}

func FuzzParseTimeSpan(f *testing.F) {
	for _, text := range []string{"1.02:03:04.05", "-6", "24:00", "::", "10675199.02:48:05.4775808"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := dotnet.ParseTimeSpan(text, nil)
		noPanic(t, err)
		back, err := dotnet.ParseTimeSpan(value.String(), nil)
		if err != nil || back != value {
			t.Errorf("%s does not come back: %s (%v)", value, back, err)
		}
	})
}

func FuzzParseGuid(f *testing.F) {
	for _, text := range []string{
		"00112233-4455-6677-8899-aabbccddeeff", "{0x1,0x2,0x3,{0x4,0x5,0x6,0x7,0x8,0x9,0xa,0xb}}", "{", "-", "()",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := dotnet.ParseGuid(text)
		noPanic(t, err)
		back, err := dotnet.ParseGuid(value.String())
		if err != nil || back != value {
			t.Errorf("%s does not come back: %s (%v)", value, back, err)
		}
	})
}

func FuzzComposite(f *testing.F) {
	for _, format := range []string{"{0}", "{0,-10:N2}", "{{}}", "{", "}", "{0:{{}}}", "{1,99}", "{0,999999}"} {
		f.Add(format)
	}
	f.Fuzz(func(t *testing.T, format string) {
		_, err := dotnet.Composite(format, 2, func(_ int, format string) (string, error) {
			return dotnet.FormatDouble(1234.5, format, nil)
		})
		noPanic(t, err)
	})
}
