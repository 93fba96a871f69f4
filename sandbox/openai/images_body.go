package openai

// drawings are the answer of the calls of images. Source of all shapes here: the image calls of
// Azure OpenAI's v1 API.
type drawings struct {
	Created int64 `json:"created"`
	drawingLook
	Data  []drawing    `json:"data"`
	Usage drawingUsage `json:"usage"`
}

// drawing is a picture, as base64.
type drawing struct {
	B64JSON []byte `json:"b64_json"`
}

// drawingLook says what pictures look like.
type drawingLook struct {
	Background   string `json:"background"`
	OutputFormat string `json:"output_format"`
	Quality      string `json:"quality"`
	Size         string `json:"size"`
}

type drawingUsage struct {
	tokenTotals
	InputTokensDetails drawingDetails `json:"input_tokens_details"`
}

type drawingDetails struct {
	TextTokens  int `json:"text_tokens"`
	ImageTokens int `json:"image_tokens"`
}

// drawingEvent is one of a stream: a picture that is not finished, with its number, or the one
// that is, with the usage.
type drawingEvent struct {
	Type      string `json:"type"`
	CreatedAt int64  `json:"created_at"`
	drawing
	drawingLook
	PartialImageIndex *int          `json:"partial_image_index,omitempty"`
	Usage             *drawingUsage `json:"usage,omitempty"`
}
