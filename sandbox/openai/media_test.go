package openai_test

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg"
	"image/png"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// send posts a form of fields, and of files given as NAME:FILE NAME.
func (a *account) send(path string, fields map[string]string, files map[string][]byte) got {
	a.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		require.NoError(a.t, form.WriteField(name, value))
	}
	for key, content := range files {
		field, name, _ := strings.Cut(key, ":")
		part, err := form.CreateFormFile(field, name)
		require.NoError(a.t, err)
		_, err = part.Write(content)
		require.NoError(a.t, err)
	}
	require.NoError(a.t, form.Close())
	return a.ask("POST", path, body.String(), "Content-Type: "+form.FormDataContentType())
}

// Formats are those of the transcription call of Azure OpenAI's v1 API; the shape of SRT and
// WebVTT is that of OpenAI's examples of both.
func TestTranscriptions(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("Standard", "whisper", "001")
		a.deploy("GlobalStandard", "gpt-4o-transcribe", "2025-03-20")
		talk := map[string][]byte{"file:talk.mp3": []byte("ID3")}
		hear := func(model string, fields map[string]string) got {
			return a.send("/openai/deployments/"+model+"/audio/transcriptions"+version, fields, talk)
		}
		whole := hear("whisper", nil)
		require.Equal(t, 200, whole.status, whole.raw)
		text := whole.body["text"].(string)
		require.Equal(t, "duration", whole.body["usage"].(map[string]any)["type"])
		require.Equal(t, text+"\n", hear("whisper", map[string]string{"response_format": "text"}).raw)
		srt := hear("whisper", map[string]string{"response_format": "srt"})
		require.True(t, strings.HasPrefix(srt.raw, "1\n00:00:00,000 --> 00:00:03,000\n"), srt.raw)
		vtt := hear("whisper", map[string]string{"response_format": "vtt"})
		require.True(t, strings.HasPrefix(vtt.raw, "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\n"), vtt.raw)
		verbose := hear("whisper", map[string]string{"response_format": "verbose_json", "timestamp_granularities[]": "word"})
		require.Equal(t, "transcribe", verbose.body["task"])
		require.Equal(t, text, verbose.body["text"])
		require.Len(t, verbose.body["words"], len(strings.Fields(text)))
		require.NotEmpty(t, verbose.body["segments"])
		require.NotEqual(t, text, hear("whisper", map[string]string{"prompt": "names"}).body["text"], "the prompt tells the model of the sound")

		translated := a.send("/openai/deployments/whisper/audio/translations"+version, map[string]string{"response_format": "verbose_json"}, talk)
		require.Equal(t, "translate", translated.body["task"], translated.raw)

		newer := hear("gpt-4o-transcribe", nil)
		require.Equal(t, "tokens", newer.body["usage"].(map[string]any)["type"], newer.raw)
		streamed := hear("gpt-4o-transcribe", map[string]string{"stream": "true"})
		require.Contains(t, streamed.raw, `"type":"transcript.text.delta"`)
		require.Contains(t, streamed.raw, `"type":"transcript.text.done"`)

		for reason, c := range map[string]struct {
			answer  got
			status  int
			message string
		}{
			"a format that the model does not have": {
				hear("gpt-4o-transcribe", map[string]string{"response_format": "srt"}), 400, "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead.",
			},
			"a format that nobody has": {hear("whisper", map[string]string{"response_format": "xml"}), 400, "Invalid value: 'xml'. Supported values are: 'json', 'text', 'srt', 'verbose_json', and 'vtt'."},
			"an unknown field":         {hear("whisper", map[string]string{"lang": "de"}), 400, "Unknown parameter: 'lang'."},
			"no file":                  {a.send("/openai/deployments/whisper/audio/transcriptions"+version, nil, nil), 400, "Missing required parameter: 'file'."},
			"a file that is no sound": {
				a.send("/openai/deployments/whisper/audio/transcriptions"+version, nil, map[string][]byte{"file:talk.txt": []byte("x")}),
				400, "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
			},
			"a file that is too large": {
				a.send("/openai/deployments/whisper/audio/transcriptions"+version, nil, map[string][]byte{"file:talk.mp3": make([]byte, 25<<20+1)}),
				413, "Maximum content size limit (26214400) exceeded (26214401 bytes read)",
			},
		} {
			require.Equal(t, c.status, c.answer.status, "%s: %s", reason, c.answer.raw)
			require.Equal(t, c.message, c.answer.message(), reason)
		}
	})
}

// Formats are those of the speech call of Azure OpenAI's v1 API.
func TestSpeech(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("Standard", "tts", "001")
		say := func(more string) got {
			return a.ask("POST", "/openai/deployments/tts/audio/speech"+version, `{"input":"Hello"`+more+`}`)
		}
		for format, begins := range map[string]string{"mp3": "\xff\xfb", "wav": "RIFF", "pcm": "\x00\x00"} {
			sound := say(`,"voice":"alloy","response_format":"` + format + `"`)
			require.Equal(t, 200, sound.status, sound.raw)
			require.True(t, strings.HasPrefix(sound.raw, begins), format)
		}
		require.Contains(t, say(`,"voice":"alloy","stream_format":"sse"`).raw, `"type":"speech.audio.done"`)
		require.Equal(t, "Missing required parameter: 'voice'.", say("").message())
		require.Equal(t, "SandboxNotModelled", say(`,"voice":"alloy","response_format":"opus"`).code())
		require.Equal(t, "invalid_value", say(`,"voice":"alloy","response_format":"midi"`).code())
		require.Equal(t, "invalid_value", say(`,"voice":"alloy","speed":9`).code())
	})
}

