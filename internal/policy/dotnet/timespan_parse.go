package dotnet

import (
	"math"
	"strconv"
	"strings"
)

// ParseTimeSpan reads "[-]d", "[-][d.]hh:mm[:ss[.fffffff]]" and the general
// form "[-][d:]h:mm:ss[.fffffff]", with white space around. The error is a
// FormatException, or an OverflowException for a part that is out of range. Both
// known cultures read a span alike.
func ParseTimeSpan(s string, _ *Culture) (TimeSpan, error) {
	text := strings.TrimSpace(s)
	text, negative := strings.CutPrefix(text, "-")
	shape, values, ok := splitSpanText(text)
	if !ok {
		return 0, badTimeSpan()
	}
	var parts spanValues
	switch shape {
	case "":
		parts.days = values[0]
	case ":":
		parts.hours, parts.minutes = values[0], values[1]
	case ".:":
		parts.days, parts.hours, parts.minutes = values[0], values[1], values[2]
	case "::":
		parts.hours, parts.minutes, parts.seconds = values[0], values[1], values[2]
		// What is no time of day may be days, hours and minutes.
		if span, err := parts.total(negative); err == nil {
			return span, nil
		}
		parts = spanValues{days: values[0], hours: values[1], minutes: values[2]}
	case "::.":
		parts.hours, parts.minutes, parts.seconds, parts.fraction = values[0], values[1], values[2], values[3]
	case ".::", ":::":
		parts.days, parts.hours, parts.minutes, parts.seconds = values[0], values[1], values[2], values[3]
	case ".::.", ":::.":
		parts.days, parts.hours, parts.minutes, parts.seconds = values[0], values[1], values[2], values[3]
		parts.fraction = values[4]
	default:
		return 0, badTimeSpan()
	}
	return parts.total(negative)
}

// splitSpanText parts the numbers from the separators between them.
func splitSpanText(text string) (shape string, values []string, ok bool) {
	const maxValues = 5
	var separators strings.Builder
	start := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && isDigit(text[i]) {
			continue
		}
		if i == start || len(values) == maxValues {
			return "", nil, false
		}
		values = append(values, text[start:i])
		if i < len(text) {
			separators.WriteByte(text[i])
		}
		start = i + 1
	}
	return separators.String(), values, true
}

// spanValues is the text of each part; an empty one counts as 0.
type spanValues struct {
	days, hours, minutes, seconds, fraction string
}

func (v spanValues) total(negative bool) (TimeSpan, error) {
	const maxDays = math.MaxInt64 / TicksPerDay
	if len(v.fraction) > fractionDigits {
		return 0, spanElementTooLarge()
	}
	fraction := v.fraction + strings.Repeat("0", fractionDigits-len(v.fraction))
	total := uint64(0)
	for _, part := range []struct {
		text  string
		limit uint64
		unit  int64
	}{
		{v.days, uint64(maxDays), TicksPerDay},
		{v.hours, 23, TicksPerHour},
		{v.minutes, 59, TicksPerMinute},
		{v.seconds, 59, TicksPerSecond},
		{fraction, math.MaxUint64, 1},
	} {
		if part.text == "" {
			continue
		}
		value, err := strconv.ParseUint(part.text, 10, 64)
		if err != nil || value > part.limit {
			return 0, spanElementTooLarge()
		}
		total += value * uint64(part.unit) //nolint:gosec // the bits are meant, or the range is checked before
	}
	switch {
	case negative && total <= math.MaxInt64+1:
		return TimeSpan(-total), nil //nolint:gosec // the bits are meant, or the range is checked before
	case !negative && total <= math.MaxInt64:
		return TimeSpan(total), nil
	}
	return 0, spanElementTooLarge()
}

func badTimeSpan() *Exception { return Format("String was not recognized as a valid TimeSpan.") }

func spanElementTooLarge() *Exception {
	return Overflow("The TimeSpan could not be parsed because at least one of the numeric components " +
		"is out of range or contains too many digits.")
}
