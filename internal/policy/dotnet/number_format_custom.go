package dotnet

import "strings"

// Sections of a custom format, divided by semicolons.
const (
	firstSection = iota
	negativeSection
	zeroSection
)

// formatCustom writes n by a custom format such as "#,##0.00;(#)". Both known
// cultures do so alike.
func (n number) formatCustom(format string) string {
	layout := []rune(format)
	wanted := firstSection
	switch {
	case n.isZero():
		wanted = zeroSection
	case n.negative:
		wanted = negativeSection
	}
	start := findSection(layout, wanted)
	shape := readShape(layout[start:])
	if n.isZero() {
		n.scale = 0
		n.negative = false
	} else {
		rounded := n.roundedTo(shape)
		if rounded.isZero() {
			// What rounds to zero is shown as zero is.
			if zeroStart := findSection(layout, zeroSection); zeroStart != start {
				start = zeroStart
				shape = readShape(layout[start:])
				rounded.scale = 0
			}
		}
		n = rounded
	}
	return newCustomWriter(n, shape, layout[start:], start == 0).write()
}

func (n number) roundedTo(shape formatShape) number {
	n.scale += shape.scaleAdjust
	digits := n.scale + shape.digitCount - shape.decimalPos
	if shape.scientific {
		digits = shape.digitCount
	}
	n.round(digits)
	return n
}

// findSection returns where a section begins. It is 0, the first section, when
// the format has no such section or an empty one.
func findSection(layout []rune, section int) int {
	if section == firstSection {
		return 0
	}
	for i := 0; i < len(layout); i++ {
		switch layout[i] {
		case '\'', '"':
			i = skipQuoted(layout, i)
		case '\\':
			i++
		case ';':
			section--
			if section > 0 {
				continue
			}
			if i+1 < len(layout) && layout[i+1] != ';' {
				return i + 1
			}
			return 0
		case 0:
			return 0
		}
	}
	return 0
}

// skipQuoted returns the index of the quote that closes the one at i, or the
// last index when none does.
func skipQuoted(layout []rune, i int) int {
	for end := i + 1; end < len(layout); end++ {
		if layout[end] == layout[i] {
			return end
		}
	}
	return len(layout) - 1
}

// customWriter writes one number by one section.
type customWriter struct {
	out     strings.Builder
	section []rune
	shape   formatShape

	reader         digitReader
	exponent       int
	scientific     bool
	place          int // digits before the point still to write; minus those after
	surplus        int // digits of the number beyond the section's; negative when fewer
	decimalWritten bool
}

func newCustomWriter(n number, shape formatShape, section []rune, signed bool) *customWriter {
	w := &customWriter{section: section, shape: shape, reader: digitReader{n.digits}}
	w.scientific = shape.scientific
	w.place = shape.decimalPos
	if !n.isZero() {
		w.exponent = n.scale - shape.decimalPos
	}
	if !w.scientific {
		w.place = max(n.scale, shape.decimalPos)
		w.surplus = n.scale - shape.decimalPos
	}
	if n.negative && signed {
		w.out.WriteByte('-')
	}
	return w
}

func (w *customWriter) write() string {
	for i := 0; i < len(w.section); i++ {
		switch r := w.section[i]; r {
		case ';', 0:
			return w.out.String()
		case '#', '0':
			w.writeSurplus()
			w.writePlace()
		case '.':
			w.writeSurplus()
			w.writePoint()
		case '%':
			w.out.WriteString(percentSymbol)
		case '‰':
			w.out.WriteString(perMilleSymbol)
		case ',':
		case '\'', '"':
			end := skipQuoted(w.section, i)
			for _, literal := range w.section[i+1 : max(end, i+1)] {
				w.out.WriteRune(literal)
			}
			if end > i && w.section[end] != r {
				w.out.WriteRune(w.section[end])
			}
			i = max(end, i)
		case '\\':
			if i++; i < len(w.section) {
				w.out.WriteRune(w.section[i])
			}
		case 'E', 'e':
			i = w.writeExponent(i)
		default:
			w.out.WriteRune(r)
		}
	}
	return w.out.String()
}

// writeSurplus writes the digits that stand before the section's first place.
func (w *customWriter) writeSurplus() {
	for ; w.surplus > 0; w.surplus-- {
		w.writeDigit(w.reader.next())
		w.place--
	}
}

func (w *customWriter) writePlace() {
	switch {
	case w.surplus < 0:
		w.surplus++
		if w.place <= w.shape.firstZero {
			w.writeDigit('0')
		}
	case w.reader.more() || w.place > w.shape.lastZero:
		w.writeDigit(w.reader.next())
	}
	w.place--
}

func (w *customWriter) writeDigit(digit byte) {
	w.out.WriteByte(digit)
	if w.shape.grouped && w.place > 1 && (w.place-1)%groupSize == 0 {
		w.out.WriteString(groupSeparator)
	}
}

func (w *customWriter) writePoint() {
	if w.place != 0 || w.decimalWritten {
		return
	}
	if w.shape.lastZero < 0 || w.shape.decimalPos < w.shape.digitCount && w.reader.more() {
		w.out.WriteString(decimalSeparator)
		w.decimalWritten = true
	}
}

// writeExponent writes the exponent, or what only looks like one, and returns
// the index of the last character that it used.
func (w *customWriter) writeExponent(i int) int {
	shape, ok := readExponent(w.section, i)
	if ok && w.scientific {
		w.out.WriteString(formatExponent(w.exponent, byte(w.section[i]), shape.minDigits, shape.plus)) //nolint:gosec // the bits are meant, or the range is checked before
		w.scientific = false
		return shape.end - 1
	}
	for _, literal := range w.section[i:shape.end] {
		w.out.WriteRune(literal)
	}
	return shape.end - 1
}
