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

// audioOptions are what a request says of a spoken answer.
type audioOptions struct {
	Voice  given         `json:"voice"`
	Format maybe[string] `json:"format"`
}

// readSpoken reads 'modalities' and 'audio'. Streams have pcm16 alone, by
// https://learn.microsoft.com/azure/foundry/openai/how-to/audio-completions-quickstart.
func (c *call) readSpoken() (spoken, *refusal) {
	if !slices.Contains(c.body.Modalities, "audio") {
		return spoken{}, nil
	}
	if !c.deployment.Can(facts.Audio) {
		return spoken{}, invalid("modalities", "unsupported_value", "Unsupported value: 'modalities' does not support 'audio' with this model.")
	}
	options := &c.body.Audio
	for _, each := range []struct {
		name  string
		given bool
	}{{"voice", bool(options.Voice)}, {"format", options.Format.given}} {
		if !each.given {
			return spoken{}, invalid("audio."+each.name, "missing_required_parameter", "Missing required parameter: 'audio.%s'.", each.name)
		}
	}
	format := options.Format.value
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

// audio is an answer, or a piece of one, as sound.
type audio struct {
	Data      string `json:"data,omitempty"`
	ExpiresAt int64  `json:"expires_at,omitempty"`
	ID        string `json:"id"`
	// Transcript is the text that is spoken.
	Transcript *string `json:"transcript,omitempty"`
}

func (s spoken) speaks() bool { return s.format != "" }

// whole is an answer that is spoken.
func (s spoken) whole(text string) *audio {
	return &audio{ID: s.id(text), Data: s.data(), Transcript: &text, ExpiresAt: now() + spokenLife}
}

// delta is a piece of an answer in a stream.
func (s spoken) delta(a answered, piece string) chatDelta {
	if !s.speaks() {
		content := &piece
		return chatDelta{Content: &content}
	}
	return chatDelta{Audio: &audio{ID: s.id(a.text()), Transcript: &piece}}
}

// lastDelta is the sound of an answer in a stream; nothing where there is none.
func (s spoken) lastDelta(a answered) chatDelta {
	if !s.speaks() || len(a.pieces) == 0 {
		return chatDelta{}
	}
	return chatDelta{Audio: &audio{ID: s.id(a.text()), Data: s.data(), ExpiresAt: now() + spokenLife}}
}
