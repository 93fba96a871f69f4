package library

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// finishText makes a value of a string where another type is expected; see
// JsonReader.ReadInt32String and its siblings.
func finishText(r jsonReader, kind readKind) error {
	s, ok := r.value().(string)
	if !ok {
		return nil
	}
	if kind == readString || kind == readBytes {
		return nil
	}
	if s == "" {
		r.set(tokenNull, nil)
		return nil
	}
	word, token := "", tokenNone
	var value any
	var err error
	switch invariant := dotnet.Invariant(); kind {
	case readInt32:
		var n int64
		n, err = dotnet.ParseInt(s, 32, dotnet.StyleInteger, invariant)
		word, token, value = "integer", tokenInteger, int32(n) //nolint:gosec // read with 32 bits
	case readDouble:
		word, token = "double", tokenFloat
		value, err = dotnet.ParseDouble(s, dotnet.StyleFloat|dotnet.AllowThousands, invariant)
	case readDecimal:
		word, token = "decimal", tokenFloat
		if value, err = dotnet.ParseDecimal(s, dotnet.StyleNumber, invariant); err != nil && isReal(s) && strings.TrimSpace(s) == s {
			value, err = dotnet.ParseDecimal(s, dotnet.StyleFloat, invariant)
		}
	case readBoolean:
		word, token = "boolean", tokenBoolean
		value, err = parseBool(s)
	case readDateTime:
		word, token = "DateTime", tokenDate
		if d, isDate := jsonDate(s); isDate {
			value = d
		} else {
			value, err = dotnet.ParseDateTime(s, invariant, 128)
		}
	case readDateTimeOffset:
		word, token = "DateTimeOffset", tokenDate
		value, err = dotnet.ParseDateTimeOffset(s, invariant, 128)
	default: // nothing else is asked of text
	}
	if err != nil {
		r.set(tokenString, s)
		return r.failure(readerException, "Could not convert string to "+word+": "+s+".")
	}
	r.set(token, value)
	return nil
}
