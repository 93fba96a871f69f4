package openai

import (
	"encoding/binary"
	"encoding/json"
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

// embeddingList is the answer of the embeddings call.
type embeddingList struct {
	listBody[embedding]
	Model string         `json:"model"`
	Usage embeddingUsage `json:"usage"`
}

type embedding struct {
	Embedding floats `json:"embedding"`
	Index     int    `json:"index"`
	Object    string `json:"object"`
}

type embeddingUsage struct {
	PromptTokens int `json:"prompt_tokens"`
	TotalTokens  int `json:"total_tokens"`
}

// floats are a vector, as numbers or as base64 of little-endian floats.
type floats struct {
	values   []float32
	asBase64 bool
}

// MarshalJSON writes the vector as the caller wants it.
func (f floats) MarshalJSON() ([]byte, error) {
	if !f.asBase64 {
		return json.Marshal(f.values)
	}
	raw := make([]byte, 0, 4*len(f.values))
	for _, v := range f.values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return json.Marshal(raw)
}

// embeddings answers vectors.
func (c *call) embeddings(prompt string, read int) *refusal {
	inputs := c.body.Input.list
	if c.body.Input.shape != aList {
		inputs = []part{c.body.Input}
	}
	for i := range inputs {
		if inputs[i].shape == aText && inputs[i].text == "" {
			return invalid("input", "invalid_value", "Invalid 'input[%d]': an empty text has no embedding.", i)
		}
	}
	if len(inputs) == 0 || len(inputs) > 2048 {
		return invalid("input", "invalid_value", "Invalid 'input': %d inputs; 1 to 2048 are taken.", len(inputs))
	}
	size := dimensions(c.model.Name)
	if wanted := c.body.Dimensions; wanted.is {
		n := wanted.value
		if n < 1 || int(n) > size {
			return invalid("dimensions", "invalid_value", "Invalid 'dimensions': %v; 1 to %d are taken.", n, size)
		}
		size = int(n)
	}
	vectors := make([]embedding, len(inputs))
	for i := range inputs {
		values := vector(c.model.Name, inputs[i].words(), size)
		vectors[i] = embedding{Object: "embedding", Index: i, Embedding: floats{values, c.body.EncodingFormat == "base64"}}
	}
	c.use(prompt, read, 0)
	return c.answer(embeddingList{listOf(vectors), c.model.Name, embeddingUsage{read, read}})
}
