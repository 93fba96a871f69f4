package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

type (
	dateTime = dotnet.DateTime
	offset   = dotnet.DateTimeOffset
	span     = dotnet.TimeSpan
)

func i32[T any](f func(T) int) Func {
	return f1(func(v T) int32 { return int32(f(v)) }) //nolint:gosec // parts of dates and spans are small
}

func (e *Env) now() dateTime { return dotnet.FromTime(e.Now()) }

func declareTime(l *Library) {
	l.enum("System", "DayOfWeek", counted("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")...)
	l.enum("System", "DateTimeKind", counted("Unspecified", "Utc", "Local")...)
	d := l.value("System", "DateTime", "").from("IComparable", "IFormattable")
	declareDateParts(l, d)
	d.make("(int year, int month, int day)", x3(func(y, m, day int32) (dateTime, error) { return date(y, m, day, 0, 0, 0, 0, dotnet.Unspecified) }))
	d.make("(long ticks)", x1(ticks)).make("(long ticks, DateTimeKind kind)", x2(func(n int64, kind Enum) (dateTime, error) {
		v, err := ticks(n)
		v.Kind = dotnet.Kind(kind.Value) //nolint:gosec // a constant of three
		return v, err
	}))
	d.make("(int year, int month, int day, int hour, int minute, int second)", func(_ *Call, a []any) (any, error) { return either(dateOf(a, dotnet.Unspecified)) })
	d.make("(int year, int month, int day, int hour, int minute, int second, int millisecond)", func(_ *Call, a []any) (any, error) { return either(dateOf(a, dotnet.Unspecified)) })
	d.make("(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)", func(_ *Call, a []any) (any, error) {
		return either(dateOf(a[:6], dotnet.Kind(to[Enum](a[6]).Value))) //nolint:gosec // a constant of three
	})
	d.make("(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)", func(_ *Call, a []any) (any, error) {
		return either(dateOf(a[:7], dotnet.Kind(to[Enum](a[7]).Value))) //nolint:gosec // a constant of three
	})
	d.fixed("DateTime UtcNow", func(c *Call, _ []any) (any, error) { return c.now(), nil })
	d.fixed("DateTime Now", func(c *Call, _ []any) (any, error) { return c.now().ToLocal(), nil })
	d.fixed("DateTime Today", func(c *Call, _ []any) (any, error) { return c.now().ToLocal().Date(), nil })
	d.fixed("DateTime MinValue", constant(dateTime{})).fixed("DateTime MaxValue", constant(dateTime{Ticks: dotnet.MaxTicks}))
	d.fixed("DateTime Parse(string s)", func(c *Call, a []any) (any, error) {
		return either(dotnet.ParseDateTime(to[string](a[0]), c.Culture, 0))
	})
	d.fixed("bool IsLeapYear(int year)", x1(func(y int32) (bool, error) { return dotnet.IsLeapYear(int(y)) }))
	d.fixed("int DaysInMonth(int year, int month)", x2(func(y, m int32) (int32, error) {
		n, err := dotnet.DaysInMonth(int(y), int(m))
		return int32(n), err //nolint:gosec // 31 at most
	}))
	d.method("TimeSpan Subtract(DateTime value)", f2(dateTime.Sub)).method("DateTime Subtract(TimeSpan value)", x2(dateTime.SubSpan))
	d.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(l, a[0])) })
	d.method("string ToString(string? format)", func(c *Call, a []any) (any, error) { return either(c.Format(l, a[0], to[string](a[1]))) })
	d.method("bool Equals(DateTime value)", f2(Equal)).method("int CompareTo(DateTime value)", x2(compareValues))
	d.method("bool IsDaylightSavingTime()", constant(false))
	d.forbidden("ParseExact", "TryParse", "TryParseExact", "SpecifyKind", "ToUniversalTime", "ToLocalTime", "Kind", "ToShortDateString", "ToLongDateString", "ToShortTimeString",
		"ToLongTimeString", "ToFileTime", "ToFileTimeUtc", "FromFileTime", "FromFileTimeUtc", "ToOADate", "FromOADate", "ToBinary", "FromBinary", "Compare", "UnixEpoch", "GetDateTimeFormats")
	declareOffset(l)
}

