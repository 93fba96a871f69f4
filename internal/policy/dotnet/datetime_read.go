package dotnet

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// dateNumber is a number in a date; three digits and more make it a year.
type dateNumber struct {
	value  int
	isYear bool
}

// lastToken is what a dateReader read last, white space and commas apart.
type lastToken uint8

const (
	nothingYet lastToken = iota
	datePart
	dateSeparator
	timeMark // the T between date and time
	timePart
)

// dateReader reads the text of a date by no fixed format.
type dateReader struct {
	rest    string
	fields  dateFields
	numbers []dateNumber
	last    lastToken
	// era says that the era was read: there is one.
	era bool
	// beforeMonth is how many numbers stand before the name of the month.
	beforeMonth int
	// unknown is a word of which nothing is known, where fault says so.
	unknown string
	fault   *Exception
}

// readDate reads s in whole.
func readDate(s string) (dateFields, error) {
	r := dateReader{rest: strings.TrimSpace(s), fields: newDateFields()}
	for r.rest != "" {
		if !r.readToken() {
			return dateFields{}, r.failure(s)
		}
	}
	empty := r.last == nothingYet || r.last == dateSeparator || r.last == timeMark
	if empty || !r.resolveDate() || !r.fields.applyHalfDay() {
		return dateFields{}, badDateTime()
	}
	if r.fields.hour == absent && r.fields.month == absent {
		return dateFields{}, badDateTime()
	}
	return r.fields, nil
}

// failure is why the text is no date: an unknown word has a message of its own.
func (r *dateReader) failure(s string) error {
	switch {
	case r.fault != nil:
		return r.fault
	case r.unknown == "", r.fields.strict && r.last == timePart:
		return badDateTime()
	}
	at := len(strings.TrimRightFunc(s, unicode.IsSpace)) - len(r.unknown)
	index := len(utf16.Encode([]rune(s[:at])))
	return Format("The string was not recognized as a valid DateTime. There is an unknown word starting at index " + strconv.Itoa(index) + ".")
}

func (r *dateReader) readToken() bool {
	char := r.rest[0]
	switch {
	case char == '.' && r.fields.strict:
		return false
	case isNumberSpace(char), char == ',', char == '.':
		r.rest = r.rest[1:]
		return true
	case isDigit(char):
		return r.readNumber()
	case isLetter(char):
		return r.readWord()
	case char == '+', char == '-' && (r.last != datePart || r.wholeDate()):
		return r.readOffset()
	case (char == '-' || char == '/') && r.last == datePart:
		r.rest = r.rest[1:]
		r.last = dateSeparator
		return true
	}
	if first, _ := utf8.DecodeRuneInString(r.rest); unicode.IsLetter(first) {
		r.unknown = r.rest
	}
	return false
}

// wholeDate tells that day, month and year were read.
func (r *dateReader) wholeDate() bool {
	if r.fields.month != absent {
		return len(r.numbers) > 1
	}
	return len(r.numbers) > 2
}

func (r *dateReader) readNumber() bool {
	digits := takeWhile(&r.rest, isDigit)
	const longest = 8
	value, err := strconv.Atoi(digits)
	if err != nil || len(digits) > longest {
		return false
	}
	if strings.HasPrefix(r.rest, ":") {
		return r.readTime(value, len(digits))
	}
	if halfOfDay(leadingWord(strings.TrimLeft(r.rest, " "))) != anyHalf {
		r.fields.minute = max(r.fields.minute, 0)
		return r.setHour(value, len(digits))
	}
	if r.last == timeMark {
		return false
	}
	const shortestYear = 3
	r.numbers = append(r.numbers, dateNumber{value: value, isYear: len(digits) >= shortestYear})
	r.last = datePart
	return true
}

func (r *dateReader) setHour(hour, digits int) bool {
	// Behind a T each part of the time has two digits.
	if r.fields.hour != absent || digits > 2 || r.last == dateSeparator || r.fields.strict && digits != 2 {
		return false
	}
	r.fields.hour = hour
	r.last = timePart
	return true
}

// readTime reads what follows the hour: ":mm[:ss[.fff]]".
func (r *dateReader) readTime(hour, digits int) bool {
	if !r.setHour(hour, digits) || !r.readTimePart(&r.fields.minute) {
		return false
	}
	if !strings.HasPrefix(r.rest, ":") {
		return true
	}
	if !r.readTimePart(&r.fields.second) {
		return false
	}
	fraction, found := strings.CutPrefix(r.rest, ".")
	if !found || fraction == "" || !isDigit(fraction[0]) {
		return true
	}
	r.rest = fraction
	value, err := strconv.ParseFloat("0."+takeWhile(&r.rest, isDigit), 64)
	r.fields.fraction = int64(math.RoundToEven(value * float64(TicksPerSecond)))
	return err == nil
}

