package dotnet

import (
	"cmp"
	"fmt"
)

const (
	maxOffset = TimeSpan(14 * TicksPerHour)

	minUnixSeconds      = (MinTicks - UnixEpochTicks) / TicksPerSecond
	maxUnixSeconds      = (MaxTicks - UnixEpochTicks) / TicksPerSecond
	minUnixMilliseconds = (MinTicks - UnixEpochTicks) / TicksPerMillisecond
	maxUnixMilliseconds = (MaxTicks - UnixEpochTicks) / TicksPerMillisecond
)

// DateTimeOffset is a System.DateTimeOffset: what a clock shows, and how far
// that clock is ahead of UTC.
type DateTimeOffset struct {
	// Clock is the ticks that the clock shows, since 0001-01-01.
	Clock int64
	// Offset is whole minutes, at most 14 hours either way.
	Offset TimeSpan
}

// NewDateTimeOffset pairs a DateTime with an offset. The error is an
// ArgumentException when the offset does not suit the kind or is no whole
// minutes, and an ArgumentOutOfRangeException when it or the instant is too far out.
func NewDateTimeOffset(d DateTime, offset TimeSpan) (DateTimeOffset, error) {
	switch {
	case d.Kind == UTC && offset != 0:
		return DateTimeOffset{}, Argument("The UTC Offset for Utc DateTime instances must be 0.", "offset")
	case d.Kind == Local && offset != 0:
		return DateTimeOffset{}, Argument("The UTC Offset of the local dateTime parameter does not match the offset argument.", "offset")
	}
	return newDateTimeOffset(d.ticks(), offset)
}

func newDateTimeOffset(clock int64, offset TimeSpan) (DateTimeOffset, error) {
	if int64(offset)%TicksPerMinute != 0 {
		return DateTimeOffset{}, Argument("Offset must be specified in whole minutes.", "offset")
	}
	if offset < -maxOffset || offset > maxOffset {
		return DateTimeOffset{}, ArgumentOutOfRange("Offset must be within plus or minus 14 hours.", "offset")
	}
	if instant := clock - int64(offset); instant < MinTicks || instant > MaxTicks {
		return DateTimeOffset{}, ArgumentOutOfRange("The UTC time represented when the offset is applied must be between year 0 and 10,000.", "offset")
	}
	return DateTimeOffset{Clock: clock, Offset: offset}, nil
}

// DateTimeOffsetOf is .NET's implicit conversion: the offset is that of the
// kind's zone, which is 0 for all three.
func DateTimeOffsetOf(d DateTime) DateTimeOffset { return DateTimeOffset{Clock: d.ticks()} }

// FromUnixTimeSeconds counts from 1970-01-01. The error is an
// ArgumentOutOfRangeException.
func FromUnixTimeSeconds(n int64) (DateTimeOffset, error) {
	if n < minUnixSeconds || n > maxUnixSeconds {
		return DateTimeOffset{}, outsideUnixRange("seconds", minUnixSeconds, maxUnixSeconds)
	}
	return DateTimeOffset{Clock: UnixEpochTicks + n*TicksPerSecond}, nil
}

// FromUnixTimeMilliseconds counts from 1970-01-01. See FromUnixTimeSeconds.
func FromUnixTimeMilliseconds(n int64) (DateTimeOffset, error) {
	if n < minUnixMilliseconds || n > maxUnixMilliseconds {
		return DateTimeOffset{}, outsideUnixRange("milliseconds", minUnixMilliseconds, maxUnixMilliseconds)
	}
	return DateTimeOffset{Clock: UnixEpochTicks + n*TicksPerMillisecond}, nil
}

func outsideUnixRange(param string, lowest, highest int64) *Exception {
	return ArgumentOutOfRange(fmt.Sprintf("Valid values are between %d and %d, inclusive.", lowest, highest), param)
}

// ToUnixTimeSeconds counts whole seconds since 1970-01-01, rounded down.
func (d DateTimeOffset) ToUnixTimeSeconds() int64 {
	return d.UTCTicks()/TicksPerSecond - UnixEpochTicks/TicksPerSecond
}

// ToUnixTimeMilliseconds counts whole milliseconds since 1970-01-01, rounded down.
func (d DateTimeOffset) ToUnixTimeMilliseconds() int64 {
	return d.UTCTicks()/TicksPerMillisecond - UnixEpochTicks/TicksPerMillisecond
}

// UTCTicks is the instant, in ticks since 0001-01-01 UTC.
func (d DateTimeOffset) UTCTicks() int64 {
	return DateTime{Ticks: d.DateTime().Ticks - int64(d.offset())}.ticks()
}

// offset is Offset brought into .NET's range.
func (d DateTimeOffset) offset() TimeSpan { return min(max(d.Offset, -maxOffset), maxOffset) }

// UTCDateTime is the instant as a UTC DateTime.
func (d DateTimeOffset) UTCDateTime() DateTime { return DateTime{Ticks: d.UTCTicks(), Kind: UTC} }

// LocalDateTime is the instant as a local DateTime.
func (d DateTimeOffset) LocalDateTime() DateTime { return DateTime{Ticks: d.UTCTicks(), Kind: Local} }

// DateTime is what the clock shows, with kind Unspecified.
func (d DateTimeOffset) DateTime() DateTime { return DateTime{Ticks: DateTime{Ticks: d.Clock}.ticks()} }

// ToUniversal is the same instant with offset 0.
func (d DateTimeOffset) ToUniversal() DateTimeOffset { return DateTimeOffset{Clock: d.UTCTicks()} }

// ToLocal is the same instant in the local zone, which is UTC.
func (d DateTimeOffset) ToLocal() DateTimeOffset { return d.ToUniversal() }

// ToOffset is the same instant on a clock of another offset. Errors are those of
// NewDateTimeOffset.
func (d DateTimeOffset) ToOffset(offset TimeSpan) (DateTimeOffset, error) {
	if offset < -maxOffset || offset > maxOffset {
		return newDateTimeOffset(d.Clock, offset)
	}
	clock := d.UTCTicks() + int64(offset)
	if clock < MinTicks || clock > MaxTicks {
		return DateTimeOffset{}, unrepresentable("value")
	}
	return newDateTimeOffset(clock, offset)
}

// Sub returns the span from other to d.
func (d DateTimeOffset) Sub(other DateTimeOffset) TimeSpan {
	return TimeSpan(d.UTCTicks() - other.UTCTicks())
}

// Compare is -1, 0 or 1 by instant: the offsets do not count.
func (d DateTimeOffset) Compare(other DateTimeOffset) int {
	return cmp.Compare(d.UTCTicks(), other.UTCTicks())
}
