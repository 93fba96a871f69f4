package guardrails

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// A key that somebody marks as secret is seen all the same, and printed nowhere.
func TestInputs(t *testing.T) {
	unresolved := pulumi.UnsafeUnknownOutput(nil)
	inputs := pulumi.Map{
		"url": pulumi.String("https://a"), "weight": pulumi.Int(2), "on": pulumi.Bool(true), "nothing": nil, "later": unresolved,
		"credentials": pulumi.ToSecret(pulumi.Map{"header": pulumi.Map{"api-key": pulumi.Array{pulumi.String("k3y")}}}),
		"from":        pulumi.ToOutput(pulumi.Map{"name": pulumi.String("x")}),
	}
	plain := map[string]any{"url": "https://a", "weight": 2.0, "on": true, "later": arm.Unknown{}, "from": map[string]any{"name": "x"}}
	for _, c := range []struct {
		reason      string
		as          secretsAs
		credentials any
		secrets     []string
	}{
		{"a check that quotes values", secretsUnknown, arm.Unknown{}, nil},
		{"a rule", secretsRead, map[string]any{"header": map[string]any{"api-key": []any{"k3y"}}}, []string{"k3y"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			plain["credentials"] = c.credentials
			got, secrets := readInputs(t.Context(), inputs, c.as)
			if !reflect.DeepEqual(got, plain) || !reflect.DeepEqual(secrets, c.secrets) {
				t.Errorf("read are %v and the secrets %v; want %v and %v", got, secrets, plain, c.secrets)
			}
		})
	}
	if got := withoutSecrets(`url is "http://host/k3y-long", k3y`, []string{"k3y", "", "k3y-long"}); got != `url is "http://host/[secret]", [secret]` {
		t.Errorf("masked is %s", got)
	}
}
