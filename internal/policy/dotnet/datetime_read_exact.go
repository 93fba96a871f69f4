package dotnet

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// exactReader reads the text of a date by a format.
type exactReader struct {
	rest   string
	fields dateFields
	styles DateTimeStyles

	twelveHours  bool
	twoDigitYear bool
	seconds      bool // the fraction has been read
}

// readExact reads s in whole by a standard or custom format.
func readExact(s, format string, c *Culture, styles DateTimeStyles) (dateFields, error) {
	layout, ok := exactLayout(format, c)
	if !ok {
		return dateFields{}, Format("")
	}
	r := exactReader{rest: s, fields: newDateFields(), styles: styles}
	r.fields.exact = true
	r.fields.strict = true
	if format == "U" {
		r.fields.zoned = true
		r.fields.zulu = true
	}
	if styles.has(DateAllowTrailingWhite) {
		layout = strings.TrimRight(layout, " ")
		r.rest = strings.TrimRightFunc(r.rest, unicode.IsSpace)
	}
	if styles.has(DateAllowLeadingWhite) {
		layout = strings.TrimLeft(layout, " ")
		r.skipSpace()
	}
	if err := r.read([]rune(layout)); err != nil {
		return dateFields{}, err
	}
	if r.rest != "" || s == "" || !r.finish() {
		return dateFields{}, badDateTime()
	}
	return r.fields, nil
}

// exactLayout returns the pattern of a format. It reports false for an empty
// format or a standard one that does not exist.
func exactLayout(format string, c *Culture) (string, bool) {
	letter, size := utf8.DecodeRuneInString(format)
	if format == "" || size < len(format) {
		return format, format != ""
	}
	return standardPattern(letter, false, c)
}

func (r *exactReader) skipSpace() { r.rest = strings.TrimLeftFunc(r.rest, unicode.IsSpace) }

func (r *exactReader) read(layout []rune) error {
	for i := 0; i < len(layout); {
		if r.styles.has(DateAllowInnerWhite) {
			r.skipSpace()
		}
		length, err := r.readSpecifier(layout, i)
		if err != nil {
			return err
		}
		i += length
	}
	if r.styles.has(DateAllowInnerWhite) {
		r.skipSpace()
	}
	return nil
}

// readSpecifier reads what the specifier at i stands for. It returns how many
// characters of the format that was.
func (r *exactReader) readSpecifier(layout []rune, i int) (int, error) {
	length := repeatCount(layout, i)
	var fits bool
	switch token := layout[i]; token {
	case 'y', 'M', 'd', 'h', 'H', 'm', 's', 'f', 'F', 't', 'z', 'g':
		fits = r.readPart(token, length)
	case 'K':
		length = 1
		fits = r.readZone()
	case 'Z':
		length = 1
		fits = r.take("Z") && r.setZone(0, true)
	case '\'', '"':
		literal, end, err := readQuoted(layout, i)
		if err != nil {
			return 0, err
		}
		length = end - i
		fits = r.take(literal)
	case '%':
		length = 1
		if i+1 >= len(layout) || layout[i+1] == '%' {
			return 0, Format("")
		}
		fits = true
	case '\\':
		length = 2
		if i+1 >= len(layout) {
			return 0, Format("")
		}
		fits = r.take(string(layout[i+1]))
	case ' ':
		length = 1
		fits = r.styles.has(DateAllowInnerWhite) || r.take(" ")
	case '.':
		length = 1
		fits = r.take(".")
		// ".FFF" may be missing together with its point.
		if !fits && i+1 < len(layout) && layout[i+1] == 'F' {
			return 1 + repeatCount(layout, i+1), nil
		}
	default:
		return r.readLiteral(layout, i)
	}
	if !fits {
		return 0, badDateTime()
	}
	return length, nil
}

func (r *exactReader) readLiteral(layout []rune, i int) (int, error) {
	const zone = "GMT"
	literal := string(layout[i])
	if i+len(zone) <= len(layout) && string(layout[i:i+len(zone)]) == zone {
		literal = zone
	}
	if !r.take(literal) || literal == zone && !r.setZone(0, false) {
		return 0, badDateTime()
	}
	return utf8.RuneCountInString(literal), nil
}

func (r *exactReader) take(literal string) bool {
	rest, found := strings.CutPrefix(r.rest, literal)
	r.rest = rest
	return found
}

func (r *exactReader) setZone(offset TimeSpan, zulu bool) bool {
	if r.fields.zoned && r.fields.offset != offset {
		return false
	}
	r.fields.zoned = true
	r.fields.offset = offset
	r.fields.zulu = zulu
	return true
}

// readZone reads what K stands for: Z, an offset or nothing.
func (r *exactReader) readZone() bool {
	switch {
	case r.take("Z"):
		return r.setZone(0, true)
	case strings.HasPrefix(r.rest, "+"), strings.HasPrefix(r.rest, "-"):
		offset, ok := takeOffset(&r.rest)
		return ok && r.setZone(offset, false)
	}
	return true
}

// takeNumber reads a number that has the specifier's length; a single letter
// stands for one or two digits.
func (r *exactReader) takeNumber(length int) (int, bool) {
	shortest, longest := length, length
	if length == 1 {
		longest = 2
	}
	count := 0
	for count < min(longest, len(r.rest)) && isDigit(r.rest[count]) {
		count++
	}
	value, err := strconv.Atoi(r.rest[:count])
	if err != nil || count < shortest {
		return 0, false
	}
	r.rest = r.rest[count:]
	return value, true
}

// finish works out what only the whole text tells.
func (r *exactReader) finish() bool {
	const noon = 12
	f := &r.fields
	if r.twoDigitYear && f.year != absent {
		f.year = fourDigitYear(f.year)
	}
	switch {
	case r.twelveHours && f.hour > noon:
		return false
	case r.twelveHours && f.halfDay == anyHalf:
		f.halfDay = morning
	case !r.twelveHours && f.halfDay == morning && f.hour >= noon:
		return false
	case !r.twelveHours && f.halfDay == afternoon && f.hour < noon:
		return false
	}
	return f.applyHalfDay()
}