// readTimePart reads a colon and at most two digits.
func (r *dateReader) readTimePart(part *int) bool {
	r.rest = r.rest[1:]
	digits := takeWhile(&r.rest, isDigit)
	value, err := strconv.Atoi(digits)
	if err != nil || len(digits) > 2 || r.fields.strict && len(digits) != 2 {
		return false
	}
	*part = value
	return true
}

// readOffset reads "+hh", "+hhmm" or "+hh:mm" after a time.
func (r *dateReader) readOffset() bool {
	behindDate := r.last == datePart && r.wholeDate()
	if r.last != timePart && !behindDate || r.fields.zoned {
		return false
	}
	offset, ok := takeOffset(&r.rest)
	if ok && (offset > maxOffset || offset < -maxOffset) {
		r.fault = Format("The time zone offset must be within plus or minus 14 hours.")
		return false
	}
	r.fields.zoned = true
	r.fields.offset = offset
	return ok
}

func (r *dateReader) readWord() bool {
	word, from := leadingWord(r.rest), r.rest
	r.rest = r.rest[len(word):]
	half := halfOfDay(word)
	switch {
	case half != anyHalf:
		if r.last != timePart || r.fields.halfDay != anyHalf {
			return false
		}
		r.fields.halfDay = half
		return true
	case strings.EqualFold(word, "T"):
		if r.last != datePart || r.fields.hour != absent {
			r.unknown = from
			return false
		}
		r.fields.strict = true
		r.last = timeMark
		return true
	case strings.EqualFold(word, "Z"), strings.EqualFold(word, "GMT"):
		known := r.last == timePart || r.last == datePart
		if r.fields.strict && len(word) > 1 {
			return false
		}
		if !known || r.fields.zoned {
			return false
		}
		r.fields.zoned = true
		r.fields.zulu = true
		return true
	}
	if strings.EqualFold(word, "AD") && !r.era {
		r.era = true
		return true
	}
	known, ok := r.readName(word)
	if !known {
		r.unknown = from
	}
	return ok
}

// readName reads the name of a month or a day, and tells whether it is one.
func (r *dateReader) readName(word string) (known, ok bool) {
	if month, length := matchName(word, monthName, 1, monthsPerYear); length == len(word) {
		if r.fields.month != absent || r.last == timeMark {
			return true, false
		}
		r.fields.month, r.beforeMonth = month, len(r.numbers)
		r.last = datePart
		return true, true
	}
	day, length := matchName(word, dayName, 0, 6)
	switch {
	case length != len(word):
		return false, false
	case r.fields.dayOfWeek != absent || r.last == dateSeparator || r.last == timeMark:
		return true, false
	}
	r.fields.dayOfWeek = day
	return true, true
}

// leadingWord returns the ASCII letters that text begins with.
func leadingWord(text string) string { return takeWhile(&text, isLetter) }

// takeWhile cuts the bytes that suit off the front of text and returns them.
func takeWhile(text *string, suits func(byte) bool) string {
	whole, length := *text, 0
	for length < len(whole) && suits(whole[length]) {
		length++
	}
	*text = whole[length:]
	return whole[:length]
}

func isLetter(char byte) bool {
	lower := char | 0x20
	return lower >= 'a' && lower <= 'z'
}

func halfOfDay(word string) halfDay {
	switch {
	case strings.EqualFold(word, amDesignator):
		return morning
	case strings.EqualFold(word, pmDesignator):
		return afternoon
	}
	return anyHalf
}

// matchName finds the longest full or short name that text begins with, in
// either case. length is 0 when there is none.
func matchName(text string, name func(int) string, first, last int) (index, length int) {
	for i := first; i <= last; i++ {
		for _, form := range []string{name(i), abbreviated(name(i))} {
			fits := len(form) > length && len(form) <= len(text) && strings.EqualFold(text[:len(form)], form)
			if fits {
				index, length = i, len(form)
			}
		}
	}
	return index, length
}

// takeOffset cuts an offset from UTC off the front of text.
func takeOffset(text *string) (TimeSpan, bool) {
	whole := *text
	if whole == "" || whole[0] != '+' && whole[0] != '-' {
		return 0, false
	}
	negative := whole[0] == '-'
	*text = whole[1:]
	hours := takeWhile(text, isDigit)
	minutes := "0"
	if after, found := strings.CutPrefix(*text, ":"); found {
		*text = after
		minutes = takeWhile(text, isDigit)
	} else if len(hours) > 2 {
		hours, minutes = hours[:len(hours)-2], hours[len(hours)-2:]
	}
	hour, hourErr := strconv.Atoi(hours)
	minute, minuteErr := strconv.Atoi(minutes)
	if hourErr != nil || minuteErr != nil || len(hours) > 2 || len(minutes) > 2 || minute >= minutesPerHour {
		return 0, false
	}
	offset := TimeSpan(int64(hour)*TicksPerHour + int64(minute)*TicksPerMinute)
	if negative {
		offset = -offset
	}
	return offset, true
}
