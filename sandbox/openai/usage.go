package openai

import (
	"maps"
	"slices"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Usage is what a deployment was asked since the sandbox began.
type Usage struct {
	// Account is the ARM id.
	Account    string `json:"account"`
	Deployment string `json:"deployment"`
	// Requests are those that were taken, and Refused those over a limit.
	Requests         int64 `json:"requests"`
	Refused          int64 `json:"refused"`
	PromptTokens     int64 `json:"promptTokens"`
	CompletionTokens int64 `json:"completionTokens"`
	// CachedTokens are part of the prompts', ReasoningTokens of the completions'.
	CachedTokens    int64 `json:"cachedTokens"`
	ReasoningTokens int64 `json:"reasoningTokens"`
	// Window is how many tokens count against the limit now.
	Window int `json:"window"`
}

// Usage is that of all deployments which were asked, in the order of their names.
func (a *Account) Usage() []Usage {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]Usage, 0, len(a.used))
	for _, name := range slices.Sorted(maps.Keys(a.used)) {
		each := *a.used[name]
		if s := a.spent[name]; s != nil && time.Since(s.tokens.start) < facts.TokenWindow {
			each.Window = s.tokens.used
		}
		list = append(list, each)
	}
	return list
}

// usage needs the lock.
func (a *Account) usage(deployment string) *Usage {
	held := a.used[deployment]
	if held == nil {
		held = &Usage{Account: a.id, Deployment: deployment}
		a.used[deployment] = held
	}
	return held
}

func (a *Account) count(deployment string, add func(*Usage)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	add(a.usage(deployment))
}
