package dotnet

// Patterns that are the same in every culture.
const (
	rfc1123Pattern         = "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"
	sortablePattern        = "yyyy'-'MM'-'dd'T'HH':'mm':'ss"
	universalPattern       = "yyyy'-'MM'-'dd HH':'mm':'ss'Z'"
	roundTripPattern       = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK"
	offsetRoundTripPattern = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffzzz"
)

// Format writes d as ToString(format) does. An empty format is "G". The error is
// a FormatException.
func (d DateTime) Format(format string, c *Culture) (string, error) {
	w := dateWriter{when: d}
	if d.Kind != Unspecified {
		w.zone = "+00:00"
	}
	if d.Kind == UTC {
		w.zone = "Z"
	}
	if format == "" {
		format = "G"
	}
	return w.write(c.orInvariant(), []rune(format))
}

// Format writes d as ToString(format) does. An empty format is the short date,
// the long time and the offset. The error is a FormatException.
func (d DateTimeOffset) Format(format string, c *Culture) (string, error) {
	c = c.orInvariant()
	if format == "" {
		format = c.shortDate + " " + c.longTime + " zzz"
	}
	w := dateWriter{when: d.DateTime(), offset: d.offset(), hasOffset: true}
	w.zone = formatOffset(w.offset, fullOffset)
	return w.write(c, []rune(format))
}

// dateWriter writes one DateTime or DateTimeOffset.
type dateWriter struct {
	when      DateTime
	offset    TimeSpan
	hasOffset bool
	// zone is what K stands for.
	zone string
}

func (w dateWriter) write(c *Culture, layout []rune) (string, error) {
	if len(layout) != 1 {
		return w.custom(layout)
	}
	letter := layout[0]
	switch letter {
	case 'r', 'R', 'u':
		// Both claim to be UTC: a DateTimeOffset is converted, a DateTime is not.
		w.when = DateTime{Ticks: w.when.Ticks - int64(w.offset), Kind: w.when.Kind}
		w.offset = 0
	case 'U':
		if w.hasOffset {
			return "", Format("")
		}
	}
	pattern, ok := standardPattern(letter, w.hasOffset, c)
	if !ok {
		return "", Format("")
	}
	return w.custom([]rune(pattern))
}

// standardPattern returns the pattern that a standard format stands for.
func standardPattern(letter rune, hasOffset bool, c *Culture) (string, bool) {
	switch letter {
	case 'd':
		return c.shortDate, true
	case 'D':
		return c.longDate, true
	case 'f':
		return c.longDate + " " + c.shortTime, true
	case 'F', 'U':
		return c.longDate + " " + c.longTime, true
	case 'g':
		return c.shortDate + " " + c.shortTime, true
	case 'G':
		return c.shortDate + " " + c.longTime, true
	case 'm', 'M':
		return c.monthDay, true
	case 'o', 'O':
		if hasOffset {
			return offsetRoundTripPattern, true
		}
		return roundTripPattern, true
	case 'r', 'R':
		return rfc1123Pattern, true
	case 's':
		return sortablePattern, true
	case 't':
		return c.shortTime, true
	case 'T':
		return c.longTime, true
	case 'u':
		return universalPattern, true
	case 'y', 'Y':
		return c.yearMonth, true
	}
	return "", false
}
