package dotnet

import (
	"strconv"
	"strings"
)

// readPart reads one part of a date or time by its specifier.
func (r *exactReader) readPart(token rune, length int) bool {
	f := &r.fields
	switch token {
	case 'y':
		r.twoDigitYear = length <= 2
		return r.readValue(&f.year, length)
	case 'M':
		return r.readNameOrValue(&f.month, &f.month, length, monthName, 1, monthsPerYear)
	case 'd':
		return r.readNameOrValue(&f.day, &f.dayOfWeek, length, dayName, 0, 6)
	case 'h':
		r.twelveHours = true
		return r.readValue(&f.hour, min(length, 2))
	case 'H':
		return r.readValue(&f.hour, min(length, 2))
	case 'm':
		return r.readValue(&f.minute, min(length, 2))
	case 's':
		return r.readValue(&f.second, min(length, 2))
	case 'f', 'F':
		return length <= fractionDigits && r.readFraction(length, token == 'F')
	case 't':
		return r.readHalfDay(length)
	case 'g':
		return r.take(eraName) || r.take("AD")
	default:
		return r.readOffset(length)
	}
}

// readValue reads a number. A part that the format names twice must be the same
// both times.
func (r *exactReader) readValue(part *int, length int) bool {
	value, ok := r.takeNumber(length)
	return ok && setOnce(part, value)
}

func (r *exactReader) readNameOrValue(
	number, named *int, length int, name func(int) string, first, last int,
) bool {
	const shortName = 3
	if length < shortName {
		return r.readValue(number, length)
	}
	form := name
	if length == shortName {
		form = func(i int) string { return abbreviated(name(i)) }
	}
	for i := first; i <= last; i++ {
		if text := form(i); r.takeFold(text) {
			return setOnce(named, i)
		}
	}
	return false
}

func setOnce(part *int, value int) bool {
	if *part != absent && *part != value {
		return false
	}
	*part = value
	return true
}

// takeFold takes a literal in either case.
func (r *exactReader) takeFold(literal string) bool {
	if len(r.rest) < len(literal) || !strings.EqualFold(r.rest[:len(literal)], literal) {
		return false
	}
	r.rest = r.rest[len(literal):]
	return true
}

// readFraction reads the fraction of a second. F lets digits be missing.
func (r *exactReader) readFraction(length int, optional bool) bool {
	count := 0
	for count < min(length, len(r.rest)) && isDigit(r.rest[count]) {
		count++
	}
	if count < length && !optional {
		return false
	}
	digits := r.rest[:count] + strings.Repeat("0", fractionDigits-count)
	value, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || r.seconds && r.fields.fraction != value {
		return false
	}
	r.rest = r.rest[count:]
	r.seconds = true
	r.fields.fraction = value
	return true
}

func (r *exactReader) readHalfDay(length int) bool {
	var half halfDay
	switch {
	case length == 1 && r.take(amDesignator[:1]), length > 1 && r.takeFold(amDesignator):
		half = morning
	case length == 1 && r.take(pmDesignator[:1]), length > 1 && r.takeFold(pmDesignator):
		half = afternoon
	default:
		return false
	}
	if r.fields.halfDay != anyHalf && r.fields.halfDay != half {
		return false
	}
	r.fields.halfDay = half
	return true
}

func (r *exactReader) readOffset(length int) bool {
	if length >= fullOffset {
		offset, ok := takeOffset(&r.rest)
		return ok && r.setZone(offset, false)
	}
	negative := strings.HasPrefix(r.rest, "-")
	if !r.take("+") && !r.take("-") {
		return false
	}
	hours, ok := r.takeNumber(length)
	offset := TimeSpan(int64(hours) * TicksPerHour)
	if negative {
		offset = -offset
	}
	return ok && r.setZone(offset, false)
}
