package guardrails

import (
	"context"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/masked"
)

// secretsAs is what becomes of secret inputs when they are read.
type secretsAs int

const (
	// secretsUnknown are not told.
	secretsUnknown secretsAs = iota
	// secretsRead are told, and listed so that nobody prints them.
	secretsRead
)

// inputReader turns inputs as the engine hands them over into plain values.
type inputReader struct {
	ctx       context.Context
	secretsAs secretsAs
	secrets   []string
}

// readInputs are a resource's inputs as plain values, arm.Unknown for those that only a
// deployment tells, and the texts among them that are secret.
func readInputs(ctx context.Context, inputs pulumi.Map, as secretsAs) (plain map[string]any, secrets []string) {
	reader := inputReader{ctx: ctx, secretsAs: as}
	plain, _ = reader.plain(inputs, false).(map[string]any)
	return plain, reader.secrets
}

func (r *inputReader) plain(value any, secret bool) any {
	switch value := value.(type) {
	case nil, bool, float64:
		return value
	case string:
		if secret {
			r.secrets = append(r.secrets, value)
		}
		return value
	case int:
		return float64(value)
	case map[string]any:
		return plainObject(r, value, secret)
	case []any:
		return plainList(r, value, secret)
	case pulumi.Bool:
		return bool(value)
	case pulumi.Float64:
		return float64(value)
	case pulumi.Int:
		return float64(value)
	case pulumi.String:
		return r.plain(string(value), secret)
	case pulumi.Map:
		return plainObject(r, value, secret)
	case pulumi.Array:
		return plainList(r, value, secret)
	case pulumi.Output:
		return r.output(value, secret)
	default:
		return arm.Unknown{}
	}
}

// plainObject is one without the members that are null: those say nothing.
func plainObject[V any](r *inputReader, members map[string]V, secret bool) map[string]any {
	plain := make(map[string]any, len(members))
	for name, member := range members {
		if value := r.plain(member, secret); value != nil {
			plain[name] = value
		}
	}
	return plain
}

func plainList[V any](r *inputReader, elements []V, secret bool) []any {
	plain := make([]any, len(elements))
	for i, element := range elements {
		plain[i] = r.plain(element, secret)
	}
	return plain
}

// output is what an output has resolved to. Those that a transform gets have: they come
// over the wire.
func (r *inputReader) output(output pulumi.Output, secret bool) any {
	result, err := internals.UnsafeAwaitOutput(r.ctx, output)
	if err != nil || !result.Known || result.Secret && r.secretsAs == secretsUnknown {
		return arm.Unknown{}
	}
	return r.plain(result.Value, secret || result.Secret)
}

// withoutSecrets is a text in which the secrets are masked.
func withoutSecrets(text string, secrets []string) string {
	// The longest first: one may be part of another.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, masked.Secret)
		}
	}
	return text
}
