package strictjson

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// A number with a fraction is read as JSON writes it; a text in its place is a mistake.
func TestDecodeReadsFractions(t *testing.T) {
	var got struct {
		Price  float64  `json:"price"`
		Cached *float64 `json:"cached"`
	}
	if err := Decode([]byte(`{"price":0.75,"cached":2}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Price != 0.75 || got.Cached == nil || *got.Cached != 2 {
		t.Errorf("decoded to %+v", got)
	}
	var told []string
	for _, fault := range faults.All(Decode([]byte(`{"price":"0.75"}`), &got)) {
		told = append(told, fault.Error())
	}
	if diff := cmp.Diff([]string{`price: must be a number, not the string "0.75"; write digits alone, such as 0.5`}, told); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
