package openai

// Tokens are what a call took: cached ones are part of the prompt's, those for reasoning part
// of the completion's.
type Tokens struct{ Prompt, Completion, Cached, Reasoning int }

// Facts of prompt caching: the first tokens have to be the same, at least so many, and hits
// grow in steps. Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/prompt-caching
const (
	leastCached = 1024
	cachedStep  = 128
	// cachedPrompts and maxCachedPrompt bound what a deployment of the sandbox remembers.
	cachedPrompts   = 8
	maxCachedPrompt = 1 << 20
)

// use counts the tokens of an answer. The prompt's are counted when it is asked.
func (c *call) use(prompt string, read, written int) Tokens {
	t := Tokens{Prompt: read, Completion: written, Reasoning: c.reasoning()}
	t.Completion += t.Reasoning
	a := c.account
	a.mu.Lock()
	defer a.mu.Unlock()
	t.Cached = a.cached(c.deployment.Name, prompt, read)
	used := a.usage(c.deployment.Name)
	used.CompletionTokens += int64(t.Completion)
	used.CachedTokens += int64(t.Cached)
	used.ReasoningTokens += int64(t.Reasoning)
	return t
}

// cached is how much of a prompt is that of an earlier one, from its beginning on. It needs the
// lock.
func (a *Account) cached(deployment, prompt string, read int) int {
	if read < leastCached {
		return 0
	}
	prompt = prompt[:min(len(prompt), maxCachedPrompt)]
	most := 0
	for _, earlier := range a.prompts[deployment] {
		most = max(most, common(prompt, earlier))
	}
	a.prompts[deployment] = append(a.prompts[deployment], prompt)
	a.prompts[deployment] = a.prompts[deployment][max(0, len(a.prompts[deployment])-cachedPrompts):]
	tokens := min(count(prompt[:most]), read)
	if tokens < leastCached {
		return 0
	}
	return tokens / cachedStep * cachedStep
}

// common is how many bytes two texts begin with alike.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// tokenTotals are the tokens of a call as most operations tell them.
type tokenTotals struct {
	InputTokens  int `json:"input_tokens"`
	OutputTokens int `json:"output_tokens"`
	TotalTokens  int `json:"total_tokens"`
}

func (t Tokens) total() tokenTotals {
	return tokenTotals{InputTokens: t.Prompt, OutputTokens: t.Completion, TotalTokens: t.Prompt + t.Completion}
}
