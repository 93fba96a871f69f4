package openai

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
)

// dimensions of an embedding, where the request gives none. Source: OpenAI's page on
// embeddings.
func dimensions(model string) int {
	if strings.Contains(model, "large") {
		return 3072
	}
	return 1536
}

// embeddings answers vectors, as numbers or as base64 of little-endian floats.
func (c *call) embeddings(prompt string, read int) *refusal {
	inputs, isList := c.body["input"].([]any)
	if _, areTokens := tokens(inputs); !isList || areTokens {
		inputs = []any{c.body["input"]}
	}
	for i, input := range inputs {
		if input == "" {
			return invalid("input", "invalid_value", "Invalid 'input[%d]': an empty text has no embedding.", i)
		}
	}
	if len(inputs) == 0 || len(inputs) > 2048 {
		return invalid("input", "invalid_value", "Invalid 'input': %d inputs; 1 to 2048 are taken.", len(inputs))
	}
	size := dimensions(c.model.Name)
	if n, ok := c.body["dimensions"].(float64); ok {
		if n < 1 || int(n) > size {
			return invalid("dimensions", "invalid_value", "Invalid 'dimensions': %v; 1 to %d are taken.", n, size)
		}
		size = int(n)
	}
	list := make([]any, len(inputs))
	for i, input := range inputs {
		var b strings.Builder
		collect(input, &b)
		values := vector(c.model.Name, b.String(), size)
		var embedding any = values
		if c.body["encoding_format"] == "base64" {
			raw := make([]byte, 0, 4*len(values))
			for _, v := range values {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
			}
			embedding = base64.StdEncoding.EncodeToString(raw)
		}
		list[i] = map[string]any{"object": "embedding", "index": i, "embedding": embedding}
	}
	c.use(prompt, read, 0)
	return c.answer(map[string]any{
		"object": "list", "data": list, "model": c.model.Name, "usage": map[string]any{"prompt_tokens": read, "total_tokens": read},
	})
}
