package library

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// stringReader is a System.IO.StringReader: what is left of its text.
type stringReader struct {
	self *Type
	left []uint16
}

func (r *stringReader) typeIn(*Library) *Type { return r.self }

// line takes the next line without its end; false behind the last one.
func (r *stringReader) line() (string, bool) {
	if len(r.left) == 0 {
		return "", false
	}
	for i, unit := range r.left {
		if unit != '\r' && unit != '\n' {
			continue
		}
		text := fromUnits(r.left[:i])
		if unit == '\r' && i+1 < len(r.left) && r.left[i+1] == '\n' {
			i++
		}
		r.left = r.left[i+1:]
		return text, true
	}
	return r.rest(), true
}

func (r *stringReader) rest() string {
	text := fromUnits(r.left)
	r.left = nil
	return text
}

// next is the next code unit, -1 at the end.
func (r *stringReader) next(take bool) int32 {
	if len(r.left) == 0 {
		return -1
	}
	unit := int32(r.left[0])
	if take {
		r.left = r.left[1:]
	}
	return unit
}

// stringWriter is a System.IO.StringWriter.
type stringWriter struct {
	self *Type
	to   *StringBuilder
}

func (w *stringWriter) typeIn(*Library) *Type     { return w.self }
func (w *stringWriter) text(*Env) (string, error) { return w.to.b.String(), nil } //nolint:unparam // others may fail

func declareReaders(l *Library) {
	r := l.class("System.IO", "StringReader", "").from("IDisposable")
	r.make("(string s)", f1(func(s string) *stringReader { return &stringReader{r.self, units(s)} }))
	r.method("string ReadLine()", f1(func(r *stringReader) any {
		if text, ok := r.line(); ok {
			return text
		}
		return nil
	}))
	r.method("string ReadToEnd()", f1((*stringReader).rest))
	r.method("int Read()", f1(func(r *stringReader) int32 { return r.next(true) })).method("int Peek()", f1(func(r *stringReader) int32 { return r.next(false) }))
	r.method("void Close()", constant(nil))
	w := l.class("System.IO", "StringWriter", "").from("IDisposable")
	w.make("()", func(*Call, []any) (any, error) {
		return &stringWriter{w.self, &StringBuilder{self: l.named("StringBuilder")}}, nil
	})
	w.make("(StringBuilder sb)", f1(func(b *StringBuilder) *stringWriter { return &stringWriter{w.self, b} }))
	for name, end := range map[string]string{"Write": "", "WriteLine": "\r\n"} {
		for _, t := range []string{"string?", "char", "bool", "int", "uint", "long", "ulong", "float", "double", "decimal", "object?"} {
			w.method("void "+name+"("+t+" value)", func(c *Call, a []any) (any, error) { return nil, c.writeText(a[0], a[1], end) })
		}
		w.method("void "+name+"(string format, params object[] arg)", func(c *Call, a []any) (any, error) {
			args, err := Collect(a[2])
			if err != nil {
				return nil, err
			}
			text, err := dotnet.Composite(to[string](a[1]), len(args), func(i int, format string) (string, error) { return c.Format(l, args[i], format) })
			if err != nil {
				return nil, err
			}
			return nil, c.writeText(a[0], text, end)
		})
	}
	w.method("void WriteLine()", func(c *Call, a []any) (any, error) { return nil, c.writeText(a[0], "", "\r\n") })
	w.method("StringBuilder GetStringBuilder()", f1(func(w *stringWriter) *StringBuilder { return w.to }))
	w.method("string ToString()", f1(func(w *stringWriter) string { return w.to.b.String() }))
	w.property("string NewLine", constant("\r\n"))
	w.method("void Flush()", constant(nil)).method("void Close()", constant(nil))
	declareAddresses(l)
}

func (c *Call) writeText(writer, v any, end string) error {
	if _, err := appendText(c, writer.(*stringWriter).to, v); err != nil {
		return err
	}
	_, err := appendText(c, writer.(*stringWriter).to, end)
	return err
}

// ipAddress is a System.Net.IPAddress.
type ipAddress struct {
	self *Type
	netip.Addr
}

func (v ipAddress) typeIn(*Library) *Type     { return v.self }
func (v ipAddress) text(*Env) (string, error) { return v.String(), nil } //nolint:unparam // others may fail

func declareAddresses(l *Library) {
	l.enum("System.Net.Sockets", "AddressFamily", EnumValue{"Unspecified", 0}, EnumValue{"InterNetwork", 2}, EnumValue{"InterNetworkV6", 23})
	c := l.class("System.Net", "IPAddress", "")
	of := func(a netip.Addr) ipAddress { return ipAddress{c.self, a} }
	c.fixed("IPAddress Parse(string ipString)", x1(func(s string) (any, error) {
		a, ok := parseAddress(s)
		if !ok {
			return nil, dotnet.Format("An invalid IP address was specified.")
		}
		return of(a), nil
	}))
	c.fixed("bool TryParse(string? ipString, out IPAddress address)", func(_ *Call, a []any) (any, error) {
		parsed, ok := parseAddress(to[string](a[0]))
		a[1] = nil
		if ok {
			a[1] = of(parsed)
		}
		return ok, nil
	})
	for name, text := range map[string]string{"Loopback": "127.0.0.1", "Any": "0.0.0.0", "Broadcast": "255.255.255.255", "None": "255.255.255.255", "IPv6Any": "::", "IPv6Loopback": "::1", "IPv6None": "::"} {
		c.fixed("IPAddress "+name, constant(of(netip.MustParseAddr(text))))
	}
	c.fixed("bool IsLoopback(IPAddress address)", f1(func(v ipAddress) bool { return v.IsLoopback() }))
	c.make("(byte[] address)", x1(func(b *Bytes) (any, error) {
		a, ok := netip.AddrFromSlice(b.Data)
		if !ok {
			return nil, dotnet.Argument("An invalid IP address was specified.", "address")
		}
		return of(a), nil
	}))
	c.method("byte[] GetAddressBytes()", f1(func(v ipAddress) *Bytes { return &Bytes{v.AsSlice()} }))
	const family = "AddressFamily"
	c.property(family+" "+family, f1(func(v ipAddress) Enum {
		if v.Is4() {
			return Enum{l.named("AddressFamily"), 2}
		}
		return Enum{l.named("AddressFamily"), 23}
	}))
	c.property("bool IsIPv4MappedToIPv6", f1(func(v ipAddress) bool { return v.Is4In6() }))
	c.method("IPAddress MapToIPv4()", f1(func(v ipAddress) ipAddress { return of(v.Unmap()) }))
	c.method("IPAddress MapToIPv6()", f1(func(v ipAddress) ipAddress { return of(netip.AddrFrom16(v.As16())) }))
	c.method("bool Equals(object? comparand)", func(_ *Call, a []any) (any, error) {
		other, ok := a[1].(ipAddress)
		return ok && other.Addr == a[0].(ipAddress).Addr, nil
	})
	c.method("string ToString()", f1(func(v ipAddress) string { return v.String() }))
}

// parseAddress reads an address as .NET does: the parts of one of version 4 may
// be hexadecimal or octal, and the last one may stand for several.
func parseAddress(s string) (netip.Addr, bool) {
	if strings.Contains(s, ":") {
		a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
		return a, err == nil
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	value := uint64(0)
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(part, 0, bits)
		if err != nil || strings.HasPrefix(strings.ToLower(part), "0b") || strings.HasPrefix(strings.ToLower(part), "0o") || strings.Contains(part, "_") {
			return netip.Addr{}, false
		}
		value = value<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}
