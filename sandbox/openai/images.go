package openai

import (
	"bytes"
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
	if wanted := c.body.OutputFormat; wanted.is {
		p.format = wanted.value
	}
	switch p.format {
	case "png", "jpeg":
	case "webp":
		return p, notModelled("'output_format' webp; ask for png or jpeg")
	default:
		return p, invalid("output_format", "invalid_value", "Invalid value: '%s'. Supported values are: 'png', 'webp', and 'jpeg'.", p.format)
	}
	if size := c.body.Size.value; c.body.Size.is && size != "auto" {
		if n, err := fmt.Sscanf(size+"\n", "%dx%d\n", &p.width, &p.height); n != 2 || err != nil || min(p.width, p.height) < 1 || max(p.width, p.height) > maxSide {
			return p, invalid("size", "invalid_value", "Invalid value: '%s'. Supported values are: 'auto' and sizes up to %dx%d, such as '1024x1024'.", size, maxSide, maxSide)
		}
		p.size = size
	}
	p.partial = int(c.body.PartialImages.value)
	if p.partial < 0 || p.partial > 3 {
		return p, invalid("partial_images", "invalid_value", "Invalid 'partial_images': %d is not a whole number from 0 to 3.", p.partial)
	}
	return p, nil
}

// draw is a picture of one colour, which follows from the text.
func (p picture) draw(text string) ([]byte, error) {
	sum, err := hex.DecodeString(digest(text)[:6])
	if err != nil {
		return nil, fmt.Errorf("choosing a colour: %w", err)
	}
	drawn := &plain{*image.NewUniform(color.RGBA{sum[0], sum[1], sum[2], 0xff}), image.Rect(0, 0, p.width, p.height)}
	var b bytes.Buffer
	if p.format == "jpeg" {
		err = jpeg.Encode(&b, drawn, nil)
	} else {
		err = png.Encode(&b, drawn)
	}
	if err != nil {
		return nil, fmt.Errorf("encoding a picture: %w", err)
	}
	return b.Bytes(), nil
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
	data := make([]drawing, n)
	for i := range n {
		drawn, err := wanted.draw(c.model.Name + prompt + fmt.Sprint(i))
		if err != nil {
			return failf(http.StatusInternalServerError, "InternalServerError", "%v", err)
		}
		data[i] = drawing{drawn}
	}
	used := c.use(prompt, read+sent, n*imageTokens)
	usage := drawingUsage{used.total(), drawingDetails{TextTokens: used.Prompt - sent, ImageTokens: sent}}
	look := drawingLook{Background: "opaque", OutputFormat: wanted.format, Quality: "high", Size: wanted.size}
	if !c.wantsStream() {
		return c.answer(drawings{Created: now(), drawingLook: look, Data: data, Usage: usage})
	}
	event := drawingEvent{CreatedAt: now(), drawingLook: look, drawing: data[0]}
	s := c.stream()
	event.Type = kind + ".partial_image"
	for i := range wanted.partial {
		event.PartialImageIndex = &i
		if !s.send(event.Type, event) {
			return nil
		}
	}
	event.Type, event.PartialImageIndex, event.Usage = kind+".completed", nil, &usage
	s.send(event.Type, event)
	return nil
}
