package dotnet

// formatShape is what one section asks for.
type formatShape struct {
	digitCount  int
	decimalPos  int
	firstZero   int // digits before the point that are always shown
	lastZero    int // minus the digits after the point that are always shown
	scaleAdjust int
	scientific  bool
	grouped     bool
}

// shapeReader counts while readShape walks over a section.
type shapeReader struct {
	formatShape
	commaPos   int
	commaCount int
}

func readShape(section []rune) formatShape {
	const none = 1 << 30
	r := shapeReader{formatShape: formatShape{decimalPos: -1, firstZero: none}, commaPos: -1}
	for i := 0; i < len(section); i++ {
		switch section[i] {
		case ';', 0:
			i = len(section)
		case '#':
			r.digitCount++
		case '0':
			r.firstZero = min(r.firstZero, r.digitCount)
			r.digitCount++
			r.lastZero = r.digitCount
		case '.':
			if r.decimalPos < 0 {
				r.decimalPos = r.digitCount
			}
		case ',':
			r.comma()
		case '%':
			r.scaleAdjust += 2
		case '‰':
			r.scaleAdjust += 3
		case '\'', '"':
			i = skipQuoted(section, i)
		case '\\':
			i++
		case 'E', 'e':
			if exponent, ok := readExponent(section, i); ok {
				r.scientific = true
				i = exponent.end - 1
			}
		}
	}
	return r.finish()
}

func (r *shapeReader) comma() {
	if r.digitCount == 0 || r.decimalPos >= 0 {
		return
	}
	if r.commaPos == r.digitCount {
		r.commaCount++
		return
	}
	if r.commaPos >= 0 {
		r.grouped = true
	}
	r.commaPos = r.digitCount
	r.commaCount = 1
}

func (r *shapeReader) finish() formatShape {
	if r.decimalPos < 0 {
		r.decimalPos = r.digitCount
	}
	switch {
	case r.commaPos < 0:
	case r.commaPos == r.decimalPos:
		// Commas right before the point divide by a thousand each.
		r.scaleAdjust -= r.commaCount * groupSize
	default:
		r.grouped = true
	}
	r.firstZero = max(r.decimalPos-r.firstZero, 0)
	r.lastZero = min(r.decimalPos-r.lastZero, 0)
	return r.formatShape
}

// exponentShape is an exponent of a custom format: E0, E+00, e-000.
type exponentShape struct {
	minDigits int
	plus      bool
	end       int
}

// readExponent reads the exponent whose E is at i, if there is one.
func readExponent(section []rune, i int) (exponentShape, bool) {
	shape := exponentShape{end: i + 1}
	if shape.end < len(section) && (section[shape.end] == '+' || section[shape.end] == '-') {
		shape.plus = section[shape.end] == '+'
		shape.end++
	}
	for shape.end < len(section) && section[shape.end] == '0' {
		shape.minDigits++
		shape.end++
	}
	const maxDigits = 10
	found := shape.minDigits > 0
	shape.minDigits = min(shape.minDigits, maxDigits)
	return shape, found
}
