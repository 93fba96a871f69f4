package openai

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
)

// plain is a picture of one colour, of any size.
type plain struct {
	image.Uniform
	size image.Rectangle
}

// Bounds is how large the picture is.
func (p *plain) Bounds() image.Rectangle { return p.size }

// maxSide bounds pictures.
const maxSide = 4096

// imageTokens is what a picture counts. Azure's numbers go by size and quality; this one is the
// sandbox's.
const imageTokens = 1056

// picture is what the caller wants.
type picture struct {
	format, size string
	width, height,
	partial int
}

// picture reads the parameters of a picture.
func (c *call) picture() (picture, *refusal) {
	p := picture{format: "png", size: "1024x1024", width: 1024, height: 1024}
	if format, given := c.body["output_format"].(string); given {
		p.format = format
	}
	switch p.format {
	case "png", "jpeg":
	case "webp":
		return p, notModelled("'output_format' webp; ask for png or jpeg")
	default:
		return p, invalid("output_format", "invalid_value", "Invalid value: '%s'. Supported values are: 'png', 'webp', and 'jpeg'.", p.format)
	}
	if size, given := c.body["size"].(string); given && size != "auto" {
		if n, err := fmt.Sscanf(size+"\n", "%dx%d\n", &p.width, &p.height); n != 2 || err != nil || min(p.width, p.height) < 1 || max(p.width, p.height) > maxSide {
			return p, invalid("size", "invalid_value", "Invalid value: '%s'. Supported values are: 'auto' and sizes up to %dx%d, such as '1024x1024'.", size, maxSide, maxSide)
		}
		p.size = size
	}
	partial, _ := number(c.body["partial_images"])
	p.partial = int(partial)
	if p.partial < 0 || p.partial > 3 {
		return p, invalid("partial_images", "invalid_value", "Invalid 'partial_images': %d is not a whole number from 0 to 3.", p.partial)
	}
	return p, nil
}

// draw is a picture of one colour, which follows from the text.
func (p picture) draw(text string) (string, error) {
	sum, err := hex.DecodeString(digest(text)[:6])
	if err != nil {
		return "", fmt.Errorf("choosing a colour: %w", err)
	}
	drawn := &plain{*image.NewUniform(color.RGBA{sum[0], sum[1], sum[2], 0xff}), image.Rect(0, 0, p.width, p.height)}
	var b bytes.Buffer
	if p.format == "jpeg" {
		err = jpeg.Encode(&b, drawn, nil)
	} else {
		err = png.Encode(&b, drawn)
	}
	if err != nil {
		return "", fmt.Errorf("encoding a picture: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// images answers pictures, which follow from the prompt.
func (c *call) images(prompt string, tokens int) *refusal {
	return c.drawAll("image_generation", prompt, tokens, 0)
}

// edit answers pictures, which follow from the prompt and the pictures that were sent.
func (c *call) edit(prompt string, tokens int) *refusal {
	files := c.files("image")
	if len(files) == 0 {
		return invalid("image", "missing_required_parameter", "Missing required parameter: 'image'.")
	}
	for _, file := range append(files, c.files("mask")...) {
		text, refused := readPicture(file)
		if refused != nil {
			return refused
		}
		prompt += text
	}
	return c.drawAll("image_edit", prompt, tokens, len(files)*imageTokens)
}

// files are those of a form's field, which may also be a list.
func (c *call) files(field string) []*multipart.FileHeader {
	if c.r.MultipartForm == nil {
		return nil
	}
	return slices.Concat(c.r.MultipartForm.File[field], c.r.MultipartForm.File[field+"[]"])
}

// pictureTypes are the formats of pictures that are taken.
var pictureTypes = []string{"image/jpeg", "image/png", "image/webp"}

// readPicture is a text that stands for a file's content.
func readPicture(header *multipart.FileHeader) (string, *refusal) {
	file, err := header.Open()
	if err != nil {
		return "", invalid("image", "", "The picture cannot be read: %v", err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil {
		return "", invalid("image", "", "The picture cannot be read: %v", err)
	}
	said := header.Header.Get("Content-Type")
	if !slices.Contains(pictureTypes, said) && !slices.Contains(pictureTypes, http.DetectContentType(content)) {
		return "", invalid("image", "unsupported_file_mimetype", "Invalid file 'image': unsupported mimetype ('%s'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.", said)
	}
	return digest(string(content)), nil
}

// drawAll answers pictures; kind begins the names of events.
func (c *call) drawAll(kind, prompt string, read, sent int) *refusal {
	wanted, refused := c.picture()
	if refused != nil {
		return refused
	}
	n := c.choices()
	if n > 10 {
		return invalid("n", "invalid_value", "Invalid 'n': %d is not a whole number from 1 to 10.", n)
	}
	var data []any
	for i := range n {
		drawn, err := wanted.draw(c.model.Name + prompt + fmt.Sprint(i))
		if err != nil {
			return failf(http.StatusInternalServerError, "InternalServerError", "%v", err)
		}
		data = append(data, map[string]any{"b64_json": drawn})
	}
	used := c.use(prompt, read+sent, n*imageTokens)
	usage := map[string]any{
		"input_tokens": used.Prompt, "output_tokens": used.Completion, "total_tokens": used.Prompt + used.Completion,
		"input_tokens_details": map[string]any{"text_tokens": used.Prompt - sent, "image_tokens": sent},
	}
	about := map[string]any{"created": now(), "background": "opaque", "output_format": wanted.format, "quality": "high", "size": wanted.size}
	if !c.wantsStream() {
		return c.answer(with(about, map[string]any{"data": data, "usage": usage}))
	}
	first, _ := data[0].(map[string]any)
	about["created_at"] = about["created"]
	delete(about, "created")
	s := c.stream()
	for i := range wanted.partial {
		if !s.send(kind+".partial_image", with(about, map[string]any{"type": kind + ".partial_image", "b64_json": first["b64_json"], "partial_image_index": i})) {
			return nil
		}
	}
	s.send(kind+".completed", with(about, map[string]any{"type": kind + ".completed", "b64_json": first["b64_json"], "usage": usage}))
	return nil
}
