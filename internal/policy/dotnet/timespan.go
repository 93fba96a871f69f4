package dotnet

import "math"

// TimeSpan is a System.TimeSpan in ticks of 100 ns.
type TimeSpan int64

// The ends of TimeSpan's range.
const (
	MinTimeSpan TimeSpan = math.MinInt64
	MaxTimeSpan TimeSpan = math.MaxInt64
)

const spanTooLong = "TimeSpan overflowed because the duration is too long."

// NewTimeSpan adds up whole units. The error is an ArgumentOutOfRangeException,
// as the constructor's is.
func NewTimeSpan(days, hours, minutes, seconds, milliseconds int) (TimeSpan, error) {
	const (
		limit            = math.MaxInt64 / TicksPerMillisecond
		longestComponent = math.MaxInt32
	)
	total := int64(0)
	for _, part := range []struct {
		count int
		unit  int64
	}{
		{days, TicksPerDay},
		{hours, TicksPerHour},
		{minutes, TicksPerMinute},
		{seconds, TicksPerSecond},
		{milliseconds, TicksPerMillisecond},
	} {
		if part.count > longestComponent || part.count < -longestComponent-1 {
			return 0, ArgumentOutOfRange(spanTooLong, "")
		}
		total += int64(part.count) * (part.unit / TicksPerMillisecond)
	}
	if total > limit || total < -limit {
		return 0, ArgumentOutOfRange(spanTooLong, "")
	}
	return TimeSpan(total * TicksPerMillisecond), nil
}

// FromDays converts days, rounded to the millisecond. The error is an
// OverflowException, or an ArgumentException for NaN.
func FromDays(n float64) (TimeSpan, error) { return spanOf(n, TicksPerDay) }

// FromHours converts hours. See FromDays.
func FromHours(n float64) (TimeSpan, error) { return spanOf(n, TicksPerHour) }

// FromMinutes converts minutes. See FromDays.
func FromMinutes(n float64) (TimeSpan, error) { return spanOf(n, TicksPerMinute) }

// FromSeconds converts seconds. See FromDays.
func FromSeconds(n float64) (TimeSpan, error) { return spanOf(n, TicksPerSecond) }

// FromMilliseconds converts milliseconds. See FromDays.
func FromMilliseconds(n float64) (TimeSpan, error) { return spanOf(n, TicksPerMillisecond) }

func spanOf(n float64, unit int64) (TimeSpan, error) {
	if math.IsNaN(n) {
		return 0, Argument("TimeSpan does not accept floating point Not-a-Number values.", "")
	}
	half := 0.5
	if n < 0 {
		half = -half
	}
	milliseconds := n*float64(unit/TicksPerMillisecond) + half
	const limit = math.MaxInt64 / TicksPerMillisecond
	if milliseconds > float64(limit) || milliseconds < -float64(limit) {
		return 0, Overflow(spanTooLong)
	}
	return TimeSpan(int64(milliseconds) * TicksPerMillisecond), nil
}

// Days is the whole days; the sign is the span's, as it is for all components.
func (s TimeSpan) Days() int { return int(int64(s) / TicksPerDay) }

// Hours is -23 to 23.
func (s TimeSpan) Hours() int { return int(int64(s) / TicksPerHour % 24) }

// Minutes is -59 to 59.
func (s TimeSpan) Minutes() int { return int(int64(s) / TicksPerMinute % 60) }

// Seconds is -59 to 59.
func (s TimeSpan) Seconds() int { return int(int64(s) / TicksPerSecond % 60) }

// Milliseconds is -999 to 999.
func (s TimeSpan) Milliseconds() int { return int(int64(s) / TicksPerMillisecond % 1000) }

// TotalDays is the whole span in days.
func (s TimeSpan) TotalDays() float64 { return s.total(TicksPerDay) }

// TotalHours is the whole span in hours.
func (s TimeSpan) TotalHours() float64 { return s.total(TicksPerHour) }

// TotalMinutes is the whole span in minutes.
func (s TimeSpan) TotalMinutes() float64 { return s.total(TicksPerMinute) }

// TotalSeconds is the whole span in seconds.
func (s TimeSpan) TotalSeconds() float64 { return s.total(TicksPerSecond) }

// TotalMilliseconds is the whole span in milliseconds.
func (s TimeSpan) TotalMilliseconds() float64 {
	const limit = math.MaxInt64 / TicksPerMillisecond
	return min(max(s.total(TicksPerMillisecond), -float64(limit)), float64(limit))
}

// total multiplies by the unit's inverse, as .NET Framework does, so that the
// last digit is the same.
func (s TimeSpan) total(unit int64) float64 { return float64(s) * (1 / float64(unit)) }

// Add returns s + other. The error is an OverflowException.
func (s TimeSpan) Add(other TimeSpan) (TimeSpan, error) {
	sum := s + other
	if (s < 0) == (other < 0) && (sum < 0) != (s < 0) {
		return 0, Overflow(spanTooLong)
	}
	return sum, nil
}

// Sub returns s - other. The error is an OverflowException.
func (s TimeSpan) Sub(other TimeSpan) (TimeSpan, error) {
	difference := s - other
	if (s < 0) != (other < 0) && (difference < 0) != (s < 0) {
		return 0, Overflow(spanTooLong)
	}
	return difference, nil
}

// Negate returns -s. The error is an OverflowException for MinTimeSpan.
func (s TimeSpan) Negate() (TimeSpan, error) {
	if s == MinTimeSpan {
		return 0, Overflow("Negating the minimum value of a twos complement number is invalid.")
	}
	return -s, nil
}

// Duration returns the span without its sign. The error is an OverflowException
// for MinTimeSpan.
func (s TimeSpan) Duration() (TimeSpan, error) {
	if s == MinTimeSpan {
		return 0, Overflow("The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue exceeds the value of TimeSpan.MaxValue.")
	}
	return max(s, -s), nil
}
