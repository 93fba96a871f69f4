package library

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Encoding is a System.Text.Encoding.
type Encoding struct {
	self   *Type
	name   string
	encode func(string) []byte
	decode func([]byte) string
}

func (e *Encoding) typeIn(*Library) *Type { return e.self }

func declareEncoding(l *Library) {
	c := l.class("System.Text", "Encoding", "")
	narrow := func(limit rune) func(string) []byte {
		return func(s string) []byte {
			var data []byte
			for _, r := range s {
				if r > limit {
					r = '?'
				}
				data = append(data, byte(r))
			}
			return data
		}
	}
	widen := func(limit byte) func([]byte) string {
		return func(data []byte) string {
			var b strings.Builder
			for _, c := range data {
				if c > limit {
					b.WriteRune('?')
				} else {
					b.WriteRune(rune(c))
				}
			}
			return b.String()
		}
	}
	encodings := map[string]*Encoding{
		"UTF8":    {c.self, "utf-8", func(s string) []byte { return []byte(s) }, dotnet.DecodeUTF8},
		"ASCII":   {c.self, "us-ascii", narrow(0x7f), widen(0x7f)},
		"Latin1":  {c.self, "iso-8859-1", narrow(0xff), widen(0xff)},
		"Unicode": {c.self, "utf-16", func(s string) []byte { return wide(s, binary.LittleEndian) }, func(b []byte) string { return unwide(b, binary.LittleEndian) }},
		"UTF32":   {c.self, "utf-32", wide32, unwide32},
		"BigEndianUnicode": {
			c.self, "utf-16BE", func(s string) []byte { return wide(s, binary.BigEndian) },
			func(b []byte) string { return unwide(b, binary.BigEndian) },
		},
	}
	for name, encoding := range encodings {
		if name != "Latin1" {
			c.fixed("Encoding "+name, constant(encoding))
		}
	}
	c.fixed("byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes)", x3(func(from, target *Encoding, b *Bytes) (*Bytes, error) {
		return &Bytes{target.encode(from.decode(b.Data))}, nil
	}))
	c.fixed("Encoding Default", constant(encodings["UTF8"]))
	c.fixed("Encoding GetEncoding(string name)", x1(func(name string) (*Encoding, error) {
		for _, encoding := range encodings {
			if strings.EqualFold(encoding.name, name) || strings.EqualFold(name, "utf8") && encoding.name == "utf-8" || strings.EqualFold(name, "ascii") && encoding.name == "us-ascii" {
				return encoding, nil
			}
		}
		return nil, dotnet.Argument("'"+name+"' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.", "name")
	}))
	c.fixed("Encoding GetEncoding(int codepage)", x1(func(page int32) (*Encoding, error) {
		name := map[int32]string{65001: "UTF8", 20127: "ASCII", 28591: "Latin1", 1200: "Unicode", 1201: "BigEndianUnicode", 12000: "UTF32", 0: "UTF8"}[page]
		if encoding := encodings[name]; encoding != nil {
			return encoding, nil
		}
		return nil, dotnet.Throw("System.NotSupportedException", "No data is available for encoding "+strconv.Itoa(int(page))+". For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.")
	}))
	c.method("byte[] GetPreamble()", f1(func(e *Encoding) *Bytes { return &Bytes{preambles[e.name]} }))
	c.method("byte[] GetBytes(string s)", f2(func(e *Encoding, s string) *Bytes { return &Bytes{e.encode(s)} }))
	c.method("string GetString(byte[]? bytes)", x2(func(e *Encoding, b *Bytes) (string, error) {
		if b == nil {
			return "", &dotnet.Exception{Type: dotnet.TypeArgumentNull, Message: "Array cannot be null.\r\nParameter name: bytes", ParamName: "bytes"}
		}
		return e.decode(b.Data), nil
	}))
	c.method("byte[] GetBytes(char[] chars)", f2(func(e *Encoding, v *Array) *Bytes { return &Bytes{e.encode(joinUnits(v.Items))} }))
	c.method("string GetString(byte[] bytes, int index, int count)", x4(func(e *Encoding, b *Bytes, at, n int32) (string, error) {
		if at < 0 || n < 0 || int(at)+int(n) > len(b.Data) {
			return "", dotnet.ArgumentOutOfRange("Index and count must refer to a location within the buffer.", "bytes")
		}
		return e.decode(b.Data[at : at+n]), nil
	}))
	c.method("int GetByteCount(string s)", f2(func(e *Encoding, s string) int32 { return int32(len(e.encode(s))) })) //nolint:gosec // strings are shorter
	c.property("string WebName", f1(func(e *Encoding) string { return e.name }))
	c.beyond("UTF7", "GetMaxByteCount")
	declareBits(l)
}

// preambles are the byte order marks that encodings write before a text.
var preambles = map[string][]byte{"utf-8": {0xEF, 0xBB, 0xBF}, "utf-16": {0xFF, 0xFE}, "utf-16BE": {0xFE, 0xFF}, "utf-32": {0xFF, 0xFE, 0, 0}}

