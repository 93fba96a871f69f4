package dotnet

import (
	"strconv"
	"strings"
)

// Lengths of z in a pattern.
const (
	shortOffset = 1 // +2
	hourOffset  = 2 // +02
	fullOffset  = 3 // +02:00
)

// custom writes by a pattern such as "yyyy-MM-dd".
func (w dateWriter) custom(layout []rune) (string, error) {
	var out strings.Builder
	for i := 0; i < len(layout); {
		token := layout[i]
		length := repeatCount(layout, i)
		switch token {
		case 'f', 'F':
			if length > fractionDigits {
				return "", Format("")
			}
			w.writeFraction(&out, token, length)
		case 'd', 'M', 'y', 'h', 'H', 'm', 's', 't', 'g', 'z':
			out.WriteString(w.component(token, length))
		case 'K':
			length = 1
			out.WriteString(w.zone)
		case '\'', '"':
			literal, end, err := readQuoted(layout, i)
			if err != nil {
				return "", err
			}
			out.WriteString(literal)
			length = end - i
		case '%':
			// The next letter is a specifier by itself: %dd is d twice.
			length = 2
			if i+1 >= len(layout) || layout[i+1] == '%' {
				return "", Format("")
			}
			text, err := w.custom(layout[i+1 : i+2])
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		case '\\':
			length = 2
			if i+1 >= len(layout) {
				return "", Format("")
			}
			out.WriteRune(layout[i+1])
		default:
			// Both cultures separate times by ':' and dates by '/'.
			length = 1
			out.WriteRune(token)
		}
		i += length
	}
	return out.String(), nil
}

func (w dateWriter) component(token rune, length int) string {
	d := w.when
	switch token {
	case 'd':
		return nameOrNumber(dayName(d.DayOfWeek()), d.Day(), length)
	case 'M':
		return nameOrNumber(monthName(d.Month()), d.Month(), length)
	case 'y':
		if length <= 2 {
			return padDigits(strconv.Itoa(d.Year()%100), length)
		}
		return padDigits(strconv.Itoa(d.Year()), length)
	case 'h':
		// Midnight and noon are twelve o'clock.
		return twoDigits((d.Hour()+11)%12+1, length)
	case 'H':
		return twoDigits(d.Hour(), length)
	case 'm':
		return twoDigits(d.Minute(), length)
	case 's':
		return twoDigits(d.Second(), length)
	case 't':
		designator := amDesignator
		if d.Hour() >= 12 {
			designator = pmDesignator
		}
		return designator[:min(length, len(designator))]
	case 'g':
		return eraName
	default:
		return formatOffset(w.offset, length)
	}
}

// writeFraction writes the fraction of the second. F drops zeros at the end, and
// the point before them when nothing is left.
func (w dateWriter) writeFraction(out *strings.Builder, token rune, length int) {
	fraction := padDigits(strconv.FormatInt(w.when.ticks()%TicksPerSecond, 10), fractionDigits)[:length]
	if token == 'F' {
		fraction = strings.TrimRight(fraction, "0")
	}
	if fraction != "" {
		out.WriteString(fraction)
		return
	}
	if before, found := strings.CutSuffix(out.String(), "."); found {
		out.Reset()
		out.WriteString(before)
	}
}

// nameOrNumber writes a day or month: 1 or 2 letters give its number, 3 its short
// name, more its full name.
func nameOrNumber(name string, number, length int) string {
	const shortName = 3
	switch {
	case length < shortName:
		return twoDigits(number, length)
	case length == shortName:
		return abbreviated(name)
	}
	return name
}

// twoDigits pads to the length of the specifier, which counts as 2 at most.
func twoDigits(number, length int) string {
	return padDigits(strconv.Itoa(number), min(length, 2))
}

func formatOffset(offset TimeSpan, length int) string {
	sign := "+"
	if offset < 0 {
		sign = "-"
		offset = -offset
	}
	switch length {
	case shortOffset, hourOffset:
		return sign + padDigits(strconv.Itoa(offset.Hours()), length)
	}
	return sign + padDigits(strconv.Itoa(offset.Hours()), 2) + ":" + padDigits(strconv.Itoa(offset.Minutes()), 2)
}
