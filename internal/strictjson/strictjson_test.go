package strictjson

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

type inner struct {
	Word   string            `json:"word"`
	Number int               `json:"number"`
	Truth  bool              `json:"truth"`
	Maybe  *bool             `json:"maybe"`
	Words  map[string]string `json:"words"`
}

type outer struct {
	Inner  inner   `json:"inner"`
	Inners []inner `json:"inners"`
	Hidden string
}

func TestDecodeReportsEveryMistake(t *testing.T) {
	cases := []struct {
		reason, raw string
		want        []string
	}{
		{"nothing wrong", `{"inner":{"word":"a","number":1,"truth":true,"maybe":false,"words":{"x":"y"}}}`, nil},
		{
			"kinds", `{"inner":{"word":1,"number":"1","truth":0,"maybe":"x","words":[]},"inners":{}}`,
			[]string{
				`inner.word: must be a string, not the number 1; write it in quotes: "1"`,
				`inner.number: must be a whole number, not the string "1"; write 1 without quotes`,
				"inner.truth: must be true or false, not the number 0; write true or false",
				`inner.maybe: must be true or false, not the string "x"; write true or false`,
				"inner.words: must be an object, not a list; write its members, each with its key",
				"inners: must be a list, not an object; write a list: [...]",
			},
		},
		{
			"places in arrays", `{"inners":[{},{"numbr":1}]}`,
			[]string{`inners[1].numbr: is not a known key; known are word, number, truth, maybe, words; did you mean "number"?`},
		},
		{"a field without a tag is no key", `{"Hidden":"x"}`, []string{"Hidden: is not a known key; known are inner, inners"}},
		{"a key twice", `{"inner":{"number":1,"number":2}}`, []string{"inner.number: is given twice; keep one"}},
		{"null", `{"inner":null}`, []string{"inner: is null; give a value or leave the key out"}},
		{"a fraction", `{"inner":{"number":1.5}}`, []string{"inner.number: must be a whole number, not the number 1.5; write it without a point, such as 2"}},
		{"too large", `{"inner":{"number":99999999999999999999}}`, []string{"inner.number: must be a whole number, not the number 99999999999999999999; it is too large: give a smaller one"}},
		{"the whole is of another kind", `[]`, []string{"must be an object, not a list; its members are inner, inners"}},
		{"cut off", `{"inner":{`, []string{"is not valid JSON: it ends in the middle of a value"}},
		{"more behind", `{} {}`, []string{"is not valid JSON: there is more behind the value"}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			var target outer
			var got []string
			for _, fault := range faults.All(Decode([]byte(c.raw), &target)) {
				got = append(got, fault.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeKeepsWhatIsLeftOut(t *testing.T) {
	target := outer{Inner: inner{Word: "kept", Number: 7}}
	if err := Decode([]byte(`{"inner":{"number":0}}`), &target); err != nil {
		t.Fatal(err)
	}
	if target.Inner.Word != "kept" || target.Inner.Number != 0 {
		t.Errorf("decoded to %+v", target.Inner)
	}
}

// What encoding/json writes, Decode reads back.
func TestDecodeReadsWhatJSONWrites(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) inner {
		truth := rapid.Bool().Draw(t, "maybe")
		return inner{
			Word: rapid.String().Draw(t, "word"), Number: rapid.Int().Draw(t, "number"), Truth: rapid.Bool().Draw(t, "truth"),
			Maybe: &truth, Words: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "words"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := outer{Inner: one.Draw(t, "inner"), Inners: rapid.SliceOf(one).Draw(t, "inners")}
		raw, err := json.Marshal(map[string]any{"inner": want.Inner, "inners": want.Inners})
		if err != nil {
			t.Fatal(err)
		}
		var got outer
		if err := Decode(raw, &got); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s decodes to %+v", raw, got)
		}
	})
}

// Whatever the input, Decode returns; and what encoding/json refuses, it refuses.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"inner":{"word":"a","words":{"x":"y"}},"inners":[{}]}`))
	f.Add([]byte(`[[[[{"a":[`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var target outer
		if err := Decode(raw, &target); err == nil && !json.Valid(raw) {
			t.Errorf("%q was taken", raw)
		}
	})
}
