// Package prompts knows where people's own text stands in requests to Azure OpenAI, and in what
// goes with it.
package prompts

// Fields are the top-level members of JSON bodies that carry what people write. Code is normal
// there. Firewalls leave out every member that begins so.
func Fields() []string {
	return []string{
		// Chat: functions and stop sequences hold code as messages do; data_source is that of
		// "on your data" and of evaluations.
		"messages", "tools", "functions", "response_format", "prediction", "stop", "metadata", "data_source", "web_search_options",
		// Responses and conversations; input is also that of embeddings and of speech.
		"input", "instructions", "text", "items",
		// Completions, pictures and videos, and templates of prompts.
		"prompt", "suffix",
		// Assistants, threads and runs: tool_resources, tool_outputs, tool_choice, and
		// additional_instructions and additional_messages.
		"content", "thread", "tool_", "additional_", "description",
		// Search in vector stores, and ranking.
		"query", "queries", "documents", "filters",
		// Sessions of realtime.
		"session",
		// Graders of evaluations and of fine-tuning.
		"testing_criteria", "grader", "method",
	}
}

// Forms are the fields of multipart forms that carry what people write: transcriptions and edits
// of pictures have a prompt, calls of realtime a session and the description of its connection.
func Forms() []string { return []string{"prompt", "metadata", "session", "sdp"} }
