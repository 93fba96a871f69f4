package kusto

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenString
	tokenNumber
	tokenTime
	tokenSymbol
)

// token is one of a query; text is a string's value, or what stands in the query.
type token struct {
	kind    tokenKind
	text    string
	at, end int
}

// symbols, the longest first.
var symbols = []string{"=~", "!~", "==", "!=", "<=", ">=", "<>", "..", "|", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "=", "<", ">", "+", "-", "*", "/", "%", "~", "!", "$"}

// patterns of tokens, in the order in which they are tried.
var patterns = []struct {
	kind    tokenKind
	pattern *regexp.Regexp
}{
	{tokenName, regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)},
	{tokenTime, regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|ticks?|ms|d|h|m|s)\b`)},
	{tokenNumber, regexp.MustCompile(`^(0x[0-9a-fA-F]+|[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)`)},
}

// lex splits a query. Comments run from // to the end of the line.
func lex(text string) []token {
	if !utf8.ValidString(text) {
		refuse(0, "the query is not UTF-8 text")
	}
	var tokens []token
	for at := 0; at < len(text); {
		rest := text[at:]
		if strings.HasPrefix(rest, "//") {
			line, _, _ := strings.Cut(rest, "\n")
			at += len(line)
			continue
		}
		if c, size := utf8.DecodeRuneInString(rest); unicode.IsSpace(c) {
			at += size
			continue
		}
		next := lexOne(rest, at)
		tokens = append(tokens, next)
		at = next.end
	}
	return append(tokens, token{kind: tokenEnd, at: len(text), end: len(text)})
}

func lexOne(rest string, at int) token {
	if value, size, is := lexString(rest, at); is {
		return token{tokenString, value, at, at + size}
	}
	for _, each := range patterns {
		if found := each.pattern.FindString(rest); found != "" {
			return token{each.kind, found, at, at + len(found)}
		}
	}
	if i := slices.IndexFunc(symbols, func(s string) bool { return strings.HasPrefix(rest, s) }); i >= 0 {
		return token{tokenSymbol, symbols[i], at, at + len(symbols[i])}
	}
	c, _ := utf8.DecodeRuneInString(rest)
	refuse(at, "%q is nothing that a query has here", c)
	return token{}
}

var escapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", '\\': `\`, '"': `"`, '\'': "'"}

// lexString reads a string literal: "…", '…', @"…" and h"…" (hidden in Azure's own logs).
func lexString(rest string, at int) (value string, size int, is bool) {
	begin, verbatim := 0, false
	for begin < len(rest) && begin < 2 && strings.IndexByte("@hH", rest[begin]) >= 0 {
		verbatim = verbatim || rest[begin] == '@'
		begin++
	}
	if begin >= len(rest) || (rest[begin] != '"' && rest[begin] != '\'') {
		return "", 0, false
	}
	quote := rest[begin]
	var b strings.Builder
	for i := begin + 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == quote && verbatim && i+1 < len(rest) && rest[i+1] == quote:
			b.WriteByte(c)
			i++
		case c == quote:
			return b.String(), i + 1, true
		case c == '\n':
			refuse(at, "the string has no end in its line")
		case c == '\\' && !verbatim:
			i++
			if i >= len(rest) || escapes[rest[i]] == "" {
				refuse(at+i-1, "the escape is not known; \\n, \\t, \\r, \\\\, \\\" and \\' are")
			}
			b.WriteString(escapes[rest[i]])
		default:
			b.WriteByte(c)
		}
	}
	refuse(at, "the string has no end")
	return "", 0, false
}
