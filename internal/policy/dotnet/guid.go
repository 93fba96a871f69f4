package dotnet

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Guid is a System.Guid in the order of RFC 4122: the bytes as they are printed.
type Guid [16]byte

// Lengths of a GUID's text.
const (
	guidDigits       = 32
	guidWithDashes   = 36
	guidWithBrackets = 38
)

const badGuidLength = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."

// ParseGuid reads the forms N, D, B, P and X, with white space around. The error
// is a FormatException.
func ParseGuid(s string) (Guid, error) {
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return Guid{}, Format("Unrecognized Guid format.")
	case strings.Contains(text, "-"):
		return parseDashedGuid(text)
	case strings.Contains(text, "{"):
		return parseNestedGuid(text)
	case strings.Contains(text, "("):
		return Guid{}, Format("Unrecognized Guid format.")
	case len(text) != guidDigits:
		return Guid{}, Format(badGuidLength)
	}
	return guidFromHex(text)
}

func parseDashedGuid(text string) (Guid, error) {
	opening, closing := text[0], text[len(text)-1]
	bracketed := opening == '{' && closing == '}' || opening == '(' && closing == ')'
	switch {
	case bracketed && len(text) == guidWithBrackets:
		text = text[1 : len(text)-1]
	case bracketed, len(text) != guidWithDashes:
		return Guid{}, Format(badGuidLength)
	}
	for _, place := range []int{8, 13, 18, 23} {
		if text[place] != '-' {
			return Guid{}, Format("Dashes are in the wrong position for GUID parsing.")
		}
	}
	g, err := guidFromHex(text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:])
	if err != nil {
		return Guid{}, Format(badGuidLength)
	}
	return g, nil
}

func guidFromHex(digits string) (Guid, error) {
	var g Guid
	raw, err := hex.DecodeString(digits)
	if err != nil || len(raw) != len(g) {
		return Guid{}, Format("Guid string should only contain hexadecimal characters.")
	}
	return Guid(raw), nil
}

// parseNestedGuid reads "{0xdddddddd,0xdddd,0xdddd,{0xdd,...}}". White space may
// stand anywhere in it.
func parseNestedGuid(text string) (Guid, error) {
	text = strings.Join(strings.Fields(text), "")
	inner, opened := strings.CutPrefix(text, "{")
	if !opened || !hasHexPrefix(inner) {
		return Guid{}, Format("Expected {0xdddddddd, etc}.")
	}
	inner, closed := strings.CutSuffix(inner, "}}")
	if !closed {
		return Guid{}, Format("Could not find the ending brace.")
	}
	head, tail, found := strings.Cut(inner, ",{")
	groups := append(strings.Split(head, ","), strings.Split(tail, ",")...)
	const headGroups, tailGroups = 3, 8
	if !found || len(groups) != headGroups+tailGroups || strings.Count(head, ",") != headGroups-1 {
		return Guid{}, Format("Could not find a comma, or the length between the previous token and the comma was zero (i.e., '0x,'etc.).")
	}
	var raw []byte
	for i, group := range groups {
		bits := 8
		switch {
		case i == 0:
			bits = 32
		case i < headGroups:
			bits = 16
		}
		if !hasHexPrefix(group) {
			return Guid{}, Format("Expected 0x prefix.")
		}
		value, err := strconv.ParseUint(group[2:], 16, bits)
		if err != nil {
			return Guid{}, Format("Guid string should only contain hexadecimal characters.")
		}
		whole := binary.BigEndian.AppendUint64(nil, value)
		raw = append(raw, whole[len(whole)-bits/8:]...)
	}
	return Guid(raw), nil
}

func hasHexPrefix(text string) bool {
	return strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X")
}

// String writes g in the form D.
func (g Guid) String() string {
	text := hex.EncodeToString(g[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// Format writes g in the form N, D, B, P or X. An empty format is D. The error
// is a FormatException.
func (g Guid) Format(format string) (string, error) {
	switch format {
	case "", "D", "d":
		return g.String(), nil
	case "N", "n":
		return hex.EncodeToString(g[:]), nil
	case "B", "b":
		return "{" + g.String() + "}", nil
	case "P", "p":
		return "(" + g.String() + ")", nil
	case "X", "x":
		return g.nested(), nil
	}
	return "", Format(`Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".`)
}

func (g Guid) nested() string {
	octets := make([]string, 0, 8)
	for _, octet := range g[8:] {
		octets = append(octets, fmt.Sprintf("0x%02x", octet))
	}
	return fmt.Sprintf("{0x%x,0x%x,0x%x,{%s}}", g[0:4], g[4:6], g[6:8], strings.Join(octets, ","))
}
