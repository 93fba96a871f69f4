package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const spokenPath = "/openai/deployments/gpt-audio/chat/completions" + version

// Models that speak answer with sound and its text, whole or in a stream.
func TestSpokenAnswers(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("GlobalStandard", "gpt-audio", "2025-08-28")
		whole := a.ask("POST", spokenPath, asking("Hello", `"modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}`))
		require.Equal(t, 200, whole.status, whole.raw)
		require.Contains(t, whole.raw, `"content":null`)
		require.Contains(t, whole.raw, `"data":"UklGR`, "a file of the kind that begins with RIFF")
		require.Contains(t, whole.raw, `"transcript":"`)
		streamed := a.ask("POST", spokenPath, asking("Hello", `"modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"},"stream":true`))
		require.Contains(t, streamed.raw, `"delta":{"audio":{"id":"audio_`)
		require.Contains(t, streamed.raw, `"data":"AAAA`)
		require.NotContains(t, streamed.raw, `"delta":{"content"`)
	})
}

// What cannot be spoken is refused by name.
func TestRefusedSpokenAnswers(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("GlobalStandard", "gpt-audio", "2025-08-28")
		for _, c := range []struct{ reason, path, body, message string }{
			{"no voice", spokenPath, `"modalities":["audio"],"audio":{"format":"wav"}`, "Missing required parameter: 'audio.voice'."},
			{"no such format", spokenPath, `"modalities":["audio"],"audio":{"voice":"alloy","format":"midi"}`, "Invalid value: 'midi'. Supported values are: 'wav', 'aac', 'mp3', 'flac', 'opus', and 'pcm16'."},
			{"a format that the sandbox does not make", spokenPath, `"modalities":["audio"],"audio":{"voice":"alloy","format":"opus"}`, "The sandbox does not model 'audio.format' opus; ask for wav, mp3 or pcm16."},
			{
				"streams have one format", spokenPath, `"modalities":["audio"],"audio":{"voice":"alloy","format":"wav"},"stream":true`,
				"Unsupported value: 'audio.format' does not support 'wav' when stream=true. Supported values are: 'pcm16'.",
			},
			{"a model that does not speak", chat, `"modalities":["audio"],"audio":{"voice":"alloy","format":"wav"}`, "Unsupported value: 'modalities' does not support 'audio' with this model."},
		} {
			answer := a.ask("POST", c.path, asking("Hello", c.body))
			require.Equal(t, 400, answer.status, "%s: %s", c.reason, answer.raw)
			require.Equal(t, c.message, answer.message(), c.reason)
		}
	})
}
