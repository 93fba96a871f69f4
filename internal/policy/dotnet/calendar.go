package dotnet

import "time"

const (
	daysPerYear    = 365
	daysPer4Years  = daysPerYear*4 + 1
	maxYear        = 9999
	monthsPerYear  = 12
	hoursPerDay    = 24
	minutesPerHour = 60
)

// IsLeapYear is DateTime.IsLeapYear. The error is an ArgumentOutOfRangeException
// for a year outside 1 to 9999.
func IsLeapYear(year int) (bool, error) {
	if year < 1 || year > maxYear {
		return false, ArgumentOutOfRange("Year must be between 1 and 9999.", "year")
	}
	return isLeap(year), nil
}

// DaysInMonth is DateTime.DaysInMonth. The error is an
// ArgumentOutOfRangeException for a month or year that does not exist.
func DaysInMonth(year, month int) (int, error) {
	if month < 1 || month > monthsPerYear {
		return 0, ArgumentOutOfRange("Month must be between one and twelve.", "month")
	}
	if _, err := IsLeapYear(year); err != nil {
		return 0, err
	}
	return daysInMonth(year, month), nil
}

func isLeap(year int) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

func daysInMonth(year, month int) int {
	switch month {
	case 2:
		if isLeap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

// daysBeforeYear counts the days from 0001-01-01 to the first of a year.
func daysBeforeYear(year int) int {
	past := year - 1
	return past*daysPerYear + past/4 - past/100 + past/400
}

// dateTicks returns the ticks of midnight, or false when there is no such date.
func dateTicks(year, month, day int) (int64, bool) {
	if year < 1 || year > maxYear || month < 1 || month > monthsPerYear || day < 1 || day > daysInMonth(year, month) {
		return 0, false
	}
	days := daysBeforeYear(year) + day - 1
	for m := 1; m < month; m++ {
		days += daysInMonth(year, m)
	}
	return int64(days) * TicksPerDay, true
}

// clockTicks returns the ticks since midnight, or false when there is no such time.
func clockTicks(hour, minute, second int) (int64, bool) {
	if hour < 0 || hour >= hoursPerDay || minute < 0 || minute >= minutesPerHour || second < 0 || second > 59 {
		return 0, false
	}
	return int64(hour)*TicksPerHour + int64(minute)*TicksPerMinute + int64(second)*TicksPerSecond, true
}

// splitDate returns the parts of a date. ticks lie from MinTicks to MaxTicks.
func splitDate(ticks int64) (year, month, day int) {
	days := int(ticks / TicksPerDay)
	// A little too early at most, which the loop mends.
	year = max(days*4/daysPer4Years, 1)
	for year < maxYear && daysBeforeYear(year+1) <= days {
		year++
	}
	day = days - daysBeforeYear(year) + 1
	month = 1
	for month < monthsPerYear && day > daysInMonth(year, month) {
		day -= daysInMonth(year, month)
		month++
	}
	return year, month, day
}

// today is the current date in the local zone, which fills in what a text of a
// time leaves out.
func today() DateTime { return FromTime(time.Now()).Date() }
