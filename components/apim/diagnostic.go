package apim

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// diagnosticToken is a version that knows the logs of models; the stable one does
// not. The resource is registered by its token: the SDK has it only in a package
// of 60,000 lines.
const diagnosticToken = "azure-native:apimanagement/v20240601preview:Diagnostic"

// diagnostic is a service's diagnostic.
type diagnostic struct{ pulumi.CustomResourceState }

// diagnostic says what a logger is told of every request. Credentials never are.
func (b *loggersBuilder) diagnostic(id string, logger pulumi.StringInput, extra pulumi.Map) (*diagnostic, error) {
	properties := pulumi.Map{
		"diagnosticId":      pulumi.String(id),
		"serviceName":       b.args.Service.Name,
		"resourceGroupName": b.args.Service.group,
		"loggerId":          logger,
		"alwaysLog":         pulumi.String("allErrors"),
		"sampling": pulumi.Map{
			"samplingType": pulumi.String("fixed"), "percentage": pulumi.Int(b.args.Options.SamplingPercent),
		},
		"logClientIp": pulumi.Bool(false),
		"verbosity":   pulumi.String("information"),
		"frontend": pulumi.Map{
			"request": b.message(), "response": b.message("x-request-id", "x-gateway-attempts", "x-gateway-backend", "x-gateway-exhausted"),
		},
		// Who called stands in the request to the backend: the policy puts it there.
		"backend": pulumi.Map{"request": b.message(defaults.Of[policies.Access]().Header), "response": b.message()},
	}
	maps.Copy(properties, extra)
	made := &diagnostic{}
	if err := b.ctx.RegisterResource(diagnosticToken, b.name+"-"+id, properties, made, b.below()...); err != nil {
		return nil, fmt.Errorf("diagnostic %s: %w", id, err)
	}
	return made, nil
}

// message is what is kept of one message.
func (b *loggersBuilder) message(headers ...string) pulumi.Map {
	hidden := func(names ...string) pulumi.Array {
		list := pulumi.Array{}
		for _, name := range names {
			list = append(list, pulumi.Map{"value": pulumi.String(name), "mode": pulumi.String("Hide")})
		}
		return list
	}
	return pulumi.Map{
		"headers": pulumi.ToStringArray(append([]string{}, headers...)),
		"body":    pulumi.Map{"bytes": pulumi.Int(b.args.Options.BodyBytes)},
		"dataMasking": pulumi.Map{
			"headers": hidden("Authorization", keyHeader), "queryParams": hidden(keyQuery),
		},
	}
}
