package library

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// jsonText prints a token, indented by two spaces or on one line.
func (e *Env) jsonText(t Token, indented bool) (string, error) {
	w := &jsonWriter{indented: indented}
	if err := w.token(t, 0); err != nil {
		return "", err
	}
	return w.b.String(), e.Take(w.b.Len())
}

// JSON prints a token on one line.
func JSON(t Token) string {
	w := &jsonWriter{}
	if err := w.token(t, 0); err != nil {
		return ""
	}
	return w.b.String()
}

type jsonWriter struct {
	b        strings.Builder
	indented bool
}

func (w *jsonWriter) line(depth int) {
	if w.indented {
		w.b.WriteString("\r\n" + strings.Repeat("  ", depth))
	}
}

// writeItems writes what a container holds, between its brackets.
func writeItems[T Token](w *jsonWriter, opening string, items []T, closing byte, depth int) error {
	w.b.WriteString(opening)
	for i, item := range items {
		if i > 0 {
			w.b.WriteByte(',')
		}
		w.line(depth + 1)
		if err := w.token(item, depth+1); err != nil {
			return err
		}
	}
	if len(items) > 0 {
		w.line(depth)
	}
	w.b.WriteByte(closing)
	return nil
}

func (w *jsonWriter) token(t Token, depth int) error {
	switch t := t.(type) {
	case *JObject:
		return writeItems(w, "{", t.properties, '}', depth)
	case *JArray:
		return writeItems(w, "[", t.items, ']', depth)
	case *JConstructor:
		return writeItems(w, "new "+t.name+"(", t.items, ')', depth)
	case *JProperty:
		w.quote(t.Name)
		w.b.WriteByte(':')
		if w.indented {
			w.b.WriteByte(' ')
		}
		return w.token(t.value, depth)
	case *JValue:
		return w.value(t)
	}
	return nil
}

func (w *jsonWriter) value(v *JValue) error {
	switch {
	case v.comment:
		w.b.WriteString("/*" + to[string](v.Value) + "*/")
		return nil
	case v.undefined:
		w.b.WriteString("undefined")
		return nil
	case v.raw:
		w.b.WriteString(to[string](v.Value))
		return nil
	}
	switch x := v.Value.(type) {
	case nil:
		w.b.WriteString("null")
	case bool:
		w.b.WriteString(strconv.FormatBool(x))
	case string:
		w.quote(x)
	case float64:
		text, err := dotnet.FormatDouble(x, "R", dotnet.Invariant())
		if err != nil {
			return err
		}
		w.b.WriteString(jsonFloat(x, text))
	case float32:
		text, err := dotnet.FormatSingle(x, "R", dotnet.Invariant())
		if err != nil {
			return err
		}
		w.b.WriteString(jsonFloat(float64(x), text))
	case dotnet.DateTime:
		text, err := x.Format(isoPattern(x), dotnet.Invariant())
		if err != nil {
			return err
		}
		w.quote(text)
	case dotnet.DateTimeOffset:
		text, err := x.Format("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", dotnet.Invariant())
		if err != nil {
			return err
		}
		w.quote(text)
	case *BigInteger:
		w.b.WriteString(x.value.String())
	case *Bytes:
		w.quote(base64.StdEncoding.EncodeToString(x.Data))
	case dotnet.Decimal:
		text := x.String()
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		w.b.WriteString(text)
	default:
		text, err := (&Env{Culture: dotnet.Invariant()}).Format(nil, x, "")
		if err != nil {
			return err
		}
		if _, isNumber := integer(x); isNumber {
			w.b.WriteString(text)
		} else if _, isUnsigned := x.(uint64); isUnsigned {
			w.b.WriteString(text)
		} else {
			w.quote(text)
		}
	}
	return nil
}

// isoPattern is how Newtonsoft.Json writes a date of each kind.
func isoPattern(d dotnet.DateTime) string {
	if d.Kind == dotnet.Unspecified {
		return "yyyy-MM-ddTHH:mm:ss.FFFFFFF"
	}
	return "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"
}

func jsonFloat(f float64, text string) string {
	switch {
	case math.IsNaN(f):
		return `"NaN"`
	case math.IsInf(f, 1):
		return `"Infinity"`
	case math.IsInf(f, -1):
		return `"-Infinity"`
	}
	if strings.ContainsAny(text, ".eE") {
		return text
	}
	return text + ".0"
}

func (w *jsonWriter) quote(s string) {
	const hexDigits = "0123456789abcdef"
	w.b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.b.WriteByte('\\')
			w.b.WriteRune(r)
		case strings.ContainsRune("\b\f\n\r\t", r):
			w.b.WriteString(`\` + string("bfnrt"[strings.IndexRune("\b\f\n\r\t", r)]))
		case r < 0x20 || r == 0x85 || r == 0x2028 || r == 0x2029:
			w.b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				w.b.WriteByte(hexDigits[r>>shift&15])
			}
		default:
			w.b.WriteRune(r)
		}
	}
	w.b.WriteByte('"')
}
