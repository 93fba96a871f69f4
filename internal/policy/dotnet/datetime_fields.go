package dotnet

// absent marks a part of a date that the text does not give.
const absent = -1

// dateFields is what a text tells of a date and time.
type dateFields struct {
	year, month, day     int
	hour, minute, second int
	dayOfWeek            int
	halfDay              halfDay
	fraction             int64 // ticks; up to a whole second when it was rounded up

	zoned  bool
	zulu   bool // the zone is written as Z or GMT
	offset TimeSpan

	// strict gives a date that does not exist the calendar's own message.
	strict bool
	// exact says that the text was read by a format.
	exact bool
}

type halfDay uint8

const (
	anyHalf halfDay = iota
	morning
	afternoon
)

func newDateFields() dateFields {
	return dateFields{
		year: absent, month: absent, day: absent,
		hour: absent, minute: absent, second: absent,
		dayOfWeek: absent,
	}
}

// fillDate puts in what the text leaves out of the date.
func (f *dateFields) fillDate(styles DateTimeStyles) {
	if f.year == absent && f.month == absent && f.day == absent {
		now := today()
		if styles.has(NoCurrentDateDefault) {
			now = DateTime{}
		}
		f.year, f.month, f.day = now.Year(), now.Month(), now.Day()
		return
	}
	if f.year == absent {
		f.year = today().Year()
	}
	if f.month == absent {
		f.month = 1
	}
	if f.day == absent {
		f.day = 1
	}
}

// clock returns the ticks that the text tells, before any zone.
func (f *dateFields) clock(styles DateTimeStyles) (int64, error) {
	f.fillDate(styles)
	date, dateOK := dateTicks(f.year, f.month, f.day)
	time, timeOK := clockTicks(max(f.hour, 0), max(f.minute, 0), max(f.second, 0))
	if !timeOK && !f.exact {
		return 0, Format("The DateTime represented by the string is not supported in calendar System.Globalization.GregorianCalendar.")
	}
	switch {
	case dateOK && timeOK:
	case f.strict:
		return 0, Format("The DateTime represented by the string is not supported in calendar System.Globalization.GregorianCalendar.")
	default:
		return 0, badDateTime()
	}
	ticks := date + time + f.fraction
	if ticks > MaxTicks {
		return 0, dateOutOfRange()
	}
	if f.dayOfWeek != absent && f.dayOfWeek != (DateTime{Ticks: ticks}).DayOfWeek() {
		return 0, Format("String was not recognized as a valid DateTime because the day of week was incorrect.")
	}
	return ticks, nil
}

func (f *dateFields) dateTime(styles DateTimeStyles) (DateTime, error) {
	ticks, err := f.clock(styles)
	if err != nil {
		return DateTime{}, err
	}
	if f.zoned {
		ticks -= int64(f.offset)
		if ticks < MinTicks || ticks > MaxTicks {
			return DateTime{}, dateOutOfRange()
		}
	}
	return DateTime{Ticks: ticks, Kind: f.kind(styles)}, nil
}

func (f *dateFields) kind(styles DateTimeStyles) Kind {
	known := f.zoned || styles.has(AssumeLocal|AssumeUniversal)
	switch {
	case !known:
		return Unspecified
	case styles.has(AdjustToUniversal), f.zulu && styles.has(RoundtripKind):
		return UTC
	}
	return Local
}

func (f *dateFields) dateTimeOffset(styles DateTimeStyles) (DateTimeOffset, error) {
	ticks, err := f.clock(styles)
	if err != nil {
		return DateTimeOffset{}, err
	}
	if f.offset < -maxOffset || f.offset > maxOffset {
		return DateTimeOffset{}, Format("The time zone offset must be within plus or minus 14 hours.")
	}
	if instant := ticks - int64(f.offset); instant < MinTicks || instant > MaxTicks {
		return DateTimeOffset{}, Format("The UTC representation of the date falls outside the year range 1-9999.")
	}
	value := DateTimeOffset{Clock: ticks, Offset: f.offset}
	if styles.has(AdjustToUniversal) {
		value = value.ToUniversal()
	}
	return value, nil
}

// applyHalfDay turns a clock of twelve hours into one of 24. It reports false
// when the hour does not suit.
func (f *dateFields) applyHalfDay() bool {
	const noon = 12
	switch {
	case f.halfDay == morning && f.hour > noon:
		return false
	case f.halfDay == morning && f.hour == noon:
		f.hour = 0
	case f.halfDay == afternoon && f.hour < noon:
		f.hour += noon
	}
	return true
}

// fourDigitYear completes a year of two digits: 00 to 29 are 2000 to 2029.
func fourDigitYear(year int) int {
	const lastOfThisCentury = 29
	if year <= lastOfThisCentury {
		return 2000 + year
	}
	return 1900 + year
}

func dateOutOfRange() *Exception {
	return Format("The DateTime represented by the string is out of range.")
}
