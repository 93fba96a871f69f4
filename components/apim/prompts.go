package apim

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// promptPolicies are the parts that look at prompts. What is harmful is not looked for in the
// cache, and what is found there uses up none of a caller's limits.
func (b *apiBuilder) promptPolicies() []policies.Part {
	var parts []policies.Part
	if judge := b.args.ContentSafety; judge != nil {
		parts = append(parts, judge.part)
	}
	if cache := b.args.SemanticCache; cache != nil {
		parts = append(parts, cache.part)
	}
	return parts
}

// promptsReady is what these parts refer to.
func (b *apiBuilder) promptsReady() []pulumi.Resource {
	var ready []pulumi.Resource
	if judge := b.args.ContentSafety; judge != nil {
		ready = append(ready, judge.Ready...)
	}
	if cache := b.args.SemanticCache; cache != nil {
		ready = append(ready, cache.Ready...)
	}
	return ready
}
