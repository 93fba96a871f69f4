package apim

import (
	"fmt"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// operation is one call of Azure OpenAI's inference API, below /openai.
type operation struct{ id, display, path string }

// deploymentParameter is the part of the path that names the model.
const deploymentParameter = "{deployment-id}"

// operations are the calls that the gateway takes on. Sources: Azure OpenAI's REST
// reference (data plane, inference) and its page on the v1 API.
var operations = func() []operation {
	calls := []operation{
		{"chat-completions", "Chat completions", "/chat/completions"},
		{"completions", "Completions", "/completions"},
		{"embeddings", "Embeddings", "/embeddings"},
		{"images-generations", "Image generation", "/images/generations"},
		{"images-edits", "Image editing", "/images/edits"},
		{"audio-speech", "Speech from text", "/audio/speech"},
		{"audio-transcriptions", "Transcription of audio", "/audio/transcriptions"},
		{"audio-translations", "Translation of audio", "/audio/translations"},
	}
	var all []operation
	for _, call := range calls {
		all = append(all, operation{call.id, call.display, "/deployments/" + deploymentParameter + call.path})
	}
	all = append(all, operation{"responses", "Responses", "/responses"})
	for _, call := range append(calls, operation{"responses", "Responses", "/responses"}) {
		all = append(all, operation{"v1-" + call.id, call.display + " (v1)", "/v1" + call.path})
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
			Method:            pulumi.String("POST"),
			UrlTemplate:       pulumi.String(operation.path),
		}
		if strings.Contains(operation.path, deploymentParameter) {
			args.TemplateParameters = apimanagement.ParameterContractArray{&apimanagement.ParameterContractArgs{
				Name: pulumi.String(strings.Trim(deploymentParameter, "{}")), Type: pulumi.String("string"), Required: pulumi.Bool(true),
				Description: pulumi.String("The name of the model's deployment"),
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
