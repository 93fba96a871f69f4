package dotnet

import (
	"strings"
	"unicode/utf16"
)

// Composite is String.Format: it puts argc arguments into the places of a format
// such as "{0,-10:N2}". arg returns the text of one argument by its own format,
// which is empty when the place names none. The error is a FormatException, or
// whatever arg returns.
func Composite(format string, argc int, arg func(index int, format string) (string, error)) (string, error) {
	r := compositeReader{rest: format}
	var out strings.Builder
	for {
		literal, more, err := r.readLiteral()
		if err != nil {
			return "", err
		}
		out.WriteString(literal)
		if !more {
			return out.String(), nil
		}
		place, err := r.readPlace(argc)
		if err != nil {
			return "", err
		}
		text, err := arg(place.index, place.format)
		if err != nil {
			return "", err
		}
		out.WriteString(place.pad(text))
	}
}

// compositePlace is one {index,width:format}.
type compositePlace struct {
	index     int
	width     int
	leftAlign bool
	format    string
}

// pad counts in UTF-16 units, as .NET does.
func (p compositePlace) pad(text string) string {
	length := 0
	for _, r := range text {
		length += max(utf16.RuneLen(r), 1)
	}
	padding := strings.Repeat(" ", max(p.width-length, 0))
	if p.leftAlign {
		return text + padding
	}
	return padding + text
}

type compositeReader struct {
	rest string
}

// readLiteral reads up to the next place, and reports whether there is one.
func (r *compositeReader) readLiteral() (literal string, more bool, err error) {
	var out strings.Builder
	for r.rest != "" {
		char := r.rest[0]
		doubled := len(r.rest) > 1 && r.rest[1] == char
		switch {
		case char != '{' && char != '}':
			out.WriteByte(char)
			r.rest = r.rest[1:]
		case doubled:
			out.WriteByte(char)
			r.rest = r.rest[2:]
		case char == '{':
			r.rest = r.rest[1:]
			return out.String(), true, nil
		default:
			return "", false, Format("")
		}
	}
	return out.String(), false, nil
}

// readPlace reads a place whose opening brace has been read.
func (r *compositeReader) readPlace(argc int) (compositePlace, error) {
	var place compositePlace
	var ok bool
	if place.index, ok = r.readNumber(); !ok {
		return place, Format("")
	}
	if place.index >= argc {
		return place, Format("Index (zero based) must be greater than or equal to zero and less than the size of the argument list.")
	}
	r.skipSpaces()
	if r.take(',') {
		r.skipSpaces()
		place.leftAlign = r.take('-')
		if place.width, ok = r.readNumber(); !ok {
			return place, Format("")
		}
		r.skipSpaces()
	}
	if r.take(':') {
		if place.format, ok = r.readFormat(); !ok {
			return place, Format("")
		}
	}
	if !r.take('}') {
		return place, Format("")
	}
	return place, nil
}

// readNumber reads an index or a width. A million and more is where .NET stops
// to read digits, so that the next one is a fault.
func (r *compositeReader) readNumber() (int, bool) {
	const limit = 1_000_000
	if r.rest == "" || !isDigit(r.rest[0]) {
		return 0, false
	}
	number := 0
	for r.rest != "" && isDigit(r.rest[0]) && number < limit {
		number = number*10 + int(r.rest[0]-'0')
		r.rest = r.rest[1:]
	}
	return number, r.rest != ""
}

// readFormat reads an argument's own format up to the closing brace. A doubled
// brace stands for one.
func (r *compositeReader) readFormat() (string, bool) {
	var out strings.Builder
	for r.rest != "" {
		char := r.rest[0]
		doubled := len(r.rest) > 1 && r.rest[1] == char
		switch {
		case char != '{' && char != '}':
			r.rest = r.rest[1:]
		case doubled:
			r.rest = r.rest[2:]
		case char == '}':
			return out.String(), true
		default:
			return "", false
		}
		out.WriteByte(char)
	}
	return "", false
}

func (r *compositeReader) take(char byte) bool {
	if r.rest == "" || r.rest[0] != char {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

func (r *compositeReader) skipSpaces() { r.rest = strings.TrimLeft(r.rest, " ") }
