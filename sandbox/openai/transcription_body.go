package openai

// heardText is the answer of the transcription and translation calls. Source of all shapes here:
// the audio calls of Azure OpenAI's v1 API.
type heardText struct {
	Text  string     `json:"text"`
	Usage heardUsage `json:"usage"`
}

// heardUsage has seconds for whisper, and tokens for later models.
type heardUsage struct {
	Type    string `json:"type"`
	Seconds *int   `json:"seconds,omitempty"`
	*tokenTotals
}

// heardVerbose is the answer in the format verbose_json.
type heardVerbose struct {
	Task     string         `json:"task"`
	Language string         `json:"language"`
	Duration int            `json:"duration"`
	Text     string         `json:"text"`
	Segments []heardSegment `json:"segments"`
	Words    []heardWord    `json:"words,omitempty"`
}

type heardSegment struct {
	ID               int     `json:"id"`
	Seek             int     `json:"seek"`
	Start            int     `json:"start"`
	End              int     `json:"end"`
	Text             string  `json:"text"`
	Tokens           []int   `json:"tokens"`
	Temperature      float64 `json:"temperature"`
	AvgLogprob       float64 `json:"avg_logprob"`
	CompressionRatio float64 `json:"compression_ratio"`
	NoSpeechProb     float64 `json:"no_speech_prob"`
}

type heardWord struct {
	Word  string  `json:"word"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// heardDelta and heardDone are the events of a stream.
type heardDelta struct {
	Type  string `json:"type"`
	Delta string `json:"delta"`
}

type heardDone struct {
	Type string `json:"type"`
	heardText
}
