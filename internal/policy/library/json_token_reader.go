package library

import (
	"errors"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// tokenReader reads tokens that are there, as Newtonsoft.Json's JTokenReader does.
type tokenReader struct {
	env  *Env
	root Token
	// current is what the reader stands on; nil before the first call.
	current Token
	kind    jsonToken
	held    any
	here    int // how deep
	ended   bool
}

func (r *tokenReader) token() jsonToken              { return r.kind }
func (r *tokenReader) value() any                    { return r.held }
func (r *tokenReader) set(kind jsonToken, value any) { r.kind, r.held = kind, value }
func (r *tokenReader) depth() int                    { return r.here }

func (r *tokenReader) failure(exception, message string) *dotnet.Exception {
	if r.current == nil {
		return dotnet.Throw(exception, jsonMessage(message, "", -1, 0))
	}
	line, position := lineOf(r.current)
	if r.ended {
		line, position = -1, 0
	}
	return dotnet.Throw(exception, jsonMessage(message, pathOf(r.current), line, position))
}

func (r *tokenReader) fail(message string) error { return r.failure(readerException, message) }

func (r *tokenReader) read() (bool, error) {
	switch {
	case r.ended:
		r.set(tokenNone, nil)
		return false, nil
	case r.current == nil:
		r.stand(r.root)
		return true, nil
	case r.kind.starts() || r.kind == tokenPropertyName:
		if inside := children(r.current); len(inside) > 0 {
			r.stand(inside[0].(Token))
			return true, nil
		}
		r.end()
		return true, nil
	}
	for {
		if r.current == r.root {
			r.ended = true
			r.set(tokenNone, nil)
			return false, nil
		}
		parent := r.current.parent()
		if next, ok := sibling(r.current, 1).(Token); ok {
			r.stand(next)
			return true, nil
		}
		r.current = parent
		if _, isProperty := parent.(*JProperty); !isProperty {
			r.end()
			return true, nil
		}
	}
}

func (r *tokenReader) end() {
	r.here--
	kind := tokenEndConstructor
	switch r.current.(type) {
	case *JObject:
		kind = tokenEndObject
	case *JArray:
		kind = tokenEndArray
	}
	r.set(kind, nil)
}

func (r *tokenReader) stand(t Token) {
	r.current = t
	switch t := t.(type) {
	case *JObject:
		r.here++
		r.set(tokenStartObject, nil)
	case *JArray:
		r.here++
		r.set(tokenStartArray, nil)
	case *JConstructor:
		r.here++
		r.set(tokenStartConstructor, t.name)
	case *JProperty:
		r.set(tokenPropertyName, t.Name)
	case *JValue:
		r.standOn(t)
	}
}

func (r *tokenReader) standOn(v *JValue) {
	switch x := v.Value.(type) {
	case nil:
		if v.undefined {
			r.set(tokenUndefined, nil)
		} else {
			r.set(tokenNull, nil)
		}
	case string:
		switch {
		case v.raw:
			r.set(tokenRaw, x)
		case v.comment:
			r.set(tokenComment, x)
		default:
			r.set(tokenString, x)
		}
	case bool:
		r.set(tokenBoolean, x)
	case float64, float32, dotnet.Decimal:
		r.set(tokenFloat, x)
	case dotnet.DateTime, dotnet.DateTimeOffset:
		r.set(tokenDate, x)
	case *Bytes:
		r.set(tokenBytes, x)
	case *URIValue:
		r.set(tokenString, x.original)
	case dotnet.Guid:
		r.set(tokenString, x.String())
	case dotnet.TimeSpan:
		r.set(tokenString, x.String())
	default:
		r.set(tokenInteger, x)
	}
}

// readAs is JsonReader.ReadAsInt32 and its siblings.
func (r *tokenReader) readAs(kind readKind) error {
	ok, err := readContent(r)
	switch {
	case err != nil:
		return err
	case !ok:
		r.set(tokenNone, nil)
		return nil
	case kind == readAny:
		return nil
	case kind == readInt64:
		if r.kind == tokenUndefined {
			return r.fail("An undefined token is not a valid System.Int64.")
		}
		return nil
	case r.kind == tokenNull || r.kind == tokenEndArray:
		return nil
	case r.kind == tokenString && kind == readBytes:
		data, err := bytesOfText(r.held.(string))
		if err == nil {
			r.set(tokenBytes, data)
		}
		return err
	case r.kind == tokenString:
		return finishText(r, kind)
	}
	if done, err := r.convert(kind); done || err != nil {
		return err
	}
	word := [...]string{"", "integer", "", "bytes", "string", "decimal", "date", "date", "double", "boolean"}[kind]
	return r.fail("Error reading " + word + ". Unexpected token: " + r.kind.String() + ".")
}

// convert makes a value of another type of what the reader stands on.
func (r *tokenReader) convert(kind readKind) (bool, error) {
	isNumber := r.kind == tokenInteger || r.kind == tokenFloat
	switch {
	case kind == readString && (isNumber || r.kind == tokenBoolean || r.kind == tokenDate || r.kind == tokenBytes):
		text, err := r.env.Format(nil, r.held, "")
		if _, isBytes := r.held.(*Bytes); isBytes {
			text = "System.Byte[]"
		}
		r.set(tokenString, text)
		return true, err
	case kind == readBytes && r.kind == tokenBytes:
		return true, nil
	case kind == readBytes && r.kind == tokenStartArray:
		return true, bytesOfArray(r)
	case kind == readBytes && r.kind == tokenStartObject:
		return true, wrappedBytes(r)
	case kind == readBoolean && r.kind == tokenBoolean:
		return true, nil
	case (kind == readDateTime || kind == readDateTimeOffset) && r.kind == tokenDate:
		r.date(kind)
		return true, nil
	case !isNumber || kind == readBytes || kind == readDateTime || kind == readDateTimeOffset:
		return false, nil
	}
	target := map[readKind]string{readInt32: "Int32", readDouble: "Double", readDecimal: "Decimal", readBoolean: "Boolean"}[kind]
	was := r.held
	if big, isBig := was.(*BigInteger); isBig {
		was = big.narrow()
	}
	v, err := changeType(was, target)
	var thrown *dotnet.Exception
	if errors.As(err, &thrown) && (kind == readInt32 || kind == readDecimal) {
		text, _ := r.env.Format(nil, r.held, "")
		return true, because(thrown, r.failure(readerException, "Could not convert to "+strings.ToLower(map[readKind]string{readInt32: "integer", readDecimal: "decimal"}[kind])+": "+text+"."))
	}
	token := map[readKind]jsonToken{readInt32: tokenInteger, readDouble: tokenFloat, readDecimal: tokenFloat, readBoolean: tokenBoolean}[kind]
	if err == nil {
		r.set(token, v)
	}
	return true, err
}

func (r *tokenReader) date(kind readKind) {
	switch d := r.held.(type) {
	case dotnet.DateTimeOffset:
		if kind == readDateTime {
			r.set(tokenDate, dotnet.DateTime{Ticks: d.Clock})
		}
	case dotnet.DateTime:
		if kind == readDateTimeOffset {
			r.set(tokenDate, dotnet.DateTimeOffsetOf(d))
		}
	}
}
