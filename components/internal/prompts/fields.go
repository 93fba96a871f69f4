// Package prompts knows where people's own text stands in requests to Azure OpenAI.
package prompts

// Fields are the top-level members of Azure OpenAI's JSON bodies that carry what people
// write: chat, responses, completions, embeddings, images, and the tools and schemas
// that go with them. Code is normal there.
func Fields() []string {
	return []string{"messages", "input", "prompt", "instructions", "tools", "functions", "response_format", "text", "suffix"}
}
