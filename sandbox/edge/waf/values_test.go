package waf

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// The values of a document are those that Go's own decoder finds, under the same names; of a
// document that is cut off they are the first ones, the last of them perhaps in part.
func TestValuesAreTheDecoders(t *testing.T) {
	t.Parallel()
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
			case kind < 3 || depth == 0:
				return rapid.SampledFrom([]any{"text", "", "a b", `say "x"`, `c:\d`, "日本", "a\nb", 1.5, true, nil}).Draw(t, "leaf")
			case kind == 3:
				return rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "list")
			default:
				return rapid.MapOfN(rapid.StringMatching(`[a-z"\\]{1,3}`), value(depth-1), 0, 3).Draw(t, "object")
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		document := value(4).Draw(t, "document")
		raw, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		got := all(raw)
		byName := cmpopts.SortSlices(func(a, b argument) bool { return a.name+a.value < b.name+b.value })
		if diff := cmp.Diff(walked(document, ""), got, cmp.AllowUnexported(argument{}), byName, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("values of %s (-want +got):\n%s", raw, diff)
		}
		cut := rapid.IntRange(0, len(raw)).Draw(t, "cut")
		first := all(raw[:cut])
		if len(first) > len(got) {
			t.Fatalf("cut at %d, %s has %v", cut, raw, first)
		}
		for i, each := range first[:max(0, len(first)-1)] {
			if each != got[i] {
				t.Fatalf("cut at %d, %s has %v", cut, raw, first)
			}
		}
	})
}

func all(raw []byte) []argument {
	var found []argument
	values(raw, func(name []byte, value text) { found = append(found, argument{string(name), value.String()}) })
	return found
}

// walked are the values of a decoded document.
func walked(value any, path string) []argument {
	switch value := value.(type) {
	case map[string]any:
		var found []argument
		for name, member := range value {
			under := name
			if path != "" {
				under = path + "." + name
			}
			found = append(found, walked(member, under)...)
		}
		return found
	case []any:
		var found []argument
		for _, element := range value {
			found = append(found, walked(element, path)...)
		}
		return found
	case string:
		return []argument{{path, value}}
	case nil:
		return []argument{{path, "null"}}
	default:
		return []argument{{path, fmt.Sprint(value)}}
	}
}

// What is not JSON, or nested without end, ends quietly.
func TestValuesOfNoJSON(t *testing.T) {
	t.Parallel()
	for document, want := range map[string][]argument{
		"":                          nil,
		"plain text":                {{"", "plain"}},
		`{"a":"b"`:                  {{"a", "b"}},
		`{"a":"b`:                   {{"a", "b"}},
		`{"a":"b\`:                  {{"a", `b\`}},
		`{"a"`:                      nil,
		`{"a":}`:                    nil,
		`]`:                         nil,
		strings.Repeat("[", 50_000): nil,
	} {
		if got := all([]byte(document)); !slices.Equal(got, want) {
			t.Errorf("%.20q: got %v, want %v", document, got, want)
		}
	}
}
