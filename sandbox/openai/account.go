// Package openai is the data plane of Azure OpenAI accounts: it answers as the
// service does, by what is deployed, with text that follows from the question.
package openai

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
)

// Account is the data plane of one account. What it was asked before bounds what it
// may be asked, and it keeps responses; all else stands in the control plane.
type Account struct {
	id        string
	picture   func() (*deployed.Picture, error)
	directory *entra.Directory
	switches  Switches
	answers   atomic.Int64

	// stored are the responses that the account keeps.
	stored *responseStore
	files  *fileStore

	mu    sync.Mutex
	spent map[string]*spending
	used  map[string]*Usage
	// jobs are batches, the oldest first.
	jobs []*batch
	// prompts are those that deployments have cached, by their names.
	prompts map[string][]string
}

// Switches are behaviours that Azure's documents leave open. The zero value is what is
// assumed; docs/sandbox.md lists them.
type Switches struct {
	// TokenBeforeKey looks at a token where a request has both: by default a key that is
	// not good is refused, whatever else the request has.
	TokenBeforeKey bool
	// StatusAnswersHead answers HEAD on the status path with 200. Only GET was seen to be
	// answered, so that by default HEAD is 404: probe with GET.
	StatusAnswersHead bool
}

// New is the data plane of the account with that ARM id.
func New(id string, picture func() (*deployed.Picture, error), directory *entra.Directory, switches Switches) *Account {
	return &Account{id: id, picture: picture, directory: directory, switches: switches, spent: map[string]*spending{}, used: map[string]*Usage{}, stored: newResponseStore(maxStoredBytes), files: &fileStore{}, prompts: map[string][]string{}}
}

// ServeHTTP answers one request.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("apim-request-id", uuid.NewString())
	w.Header().Set("x-request-id", uuid.NewString())
	picture, err := a.picture()
	if err != nil {
		failf(http.StatusInternalServerError, "InternalServerError", "%v", err).write(w)
		return
	}
	account := picture.Account(a.id)
	if account == nil {
		failf(http.StatusNotFound, "404", "Resource not found").write(w)
		return
	}
	w.Header().Set("x-ms-region", account.Region)
	if refusal := mayReach(account.Network, r); refusal != nil {
		refusal.write(w)
		return
	}
	if strings.TrimSuffix(r.URL.Path, "/") == arm.StatusPath {
		if r.Method != http.MethodGet && (r.Method != http.MethodHead || !a.switches.StatusAnswersHead) {
			notFound().write(w)
			return
		}
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusOK)
		return
	}
	if refusal := a.authenticate(picture, account, r); refusal != nil {
		refusal.write(w)
		return
	}
	if refusal := a.route(w, r, account); refusal != nil {
		refusal.write(w)
	}
}

// route finds what a path asks for. Sources: Azure OpenAI's REST reference (data
// plane, inference) and its page on the v1 API.
func (a *Account) route(w http.ResponseWriter, r *http.Request, of *deployed.Account) *refusal {
	// Case does not matter: not in paths, nor in names of deployments.
	path, ok := strings.CutPrefix(strings.ToLower(strings.TrimSuffix(r.URL.Path, "/")), "/openai/")
	if !ok {
		return notFound()
	}
	c := &call{account: a, deployed: of, w: w, r: r, api: r.URL.Query().Get("api-version")}
	if rest, isV1 := strings.CutPrefix(path, "v1/"); isV1 {
		c.api = "v1"
		path = rest
	} else if c.api == "" {
		// As the service does: a path without a version is none.
		return notFound()
	}
	if rest, named := strings.CutPrefix(path, "deployments/"); named && c.api != "v1" {
		c.name, path, _ = strings.Cut(rest, "/")
	}
	if c.api < firstWithResponses && (path == "responses" || strings.HasPrefix(path, "responses/")) {
		return failf(http.StatusBadRequest, "BadRequest", "Azure OpenAI Responses API is enabled only for api-version %s and later", firstWithResponses)
	}
	switch {
	case c.name == "" && (path == "files" || strings.HasPrefix(path, "files/")):
		return c.file(strings.TrimPrefix(strings.TrimPrefix(path, "files"), "/"))
	case c.name == "" && (path == "batches" || strings.HasPrefix(path, "batches/")):
		return c.batches(strings.TrimPrefix(strings.TrimPrefix(path, "batches"), "/"))
	case path == "deployments" && c.api != "v1" && r.Method == http.MethodGet:
		return c.deployments()
	case path == "models" && r.Method == http.MethodGet:
		return c.models()
	case strings.HasPrefix(path, "models/") && r.Method == http.MethodGet:
		return c.aModel(strings.TrimPrefix(path, "models/"))
	case strings.HasPrefix(path, "responses/"):
		return c.keptResponse(strings.TrimPrefix(path, "responses/"))
	}
	operation, known := operations[path]
	if !known || (path == "responses" && c.name != "") || (path != "responses" && c.name == "" && c.api != "v1") {
		return notFound()
	}
	if r.Method != http.MethodPost {
		return failf(http.StatusMethodNotAllowed, "405", "%s is not allowed here.", r.Method)
	}
	return c.infer(operation)
}

// firstWithResponses is the first dated version that has the Responses API. Version and words:
// Aider-AI/aider#4029.
const firstWithResponses = "2025-03-01-preview"

func notFound() *refusal { return failf(http.StatusNotFound, "404", "Resource not found") }

