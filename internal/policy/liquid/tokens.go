package liquid

import (
	"regexp"
	"strings"
)

// token is a tag, a variable or text, and where it stands in the template.
type token struct {
	text   string
	offset int
}

var (
	leading  = regexp.MustCompile(`[ \t]*(\{\{|\{%)-`)
	trailing = regexp.MustCompile(`-(\}\}|%\})(?:\n|\r\n|[ \t]+)?`)
	literal  = regexp.MustCompile(`^\{\{\{\s?(.*?)\s*\}\}\}$`)
	comment  = regexp.MustCompile(`^\{\s?#\s?(.*?)\s*#\s?\}$`)
)

// text is a template after some of it was left out, with the places where the
// rest stood.
type trimmed struct {
	s string
	// starts and shifts say from which offset of s on how much is missing.
	starts, shifts []int
}

// cut leaves out all that a pattern matches but its group.
func (t trimmed) cut(pattern *regexp.Regexp) trimmed {
	var b strings.Builder
	next := trimmed{}
	last := 0
	keep := func(from, to int) {
		next.starts = append(next.starts, b.Len())
		next.shifts = append(next.shifts, t.original(from)-b.Len())
		b.WriteString(t.s[from:to])
	}
	for _, m := range pattern.FindAllStringSubmatchIndex(t.s, -1) {
		keep(last, m[0])
		keep(m[2], m[3])
		last = m[1]
	}
	keep(last, len(t.s))
	next.s = b.String()
	return next
}

// original is the place in the template of an offset.
func (t trimmed) original(offset int) int {
	shift := 0
	for i, start := range t.starts {
		if start > offset {
			break
		}
		shift = t.shifts[i]
	}
	return offset + shift
}

// tokenize parts a template. A tag or variable ends on its line; one that does
// not is a token of its first two characters.
func tokenize(source string) []token {
	if m := literal.FindStringSubmatch(source); m != nil {
		source = "{% literal %}" + m[1] + "{% endliteral %}"
	} else if comment.MatchString(source) {
		return nil
	}
	t := trimmed{s: source}.cut(leading).cut(trailing)
	places := t.walk()
	var tokens []token
	for at := 0; at < len(t.s); {
		start := nextTag(t.s, at)
		if start > at {
			tokens = append(tokens, token{t.s[at:start], places(at)})
		}
		if start == len(t.s) {
			break
		}
		at = start + tagLength(t.s[start:])
		tokens = append(tokens, token{t.s[start:at], places(start)})
	}
	return tokens
}

// walk is original for offsets that only grow.
func (t trimmed) walk() func(offset int) int {
	i, shift := 0, 0
	return func(offset int) int {
		for ; i < len(t.starts) && t.starts[i] <= offset; i++ {
			shift = t.shifts[i]
		}
		return offset + shift
	}
}

func nextTag(s string, from int) int {
	for {
		i := strings.IndexByte(s[from:], '{')
		if i < 0 || from+i+1 >= len(s) {
			return len(s)
		}
		from += i
		if s[from+1] == '{' || s[from+1] == '%' {
			return from
		}
		from++
	}
}

// tagLength is the length of a tag or variable at the start of a text.
func tagLength(s string) int {
	line := s
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		line = s[:i]
	}
	if s[1] == '%' {
		if i := strings.Index(line[2:], "%}"); i >= 0 {
			return i + 4
		}
		return 2
	}
	i := strings.IndexByte(line[2:], '}')
	switch {
	case i < 0:
		return 2
	case strings.HasPrefix(line[2+i:], "}}"):
		return i + 4
	}
	return i + 3
}
