// Package document reads policy documents as they are really written: xml, and
// rawxml, whose expressions hold raw quotes, angle brackets and ampersands. What
// it reads still knows where it came from, and prints back as it was.
package document

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Position is a place in the original text.
type Position struct {
	// Line and Column count from 1; columns are characters.
	Line   int `json:"line"`
	Column int `json:"column"`
}

func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// Error is a mistake in a document.
type Error struct {
	Position Position
	Message  string
}

func (e *Error) Error() string { return e.Position.String() + ": " + e.Message }

// Text is text that was decoded or substituted and still knows its origin.
type Text struct {
	Value string
	// marks hold where the distance between value and origin changes, in order.
	marks []mark
	// inserted are the parts that were substituted, from and to.
	inserted [][2]int
}

// indexOutside finds a byte from a place on that was not substituted; -1 where there
// is none. What a named value holds is text, whatever marks it has.
func (t Text) indexOutside(from int, c byte) int {
	for at := from; ; at++ {
		next := strings.IndexByte(t.Value[at:], c)
		if next < 0 {
			return -1
		}
		at += next
		end, inside := t.substituted(at)
		if !inside {
			return at - from
		}
		at = end - 1
	}
}

// substituted tells whether an offset is in what was substituted, and where that ends.
func (t Text) substituted(at int) (end int, inside bool) {
	i := sort.Search(len(t.inserted), func(i int) bool { return t.inserted[i][1] > at })
	if i == len(t.inserted) || at < t.inserted[i][0] {
		return 0, false
	}
	return t.inserted[i][1], true
}

type mark struct{ at, origin int }

// Origin maps an offset in the value to one in the text it was made of.
func (t Text) Origin(offset int) int {
	i := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].at > offset })
	if i == 0 {
		return offset
	}
	m := t.marks[i-1]
	origin := m.origin + offset - m.at
	if i < len(t.marks) && origin > t.marks[i].origin {
		// Inside of what was substituted: its place is where that began.
		return m.origin
	}
	return origin
}

// textBuilder makes a Text piece by piece.
type textBuilder struct {
	value    strings.Builder
	marks    []mark
	inserted [][2]int
}

// add appends text that stands at origin.
func (b *textBuilder) add(s string, origin int) {
	if s == "" {
		return
	}
	at := b.value.Len()
	if n := len(b.marks); n == 0 || b.marks[n-1].origin+at-b.marks[n-1].at != origin {
		b.marks = append(b.marks, mark{at, origin})
	}
	b.value.WriteString(s)
}

func (b *textBuilder) text() Text { return Text{b.value.String(), b.marks, b.inserted} }

// lines finds positions in a text.
type lines struct {
	text   string
	starts []int
	// before are the characters before every block of the text, so that columns of
	// long lines are found without counting from the start.
	before []int
}

const linesBlock = 512

func newLines(text string) *lines {
	l := &lines{text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	characters := 0
	for i := range len(text) {
		if i%linesBlock == 0 {
			l.before = append(l.before, characters)
		}
		characters += bit(utf8.RuneStart(text[i]))
	}
	return l
}

// characters is how many characters stand before an offset.
func (l *lines) characters(offset int) int {
	block := offset / linesBlock
	if block >= len(l.before) {
		block = len(l.before) - 1
	}
	if block < 0 {
		return 0
	}
	n := l.before[block]
	for i := block * linesBlock; i < offset; i++ {
		n += bit(utf8.RuneStart(l.text[i]))
	}
	return n
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (l *lines) position(offset int) Position {
	offset = max(0, min(offset, len(l.text)))
	line := sort.SearchInts(l.starts, offset+1) - 1
	return Position{line + 1, l.characters(offset) - l.characters(l.starts[line]) + 1}
}
