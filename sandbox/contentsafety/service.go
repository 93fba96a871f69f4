// Package contentsafety is the data plane of Azure AI Content Safety accounts: it judges
// texts by marks that tests put into them, in the service's own form.
package contentsafety

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Account is the data plane of one account.
type Account struct {
	id        string
	picture   func() (*deployed.Picture, error)
	directory *entra.Directory
	judged    atomic.Int64
}

// New is the data plane of the account with that ARM id.
func New(id string, picture func() (*deployed.Picture, error), directory *entra.Directory) *Account {
	return &Account{id: id, picture: picture, directory: directory}
}

// Judged is how many texts the account has judged.
func (a *Account) Judged() int64 { return a.judged.Load() }

// refusal is an error in the service's form.
type refusal struct {
	status        int
	code, message string
}

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status, code, fmt.Sprintf(format, args...)}
}

// Error implements error.
func (r *refusal) Error() string { return r.code + ": " + r.message }

// operations are by their paths. Source: the REST reference of Content Safety, 2024-09-01.
var operations = map[string]func(body io.Reader) (any, error){
	"/contentsafety/text:analyze":      analyze,
	"/contentsafety/text:shieldprompt": shieldPrompt,
}

// ServeHTTP answers one request.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("apim-request-id", uuid.NewString())
	w.Header().Set("Content-Type", "application/json")
	answer, err := a.answer(r)
	status := http.StatusOK
	var refused *refusal
	if errors.As(err, &refused) {
		status, answer = refused.status, network.Error(refused.code, refused.message)
	} else if err != nil {
		status, answer = http.StatusInternalServerError, network.Error("InternalServerError", err.Error())
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func (a *Account) answer(r *http.Request) (any, error) {
	picture, err := a.picture()
	if err != nil {
		return nil, err
	}
	account := picture.Account(a.id)
	if account == nil {
		return nil, refuse(http.StatusNotFound, "404", "Resource not found")
	}
	if why := account.Network.Refusal(network.Source(r)); why != "" {
		return nil, refuse(http.StatusForbidden, "403", "%s", why)
	}
	if err := a.authenticate(picture, account, r); err != nil {
		return nil, err
	}
	operation, known := operations[strings.ToLower(strings.TrimSuffix(r.URL.Path, "/"))]
	if !known || r.URL.Query().Get("api-version") == "" {
		return nil, refuse(http.StatusNotFound, "404", "Resource not found")
	}
	if r.Method != http.MethodPost {
		return nil, refuse(http.StatusMethodNotAllowed, "405", "%s is not allowed here.", r.Method)
	}
	a.judged.Add(1)
	return operation(r.Body)
}

// authenticate takes a key, or a token of somebody with the role Cognitive Services User.
func (a *Account) authenticate(picture *deployed.Picture, account *deployed.Account, r *http.Request) error {
	if key := r.Header.Get("Ocp-Apim-Subscription-Key"); key != "" {
		if account.KeysDisabled {
			return refuse(http.StatusForbidden, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.")
		}
		if !account.HasKey(key) {
			return refuse(http.StatusUnauthorized, "401", "Access denied due to invalid subscription key or wrong API endpoint.")
		}
		return nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return refuse(http.StatusUnauthorized, "401", "Access denied: the request has neither a key nor a token.")
	}
	claims, err := a.directory.Check(token, facts.AccountAudiences...)
	if err != nil {
		return refuse(http.StatusUnauthorized, "Unauthorized", "Access token is missing, invalid, audience is incorrect (%s), or have expired.", facts.AccountAudiences[0])
	}
	if !picture.Allowed(claims.ObjectID, account.ID, arm.CognitiveServicesUser) {
		return refuse(http.StatusUnauthorized, "PermissionDenied",
			"The principal `%s` lacks the required data action `Microsoft.CognitiveServices/accounts/ContentSafety/*` to perform this operation.", claims.ObjectID)
	}
	return nil
}

// mostBody bounds a request: the longest text and what goes around it.
const mostBody = 1 << 20

// read decodes a request.
func read(body io.Reader, into any) error {
	data, err := io.ReadAll(io.LimitReader(body, mostBody+1))
	if err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	if len(data) > mostBody {
		return refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The request is longer than %d bytes.", mostBody)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return refuse(http.StatusBadRequest, "InvalidRequestBody", "The request body is no JSON of the right form: %v", err)
	}
	return nil
}

// tooLong refuses a text beyond the service's limit.
func tooLong(name, text string) error {
	if length := utf8.RuneCountInString(text); length == 0 || length > facts.SafetyCharacters {
		return refuse(http.StatusBadRequest, "InvalidRequestBody", "The length of %s is %d characters; allowed are 1 to %d.", name, length, facts.SafetyCharacters)
	}
	return nil
}
