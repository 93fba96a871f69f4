package stacks

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// findExisting asks Azure for all that the configuration says is there, before
// anything is made.
func (c *Config) findExisting(ctx *pulumi.Context, provider pulumi.ProviderResource, today time.Time) error {
	models, err := azure.LoadModels()
	if err != nil {
		return err
	}
	var mistakes faults.List
	for i, settings := range c.OpenAI {
		if settings.Existing == nil {
			continue
		}
		found, err := openai.FindAccount(ctx, settings.Existing.ResourceGroup, settings.Existing.Name, pulumi.Provider(provider))
		if err != nil {
			mistakes.AddError(fmt.Sprintf("%s:openai[%d].existing", Project, i), err)
			continue
		}
		if found.Location != nil && settings.Region != "" && arm.NormalRegion(*found.Location) != arm.NormalRegion(settings.Region) {
			mistakes.Add(fmt.Sprintf("%s:openai[%d].region", Project, i), "%q is not where the account %s in resource group %s is",
				settings.Region, settings.Existing.Name, settings.Existing.ResourceGroup).About(settings.Region).Remedy("write %s", arm.NormalRegion(*found.Location))
			continue
		}
		if found.Location == nil {
			continue
		}
		advice, wrong := c.checkExisting(i, *found.Location, models, today)
		mistakes.Merge("", wrong)
		for _, each := range advice {
			tell(ctx, each)
		}
	}
	if err := mistakes.Err(); err != nil {
		return explain(err)
	}
	return nil
}

// tell puts advice into the preview.
func tell(ctx *pulumi.Context, advice Advice) {
	// Failing to log is no reason to fail: the engine is gone then.
	// Whether the stack is deployed already, its program cannot know.
	if advice.Warning && !advice.NewOnly {
		_ = ctx.Log.Warn(advice.String(), nil)
	} else {
		_ = ctx.Log.Info(advice.String(), nil)
	}
}
