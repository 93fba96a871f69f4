package mistakes_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/mistakes"
)

// Whoever calls a component can tell by type what is wrong, where, and what to do.
func TestMistakesAreCaughtByType(t *testing.T) {
	gpt := openai.Deployment{Name: "chat", Model: "gpt-4o", Version: "2024-11-20"}
	cases := []struct {
		reason string
		err    error
		want   mistakes.Error
	}{
		{
			"a value that is not on the list", func() error { d := gpt; d.SKU = "Standart"; return d.Validate() }(),
			mistakes.Error{Path: "sku", Value: "Standart"},
		},
		{
			"a number out of range", func() error { d := gpt; d.Capacity = 200_000; return d.Validate() }(),
			mistakes.Error{Path: "capacity", Value: 200_000, Remedy: "allowed are 1 to 100000, in units of 1,000 tokens a minute (or provisioned units)"},
		},
		{
			"a name that Azure refuses", func() error { d := gpt; d.Name = "chat; drop"; return d.Validate() }(),
			mistakes.Error{Path: "name", Value: "chat; drop", Remedy: "allowed are 2 to 64 characters: letters, digits, underscores, dots and hyphens, a letter or digit first"},
		},
		{
			"what is missing has no value", func() error { d := gpt; d.Version = ""; return d.Validate() }(),
			mistakes.Error{Path: "version", Remedy: "give the model's version as Azure lists it, such as 2024-11-20"},
		},
		{
			"wrapped on the way", fmt.Errorf("deploying: %w", optionsWithEmail("nobody").Validate("")),
			mistakes.Error{Path: "publisher.email", Value: "nobody", Remedy: "write it like team@contoso.com"},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			var got *mistakes.Error
			if !errors.As(c.err, &got) {
				t.Fatalf("no mistake is in %v", c.err)
			}
			want := c.want
			want.Message = got.Message // the components' tests hold the texts
			if c.want.Remedy == "" {
				want.Remedy = got.Remedy
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("mistake (-want +got):\n%s", diff)
			}
			if all := mistakes.All(c.err); len(all) != 1 || all[0] != got {
				t.Errorf("all mistakes are %v; want the one", all)
			}
		})
	}
}

func optionsWithEmail(email string) apim.Options {
	options := apim.DefaultOptions()
	options.Publisher.Email = email
	return options
}

func TestAllTakesApartWhatIsWrapped(t *testing.T) {
	one, two := &mistakes.Error{Path: "a"}, &mistakes.Error{Path: "b"}
	err := fmt.Errorf("outer: %w", errors.Join(one, fmt.Errorf("inner: %w", two), errors.New("no mistake")))
	if diff := cmp.Diff([]*mistakes.Error{one, two}, mistakes.All(err)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	if got := mistakes.All(errors.New("no mistake")); got != nil {
		t.Errorf("found %v where there are none", got)
	}
}
