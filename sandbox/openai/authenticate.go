package openai

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// callers are the roles whose data actions allow inference, among those that the
// sandbox knows. Source: Azure's list of built-in roles.
var callers = []arm.Role{arm.CognitiveServicesOpenAIUser}

// authenticate refuses who may not call the account. Bodies have the codes that public
// reports show.
func (a *Account) authenticate(picture *deployed.Picture, account *deployed.Account, r *http.Request) *refusal {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if key := r.Header.Get("api-key"); key != "" && (token == "" || !a.switches.TokenBeforeKey) {
		return checkKey(account, key)
	}
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return failf(http.StatusUnauthorized, "401", "Access denied: the request has neither a key nor a token.")
	}
	// The v1 API also takes the account's key as a bearer token.
	if strings.HasPrefix(strings.ToLower(r.URL.Path), "/openai/v1/") && strings.Count(token, ".") != 2 {
		return checkKey(account, token)
	}
	claims, err := a.directory.Check(token, facts.AccountAudiences...)
	if err != nil {
		return failf(http.StatusUnauthorized, "Unauthorized", "Access token is missing, invalid, audience is incorrect (%s), or have expired.", facts.AccountAudiences[0])
	}
	if !picture.Allowed(claims.ObjectID, account.ID, callers...) {
		return failf(http.StatusUnauthorized, "PermissionDenied", "The principal `%s` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/*` to perform this operation.", claims.ObjectID)
	}
	return nil
}

func checkKey(account *deployed.Account, key string) *refusal {
	if account.KeysDisabled {
		return failf(http.StatusForbidden, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.")
	}
	if !account.HasKey(key) {
		return failf(http.StatusUnauthorized, "401", "Access denied due to invalid subscription key or wrong API endpoint.")
	}
	return nil
}
