package apim

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// LoggersArgs describe where a service logs to.
type LoggersArgs struct {
	Service *Service
	Options Logging
	// Workspace says that the service's logs go to Log Analytics.
	Workspace bool
	// Insights is nil where there is no Application Insights.
	Insights *InsightsTarget
	// Prompts is nil where whole prompts are not kept.
	Prompts *EventHubTarget
	// DependsOn is waited for before anything is made: the grants without which the
	// service cannot write.
	DependsOn []pulumi.Resource
}

// Validate returns every mistake, with its path below the arguments.
func (a *LoggersArgs) Validate() error {
	var list faults.List
	list.Need("service", a.Service != nil)
	if a.Insights != nil {
		list.Need("insights.id", a.Insights.ID != nil)
		list.Need("insights.connectionString", a.Insights.ConnectionString != nil)
	}
	if a.Prompts != nil {
		list.Need("prompts.endpoint", a.Prompts.Endpoint != nil)
		list.Need("prompts.name", a.Prompts.Name != nil)
	}
	list.OneOf("options.llm", a.Options.LLM, LLMLogs)
	list.Between("options.samplingPercent", a.Options.SamplingPercent, 0, 100, "percent")
	list.Between("options.bodyBytes", a.Options.BodyBytes, 0, MaxBodyBytes, "bytes")
	return list.Err()
}

// InsightsTarget is an Application Insights component that takes telemetry from the
// service's identity.
type InsightsTarget struct{ ID, ConnectionString pulumi.StringInput }

// EventHubTarget is an event hub that takes events from the service's identity.
type EventHubTarget struct {
	// Endpoint is the namespace's host, such as contoso.servicebus.windows.net.
	Endpoint pulumi.StringInput
	Name     pulumi.StringInput
}

// Loggers are a service's loggers and diagnostics.
type Loggers struct {
	pulumi.ResourceState

	// Ready is what has to be there before a policy can log, and before the
	// service's diagnostic setting.
	Ready []pulumi.Resource

	// metrics says that token metrics are taken; prompts is the logger for whole
	// prompts, or "".
	metrics bool
	prompts string
}

// The loggers' ids.
const (
	monitorLogger  = "azuremonitor"
	insightsLogger = "applicationinsights"
	promptsLogger  = "prompts"
)

// NewLoggers makes loggers that need no key: the service writes with its identity.
func NewLoggers(ctx *pulumi.Context, name string, args *LoggersArgs, opts ...pulumi.ResourceOption) (*Loggers, error) {
	component := &Loggers{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:Loggers", Noun: "loggers"}, name, args, component, opts); err != nil {
		return nil, err
	}
	b := &loggersBuilder{ctx, name, args, component}
	for _, step := range []func() error{b.toMonitor, b.toInsights, b.toEventHub} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{})
}

type loggersBuilder struct {
	ctx       *pulumi.Context
	name      string
	args      *LoggersArgs
	component *Loggers
}

// below are the options of what is made here.
func (b *loggersBuilder) below() []pulumi.ResourceOption {
	return b.args.Service.below(b.component, pulumi.DependsOn(b.args.DependsOn))
}

func (b *loggersBuilder) logger(id string, args *apimanagement.LoggerArgs) (*apimanagement.Logger, error) {
	args.LoggerId = pulumi.String(id)
	args.ServiceName, args.ResourceGroupName = b.args.Service.Name, b.args.Service.group
	logger, err := apimanagement.NewLogger(b.ctx, b.name+"-"+id, args, b.below()...)
	if err != nil {
		return nil, fmt.Errorf("logger %s: %w", id, err)
	}
	return logger, nil
}

// toMonitor sends logs of requests, and of models, to what the service's diagnostic
// setting names.
func (b *loggersBuilder) toMonitor() error {
	if !b.args.Workspace || !offeredBy(b.args.Service.sku).ResourceLogs {
		return nil
	}
	logger, err := b.logger(monitorLogger, &apimanagement.LoggerArgs{LoggerType: pulumi.String("azureMonitor"), IsBuffered: pulumi.Bool(true)})
	if err != nil {
		return err
	}
	diagnostic, err := b.diagnostic(monitorLogger, logger.ID(), pulumi.Map{"largeLanguageModel": b.modelLogs()})
	if err != nil {
		return err
	}
	b.component.Ready = append(b.component.Ready, diagnostic)
	return nil
}

// modelLogs is what is kept of calls of models: the tokens, or the text, too.
func (b *loggersBuilder) modelLogs() pulumi.Map {
	switch b.args.Options.LLM {
	case "off":
		return pulumi.Map{"logs": pulumi.String("disabled")}
	case "messages":
		// The service splits longer text into several rows.
		text := pulumi.Map{"messages": pulumi.String("all"), "maxSizeInBytes": pulumi.Int(256 << 10)}
		return pulumi.Map{"logs": pulumi.String("enabled"), "requests": text, "responses": text}
	default:
		return pulumi.Map{"logs": pulumi.String("enabled")}
	}
}

// toInsights sends traces and metrics to Application Insights.
func (b *loggersBuilder) toInsights() error {
	if b.args.Insights == nil {
		return nil
	}
	logger, err := b.logger(insightsLogger, &apimanagement.LoggerArgs{
		LoggerType: pulumi.String("applicationInsights"),
		ResourceId: b.args.Insights.ID.ToStringOutput().ToStringPtrOutput(),
		Credentials: pulumi.StringMap{
			"connectionString": b.args.Insights.ConnectionString, "identityClientId": b.args.Service.identityName,
		},
		IsBuffered: pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	diagnostic, err := b.diagnostic(insightsLogger, logger.ID(), pulumi.Map{
		"httpCorrelationProtocol": pulumi.String("W3C"), "operationNameFormat": pulumi.String("Name"),
		// Token metrics go nowhere without it.
		"metrics": pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	b.component.Ready = append(b.component.Ready, diagnostic)
	b.component.metrics = true
	return nil
}

// toEventHub is the logger for whole prompts and completions.
func (b *loggersBuilder) toEventHub() error {
	if b.args.Prompts == nil {
		return nil
	}
	logger, err := b.logger(promptsLogger, &apimanagement.LoggerArgs{
		LoggerType: pulumi.String("azureEventHub"),
		Credentials: pulumi.StringMap{
			"endpointAddress": b.args.Prompts.Endpoint, "name": b.args.Prompts.Name, "identityClientId": b.args.Service.identityName,
		},
		IsBuffered: pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	b.component.Ready = append(b.component.Ready, logger)
	b.component.prompts = promptsLogger
	return nil
}
