package dotnet

// ParseDateTime reads a date, a time or both, as DateTime.Parse does: ISO 8601,
// RFC 1123, month/day/year, month names, AM and PM. What the text leaves out is
// today, the current year or midnight. A text with an offset or Z becomes local
// time unless the styles say otherwise. The error is a FormatException, or an
// ArgumentException for styles that do not go together.
func ParseDateTime(s string, _ *Culture, styles DateTimeStyles) (DateTime, error) {
	if err := styles.check(); err != nil {
		return DateTime{}, err
	}
	fields, err := readDate(s)
	if err != nil {
		return DateTime{}, err
	}
	return fields.dateTime(styles)
}

// ParseDateTimeOffset reads a DateTimeOffset. A text without an offset is local
// time, which is UTC. See ParseDateTime.
func ParseDateTimeOffset(s string, _ *Culture, styles DateTimeStyles) (DateTimeOffset, error) {
	if err := styles.checkOffset(); err != nil {
		return DateTimeOffset{}, err
	}
	fields, err := readDate(s)
	if err != nil {
		return DateTimeOffset{}, err
	}
	return fields.dateTimeOffset(styles)
}

// ParseDateTimeExact reads a date that has one of the given formats, standard or
// custom. Errors are those of ParseDateTime.
func ParseDateTimeExact(s string, formats []string, c *Culture, styles DateTimeStyles) (DateTime, error) {
	if err := styles.check(); err != nil {
		return DateTime{}, err
	}
	return parseExact(s, formats, c, styles, func(fields dateFields) (DateTime, error) {
		return fields.dateTime(styles)
	})
}

// ParseDateTimeOffsetExact is ParseDateTimeExact for a DateTimeOffset.
func ParseDateTimeOffsetExact(s string, formats []string, c *Culture, styles DateTimeStyles) (DateTimeOffset, error) {
	if err := styles.checkOffset(); err != nil {
		return DateTimeOffset{}, err
	}
	return parseExact(s, formats, c, styles, func(fields dateFields) (DateTimeOffset, error) {
		return fields.dateTimeOffset(styles)
	})
}

// parseExact tries the formats in turn. With one format alone its own fault is
// told; with several only that none fits.
func parseExact[T any](
	s string, formats []string, c *Culture, styles DateTimeStyles, finish func(dateFields) (T, error),
) (T, error) {
	var none T
	if len(formats) == 0 {
		return none, Format("No format specifiers were provided.")
	}
	var fault error
	for _, format := range formats {
		fields, err := readExact(s, format, c.orInvariant(), styles)
		if err == nil {
			var value T
			if value, err = finish(fields); err == nil {
				return value, nil
			}
		}
		fault = err
	}
	if len(formats) > 1 {
		fault = badDateTime()
	}
	return none, fault
}

func badDateTime() *Exception { return Format("String was not recognized as a valid DateTime.") }
