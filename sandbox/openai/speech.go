package openai

import (
	"slices"
	"strings"
)

// sounds are a second of silence by format, with the type of the content. Formats and the
// default are those of the speech call of Azure OpenAI's v1 API.
var sounds = map[string]struct {
	kind    string
	content func() string
}{
	"mp3": {"audio/mpeg", silentMP3},
	"wav": {"audio/wav", silentWAV},
	"pcm": {"audio/pcm", silentPCM},
}

// speechFormats are all that the service has.
var speechFormats = []string{"mp3", "opus", "aac", "flac", "wav", "pcm"}

// silentPCM is 16 bits at 24 kHz.
func silentPCM() string { return strings.Repeat("\x00\x00", 24_000) }

func silentWAV() string {
	// A header of 44 bytes: PCM, one channel, 24,000 samples a second of 16 bits, 48,000 bytes.
	return "RIFF\xa4\xbb\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\xc0\x5d\x00\x00\x80\xbb\x00\x00\x02\x00\x10\x00data\x80\xbb\x00\x00" + silentPCM()
}

// silentMP3 is 38 frames of 26 ms: MPEG 1, layer 3, 128 kbit/s, 44.1 kHz, of 417 bytes each,
// whose zeros mean silence.
func silentMP3() string {
	return strings.Repeat("\xff\xfb\x90\x00"+strings.Repeat("\x00", 413), 38)
}

// soundDelta is a piece of sound in a stream, as base64.
type soundDelta struct {
	Type  string `json:"type"`
	Audio []byte `json:"audio"`
}

type soundDone struct {
	Type  string      `json:"type"`
	Usage tokenTotals `json:"usage"`
}

// speech answers a second of silence.
func (c *call) speech(prompt string, tokens int) *refusal {
	format := c.body.ResponseFormat.or("mp3")
	sound, known := sounds[format]
	switch {
	case !slices.Contains(speechFormats, format):
		return invalid("response_format", "invalid_value", "Invalid value: '%s'. Supported values are: 'mp3', 'opus', 'aac', 'flac', 'wav', and 'pcm'.", format)
	case !known:
		return notModelled("'response_format' %s; ask for mp3, wav or pcm", format)
	case !bool(c.body.Voice):
		return invalid("voice", "missing_required_parameter", "Missing required parameter: 'voice'.")
	}
	if speed := c.body.Speed; speed.is && (speed.value < 0.25 || speed.value > 4) {
		return invalid("speed", "invalid_value", "Invalid 'speed': %v is not between 0.25 and 4.", speed.value)
	}
	content := sound.content()
	used := c.use(prompt, tokens, speechTokens)
	if c.body.StreamFormat == "sse" {
		s := c.stream()
		if s.send("", soundDelta{Type: "speech.audio.delta", Audio: []byte(content)}) {
			s.send("", soundDone{Type: "speech.audio.done", Usage: used.total()})
		}
		return nil
	}
	c.w.Header().Set("Content-Type", sound.kind)
	_, _ = c.w.Write([]byte(content))
	return nil
}

// speechTokens is what a second of sound counts; the number is the sandbox's.
const speechTokens = 20
