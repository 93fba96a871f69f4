package dotnet_test

import (
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestComposite(t *testing.T) {
	const badIndex = "!Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
	texts := []string{"a", "äö", "😀"}
	for _, tc := range []struct{ reason, format, want string }{
		{"places in any order", "{1}-{0}-{0}", "äö-a-a"},
		{"right aligned", "[{0,3}]", "[  a]"},
		{"left aligned", "[{0,-3}]", "[a  ]"},
		{"width counts characters, not bytes", "[{1,3}]", "[ äö]"},
		{"a character beyond the BMP counts twice", "[{2,3}]", "[ 😀]"},
		{"white space", "[{0 , -3 }]", "[a  ]"},
		{"a format", "{0:N2}", "a:N2"},
		{"a format with colons", "{0:HH:mm}", "a:HH:mm"},
		{"a format with braces", "{0:{{x}}}", "a:{x}"},
		{"doubled braces", "{{{0}}}", "{a}"},
		{"an open brace", "{", badNumber},
		{"a closed brace", "}", badNumber},
		{"no index", "{}", badNumber},
		{"a negative index", "{-1}", badNumber},
		{"a name", "{x}", badNumber},
		{"no end", "{0", badNumber},
		{"no end of the format", "{0:x", badNumber},
		{"no width", "{0,}", badNumber},
		{"no such argument", "{3}", badIndex},
		{"an absurd index", "{99999999999999999999}", badIndex},
		{"an absurd width", "{0,99999999999}", badNumber},
	} {
		got, err := dotnet.Composite(tc.format, len(texts), func(index int, format string) (string, error) {
			if format != "" {
				return texts[index] + ":" + format, nil
			}
			return texts[index], nil
		})
		check(t, tc.reason, got, err, tc.want)
	}
	_, err := dotnet.Composite("{0}", 1, func(int, string) (string, error) { return "", dotnet.NullReference() })
	check(t, "a fault of an argument", "", err, "!Object reference not set to an instance of an object.")
}
