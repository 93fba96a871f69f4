package main

import (
	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/wiring"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(guardrails.Around(guardrails.Options{Rules: rules}, deploy)) }

func deploy(ctx *pulumi.Context) error {
	ground, err := wiring.NewGround(ctx, wiring.GroundArgs{NamePrefix: "contoso", Region: "swedencentral"})
	if err != nil {
		return err
	}
	options := apim.DefaultOptions()
	options.Publisher.Email, options.Subscriptions = "models@contoso.com", []apim.Subscription{{Name: "app"}}
	gateway, err := wiring.NewGateway(ctx, ground, wiring.GatewayArgs{
		Accounts:    []wiring.Account{{Name: "first", Region: regionOf(ctx)}, {Name: "second", Region: "francecentral"}},
		Deployments: []openai.Deployment{{Name: "chat", Model: "gpt-4o", Version: "2024-11-20"}},
		Options:     options, FrontDoor: new(frontdoor.DefaultOptions()),
	})
	if err == nil {
		ctx.Export("endpoint", gateway.URL)
	}
	return err
}
