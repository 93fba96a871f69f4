package register_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
)

type args struct{ wrong error }

func (a *args) Validate() error { return a.wrong }

var errWrong = errors.New("region is missing")

// registered keeps the tokens of what was registered.
type registered struct {
	mu     sync.Mutex
	tokens []string
}

func (r *registered) NewResource(of pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens, of.TypeToken)
	return of.Name, of.Inputs, nil
}

func (*registered) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("nothing is asked")
}

// Nothing is registered before its arguments are good.
func TestComponent(t *testing.T) {
	t.Parallel()
	const token = "aoai-gateway:test:Thing"
	for _, c := range []struct {
		reason string
		args   *args
		wrong  string
		tokens []string
	}{
		{"a program that passes nil", nil, "thing a: args are missing", nil},
		{"arguments with a mistake", &args{errWrong}, "thing a: region is missing", nil},
		{"good arguments", &args{}, "", []string{token}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			var seen registered
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				return register.Component(ctx, register.Kind{Token: token, Noun: "thing"}, "a", c.args, &struct{ pulumi.ResourceState }{}, nil)
			}, pulumi.WithMocks("p", "s", &seen))
			if c.wrong == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.wrong)
			}
			require.Equal(t, c.tokens, seen.tokens)
		})
	}
}
