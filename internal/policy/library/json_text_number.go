package library

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// longestInteger is how many digits Newtonsoft.Json takes for a whole number.
const longestInteger = 380

func (r *textReader) number(kind readKind) error {
	start := r.at
	for r.at < len(r.s) && strings.IndexByte("+-.0123456789xXabcdefABCDEF", r.s[r.at]) >= 0 {
		r.at++
	}
	if r.at < len(r.s) && strings.IndexByte(",}])/", r.s[r.at]) < 0 && !unicode.IsSpace(r.char()) {
		return r.fail("Unexpected character encountered while parsing number: " + string(r.char()) + ".")
	}
	text := r.s[start:r.at]
	token, value, message := readNumber(text, kind)
	r.valueRead()
	if message != "" {
		return r.fail(message)
	}
	r.set(token, value)
	return nil
}

// readNumber makes a value of a number's text, or tells why it is none.
func readNumber(text string, kind readKind) (token jsonToken, value any, message string) {
	otherBase := len(text) > 1 && text[0] == '0' && strings.IndexByte(".eE", text[1]) < 0
	switch kind {
	case readString:
		if _, ok := otherNumber(text, 64); otherBase && !ok || !otherBase && !isReal(text) {
			return 0, nil, "Input string '" + text + "' is not a valid number."
		}
		return tokenString, text, ""
	case readInt32:
		if otherBase {
			n, ok := otherNumber(text, 32)
			if !ok {
				return 0, nil, "Input string '" + text + "' is not a valid integer."
			}
			return tokenInteger, int32(n), "" //nolint:gosec // two's complement, as Convert.ToInt32 reads it
		}
		if !isWhole(text) {
			return 0, nil, "Input string '" + text + "' is not a valid integer."
		}
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return 0, nil, "JSON integer " + text + " is too large or small for an Int32."
		}
		return tokenInteger, int32(n), ""
	case readDecimal:
		if otherBase {
			n, ok := otherNumber(text, 64)
			if !ok {
				return 0, nil, "Input string '" + text + "' is not a valid decimal."
			}
			return tokenFloat, dotnet.NewDecimal(n), ""
		}
		d, err := dotnet.ParseDecimal(text, dotnet.StyleFloat, dotnet.Invariant())
		if err != nil || !isReal(text) {
			return 0, nil, "Input string '" + text + "' is not a valid decimal."
		}
		return tokenFloat, d, ""
	case readDouble:
		if otherBase {
			n, ok := otherNumber(text, 64)
			if !ok {
				return 0, nil, "Input string '" + text + "' is not a valid double."
			}
			return tokenFloat, float64(n), ""
		}
		if !isReal(text) {
			return 0, nil, "Input string '" + text + "' is not a valid double."
		}
		f, _ := strconv.ParseFloat(text, 64)
		return tokenFloat, f, ""
	case readAny, readInt64:
		return readPlainNumber(text, otherBase)
	default:
		return 0, nil, "Cannot read number value as type."
	}
}

func readPlainNumber(text string, otherBase bool) (token jsonToken, value any, message string) {
	if otherBase {
		n, ok := otherNumber(text, 64)
		if !ok {
			return 0, nil, "Input string '" + text + "' is not a valid number."
		}
		return tokenInteger, n, ""
	}
	if isWhole(text) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return tokenInteger, n, ""
		}
		if len(text) > longestInteger {
			return 0, nil, "JSON integer " + text + " is too large to parse."
		}
		n, _ := new(big.Int).SetString(text, 10)
		return tokenInteger, &BigInteger{n}, ""
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !isReal(text) {
		return 0, nil, "Input string '" + text + "' is not a valid number."
	}
	return tokenFloat, f, ""
}

// BigInteger is a whole number beyond 64 bits, which JSON may hold.
type BigInteger struct{ value *big.Int }

func (*BigInteger) typeIn(l *Library) *Type     { return l.named("BigInteger") }
func (b *BigInteger) text(*Env) (string, error) { return b.value.String(), nil } //nolint:unparam // others may fail

func isWhole(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// isReal tells what double.Parse takes: digits, a point, an exponent.
func isReal(text string) bool {
	_, err := dotnet.ParseDouble(text, dotnet.StyleFloat, dotnet.Invariant())
	return err == nil
}

// otherNumber reads a number that starts with 0: hexadecimal or octal.
func otherNumber(text string, bits int) (int64, bool) {
	base := 8
	if digits, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok {
		text, base = digits, 16
	}
	n, err := strconv.ParseUint(text, base, bits)
	return int64(n), err == nil //nolint:gosec // two's complement
}

// narrow is the number as a ulong where it fits, otherwise as a double: what
// conversions to smaller types start from.
func (b *BigInteger) narrow() any {
	if b.value.IsUint64() {
		return b.value.Uint64()
	}
	f, _ := new(big.Float).SetInt(b.value).Float64()
	return f
}