// operation is one call of the inference API.
type operation struct {
	// name is what the service calls it in messages.
	name string
	// capability is what a deployment's model needs.
	capability facts.Capability
	// needs is the parameter without which there is nothing to answer; needsNothing for none.
	needs func(*request) (name string, value *part)
	// prepare reads what the call builds on, and returns the text that goes before the prompt;
	// nil for nothing.
	prepare func(c *call, prompt string) (string, *refusal)
	// run answers. Prompt is the text that counts, and tokens is how many it has.
	run func(c *call, prompt string, tokens int) *refusal
}

// operations by path. Names of operations are those in the service's messages.
var operations = map[string]operation{
	"chat/completions":     {"ChatCompletions_Create", facts.Chat, needsMessages, (*call).prepareChat, (*call).chat},
	"completions":          {"Completions_Create", facts.Completions, needsNothing, nil, (*call).completion},
	"embeddings":           {"Embeddings_Create", facts.Embeddings, needsInput, nil, (*call).embeddings},
	"responses":            {"Responses_Create", facts.Responses, needsInput, (*call).prepareResponse, (*call).responses},
	"images/generations":   {"ImageGenerations_Create", facts.Images, needsPrompt, nil, (*call).images},
	"images/edits":         {"ImageEdits_Create", facts.Images, needsPrompt, nil, (*call).edit},
	"audio/speech":         {"AudioSpeech_Create", facts.Audio, needsInput, nil, (*call).speech},
	"audio/transcriptions": {"AudioTranscriptions_Create", facts.Audio, needsNothing, nil, (*call).transcription},
	"audio/translations":   {"AudioTranslations_Create", facts.Audio, needsNothing, nil, (*call).translation},
}

func needsMessages(r *request) (string, *part) { return "messages", &r.Messages }
func needsInput(r *request) (string, *part)    { return "input", &r.Input }
func needsPrompt(r *request) (string, *part)   { return "prompt", &r.Prompt }
func needsNothing(*request) (string, *part)    { return "", nil }

// call is one request for a model.
type call struct {
	account *Account
	// deployed is the account as it is deployed when the request comes.
	deployed *deployed.Account
	w        http.ResponseWriter
	r        *http.Request
	// api is the API's version, or v1.
	api string
	// inBatch says that the call is a line of a batch.
	inBatch bool
	// name is the deployment's, and deployment itself.
	name       string
	deployment *deployed.Deployment
	// model is that of the deployment that was asked for.
	model deployed.Model
	// raw is the request's body as JSON, and body what is read of it.
	raw  []byte
	body request
	// does is what the call wants a model for.
	does facts.Capability
	// asks is what a call of the Responses API builds on.
	asks asked
	// wants is what the answer is to be.
	wants wanted
}

// infer answers a call of a model.
func (c *call) infer(o operation) *refusal {
	c.body, c.does = newRequest(), o.capability
	if refused := c.read(&c.body); refused != nil {
		return refused
	}
	if form := c.r.MultipartForm; form != nil {
		defer func() { _ = form.RemoveAll() }()
	}
	if c.name == "" {
		if c.name = c.body.Model; c.name == "" {
			return invalid("model", "missing_required_parameter", "Missing required parameter: 'model'.")
		}
	}
	deployment := c.deployed.Deployment(c.name)
	if deployment == nil || !deployment.Ready {
		return failf(http.StatusNotFound, "DeploymentNotFound",
			"The API deployment '%s' does not exist in this account. A deployment that was made within the last 5 minutes may need a moment.", c.name)
	}
	c.deployment, c.model = deployment, deployment.Model
	switch isBatch := facts.IsBatch(deployment.SKU); {
	case c.inBatch && !isBatch:
		return failf(http.StatusBadRequest, "OperationNotSupported", "The deployment %s is not for batch jobs: its SKU is %s.", c.name, deployment.SKU)
	case c.inBatch && c.wantsStream():
		return invalid("stream", "unsupported_parameter", "Unsupported parameter: 'stream' is not supported in a batch.")
	case isBatch && !c.inBatch:
		return failf(http.StatusBadRequest, "OperationNotSupported", "The %s operation does not work with the specified deployment, %s, which is for batch jobs.", o.capability.ARM(), c.name)
	}
	if !deployment.Can(o.capability) {
		return failf(http.StatusBadRequest, "OperationNotSupported", "The %s operation does not work with the specified model, %s.", o.capability.ARM(), c.model.Name)
	}
	prompt, refused := c.prompt(o)
	if refused != nil {
		return refused
	}
	if o.prepare != nil {
		before, refused := o.prepare(c, prompt)
		if refused != nil {
			return refused
		}
		prompt = before + prompt
	}
	tokens := count(prompt)
	most := 0
	if o.capability == facts.Chat || o.capability == facts.Responses || o.capability == facts.Completions {
		most = c.most()
	}
	if c.inBatch {
		c.account.count(c.deployment.Name, func(u *Usage) { u.Requests++ })
	} else if refused := c.account.spend(c, o, tokens+most); refused != nil {
		if refused = c.spillOver(refused, o, tokens+most); refused != nil {
			return refused
		}
	}
	c.account.count(c.deployment.Name, func(u *Usage) { u.PromptTokens += int64(tokens) })
	c.w.Header().Set("x-ms-deployment-name", c.deployment.Name)
	if strings.Contains(prompt, FilteredText) {
		return filtered()
	}
	return o.run(c, prompt, tokens)
}

func (c *call) isChat() bool { return c.does == facts.Chat }

// id is a new one, such as chatcmpl-00000001.
func (c *call) id(prefix string) string {
	n := strconv.FormatInt(c.account.answers.Add(1), 10)
	return prefix + digest(c.account.id, c.name)[:12] + strings.Repeat("0", max(0, 8-len(n))) + n
}

func now() int64 { return time.Now().Unix() }