// wide32 is UTF-32, the lowest byte first.
func wide32(s string) []byte {
	var data []byte
	for _, r := range s {
		data = binary.LittleEndian.AppendUint32(data, uint32(r)) //nolint:gosec // a rune is not negative
	}
	return data
}

func unwide32(b []byte) string {
	var text strings.Builder
	for len(b) >= 4 {
		text.WriteRune(rune(binary.LittleEndian.Uint32(b))) //nolint:gosec // what is no rune becomes U+FFFD
		b = b[4:]
	}
	if len(b) > 0 {
		text.WriteRune(utf8.RuneError)
	}
	return text.String()
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var data []byte
	for _, unit := range units(s) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

func unwide(b []byte, order binary.ByteOrder) string {
	all := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		all = append(all, order.Uint16(b[i:]))
	}
	if len(b)%2 != 0 {
		all = append(all, utf8.RuneError)
	}
	return fromUnits(all)
}

//nolint:gosec // the bits are meant
func declareBits(l *Library) {
	c := l.static("System", "BitConverter")
	for _, places := range []string{", int startIndex", ", int startIndex, int length"} {
		c.fixed("string ToString(byte[] value"+places+")", func(_ *Call, a []any) (any, error) {
			data, from := a[0].(*Bytes).Data, int(to[int32](a[1]))
			n := len(data) - from
			if len(a) > 2 {
				n = int(to[int32](a[2]))
			}
			if from < 0 || n < 0 || from > len(data)-n {
				return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex")
			}
			return hexPairs(data[from : from+n]), nil
		})
	}
	c.fixed("string ToString(byte[] value)", f1(func(b *Bytes) string { return hexPairs(b.Data) }))
	at := func(b *Bytes, start int32, size int) ([]byte, error) {
		if start >= 0 && int(start) < len(b.Data) && int(start)+size > len(b.Data) {
			return nil, dotnet.Argument("Destination array is not long enough to copy all the items in the collection. Check array index and length.", "")
		}
		if start < 0 || int(start) >= len(b.Data) {
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex")
		}
		return b.Data[start:], nil
	}
	read := func(size int, convert func([]byte) any) Func {
		return x2(func(b *Bytes, start int32) (any, error) {
			data, err := at(b, start, size)
			if err != nil {
				return nil, err
			}
			return convert(data), nil
		})
	}
	little := binary.LittleEndian
	c.fixed("short ToInt16(byte[] value, int startIndex)", read(2, func(b []byte) any { return int16(little.Uint16(b)) }))
	c.fixed("int ToInt32(byte[] value, int startIndex)", read(4, func(b []byte) any { return int32(little.Uint32(b)) }))
	c.fixed("uint ToUInt32(byte[] value, int startIndex)", read(4, func(b []byte) any { return little.Uint32(b) }))
	c.fixed("long ToInt64(byte[] value, int startIndex)", read(8, func(b []byte) any { return int64(little.Uint64(b)) }))
	c.fixed("ulong ToUInt64(byte[] value, int startIndex)", read(8, func(b []byte) any { return little.Uint64(b) }))
	c.fixed("double ToDouble(byte[] value, int startIndex)", read(8, func(b []byte) any { return math.Float64frombits(little.Uint64(b)) }))
	c.fixed("byte[] GetBytes(int value)", f1(func(v int32) *Bytes { return &Bytes{little.AppendUint32(nil, uint32(v))} }))
	c.fixed("byte[] GetBytes(long value)", f1(func(v int64) *Bytes { return &Bytes{little.AppendUint64(nil, uint64(v))} }))
	c.fixed("byte[] GetBytes(double value)", f1(func(v float64) *Bytes { return &Bytes{little.AppendUint64(nil, math.Float64bits(v))} }))
	c.fixed("bool IsLittleEndian", constant(true))

	web := l.static("System.Net", "WebUtility")
	web.fixed("string UrlEncode(string? value)", f1(ofText(dotnet.EncodeURL)))
	web.fixed("string UrlDecode(string? encodedValue)", f1(ofText(dotnet.DecodeURL)))
	web.fixed("string HtmlEncode(string? value)", f1(ofText(dotnet.EncodeHTML)))
	web.fixed("string HtmlDecode(string? value)", f1(ofText(dotnet.DecodeHTML)))
	web.beyond("UrlEncodeToBytes", "UrlDecodeToBytes")
}

// ofText lets null through, and texts to change.
func ofText(change func(string) string) func(any) any {
	return func(v any) any {
		if s, ok := v.(string); ok {
			return change(s)
		}
		return nil
	}
}

// hexPairs is BitConverter.ToString: 01-AB.
func hexPairs(data []byte) string {
	pairs := make([]string, len(data))
	for i := range data {
		pairs[i] = strings.ToUpper(hex.EncodeToString(data[i : i+1]))
	}
	return strings.Join(pairs, "-")
}