// Calls and events are those of https://learn.microsoft.com/azure/foundry/openai/how-to/dall-e.
func TestImages(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("GlobalStandard", "gpt-image-2", "2026-04-21")
		const path = "/openai/deployments/gpt-image-2/images/"
		picture := func(answer got, number int) (string, image.Config, string) {
			require.Equal(t, 200, answer.status, answer.raw)
			encoded := answer.body["data"].([]any)[number].(map[string]any)["b64_json"].(string)
			raw, err := base64.StdEncoding.DecodeString(encoded)
			require.NoError(t, err)
			config, format, err := image.DecodeConfig(bytes.NewReader(raw))
			require.NoError(t, err)
			return encoded, config, format
		}
		two := a.ask("POST", path+"generations"+version, `{"prompt":"a tree","n":2,"size":"1536x1024","output_format":"jpeg"}`)
		one, config, format := picture(two, 0)
		other, _, _ := picture(two, 1)
		require.Equal(t, []any{1536, 1024, "jpeg"}, []any{config.Width, config.Height, format})
		require.NotEqual(t, one, other)

		var cat bytes.Buffer
		require.NoError(t, png.Encode(&cat, image.NewGray(image.Rect(0, 0, 2, 2))))
		edit := func(fields map[string]string, files map[string][]byte) got {
			return a.send(path+"edits"+version, fields, files)
		}
		first, _, _ := picture(edit(map[string]string{"prompt": "a hat"}, map[string][]byte{"image:cat.png": cat.Bytes()}), 0)
		several := edit(map[string]string{"prompt": "a hat", "n": "2"}, map[string][]byte{"image[]:cat.png": cat.Bytes(), "mask:mask.png": cat.Bytes()})
		second, _, _ := picture(several, 1)
		require.NotEqual(t, first, second)
		require.Positive(t, several.body["usage"].(map[string]any)["input_tokens_details"].(map[string]any)["image_tokens"])

		streamed := a.ask("POST", path+"generations"+version, `{"prompt":"a tree","stream":true,"partial_images":1}`)
		kinds, _ := events(t, streamed.raw)
		require.Equal(t, []string{"image_generation.partial_image", "image_generation.completed"}, kinds)

		for reason, c := range map[string]struct {
			answer  got
			message string
		}{
			"no picture":                  {edit(map[string]string{"prompt": "a"}, nil), "Missing required parameter: 'image'."},
			"what is no picture":          {edit(map[string]string{"prompt": "a"}, map[string][]byte{"image:a.png": []byte("x")}), "Invalid file 'image': unsupported mimetype ('application/octet-stream'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'."},
			"a number that is none":       {edit(map[string]string{"prompt": "a", "n": "many"}, map[string][]byte{"image:cat.png": cat.Bytes()}), "Invalid type for 'n': expected a number."},
			"a size that is none":         {a.ask("POST", path+"generations"+version, `{"prompt":"a","size":"wide"}`), "Invalid value: 'wide'. Supported values are: 'auto' and sizes up to 4096x4096, such as '1024x1024'."},
			"a parameter of older models": {a.ask("POST", path+"generations"+version, `{"prompt":"a","response_format":"url"}`), "Unknown parameter: 'response_format'."},
			"too many":                    {a.ask("POST", path+"generations"+version, `{"prompt":"a","n":11}`), "Invalid 'n': 11 is not a whole number from 1 to 10."},
		} {
			require.Equal(t, 400, c.answer.status, "%s: %s", reason, c.answer.raw)
			require.Equal(t, c.message, c.answer.message(), reason)
		}
	})
}

// An account lists the models that it may use, whether they are deployed or not, as Models - List
// of https://learn.microsoft.com/rest/api/azureopenai/models/list says. That gpt-5.4-mini and
// whisper are offered in swedencentral is what the table of models tells.
func TestModels(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		for _, path := range []string{"/openai/v1/models", "/openai/models" + version} {
			list := a.ask("GET", path, "").ids()
			require.Subset(t, list, []string{"gpt-4o-2024-11-20", "gpt-5.4-mini-2026-03-17", "text-embedding-3-small-1"}, path)
		}
		model := a.ask("GET", "/openai/v1/models/gpt-5.4-mini-2026-03-17", "")
		require.Equal(t, "generally-available", model.body["lifecycle_status"], model.raw)
		require.Equal(t, "system", model.body["owned_by"])
		dated := a.ask("GET", "/openai/models/text-embedding-3-small-1"+version, "")
		require.Equal(t, true, dated.body["capabilities"].(map[string]any)["embeddings"], dated.raw)
		require.NotContains(t, dated.body, "owned_by", "that is of the v1 API")
		require.Equal(t, 404, a.ask("GET", "/openai/v1/models/none", "").status)
		require.ElementsMatch(t, []string{"gpt-4o", "embeddings"}, a.ask("GET", "/openai/deployments?api-version=2023-03-15-preview", "").ids())
	})
}
