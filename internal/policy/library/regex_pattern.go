package library

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/dlclark/regexp2"
	"github.com/dlclark/regexp2/syntax"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// matchTimeout bounds one operation: .NET's engine backtracks, and so does this
// one. The service's own bound is not documented.
const matchTimeout = 2 * time.Second

// The values of RegexOptions that matter here.
const (
	regexCompiled   = 8
	regexECMAScript = 256
	regexInvariant  = 512
	regexMost       = 1023
)

// pattern is a regular expression that matches UTF-16 units, as .NET's do.
type pattern struct {
	written string
	re      *regexp2.Regexp
	// continues says that \G stands in it: a match begins where the last one ended.
	continues bool
	limit     time.Duration
}

func compileRegex(written string, options int32) (*pattern, error) {
	if options < 0 || options > regexMost || options&regexECMAScript != 0 && options&^(regexECMAScript|1|2|regexCompiled) != 0 {
		return nil, dotnet.ArgumentOutOfRange("", "options")
	}
	re, err := regexp2.Compile(inUnits(written), regexp2.RegexOptions(options&^(regexInvariant|regexCompiled)))
	if err != nil {
		return nil, dotnet.Throw("System.ArgumentException", `parsing "`+written+`" - `+regexMistake(err))
	}
	re.MatchTimeout = matchTimeout
	return &pattern{written, re, strings.Contains(strings.ReplaceAll(written, `\\`, ""), `\G`), matchTimeout}, nil
}

// inUnits writes a pattern for matching UTF-16 units: characters beyond 16 bits
// as their two halves, named blocks as their ranges.
func inUnits(written string) string {
	if !strings.Contains(written, "{Is") && isBasic(written) {
		return written
	}
	var b strings.Builder
	inClass := false
	for i := 0; i < len(written); {
		rest := written[i:]
		if name, negated, size := blockName(rest); size > 0 {
			if span, known := unicodeBlocks[name]; known && (!inClass || !negated) {
				b.WriteString(blockText(span, inClass, negated))
				i += size
				continue
			}
		}
		switch {
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(rest[:2])
			i += 2
			continue
		case rest[0] == '[':
			inClass = true
		case rest[0] == ']':
			inClass = false
		}
		r := []rune(rest[:min(len(rest), 4)])[0]
		if high, low := utf16.EncodeRune(r); r > 0xffff {
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		} else {
			b.WriteRune(r)
		}
		i += len(string(r))
	}
	return b.String()
}

// isBasic tells text without characters beyond 16 bits.
func isBasic(s string) bool {
	for i := range len(s) {
		if s[i] >= 0xf0 {
			return false
		}
	}
	return true
}

func blockName(s string) (name string, negated bool, size int) {
	if !strings.HasPrefix(s, `\p{Is`) && !strings.HasPrefix(s, `\P{Is`) {
		return "", false, 0
	}
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return "", false, 0
	}
	return s[len(`\p{`):end], s[1] == 'P', end + 1
}

func blockText(span string, inClass, negated bool) string {
	from, to, _ := strings.Cut(span, "-")
	text := `\u` + from + `-\u` + to
	switch {
	case inClass:
		return text
	case negated:
		return "[^" + text + "]"
	}
	return "[" + text + "]"
}

