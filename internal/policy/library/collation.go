package library

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// collationOrder is the order of ASCII's marks in .NET Framework's invariant
// culture (seen on Mono 6.8). Hyphen and apostrophe count last of all.
const collationOrder = " !\"#$%&()*,./:;?@[\\]^_`{|}~+<=>"

// element is what one character counts for when texts are compared.
type element struct {
	primary int32
	marks   int32
	upper   bool
}

var decomposed = sync.OnceValue(func() map[rune]string {
	table := map[rune]string{}
	for each := range strings.FieldsSeq(decompositions) {
		letter, size := utf8.DecodeRuneInString(each)
		table[letter] = each[size:]
	}
	return table
})

// elements are what a text counts for; minor are the hyphens and apostrophes with
// the place where they stand.
func elements(s string) (all []element, minor []int32) {
	all = make([]element, 0, len(s))
	for _, r := range s {
		if r >= utf8.RuneSelf {
			if parts, ok := decomposed()[r]; ok {
				for _, part := range parts {
					all, minor = addElement(all, minor, part)
				}
				continue
			}
		}
		all, minor = addElement(all, minor, r)
	}
	return all, minor
}

func addElement(all []element, minor []int32, r rune) ([]element, []int32) {
	switch {
	case r == '-' || r == '\'':
		return all, append(minor, int32(len(all))<<8|r) //nolint:gosec // texts are bounded
	case r < ' ' && (r < '\t' || r > '\r') || r == 0x7f || r == 0xad || r == 0x200b || r == 0xfeff:
		return all, minor
	case unicode.Is(unicode.Mn, r):
		if n := len(all); n > 0 {
			all[n-1].marks = all[n-1].marks*0x400 + r - 0x2ff
			return all, minor
		}
	}
	return appendLetters(all, r), minor
}

const (
	firstDigit  = 0x1000
	firstLetter = 0x2000
	others      = 0x10000
)

func appendLetters(all []element, r rune) []element {
	e := element{upper: unicode.IsUpper(r)}
	switch lower := unicode.ToLower(r); {
	case r >= '\t' && r <= '\r':
		e.primary = r - '\t' + 1
	case lower >= 'a' && lower <= 'z':
		e.primary = firstLetter + (lower-'a')*4
	case r >= '0' && r <= '9':
		e.primary = firstDigit + r
	case lower == 'æ':
		return append(all, element{primary: firstLetter, marks: 1, upper: e.upper}, element{primary: firstLetter + 16, marks: 1, upper: e.upper})
	case lower == 'ß':
		return append(all, element{primary: firstLetter + 18*4}, element{primary: firstLetter + 18*4})
	case lower == 'ð':
		e.primary = firstLetter + 3*4 + 1
	case lower == 'ø':
		e.primary, e.marks = firstLetter+14*4, 1
	case lower == 'þ':
		e.primary = firstLetter + 19*4 + 1
	default:
		if at := strings.IndexRune(collationOrder, r); at >= 0 {
			e.primary = 0x100 + int32(at) //nolint:gosec // a short string
		} else if unicode.IsLetter(r) {
			e.primary = others + lower
		} else {
			e.primary = 0x800 + min(r, 0x7ff)
		}
	}
	return append(all, e)
}

// compareCulture orders texts as .NET Framework's invariant culture does: letters
// before their accents before their case, lower case first, hyphens and
// apostrophes last.
func compareCulture(a, b string) int { return collate(a, b, false) }

func collate(a, b string, ignoreCase bool) int {
	if a == b {
		return 0
	}
	x, minorX := elements(a)
	y, minorY := elements(b)
	if order := slices.CompareFunc(x, y, func(p, q element) int { return cmp.Compare(p.primary, q.primary) }); order != 0 {
		return order
	}
	if order := slices.CompareFunc(x, y, func(p, q element) int { return cmp.Compare(p.marks, q.marks) }); order != 0 {
		return order
	}
	if !ignoreCase {
		for i := range x {
			if x[i].upper != y[i].upper {
				return bit(x[i].upper) - bit(y[i].upper)
			}
		}
	}
	return slices.Compare(minorX, minorY)
}

// compareMaybe is compareCulture of texts that may be null, which comes first.
func compareMaybe(a, b any, ignoreCase bool) int32 {
	x, isX := a.(string)
	y, isY := b.(string)
	if !isX || !isY {
		return int32(bit(isX) - bit(isY)) //nolint:gosec // -1, 0 or 1
	}
	return int32(collate(x, y, ignoreCase)) //nolint:gosec // -1, 0 or 1
}

// compareOrdinal is the difference of the first units that differ, or of the
// lengths.
func compareOrdinal(a, b any, ignoreCase bool) int32 {
	x, isX := a.(string)
	y, isY := b.(string)
	if !isX || !isY {
		return int32(bit(isX) - bit(isY)) //nolint:gosec // -1, 0 or 1
	}
	if ignoreCase {
		x, y = fold(x), fold(y)
	}
	p, q := units(x), units(y)
	if !ignoreCase && min(len(p), len(q)) == 0 && len(p) != len(q) {
		// The first characters are compared before lengths; an empty string has none: 0.
		return int32(append(p, 0)[0]) - int32(append(q, 0)[0])
	}
	for i := range min(len(p), len(q)) {
		if p[i] != q[i] {
			return int32(p[i]) - int32(q[i])
		}
	}
	return int32(len(p) - len(q)) //nolint:gosec // texts are bounded
}

// startsWithCulture tells whether a text begins with another one as the culture
// sees it: not in the middle of a letter and its accent.
func startsWithCulture(v, part string) bool {
	rest, ok := strings.CutPrefix(v, part)
	return ok && (part == "" || !startsWithMark(rest))
}

func endsWithCulture(v, part string) bool {
	return strings.HasSuffix(v, part) && (part == v || !startsWithMark(part))
}

func startsWithMark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Mn, r)
}
