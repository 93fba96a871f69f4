package openai

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// image answers a picture of one colour, which follows from the prompt.
func (c *call) image(prompt string, tokens int) *refusal {
	sum := digest(c.model.Name, prompt)
	picture := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range 64 {
		picture.Set(i%8, i/8, color.RGBA{sum[0], sum[1], sum[2], 0xff})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return failf(500, "InternalServerError", "%v", err)
	}
	return c.answer(map[string]any{
		"created": now(), "data": []any{map[string]any{"b64_json": base64.StdEncoding.EncodeToString(b.Bytes())}},
		"usage": map[string]any{"input_tokens": tokens, "output_tokens": 1, "total_tokens": tokens + 1},
	})
}

// speech answers a second of silence as WAV, whatever format was asked for.
func (c *call) speech(string, int) *refusal {
	const samples = 8000
	header := "RIFF\x64\x1f\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x40\x1f\x00\x00"
	c.w.Header().Set("Content-Type", "audio/wav")
	_, _ = c.w.Write([]byte(header + strings.Repeat("\x80", samples)))
	return nil
}

// transcription answers the text of a sound: it follows from the file's name and
// size, as nobody listens here.
func (c *call) transcription(string, int) *refusal {
	if c.r.MultipartForm == nil || len(c.r.MultipartForm.File["file"]) == 0 {
		return invalid("file", "missing_required_parameter", "Missing required parameter: 'file'.")
	}
	file := c.r.MultipartForm.File["file"][0]
	text := c.think(file.Filename+digest(file.Filename)[:file.Size%60], 0).text()
	if c.body["response_format"] == "text" {
		c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = c.w.Write([]byte(text))
		return nil
	}
	return c.answer(map[string]any{"text": text})
}
