package dotnet_test

import (
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestGuid(t *testing.T) {
	const (
		dashed    = "00112233-4455-6677-8899-aabbccddeeff"
		badLength = "!Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
		badDigits = "!Guid string should only contain hexadecimal characters."
	)
	for _, tc := range []struct{ reason, text, want string }{
		{"D", dashed, dashed},
		{"upper case, white space", " 00112233-4455-6677-8899-AABBCCDDEEFF ", dashed},
		{"N", "00112233445566778899aabbccddeeff", dashed},
		{"B", "{" + dashed + "}", dashed},
		{"P", "(" + dashed + ")", dashed},
		{"X", "{0x00112233, 0x4455, 0x6677, {0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}", dashed},
		{"nothing", "", "!Unrecognized Guid format."},
		{"too short", "1234", badLength},
		{"too short with dashes", "1-2", badLength},
		{"an open brace", "{" + dashed, badLength},
		{"dashes out of place", "001122334-455-6677-8899-aabbccddeeff", "!Dashes are in the wrong position for GUID parsing."},
		{"no hex digit", "g0112233-4455-6677-8899-aabbccddeeff", badLength},
		{"no hex digit in N", "g0112233445566778899aabbccddeeff", badDigits},
		{"braces of N", "{00112233445566778899aabbccddeeff}", "!Expected {0xdddddddd, etc}."},
		{"X without end", "{0x00112233,0x4455,0x6677,{0x88}", "!Could not find the ending brace."},
	} {
		got, err := dotnet.ParseGuid(tc.text)
		check(t, tc.reason, got.String(), err, tc.want)
	}
	guid, err := dotnet.ParseGuid(dashed)
	guid = must(t, guid, err)
	for _, tc := range []struct{ format, want string }{
		{"", dashed},
		{"N", "00112233445566778899aabbccddeeff"},
		{"B", "{" + dashed + "}"},
		{"p", "(" + dashed + ")"},
		{"X", "{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}"},
		{"Q", `!Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".`},
	} {
		got, err := guid.Format(tc.format)
		check(t, "format "+tc.format, got, err, tc.want)
	}
}
