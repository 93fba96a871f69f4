package apim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// operation is one call of Azure OpenAI's inference API, below /openai.
type operation struct{ method, id, display, path string }

// parameters are the parts of paths that stand for something, as policies know them.
var parameters = map[string]string{
	"deployment-id": "The name of the model's deployment",
	"model":         "The name of a model that GET models lists",
	"id":            "The id of what an account has stored",
}

// operations are the calls that the gateway takes on. Sources: Azure OpenAI's REST
// reference (data plane, inference) and its page on the v1 API.
var operations = func() []operation {
	models := []operation{
		{http.MethodPost, "chat-completions", "Chat completions", "/chat/completions"},
		{http.MethodPost, "completions", "Completions", "/completions"},
		{http.MethodPost, "embeddings", "Embeddings", "/embeddings"},
		{http.MethodPost, "images-generations", "Image generation", "/images/generations"},
		{http.MethodPost, "images-edits", "Image editing", "/images/edits"},
		{http.MethodPost, "audio-speech", "Speech from text", "/audio/speech"},
		{http.MethodPost, "audio-transcriptions", "Transcription of audio", "/audio/transcriptions"},
		{http.MethodPost, "audio-translations", "Translation of audio", "/audio/translations"},
	}
	others := []operation{
		{http.MethodPost, "responses", "Responses", "/responses"},
		{http.MethodGet, "responses-get", "One response", "/responses/{id}"},
		{http.MethodDelete, "responses-delete", "Deletion of a response", "/responses/{id}"},
		{http.MethodPost, "responses-cancel", "Cancellation of a response", "/responses/{id}/cancel"},
		{http.MethodGet, "responses-input-items", "Input of a response", "/responses/{id}/input_items"},
		{http.MethodGet, "models", "List of models", "/models"},
		{http.MethodGet, "models-get", "One model", "/models/{model}"},
	}
	var all []operation
	for _, call := range models {
		call.path = "/deployments/{deployment-id}" + call.path
		all = append(all, call)
	}
	all = append(all, others...)
	for _, call := range slices.Concat(models, others) {
		call.id, call.display, call.path = "v1-"+call.id, call.display+" (v1)", "/v1"+call.path
		all = append(all, call)
	}
	return all
}()

// newOperations makes all operations of an API.
func newOperations(ctx *pulumi.Context, name string, parent pulumi.Resource, service *Service, apiID pulumi.StringInput) ([]pulumi.Resource, error) {
	made := make([]pulumi.Resource, len(operations))
	for i, operation := range operations {
		args := &apimanagement.ApiOperationArgs{
			OperationId:       pulumi.String(operation.id),
			ApiId:             apiID,
			ServiceName:       service.Name,
			ResourceGroupName: service.group,
			DisplayName:       pulumi.String(operation.display),
			Method:            pulumi.String(operation.method),
			UrlTemplate:       pulumi.String(operation.path),
		}
		if _, rest, named := strings.Cut(operation.path, "{"); named {
			parameter, _, _ := strings.Cut(rest, "}")
			args.TemplateParameters = apimanagement.ParameterContractArray{&apimanagement.ParameterContractArgs{
				Name: pulumi.String(parameter), Type: pulumi.String("string"), Required: pulumi.Bool(true), Description: pulumi.String(parameters[parameter]),
			}}
		}
		created, err := apimanagement.NewApiOperation(ctx, name+"-"+operation.id, args, service.below(parent)...)
		if err != nil {
			return nil, fmt.Errorf("operation %s: %w", operation.id, err)
		}
		made[i] = created
	}
	return made, nil
}
