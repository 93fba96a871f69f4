package e2e

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
)

// shape is a place in a request of an API in which people's text may stand.
type shape struct {
	path string
	body func(prompt string) (contentType, body string)
}

type jsonObject = map[string]any

// shapes are such places in all APIs of Azure OpenAI that carry prompts. Source: Azure OpenAI's
// REST references, data plane, of 2024-10-21, 2025-04-01-preview and v1.
func shapes() map[string]shape {
	const (
		classic = "/openai/deployments/gpt-4o/"
		version = "?api-version=2024-10-21"
		v1      = "/openai/v1/"
	)
	user := func(content any) []any { return []any{jsonObject{"role": "user", "content": content}} }
	chat := func(name string, value func(prompt string) any) shape {
		return inJSON(classic+"chat/completions"+version, func(prompt string) jsonObject {
			return jsonObject{"model": "gpt-4o", "messages": user("Hello"), name: value(prompt)}
		})
	}
	response := func(name string, value func(prompt string) any) shape {
		return inJSON(v1+"responses", func(prompt string) jsonObject {
			return jsonObject{"model": "gpt-4o", "input": "Hello", name: value(prompt)}
		})
	}
	plain := func(prompt string) any { return prompt }
	listed := func(prompt string) any { return []any{prompt, "another"} }
	tool := func(prompt string) any {
		return []any{jsonObject{"type": "function", "function": jsonObject{"name": "run", "description": prompt, "parameters": jsonObject{"type": "object", "properties": jsonObject{
			"code": jsonObject{"type": "string", "description": prompt, "enum": []any{prompt}},
		}}}}}
	}
	format := func(prompt string) any {
		return jsonObject{"type": "json_schema", "json_schema": jsonObject{"name": "answer", "schema": jsonObject{"description": prompt}}}
	}
	member := func(name string) func(string) any {
		return func(prompt string) any { return jsonObject{name: prompt} }
	}
	return map[string]shape{
		"chat":        chat("messages", func(prompt string) any { return user(prompt) }),
		"chat: parts": chat("messages", func(prompt string) any { return user([]any{jsonObject{"type": "text", "text": prompt}}) }),
		"chat: system and tool": chat("messages", func(prompt string) any {
			return append(user("a"), jsonObject{"role": "system", "content": prompt}, jsonObject{"role": "tool", "content": prompt})
		}),
		"chat: arguments of calls": chat("messages", func(prompt string) any {
			return append(user("a"), jsonObject{"role": "assistant", "tool_calls": []any{jsonObject{"function": jsonObject{"name": "run", "arguments": prompt}}}})
		}),
		"chat: tools":           chat("tools", tool),
		"chat: functions":       chat("functions", func(prompt string) any { return []any{jsonObject{"name": "run", "description": prompt}} }),
		"chat: response_format": chat("response_format", format),
		"chat: prediction":      chat("prediction", func(prompt string) any { return jsonObject{"type": "content", "content": prompt} }),
		"chat: stop":            chat("stop", plain),
		"chat: stop, a list":    chat("stop", listed),
		"chat: metadata":        chat("metadata", member("question")),
		"chat: data_sources": chat("data_sources", func(prompt string) any {
			return []any{jsonObject{"type": "azure_search", "parameters": jsonObject{"role_information": prompt, "filter": prompt}}}
		}),
		"responses":                     response("input", plain),
		"responses: items":              response("input", func(prompt string) any { return user([]any{jsonObject{"type": "input_text", "text": prompt}}) }),
		"responses: instructions":       response("instructions", plain),
		"responses: tools":              response("tools", tool),
		"responses: text":               response("text", func(prompt string) any { return jsonObject{"format": format(prompt)} }),
		"responses: prompt's variables": response("prompt", func(prompt string) any { return jsonObject{"id": "p", "variables": jsonObject{"code": prompt}} }),
		"responses: metadata":           response("metadata", member("question")),
		"responses: tool_choice":        response("tool_choice", member("name")),
		"conversations":                 inJSON(v1+"conversations", func(prompt string) jsonObject { return jsonObject{"items": user(prompt)} }),
		"completions":                   inJSON(classic+"completions"+version, func(prompt string) jsonObject { return jsonObject{"prompt": prompt, "suffix": prompt, "stop": prompt} }),
		"completions: a list":           inJSON(classic+"completions"+version, func(prompt string) jsonObject { return jsonObject{"prompt": listed(prompt)} }),
		"embeddings":                    inJSON(classic+"embeddings"+version, func(prompt string) jsonObject { return jsonObject{"input": prompt} }),
		"embeddings: a list": inJSON(v1+"embeddings", func(prompt string) jsonObject {
			return jsonObject{"model": "text-embedding-3-large", "input": listed(prompt)}
		}),
		"pictures":          inJSON(classic+"images/generations"+version, func(prompt string) jsonObject { return jsonObject{"prompt": prompt, "n": 1} }),
		"pictures: an edit": inForm(v1+"images/edits", "prompt", "image", "a.png"),
		"videos":            inJSON(v1+"video/generations/jobs", func(prompt string) jsonObject { return jsonObject{"prompt": prompt} }),
		"audio: speech": inJSON(classic+"audio/speech"+version, func(prompt string) jsonObject {
			return jsonObject{"input": prompt, "instructions": prompt, "voice": "alloy"}
		}),
		"audio: transcription": inForm(classic+"audio/transcriptions"+version, "prompt", "file", "talk.mp3"),
		"audio: translation":   inForm(classic+"audio/translations"+version, "prompt", "file", "talk.mp3"),
		"threads: a message":   inJSON("/openai/threads/t/messages"+version, func(prompt string) jsonObject { return jsonObject{"role": "user", "content": prompt} }),
		"threads: a message in parts": inJSON("/openai/threads/t/messages"+version, func(prompt string) jsonObject {
			return jsonObject{"role": "user", "content": []any{jsonObject{"type": "text", "text": prompt}}}
		}),
		"threads: a run": inJSON("/openai/threads/t/runs"+version, func(prompt string) jsonObject {
			return jsonObject{"additional_instructions": prompt, "additional_messages": user(prompt), "instructions": prompt}
		}),
		"threads: made and run": inJSON("/openai/threads/runs"+version, func(prompt string) jsonObject { return jsonObject{"thread": jsonObject{"messages": user(prompt)}} }),
		"threads: outputs": inJSON("/openai/threads/t/runs/r/submit_tool_outputs"+version, func(prompt string) jsonObject {
			return jsonObject{"tool_outputs": []any{jsonObject{"tool_call_id": "a", "output": prompt}}}
		}),
		"assistants": inJSON("/openai/assistants"+version, func(prompt string) jsonObject {
			return jsonObject{"instructions": prompt, "description": prompt, "tools": tool(prompt)}
		}),
		"vector stores: a search": inJSON(v1+"vector_stores/v/search", func(prompt string) jsonObject { return jsonObject{"query": prompt} }),
		"vector stores: queries": inJSON(v1+"vector_stores/v/search", func(prompt string) jsonObject {
			return jsonObject{"query": listed(prompt), "filters": jsonObject{"type": "eq", "value": prompt}}
		}),
		"ranking": inJSON("/rerank", func(prompt string) jsonObject { return jsonObject{"query": prompt, "documents": listed(prompt)} }),
		"realtime: a session": inJSON("/openai/realtime/sessions"+version, func(prompt string) jsonObject {
			return jsonObject{"model": "gpt-realtime", "instructions": prompt, "tools": tool(prompt)}
		}),
		"realtime: a client secret": inJSON(v1+"realtime/client_secrets", func(prompt string) jsonObject {
			return jsonObject{"session": jsonObject{"type": "realtime", "instructions": prompt}}
		}),
		"realtime: a call, as a form": inForm(v1+"realtime/calls", "session", "", ""),
		"evaluations": inJSON(v1+"evals", func(prompt string) jsonObject {
			return jsonObject{"testing_criteria": []any{jsonObject{"input": user(prompt)}}, "data_source_config": jsonObject{"item_schema": prompt}}
		}),
		"fine-tuning: a grader's prompt": inJSON(v1+"fine_tuning/alpha/graders/run", func(prompt string) jsonObject { return jsonObject{"grader": jsonObject{"input": user(prompt)}} }),
	}
}

// inJSON is a shape of a JSON body.
func inJSON(path string, body func(prompt string) jsonObject) shape {
	return shape{path, func(prompt string) (string, string) {
		encoded, err := json.Marshal(body(prompt))
		if err != nil {
			return "", err.Error()
		}
		return "application/json", string(encoded)
	}}
}

// inForm is a shape of a multipart form: a field, and a file if one is named.
func inForm(path, field, fileField, fileName string) shape {
	return shape{path, func(prompt string) (string, string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		err := form.WriteField(field, prompt)
		if fileField != "" && err == nil {
			file, fileErr := form.CreateFormFile(fileField, fileName)
			if err = fileErr; err == nil {
				_, err = file.Write([]byte(prompt))
			}
		}
		if closed := form.Close(); err != nil || closed != nil {
			return "", "the form cannot be written"
		}
		return form.FormDataContentType(), body.String()
	}}
}
