package dotnet

// AddTicks returns d plus n ticks of 100 ns. The error is an
// ArgumentOutOfRangeException.
func (d DateTime) AddTicks(n int64) (DateTime, error) {
	if n > MaxTicks-d.ticks() || n < MinTicks-d.ticks() {
		return DateTime{}, unrepresentable("value")
	}
	return DateTime{Ticks: d.ticks() + n, Kind: d.Kind}, nil
}

// Add returns d + span. See AddTicks.
func (d DateTime) Add(span TimeSpan) (DateTime, error) { return d.AddTicks(int64(span)) }

// SubSpan returns d - span. See AddTicks.
func (d DateTime) SubSpan(span TimeSpan) (DateTime, error) {
	if span == MinTimeSpan {
		return DateTime{}, unrepresentable("value")
	}
	return d.AddTicks(-int64(span))
}

// Sub returns the span from other to d. The kinds do not count.
func (d DateTime) Sub(other DateTime) TimeSpan { return TimeSpan(d.ticks() - other.ticks()) }

// AddDays returns d plus n days, rounded to the millisecond. The error is an
// ArgumentOutOfRangeException.
func (d DateTime) AddDays(n float64) (DateTime, error) { return d.addScaled(n, TicksPerDay) }

// AddHours returns d plus n hours. See AddDays.
func (d DateTime) AddHours(n float64) (DateTime, error) { return d.addScaled(n, TicksPerHour) }

// AddMinutes returns d plus n minutes. See AddDays.
func (d DateTime) AddMinutes(n float64) (DateTime, error) { return d.addScaled(n, TicksPerMinute) }

// AddSeconds returns d plus n seconds. See AddDays.
func (d DateTime) AddSeconds(n float64) (DateTime, error) { return d.addScaled(n, TicksPerSecond) }

// AddMilliseconds returns d plus n milliseconds. See AddDays.
func (d DateTime) AddMilliseconds(n float64) (DateTime, error) {
	return d.addScaled(n, TicksPerMillisecond)
}

func (d DateTime) addScaled(n float64, unit int64) (DateTime, error) {
	const maxMilliseconds = float64(3652059) * 24 * 60 * 60 * 1000
	half := 0.5
	if n < 0 {
		half = -half
	}
	milliseconds := n*float64(unit/TicksPerMillisecond) + half
	// NaN is in no range.
	inRange := milliseconds > -maxMilliseconds && milliseconds < maxMilliseconds
	if !inRange {
		return DateTime{}, ArgumentOutOfRange("Value to add was out of range.", "value")
	}
	return d.AddTicks(int64(milliseconds) * TicksPerMillisecond)
}

// AddMonths returns d plus n months. A day that the month lacks becomes its last.
// The error is an ArgumentOutOfRangeException.
func (d DateTime) AddMonths(n int) (DateTime, error) {
	const limit = 120_000
	if n < -limit || n > limit {
		return DateTime{}, ArgumentOutOfRange("Months value must be between +/-120000.", "months")
	}
	year, month, day := splitDate(d.ticks())
	months := year*monthsPerYear + month - 1 + n
	year, month = months/monthsPerYear, months%monthsPerYear+1
	if months < monthsPerYear || year > maxYear {
		return DateTime{}, unrepresentable("months")
	}
	date, _ := dateTicks(year, month, min(day, daysInMonth(year, month)))
	return DateTime{Ticks: date + d.ticks()%TicksPerDay, Kind: d.Kind}, nil
}

// AddYears returns d plus n years. 29 February becomes the 28th in a common
// year. The error is an ArgumentOutOfRangeException.
func (d DateTime) AddYears(n int) (DateTime, error) {
	const limit = 10_000
	if n < -limit || n > limit {
		return DateTime{}, ArgumentOutOfRange("Years value must be between +/-10000.", "years")
	}
	return d.AddMonths(n * monthsPerYear)
}

func unrepresentable(param string) *Exception {
	return ArgumentOutOfRange("The added or subtracted value results in an un-representable DateTime.", param)
}