// regexMistake is .NET's text of what is wrong with a pattern.
func regexMistake(err error) string {
	var mistake *syntax.Error
	if !errors.As(err, &mistake) {
		return err.Error()
	}
	switch mistake.Code {
	case syntax.ErrMissingParen:
		return "Not enough )'s."
	case syntax.ErrUnexpectedParen:
		return "Too many )'s."
	case syntax.ErrUnterminatedBracket:
		return "Unterminated [] set."
	case syntax.ErrMissingRepeatArgument:
		return "Quantifier {x,y} following nothing."
	case syntax.ErrInvalidRepeatOp:
		return "Nested quantifier " + nestedQuantifier(mistake) + "."
	case syntax.ErrInvalidRepeatSize:
		return "Illegal {x,y} with x > y."
	case syntax.ErrIllegalEndEscape:
		return "Illegal \\ at end of pattern."
	case syntax.ErrUnrecognizedGrouping:
		return "Unrecognized grouping construct."
	case syntax.ErrReversedCharRange:
		return "[x-y] range in reverse order."
	case syntax.ErrUnrecognizedEscape:
		return "Unrecognized escape sequence \\" + fmt.Sprint(mistake.Args...) + "."
	case syntax.ErrBadClassInCharRange:
		if class, ok := mistake.Args[0].(rune); ok && len(mistake.Args) == 1 {
			return "Cannot include class \\" + string(class) + " in character range."
		}
	case syntax.ErrInvalidUTF8:
		return "Invalid text."
	case syntax.ErrCaptureGroupOutOfRange:
		return "Capture group numbers must be less than or equal to Int32.MaxValue."
	default:
	}
	text := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	if at := strings.LastIndex(text, " in `"); at > 0 {
		text = text[:at]
	}
	if name, found := strings.CutPrefix(text, "unknown unicode category, script, or property "); found {
		return "Unknown property " + name + "."
	}
	text = strings.Replace(text, ": group names", ": Group names", 1)
	text = strings.TrimSuffix(text, " and have a matching terminator")
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// nestedQuantifier is the quantifier behind a quantifier.
func nestedQuantifier(mistake *syntax.Error) string {
	if text := fmt.Sprint(mistake.Args...); text != "" {
		return text
	}
	for i, c := range mistake.Expr {
		if i > 0 && strings.ContainsRune("*+?{", c) && strings.ContainsRune("*+?}", rune(mistake.Expr[i-1])) {
			return string(c)
		}
	}
	return "+"
}

// unicodeBlocks are .NET's named blocks.
var unicodeBlocks = map[string]string{
	"IsBasicLatin": "0000-007f", "IsLatin-1Supplement": "0080-00ff", "IsLatinExtended-A": "0100-017f", "IsLatinExtended-B": "0180-024f", "IsIPAExtensions": "0250-02af",
	"IsSpacingModifierLetters": "02b0-02ff", "IsCombiningDiacriticalMarks": "0300-036f", "IsGreek": "0370-03ff", "IsGreekandCoptic": "0370-03ff", "IsCyrillic": "0400-04ff",
	"IsCyrillicSupplement": "0500-052f", "IsArmenian": "0530-058f", "IsHebrew": "0590-05ff", "IsArabic": "0600-06ff", "IsSyriac": "0700-074f", "IsThaana": "0780-07bf",
	"IsDevanagari": "0900-097f", "IsBengali": "0980-09ff", "IsGurmukhi": "0a00-0a7f", "IsGujarati": "0a80-0aff", "IsOriya": "0b00-0b7f", "IsTamil": "0b80-0bff", "IsTelugu": "0c00-0c7f",
	"IsKannada": "0c80-0cff", "IsMalayalam": "0d00-0d7f", "IsSinhala": "0d80-0dff", "IsThai": "0e00-0e7f", "IsLao": "0e80-0eff", "IsTibetan": "0f00-0fff", "IsMyanmar": "1000-109f",
	"IsGeorgian": "10a0-10ff", "IsHangulJamo": "1100-11ff", "IsEthiopic": "1200-137f", "IsCherokee": "13a0-13ff", "IsKhmer": "1780-17ff", "IsMongolian": "1800-18af",
	"IsPhoneticExtensions": "1d00-1d7f", "IsLatinExtendedAdditional": "1e00-1eff", "IsGreekExtended": "1f00-1fff", "IsGeneralPunctuation": "2000-206f", "IsSuperscriptsandSubscripts": "2070-209f",
	"IsCurrencySymbols": "20a0-20cf", "IsLetterlikeSymbols": "2100-214f", "IsNumberForms": "2150-218f", "IsArrows": "2190-21ff", "IsMathematicalOperators": "2200-22ff",
	"IsMiscellaneousTechnical": "2300-23ff", "IsControlPictures": "2400-243f", "IsEnclosedAlphanumerics": "2460-24ff", "IsBoxDrawing": "2500-257f", "IsBlockElements": "2580-259f",
	"IsGeometricShapes": "25a0-25ff", "IsMiscellaneousSymbols": "2600-26ff", "IsDingbats": "2700-27bf", "IsCJKSymbolsandPunctuation": "3000-303f", "IsHiragana": "3040-309f",
	"IsKatakana": "30a0-30ff", "IsBopomofo": "3100-312f", "IsHangulCompatibilityJamo": "3130-318f", "IsCJKUnifiedIdeographsExtensionA": "3400-4dbf", "IsCJKUnifiedIdeographs": "4e00-9fff",
	"IsHangulSyllables": "ac00-d7af", "IsHighSurrogates": "d800-db7f", "IsLowSurrogates": "dc00-dfff", "IsPrivateUse": "e000-f8ff", "IsPrivateUseArea": "e000-f8ff",
	"IsCJKCompatibilityIdeographs": "f900-faff", "IsAlphabeticPresentationForms": "fb00-fb4f", "IsHalfwidthandFullwidthForms": "ff00-ffef", "IsSpecials": "fff0-ffff",
}
