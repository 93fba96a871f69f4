package deployed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Audiences are found wherever a policy can stand, and named values in their places.
func TestAudiences(t *testing.T) {
	t.Parallel()
	document := func(audience string) *deployed.Document {
		return &deployed.Document{Text: "<validate-azure-ad-token><audiences><audience>" + audience + "</audience></audiences></validate-azure-ad-token>"}
	}
	picture := &deployed.Picture{Services: []*deployed.Service{{
		Policy: document("api://service"), NamedValues: map[string]string{"audience": "api://named"}, Fragments: map[string]string{"f": document("api://fragment").Text},
		APIs: []*deployed.API{
			{Policy: document(" {{audience}} "), Operations: []*deployed.Operation{{Policy: document("api://operation")}}},
			{},
		},
		Products: []*deployed.Product{{Policy: document("api://product")}, {Policy: document("api://service")}},
	}}}
	require.Equal(t, []string{"api://fragment", "api://named", "api://operation", "api://product", "api://service"}, picture.Audiences())
}