func date(y, m, d, h, minute, s, ms int32, kind dotnet.Kind) (dateTime, error) {
	return dotnet.NewDateTime(int(y), int(m), int(d), int(h), int(minute), int(s), int(ms), kind)
}

func dateOf(a []any, kind dotnet.Kind) (dateTime, error) {
	var parts [7]int32
	for i, v := range a {
		parts[i] = to[int32](v)
	}
	return date(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], kind)
}

func ticks(n int64) (dateTime, error) {
	if n < dotnet.MinTicks || n > dotnet.MaxTicks {
		return dateTime{}, dotnet.ArgumentOutOfRange("Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "ticks")
	}
	return dateTime{Ticks: n}, nil
}

func declareDateParts(l *Library, d *class) {
	for name, part := range map[string]func(dateTime) int{
		"Year": dateTime.Year, "Month": dateTime.Month, "Day": dateTime.Day, "Hour": dateTime.Hour, "Minute": dateTime.Minute, "Second": dateTime.Second,
		"Millisecond": dateTime.Millisecond, "DayOfYear": dateTime.DayOfYear,
	} {
		d.property("int "+name, i32(part))
	}
	d.property("DayOfWeek DayOfWeek", func(_ *Call, a []any) (any, error) { //nolint:dupword // a type, and a name or type behind it
		return Enum{l.named("DayOfWeek"), int32(a[0].(dateTime).DayOfWeek())}, nil //nolint:gosec // below seven
	})
	d.property("DateTime Date", f1(dateTime.Date)).property("TimeSpan TimeOfDay", f1(dateTime.TimeOfDay)).property("long Ticks", f1(func(v dateTime) int64 { return v.Ticks }))
	for name, add := range map[string]func(dateTime, float64) (dateTime, error){
		"AddDays": dateTime.AddDays, "AddHours": dateTime.AddHours, "AddMinutes": dateTime.AddMinutes, "AddSeconds": dateTime.AddSeconds, "AddMilliseconds": dateTime.AddMilliseconds,
	} {
		d.method("DateTime "+name+"(double value)", x2(add))
	}
	d.method("DateTime AddMonths(int months)", x2(func(v dateTime, n int32) (dateTime, error) { return v.AddMonths(int(n)) }))
	d.method("DateTime AddYears(int value)", x2(func(v dateTime, n int32) (dateTime, error) { return v.AddYears(int(n)) }))
	d.method("DateTime AddTicks(long value)", x2(dateTime.AddTicks)).method("DateTime Add(TimeSpan value)", x2(dateTime.Add))
}

func declareOffset(l *Library) {
	o := l.value("System", "DateTimeOffset", "").from("IComparable", "IFormattable")
	o.implicit("DateTime", "DateTimeOffset", f1(dotnet.DateTimeOffsetOf))
	o.make("(DateTime dateTime)", f1(dotnet.DateTimeOffsetOf)).make("(DateTime dateTime, TimeSpan offset)", x2(dotnet.NewDateTimeOffset))
	o.make("(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)", func(_ *Call, a []any) (any, error) {
		d, err := dateOf(a[:6], dotnet.Unspecified)
		if err != nil {
			return nil, err
		}
		return either(dotnet.NewDateTimeOffset(d, to[span](a[6])))
	})
	o.make("(int year, int month, int day, int hour, int minute, int second, int millisecond, TimeSpan offset)", func(_ *Call, a []any) (any, error) {
		d, err := dateOf(a[:7], dotnet.Unspecified)
		if err != nil {
			return nil, err
		}
		return either(dotnet.NewDateTimeOffset(d, to[span](a[7])))
	})
	o.fixed("DateTimeOffset UtcNow", func(c *Call, _ []any) (any, error) { return dotnet.DateTimeOffsetOf(c.now()), nil })
	o.fixed("DateTimeOffset Now", func(c *Call, _ []any) (any, error) { return dotnet.DateTimeOffsetOf(c.now()), nil })
	o.fixed("DateTimeOffset MinValue", constant(offset{})).fixed("DateTimeOffset MaxValue", constant(offset{Clock: dotnet.MaxTicks}))
	o.fixed("DateTimeOffset UnixEpoch", constant(offset{Clock: dotnet.UnixEpochTicks}))
	o.fixed("DateTimeOffset Parse(string input)", func(c *Call, a []any) (any, error) {
		return either(dotnet.ParseDateTimeOffset(to[string](a[0]), c.Culture, 0))
	})
	o.fixed("bool TryParse(string? input, out DateTimeOffset result)", func(c *Call, a []any) (any, error) {
		v, err := dotnet.ParseDateTimeOffset(to[string](a[0]), c.Culture, 0)
		a[1] = v
		return err == nil, nil
	})
	o.fixed("DateTimeOffset ParseExact(string input, string format, IFormatProvider? formatProvider)", func(c *Call, a []any) (any, error) {
		return either(dotnet.ParseDateTimeOffsetExact(to[string](a[0]), []string{to[string](a[1])}, c.Culture, 0))
	})
	o.fixed("DateTimeOffset FromUnixTimeSeconds(long seconds)", x1(dotnet.FromUnixTimeSeconds))
	o.fixed("DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)", x1(dotnet.FromUnixTimeMilliseconds))
	o.method("long ToUnixTimeSeconds()", f1(offset.ToUnixTimeSeconds)).method("long ToUnixTimeMilliseconds()", f1(offset.ToUnixTimeMilliseconds))
	for name, part := range map[string]func(dateTime) int{
		"Year": dateTime.Year, "Month": dateTime.Month, "Day": dateTime.Day, "Hour": dateTime.Hour, "Minute": dateTime.Minute, "Second": dateTime.Second,
		"Millisecond": dateTime.Millisecond, "DayOfYear": dateTime.DayOfYear,
	} {
		o.property("int "+name, i32(func(v offset) int { return part(v.DateTime()) }))
	}
	o.property("DayOfWeek DayOfWeek", func(_ *Call, a []any) (any, error) { //nolint:dupword // a type, and a name or type behind it
		return Enum{l.named("DayOfWeek"), int32(a[0].(offset).DateTime().DayOfWeek())}, nil //nolint:gosec // below seven
	})
	o.property("DateTime DateTime", f1(offset.DateTime)).property("DateTime UtcDateTime", f1(offset.UTCDateTime)).property("DateTime LocalDateTime", f1(offset.LocalDateTime)) //nolint:dupword // a type, and a name or type behind it
	o.property("DateTime Date", f1(func(v offset) dateTime { return v.DateTime().Date() })).property("TimeSpan TimeOfDay", f1(func(v offset) span { return v.DateTime().TimeOfDay() }))
	o.property("TimeSpan Offset", f1(func(v offset) span { return v.Offset }))
	o.property("long Ticks", f1(func(v offset) int64 { return v.Clock })).property("long UtcTicks", f1(offset.UTCTicks))
	for name, add := range map[string]func(offset, float64) (offset, error){
		"AddDays": offset.AddDays, "AddHours": offset.AddHours, "AddMinutes": offset.AddMinutes, "AddSeconds": offset.AddSeconds, "AddMilliseconds": offset.AddMilliseconds,
	} {
		o.method("DateTimeOffset "+name+"(double value)", x2(add))
	}
	o.method("DateTimeOffset AddMonths(int months)", x2(func(v offset, n int32) (offset, error) { return v.AddMonths(int(n)) }))
	o.method("DateTimeOffset AddYears(int years)", x2(func(v offset, n int32) (offset, error) { return v.AddYears(int(n)) }))
	o.method("DateTimeOffset Add(TimeSpan timeSpan)", x2(offset.Add)).method("DateTimeOffset AddTicks(long ticks)", x2(offset.AddTicks))
	o.method("TimeSpan Subtract(DateTimeOffset value)", f2(offset.Sub)).method("DateTimeOffset Subtract(TimeSpan value)", x2(offset.SubSpan))
	o.method("DateTimeOffset ToUniversalTime()", f1(offset.ToUniversal)).method("DateTimeOffset ToLocalTime()", f1(offset.ToLocal))
	o.method("DateTimeOffset ToOffset(TimeSpan offset)", x2(offset.ToOffset))
	o.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(l, a[0])) })
	o.method("string ToString(string? format)", func(c *Call, a []any) (any, error) { return either(c.Format(l, a[0], to[string](a[1]))) })
	o.method("bool Equals(DateTimeOffset other)", f2(Equal)).method("int CompareTo(DateTimeOffset other)", x2(compareValues))
	o.beyond("ToFileTime", "FromFileTime", "EqualsExact")
}

