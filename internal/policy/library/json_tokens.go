package library

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// jsonToken is Newtonsoft.Json's JsonToken: what a reader stands on.
type jsonToken uint8

const (
	tokenNone jsonToken = iota
	tokenStartObject
	tokenStartArray
	tokenStartConstructor
	tokenPropertyName
	tokenComment
	tokenRaw
	tokenInteger
	tokenFloat
	tokenString
	tokenBoolean
	tokenNull
	tokenUndefined
	tokenEndObject
	tokenEndArray
	tokenEndConstructor
	tokenDate
	tokenBytes
)

var tokenNames = [...]string{
	"None", "StartObject", "StartArray", "StartConstructor", "PropertyName", "Comment", "Raw", "Integer", "Float", "String", "Boolean", "Null", "Undefined",
	"EndObject", "EndArray", "EndConstructor", "Date", "Bytes",
}

func (k jsonToken) String() string { return tokenNames[k] }

func (k jsonToken) starts() bool { return k >= tokenStartObject && k <= tokenStartConstructor }

// container is what a reader is inside of.
type container uint8

const (
	containerNone container = iota
	containerObject
	containerArray
	containerConstructor
)

var containerNames = [...]string{"None", "Object", "Array", "Constructor"}

func (c container) String() string { return containerNames[c] }

// closes is the container that an end token ends.
func (k jsonToken) closes() container {
	switch k {
	case tokenEndObject:
		return containerObject
	case tokenEndArray:
		return containerArray
	case tokenEndConstructor:
		return containerConstructor
	default:
		return containerNone
	}
}

// jsonPosition is a place within one container: the name of the property, or the
// index of the item, that was read last.
type jsonPosition struct {
	within container
	index  int
	name   string
}

func (p jsonPosition) write(path string) string {
	if p.within == containerObject {
		return path + pathStepText(p.name, path == "")
	}
	return path + "[" + strconv.Itoa(p.index) + "]"
}

// jsonSource is a text from which tokens were read: it can tell where each stood.
type jsonSource struct{ text string }

// place is line and position of an offset, as Newtonsoft.Json counts them: lines
// from 1, positions in UTF-16 units.
func (s *jsonSource) place(offset int) (line, position int) {
	line, start := 1, 0
	for i := range offset {
		switch c := s.text[i]; {
		case c == '\n', c == '\r' && (i+1 >= len(s.text) || s.text[i+1] != '\n'):
			line++
			start = i + 1
		}
	}
	for _, r := range s.text[start:offset] {
		position += utf16.RuneLen(r)
	}
	return line, position
}

// jsonMessage ends a message with the path and, where they are known, the line
// and position, as JsonPosition.FormatMessage does.
func jsonMessage(message, path string, line, position int) string {
	if !strings.HasSuffix(message, "\r\n") {
		message = strings.TrimSpace(message)
		if !strings.HasSuffix(message, ".") {
			message += "."
		}
		message += " "
	}
	message += "Path '" + path + "'"
	if line >= 0 {
		message += ", line " + strconv.Itoa(line) + ", position " + strconv.Itoa(position)
	}
	return message + "."
}

const (
	readerException        = "Newtonsoft.Json.JsonReaderException"
	serializationException = "Newtonsoft.Json.JsonSerializationException"
)

// jsonReader is what values are read from: JSON text, or tokens that are there.
type jsonReader interface {
	// read goes to the next token; false at the end.
	read() (bool, error)
	// readAs goes to the next token and makes a value of the type of it, if that
	// is possible without knowing more; a token of none is the end.
	readAs(kind readKind) error
	token() jsonToken
	value() any
	set(kind jsonToken, value any)
	// failure is an exception of the given type with the reader's place.
	failure(exception, message string) *dotnet.Exception
	depth() int
}

// readKind is Newtonsoft.Json's ReadType.
type readKind uint8

const (
	readAny readKind = iota
	readInt32
	readInt64
	readBytes
	readString
	readDecimal
	readDateTime
	readDateTimeOffset
	readDouble
	readBoolean
)

func because(inner error, e *dotnet.Exception) error {
	if cause, ok := inner.(*dotnet.Exception); ok { //nolint:errorlint // only what was thrown itself is the inner exception
		e.Inner = cause
	}
	return e
}

// readContent goes to the next token that is no comment.
func readContent(r jsonReader) (bool, error) {
	for {
		ok, err := r.read()
		if !ok || err != nil || r.token() != tokenComment && r.token() != tokenNone {
			return ok, err
		}
	}
}

// readOn goes to the next token, which has to be there.
func readOn(r jsonReader) error {
	ok, err := r.read()
	if err == nil && !ok {
		return r.failure(serializationException, "Unexpected end when reading JSON.")
	}
	return err
}
