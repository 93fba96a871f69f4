package dotnet

import (
	"strings"
	"unicode/utf8"
)

// NumberStyles is System.Globalization.NumberStyles: what the text of a number
// may hold.
type NumberStyles int32

// .NET's NumberStyles. Those that begin with Style are combinations.
const (
	NumberStylesNone    NumberStyles = 0
	AllowLeadingWhite   NumberStyles = 1
	AllowTrailingWhite  NumberStyles = 2
	AllowLeadingSign    NumberStyles = 4
	AllowTrailingSign   NumberStyles = 8
	AllowParentheses    NumberStyles = 16
	AllowDecimalPoint   NumberStyles = 32
	AllowThousands      NumberStyles = 64
	AllowExponent       NumberStyles = 128
	AllowCurrencySymbol NumberStyles = 256
	AllowHexSpecifier   NumberStyles = 512
	StyleInteger        NumberStyles = 7
	StyleHexNumber      NumberStyles = 515
	StyleNumber         NumberStyles = 111
	StyleFloat          NumberStyles = 167
	StyleCurrency       NumberStyles = 383
	StyleAny            NumberStyles = 511
)

func (s NumberStyles) has(flag NumberStyles) bool { return s&flag != 0 }

// maxScannedDigits is how many digits .NET Framework keeps of a long number.
const maxScannedDigits = 50

// numberScanner reads the text of a number from left to right.
type numberScanner struct {
	rest   string
	styles NumberStyles
	// symbol is the currency symbol that may still come, or empty.
	symbol string
	// exact keeps trailing zeros, which a decimal shows.
	exact bool

	number      number
	signed      bool
	parenthesis bool
	anyDigit    bool
	nonZero     bool
	point       bool
	significant int // digits up to the last that is not zero
}

// scanNumber reads s in whole. It reports false when s is no number.
func scanNumber(s string, styles NumberStyles, exact bool, c *Culture) (number, bool) {
	scanner := numberScanner{rest: s, styles: styles, exact: exact}
	if styles.has(AllowCurrencySymbol) {
		scanner.symbol = c.currencySymbol
	}
	scanner.scanPrefix()
	scanner.scanDigits()
	if !scanner.anyDigit {
		return number{}, false
	}
	scanner.scanExponent()
	scanner.scanSuffix()
	// Characters of code 0 after a number do not disturb .NET.
	if scanner.parenthesis || strings.Trim(scanner.rest, "\x00") != "" {
		return number{}, false
	}
	n := scanner.number
	n.digits = n.digits[:scanner.significant]
	if !scanner.nonZero {
		if !exact {
			n.scale = 0
		}
		if !scanner.point {
			n.negative = false
		}
	}
	return n, true
}

func (s *numberScanner) take(prefix string) bool {
	rest, found := strings.CutPrefix(s.rest, prefix)
	if found && prefix != "" {
		s.rest = rest
		return true
	}
	return false
}

func (s *numberScanner) takeWhite() bool {
	if s.rest == "" || !isNumberSpace(s.rest[0]) {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *numberScanner) takeSign() bool {
	switch {
	case s.signed:
		return false
	case s.take("+"):
	case s.take("-"):
		s.number.negative = true
	default:
		return false
	}
	s.signed = true
	return true
}

func (s *numberScanner) takeSymbol() bool {
	if !s.take(s.symbol) {
		return false
	}
	s.symbol = ""
	return true
}

func (s *numberScanner) scanPrefix() {
	for {
		// No white space follows a sign, save when a currency symbol stood there.
		whiteAllowed := !s.signed || s.styles.has(AllowCurrencySymbol) && s.symbol == ""
		switch {
		case s.styles.has(AllowLeadingWhite) && whiteAllowed && s.takeWhite():
		case s.styles.has(AllowLeadingSign) && s.takeSign():
		case s.styles.has(AllowParentheses) && !s.signed && s.take("("):
			s.signed = true
			s.parenthesis = true
			s.number.negative = true
		case s.takeSymbol():
		default:
			return
		}
	}
}

func (s *numberScanner) scanDigits() {
	for s.rest != "" {
		char := s.rest[0]
		switch {
		case isDigit(char), s.styles.has(AllowHexSpecifier) && isHexDigit(char):
			s.rest = s.rest[1:]
			s.addDigit(char)
		case s.styles.has(AllowDecimalPoint) && !s.point && s.take(decimalSeparator):
			s.point = true
		case s.styles.has(AllowThousands) && s.anyDigit && !s.point && s.take(groupSeparator):
		default:
			return
		}
	}
}

func (s *numberScanner) addDigit(digit byte) {
	s.anyDigit = true
	if digit == '0' && !s.nonZero {
		if s.point {
			s.number.scale--
		}
		return
	}
	s.nonZero = true
	if len(s.number.digits) < maxScannedDigits {
		s.number.digits = append(s.number.digits, digit)
		if digit != '0' || s.exact {
			s.significant = len(s.number.digits)
		}
	}
	if !s.point {
		s.number.scale++
	}
}

// scanExponent reads an exponent. An E without digits stays unread, so that the
// text is no number.
func (s *numberScanner) scanExponent() {
	if !s.styles.has(AllowExponent) || s.rest == "" || s.rest[0]|0x20 != 'e' {
		return
	}
	const tooLarge = 1000
	digits := s.rest[1:]
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	exponent, length := 0, 0
	for ; length < len(digits) && isDigit(digits[length]); length++ {
		exponent = min(exponent*10+int(digits[length]-'0'), tooLarge*10)
	}
	if length == 0 {
		return
	}
	s.rest = digits[length:]
	if negative {
		exponent = -exponent
	}
	s.number.scale += exponent
}

func (s *numberScanner) scanSuffix() {
	for {
		switch {
		case s.styles.has(AllowTrailingWhite) && s.takeWhite():
		case s.styles.has(AllowTrailingSign) && s.takeSign():
		case s.parenthesis && s.take(")"):
			s.parenthesis = false
		case s.takeSymbol():
		default:
			return
		}
	}
}

// isNumberSpace tells the white space around a number: it is ASCII only.
func isNumberSpace(char byte) bool {
	return char == ' ' || char >= '\t' && char <= '\r'
}

func isHexDigit(char byte) bool {
	lower := char | 0x20
	return isDigit(char) || char < utf8.RuneSelf && lower >= 'a' && lower <= 'f'
}
