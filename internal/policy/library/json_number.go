package library

import (
	"math"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// word reads true, null and their like; nil where it is none of them.
func (r *jsonReader) word() (Token, error) {
	for _, each := range []struct {
		word, kind string
		token      JValue
	}{
		{"true", "boolean", JValue{Value: true}},
		{"false", "boolean", JValue{Value: false}},
		{"null", "null", JValue{}},
		{"undefined", "undefined", JValue{undefined: true}},
		{"NaN", "NaN", JValue{Value: math.NaN()}},
		{"Infinity", "Infinity", JValue{Value: math.Inf(1)}},
		{"-Infinity", "-Infinity", JValue{Value: math.Inf(-1)}},
	} {
		if rest := r.s[r.at:]; rest[0] != each.word[0] || rest[0] == 'n' && !strings.HasPrefix(rest, "nu") {
			continue
		}
		for i := range len(each.word) {
			if r.at >= len(r.s) || r.s[r.at] != each.word[i] {
				return nil, r.failAt("Error parsing " + each.kind + " value")
			}
			r.at++
		}
		if r.at < len(r.s) && strings.IndexByte("}], \t\r\n/", r.s[r.at]) < 0 {
			return nil, r.failAt("Error parsing " + each.kind + " value")
		}
		token := each.token
		return &token, nil
	}
	return nil, nil //nolint:nilnil // it is no word
}

func (r *jsonReader) number() (Token, error) {
	start := r.at
	for r.at < len(r.s) && strings.IndexByte("+-.0123456789xXabcdefABCDEF", r.s[r.at]) >= 0 {
		r.at++
	}
	if r.at < len(r.s) && strings.IndexByte(" \t\r\n,}])/", r.s[r.at]) < 0 {
		return nil, r.failAt("Unexpected character encountered while parsing number: " + r.char())
	}
	text := r.s[start:r.at]
	isOther := len(text) > 1 && text[0] == '0' && strings.IndexByte(".eE", text[1]) < 0 // hexadecimal or octal
	if isOther || !strings.ContainsAny(text, ".eE") {
		base := 10
		if isOther {
			base = 0
		}
		if n, err := strconv.ParseInt(text, base, 64); err == nil {
			return &JValue{Value: n}, nil
		}
		if n, err := strconv.ParseUint(text, base, 64); err == nil {
			return &JValue{Value: n}, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || isOther {
		return nil, r.failAt("Input string '" + text + "' is not a valid number")
	}
	return &JValue{Value: f}, nil
}

// dateOrText makes a date of text in ISO 8601 form with a time, which is what
// Newtonsoft.Json does unless told otherwise.
func dateOrText(s string) any {
	if len(s) < len("2000-01-01T00:00:00") || len(s) > 40 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return s
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && strings.IndexByte("-T:.+Z", s[i]) < 0 {
			return s
		}
	}
	// Written with Z it is UTC, with an offset local, else of no kind.
	d, err := dotnet.ParseDateTime(s, dotnet.Invariant(), 128)
	if err != nil {
		return s
	}
	return d
}
