package defaults_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
)

type inner struct {
	Seconds int `default:"30"`
}

type outer struct {
	Name   string   `default:"ai"`
	On     *bool    `default:"true"`
	Ways   []string `default:"key,entra"`
	Parts  []int    `default:"50,80"`
	Inner  inner
	Later  inner   `default:"-"`
	Near   float64 `default:"0.05"`
	Listed []inner
	Plain  int
}

func TestFilled(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		reason      string
		given, want outer
	}{
		{"nothing is given", outer{}, outer{Name: "ai", On: &yes, Ways: []string{"key", "entra"}, Parts: []int{50, 80}, Inner: inner{30}, Near: 0.05}},
		{
			"what is given stays, false behind a pointer, too",
			outer{Name: "b", On: &no, Ways: []string{"key"}, Parts: []int{1}, Inner: inner{5}, Plain: 7, Near: 0.5},
			outer{Name: "b", On: &no, Ways: []string{"key"}, Parts: []int{1}, Inner: inner{5}, Plain: 7, Near: 0.5},
		},
		{
			"elements of lists are their reader's",
			outer{Listed: []inner{{}}},
			outer{Name: "ai", On: &yes, Ways: []string{"key", "entra"}, Parts: []int{50, 80}, Inner: inner{30}, Near: 0.05, Listed: []inner{{}}},
		},
	} {
		if diff := cmp.Diff(c.want, defaults.Filled(c.given)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, diff)
		}
	}
}

func TestByTag(t *testing.T) {
	for field, want := range map[string]any{"Name": "ai", "On": true, "Near": 0.05, "Ways": []string{"key", "entra"}, "Later": nil, "Plain": nil} {
		found, _ := reflect.TypeFor[outer]().FieldByName(field)
		if got, _ := defaults.ByTag(found); !reflect.DeepEqual(got, want) {
			t.Errorf("%s has the default %v, want %v", field, got, want)
		}
	}
}

func TestAWrongTagIsTold(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a number that is none was taken")
		}
	}()
	defaults.Of[struct {
		Number int `default:"ten"`
	}]()
}
