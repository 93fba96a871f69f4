package dotnet

import (
	"strconv"
	"strings"
)

const (
	fractionDigits  = 7 // of a tick
	maxSpanDayCount = 8 // letters d in a custom format
)

// String writes s in the constant format "c": [-][d.]hh:mm:ss[.fffffff].
func (s TimeSpan) String() string { return splitSpan(s).constant() }

// FormatTimeSpan writes s by a standard format (c, t, T, g, G) or a custom one.
// An empty format is "c". The error is a FormatException. Both known cultures
// write a span alike.
func FormatTimeSpan(s TimeSpan, format string, _ *Culture) (string, error) {
	parts := splitSpan(s)
	switch format {
	case "", "c", "t", "T":
		return parts.constant(), nil
	case "g":
		return parts.generalShort(), nil
	case "G":
		return parts.generalLong(), nil
	}
	layout := []rune(format)
	if len(layout) == 1 {
		return "", Format("")
	}
	return parts.custom(layout)
}

// spanParts is a span taken apart; the parts bear no sign.
type spanParts struct {
	negative                      bool
	days, hours, minutes, seconds uint64
	fraction                      uint64 // ticks, below one second
}

func splitSpan(s TimeSpan) spanParts {
	ticks := uint64(s) //nolint:gosec // the bits are meant, or the range is checked before
	if s < 0 {
		ticks = -ticks
	}
	return spanParts{
		negative: s < 0,
		days:     ticks / uint64(TicksPerDay),
		hours:    ticks / uint64(TicksPerHour) % 24,
		minutes:  ticks / uint64(TicksPerMinute) % 60,
		seconds:  ticks / uint64(TicksPerSecond) % 60,
		fraction: ticks % uint64(TicksPerSecond),
	}
}

func (p spanParts) sign() string {
	if p.negative {
		return "-"
	}
	return ""
}

func (p spanParts) minutesAndSeconds() string {
	return ":" + padNumber(p.minutes, 2) + ":" + padNumber(p.seconds, 2)
}

func (p spanParts) constant() string {
	text := p.sign()
	if p.days != 0 {
		text += padNumber(p.days, 1) + "."
	}
	text += padNumber(p.hours, 2) + p.minutesAndSeconds()
	if p.fraction != 0 {
		text += "." + padNumber(p.fraction, fractionDigits)
	}
	return text
}

func (p spanParts) generalShort() string {
	text := p.sign()
	if p.days != 0 {
		text += padNumber(p.days, 1) + ":"
	}
	text += padNumber(p.hours, 1) + p.minutesAndSeconds()
	if p.fraction != 0 {
		text += decimalSeparator + strings.TrimRight(padNumber(p.fraction, fractionDigits), "0")
	}
	return text
}

func (p spanParts) generalLong() string {
	return p.sign() + padNumber(p.days, 1) + ":" + padNumber(p.hours, 2) + p.minutesAndSeconds() +
		decimalSeparator + padNumber(p.fraction, fractionDigits)
}

// custom writes by a custom format. It shows no sign: .NET leaves that to the
// caller.
func (p spanParts) custom(layout []rune) (string, error) {
	var out strings.Builder
	for i := 0; i < len(layout); {
		token := layout[i]
		var length int
		switch token {
		case 'h', 'm', 's', 'f', 'F', 'd':
			length = repeatCount(layout, i)
			text, ok := p.component(token, length)
			if !ok {
				return "", Format("")
			}
			out.WriteString(text)
		case '\'', '"':
			literal, end, err := readQuoted(layout, i)
			if err != nil {
				return "", err
			}
			out.WriteString(literal)
			length = end - i
		case '%':
			// The next letter is a specifier by itself: %hh is h twice.
			length = 2
			if i+1 >= len(layout) || layout[i+1] == '%' {
				return "", Format("")
			}
			text, err := p.custom(layout[i+1 : i+2])
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		case '\\':
			if i+1 >= len(layout) {
				return "", Format("")
			}
			out.WriteRune(layout[i+1])
			length = 2
		default:
			return "", Format("")
		}
		i += length
	}
	return out.String(), nil
}

func (p spanParts) component(token rune, length int) (string, bool) {
	limit := 2
	var value uint64
	switch token {
	case 'h':
		value = p.hours
	case 'm':
		value = p.minutes
	case 's':
		value = p.seconds
	case 'd':
		value = p.days
		limit = maxSpanDayCount
	default:
		if length > fractionDigits {
			return "", false
		}
		fraction := padNumber(p.fraction, fractionDigits)[:length]
		if token == 'F' {
			fraction = strings.TrimRight(fraction, "0")
		}
		return fraction, true
	}
	return padNumber(value, length), length <= limit
}

func padNumber(v uint64, length int) string {
	return padDigits(strconv.FormatUint(v, 10), length)
}

// repeatCount returns how often the character at i stands there in a row.
func repeatCount(layout []rune, i int) int {
	end := i + 1
	for end < len(layout) && layout[end] == layout[i] {
		end++
	}
	return end - i
}

// readQuoted reads the literal whose quote is at i. It returns the index behind
// the closing quote. A backslash lets the next character stand for itself. The
// error is a FormatException.
func readQuoted(layout []rune, i int) (literal string, end int, err error) {
	var out strings.Builder
	for end = i + 1; end < len(layout); end++ {
		switch layout[end] {
		case layout[i]:
			return out.String(), end + 1, nil
		case '\\':
			if end++; end >= len(layout) {
				return "", 0, Format("")
			}
		}
		out.WriteRune(layout[end])
	}
	return "", 0, Format("Cannot find a matching quote character for the character '" + string(layout[i]) + "'.")
}
