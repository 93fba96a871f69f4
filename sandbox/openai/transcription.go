package openai

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Facts of the transcription and translation calls. Source: the audio calls of Azure OpenAI's v1
// API, and https://learn.microsoft.com/azure/foundry/openai/whisper-quickstart for the size.
var (
	heardFormats = []string{"flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"}
	toldFormats  = []string{"json", "text", "srt", "verbose_json", "vtt"}
)

const maxSound = 25 << 20

// transcription answers the text of a sound.
func (c *call) transcription(prompt string, tokens int) *refusal {
	return c.hear("transcribe", prompt, tokens)
}

// translation answers the same in English, which is the language of all answers.
func (c *call) translation(prompt string, tokens int) *refusal {
	return c.hear("translate", prompt, tokens)
}

// hear answers the text of a sound: it follows from the file's name and size, as nobody listens
// here.
func (c *call) hear(task, prompt string, tokens int) *refusal {
	files := c.files("file")
	if len(files) == 0 {
		return invalid("file", "missing_required_parameter", "Missing required parameter: 'file'.")
	}
	format := c.body.ResponseFormat.or("json")
	if refused := c.checkSound(files[0], format); refused != nil {
		return refused
	}
	heard := c.think(fmt.Sprintf("%s\x00%d\x00%s", files[0].Filename, files[0].Size, prompt), 0)
	used := c.use(prompt, tokens, heard.tokens())
	text := heard.text()
	totals := used.total()
	usage := heardUsage{Type: "tokens", tokenTotals: &totals}
	if c.isWhisper() {
		seconds := len(captions(heard.pieces)) * captionSeconds
		usage = heardUsage{Type: "duration", Seconds: &seconds}
	} else if c.wantsStream() {
		c.streamHeard(heard.pieces, usage)
		return nil
	}
	switch format {
	case "text":
		return c.plain("text/plain; charset=utf-8", text+"\n")
	case "srt":
		return c.plain("text/plain; charset=utf-8", subtitles(heard.pieces, ','))
	case "vtt":
		return c.plain("text/vtt; charset=utf-8", "WEBVTT\n\n"+subtitles(heard.pieces, '.'))
	case "verbose_json":
		return c.answer(c.verbose(task, heard.pieces))
	}
	return c.answer(heardText{text, usage})
}

func (c *call) isWhisper() bool { return strings.HasPrefix(c.model.Name, "whisper") }

func (c *call) checkSound(file *multipart.FileHeader, format string) *refusal {
	switch {
	case file.Size > maxSound:
		return failf(http.StatusRequestEntityTooLarge, "413", "Maximum content size limit (%d) exceeded (%d bytes read)", maxSound, file.Size)
	case !slices.Contains(heardFormats, strings.TrimPrefix(strings.ToLower(path.Ext(file.Filename)), ".")):
		return invalid("file", "", "Invalid file format. Supported formats: ['%s']", strings.Join(heardFormats, "', '"))
	case !c.isWhisper() && slices.Contains(toldFormats[2:], format):
		return invalid("response_format", "unsupported_value", "response_format '%s' is not compatible with model '%s'. Use 'json' or 'text' instead.", format, c.model.Name)
	case !c.isWhisper() && format == "diarized_json":
		return notModelled("'response_format' diarized_json; ask for json or text")
	case !slices.Contains(toldFormats, format):
		return invalid("response_format", "invalid_value", "Invalid value: '%s'. Supported values are: 'json', 'text', 'srt', 'verbose_json', and 'vtt'.", format)
	}
	return nil
}

func (c *call) plain(kind, text string) *refusal {
	c.w.Header().Set("Content-Type", kind)
	_, _ = c.w.Write([]byte(text))
	return nil
}

// A caption has so many words, and lasts so long.
const (
	captionWords   = 8
	captionSeconds = 3
)

// captions are the words of each.
func captions(words []string) []string {
	var all []string
	for part := range slices.Chunk(words, captionWords) {
		all = append(all, strings.TrimSpace(strings.Join(part, "")))
	}
	return all
}

// subtitles are captions with their times, numbered where a comma stands before milliseconds.
func subtitles(words []string, point rune) string {
	var b strings.Builder
	for i, caption := range captions(words) {
		if point == ',' {
			_, _ = fmt.Fprintf(&b, "%d\n", i+1)
		}
		_, _ = fmt.Fprintf(&b, "%s%c000 --> %s%c000\n%s\n\n", clock(i*captionSeconds), point, clock((i+1)*captionSeconds), point, caption)
	}
	return b.String()
}

func clock(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// verbose is the answer with its segments, and with its words where they are asked for.
func (c *call) verbose(task string, pieces []string) heardVerbose {
	parts := captions(pieces)
	segments := make([]heardSegment, len(parts))
	for i, caption := range parts {
		segments[i] = heardSegment{
			ID: i, Start: i * captionSeconds, End: (i + 1) * captionSeconds, Text: caption, Tokens: []int{}, AvgLogprob: -0.25, CompressionRatio: 1, NoSpeechProb: 0.01,
		}
	}
	answer := heardVerbose{Task: task, Language: "english", Duration: len(parts) * captionSeconds, Text: strings.Join(pieces, ""), Segments: segments}
	if slices.Contains(c.body.TimestampGranularities, "word") {
		length := float64(captionSeconds) / captionWords
		for i, piece := range pieces {
			answer.Words = append(answer.Words, heardWord{Word: strings.TrimSpace(piece), Start: float64(i) * length, End: float64(i+1) * length})
		}
	}
	return answer
}

func (c *call) streamHeard(pieces []string, usage heardUsage) {
	s := c.stream()
	for _, piece := range pieces {
		if !s.send("", heardDelta{Type: "transcript.text.delta", Delta: piece}) {
			return
		}
	}
	s.send("", heardDone{Type: "transcript.text.done", heardText: heardText{strings.Join(pieces, ""), usage}})
}
