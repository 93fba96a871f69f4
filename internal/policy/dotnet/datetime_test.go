package dotnet_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestDateParts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	ticks := []int64{dotnet.MinTicks, dotnet.MaxTicks, dotnet.UnixEpochTicks}
	for range 20_000 {
		ticks = append(ticks, random.Int64N(dotnet.MaxTicks))
	}
	type parts struct{ Year, Month, Day, Hour, Minute, Second, DayOfWeek, DayOfYear int }
	for _, n := range ticks {
		d := dotnet.DateTime{Ticks: n, Kind: dotnet.UTC}
		g := d.Time()
		want := parts{g.Year(), int(g.Month()), g.Day(), g.Hour(), g.Minute(), g.Second(), int(g.Weekday()), g.YearDay()}
		got := parts{d.Year(), d.Month(), d.Day(), d.Hour(), d.Minute(), d.Second(), d.DayOfWeek(), d.DayOfYear()}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d ticks (-Go +ours):\n%s", n, diff)
		}
		if back := dotnet.FromTime(g); back != d {
			t.Fatalf("%d ticks come back as %d", n, back.Ticks)
		}
	}
}

func date(t *testing.T, text string) dotnet.DateTime {
	t.Helper()
	value, err := dotnet.ParseDateTime(text, nil, dotnet.DateTimeStylesNone)
	return must(t, value, err)
}

func TestDateArithmetic(t *testing.T) {
	const outOfRange = "!The added or subtracted value results in an un-representable DateTime.\r\nParameter name: "
	for _, tc := range []struct {
		reason, value string
		change        func(dotnet.DateTime) (dotnet.DateTime, error)
		want          string
	}{
		{"days have fractions", "2024-01-01", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddDays(1.5) }, "2024-01-02T12:00:00.0000000"},
		{"rounded to the millisecond", "2024-01-01", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddSeconds(0.0014) }, "2024-01-01T00:00:00.0010000"},
		{"half a millisecond goes up", "2024-01-01", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddMilliseconds(0.5) }, "2024-01-01T00:00:00.0010000"},
		{"half a millisecond goes down below zero", "2024-01-01", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddMilliseconds(-0.5) }, "2023-12-31T23:59:59.9990000"},
		{"not a number", "2024-01-01", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddHours(math.NaN()) }, "!Value to add was out of range.\r\nParameter name: value"},
		{"too many days", "2024-01-01", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddDays(1e18) }, "!Value to add was out of range.\r\nParameter name: value"},
		{"past the end", "9999-12-31", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddDays(1) }, outOfRange + "value"},
		{"the 31st in a short month", "2024-01-31", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddMonths(1) }, "2024-02-29T00:00:00.0000000"},
		{"months back over the year", "2024-01-15", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddMonths(-13) }, "2022-12-15T00:00:00.0000000"},
		{"before the year 1", "0001-01-15", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddMonths(-1) }, outOfRange + "months"},
		{"29 February in a common year", "2024-02-29", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddYears(1) }, "2025-02-28T00:00:00.0000000"},
		{"too many years", "2024-02-29", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.AddYears(10001) }, "!Years value must be between +/-10000.\r\nParameter name: years"},
		{"the smallest span cannot be negated", "2024-02-29", func(d dotnet.DateTime) (dotnet.DateTime, error) { return d.SubSpan(dotnet.MinTimeSpan) }, outOfRange + "value"},
	} {
		changed, err := tc.change(date(t, tc.value))
		got, _ := changed.Format("o", nil)
		check(t, tc.reason, got, err, tc.want)
	}
}

func TestNewDateTime(t *testing.T) {
	for _, tc := range []struct {
		reason string
		parts  [7]int
		want   string
	}{
		{"all parts", [7]int{2024, 2, 29, 23, 59, 58, 7}, "2024-02-29T23:59:58.0070000Z"},
		{"no such day", [7]int{2023, 2, 29}, "!Year, Month, and Day parameters describe an un-representable DateTime."},
		{"no such hour", [7]int{2023, 2, 28, 24}, "!Hour, Minute, and Second parameters describe an un-representable DateTime."},
		{"no such millisecond", [7]int{2023, 2, 28, 0, 0, 0, 1000}, "!Valid values are between 0 and 999, inclusive.\r\nParameter name: millisecond"},
	} {
		p := tc.parts
		d, err := dotnet.NewDateTime(p[0], p[1], p[2], p[3], p[4], p[5], p[6], dotnet.UTC)
		got, _ := d.Format("o", nil)
		check(t, tc.reason, got, err, tc.want)
	}
}

func TestDateTimeOffset(t *testing.T) {
	value, err := dotnet.ParseDateTimeOffset("2009-06-15T13:45:30.5-07:00", nil, 0)
	value = must(t, value, err)
	check(t, "offset stays", roundTrip(t, value), nil, "2009-06-15T13:45:30.5000000-07:00")
	check(t, "to UTC", roundTrip(t, value.ToUniversal()), nil, "2009-06-15T20:45:30.5000000+00:00")
	moved, err := value.ToOffset(dotnet.TimeSpan(2 * dotnet.TicksPerHour))
	check(t, "to another offset", roundTrip(t, moved), err, "2009-06-15T22:45:30.5000000+02:00")
	if value.Compare(moved) != 0 || value.Sub(moved) != 0 {
		t.Error("the same instant must be equal whatever the offset")
	}
	check(t, "Unix seconds round down", strconv.FormatInt(value.ToUnixTimeSeconds(), 10), nil, "1245098730")
	check(t, "Unix milliseconds", strconv.FormatInt(value.ToUnixTimeMilliseconds(), 10), nil, "1245098730500")
	back, err := dotnet.FromUnixTimeMilliseconds(-1)
	check(t, "before the epoch", roundTrip(t, back), err, "1969-12-31T23:59:59.9990000+00:00")
	_, err = dotnet.FromUnixTimeSeconds(math.MaxInt64)
	check(t, "beyond the years", "", err, "!Valid values are between -62135596800 and 253402300799, inclusive.\r\nParameter name: seconds")
	_, err = dotnet.NewDateTimeOffset(dotnet.DateTime{}, dotnet.TimeSpan(dotnet.TicksPerHour))
	check(t, "UTC before the year 1", "", err, "!The UTC time represented when the offset is applied must be between year 0 and 10,000.\r\nParameter name: offset")
	_, err = dotnet.NewDateTimeOffset(dotnet.DateTime{}, dotnet.TimeSpan(15*dotnet.TicksPerHour))
	check(t, "too large an offset", "", err, "!Offset must be within plus or minus 14 hours.\r\nParameter name: offset")
	_, err = dotnet.NewDateTimeOffset(dotnet.DateTime{}, 1)
	check(t, "part of a minute", "", err, "!Offset must be specified in whole minutes.\r\nParameter name: offset")
	later, err := value.AddMonths(1)
	check(t, "months by the clock", roundTrip(t, later), err, "2009-07-15T13:45:30.5000000-07:00")
}

func roundTrip(t *testing.T, d dotnet.DateTimeOffset) string {
	t.Helper()
	text, err := d.Format("o", nil)
	return must(t, text, err)
}

func TestFromTime(t *testing.T) {
	if got := dotnet.FromTime(time.Unix(1<<60, 0)).Ticks; got != dotnet.MaxTicks {
		t.Errorf("an instant beyond .NET's years: got %d", got)
	}
	if got := dotnet.FromTime(time.Unix(-1<<60, 0)).Ticks; got != dotnet.MinTicks {
		t.Errorf("an instant before .NET's years: got %d", got)
	}
}
