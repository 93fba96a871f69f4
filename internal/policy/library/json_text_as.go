package library

import (
	"encoding/base64"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// text reads a string as what is expected. Numbers and booleans in quotes are for
// the caller.
func (r *textReader) text(quote byte, kind readKind) error {
	s, err := r.quoted(quote)
	if err != nil {
		return err
	}
	r.valueRead()
	switch kind {
	case readString, readInt32, readDecimal, readDouble, readBoolean:
		r.set(tokenString, s)
	case readBytes:
		data, err := bytesOfText(s)
		if err != nil {
			return err
		}
		r.set(tokenBytes, data)
	case readDateTimeOffset:
		if d, ok := isoDate(s); ok {
			r.set(tokenDate, d)
			return nil
		}
		r.set(tokenString, s)
	default:
		if d, ok := jsonDate(s); ok && !r.dateless {
			r.set(tokenDate, d)
			return nil
		}
		r.set(tokenString, s)
	}
	return nil
}

// bytesOfText is base64, or a Guid.
func bytesOfText(s string) (*Bytes, error) {
	if s == "" {
		return &Bytes{}, nil
	}
	if len(s) == len("00000000-0000-0000-0000-000000000000") {
		if g, err := dotnet.ParseGuid(s); err == nil {
			return bytesOfGuid(g), nil
		}
	}
	return fromBase64(s)
}

// readAs reads a value that has to fit a type; see JsonTextReader.ReadAsInt32 and
// its siblings.
func (r *textReader) readAs(kind readKind) error {
	if kind == readAny || kind == readInt64 {
		ok, err := readContent(r)
		if !ok && err == nil {
			r.set(tokenNone, nil)
		}
		if err == nil && kind == readInt64 && r.kind == tokenUndefined {
			return r.fail("An undefined token is not a valid System.Int64.")
		}
		return err
	}
	for {
		if r.state == statePostValue {
			if found, err := r.postValue(false); found || err != nil {
				return err
			}
		}
		if r.state == stateFinished {
			found, err := r.finished()
			if !found || err != nil || r.kind != tokenComment {
				return err
			}
			r.set(tokenNone, nil)
			return nil
		}
		r.blank()
		if r.at >= len(r.s) {
			r.set(tokenNone, nil)
			return nil
		}
		switch c := r.s[r.at]; {
		case c == '/':
			if err := r.comment(false); err != nil {
				return err
			}
		case c == ',':
			r.at++
			r.found(tokenUndefined, nil)
			// The place is behind the comma, which is read once more after that.
			err := r.unexpected(',')
			r.at--
			return err
		case c == ']' && (r.state == stateArray || r.state == stateArrayStart || r.state == statePostValue):
			return r.close(tokenEndArray)
		case c == 'n':
			return r.null()
		default:
			return r.valueAs(c, kind)
		}
	}
}

func (r *textReader) valueAs(c byte, kind readKind) error {
	negative := c == '-' || c == '.' || c >= '0' && c <= '9'
	isString := kind == readString || kind == readDateTime || kind == readDateTimeOffset
	isNumber := kind == readInt32 || kind == readDecimal || kind == readDouble
	switch {
	case c == '"' || c == '\'':
		if err := r.text(c, kind); err != nil {
			return err
		}
		return finishText(r, kind)
	case (c == 'N' || c == 'I' || c == '-' && r.at+1 < len(r.s) && r.s[r.at+1] == 'I') && (isNumber || isString):
		return r.special(kind)
	case negative && (isNumber || kind == readString || c == '-' && isString):
		return r.number(kind)
	case negative && kind == readBoolean:
		if err := r.number(readAny); err != nil {
			return err
		}
		f, _ := Float(r.held)
		if b, isBig := r.held.(*BigInteger); isBig {
			f = float64(b.value.Sign())
		}
		r.set(tokenBoolean, f != 0)
		return nil
	case (c == 't' || c == 'f') && (kind == readBoolean || kind == readString):
		return r.booleanAs(c == 't', kind)
	case c == '{' && kind == readBytes:
		if err := r.open(tokenStartObject, containerObject, stateObjectStart); err != nil {
			return err
		}
		return wrappedBytes(r)
	case c == '[' && kind == readBytes:
		if err := r.open(tokenStartArray, containerArray, stateArrayStart); err != nil {
			return err
		}
		return bytesOfArray(r)
	}
	unexpected := r.char()
	r.at += len(string(unexpected))
	return r.unexpected(unexpected)
}

func (r *textReader) booleanAs(value bool, kind readKind) error {
	word := "false"
	if value {
		word = "true"
	}
	ok, err := r.matches(word)
	switch {
	case err != nil:
		return err
	case !ok:
		return r.unexpected(r.char())
	case kind == readString:
		r.found(tokenString, word)
	default:
		r.found(tokenBoolean, value)
	}
	return nil
}

// wrappedBytes is an object where bytes are expected: one of .NET's own with a
// type is not read here.
func wrappedBytes(r jsonReader) error {
	if err := readOn(r); err != nil {
		return err
	}
	return r.failure(readerException, "Error reading bytes. Unexpected token: StartObject.")
}

// bytesOfArray reads bytes that are written as an array of numbers.
func bytesOfArray(r jsonReader) error {
	data := &Bytes{}
	for {
		ok, err := r.read()
		switch {
		case err != nil:
			return err
		case !ok:
			return r.failure(readerException, "Unexpected end when reading bytes.")
		}
		switch r.token() {
		case tokenInteger:
			n, err := changeType(r.value(), "Byte")
			if err != nil {
				return err
			}
			data.Data = append(data.Data, n.(byte))
		case tokenEndArray:
			r.set(tokenBytes, data)
			return nil
		case tokenComment:
		default:
			return r.failure(readerException, "Unexpected token when reading bytes: "+r.token().String()+".")
		}
	}
}

// fromBase64 is Convert.FromBase64String.
func fromBase64(s string) (*Bytes, error) {
	plain := strings.Map(dropBlank, s)
	if len(plain)%4 != 0 && !strings.ContainsFunc(plain, notBase64) {
		return nil, dotnet.Format("Invalid length for a Base-64 char array or string.")
	}
	data, err := base64.StdEncoding.DecodeString(plain)
	if err != nil {
		return nil, dotnet.Format("The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters. ")
	}
	return &Bytes{data}, nil
}
