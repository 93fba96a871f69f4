package openai

import (
	"encoding/base64"
	"slices"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// spoken is an answer of chat as sound. The zero value is for answers as text.
type spoken struct{ format string }

// spokenFormats are all that the service has. Source: the call's 'audio' in Azure OpenAI's v1 API.
var spokenFormats = []string{"wav", "aac", "mp3", "flac", "opus", "pcm16"}

// spokenSounds are those that the sandbox makes, by the names of speech.
var spokenSounds = map[string]string{"wav": "wav", "mp3": "mp3", "pcm16": "pcm"}

// spokenLife is how long a later request may name a spoken answer, in seconds. The number is the
// sandbox's.
const spokenLife = 3600

// readSpoken reads 'modalities' and 'audio'. Streams have pcm16 alone, by
// https://learn.microsoft.com/azure/foundry/openai/how-to/audio-completions-quickstart.
func (c *call) readSpoken() (spoken, *refusal) {
	modalities, _ := c.body["modalities"].([]any)
	if !slices.Contains(modalities, any("audio")) {
		return spoken{}, nil
	}
	if !c.deployment.Can(facts.Audio) {
		return spoken{}, invalid("modalities", "unsupported_value", "Unsupported value: 'modalities' does not support 'audio' with this model.")
	}
	options, _ := c.body["audio"].(map[string]any)
	for _, name := range []string{"voice", "format"} {
		if options[name] == nil {
			return spoken{}, invalid("audio."+name, "missing_required_parameter", "Missing required parameter: 'audio.%s'.", name)
		}
	}
	format, _ := options["format"].(string)
	switch {
	case !slices.Contains(spokenFormats, format):
		return spoken{}, invalid("audio.format", "invalid_value", "Invalid value: '%s'. Supported values are: 'wav', 'aac', 'mp3', 'flac', 'opus', and 'pcm16'.", format)
	case c.wantsStream() && format != "pcm16":
		return spoken{}, invalid("audio.format", "unsupported_value", "Unsupported value: 'audio.format' does not support '%s' when stream=true. Supported values are: 'pcm16'.", format)
	case spokenSounds[format] == "":
		return spoken{}, notModelled("'audio.format' %s; ask for wav, mp3 or pcm16", format)
	}
	return spoken{format}, nil
}

// id is that of an answer's sound.
func (s spoken) id(text string) string { return "audio_" + digest(s.format, text)[:24] }

// data is a second of silence.
func (s spoken) data() string {
	return base64.StdEncoding.EncodeToString([]byte(sounds[spokenSounds[s.format]].content()))
}

// message turns an answer into one that is spoken.
func (s spoken) message(message map[string]any) map[string]any {
	text, isText := message["content"].(string)
	if s.format == "" || !isText {
		return message
	}
	message["content"] = nil
	message["audio"] = map[string]any{"id": s.id(text), "data": s.data(), "transcript": text, "expires_at": now() + spokenLife}
	return message
}

// delta is a piece of an answer in a stream.
func (s spoken) delta(a answered, piece string) map[string]any {
	if s.format == "" {
		return map[string]any{"content": piece}
	}
	return map[string]any{"audio": map[string]any{"id": s.id(a.text()), "transcript": piece}}
}

// lastDelta is the sound of an answer in a stream; nil for none.
func (s spoken) lastDelta(a answered) map[string]any {
	if s.format == "" || len(a.pieces) == 0 {
		return nil
	}
	return map[string]any{"audio": map[string]any{"id": s.id(a.text()), "data": s.data(), "expires_at": now() + spokenLife}}
}
