package azurenative

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

func modelled(t *testing.T) []*arm.ResourceType {
	t.Helper()
	contract, err := arm.Load()
	if err != nil {
		t.Fatal(err)
	}
	var types []*arm.ResourceType
	for _, token := range contract.Tokens() {
		if resource, _ := contract.ByToken(token); resource.Path != "" {
			types = append(types, resource)
		}
	}
	slices.SortFunc(types, func(a, b *arm.ResourceType) int { return len(a.Token) - len(b.Token) })
	return types
}

// Whatever inputs a type takes: turned into an ARM body, answered as such and
// turned back, they are what they were. Nothing is lost and nothing moves.
func TestInputsSurviveTheWire(t *testing.T) {
	for _, resource := range modelled(t) {
		t.Run(resource.Token, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				inputs := drawObject(t, resource.Inputs, 3)
				body := requestBody(resource.Inputs, inputs)
				body["id"], body["type"] = "/x", resource.ARMType
				back := inputProjection(resource.Inputs, outputs(resource.Inputs, body))
				if diff := cmp.Diff(inputs, back); diff != "" {
					t.Errorf("inputs (-before +after):\n%s\nbody: %v", diff, body)
				}
			})
		})
	}
}

// drawObject draws an object that the contract allows, as deep as depth.
func drawObject(t *rapid.T, p *arm.Property, depth int) map[string]any {
	object := map[string]any{}
	names := make([]string, 0, len(p.Properties))
	for name := range p.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if rapid.Bool().Draw(t, name) {
			if value := drawValue(t, p.Properties[name], depth-1); value != nil {
				object[name] = value
			}
		}
	}
	return object
}

func drawValue(t *rapid.T, p *arm.Property, depth int) any {
	switch p.Type {
	case "string":
		return rapid.StringMatching(`[a-z]{0,6}`).Draw(t, "string")
	case "integer":
		return float64(rapid.IntRange(0, 1000).Draw(t, "integer"))
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "array":
		list := []any{}
		if depth <= 0 || p.Items == nil {
			return list
		}
		for range rapid.IntRange(0, 2).Draw(t, "length") {
			if value := drawValue(t, p.Items, depth-1); value != nil {
				list = append(list, value)
			}
		}
		return list
	case "object":
		if p.Opaque() {
			return map[string]any{"any": "thing"}
		}
		if depth <= 0 {
			return nil
		}
		// An empty object is dropped on the way where it stands for nothing.
		if object := drawObject(t, p, depth); len(object) > 0 {
			return object
		}
	}
	return nil
}

// What only Azure knows comes out beside the inputs, lifted where the SDK lifts
// it and left where the SDK leaves it.
func TestOutputsLiftReadOnlyProperties(t *testing.T) {
	contract, err := arm.Load()
	if err != nil {
		t.Fatal(err)
	}
	origin, _ := contract.ByToken("azure-native:cdn/v20240901:AFDOrigin")
	got := outputs(origin.Inputs, map[string]any{
		"id": "/x", "name": "a", "systemData": nil,
		"properties": map[string]any{"hostName": "h", "provisioningState": "Succeeded", "azureOrigin": nil},
	})
	want := map[string]any{"name": "a", "hostName": "h", "provisioningState": "Succeeded"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an origin's outputs (-want +got):\n%s", diff)
	}
	account, _ := contract.ByToken("azure-native:cognitiveservices/v20241001:Account")
	got = outputs(account.Inputs, map[string]any{"properties": map[string]any{"endpoint": "e", "customSubDomainName": "s"}})
	want = map[string]any{"properties": map[string]any{"endpoint": "e", "customSubDomainName": "s"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an account's outputs (-want +got):\n%s", diff)
	}
}
