package dotnet

import (
	"cmp"
	"time"
)

// Kind is System.DateTimeKind.
type Kind uint8

// .NET's kinds of DateTime.
const (
	Unspecified Kind = iota
	UTC
	Local
)

// Ticks are 100 ns. A DateTime counts them from 0001-01-01.
const (
	TicksPerMillisecond int64 = 10_000
	TicksPerSecond            = 1000 * TicksPerMillisecond
	TicksPerMinute            = 60 * TicksPerSecond
	TicksPerHour              = 60 * TicksPerMinute
	TicksPerDay               = 24 * TicksPerHour

	// UnixEpochTicks is 1970-01-01.
	UnixEpochTicks int64 = 621_355_968_000_000_000
	// MinTicks and MaxTicks are DateTime.MinValue and DateTime.MaxValue.
	MinTicks int64 = 0
	MaxTicks int64 = 3_155_378_975_999_999_999
)

const nanosecondsPerTick = 100

// DateTime is a System.DateTime. The zero value is DateTime.MinValue.
type DateTime struct {
	// Ticks since 0001-01-01, from MinTicks to MaxTicks. The methods take
	// anything beyond as the nearer of the two.
	Ticks int64
	Kind  Kind
}

// NewDateTime builds a DateTime from its parts. The error is an
// ArgumentOutOfRangeException.
func NewDateTime(year, month, day, hour, minute, second, millisecond int, kind Kind) (DateTime, error) {
	date, ok := dateTicks(year, month, day)
	if !ok {
		return DateTime{}, ArgumentOutOfRange("Year, Month, and Day parameters describe an un-representable DateTime.", "")
	}
	clock, ok := clockTicks(hour, minute, second)
	if !ok {
		return DateTime{}, ArgumentOutOfRange("Hour, Minute, and Second parameters describe an un-representable DateTime.", "")
	}
	if millisecond < 0 || millisecond > 999 {
		return DateTime{}, ArgumentOutOfRange("Valid values are between 0 and 999, inclusive.", "millisecond")
	}
	return DateTime{Ticks: date + clock + int64(millisecond)*TicksPerMillisecond, Kind: kind}, nil
}

// FromTime converts an instant to a UTC DateTime. An instant that .NET cannot
// hold becomes MinTicks or MaxTicks.
func FromTime(t time.Time) DateTime {
	t = t.UTC()
	switch {
	case t.Year() < 1:
		return DateTime{Ticks: MinTicks, Kind: UTC}
	case t.Year() > 9999:
		return DateTime{Ticks: MaxTicks, Kind: UTC}
	}
	ticks := UnixEpochTicks + t.Unix()*TicksPerSecond + int64(t.Nanosecond())/nanosecondsPerTick
	return DateTime{Ticks: ticks, Kind: UTC}
}

// Time converts to Go's time in UTC, whatever the kind: the local zone is UTC.
func (d DateTime) Time() time.Time {
	ticks := d.ticks() - UnixEpochTicks
	return time.Unix(ticks/TicksPerSecond, ticks%TicksPerSecond*nanosecondsPerTick).UTC()
}

// ticks is Ticks brought into .NET's range.
func (d DateTime) ticks() int64 { return min(max(d.Ticks, MinTicks), MaxTicks) }

// Year is 1 to 9999.
func (d DateTime) Year() int {
	year, _, _ := splitDate(d.ticks())
	return year
}

// Month is 1 to 12.
func (d DateTime) Month() int {
	_, month, _ := splitDate(d.ticks())
	return month
}

// Day is the day of the month, 1 to 31.
func (d DateTime) Day() int {
	_, _, day := splitDate(d.ticks())
	return day
}

// Hour is 0 to 23.
func (d DateTime) Hour() int { return int(d.ticks() / TicksPerHour % 24) }

// Minute is 0 to 59.
func (d DateTime) Minute() int { return int(d.ticks() / TicksPerMinute % 60) }

// Second is 0 to 59.
func (d DateTime) Second() int { return int(d.ticks() / TicksPerSecond % 60) }

// Millisecond is 0 to 999.
func (d DateTime) Millisecond() int { return int(d.ticks() / TicksPerMillisecond % 1000) }

// DayOfWeek is 0 for Sunday to 6 for Saturday.
func (d DateTime) DayOfWeek() int {
	// The first day of the year 1 is a Monday.
	return int((d.ticks()/TicksPerDay + 1) % 7)
}

// DayOfYear is 1 to 366.
func (d DateTime) DayOfYear() int {
	year, _, _ := splitDate(d.ticks())
	return int(d.ticks()/TicksPerDay) - daysBeforeYear(year) + 1
}

// Date is midnight of the same day.
func (d DateTime) Date() DateTime {
	return DateTime{Ticks: d.ticks() / TicksPerDay * TicksPerDay, Kind: d.Kind}
}

// TimeOfDay is the span since midnight.
func (d DateTime) TimeOfDay() TimeSpan { return TimeSpan(d.ticks() % TicksPerDay) }

// Compare is -1, 0 or 1 by ticks alone: .NET does not look at the kinds.
func (d DateTime) Compare(other DateTime) int { return cmp.Compare(d.Ticks, other.Ticks) }

// ToUniversal converts to UTC. An unspecified DateTime counts as local.
func (d DateTime) ToUniversal() DateTime { return DateTime{Ticks: d.Ticks, Kind: UTC} }

// ToLocal converts to the local zone, which is UTC. An unspecified DateTime
// counts as UTC.
func (d DateTime) ToLocal() DateTime { return DateTime{Ticks: d.Ticks, Kind: Local} }
