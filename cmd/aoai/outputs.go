package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

type outputsCommand struct {
	stackFlags
	Name        string `arg:"" optional:"" help:"Print this output alone; a text without quotes."`
	ShowSecrets bool   `help:"Print secrets, too: the keys of subscriptions."`
}

// Run prints the stack's outputs as JSON, or one of them.
func (c *outputsCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withEngine(ctx, c.stackFlags, out, func(e *engine.Engine, _ io.Writer) error {
		var flags []string
		if c.ShowSecrets {
			flags = append(flags, "--show-secrets")
		}
		outputs, err := e.Outputs(ctx, flags...)
		if err != nil {
			return err
		}
		show := printBare
		if s.JSON {
			show = printJSON
		}
		if c.Name == "" {
			return show(out.stdout, outputs)
		}
		value, found := outputs[c.Name]
		if !found {
			return fmt.Errorf("stack %s has no output %q; it has %s", c.Stack, c.Name, listed(outputs))
		}
		if text, isText := value.(string); isText && !s.JSON {
			_, err = fmt.Fprintln(out.stdout, text)
			return err
		}
		return show(out.stdout, value)
	})
}

type keyCommand struct {
	stackFlags
	Subscription string `arg:"" optional:"" help:"Name of the subscription in apim.subscriptions; default the only one."`
}

// Run prints the primary key of a subscription. It is the caller's to keep: nothing else
// prints it unasked.
func (c *keyCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withEngine(ctx, c.stackFlags, out, func(e *engine.Engine, _ io.Writer) error {
		outputs, err := e.Outputs(ctx, "--show-secrets")
		if err != nil {
			return err
		}
		key, err := subscriptionKey(outputs, c.Subscription)
		if err != nil {
			return fmt.Errorf("stack %s: %w", c.Stack, err)
		}
		if s.JSON {
			return printJSON(out.stdout, map[string]string{"key": key})
		}
		_, err = fmt.Fprintln(out.stdout, key)
		return err
	})
}

// subscriptionKey finds the primary key of a subscription in a stack's outputs; "" means the
// only subscription.
func subscriptionKey(outputs map[string]any, name string) (string, error) {
	keys, _ := outputs["subscriptionKeys"].(map[string]any)
	switch {
	case len(keys) == 0:
		return "", fmt.Errorf("it has no subscriptions, and so no keys; give apim.subscriptions, or call with a token (aoai entra token)")
	case name == "" && len(keys) > 1:
		return "", fmt.Errorf("it has several subscriptions; name one of %s", listed(keys))
	case name == "":
		for only := range keys {
			name = only
		}
	}
	subscription, found := keys[name].(map[string]any)
	if !found {
		return "", fmt.Errorf("it has no subscription %q; it has %s", name, listed(keys))
	}
	key, _ := subscription["primaryKey"].(string)
	if key == "" {
		return "", fmt.Errorf("its outputs hold no key of subscription %q; run aoai up", name)
	}
	return key, nil
}

func listed(values map[string]any) string {
	if len(values) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(values)), ", ")
}