func declareSpans(l *Library) {
	s := l.value("System", "TimeSpan", "").from("IComparable", "IFormattable")
	s.make("(long ticks)", f1(func(n int64) span { return span(n) }))
	for _, signature := range []string{"(int hours, int minutes, int seconds)", "(int days, int hours, int minutes, int seconds)", "(int days, int hours, int minutes, int seconds, int milliseconds)"} {
		s.make(signature, func(_ *Call, a []any) (any, error) {
			var parts [5]int
			at := 0
			if len(a) == 3 {
				at = 1
			}
			for _, v := range a {
				parts[at] = int(to[int32](v))
				at++
			}
			return either(dotnet.NewTimeSpan(parts[0], parts[1], parts[2], parts[3], parts[4]))
		})
	}
	for name, from := range map[string]func(float64) (span, error){
		"FromDays": dotnet.FromDays, "FromHours": dotnet.FromHours, "FromMinutes": dotnet.FromMinutes, "FromSeconds": dotnet.FromSeconds, "FromMilliseconds": dotnet.FromMilliseconds,
	} {
		s.fixed("TimeSpan "+name+"(double value)", x1(from))
	}
	s.fixed("TimeSpan FromTicks(long value)", f1(func(n int64) span { return span(n) }))
	s.fixed("TimeSpan Zero", constant(span(0))).fixed("TimeSpan MaxValue", constant(span(1<<63-1))).fixed("TimeSpan MinValue", constant(span(-1<<63)))
	for name, unit := range map[string]int64{
		"TicksPerMillisecond": dotnet.TicksPerMillisecond, "TicksPerSecond": dotnet.TicksPerSecond, "TicksPerMinute": dotnet.TicksPerMinute, "TicksPerHour": dotnet.TicksPerHour, "TicksPerDay": dotnet.TicksPerDay,
	} {
		s.fixed("long "+name, constant(unit))
	}
	s.fixed("TimeSpan Parse(string input)", func(c *Call, a []any) (any, error) { return either(dotnet.ParseTimeSpan(to[string](a[0]), c.Culture)) })
	s.fixed("bool TryParse(string? s, out TimeSpan result)", func(c *Call, a []any) (any, error) {
		v, err := dotnet.ParseTimeSpan(to[string](a[0]), c.Culture)
		a[1] = v
		return err == nil, nil
	})
	for name, part := range map[string]func(span) int{"Days": span.Days, "Hours": span.Hours, "Minutes": span.Minutes, "Seconds": span.Seconds, "Milliseconds": span.Milliseconds} {
		s.property("int "+name, i32(part))
	}
	for name, total := range map[string]func(span) float64{
		"TotalDays": span.TotalDays, "TotalHours": span.TotalHours, "TotalMinutes": span.TotalMinutes, "TotalSeconds": span.TotalSeconds, "TotalMilliseconds": span.TotalMilliseconds,
	} {
		s.declare("double "+name, Member{Do: f1(total), Path: step(func(v span) (float64, error) { return total(v), nil })})
	}
	s.property("long Ticks", f1(func(v span) int64 { return int64(v) }))
	s.method("TimeSpan Add(TimeSpan ts)", x2(span.Add)).method("TimeSpan Subtract(TimeSpan ts)", x2(span.Sub))
	s.method("TimeSpan Negate()", x1(span.Negate)).method("TimeSpan Duration()", x1(span.Duration))
	s.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(l, a[0])) })
	s.method("string ToString(string? format)", func(c *Call, a []any) (any, error) { return either(c.Format(l, a[0], to[string](a[1]))) })
	s.method("bool Equals(TimeSpan obj)", f2(Equal)).method("int CompareTo(TimeSpan value)", x2(compareValues))
	s.beyond("ParseExact", "TryParseExact", "Compare", "Multiply", "Divide")
}
