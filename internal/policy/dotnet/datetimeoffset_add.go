package dotnet

// withClock moves the clock and keeps the offset.
func (d DateTimeOffset) withClock(clock DateTime, err error) (DateTimeOffset, error) {
	if err != nil {
		return DateTimeOffset{}, err
	}
	return newDateTimeOffset(clock.Ticks, d.Offset)
}

// AddTicks returns d plus n ticks of 100 ns. The error is an
// ArgumentOutOfRangeException, as it is for all that follow.
func (d DateTimeOffset) AddTicks(n int64) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddTicks(n))
}

// Add returns d + span.
func (d DateTimeOffset) Add(span TimeSpan) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().Add(span))
}

// SubSpan returns d - span.
func (d DateTimeOffset) SubSpan(span TimeSpan) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().SubSpan(span))
}

// AddDays returns d plus n days, rounded to the millisecond.
func (d DateTimeOffset) AddDays(n float64) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddDays(n))
}

// AddHours returns d plus n hours, rounded to the millisecond.
func (d DateTimeOffset) AddHours(n float64) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddHours(n))
}

// AddMinutes returns d plus n minutes, rounded to the millisecond.
func (d DateTimeOffset) AddMinutes(n float64) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddMinutes(n))
}

// AddSeconds returns d plus n seconds, rounded to the millisecond.
func (d DateTimeOffset) AddSeconds(n float64) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddSeconds(n))
}

// AddMilliseconds returns d plus n milliseconds, rounded to whole ones.
func (d DateTimeOffset) AddMilliseconds(n float64) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddMilliseconds(n))
}

// AddMonths returns d plus n months by the clock.
func (d DateTimeOffset) AddMonths(n int) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddMonths(n))
}

// AddYears returns d plus n years by the clock.
func (d DateTimeOffset) AddYears(n int) (DateTimeOffset, error) {
	return d.withClock(d.DateTime().AddYears(n))
}
